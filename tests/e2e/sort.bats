#!/usr/bin/env bats
# tcptop-sort: real programs, real pipes.

bats_require_minimum_version 1.5.0

setup() {
	PATH="$BATS_TEST_DIRNAME/../../${B:-build}:$PATH"
	cd "$BATS_TEST_TMPDIR" || return
	T1=2026-11-20T18:11:04.123Z
	T2=2026-11-20T18:11:05.123Z
	header=time,event,raddr,pid,comm,bytes_in,rate_in,rate_out,rtt_us,retrans,rows,lost
	{
		echo "$header"
		echo "$T1,live,10.0.9.10,5,nginx,100,9,0,180,1,,"
		echo "$T1,live,10.0.9.9,3,\"a,b\",200,10,100,,2,,"
		echo "$T1,close,2001:db8::1,4,worker,300,0,0,20,,,"
		echo "$T1,live,10.0.9.9,3,apache,400,100,10,1000,4,,"
		echo "$T1,end,,,,,,,,,4,7"
		echo "$T2,open,10.0.9.9,1,z,1,1,1,1,1,,"
		echo "$T2,live,10.0.9.9,2,y,2,2,2,2,2,,"
		echo "$T2,end,,,,,,,,,2,0"
	} >in.csv
}

# Fields of the rows of the first snapshot, with commas in names out of the way.
firsts() {
	sed 's/"a,b"/a;b/' | awk -F, -v t="$T1" -v col="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["time"] == t && $at["event"] != "end" { printf "%s ", $at[col] }'
}

# --- order -------------------------------------------------------------------------

@test "default order is by rate, the highest first, and equals keep their order" {
	tcptop-sort in.csv >out.csv
	[ "$(firsts comm <out.csv)" = "a;b apache nginx worker " ]
}

@test "quantities go down, asc turns them round, unknown is last in both" {
	[ "$(tcptop-sort -k rtt_us in.csv | firsts comm)" = "apache nginx worker a;b " ]
	[ "$(tcptop-sort -k rtt_us:desc in.csv | firsts comm)" = "apache nginx worker a;b " ]
	[ "$(tcptop-sort -k rtt_us:asc in.csv | firsts comm)" = "worker nginx apache a;b " ]
}

@test "addresses are ordered as addresses, texts as texts" {
	[ "$(tcptop-sort -k raddr in.csv | firsts raddr)" \
		= "10.0.9.9 10.0.9.9 10.0.9.10 2001:db8::1 " ]
	[ "$(tcptop-sort -k raddr:desc in.csv | firsts raddr)" \
		= "2001:db8::1 10.0.9.10 10.0.9.9 10.0.9.9 " ]
	[ "$(tcptop-sort --key comm in.csv | firsts comm)" = "a;b apache nginx worker " ]
	[ "$(tcptop-sort -k comm:desc in.csv | firsts comm)" = "worker nginx apache a;b " ]
}

@test "further keys decide where the first does not" {
	[ "$(tcptop-sort -k pid -k bytes_in in.csv | firsts bytes_in)" = "400 200 300 100 " ]
	[ "$(tcptop-sort -k pid -k bytes_in:asc in.csv | firsts bytes_in)" = "200 400 300 100 " ]
}

@test "rows that no key tells apart keep their order" {
	{
		echo time,pid,bytes_in
		for i in $(seq 1000); do echo "$T1,$((i % 3)),$i"; done
	} >ties.csv
	tcptop-sort -k pid ties.csv | tail -n +2 >out
	tail -n +2 ties.csv | sort -s -t, -k2,2n >want
	cmp out want
}

@test "lines pass through untouched, each snapshot by itself, end last" {
	tcptop-sort -k pid:desc in.csv >out.csv
	cmp <(sort in.csv) <(sort out.csv)
	[ "$(sed -n 1p out.csv)" = "$header" ]
	[ "$(sed -n 6p out.csv)" = "$T1,end,,,,,,,,,4,7" ]
	[[ "$(sed -n 7p out.csv)" == "$T2,live,"* ]]
	[ "$(sed -n 9p out.csv)" = "$T2,end,,,,,,,,,2,0" ]
}

