#!/usr/bin/env bats
# The diag backend: what any user may ask the kernel, with the numbers that bpf has.

bats_require_minimum_version 1.5.0

load lib.bash

limits='tcptop-collect: warning: diag sees no UDP, no connect refused within the interval,'
limits+=' and only this network namespace'
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

setup() {
	need root setpriv
	"${nobody[@]}" test -x "$(type -P tcptop-collect)" ||
	    cannot 'nobody may not execute the collector where it lies'
}

# start_diag [COMMAND --] ARG...: what starts after this is seen; its output is in $log.
start_diag() {
	local before=()

	if [[ " $* " == *" -- "* ]]; then
		while [ "$1" != -- ]; do
			before+=("$1")
			shift
		done
		shift
	fi
	log=$BATS_TEST_TMPDIR/log.$((++logs))
	spawn "${before[@]}" tcptop-collect -b diag "$@" >"$log" 2>"$log.err"
	collector=$!
	until_true 10 header_or_gone
}

# stop_diag: one last snapshot, exit 0, on stderr what it cannot see.
stop_diag() {
	local status=0

	end_process "$collector" || status=$?
	cat "$log.err"
	[ "$status" = 0 ]
	[ "$(cat "$log.err")" = "$limits" ]
	[ "$(tail -n 1 "$log" | cut -d, -f2)" = end ]
	check_stream "$log"
}

# Leave out what no sock_diag message tells: what a connection died of.
believe() {
	sed -i -E 's/\terror=[^\t]*//' "$truth"
}

# Every end of the peers has its process.
owned() {
	local cookie

	for cookie in $(grep '^live' "$truth" | grep -o 'cookie=[0-9]*'); do
		[ -n "$(pick "$cookie,event=live,pid=>0" pid)" ] || return 1
	done
}

# --- without privileges ---------------------------------------------------------------

# A python that nobody may run.
nobodys_python() {
	local python

	for python in "$(type -P python3)" /usr/bin/python3; do
		if "${nobody[@]}" "$python" -c 'import socket' 2>/dev/null &&
		    "${nobody[@]}" test -r "$live/peers.py"; then
			cast=("${nobody[@]}" "$python" "$live/peers.py")
			return
		fi
	done
	cannot 'nobody may not run python3, or read peers.py'
}

@test "without privileges, auto: exit 77, the message, and a hint at -b diag" {
	run -77 --separate-stderr "${nobody[@]}" tcptop-collect -c 1 -d 0.1
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = 'error: tcptop requires root privileges. Run with sudo.' ]
	[[ ${stderr_lines[1]} == 'hint: -b diag needs no privileges;'* ]]
	[ "${#stderr_lines[@]}" = 2 ]
	# No hint at what would not help, or was not wanted.
	run -77 --separate-stderr "${nobody[@]}" tcptop-collect -u -c 1 -d 0.1
	[ "${#stderr_lines[@]}" = 1 ]
	run -77 --separate-stderr "${nobody[@]}" tcptop-collect -b bpf -c 1 -d 0.1
	[ "${#stderr_lines[@]}" = 1 ]
}

@test "a user without privileges: all TCP connections, exact bytes, RTT, own processes" {
	start_peers exchange 127.0.0.1 100001 77
	roots=$truth roots_peers=$peers roots_stage=$stage
	nobodys_python
	start_peers exchange 127.0.0.1 12345 6789
	start_diag "${nobody[@]}" -- -d 0.1 -o all
	look
	# Root's have no process, but the same numbers.
	sed -i -E 's/\t(pid|comm)=[^\t]*/\t\1=/g' "$roots"
	truth=$roots agree live
	for cookie in $(grep -oh 'cookie=[0-9]*' "$truth" "$roots" | sort -u); do
		said=$(pick "$cookie,event=live" 'lport,rport,rtt_us' | tail -n 1)
		IFS=$'\t' read -r lport rport rtt <<<"$said"
		kernels=$(ss -tinH "sport = :$lport and dport = :$rport" |
			grep -o ' rtt:[0-9.]*' | awk -F: '{ printf "%d\n", $2 * 1000 + 0.5 }')
		[ "$rtt" -gt 0 ]
		[ "$rtt" = "$kernels" ]
	done
	end_peers
	peers=$roots_peers stage=$roots_stage
	truth=$roots end_peers
	await_snapshots 2
	stop_diag
	believe
	agree close
}

@test "-c 2 without privileges: two snapshots, exit 0, one line on stderr" {
	run -0 --separate-stderr "${nobody[@]}" tcptop-collect -b diag -c 2 -d 0.1
	[ "$(grep -c ',end,' <<<"$output")" = 2 ]
	[ "$stderr" = "$limits" ]
}

