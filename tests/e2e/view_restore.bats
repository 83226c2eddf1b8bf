# view_restore.bats - tcptop-view takes the terminal late and puts it back in all cases.
# shellcheck disable=SC2016 # what stands in single quotes other shells expand

bats_require_minimum_version 1.5.0
load terminal

setup() {
	terminal_setup
}

teardown() {
	terminal_teardown
}

@test "the terminal is left alone until there is something to show" {
	start 80 24
	{ echo "$HEADER"; row 1 1001 30 alpha 200 10 | head -c 20; } >&9
	sleep 0.3
	kill -WINCH "$(cat pid)"
	sleep 0.1
	is_back
	row 1 1001 30 alpha 200 10 | tail -c +21 >&9
	wait_for is_taken
	wait_for shows alpha
	press q
	is_as_before
}

@test "Ctrl-C quits" {
	start 80 24
	feed_first
	press C-c
	is_as_before
	[ "$(cat status)" = 0 ]
}

@test "the terminal is put back when killed" {
	while read -r signal status; do
		# A server that is going away takes no new terminals.
		SOCKET=$signal
		start 80 24
		feed_first
		is_taken
		kill -"$signal" "$(cat pid)"
		is_as_before
		[ "$(cat status)" = "$status" ]
		terminal_teardown
		rm -f before after status pid
	done <<-'END'
		TERM 143
		HUP 129
		INT 0
		QUIT 131
	END
}

@test "after SIGSTOP and SIGCONT everything is taken over anew" {
	start 80 24
	feed_first
	kill -STOP "$(cat pid)"
	# What a shell does meanwhile
	stty "$(cat before)" <"$(cat name)"
	printf '\033[?1049l\033[?25h\033[?7h' >"$(cat name)"
	wait_for is_back
	kill -CONT "$(cat pid)"
	wait_for is_taken
	wait_for shows beta
	# Keys come without Enter again.
	press n
	wait_for shows comm:asc
	press q
	wait_for [ -s after ]
	cmp before after
	is_back
}

@test "Ctrl-Z gives the terminal back, fg takes it again" {
	start_bash
	type_line 'tcptop-view <stream'
	feed_first
	press C-z
	wait_for shows Stopped
	is_back
	type_line 'stty -g >during'
	wait_for [ -s during ]
	cmp before during
	type_line fg
	wait_for is_taken
	wait_for shows beta
	feed_second
	wait_for shows 18:11:02
	press n
	wait_for shows comm:asc
	press q
	wait_for is_back
	type_line 'stty -g >after'
	wait_for [ -s after ]
	cmp before after
	shows 'main screen'
	hides PROTO
}

@test "in the background it waits for fg" {
	start_bash
	type_line 'tcptop-view <stream &'
	{ echo "$HEADER"; row 1 1001 30 alpha 200 10; end 1 1; } | feed
	wait_for jobs_show 'tty input'
	is_back
	type_line clear
	type_line fg
	wait_for shows alpha
	is_taken
	# Continued by bg it asks for the terminal in vain, too.
	press C-z
	wait_for is_back
	type_line 'clear; bg; clear'
	wait_for jobs_show 'tty input'
	is_back
	type_line fg
	wait_for is_taken
	press q
	wait_for is_back
}

@test "a stopped one can be killed" {
	start_bash
	type_line 'tcptop-view <stream'
	feed_first
	press C-z
	wait_for shows Stopped
	type_line 'jobs -p >pid; kill %1'
	wait_for [ -s pid ]
	wait_for is_gone
	is_back
	# The end of another child reminds bash.
	type_line 'sleep 0'
	wait_for shows Terminated
}

@test "a first line that is no stream leaves the screen alone" {
	start 80 24
	echo hello world >&9
	is_as_before
	[ "$(cat status)" = 2 ]
	grep -q '^tcptop-view: stdin: line 1: ' messages
}

@test "garbage later is told on the main screen" {
	start 80 24
	feed_first
	echo hello world >&9
	is_as_before
	[ "$(cat status)" = 1 ]
	[ "$(wc -l <messages)" = 1 ]
	grep -q '^tcptop-view: stdin: line 6: ' messages
}

@test "a stream without records is told" {
	start 80 24
	echo "$HEADER" >&9
	sleep 0.1
	exec 9>&-
	is_as_before
	[ "$(cat status)" = 1 ]
	[ "$(cat messages)" = 'tcptop-view: stdin: no records' ]
}

@test "standard input that is a terminal is a usage error" {
	start_bash
	type_line 'clear; tcptop-view; echo status $?'
	wait_for shows 'status 2'
	shows 'standard input is a terminal; -h lists the options'
}

@test "without a terminal for keys it says what to do" {
	start_bash
	type_line 'clear; setsid -w tcptop-view <stream; echo status $?'
	wait_for shows 'status 1'
	shows '/dev/tty: '
	shows '-b needs no terminal'
}

# A terminal that takes nothing (a dead link, Ctrl-S): tmux is stopped.
@test "a blocked terminal does not block the stream, nor the way out" {
	start 200 50
	server=$(t display-message -p '#{pid}')
	{
		echo "$HEADER"
		for i in $(seq 46); do row 1 "$i" 1 "n$i" "$i" 1; done
		end 1 46
	} | feed
	wait_for shows n46
	for i in $(seq 46); do row 2 "$i" 1 "m$i" $((i * 7919 % 1000)) 1; done >many
	end 2 46 >>many
	kill -STOP "$server"
	# Some 80 frames of 5 KB are more than any pty holds.
	timeout 20 bash -c 'for i in $(seq 80); do cat many >&9; sleep 0.04; done' || {
		kill -CONT "$server"
		false
	}
	row 3 1 1 last 1 1 >&9
	end 3 1 >&9
	kill -CONT "$server"
	wait_for shows last
	hides m46
	kill -STOP "$server"
	timeout 20 bash -c 'for i in $(seq 80); do cat many >&9; sleep 0.04; done' || true
	kill -TERM "$(cat pid)"
	for _ in $(seq 100); do is_gone && break; sleep 0.05; done
	is_gone && gone=1 || gone=0
	kill -CONT "$server"
	[ "$gone" = 1 ]
	wait_for [ -s after ]
	cmp before after
}
