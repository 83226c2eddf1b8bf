# corpus.bats - public captures against what others say of them: TCPTOP_CORPUS is a folder
# of them with expected.tsv (payload bytes and packets each way, from the originator's side;
# "-" where nothing is said).

bats_require_minimum_version 1.5.0

setup() {
	case ${B:=build} in
	/*) PATH=$B:$PATH ;;
	*) PATH=$BATS_TEST_DIRNAME/../../$B:$PATH ;;
	esac
	export LC_ALL=C
	corpus=${TCPTOP_CORPUS:-}
	[ -n "$corpus" ] || skip 'TCPTOP_CORPUS is not set'
	data=$BATS_TEST_DIRNAME/../data
}

# connections FILE: few snapshots, no time-out of UDP within a capture.
connections() {
	tcptop-collect -r "$1" -d 3600 --udp-timeout 3600 -Hf tsv \
	    -o event,proto,laddr,lport,raddr,rport,bytes_out,bytes_in,packets_out,packets_in
}

@test "every capture of the corpus has the connections, bytes and packets expected" {
	bad=0
	for file in $(cut -f 1 "$corpus/expected.tsv" | sed 1d | sort -u); do
		connections "$corpus/$file" >"$BATS_TEST_TMPDIR/rows" || bad=1
		awk -v file="$file" -v differs="$data/corpus.tsv" \
		    -f "$BATS_TEST_DIRNAME/corpus.awk" \
		    "$corpus/expected.tsv" "$BATS_TEST_TMPDIR/rows" >"$BATS_TEST_TMPDIR/out" || {
			bad=1
			echo "$file:"
			cat "$BATS_TEST_TMPDIR/out"
		}
	done
	[ "$bad" = 0 ]
}

@test "PKTAP gives process, name and interface" {
	for file in LINKTYPE_PKTAP LINKTYPE_USER2_PKTAP; do
		run -0 tcptop-collect -r "$corpus/$file.pcap" -Hf tsv -o event,pid,comm,iface,owner
		echo "$file: $output"
		# The name in these two is empty; tests/unit/test_pktap.c has one.
		[ "${lines[0]}" = $'open\t512\t\ten0\thook' ]
	done
}

@test "the same file gives the same bytes every time" {
	for file in "$corpus"/*.pcap*; do
		tcptop-collect -o all --host x -r "$file" -d 0.1 >"$BATS_TEST_TMPDIR/a"
		tcptop-collect -o all --host x -r "$file" -d 0.1 >"$BATS_TEST_TMPDIR/b"
		cmp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	done
}