@test "-u alone is refused, with the reason" {
	run -2 --separate-stderr tcptop-collect -b diag -u
	[ -z "$output" ]
	[[ $stderr == *"'diag'"*'no UDP'* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	for with in '-i lo' '-r file'; do
		# shellcheck disable=SC2086 # an option and its value
		run -2 --separate-stderr tcptop-collect -b diag $with
		[[ $stderr == *"'diag'"*'-i or -r'* ]]
	done
}

# --- rights ---------------------------------------------------------------------------

has_nothing_but() {
	local set status=/proc/$collector/status

	grep -q '^NoNewPrivs:.1$' "$status"
	for set in CapInh CapAmb; do
		grep -q "^$set:.0000000000000000\$" "$status"
	done
	for set in CapPrm CapEff; do
		grep -q "^$set:.$1\$" "$status"
	done
}

@test "root becomes nobody, keeps what shows processes of others, and goes on" {
	start_diag -d 0.1 -o all
	status=/proc/$collector/status
	until_true 5 grep -q '^Uid:.65534.65534.65534.65534$' "$status"
	grep -q '^Gid:.65534.65534.65534.65534$' "$status"
	[ -z "$(awk '$1 == "Groups:" && NF > 1' "$status")" ]
	# CAP_DAC_READ_SEARCH and CAP_SYS_PTRACE.
	until_true 5 has_nothing_but 0000000000080004
	start_peers exchange 127.0.0.1 10 20
	until_true 20 owned
	look
	end_peers
	stop_diag
}

@test "another user keeps the uid, else it would not see its own processes" {
	start_diag setpriv --reuid 12345 --regid 12345 --clear-groups -- -d 0.1
	until_true 5 has_nothing_but 0000000000000000
	grep -q '^Uid:.12345.12345.12345.12345$' "/proc/$collector/status"
	stop_diag
}

# --- the numbers ----------------------------------------------------------------------

@test "bpf and diag say the same of the same connections, column by column" {
	need ipv6
	start_collector -d 0.2 -o all
	bpf=$log bpf_pid=$collector
	start_diag -d 0.2 -o all
	truths=() players=() stages=()
	for what in 'exchange 127.0.0.1 1000000 3000' 'exchange ::1 77 1' half_close \
	    'exchange ::ffff:127.0.0.1 123 456 ::' 'exchange 127.0.0.1 0 0'; do
		# shellcheck disable=SC2086 # a case and its arguments
		start_peers $what
		truths+=("$truth") players+=("$peers") stages+=("$stage")
	done
	# An unaccepted connection, an orphan: nobody's.
	start_peers in_queue
	truths+=("$truth") players+=("$peers") stages+=("$stage")
	for truth in "${truths[@]}"; do
		until_true 20 owned
	done
	await_snapshots 4
	only=$(grep -oh 'cookie=[0-9]*' "${truths[@]}" | cut -d= -f2 | sort -u | tr '\n' ' ')
	[ "$(wc -w <<<"$only")" -ge 11 ]
	# Rows of two moments: times may differ by what lies between. Ages: diag sees a birth
	# up to one interval late. iface, owner: diag does not know the route, nor the hook.
	awk -v event=live -v only="$only" -v least=11 -v columns_least=36 \
	    -v but='time host iface owner rows lost cpu_us error' \
	    -v near='idle_ms=500 age_ms=800' \
	    -f "$live/stream.awk" -f "$live/same.awk" "$bpf" "$log"
	for i in "${!players[@]}"; do
		peers=${players[i]} stage=${stages[i]} truth=${truths[i]}
		until gone "$peers"; do
			echo >&"$stage"
			sleep 0.05
		done
		end_peers
	done
	await_snapshots 3
	stop_diag
	end_process "$bpf_pid"
	# recvq: bpf looks when the connection ends, diag when the socket is freed. drops,
	# pid, comm: diag's are of its last list. Rates are over each one's own interval.
	awk -v event=close -v only="$only" -v least=11 -v columns_least=32 \
	    -v but='time host iface owner rows lost cpu_us error rate_in rate_out delta_in delta_out recvq drops pid comm' \
	    -v near='idle_ms=500 age_ms=1000 busy_ms=20 rwnd_limited_ms=20' \
	    -f "$live/stream.awk" -f "$live/same.awk" "$bpf" "$log"
}

# ends CASE ARG...: a case to its end, from a list to a list, both looked at.
ends() {
	start_diag -d 0.1 -o all
	start_peers "$@"
	until_true 20 owned
	look
	end_peers
	await_snapshots 2
	stop_diag
	believe
	agree close
}

@test "nothing moved: 0 bytes, the FIN is not counted" {
	ends exchange 127.0.0.1 0 0
}

@test "an IPv4-mapped connection is shown as IPv4" {
	need ipv6
	ends exchange ::ffff:127.0.0.1 12345 6789 ::
	[ -z "$(grep -i '::ffff:' "$log")" ]
}

@test "a half-closed connection is exact" {
	ends half_close
}

@test "SO_LINGER 0 and close with unread data are exact at both ends" {
	ends reset
	ends unread
}

@test "a socket that connects to itself is one connection" {
	ends to_itself
}

@test "a socket that connects twice is two connections" {
	start_diag -d 0.1 -o all
	start_peers again
	until_true 20 owned
	look
	go_on
	until_true 20 owned
	look
	end_peers
	await_snapshots 2
	stop_diag
	believe
	agree close
}

@test "an old connection has its totals since birth, is never open, and its age unknown" {
	start_peers old
	start_diag -d 0.1 -o all
	go_on
	look
	go_on
	look
	end_peers
	await_snapshots 2
	stop_diag
	believe
	agree close
	for cookie in $(grep -o 'cookie=[0-9]*' "$truth" | sort -u); do
		[ -z "$(pick "$cookie,event=open" time)" ]
		[ -z "$(pick "$cookie" age_ms | grep .)" ]
	done
}

@test "what nobody accepted yet has no process, then that of who accepts" {
	start_peers in_queue
	start_diag -d 0.1 -o all
	look
	lport=$(awk -F '\t' '/^live/ && !/cookie/ { sub(/.*lport=/, ""); print $1 }' "$truth")
	[ -z "$(pick "lport=$lport" pid | grep .)" ]
	go_on
	until_true 20 owned
	look
	end_peers
	stop_diag
}

# --- complete -------------------------------------------------------------------------

@test "20,000 short connections: close rows and lost make up all, bytes are exact" {
	need storm
	new_space
	port=$((1024 + RANDOM % 30000))
	start_diag ip netns exec "$space" -- -d 0.1 -o +cookie,delta_in,delta_out
	told=$(ip netns exec "$space" storm "$port" 20000)
	[[ $told =~ there=(.*)\ back=(.*) ]]
	there=${BASH_REMATCH[1]} back=${BASH_REMATCH[2]}
	stop_diag
	pick '' event,lport,state,bytes_in,bytes_out,lost |
	    awk -F '\t' -v port="$port" -v there="$there" -v back="$back" '
		$1 == "end" { lost += $6; next }
		$1 != "close" { next }
		{ n++; state[$3]++ }
		$2 == port { server_in += $4; server_out += $5; next }
		{ client_in += $4; client_out += $5 }
		END {
			print n " close rows, " lost " lost"
			for (s in state)
				print s, state[s]
			if (n + lost < 40000 || n > 40000)
				exit 1
			if (lost == 0 && (server_in != there || client_out != there ||
			    server_out != back || client_in != back)) {
				print server_in, client_out, there, server_out, client_in, back
				exit 1
			}
			# Half of each end closed first.
			if (lost == 0 && (state["FIN_WAIT2"] != 20000 || state["LAST_ACK"] != 20000))
				exit 1
		}'
}

@test "messages that find no room are counted" {
	need storm
	new_space
	port=$((1024 + RANDOM % 30000))
	start_diag ip netns exec "$space" -- -d 3600 --ring 4096
	kill -s STOP "$collector"
	ip netns exec "$space" storm "$port" 2000
	kill -s CONT "$collector"
	stop_diag
	closes=$(pick event=close lport | wc -l)
	lost=$(pick event=end lost)
	echo "$closes close rows, $lost lost"
	[ "$lost" -gt 0 ]
	# One more for the listener, which has no row.
	[ "$((closes + lost))" -ge 4000 ] && [ "$((closes + lost))" -le 4001 ]
}

@test "a table that is full says so" {
	need hold
	new_space
	spawn ip netns exec "$space" hold 127.0.0.9 100 >"$BATS_TEST_TMPDIR/hold"
	until_true 10 grep -q ready "$BATS_TEST_TMPDIR/hold"
	start_diag ip netns exec "$space" -- -d 0.1 --max-flows 50
	await_snapshots 2
	stop_diag
	[ "$(pick event=end rows | sort -u)" = 50 ]
	[ "$(pick event=end lost | tail -n 1)" = 150 ]
}

@test "10,000 connections that stay are in every snapshot, once" {
	need hold storm
	new_space
	spawn ip netns exec "$space" hold 127.0.0.9 5000 >"$BATS_TEST_TMPDIR/hold"
	until_true 20 grep -q ready "$BATS_TEST_TMPDIR/hold"
	start_diag ip netns exec "$space" -- -d 0.1 -o +cookie,delta_in,delta_out
	await_snapshots 1
	ip netns exec "$space" storm $((1024 + RANDOM % 30000)) 5000
	await_snapshots 2
	stop_diag
	pick 'event=live|end' event,laddr,raddr | awk -F '\t' '
		$1 == "end" { print n; n = 0 }
		$2 == "127.0.0.9" || $3 == "127.0.0.9" { n++ }
	' | sort -u >"$BATS_TEST_TMPDIR/counts"
	cat "$BATS_TEST_TMPDIR/counts"
	[ "$(cat "$BATS_TEST_TMPDIR/counts")" = 10000 ]
}

# --- filters and names ----------------------------------------------------------------

strangers() {
	awk -f "$live/stream.awk" -f <(printf '
		{ fields($0, f) }
		get("event") != "end" && !(%s)' "$1") "$2"
}

@test "each filter keeps what it should, and nothing else" {
	need ipv6
	start_peers exchange 127.0.0.2 100 200
	first=$truth first_peers=$peers first_stage=$stage
	start_peers exchange ::1 300 400
	second=$truth
	port=$(awk -F '\t' '/^live/ && /bytes_in=100/ { sub(/.*lport=/, ""); print $1 }' "$first")
	pid=$(awk -F '\t' '/^live/ && /bytes_in=200/ { sub(/.*pid=/, ""); print $1 }' "$first")
	comm=$(awk -F '\t' '/^live/ { sub(/.*comm=/, ""); print $1; exit }' "$first")
	v6='index(get("laddr"), ":")'
	filters=(
		"-p $port" 2 "get(\"lport\") == $port || get(\"rport\") == $port"
		"--lport $port" 1 "get(\"lport\") == $port"
		"--rport $port" 1 "get(\"rport\") == $port"
		"-P $pid" 1 "get(\"pid\") == $pid"
		"-C $comm" 4 "get(\"comm\") == \"$comm\""
		"-C nobodyhere" 0 0
		"-A 127.0.0.2" 1 'get("laddr") == "127.0.0.2" || get("raddr") == "127.0.0.2"'
		"-A ::1" 2 'get("laddr") == "::1"'
		"-4" 2 "!$v6"
		"-6" 2 "$v6"
		"-t" 4 1
	)
	grep -oh 'cookie=[0-9]*' "$first" "$second" | sort -u >"$BATS_TEST_TMPDIR/ours"
	for ((i = 0; i < ${#filters[@]}; i += 3)); do
		log=$BATS_TEST_TMPDIR/filtered
		# shellcheck disable=SC2086 # options and their values
		tcptop-collect -b diag -d 0.05 -c 2 -o all ${filters[i]} >"$log" 2>/dev/null
		check_stream "$log"
		echo "${filters[i]}: $(strangers "${filters[i + 2]}" "$log")"
		[ -z "$(strangers "${filters[i + 2]}" "$log")" ]
		n=$(pick event=live cookie | sort -u | sed 's/^/cookie=/' |
			grep -cxFf "$BATS_TEST_TMPDIR/ours") || :
		[[ ${filters[i]} == '-A 127.0.0.2' ]] && [ "$n" = 2 ] || [ "$n" = "${filters[i + 1]}" ]
	done
	end_peers
	peers=$first_peers stage=$first_stage truth=$first
	end_peers
}

@test "-l has listeners, with their queues, and their end" {
	start_diag -d 0.1 -o all -l
	start_peers in_queue
	await_snapshots 2
	lport=$(awk -F '\t' '/^live/ && !/cookie/ { sub(/.*lport=/, ""); print $1 }' "$truth")
	[ "$(pick "state=LISTEN,lport=$lport,event=open,raddr=,bytes_in=" sendq)" = 128 ]
	[ "$(pick "state=LISTEN,lport=$lport,event=live" recvq | tail -n 1)" = 1 ]
	go_on
	end_peers
	await_snapshots 3
	stop_diag
	[ "$(pick "state=LISTEN,lport=$lport,event=close" lport | wc -l)" = 1 ]
	start_diag -d 0.1 -c 1
	until_true 5 gone "$collector"
	[ -z "$(pick state=LISTEN lport)" ]
}

@test "-x leaves out quiet connections, keeps traffic and events" {
	start_diag -d 0.1 -x -o all
	start_peers old
	await_snapshots 4
	go_on
	await_snapshots 3
	go_on
	await_snapshots 3
	end_peers
	await_snapshots 2
	stop_diag
	for cookie in $(grep -o 'cookie=[0-9]*' "$truth" | sort -u); do
		pick "$cookie" event,delta_in,delta_out | awk '
			{ n[$1]++; moved += $2 + $3 }
			END {
				print n["open"], n["live"], n["close"], moved
				exit n["open"] != 1 || n["close"] != 1 || n["live"] < 1 ||
				    n["live"] > 4 || moved != 10338
			}'
	done
}

@test "-d 0.1 gives ten snapshots a second, on the grid; -c counts them" {
	log=$BATS_TEST_TMPDIR/log
	tcptop-collect -b diag -d 0.1 -c 11 --time epoch >"$log" 2>/dev/null
	check_stream "$log"
	pick event=end time | awk 'NR == 1 { first = $1 } { last = $1 }
		END { print NR, last - first; exit !(NR == 11 && last - first > 0.9 && last - first < 1.1) }'
}

@test "hostile process names: one record per line, escaped" {
	start_diag -d 0.1 -o all
	start_peers names
	until_true 20 owned
	look
	end_peers
	await_snapshots 2
	stop_diag
	believe
	agree close
}

# --- auto falls back ------------------------------------------------------------------

# in_space COMMAND: in a mount namespace of its own.
in_space() {
	unshare --mount --propagation private sh -ec "$1"
}

# fallen WORD...: the last run had rows, and one line on stderr with these words.
fallen() {
	local word

	[[ ${lines[-1]} == *,end,* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	[[ $stderr == 'tcptop-collect: warning: cannot load the BPF programs: '* ]]
	[[ $stderr == *'; -b diag instead: diag sees no UDP, '* ]]
	for word; do
		[[ $stderr == *"$word"* ]]
	done
}

no_btf='mount -t tmpfs none /sys/kernel/btf; exec tcptop-collect -d 0.05 -c 1'

@test "without BTF auto falls back and says so; -b bpf and -u do not" {
	[ -d /sys/kernel/btf ] || cannot 'no BTF to be hidden'
	# libbpf would find a kernel's file too, and be lucky.
	[ ! -e "/boot/vmlinux-$(uname -r)" ] || cannot 'there is a second copy of BTF'
	run -0 --separate-stderr in_space "$no_btf"
	fallen /sys/kernel/btf/vmlinux CONFIG_DEBUG_INFO_BTF
	for how in '-b bpf' -u; do
		run -1 --separate-stderr in_space "$no_btf $how"
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" = 1 ]
		[[ $stderr == 'error: cannot load the BPF programs: '*/sys/kernel/btf/vmlinux* ]]
	done
}

# A user namespace has all capabilities, but not where BPF programs are loaded.
user_space() {
	unshare --user --map-root-user --mount sh -ec "$1"
}

@test "where the container forbids BPF, auto falls back; -b bpf exits 77" {
	unshare --user --map-root-user true 2>/dev/null || cannot 'no user namespaces'
	run -0 --separate-stderr user_space 'exec tcptop-collect -d 0.05 -c 1'
	fallen 'the container' CAP_BPF CAP_PERFMON
	run -77 --separate-stderr user_space 'exec tcptop-collect -b bpf -d 0.05 -c 1'
	[ -z "$output" ]
	[[ $stderr == error:*CAP_BPF* ]]
}

@test "lockdown=confidentiality is named" {
	unshare --user --map-root-user true 2>/dev/null || cannot 'no user namespaces'
	[ -d /sys/kernel/security ] || cannot 'no /sys/kernel/security'
	# The refusal is real, the reason is made up: the level can never be lowered again.
	for level in 'none integrity [confidentiality]' 'none [integrity] confidentiality'; do
		run -0 --separate-stderr user_space "
			mount -t tmpfs none /sys/kernel/security
			echo '$level' >/sys/kernel/security/lockdown
			exec tcptop-collect -d 0.05 -c 1"
		if [[ $level == *'[conf'* ]]; then
			fallen 'locked down to confidentiality' lockdown=integrity
		else
			fallen CAP_BPF
		fi
	done
}

@test "a container's root without CAP_BPF: 77, what is missing, and the hint" {
	run -77 --separate-stderr setpriv --inh-caps -all \
	    --bounding-set -bpf,-perfmon,-sys_admin tcptop-collect -c 1 -d 0.1
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == error:*CAP_BPF*CAP_PERFMON* ]]
	[[ ${stderr_lines[1]} == 'hint: -b diag'* ]]
	[ "${#stderr_lines[@]}" = 2 ]
}
