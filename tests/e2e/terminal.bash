# terminal.bash - a real terminal for tests of tcptop-view; tmux plays it.
# shellcheck shell=bash
# shellcheck disable=SC2016 # what stands in single quotes the shells in there expand

# The stream is a FIFO that the test holds open as descriptor 9. In the terminal runs a
# shell script (no job control: nobody but tcptop-view puts the terminal back), or bash.
terminal_setup() {
	PATH="$BATS_TEST_DIRNAME/../../${B:-build}:$PATH"
	# The server and its socket are this test's alone, and go away with it.
	export TMUX_TMPDIR="$BATS_TEST_TMPDIR"
	SOCKET=tcptop
	HEADER=time,event,proto,laddr,lport,raddr,rport,pid,comm,rate_in,rtt_us,rows,lost
	unset COLUMNS NO_COLOR TMUX
	export LC_ALL=C.UTF-8
	export -f in_terminal
	cd "$BATS_TEST_TMPDIR" || return
	mkfifo stream
}

# Ends what runs in the terminal, and sees that it is gone. Shells in there lead sessions.
terminal_teardown() {
	local session

	session=$(t list-panes -a -F '#{pane_pid}' 2>/dev/null) || true
	exec 9>&-
	t kill-server 2>/dev/null || true
	[ -z "$session" ] || wait_for nothing_runs_in "$session" || {
		ps -o pid,stat,args -s "$session"
		pkill -KILL -s "$session"
		return 1
	}
}

# The dead may stay as zombies: a container may have no init that takes them away, and a
# job that bash (5.2) continues and that ends at once is at times forgotten by it until
# its next child ends.
nothing_runs_in() {
	! ps -o stat= -s "$1" | grep -qv '^Z'
}

t() {
	tmux -L "$SOCKET" -f /dev/null "$@"
}

# What the terminal runs: the tool between two looks at the terminal's settings. The last
# state stays on the screen until the terminal goes away.
in_terminal() {
	exec 2>messages
	ulimit -c 0
	trap : INT QUIT HUP
	tty >name
	echo main screen
	stty -g >before
	sh -c 'echo $$ >pid; exec "$@"' - tcptop-view "$@" <stream
	echo $? >status
	stty -g >after
	while [ -t 0 ]; do sleep 0.1; done
}

# cols, rows, arguments of tcptop-view
start() {
	t new-session -d -x "$1" -y "$2" bash --norc -c 'in_terminal "$@"' - "${@:3}"
	exec 9<>stream
	wait_for [ -s before ]
}

start_bash() {
	t new-session -d -x 80 -y 24 -e PS1='$ ' bash --norc --noprofile
	exec 9<>stream
	type_line 'stty -g >before; echo main screen'
	wait_for [ -s before ]
}

# Until a command succeeds; 10 s are for machines under load.
wait_for() {
	for _ in $(seq 200); do
		if "$@"; then
			return 0
		fi
		sleep 0.05
	done
	echo "waited in vain: $*"
	screen
	return 1
}

screen() {
	t capture-pane -p
}

shows() {
	screen | grep -qF -- "$1"
}

hides() {
	! shows "$1"
}

press() {
	t send-keys "$@"
}

type_line() {
	t send-keys -l "$1"
	t send-keys Enter
}

# alternate screen, cursor seen, lines wrap, place of the cursor
terminal() {
	t display-message -p '#{alternate_on}#{cursor_flag}#{wrap_flag} #{cursor_x},#{cursor_y}'
}

is_taken() {
	[[ "$(terminal)" == 100* ]]
}

is_back() {
	[[ "$(terminal)" == 011* ]]
}

is_gone() {
	! ps -o stat= -p "$(cat pid)" | grep -qv '^Z'
}

# Of bash; asked again each time.
jobs_show() {
	type_line 'jobs -l'
	sleep 0.1
	shows "$1"
}

# Everything is as it was before the start of in_terminal.
is_as_before() {
	wait_for [ -s after ]
	cmp before after
	shows 'main screen'
	hides PROTO
	[ "$(terminal)" = "011 0,1" ]
}

row() {
	printf '2026-11-20T18:11:%02d.000Z,live,tcp,10.0.0.5,%d,10.0.9.1,443,%d,%s,%d,%d,,\n' "$@"
}

end() {
	printf '2026-11-20T18:11:%02d.000Z,end,,,,,,,,,,%d,0\n' "$1" "$2"
}

# Send at once: on a machine under load a pause between two lines is silence.
feed() {
	cat >rows
	cat rows >&9
}

# By rate: beta, alpha, gamma.
feed_first() {
	{
		echo "$HEADER"
		row 1 1001 30 alpha 200 10
		row 1 1002 10 beta 300 30
		row 1 1003 20 gamma 100 20
		end 1 3
	} | feed
	wait_for shows gamma
}

# By rate: gamma, beta, alpha.
feed_second() {
	{
		row 2 1001 30 alpha 20 10
		row 2 1002 10 beta 30 30
		row 2 1003 20 gamma 1000 20
		end 2 3
	} | feed
}

names() {
	screen | awk '$1 ~ /tcp$/ { print $5 }' | paste -sd ' '
}

names_are() {
	[ "$(names)" = "$1" ]
}

picked_is() {
	screen | grep -q "^>.* $1 "
}
