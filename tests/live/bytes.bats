#!/usr/bin/env bats
# Byte-exact: the rows of both ends say what the applications moved.

bats_require_minimum_version 1.5.0

load lib.bash

setup() {
	need root
}

# --- how bytes are moved --------------------------------------------------------------

@test "one byte over IPv4 is one byte" {
	play exchange 127.0.0.1 1 0
}

@test "a connection that moves nothing has 0 bytes, its FIN is not counted" {
	play exchange 127.0.0.1 0 0
}

@test "bytes are exact over IPv6" {
	need ipv6
	play exchange ::1 100001 77
	[ "$(pick 'event=close,laddr=::1,raddr=::1' cookie | wc -l)" -ge 2 ]
}

@test "an IPv4-mapped connection is shown as IPv4" {
	need ipv6
	play exchange ::ffff:127.0.0.1 12345 6789 ::
	[ -z "$(grep -i '::ffff:' "$log")" ]
}

@test "1 GiB is exact to the byte" {
	play exchange 127.0.0.1 $((1 << 30)) 1000000
}

@test "sendfile is exact" {
	play sendfile
}

@test "splice is exact" {
	play splice
}

@test "sendmsg and recvmsg with many buffers are exact" {
	play writev
}

@test "what is looked at with MSG_PEEK counts once" {
	play peek
}

@test "HTTP between curl and nginx is exact, headers and body" {
	need nginx curl
	start_nginx 1
	start_collector -d 0.1 -o all
	truncate -s 3000007 "$BATS_TEST_TMPDIR/file"
	got=$(curl -sS -o /dev/null -w \
	    '%{local_port} %{size_request} %{size_header} %{size_download}' \
	    "http://127.0.0.1:$port/file")
	stop_collector
	read -r lport request header body <<<"$got"
	[ "$body" = 3000007 ]
	[ "$(pick "event=close,lport=$lport,rport=$port" bytes_in,bytes_out,comm)" = \
	    "$((header + body))	$request	curl" ]
	[ "$(pick "event=close,lport=$port,rport=$lport" bytes_in,bytes_out,comm)" = \
	    "$request	$((header + body))	nginx" ]
}

@test "what socat sends, ncat gets" {
	need socat ncat
	start_collector -d 0.1 -o all
	spawn ncat -l 127.0.0.1 0 -v --recv-only >"$BATS_TEST_TMPDIR/got" \
	    2>"$BATS_TEST_TMPDIR/ncat"
	ncat=$!
	until_true 5 grep -q 'Listening on 127' "$BATS_TEST_TMPDIR/ncat"
	port=$(ss -tlnpH | awk -v pid="pid=$ncat," 'index($0, pid) { sub(/.*:/, "", $4); print $4 }')
	head -c 7654321 /dev/zero | socat -u STDIN "TCP4:127.0.0.1:$port"
	wait "$ncat"
	stop_collector
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/got")" = 7654321 ]
	[ "$(pick "event=close,rport=$port" bytes_in,bytes_out,comm)" = "0	7654321	socat" ]
	[ "$(pick "event=close,lport=$port" bytes_in,bytes_out,comm,pid)" = \
	    "7654321	0	ncat	$ncat" ]
}

# --- how connections end --------------------------------------------------------------

@test "a half-closed connection goes on counting, in FIN_WAIT2 and CLOSE_WAIT" {
	play half_close
}

@test "SO_LINGER 0: the other end's close row says ECONNRESET" {
	play reset
}

@test "close with unread data: both ends are exact, the other says ECONNRESET" {
	play unread
}

@test "a refused connect is a close row: SYN_SENT, ECONNREFUSED, 0 bytes" {
	start_collector -d 0.1 -o all
	start_peers refused
	end_peers
	stop_collector
	agree close
}

@test "an unanswered connect is a close row: SYN_SENT, ETIMEDOUT, its retransmissions" {
	new_space
	start_collector -d 0.1 -o all
	within=$space start_peers unanswered
	end_peers
	stop_collector
	agree close
	[ "$(pick 'event=close,error=ETIMEDOUT,retrans=>0' cookie | wc -l)" -ge 1 ]
}

@test "a listener that goes away takes its queue along, exactly counted" {
	play never_accepted
}

@test "a socket that connects to itself is one connection" {
	play to_itself
}