# --- -n and -R ---------------------------------------------------------------------

@test "-n keeps the first rows of each snapshot and end counts what was written" {
	tcptop-sort -n 1 in.csv >out.csv
	[ "$(wc -l <out.csv)" -eq 5 ]
	[[ "$(sed -n 2p out.csv)" == *'"a,b"'* ]]
	[ "$(sed -n 3p out.csv)" = "$T1,end,,,,,,,,,1,7" ]
	[[ "$(sed -n 4p out.csv)" == "$T2,live,"* ]]
	[ "$(sed -n 5p out.csv)" = "$T2,end,,,,,,,,,1,0" ]
}

@test "-n larger than the snapshot changes nothing, with -R too" {
	cmp <(tcptop-sort in.csv) <(tcptop-sort -n 4 -R in.csv)
}

@test "-R folds the other rows into one of their sums" {
	tcptop-sort -R -n 1 in.csv >out.csv
	[ "$(sed -n 3p out.csv)" = "$T1,rest,,,,800,109,10,,5,," ]
	[ "$(sed -n 4p out.csv)" = "$T1,end,,,,,,,,,2,7" ]
	[ "$(sed -n 6p out.csv)" = "$T2,rest,,,,1,1,1,,1,," ]
}

@test "-R -n 0 leaves the sums of all" {
	tcptop-sort --rest --rows 0 in.csv >out.csv
	[ "$(sed -n 2p out.csv)" = "$T1,rest,,,,1000,119,110,,7,," ]
	[ "$(sed -n 3p out.csv)" = "$T1,end,,,,,,,,,1,7" ]
}

@test "a rest row is last and is folded into the new one" {
	[ "$(tcptop-sort -R -n 2 in.csv | tcptop-sort -k bytes_in | firsts event)" \
		= "live live rest " ]
	cmp <(tcptop-sort -R -n 1 in.csv) <(tcptop-sort -R -n 2 in.csv | tcptop-sort -R -n 1)
}

@test "-R works on columns in any order, unknown ones are empty in its row" {
	{
		echo rows,note,bytes_in,event,time,bytes_out
		echo ",x,1,live,1763662264.123,5"
		echo ",y,2,live,1763662264.123,"
		echo ",z,3,live,1763662264.123,7"
		echo "3,,,end,1763662264.123,"
	} >odd.csv
	tcptop-sort -k bytes_in -n 1 -R odd.csv >out.csv
	[ "$(sed -n 2p out.csv)" = ",z,3,live,1763662264.123,7" ]
	[ "$(sed -n 3p out.csv)" = ",,3,rest,1763662264.123,5" ]
	[ "$(sed -n 4p out.csv)" = "2,,,end,1763662264.123," ]
}

# --- what other tools leave of a stream --------------------------------------------

@test "columns reordered, added and dropped by awk and cut are followed" {
	sed 's/"a,b"/ab/' in.csv >plain.csv
	awk -F, -v OFS=, '{ print $4, "x" NR, $1, $2, $6 }' plain.csv \
		| sed '1s/x1/extra/' | tcptop-sort -k pid >out.csv
	[ "$(sed -n 1p out.csv)" = pid,extra,time,event,bytes_in ]
	[ "$(sed -n 2p out.csv)" = "3,x3,$T1,live,200" ]
	[ "$(sed -n 5p out.csv)" = "5,x2,$T1,live,100" ]
	cut -d, -f1,4 plain.csv | tcptop-sort -k pid:desc >out.csv
	[ "$(sed -n 2p out.csv)" = "$T1,5" ]
	[ "$(tail -n 1 out.csv)" = "$T2," ]
}

@test "a stream without header has the default columns" {
	for p in 1 3 2; do
		echo "$T1,live,tcp,10.0.0.5,443,10.0.9.1,51234,ESTABLISHED,$p,x,,,,,,,,,,"
	done >bare.csv
	echo "$T1,end,,,,,,,,,,,,,,,,,3,0" >>bare.csv
	tcptop-sort -k pid:desc -n 2 <bare.csv >out.csv
	[ "$(cut -d, -f9 out.csv | xargs)" = "3 2" ]
	[ "$(tail -n 1 out.csv)" = "$T1,end,,,,,,,,,,,,,,,,,2,0" ]
}

