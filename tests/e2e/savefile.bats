# savefile.bats - tcptop-collect -r: captures in their own time. The generator of the bench
# makes them.

bats_require_minimum_version 1.5.0

setup_file() {
	cc -O2 -o "$BATS_FILE_TMPDIR/packets" "$BATS_TEST_DIRNAME/../bench/packets.c"
	"$BATS_FILE_TMPDIR/packets" 20000 50 >"$BATS_FILE_TMPDIR/file.pcap"
}

setup() {
	case ${B:=build} in
	/*) PATH=$B:$PATH ;;
	*) PATH=$BATS_TEST_DIRNAME/../../$B:$PATH ;;
	esac
	export LC_ALL=C
	file=$BATS_FILE_TMPDIR/file.pcap
	cd "$BATS_TEST_TMPDIR"
}

# sums of the deltas of TSV lines event, delta_in, delta_out
sums() {
	awk -F '\t' '$1 != "end" { in_ += $2; out += $3 } END { print in_ + 0, out + 0 }'
}

@test "whatever the interval, the sums are the same" {
	for d in 0.01 0.05 3600; do
		tcptop-collect -r "$file" -d $d -Hf tsv -o event,delta_in,delta_out | sums
	done >all
	cat all
	[ "$(sort -u all | wc -l)" = 1 ]
	[ "$(cut -d ' ' -f 1 all | head -n 1)" -gt 100000 ]
}

@test "snapshots come every interval of the packets' time, the last one at the end" {
	tcptop-collect -r "$file" -d 0.05 -H --time epoch -o time,event | grep end | cut -d, -f 1 >when
	awk '{ t = sprintf("%.0f", $1 * 1000) } NR > 1 { print t - last } { last = t }' when >gaps
	cat gaps
	[ "$(sed '$d' gaps | sort -u)" = 50 ]
	[ "$(tail -n 1 gaps)" -le 50 ]
}

@test "standard input, and gzip by pipe, give the same as the file" {
	tcptop-collect -r "$file" -o all --host x >a
	tcptop-collect -r - -o all --host x <"$file" >b
	gzip -c "$file" | zcat | tcptop-collect -r - -o all --host x >c
	cmp a b
	cmp a c
	[ -s a ]
}

@test "a truncated file is told as far as it goes, then an error and 1" {
	head -c 1000000 "$file" >cut.pcap
	run -1 --separate-stderr tcptop-collect -r cut.pcap -H -o event,rows
	[[ $stderr == *truncated* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	[ "${#lines[@]}" -gt 50 ]
	[[ ${lines[-1]} == end,* ]]
}

@test "what is no capture, or is not there, is named; nothing is written" {
	echo hello world this is no capture >text
	run -1 --separate-stderr tcptop-collect -r text
	[ -z "$output" ]
	[[ $stderr == *"-r (--read) 'text': "* ]]
	run -1 --separate-stderr tcptop-collect -r nosuch
	[ -z "$output" ]
	[[ $stderr == *"nosuch"* ]]
	: >empty
	run -1 --separate-stderr tcptop-collect -r empty
	[ -z "$output" ]
	[[ $stderr == *"'empty'"* ]]
	run -1 --separate-stderr tcptop-collect -r "$file" -F 'tcp and ('
	[ -z "$output" ]
	[[ $stderr == *"-F (--filter) 'tcp and ('"* ]]
}

@test "a link type that cannot be read is refused by its number" {
	# The type is the last word of the file's header: 147 is for private use.
	{ head -c 20 "$file"; printf '\223\0\0\0'; tail -c +25 "$file" | head -c 1000; } >user.pcap
	run -1 --separate-stderr tcptop-collect -r user.pcap
	[ -z "$output" ]
	[[ $stderr == *"link type 147"* ]]
}

@test "the filters hold" {
	all=$(tcptop-collect -r "$file" -d 3600 -Ho event | grep -vc end)
	[ "$all" -ge 50 ]
	[ "$(tcptop-collect -r "$file" -d 3600 -uHo event)" = end ]
	[ "$(tcptop-collect -r "$file" -d 3600 -6Ho event)" = end ]
	[ "$(tcptop-collect -r "$file" -d 3600 -p 1 -Ho event)" = end ]
	[ "$(tcptop-collect -r "$file" -d 3600 -F 'udp' -Ho event)" = end ]
	[ "$(tcptop-collect -r "$file" -d 3600 -t -p 443 -A 10.0.0.0/8 -4 -Ho event | grep -vc end)" = "$all" ]
	some=$(tcptop-collect -r "$file" -d 3600 -F 'tcp port 20007' -Ho lport | grep -c .)
	[ "$some" -ge 1 ]
	[ "$some" = "$(tcptop-collect -r "$file" -d 3600 -p 20007 -Ho lport | grep -c .)" ]
}

@test "--local decides which end is local; else the originator is" {
	[ "$(tcptop-collect -r "$file" -d 3600 -Ho rport | sort -u)" = $'\n443' ]
	[ "$(tcptop-collect -r "$file" -d 3600 --local 10.128.0.0/9 -Ho lport | sort -u)" = $'\n443' ]
	tcptop-collect -r "$file" -d 3600 -Hf tsv -o event,delta_in,delta_out | sums >a
	tcptop-collect -r "$file" -d 3600 --local 10.128.0.0/9 -Hf tsv -o event,delta_out,delta_in | sums >b
	cmp a b
}

@test "more connections than --max-flows: the oldest go, and are counted as lost" {
	tcptop-collect -r "$file" -d 3600 --max-flows 10 -Hf tsv -o event,delta_in,delta_out >rows
	lost=$(tcptop-collect -r "$file" -d 3600 --max-flows 10 -Ho lost | tail -n 1)
	[ "$lost" -gt 10 ]
}

@test "-c ends after so many snapshots" {
	[ "$(tcptop-collect -r "$file" -d 0.01 -c 3 -Ho event | grep -c end)" = 3 ]
}

@test "packets that are neither TCP nor UDP are counted on standard error" {
	# Ethernet type 0x0806 in the second packet: an ARP by its name.
	python3 - "$file" arp.pcap <<-'END'
		import struct, sys
		data = bytearray(open(sys.argv[1], "rb").read()[:5000])
		length = struct.unpack_from("<I", data, 24 + 8)[0]
		at = 24 + 16 + length
		length2 = struct.unpack_from("<I", data, at + 8)[0]
		data[at + 16 + 12:at + 16 + 14] = b"\x08\x06"
		open(sys.argv[2], "wb").write(data[:at + 16 + length2])
	END
	run -0 --separate-stderr tcptop-collect -r arp.pcap -Ho event
	[ "${lines[-1]}" = end ]
	[ "$stderr" = 'tcptop-collect: 1 of 2 packets were neither TCP nor UDP, or damaged' ]
}

@test "a leap of a century in the file's time ends" {
	python3 - "$file" leap.pcap <<-'END'
		import struct, sys
		data = bytearray(open(sys.argv[1], "rb").read()[:5000])
		length = struct.unpack_from("<I", data, 24 + 8)[0]
		at = 24 + 16 + length
		length2 = struct.unpack_from("<I", data, at + 8)[0]
		struct.pack_into("<I", data, at, 0xfffffff0)
		open(sys.argv[2], "wb").write(data[:at + 16 + length2])
	END
	timeout 20 tcptop-collect -r leap.pcap -d 0.1 -Ho event >rows
	[ "$(tail -n 1 rows)" = end ]
	[ "$(wc -l <rows)" -lt 300000 ]
}

@test "options that need packets say so" {
	for option in "-F tcp" "--local 10.0.0.0/8" "-b pcap"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr tcptop-collect $option
		[ -z "$output" ]
		[[ $stderr == *"needs -i INTERFACE or -r FILE" ]]
	done
	run -2 --separate-stderr tcptop-collect -i lo -r "$file"
	[[ $stderr == *"-r (--read) '$file': not together with -i" ]]
	run -2 --separate-stderr tcptop-collect -b bpf -r "$file"
	[[ $stderr == *"-b (--backend) 'bpf': not together with -i or -r" ]]
}

@test "a large file shows its progress on a terminal, and wipes it away" {
	"$BATS_FILE_TMPDIR/packets" 1500000 50 >large.pcap
	script -qec "tcptop-collect -r large.pcap -d 3600 >rows" typescript </dev/null >/dev/null
	grep -aE '\[#+ *\] +[0-9]+ %  [0-9.]+ M packets/s' typescript
	[ -s rows ]
	! tcptop-collect -r large.pcap -d 3600 2>&1 >/dev/null | grep -q packets/s
}
