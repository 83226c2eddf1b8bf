# view_tty.bats - tcptop-view on a terminal: what it shows, what keys do.

bats_require_minimum_version 1.5.0
load terminal

setup() {
	terminal_setup
}

teardown() {
	terminal_teardown
}

@test "rows come in the order of their rates, q quits" {
	start 80 24
	feed_first
	is_taken
	shows 'sort rate:desc'
	names_are 'beta alpha gamma'
	press q
	is_as_before
	[ "$(cat status)" = 0 ]
	[ ! -s messages ]
}

@test "keys sort, the same key again reverses" {
	start 80 24
	feed_first
	while read -r key order names; do
		press "$key"
		wait_for shows "sort $order"
		names_are "$names"
	done <<-'END'
		n comm:asc alpha beta gamma
		n comm:desc gamma beta alpha
		p pid:asc beta gamma alpha
		t rtt_us:desc beta gamma alpha
		t rtt_us:asc alpha gamma beta
		r rate_in:desc beta alpha gamma
		a laddr:asc alpha beta gamma
		a laddr:desc gamma beta alpha
		T rate:desc beta alpha gamma
	END
	for key in R:rate_out s:state A:raddr P:proto; do
		press "${key%:*}"
		wait_for shows "sort ${key#*:}:"
	done
	screen | sed -n 4p | grep -qF 'PROT^'
}

@test "-k sets the order at the start" {
	start 80 24 -k none
	feed_first
	hides 'sort '
	names_are 'alpha beta gamma'
}

@test "new snapshots are sorted as well" {
	start 80 24
	feed_first
	feed_second
	wait_for shows 18:11:02
	names_are 'gamma beta alpha'
}

@test "the selection stays with its connection" {
	start 80 24
	feed_first
	press Down
	wait_for picked_is beta
	press j
	wait_for picked_is alpha
	feed_second
	wait_for shows 18:11:02
	picked_is alpha
	names_are 'gamma beta alpha'
	press Up
	wait_for picked_is beta
	press Home
	wait_for picked_is gamma
	press End
	wait_for picked_is alpha
	press g
	wait_for picked_is gamma
	press PageDown
	wait_for picked_is alpha
	press PageUp
	wait_for picked_is gamma
	press Escape
	wait_for hides '>tcp'
}

@test "the table scrolls with the selection" {
	start 80 8
	{
		echo "$HEADER"
		for i in $(seq 10 29); do row 1 "$i" 1 "n$i" "$i" 1; done
		end 1 20
	} | feed
	wait_for shows n29
	names_are 'n29 n28 n27 n26'
	press G
	wait_for picked_is n10
	names_are 'n13 n12 n11 n10'
	press PageUp
	wait_for picked_is n14
	names_are 'n14 n13 n12 n11'
}

@test "space pauses the screen, not the stream" {
	start 80 24
	feed_first
	press Space
	wait_for shows '[paused]'
	feed_second
	# Read to the end: more than a pipe holds went through.
	for _ in $(seq 1000); do cat rows; done >&9
	shows 18:11:01
	press Space
	wait_for shows 18:11:02
	hides '[paused]'
}

@test "the size may change at any time" {
	start 80 24
	feed_first
	t resize-window -x 140 -y 30
	wait_for shows 'RATE INv'
	t resize-window -x 20 -y 5
	wait_for hides PROTO
	[ "$(screen | wc -L)" -le 20 ]
	shows REMOTE
	t resize-window -x 1 -y 1
	t resize-window -x 80 -y 24
	wait_for shows PROTO
	names_are 'beta alpha gamma'
	press q
	wait_for [ -s after ]
	cmp before after
	is_back
}

@test "Ctrl-L draws what another program has spoilt" {
	start 80 24
	feed_first
	printf '\033[2Jspoilt\033[?25h' >"$(cat name)"
	wait_for hides beta
	press C-l
	wait_for shows beta
	hides spoilt
	is_taken
	press q
	wait_for [ -s after ]
	cmp before after
}

@test "what was drawn change by change is what is drawn anew" {
	start 100 16
	echo "$HEADER" >&9
	for second in $(seq 12); do
		n=0
		for name in abc 中文 é xx中 '' 中中中中; do
			n=$((n + 1))
			[ $(((n + second) % 5)) = 0 ] ||
				row "$second" "$n" 1 "$name$second" $((second * n * 7919 % 5000)) "$second"
		done >some
		{ cat some; end "$second" "$(wc -l <some)"; } | feed
		[ $((second % 4)) != 0 ] || press j
		wait_for shows "$(printf '18:11:%02d' "$second")"
	done
	sleep 0.2
	screen >changed
	printf '\033[16;1Hspoilt' >"$(cat name)"
	wait_for shows spoilt
	press C-l
	wait_for hides spoilt
	wait_for shows 中12
	screen >anew
	diff changed anew
}

@test "the last frame stays when the stream ends" {
	start 80 24
	feed_first
	exec 9>&-
	wait_for shows 'stream ended'
	names_are 'beta alpha gamma'
	press n
	wait_for names_are 'alpha beta gamma'
	press q
	is_as_before
	[ "$(cat status)" = 0 ]
}

@test "a stream that falls silent is told" {
	start 80 24
	feed_first
	hides 'no data'
	wait_for shows 'no data for 6 s'
	wait_for shows 'no data for 7 s'
	feed_second
	wait_for hides 'no data'
}

@test "--once on a terminal is a plain frame" {
	start_bash
	type_line 'clear; tcptop-view --once <stream; echo status $?'
	feed_first
	wait_for shows 'status 0'
	is_back
	names_are 'alpha beta gamma'
}

@test "the titles are reversed, with NO_COLOR and --color never they are not" {
	start_bash
	while read -r command; do
		type_line "$command <stream"
		feed_first
		t capture-pane -p -e | grep PROTO >titles
		press j j
		wait_for picked_is alpha
		t capture-pane -p -e | grep alpha >picked
		if [[ "$command" == *plain* ]]; then
			! grep -q $'\033\\[' titles picked
		else
			grep -q $'\033\\[7m' titles
			grep -q $'\033\\[7m' picked
		fi
		press q
		wait_for is_back
	done <<-'END'
		tcptop-view
		env plain=1 NO_COLOR=1 tcptop-view
		env plain=1 tcptop-view --color never
		env NO_COLOR=1 tcptop-view --color always
		env NO_COLOR= tcptop-view --color=auto
	END
}

@test "hostile and wide names cannot bend the table" {
	start 100 24
	{
		echo "$HEADER"
		row 1 1 1 "$(printf 'a\033[2J\033]0;t\007')" 9 1
		row 1 2 2 '\x1b[31m\x0a\x0d' 8 1
		row 1 3 3 中文名字中文 7 1
		row 1 4 4 étéété 6 1
		row 1 5 5 "$(printf 'x\302\233y\342\200\256z')" 5 1
		row 1 6 6 plain 4 1
		end 1 6
	} | feed
	wait_for shows plain
	[ "$(screen | grep -c '^ tcp')" = 6 ]
	shows 'a\x1b[2J'
	shows '\x1b[31m'
	# The last column of each row ends where the others do.
	screen | grep '^ tcp' | while read -r line; do wc -L <<<"$line"; done >widths
	[ "$(wc -l <widths)" = 6 ]
	[ "$(sort -u widths | wc -l)" = 1 ]
	[ "$(t display-message -p '#{pane_title}')" != t ]
}
