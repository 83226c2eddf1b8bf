#!/usr/bin/env bats
# tcptop.bats - the wrapper, with stubs in place of the tools: no root, no terminal.

bats_require_minimum_version 1.5.0

setup() {
	tmp=$BATS_TEST_TMPDIR
	export TMPDIR=$tmp/tmp
	mkdir "$tmp/bin" "$tmp/tmp"
	cp "$BATS_TEST_DIRNAME/../../scripts/tcptop" "$tmp/bin"
	stub tcptop-collect 'echo "collect $*"'
	stub tcptop-view 'sed "s/^/view: /"'
	cd "$tmp" || return
}

# stub NAME SCRIPT
stub() {
	printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

# A collector with a header, one row and the end; -H leaves the header away.
stub_stream() {
	stub tcptop-collect 'case "$*" in *-o*) c=time,comm ;; *) c=time,event ;; esac
case " $* " in *" -H "* | *" --no-header "*) ;; *) echo $c ;; esac
echo "2026-11-20T18:11:04.123Z,end"'
}

@test "collect options go to the collector, its output to the view" {
	run -0 --separate-stderr bin/tcptop -p 443 -o 'time,a b'
	[ "$output" = 'view: collect -p 443 -o time,a b' ]
	[ -z "$stderr" ]
}

@test "it needs no standard input and leaves no files behind" {
	run -0 bin/tcptop <&-
	[ "$output" = 'view: collect ' ]
	[ -z "$(ls tmp)" ]
}

@test "a collector that fails gives the exit status and the only message" {
	local status_wanted

	stub tcptop-view 'cat; echo "tcptop-view: stdin: no records" >&2; exit 1'
	for status_wanted in 77 2 1; do
		stub tcptop-collect "echo 'error: it said why' >&2; exit $status_wanted"
		run "-$status_wanted" --separate-stderr bin/tcptop
		[ -z "$output" ]
		[ "$stderr" = 'error: it said why' ]
	done
}

@test "else the view gives the exit status, and its message is shown" {
	stub tcptop-view 'cat >/dev/null; echo broken >&2; exit 3'
	run -3 --separate-stderr bin/tcptop
	[ "$stderr" = broken ]
}

@test "messages of the collector come after the screen" {
	stub tcptop-collect 'echo warning >&2; echo rows'
	stub tcptop-view 'cat; sleep 0.2; echo screen'
	run -0 bin/tcptop
	[ "$output" = $'rows\nscreen\nwarning' ]
}

@test "leaving the view ends the collector, and that is no failure" {
	stub tcptop-collect 'while :; do echo row; sleep 0.05; done'
	stub tcptop-view 'head -n 1'
	run -0 --separate-stderr timeout 10 bin/tcptop
	[ "$output" = row ]
	[ -z "$stderr" ]
}

@test "a signal to the wrapper reaches the view, and all ends" {
	local name

	stub tcptop-collect 'while :; do echo row; sleep 0.05; done'
	stub tcptop-view 'trap "echo restored; exit 5" TERM; echo shown; while read -r _; do :; done'
	for name in TERM HUP; do
		bin/tcptop >out 2>&1 3>&- &
		timeout 10 sh -c 'until grep -q shown out; do sleep 0.05; done'
		kill -s $name $!
		wait $! || status=$?
		echo "status $status, $(cat out)"
		[ "$status" -eq 5 ]
		[ "$(cat out)" = $'shown\nrestored' ]
		[ -z "$(ls tmp)" ]
		: >out
	done
}

@test "Ctrl-C is no failure" {
	stub tcptop-collect 'while :; do echo row; sleep 0.05; done'
	stub tcptop-view 'echo shown; while read -r _; do :; done'
	# In the background of a shell SIGINT would be ignored: env undoes that.
	env --default-signal=INT bin/tcptop >out 2>&1 3>&- &
	timeout 10 sh -c 'until grep -q shown out; do sleep 0.05; done'
	kill -s INT $!
	wait $!
	[ "$(cat out)" = shown ]
}

@test "tools are found in sbin beside it, and by PATH" {
	mkdir -p sbin elsewhere
	mv bin/tcptop-collect sbin
	mv bin/tcptop-view elsewhere
	PATH=$tmp/elsewhere:$PATH run -0 bin/tcptop
	[ "$output" = 'view: collect ' ]
}

@test "a tool that is not installed is named" {
	rm bin/tcptop-view
	PATH=/usr/bin:/bin run -1 bin/tcptop
	[ "$output" = 'tcptop: tcptop-view is not installed' ]
}

@test "--log writes the stream as it comes, wherever the option stands" {
	run -0 bin/tcptop --log one -p 443
	[ -z "$output" ]
	run -0 bin/tcptop -p 443 --log two
	run -0 bin/tcptop -p --log=three 443
	for name in one two three; do
		[ "$(cat $name)" = 'collect -p 443' ]
	done
}

@test "--log appends; a header stands once" {
	stub_stream
	: >log
	bin/tcptop --log log
	bin/tcptop --log log
	bin/tcptop --log log -H
	[ "$(head -n 1 log)" = time,event ]
	[ "$(grep -c '^time' log)" -eq 1 ]
	[ "$(grep -c 'end$' log)" -eq 3 ]
}

@test "--log does not mix rows of other columns into a file" {
	stub_stream
	bin/tcptop --log log
	cp log before
	run -2 bin/tcptop --log log -o time,comm
	[ "$output" = 'tcptop: log has other columns; choose another file' ]
	cmp log before
}

@test "--log ends a half line that a crash left" {
	stub_stream
	printf 'time,event\n2026-11-20T18:1' >log
	bin/tcptop --log log
	[ "$(sed -n '2,$p' log)" = $'2026-11-20T18:1\n2026-11-20T18:11:04.123Z,end' ]
}

@test "--log gives the collector's status, and leaves the file alone when that fails" {
	stub tcptop-collect 'echo "error: no" >&2; exit 77'
	echo time,event >log
	run -77 --separate-stderr bin/tcptop --log log
	[ "$stderr" = 'error: no' ]
	[ "$(cat log)" = time,event ]
}

@test "--log without a file is a usage error" {
	run -2 bin/tcptop --log
	[[ $output == *'--log needs a file'* ]]
	run -2 bin/tcptop --log=
	[[ $output == *'--log needs a file'* ]]
}

@test "-h and -V start nothing" {
	stub tcptop-collect '[ "$*" = -V ] && echo "tcptop-collect 1.2.3" && exit; touch started'
	run -0 bin/tcptop -h
	[[ $output == 'usage: tcptop '* ]]
	run -0 bin/tcptop -p 1 --help
	[[ $output == 'usage: tcptop '* ]]
	run -0 bin/tcptop -V
	[ "$output" = 'tcptop 1.2.3' ]
	[ ! -e started ]
}

@test "a wrong option is told by the real collector" {
	bin=$BATS_TEST_DIRNAME/../../${B:-build}
	[[ ${B:-} != /* ]] || bin=$B
	run -2 --separate-stderr "$bin/tcptop" -o nonsense
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *"'nonsense'"* ]]
}
