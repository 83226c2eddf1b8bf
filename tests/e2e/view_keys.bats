# view_keys.bats - tcptop-view on a terminal: filter, groups, columns, panes, time.

bats_require_minimum_version 1.5.0
load terminal

setup() {
	terminal_setup
}

teardown() {
	terminal_teardown
}

# Snapshots 1 to $1 of one connection; its rate is 100 times the number.
log() {
	local i

	echo "$HEADER"
	for i in $(seq "$1"); do
		row "$i" 1001 30 alpha "${i}00" 10
		end "$i" 1
	done
}

@test "a filter narrows as it is typed, Esc clears it" {
	start 80 24
	feed_first
	press /
	wait_for shows '/_'
	press a l p
	wait_for names_are alpha
	shows '/alp_'
	press BSpace BSpace
	wait_for names_are 'beta alpha gamma'
	press Space '!' 1 0 0 2
	wait_for names_are 'alpha gamma'
	# Keys are letters until Enter, and commands after it.
	press q Enter
	wait_for hides '_ '
	shows '/a !1002q'
	press Escape
	wait_for hides '/a !'
	names_are 'beta alpha gamma'
	# In the middle of typing Esc clears as well.
	press / x y z
	wait_for names_are ''
	press Escape
	wait_for names_are 'beta alpha gamma'
	# New snapshots are filtered too.
	press / TCP Space :1003 Enter
	wait_for names_are gamma
	feed_second
	wait_for shows 18:11:02
	names_are gamma
}

@test "v sums up processes, remote hosts and local ports" {
	start 100 24
	{
		echo "$HEADER"
		row 1 80 7 web 100 1
		row 1 80 7 web 50 1
		row 1 22 8 ssh 30 1
		end 1 3
	} | feed
	wait_for shows ssh
	press v
	wait_for shows 'by process'
	screen | grep -Eq ' 2 +7 web +150 '
	screen | grep -Eq ' 1 +8 ssh +30 '
	press v
	wait_for shows 'by remote host'
	screen | grep -Eq '10.0.9.1 +3 +180 '
	press v
	wait_for shows 'by local port'
	screen | grep -Eq 'tcp +\*:80 +2 +150 '
	press v
	wait_for shows '10.0.0.5:22'
	hides CONNS
}

@test "titles are walked through and sorted by" {
	start 80 24
	feed_first
	press Tab
	wait_for shows '>PROTO'
	press Right Right Right
	wait_for shows '>    PID'
	press Enter
	wait_for shows 'sort pid:asc'
	names_are 'beta gamma alpha'
	press Enter
	wait_for shows 'sort pid:desc'
	press Left
	wait_for shows '>REMOTE'
	press Right Right BTab Enter
	wait_for shows 'sort pid:asc'
	# After the last comes the first.
	press BTab BTab BTab BTab
	wait_for shows '>   RTT'
	press Tab
	wait_for shows '>PROTO'
	press Escape
	wait_for hides '>PROTO'
	# Enter means the row again.
	press Enter
	wait_for shows DETAILS
}

@test "c shows more columns, f any of the stream, u other units" {
	start 160 24
	{
		echo "$HEADER,bytes_in,min_rtt_us"
		echo '2026-11-20T18:11:01.000Z,live,tcp,::1,1,::1,2,7,alpha,2048,10,,,4096,77'
		echo '2026-11-20T18:11:01.000Z,end,,,,,,,,,,1,0,,'
	} | feed
	wait_for shows alpha
	press c
	wait_for shows 'BYTES IN'
	shows ' 4.10K'
	press u
	wait_for shows 'in 16.4Kb/s'
	shows 32.8K
	press u
	wait_for shows 'in 2.00KiB/s'
	shows ' 4.00K'
	press u u
	wait_for shows 'in 2.05KB/s'
	press c
	wait_for hides 'BYTES IN'
	press f
	wait_for shows '[ ] min_rtt_us'
	shows '[x] raddr'
	press End Up
	wait_for shows '>[ ]'
	press g Enter
	wait_for shows '[ ] proto'
	for _ in $(seq 20); do press j; done
	press Space
	wait_for shows '>[x] min_rtt_us'
	press f
	wait_for shows MIN_RTT_US
	hides ' PROTO'
	shows ' 77us'
}