@test "a socket that connects twice is two connections, each counted from 0" {
	start_collector -d 0.1 -o all
	start_peers again
	look
	go_on
	look
	end_peers
	stop_collector
	agree close
}

# --- special set-ups ------------------------------------------------------------------

@test "TCP Fast Open: data in the SYN is counted, once" {
	new_space
	ip netns exec "$space" sh -c 'echo 3 >/proc/sys/net/ipv4/tcp_fastopen'
	start_collector -d 0.1 -o all
	within=$space start_peers fastopen
	look
	go_on
	look
	end_peers
	stop_collector
	agree close
	# The first connection fetched the cookie, the second used it.
	[ "$(note syn_data)" = $'0\n1' ]
}

@test "listeners that share a port by SO_REUSEPORT are told apart by pid" {
	play reuseport 40
	# The kernel did spread them.
	[ "$(note accepted | awk '$1 > 0' | wc -l)" -ge 2 ]
}

@test "a socket passed to another process is exact; who closes it owns it" {
	play handed_over
}

@test "fork after accept: exact; the child owns it" {
	play forked
}

@test "a connection in another network namespace is seen" {
	new_space
	start_collector -d 0.1 -o all
	within=$space start_peers exchange 127.0.0.1 5555 44444
	look
	end_peers
	stop_collector
	agree close
	inode=$(ip netns exec "$space" stat -L -c %i /proc/self/ns/net)
	lport=$(awk -F '\t' '$1 == "close" { sub(/.*lport=/, ""); print $1; exit }' "$truth")
	[ "$(pick "event=close,lport=$lport,netns=$inode" bytes_in | wc -l)" = 1 ]
}

@test "under loss the bytes stay exact and retransmissions are counted" {
	start_collector -d 0.1 -o all
	start_peers lossy
	go_on
	look
	end_peers
	stop_collector
	agree close
	[ "$(note retrans)" -gt 0 ]
}

@test "under netem loss of 5 % the bytes stay exact" {
	need tc
	new_space
	# Not every kernel has netem; the test before this one does without.
	tc -n "$space" qdisc add dev lo root netem loss 5% 2>/dev/null ||
	    skip 'the kernel has no netem'
	start_collector -d 0.1 -o all
	within=$space start_peers long_haul 20000000
	go_on
	look
	end_peers
	stop_collector
	agree close
	[ "$(note retrans)" -gt 0 ]
}

# --- older than the collector ---------------------------------------------------------

# No end that the truth tells of has an open row, or one before its first total.
never_open() {
	local cookie

	for cookie in $(grep -o 'cookie=[0-9]*' "$truth" | sort -u); do
		[ -z "$(pick "$cookie,event=open" time)" ]
	done
}

@test "a connection older than the collector has its totals since birth, never open" {
	start_peers old
	start_collector -d 0.1 -o all
	go_on
	look
	go_on
	look
	end_peers
	stop_collector
	agree close
	never_open
}

@test "an old connection in a named network namespace is found, with its owner" {
	new_space
	within=$space start_peers old
	start_collector -d 0.1 -o all
	go_on
	look
	go_on
	look
	end_peers
	stop_collector
	agree close
	never_open
}

@test "an old IPv6 connection is found" {
	need ipv6
	start_peers old ::1
	start_collector -d 0.1 -o all
	go_on
	look
	go_on
	look
	end_peers
	stop_collector
	agree close
	never_open
}

@test "an old connection that nobody accepted yet is seen, then owned by who accepts" {
	start_peers in_queue
	start_collector -d 0.1 -o all
	look
	go_on
	look
	end_peers
	stop_collector
	agree close
	never_open
}

@test "an old orphan in FIN_WAIT1 is seen and counted to its end" {
	start_peers orphan FIN_WAIT1
	start_collector -d 0.1 -o all
	go_on
	look
	end_peers
	stop_collector
	agree close
	never_open
}

@test "an old orphan in LAST_ACK is seen and counted to its end" {
	start_peers orphan LAST_ACK
	start_collector -d 0.1 -o all
	go_on
	look
	end_peers
	stop_collector
	agree close
	never_open
}

@test "an old orphan in a namespace without processes is found" {
	new_space
	within=$space start_peers orphan FIN_WAIT1
	start_collector -d 0.1 -o all
	go_on
	look
	end_peers
	stop_collector
	agree close
	never_open
}
