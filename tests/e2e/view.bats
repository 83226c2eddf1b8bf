# view.bats - tcptop-view without a terminal: frames on paper, options, errors.
# shellcheck disable=SC2016,SC2154 # for bash -c; bats sets stderr and stderr_lines

bats_require_minimum_version 1.5.0

setup() {
	PATH="$BATS_TEST_DIRNAME/../../${B:-build}:$PATH"
	DATA="$BATS_TEST_DIRNAME/../data"
	HEADER=time,event,proto,laddr,lport,raddr,rport,pid,comm,rate_in,rate_out,rows,lost
	unset COLUMNS NO_COLOR
	export LC_ALL=C.UTF-8
	cd "$BATS_TEST_TMPDIR" || return
	sample >in.csv
}

# second, port, name, rate: one row; the last snapshot's end is `end SECOND ROWS LOST`
row() {
	printf '2026-11-20T18:11:%02d.000Z,live,tcp,10.0.0.5,%d,10.0.9.1,443,812,%s,%d,0,,\n' \
	    "$1" "$2" "$3" "$4"
}

end() {
	printf '2026-11-20T18:11:%02d.000Z,end,,,,,,,,,,%d,%d\n' "$1" "$2" "${3:-0}"
}

# Two snapshots of two rows, not in the order of their rates: in.csv of every test. It
# is written at once: on a machine under load a pause between two lines is silence.
sample() {
	echo "$HEADER"
	row 1 1001 slow 10
	row 1 1002 fast 2000
	end 1 2
	row 2 1002 fast 3000
	row 2 1001 slow 20
	end 2 2
}

# The process column of all rows.
names() {
	awk '$1 == "tcp" { print $5 }' | paste -sd ' '
}

@test "batch prints one frame for each snapshot, an empty line between" {
	run -0 --separate-stderr tcptop-view -b in.csv
	[ -z "$stderr" ]
	cat >expected <<-'END'
		tcptop  2026-11-20 18:11:01Z
		2 tcp  0 udp  0 listening  0 opened  0 closed
		in 2.01KB/s  out 0B/s
		 PROTO LOCAL          REMOTE             PID PROCESS  STATE   IN/s  OUT/s    RTT
		 tcp   10.0.0.5:1001  10.0.9.1:443       812 slow     -         10      0      -
		 tcp   10.0.0.5:1002  10.0.9.1:443       812 fast     -      2.00K      0      -

		tcptop  2026-11-20 18:11:02Z  every 1s
		2 tcp  0 udp  0 listening  0 opened  0 closed
		in 3.02KB/s  out 0B/s
		 PROTO LOCAL          REMOTE             PID PROCESS  STATE   IN/s  OUT/s    RTT
		 tcp   10.0.0.5:1002  10.0.9.1:443       812 fast     -      3.00K      0      -
		 tcp   10.0.0.5:1001  10.0.9.1:443       812 slow     -         20      0      -
	END
	COLUMNS=80 tcptop-view -b in.csv >actual
	diff expected actual
}

@test "a file, standard input and - show the same" {
	tcptop-view -b in.csv >file
	tcptop-view -b <in.csv >stdin
	tcptop-view -b - <in.csv >dash
	tcptop-view -b < <(cat in.csv) >pipe
	grep -q fast file
	cmp file stdin
	cmp file dash
	cmp file pipe
}

@test "without a terminal on stdout frames are plain without -b" {
	run -0 --separate-stderr tcptop-view in.csv
	[ "$output" = "$(tcptop-view -b in.csv)" ]
	[[ "$output" == *fast* ]]
}

@test "batch keeps the order of the stream" {
	run -0 names < <(tcptop-view -b in.csv)
	[ "$output" = "slow fast fast slow" ]
}

@test "batch shows what tcptop-sort has made" {
	tcptop-sort -k rate_in:asc -n 1 in.csv >sorted.csv
	run -0 names < <(tcptop-view -b sorted.csv)
	[ "$output" = "slow slow" ]
}

@test "-k sorts, -k none keeps the order, several keys settle ties" {
	run -0 names < <(tcptop-view -b -k rate in.csv)
	[ "$output" = "fast slow fast slow" ]
	run -0 names < <(tcptop-view -b --key=rate_in:asc in.csv)
	[ "$output" = "slow fast slow fast" ]
	run -0 names < <(tcptop-view -b -k none in.csv)
	[ "$output" = "slow fast fast slow" ]
	run -0 names < <(tcptop-view -b -k pid -k comm:desc in.csv)
	[ "$output" = "slow fast slow fast" ]
	run -0 names < <(tcptop-view -b -k pid -k comm in.csv)
	[ "$output" = "fast slow fast slow" ]
}

@test "-n limits the rows, not the sums" {
	run -0 tcptop-view -b -n 1 -k rate in.csv
	[ "$(grep -c '^ tcp' <<<"$output")" = 2 ]
	[[ "$output" == *"2 tcp"*"in 2.01KB/s"*fast* ]]
	[[ "$output" != *slow* ]]
}