@test "details show every column and stay with their connection" {
	start 80 30
	feed_first
	press j j
	wait_for picked_is alpha
	press i
	wait_for shows DETAILS
	screen | grep -Eq '^ comm +alpha'
	screen | grep -Eq '^ rate_in +200'
	screen | grep -Eq '^ raddr +10.0.9.1'
	feed_second
	wait_for shows 18:11:02
	screen | grep -Eq '^ comm +alpha'
	screen | grep -Eq '^ rate in .*█▂?▁'
	# It is gone: what was known of it stays.
	{ row 3 1002 10 beta 30 30; end 3 1; } | feed
	wait_for shows 'not in this snapshot'
	screen | grep -Eq '^ comm +alpha'
	# Back in time it is still there.
	press [
	wait_for shows 18:11:02
	hides 'not in this snapshot'
	press Escape
	wait_for hides DETAILS
	shows PROTO
	press Enter
	wait_for shows DETAILS
	press q
	wait_for hides DETAILS
	press q
	is_as_before
}

@test "? tells the keys" {
	start 80 24
	feed_first
	press ?
	wait_for shows 'HELP'
	shows 'sort by process id'
	shows 'Ctrl-Z'
	hides beta
	press ?
	wait_for shows beta
	t resize-window -x 40 -y 10
	press ? G
	wait_for shows 'Ctrl-C'
	press g
	wait_for shows 'Up k'
	press Escape
	wait_for shows beta
}

@test "o keeps rows where they are, new ones come last" {
	start 80 24
	feed_first
	press o
	wait_for shows '[frozen]'
	{
		row 2 1009 9 newest 99999 1
		row 2 1003 20 gamma 1000 20
		row 2 1001 30 alpha 20 10
		row 2 1002 10 beta 30 30
		end 2 4
	} | feed
	wait_for shows newest
	names_are 'beta alpha gamma newest'
	# A sort key sorts once.
	press r
	wait_for names_are 'newest gamma beta alpha'
	feed_second
	press o
	wait_for hides '[frozen]'
	names_are 'gamma beta alpha'
}

@test "brackets go through the past, live" {
	start 80 24
	log 15 | feed
	wait_for shows 18:11:15
	press [
	wait_for shows 18:11:14
	shows '[paused]'
	shows '1.40K'
	press '{'
	wait_for shows 18:11:04
	press ']'
	wait_for shows 18:11:05
	# What comes meanwhile is kept as well.
	{ row 16 1001 30 alpha 1600 10; end 16 1; } | feed
	press '}' ']'
	wait_for shows 18:11:16
	press '{' '{'
	wait_for shows 18:11:01
	press Space
	wait_for shows 18:11:16
	hides '[paused]'
}

@test "history is bounded and says where it begins" {
	start 132 24 --history 64K
	{
		echo "$HEADER"
		row 1 1001 30 alpha 100 10 >one
		end 1 1 >>one
		awk -v FS=, -v OFS=, '{ row[NR] = $0 }
		END {
			for (t = 110000; t < 113000; t++)
				for (i = 1; i <= NR; i++) {
					$0 = row[i]
					$1 = t ".000"
					print
				}
		}' one
	} >log.csv
	cat log.csv >&9
	wait_for shows '07:23:19Z  every 1s'
	for _ in $(seq 20); do
		press '{' '{' '{' '{' '{' '{' '{' '{' '{' '{'
	done
	wait_for shows 'history from 0'
	wait_for is_at_the_beginning
	# 64 KiB are some 1,000 of these.
	[[ "$from" > 06:50 ]]
	[[ "$from" < 07:20 ]]
}

is_at_the_beginning() {
	from=$(screen | sed -n 's/.*history from \(........\)Z.*/\1/p')
	shows "1970-01-02 ${from}Z"
}

@test "a log is replayed as it was recorded, < and > change the pace" {
	log 40 >log.csv
	start 80 24 log.csv
	wait_for shows 18:11:01
	shows 'replay x1'
	seen=$(date +%s%3N)
	wait_for shows 18:11:03
	# Two seconds less what a loaded machine may take to look.
	[ $(($(date +%s%3N) - seen)) -ge 1000 ]
	press '<'
	wait_for shows 'replay x0.5'
	press Space
	wait_for shows '[paused]'
	at=$(screen | grep -o '18:11:..Z' | head -1)
	# Beyond the newest a step reads on.
	press '}'
	wait_for hides "$at"
	sleep 0.3
	shows '[paused]'
	hides 'stream ended'
	press '>' '>' '>' '>' '>' '>' Space
	wait_for shows 'stream ended'
	shows 18:11:40
	shows 'replay x32'
	press [
	wait_for shows 18:11:39
}

@test "--speed paces any input, max shows the end at once" {
	log 40 >log.csv
	start 80 24 --speed max log.csv
	wait_for shows 'stream ended'
	shows 18:11:40
	press q
	wait_for [ -s status ]
	rm -f before after status
	terminal_teardown
	SOCKET=second
	start 80 24 --speed 20
	log 40 | feed
	wait_for shows 18:11:01
	wait_for shows 18:11:40
}

@test "colours: none, 16, 256; new rows are green, closed ones red" {
	start_bash
	while read -r command wanted; do
		type_line "clear; ${command//,/ } <stream"
		{
			echo "$HEADER"
			row 1 1001 30 alpha 20000000 10
			row 1 1002 10 beta 300 30 | sed s/live/open/
			row 1 1003 20 gamma 100 20 | sed s/live/close/
			end 1 3
		} | feed
		wait_for shows gamma
		# tmux tells colours in its own words; the numbers stay.
		t capture-pane -p -e | grep -E 'alpha|beta|gamma' >seen
		grep -qE "$wanted" <(grep beta seen)
		[ "$(grep -c "$(printf '\033')" seen)" = 3 ]
		press q
		wait_for is_back
	done <<-'END'
		TERM=xterm-256color,tcptop-view 38;5;28m
		TERM=xterm,COLORTERM=,tcptop-view 32m
		TERM=dumb,COLORTERM=,tcptop-view,--color,always 32m
	END
}

all_are_renamed() {
	[ "$(wc -l <children)" = 5 ]
}

# The name of a process is its own choice.
@test "a real process with a hostile name bends nothing" {
	start 140 24
	touch children
	for name in '\033[2J\033[31mx' 'a\nb\rc' '中文中文' '\302\2332Jz' 'e\314\201\314\201'; do
		python3 -c 'import os, sys, time
os.write(os.open("/proc/self/comm", os.O_WRONLY), sys.argv[1].encode("utf-8", "surrogateescape"))
open("children", "a").write(f"{os.getpid()}\n")
time.sleep(60)' "$(printf "$name")" 3>&- &
	done
	wait_for all_are_renamed
	{
		echo "$HEADER"
		n=0
		while read -r pid; do
			n=$((n + 1))
			# The bytes themselves, but for the newline, which would end the row.
			comm=$(cat "/proc/$pid/comm")
			row 1 "$n" "$pid" "${comm//$'\n'/\\x0a}" "$n" 1
		done <children
		row 1 9 9 plain 9 1
		end 1 6
	} | feed
	xargs kill <children
	wait_for shows plain
	[ "$(screen | grep -c '^ tcp')" = 6 ]
	screen | grep '^ tcp' | while read -r line; do wc -L <<<"$line"; done >widths
	[ "$(sort -u widths | wc -l)" = 1 ]
	screen >seen
	grep -qF '\x1b[2J\x1b[31mx' seen
	grep -qF ' a\x0ab\x0dc ' seen
	# Nothing else has the colour that the name asks for.
	run -1 bash -c 'tmux -L tcptop capture-pane -p -e | grep -P "\e\[31m"'
	press q
	is_as_before
}

@test "a reader of the terminal that goes away ends it" {
	start 80 24
	feed_first
	kill -PIPE "$(cat pid)"
	wait_for [ -s after ]
	cmp before after
}
