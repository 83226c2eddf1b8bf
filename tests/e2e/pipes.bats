#!/usr/bin/env bats
# pipes.bats - the tools in pipes, on a log as tcptop-collect wrote it: no root.

bats_require_minimum_version 1.5.0

setup() {
	local bin

	cd "$BATS_TEST_DIRNAME/../.." || return
	case ${B:=build} in
	/*) bin=$B ;;
	*) bin=$PWD/$B ;;
	esac
	PATH=$bin:$PATH
	log=$PWD/tests/data/log.csv
	cd "$BATS_TEST_TMPDIR" || return
	unset COLUMNS
}

# Frames of a batch view.
frames() {
	grep -c '^tcptop  '
}

# Values of a numbered column in the rows of the first snapshot.
first_snapshot() {
	awk -F, -v col="$1" 'NR > 1 && $2 == "end" { exit } NR > 1 { print $col }'
}

@test "a log is replayed frame by frame" {
	[ "$(tcptop-view -b <"$log" | frames)" -eq "$(grep -c ',end,' "$log")" ]
	diff <(tcptop-view -b <"$log") <(tcptop-view -b "$log")
}

@test "the slowest of each snapshot" {
	tcptop-sort -k rtt_us -n 2 <"$log" >out
	[ "$(grep -c ',end,' out)" -eq "$(grep -c ',end,' "$log")" ]
	[ "$(first_snapshot 17 <out | paste -sd ' ')" = \
	    "$(first_snapshot 17 <"$log" | sort -rn | head -n 2 | paste -sd ' ')" ]
}

@test "awk selects the rows of a process, and the view still finds the snapshots" {
	awk -F, 'NR == 1 || $10 == "nginx"' "$log" >nginx.csv
	[ "$(awk -F, '$10 == "nginx"' "$log" | wc -l)" -gt 2 ]
	tcptop-view -b <nginx.csv >out
	[ "$(frames <out)" -eq "$(sed 1d nginx.csv | cut -d, -f1 | uniq | wc -l)" ]
	[ "$(grep -c ' nginx ' out)" -eq "$(sed 1d nginx.csv | wc -l)" ]
	[ -z "$(grep curl out)" ]
}

@test "grep takes the header away: the default columns are assumed" {
	grep ',nginx,' "$log" | tcptop-sort -k bytes_out -n 1 | tcptop-view -b >out
	[ "$(grep -c ' nginx ' out)" -eq "$(grep -c ',end,' "$log")" ]
}

@test "all three in one pipe" {
	awk -F, '$8 != "LISTEN"' <"$log" | tcptop-sort -k rate -n 3 | tcptop-view -b >out
	[ "$(frames <out)" -eq "$(grep -c ',end,' "$log")" ]
	[ "$(grep -cE '^[ -]tcp' out)" -eq "$((3 * $(grep -c ',end,' "$log")))" ]
}

@test "logs put together are followed across the second header" {
	cut -d, -f 1-10,15-20 "$log" >narrow.csv
	cat "$log" narrow.csv >both.csv
	diff <(tcptop-view -b <both.csv | grep -cE ' curl ') <(grep -c ',curl,' both.csv)
}

@test "TSV goes the same way" {
	tr , '\t' <"$log" >log.tsv
	diff <(tcptop-view -b <"$log") <(tcptop-view -b <log.tsv)
	diff <(tcptop-sort -k rtt_us <"$log" | tr , '\t') <(tcptop-sort -k rtt_us <log.tsv)
}

@test "a reader that leaves ends the pipe without a word" {
	{
		cat "$log"
		for _ in $(seq 2000); do sed 1d "$log"; done
	} >long.csv
	set +o pipefail
	tcptop-sort <long.csv 2>err | head -n 1 >first
	[ "$(cat first)" = "$(head -n 1 "$log")" ]
	tcptop-view -b <long.csv 2>>err | head -n 1 >first
	[ -s first ]
	[ ! -s err ]
}