@test "--once prints the first snapshot and does not wait for the next" {
	mkfifo fifo
	{ echo "$HEADER"; row 1 1001 a 1; end 1 1; exec sleep 20; } >fifo 3>&- &
	run -0 timeout 10 tcptop-view --once fifo
	kill $!
	[[ "$output" == *18:11:01Z*" a "* ]]
}

@test "without end rows silence ends a snapshot" {
	mkfifo fifo
	{ echo "$HEADER"; row 1 1001 a 1; row 1 1002 b 1; } >rows
	{ cat rows; exec sleep 20; } >fifo 3>&- &
	run -0 timeout 10 tcptop-view --once fifo
	kill $!
	[[ "$output" == *" a "*" b "* ]]
	[[ "$output" != *incomplete* ]]
}

@test "with end rows silence ends nothing" {
	mkfifo fifo
	{ echo "$HEADER"; row 1 1001 a 1; end 1 1; row 2 1001 b 1; } >rows
	{
		cat rows
		sleep 1
		row 2 1002 c 1
		end 2 2
	} >fifo 3>&- &
	run -0 names < <(timeout 10 tcptop-view -b fifo | tail -2)
	[ "$output" = "b c" ]
}

@test "a new time and the end of the file end a snapshot too" {
	grep -v ,end, in.csv >no-end.csv
	tcptop-view -b no-end.csv >out
	[ "$(grep -c '^tcptop' out)" = 2 ]
	[ "$(names <out)" = "slow fast fast slow" ]
	run -1 grep incomplete out
}

@test "losses and missing rows are told" {
	{ echo "$HEADER"; row 1 1 a 1; end 1 1 7; } >lost.csv
	run -0 tcptop-view -b lost.csv
	[[ "$output" == *"7 reports lost"* ]]
	run -0 tcptop-view -b < <(grep -v ,slow, in.csv)
	[[ "$output" == *"incomplete: 1 of 2 rows"* ]]
	run -0 tcptop-view -b < <(sed '$d' in.csv)
	[[ "$output" == *"incomplete: no end row"* ]]
	run -0 tcptop-view -b in.csv
	[[ "$output" != *lost* ]]
	[[ "$output" != *incomplete* ]]
}

@test "TSV is read as well, columns found by name" {
	printf 'comm\tevent\trate_in\ttime\n%s\tlive\t5\t1.000\n' abc >in.tsv
	run -0 tcptop-view -b in.tsv
	[[ "$output" == *" abc "* ]]
	[[ "$output" == *"1970-01-01 00:00:01Z"* ]]
}

@test "the host of the stream is in the first line" {
	run -0 tcptop-view -b "$DATA/view.csv"
	[ "${lines[0]}" = "tcptop  web-1  2026-11-20 18:11:02Z" ]
}

@test "the width is COLUMNS, no line is wider" {
	for cols in 20 57 80 200; do
		COLUMNS=$cols tcptop-view -b "$DATA/view.csv" >out
		[ "$(wc -L <out)" -le $cols ]
		[ "$(wc -l <out)" = 24 ]
	done
	# What is no width is not used.
	COLUMNS=5 tcptop-view -b "$DATA/view.csv" >out
	COLUMNS=x tcptop-view -b "$DATA/view.csv" >out2
	[ "$(wc -L <out)" -gt 100 ]
	cmp out out2
}

@test "no byte of a hostile name reaches the output" {
	{
		echo "$HEADER"
		row 1 1 "$(printf 'a\033[31mb\033]0;t\007')" 1
		row 1 2 "$(printf 'c\302\2331md\177\001')" 2
		row 1 3 '\x1b[2J\x0a\x0d' 3
		row 1 4 "$(printf 'e\377\300\257')" 4
		row 1 5 "$(printf 'f\342\200\256g')" 5
		end 1 5
	} >in.csv
	tcptop-view -b in.csv >out
	[ "$(wc -l <out)" = 9 ]
	[ "$(LC_ALL=C tr -d '[:print:]\n' <out | wc -c)" = 0 ]
	grep -qF 'a\x1b[31mb' out
	grep -qF '\x1b[2J\x0a\x0d' out
	# Columns stand straight: all rows end where their RTT does.
	[ "$(awk '/^ tcp/ { print length() }' out | sort -u | wc -l)" = 1 ]
}

@test "wide characters do not bend the table" {
	{ echo "$HEADER"; row 1 1 中文名字 1; row 1 2 abc 2; row 1 3 été 3; end 1 3; } >in.csv
	tcptop-view -b in.csv >out
	grep -q 中文名字 out
	grep ^' tcp' out | while read -r line; do wc -L <<<" $line"; done >widths
	[ "$(wc -l <widths)" = 3 ]
	[ "$(sort -u widths | wc -l)" = 1 ]
}

@test "where the locale is not UTF-8 no other character is sent" {
	{ echo "$HEADER"; row 1 1 中文 1; end 1 1; } >in.csv
	LC_ALL=C tcptop-view -b in.csv >out
	[ "$(LC_ALL=C tr -d '[:print:]\n' <out | wc -c)" = 0 ]
	grep -qF ' ?? ' out
}