@test "TSV stays TSV" {
	sed 's/"a,b"/a;b/; s/,/\t/g; s/;/,/' in.csv >in.tsv
	tcptop-sort -R -n 1 in.tsv >out.tsv
	[ "$(sed -n 2p out.tsv)" = "$(sed -n 3p in.tsv)" ]
	[ "$(sed -n 3p out.tsv | tr '\t' ,)" = "$T1,rest,,,,800,109,10,,5,," ]
	[ "$(sed -n 4p out.tsv | tr '\t' ,)" = "$T1,end,,,,,,,,,2,7" ]
}

@test "CR LF line ends are understood" {
	cmp <(tcptop-sort -n 1 in.csv) <(sed 's/$/\r/' in.csv | tcptop-sort -n 1)
}

# --- where a snapshot ends -----------------------------------------------------------

@test "without end rows a snapshot ends at a new time and at end of file" {
	grep -v ,end, in.csv | tcptop-sort -k pid:desc >out.csv
	[ "$(sed 's/"a,b"/ab/' out.csv | cut -d, -f4 | xargs)" = "pid 5 4 3 3 2 1" ]
	tcptop-sort -k pid:desc <(head -n 3 in.csv) >out.csv
	[ "$(sed 's/"a,b"/ab/' out.csv | cut -d, -f4 | xargs)" = "pid 5 3" ]
}

@test "without end rows silence on a pipe ends a snapshot" {
	mkfifo pipe
	tcptop-sort -k pid <pipe >out.csv &
	exec 9>pipe
	printf '%s\n' time,pid "$T1,2" "$T1,1" >&9
	for _ in $(seq 50); do
		[ "$(wc -l <out.csv)" -eq 3 ] && break
		sleep 0.1
	done
	[ "$(cut -d, -f2 out.csv | xargs)" = "pid 1 2" ]
	exec 9>&-
	wait $!
}

@test "once the stream has shown end rows silence ends nothing" {
	{
		printf '%s\n' time,event,pid,rows "$T1,live,1," "$T1,end,,1" "$T2,live,3,"
		sleep 0.5
		printf '%s\n' "$T2,live,2," "$T2,end,,2"
	} | tcptop-sort -k pid >out.csv
	[ "$(cut -d, -f3 out.csv | xargs)" = "pid 1 2 3" ]
}

@test "a snapshot is written as soon as its end row is there" {
	mkfifo pipe
	tcptop-sort <pipe >out.csv &
	exec 9>pipe
	head -n 6 in.csv >&9
	for _ in $(seq 50); do
		[ "$(wc -l <out.csv)" -eq 6 ] && break
		sleep 0.1
	done
	[ "$(wc -l <out.csv)" -eq 6 ]
	exec 9>&-
	wait $!
}

# --- several files -------------------------------------------------------------------

@test "several files are one stream with one header" {
	head -n 4 in.csv >one.csv
	{ echo "$header"; tail -n +5 in.csv; } >two.csv
	: >empty.csv
	cmp <(tcptop-sort in.csv) <(tcptop-sort one.csv empty.csv two.csv)
	cmp <(tcptop-sort in.csv) <(cat one.csv two.csv | tcptop-sort)
	cmp <(tcptop-sort in.csv) <(tcptop-sort - two.csv <one.csv)
}

@test "files whose headers differ are refused before anything is written" {
	printf 'time,pid\n%s,1\n' "$T1" >other.csv
	run -2 --separate-stderr tcptop-sort in.csv other.csv
	[ -z "$output" ]
	[ "$stderr" = "tcptop-sort: other.csv: header differs from the first" ]
	run -2 --separate-stderr tcptop-sort -m in.csv other.csv
	[ -z "$output" ]
}

