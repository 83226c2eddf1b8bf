#!/usr/bin/env bats
# The packets of an interface give the same rows as the kernel's own counters.

bats_require_minimum_version 1.5.0

load lib.bash

setup() {
	need root python3
	# Nobody else's packets.
	new_space
	within=$space
}

# watch_both: collectors of both kinds, the one from packets in the namespace.
watch_both() {
	start_collector -d 0.2 -o all --udp-timeout 60
	kernel=$log kernel_pid=$collector kernel_programs=$programs
	log=$BATS_TEST_TMPDIR/packets
	spawn ip netns exec "$space" tcptop-collect -i lo -d 0.2 -o all --udp-timeout 60 \
	    >"$log" 2>"$log.err"
	packets=$log packets_pid=$!
	until_true 10 grep -q ',end,' "$packets"
	log=$kernel
}

# start_packets ARG...: the one from packets alone; its output is in $packets.
start_packets() {
	packets=$BATS_TEST_TMPDIR/packets.$((++logs))
	spawn ip netns exec "$space" tcptop-collect -i lo "$@" >"$packets" 2>"$packets.err"
	packets_pid=$!
	until_true 10 grep -q ',end,' "$packets"
}

await_rows() {
	until_true 10 has_rows "$@"
}

has_rows() {
	[ -n "$(pick "$1" event "$2")" ]
}

# Both end, and agree on the connections of the namespace.
both_agree() {
	local status=0

	end_process "$packets_pid" || status=$?
	cat "$packets.err"
	[ "$status" = 0 ]
	[ ! -s "$packets.err" ]
	check_stream "$packets" lossless=1
	collector=$kernel_pid programs=$kernel_programs log=$kernel
	stop_collector
	inode=$(ip netns exec "$space" stat -L -c %i /proc/self/ns/net)
	{ head -n 1 "$kernel"; awk -v when="netns=$inode" -f "$live/stream.awk" -f "$live/rows.awk" "$kernel"; } \
	    >"$BATS_TEST_TMPDIR/kernel"
	awk -f "$live/stream.awk" -f "$live/both.awk" "$BATS_TEST_TMPDIR/kernel" "$packets"
}

@test "the byte-exact cases: packets say what the kernel says, both ends" {
	watch_both
	for case in 'exchange 127.0.0.1 1 0' 'exchange 127.0.0.1 0 0' \
	    'exchange ::1 100001 77' 'exchange ::ffff:127.0.0.1 12345 6789 ::' \
	    'exchange 127.0.0.1 30000000 1000000' sendfile splice writev peek half_close \
	    'reuseport 40' handed_over forked to_itself; do
		echo "$case"
		# shellcheck disable=SC2086 # words
		start_peers $case
		await_snapshots 1
		end_peers
	done
	sleep 0.3
	both_agree
}

@test "how connections end: bytes, states and errors are the kernel's" {
	watch_both
	for case in reset unread refused never_accepted again; do
		echo "$case"
		start_peers $case
		await_snapshots 1
		while ! gone "$peers"; do go_on; done
		end_peers
	done
	sleep 0.3
	both_agree
	[ "$(pick 'event=close,error=ECONNREFUSED,state=SYN_SENT' rport "$packets" | wc -l)" -ge 1 ]
	[ "$(pick 'event=close,error=ECONNRESET' rport "$packets" | wc -l)" -ge 2 ]
}

@test "UDP: packets say what the kernel says, both ends, to the datagram" {
	cast=(python3 "$live/udp_peers.py")
	watch_both
	for case in 'exchange 127.0.0.1 50 100' 'exchange ::1 50 1400' \
	    'exchange ::ffff:127.0.0.1 20 33 ::' empty unconnected 'unconnected ::1' \
	    reconnected to_itself corked 'gso 127.0.0.1 0' 'gso ::1 1' \
	    'fragments 127.0.0.1 60000' 'fragments ::1 60000' 'extended HOPOPTS=3'; do
		echo "$case"
		# shellcheck disable=SC2086 # words
		start_peers $case
		await_snapshots 1
		end_peers
	done
	sleep 0.3
	both_agree
}