@test "an empty stream prints nothing" {
	run -0 --separate-stderr tcptop-view -b </dev/null
	[ -z "$output$stderr" ]
	run -0 --separate-stderr tcptop-view -b < <(echo "$HEADER")
	[ -z "$output$stderr" ]
}

@test "a file that cannot be read is a usage error naming it" {
	run -2 --separate-stderr tcptop-view -b missing.csv
	[ -z "$output" ]
	[ "$stderr" = "tcptop-view: missing.csv: No such file or directory" ]
	run -2 --separate-stderr tcptop-view -b /
	[ -z "$output" ]
	[ "$stderr" = "tcptop-view: /: Is a directory" ]
}

@test "a first line that is no stream is a usage error" {
	run -2 --separate-stderr tcptop-view -b < <(echo hello world)
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" = 1 ]
	[[ "$stderr" == "tcptop-view: stdin: line 1: "* ]]
}

@test "garbage later fails after the frames before it" {
	echo hello world >>in.csv
	run -1 --separate-stderr tcptop-view -b <in.csv
	[ "$(grep -c '^tcptop' <<<"$output")" = 2 ]
	[ "${#stderr_lines[@]}" = 1 ]
	[[ "$stderr" == "tcptop-view: stdin: line 8: "* ]]
}

@test "a full disk is noticed" {
	[ -c /dev/full ] || skip "no /dev/full"
	run -1 bash -c 'tcptop-view -b "$1" 2>err >/dev/full' - "$DATA/view.csv"
	[ "$(cat err)" = "tcptop-view: stdout: No space left on device" ]
}

@test "a closed pipe ends it quietly" {
	for _ in 1 2 3 4 5 6; do tail -n +2 in.csv >rows; cat rows rows >>in.csv; done
	run -141 --separate-stderr bash -c 'set -o pipefail; tcptop-view -b in.csv | head -1'
	[ -z "$stderr" ]
	[ "$output" = "tcptop  2026-11-20 18:11:01Z" ]
}

@test "wrong options are usage errors that name option, value and remedy" {
	while IFS='|' read -r args expected; do
		eval "run -2 --separate-stderr tcptop-view $args in.csv"
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" = 1 ]
		[[ "$stderr" == "tcptop-view: "*"$expected"* ]] || {
			echo "$args: $stderr"
			false
		}
	done <<-'END'
		-b -k nonsense|-k (--key) 'nonsense': neither rate nor a column
		-b -k rate:up|-k (--key) 'rate:up': the direction is neither
		-b -k ''|-k (--key) '': neither rate nor a column
		-b -k none -k pid|-k (--key) 'pid': none stands alone
		-b -k pid -k none|-k (--key) 'none': none stands alone
		-b -n 0|-n (--rows) '0': not a number from 1 to
		-b -n -1|-n (--rows) '-1': not a number from 1 to
		-b -n 5x|-n (--rows) '5x': not a number from 1 to
		--color sometimes|--color 'sometimes': neither auto, always nor never
		--speed fast|--speed 'fast': neither max nor a factor
		--speed 0|--speed '0': neither max nor a factor
		--history 64MB|--history '64MB': not a size such as 64M
		--history -1|--history '-1': not a size such as 64M
		-bx|'x'
		--once -xb|'x'
		--nonsense|'--nonsense'
		--batch=1|'--batch'
		-b in.csv|'in.csv'; -h lists the options
	END
	for args in -k --color --speed --history; do
		run -2 --separate-stderr tcptop-view -b $args
		[ "${#stderr_lines[@]}" = 1 ]
		[[ "$stderr" == "tcptop-view: "*"'${args#-}'"* || "$stderr" == *"'$args'"* ]]
	done
}

@test "-h and -V go to stdout" {
	run -0 --separate-stderr tcptop-view -h
	[ -z "$stderr" ]
	[[ "${lines[0]}" == "usage: tcptop-view [-b] [-k column"* ]]
	[ "$output" = "$(tcptop-view --help)" ]
	run -0 --separate-stderr tcptop-view -V
	[ -z "$stderr" ]
	[[ "$output" =~ ^tcptop-view\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ "$output" = "$(tcptop-view --version)" ]
}

@test "a name that is too long for its column is shown as far as it goes" {
	{
		echo "$HEADER"
		row 1 1 "$(printf '%01000d' 0)" 1
		row 1 2 '0123456789abcdef012345été' 1
		row 1 3 'a\x00b' 1
		end 1 3
	} >in.csv
	COLUMNS=200 tcptop-view -b in.csv >out
	[ "$(grep -c '^ tcp' out)" = 3 ]
	[ "$(grep -c '812 00000000000000000000000 ' out)" = 1 ]
	[ "$(grep -c ' 0123456789abcdef012345 ' out)" = 1 ]
	[ "$(grep -c ' a  ' out)" = 1 ]
}

@test "batch has no escapes, whatever --color says" {
	tcptop-view -b --color always "$DATA/view.csv" >out
	grep -q nginx out
	[ "$(tr -cd '\033' <out | wc -c)" = 0 ]
}