@test "-m joins snapshots that are near in time under the earliest's time" {
	h=time,event,host,pid,rows,lost
	{
		echo $h
		echo 10.000,live,a,1,,
		echo 10.000,end,a,,1,2
		echo 11.000,live,a,2,,
		echo 11.000,end,a,,1,0
	} >a.csv
	{
		echo $h
		echo 10.400,live,b,3,,
		echo 10.400,end,b,,1,3
		echo 11.400,live,b,4,,
		echo 11.400,live,b,5,,
		echo 11.400,end,b,,2,0
		echo 12.400,live,b,6,,
		echo 12.400,end,b,,1,1
	} >b.csv
	tcptop-sort -m -k pid:desc a.csv b.csv >out.csv
	diff - out.csv <<-'END'
	time,event,host,pid,rows,lost
	10.000,live,b,3,,
	10.000,live,a,1,,
	10.000,end,a,,2,5
	11.000,live,b,5,,
	11.000,live,b,4,,
	11.000,live,a,2,,
	11.000,end,a,,3,0
	12.400,live,b,6,,
	12.400,end,b,,1,1
	END
}

@test "-m keeps snapshots apart that are more than half an interval apart" {
	printf '%s\n' time,event,pid,rows 10.000,live,1, 10.000,end,,1 >a.csv
	printf '%s\n' time,event,pid,rows 10.501,live,2, 10.501,end,,1 >b.csv
	tcptop-sort -m -k pid b.csv a.csv >out.csv
	[ "$(cut -d, -f1 out.csv | xargs)" = "time 10.000 10.000 10.501 10.501" ]
}

@test "-m waits for all live inputs, and for their first rows in patience" {
	mkfifo a b
	tcptop-sort -m -k pid a b >out.csv &
	exec 8>a 9>b
	printf '%s\n' time,event,pid,rows 10.000,live,1, >&8
	sleep 0.4
	[ ! -s out.csv ]
	printf '%s\n' time,event,pid,rows 10.100,live,2, 10.100,end,,1 >&9
	sleep 0.05
	printf '%s\n' 10.000,end,,1 >&8
	exec 8>&- 9>&-
	wait $!
	[ "$(cut -d, -f3,4 out.csv | xargs)" = "pid,rows 1, 2, ,2" ]
}

@test "-m -R leaves one rest row of those that came" {
	tcptop-sort -R -n 1 in.csv >a.csv
	tcptop-sort -m -R -n 10 a.csv a.csv >out.csv
	[ "$(firsts event <out.csv)" = "live live rest " ]
	[ "$(grep -m 1 ,rest, out.csv)" = "$T1,rest,,,,1600,218,20,,10,," ]
}

@test "-m goes on with the others when one input turns bad" {
	printf '%s\n' time,event,pid,rows 10.000,live,1, 10.000,end,,1 11.000,live,3, 11.0 >a.csv
	printf '%s\n' time,event,pid,rows 10.000,live,2, 10.000,end,,1 11.000,live,4, \
		11.000,end,,1 >b.csv
	run -1 --separate-stderr tcptop-sort -m -k pid a.csv b.csv
	[ "$stderr" = "tcptop-sort: a.csv: line 5: 1 field where the header has 4" ]
	[ "${lines[3]}" = 10.000,end,,2 ]
	[ "${lines[4]}" = 11.000,live,4, ]
	[ "${#lines[@]}" -eq 6 ]
}

# --- errors --------------------------------------------------------------------------

@test "unknown column is a usage error naming the column" {
	run -2 --separate-stderr tcptop-sort -k nonsense in.csv
	[ -z "$output" ]
	[[ "$stderr" == "tcptop-sort: -k (--key) 'nonsense': "* ]]
	[[ "$stderr" != *$'\n'* ]]
}

@test "unknown direction, wrong number and unknown option are usage errors" {
	for args in "-k pid:up" "-n x" "-n -1" "-n 99999999999" -x --nonsense -k -n; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr tcptop-sort $args in.csv
		[ -z "$output" ]
		[[ "$stderr" == *tcptop-sort:* ]]
	done
}

@test "a column that the stream does not have is an error naming it" {
	run -2 --separate-stderr tcptop-sort -k cwnd in.csv
	[ -z "$output" ]
	[ "$stderr" = "tcptop-sort: stream has no column 'cwnd'" ]
	run -2 --separate-stderr tcptop-sort <(cut -d, -f1-4 in.csv)
	[ "$stderr" = "tcptop-sort: stream has no column 'rate_in'" ]
	run -2 --separate-stderr tcptop-sort -R -k pid <(cut -d, -f4 in.csv)
	[ "$stderr" = "tcptop-sort: stream has no column 'event'" ]
	run -2 --separate-stderr tcptop-sort -m -k pid <(cut -d, -f4 in.csv)
	[ "$stderr" = "tcptop-sort: stream has no column 'time'" ]
}