@test "the process of a connection that stays is found, of both ends" {
	start_nginx 2
	nsenter=(ip netns exec "$space")
	kill "$nginx"
	until_true 5 gone "$nginx"
	spawn "${nsenter[@]}" nginx -e "$BATS_TEST_TMPDIR/nginx.err" \
	    -c "$BATS_TEST_TMPDIR/nginx.conf" -p "$BATS_TEST_TMPDIR"
	until_true 10 grep -q . "$BATS_TEST_TMPDIR/nginx.pid"
	truncate -s 1500000 "$BATS_TEST_TMPDIR/file"
	watch_both
	"${nsenter[@]}" curl -sS -o /dev/null "http://127.0.0.1:$port/slow/file"
	both_agree
	read -r pid lport < <(awk '{ print $1, $2 }' "$BATS_TEST_TMPDIR/nginx.access")
	[ "$(pick "event=close,lport=$port,rport=$lport" pid,comm,owner "$packets")" = \
	    "$pid	nginx	scan" ]
	[ "$(pick "event=close,lport=$lport,rport=$port" comm,owner "$packets")" = "curl	scan" ]
}

@test "on all interfaces each packet counts once" {
	watch_both
	kill "$packets_pid"
	until_true 5 gone "$packets_pid"
	spawn ip netns exec "$space" tcptop-collect -i any -d 0.2 -o all >"$packets" 2>"$packets.err"
	packets_pid=$!
	until_true 10 grep -q ',end,' "$packets"
	start_peers exchange 127.0.0.1 100001 77
	await_snapshots 1
	end_peers
	sleep 0.3
	both_agree
	[ "$(pick event=close iface "$packets" | sort -u)" = lo ]
}

@test "once it captures it is nobody, with the rights to see processes and no other" {
	start_packets -d 0.2
	[ "$(awk '$1 == "Uid:" { print $2, $3, $4, $5 }' /proc/$packets_pid/status)" = \
	    '65534 65534 65534 65534' ]
	# CAP_DAC_READ_SEARCH 2, CAP_SYS_PTRACE 19
	[ "$(awk '$1 == "CapEff:" || $1 == "CapPrm:" { print $2 }' /proc/$packets_pid/status | sort -u)" = \
	    0000000000080004 ]
	end_process "$packets_pid"
}

@test "filters hold for rows of packets" {
	start_packets -d 0.2 -t -A 127.0.0.1 --lport 1-1023 -o all
	start_peers exchange 127.0.0.1 100 7
	end_peers
	sleep 0.5
	end_process "$packets_pid"
	[ -z "$(pick 'event=open|live|close' lport "$packets")" ]
	start_packets -d 0.2 -C python3 -4 -F 'tcp port not 1' -o all
	start_peers exchange 127.0.0.1 100 7
	await_rows 'event=open|close,comm=python3' "$packets"
	end_peers
	sleep 0.5
	end_process "$packets_pid"
	[ "$(pick 'event=close' comm "$packets" | sort -u)" = python3 ]
}

@test "what the kernel drops is counted in lost" {
	start_packets -d 0.5
	kill -STOP "$packets_pid"
	ip netns exec "$space" storm 7000 10000
	kill -CONT "$packets_pid"
	sleep 1
	end_process "$packets_pid"
	[ "$(pick event=end lost "$packets" | awk '{ n += $1 } END { print n }')" -gt 0 ]
}

@test "an interface that is none is named; several work" {
	run -1 --separate-stderr tcptop-collect -i nosuch
	[[ $stderr == *"-i (--interface) 'nosuch': "* ]]
	run -1 --separate-stderr tcptop-collect -i lo -F 'nonsense ('
	[[ $stderr == *"-F (--filter) 'nonsense ('"* ]]
	start_packets -i any -d 0.2
	end_process "$packets_pid"
	[ ! -s "$packets.err" ]
}

@test "without the right to capture it says so and exits with 77" {
	run -77 --separate-stderr setpriv --reuid 65534 --clear-groups --bounding-set -all \
	    --inh-caps -all "$(type -P tcptop-collect)" -i lo
	[ -z "$output" ]
	[ "$stderr" = 'error: tcptop requires root privileges. Run with sudo.' ]
}
