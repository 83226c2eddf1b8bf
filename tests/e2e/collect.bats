# collect.bats - tcptop-collect's command line: what needs no root.
# shellcheck disable=SC2154 # bats sets stderr and stderr_lines

bats_require_minimum_version 1.5.0

setup() {
	case ${B:=build} in
	/*) PATH=$B:$PATH ;;
	*) PATH=$BATS_TEST_DIRNAME/../../$B:$PATH ;;
	esac
	export LC_ALL=C
}

# refused WORDS ARG...: exit 2, nothing on stdout, one line on stderr that has all of
# WORDS, which are divided by bars: the option, the value, what is wrong.
refused() {
	local words=$1 word

	shift
	echo "tcptop-collect $*"
	run -2 --separate-stderr tcptop-collect "$@"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" = 1 ]
	[[ $stderr == tcptop-collect:\ * ]]
	while [ -n "$words" ]; do
		word=${words%%|*}
		words=${words#"$word"}
		words=${words#|}
		if [[ $stderr != *"$word"* ]]; then
			echo "no '$word' in: $stderr"
			return 1
		fi
	done
}

@test "an unknown column is named" {
	refused "-o|'nonsense'" -o nonsense
	refused "-o|'nonsense'" -o pid,nonsense,comm
	refused "-o|'PID'" -o PID
	refused "-o|'nonsense'" -o +nonsense
	refused "-o|''" -o pid,
	refused "-o|''" -o ''
	refused "-o|'x'" --columns x
}

@test "a column named twice is refused" {
	refused "-o|'pid'|twice" -o pid,comm,pid
	refused "-o|'pid'|twice" -o +pid
}

@test "a bad interval is refused with its value" {
	for value in '' 0 0.001 9ms -1 +1 ' 1' 1x 1.5.2 nan inf 1e3 3601 4000s; do
		refused "-d|--interval|'$value'" -d "$value"
	done
}

@test "a bad count is refused with its value" {
	for value in '' 0 -1 1x 1.5 18446744073709551616; do
		refused "-c|--count|'$value'" -c "$value"
	done
}

@test "bad ports are refused with their value" {
	for option in -p --lport --rport; do
		for value in '' x 65536 20-10 1- -5 1-2-3 1-65536 ' 1'; do
			refused "$option|'$value'" "$option" "$value"
		done
	done
}

@test "a bad pid, name or address is refused with its value" {
	for value in '' 0 -1 x 2147483648; do
		refused "-P|--pid|'$value'" -P "$value"
	done
	for value in '' sixteen-bytes-xx; do
		refused "-C|--comm|'$value'" -C "$value"
	done
	for value in '' nonsense 10.0.0.0/33 ::/129 10.0.0.0/ 10.0.0 1.2.3.4/x 300.1.1.1; do
		refused "-A|--addr|'$value'" -A "$value"
	done
}

@test "a bad format, form of time, backend or size is refused with its value" {
	refused "-f|--format|'xml'" -f xml
	refused "--time|'iso'" --time iso
	refused "-b|--backend|'foo'" -b foo
	refused "--ring|'5000'" --ring 5000
	refused "--ring|'1'" --ring 1
	refused "--backlog|'0'" --backlog 0
	refused '--host' --host "$(printf '%072d' 0)"
}

@test "what says where connections come from is refused by name and value" {
	refused "-i|--interface|''" -i ''
	refused "-F|--filter|'tcp port 80'|needs" -F 'tcp port 80'
	refused "--local|needs" --local 10.0.0.0/8
	refused "--local|'x'|address" -r f --local x
	refused "--max-flows|'0'|number" -r f --max-flows 0
	refused "--udp-timeout|'x'|interval" --udp-timeout x
	refused "--udp-flows|'0'|number" --udp-flows 0
	refused "-b|--backend|'pcap'|needs" -b pcap
	refused "-b|--backend|'x'|no backend" -b x
	refused "-r|--read|'f'|not together" -i lo -r f
	refused "-b|--backend|'bpf'|not together" -b bpf -r f
}

@test "unknown options, missing values and stray words are refused by name" {
	refused "'z'" -z
	refused "'--zzz'" --zzz
	refused "'d'" -d
	refused "'--lport'" --lport
	refused "'extra'" extra
	refused "'extra'" -c 1 extra
}

@test "-h prints the usage and every option, exit 0, nothing on stderr" {
	run -0 --separate-stderr tcptop-collect -h
	[ -z "$stderr" ]
	[[ ${lines[0]} == "usage: tcptop-collect "* ]]
	for option in -d -c -f -o -H --time -p --lport --rport -P -C -A -4 -6 -l -x -b --host -h -V; do
		[[ $output == *"$option"* ]]
	done
	run -0 --separate-stderr tcptop-collect --help
	[[ ${lines[0]} == "usage: tcptop-collect "* ]]
}

@test "-V prints name and version" {
	run -0 --separate-stderr tcptop-collect -V
	[[ $output =~ ^tcptop-collect\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ -z "$stderr" ]
}

@test "help to a full disk is an error" {
	run -1 --separate-stderr bash -c 'tcptop-collect -h >/dev/full'
	[ "${#stderr_lines[@]}" = 1 ]
}