@test "a text that is too long for its column is sorted and passes untouched" {
	{ echo comm,pid; printf '%01000d,3\n' 0; echo 'a\x00b,1'; echo 'a,2'; } >long.csv
	cmp <(head -n 1 long.csv; sed 1d long.csv | sort -t, -k2,2n) <(tcptop-sort -k pid long.csv)
}

@test "rows after another header are refused, not mixed up" {
	{ printf 'time,pid\n%s,1\n%s,2\n' "$T1" "$T2"; printf 'pid,time\n1,%s\n' "$T2"; } >two.csv
	run -1 --separate-stderr tcptop-sort -k pid two.csv
	[ "$output" = "time,pid"$'\n'"$T1,1" ]
	[ "$stderr" = "tcptop-sort: two.csv: line 4: header differs from the first" ]
}

@test "an unreadable file is named and nothing is written" {
	run -2 --separate-stderr tcptop-sort in.csv missing.csv
	[ -z "$output" ]
	[ "$stderr" = "tcptop-sort: missing.csv: No such file or directory" ]
	run -2 --separate-stderr tcptop-sort in.csv .
	[ -z "$output" ]
	[ "$stderr" = "tcptop-sort: .: Is a directory" ]
}

@test "what is no stream is refused" {
	run -2 --separate-stderr tcptop-sort /etc/passwd
	[ -z "$output" ]
	[[ "$stderr" == "tcptop-sort: /etc/passwd: line 1: not a tcptop stream: "* ]]
}

@test "garbage later: what was whole is written, and the line is named" {
	{ head -n 7 in.csv; echo "$T2,live,nowhere,,,,,,,,,"; tail -n 2 in.csv; } >bad.csv
	run -1 --separate-stderr tcptop-sort bad.csv
	[ "${#lines[@]}" -eq 6 ]
	[ "${lines[5]}" = "$T1,end,,,,,,,,,4,7" ]
	[ "$stderr" = "tcptop-sort: bad.csv: line 8: raddr 'nowhere' is not an address" ]
}

@test "a wrong value is shown without its control characters" {
	printf 'time,pid\n%s,\033[2J\n' "$T1" >bad.csv
	run -1 --separate-stderr tcptop-sort -k pid bad.csv
	[ "$stderr" = "tcptop-sort: bad.csv: line 2: pid '\\x1b[2J' is not a number" ]
}

@test "an empty input is no error, a header alone is passed on" {
	run -0 --separate-stderr tcptop-sort /dev/null
	[ -z "$output$stderr" ]
	run -0 --separate-stderr tcptop-sort <(echo "$header")
	[ "$output" = "$header" ]
}

@test "output that cannot be written is an error" {
	[ -w /dev/full ] || skip "no /dev/full"
	echo "$header" >header.csv
	for args in in.csv header.csv "--help" "--version"; do
		run -1 sh -c "tcptop-sort $args >/dev/full"
		[ "$output" = "tcptop-sort: stdout: No space left on device" ]
	done
}

@test "a reader that goes away ends it quietly" {
	for _ in $(seq 2000); do tail -n +2 in.csv; done >long
	{ echo "$header"; cat long; } >long.csv
	run -0 --separate-stderr bash -c 'tcptop-sort long.csv | head -n 1'
	[ "$output" = "$header" ]
	[ -z "$stderr" ]
}

@test "-h and -V go to stdout and succeed" {
	run -0 --separate-stderr tcptop-sort -h
	[[ "$output" == "usage: tcptop-sort [-mR] [-k column[:asc|:desc]]... [-n rows] [file...]"* ]]
	[ -z "$stderr" ]
	run -0 tcptop-sort --help
	run -0 tcptop-sort --version
	[[ "$output" =~ ^tcptop-sort\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	run -0 tcptop-sort -V
}
