#!/usr/bin/env bats
# UDP: the rows of both ends say what the applications moved, to the byte and datagram.

bats_require_minimum_version 1.5.0

load lib.bash

setup() {
	need root
	cast=(python3 "$live/udp_peers.py")
}

# agree KIND: as that of lib.bash, of flows instead of connections.
agree() {
	awk -v truth="$truth" -v kind="$1" -f "$live/stream.awk" -f "$live/udp_agree.awk" "$log"
}

# watch ARG...: a collector that no slow machine makes time a flow out.
watch() {
	start_collector -d 0.1 -o all --udp-timeout 60 "$@"
}

# play CASE ARG...: a case with one pause, from open to close, both looked at.
play() {
	watch
	start_peers "$@"
	look
	end_peers
	stop_collector
	agree close
}

# two_spaces: joined by veth, 10.88.0.1 (e0) in $space and 10.88.0.2 in $far.
two_spaces() {
	new_space
	far=$space
	new_space
	ip -n "$space" link add e0 type veth peer name e1 netns "$far" 2>/dev/null ||
	    skip 'the kernel has no veth'
	ip -n "$space" addr add 10.88.0.1/24 brd + dev e0
	ip -n "$far" addr add 10.88.0.2/24 brd + dev e1
	ip -n "$space" link set e0 up
	ip -n "$far" link set e1 up
}

# total WHEN NAME [LOG]: the sum of a column over the rows that meet the conditions.
total() {
	pick "$1" "$2" "${3:-$log}" | awk '{ n += $1 } END { printf "%.0f\n", n }'
}

# The collectors' programs that are attached to the root cgroup, of those in $programs.
attached() {
	local root id

	root=$(awk '$4 == "/" && / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
	for id in $programs; do
		bpftool cgroup show "$root" | awk -v id="$id" '$1 == id { print $2 }'
	done
}

# --- how datagrams are moved ----------------------------------------------------------

@test "connected and unconnected sockets are exact over IPv4, at both ends" {
	play exchange 127.0.0.1 50 100
}

@test "IPv6 is exact" {
	need ipv6
	play exchange ::1 50 1400
	[ "$(pick 'event=close,laddr=::1,raddr=::1' cookie | wc -l)" -ge 2 ]
}

@test "an IPv4-mapped peer is shown as IPv4" {
	need ipv6
	play exchange ::ffff:127.0.0.1 20 33 ::
	run -1 grep -i '::ffff:' "$log"
}

@test "datagrams of 0 bytes are counted" {
	play empty
}

@test "one socket with three peers has a row for each" {
	play unconnected
	play unconnected ::1
}

@test "a socket that is connected anew goes on with another flow" {
	play reconnected
}

@test "a socket that sends to itself is one flow" {
	play to_itself
}

@test "a datagram of many writes is one (MSG_MORE, UDP_CORK)" {
	play corked
}

@test "what is sent to a port without a socket is sent" {
	play refused
}

@test "sendmmsg and recvmmsg are exact" {
	need udp_mmsg
	cast=(udp_mmsg)
	play 100
}

@test "UDP_SEGMENT: what the kernel cuts is counted by datagram" {
	play gso 127.0.0.1 0
	[ "$(note most)" = 1 ]
}

@test "UDP_GRO: what arrives in one piece is counted by datagram" {
	play gso 127.0.0.1 1
	[ "$(note most)" -gt 1 ]
	need ipv6
	play gso ::1 1
	[ "$(note most)" -gt 1 ]
}

@test "a datagram in fragments is one, over IPv4 and IPv6" {
	need ipv6
	new_space
	ip -n "$space" link set lo mtu 1500
	within=$space play fragments 127.0.0.1 60000
	[ "$(note fragments)" -ge $((20 * 41)) ]
	within=$space play fragments ::1 60000
	[ "$(note fragments)" -ge $((20 * 41)) ]
}

@test "IPv6 extension headers are no payload" {
	need ipv6
	play extended DSTOPTS=1
	play extended HOPOPTS=3
	play extended DSTOPTS=32 HOPOPTS=32
}

@test "IPv6 extension headers in front of fragments are no payload" {
	need ipv6
	new_space
	ip -n "$space" link set lo mtu 1300
	within=$space play extended HOPOPTS=2 DSTOPTS=5
}

@test "multicast on loopback is counted for each reader, once for the sender" {
	new_space
	ip -n "$space" route add 224.0.0.0/4 dev lo
	within=$space play group 239.1.2.3 lo 3
}

@test "multicast on a link, looped back, is counted once for the sender" {
	two_spaces
	within=$space play group 239.1.2.3 e0 2
	need ipv6
	ip -n "$space" addr add fd88::1/64 dev e0 nodad
	within=$space play group ff15::1:2:3 e0 2
}

@test "multicast on a link that nobody here reads is counted once" {
	two_spaces
	within=$space play spread 239.1.2.4 e0
}

@test "broadcast on loopback is counted for each reader" {
	new_space
	within=$space play group 127.255.255.255 lo 2
}

@test "broadcast on a link is counted once for the sender" {
	two_spaces
	within=$space play group 10.88.0.255 e0 2
}

@test "a raw socket is no UDP socket, whatever it reads and writes" {
	watch
	start_peers raw
	go_on
	look
	end_peers
	stop_collector
	for cookie in $(note cookie); do
		echo "raw socket $cookie: $(pick "cookie=$cookie" bytes_in,bytes_out | tail -n 1)"
		[ -z "$(pick "cookie=$cookie" event)" ]
	done
}

# --- many peers -----------------------------------------------------------------------

@test "a server with 1,000 peers has a row for each, all exact" {
	play many 1000
}

@test "a socket that is closed closes the flows of all its peers, at once" {
	start_collector -d 0.1 -o all
	start_peers leaver 300
	look
	go_on
	await_snapshots 2
	[ "$(pick "cookie=$(note cookie),event=close" rport | sort -u | wc -l)" = 300 ]
	end_peers
	stop_collector
	agree close
}

# sums_are_exact NAME IN OUT: all rows of a socket against the peers' note.
sums_are_exact() {
	local cookie bytes packets

	cookie=$(note "$1") bytes=$(note "$1_bytes") packets=$(note "$1_packets")
	[ "$(total "cookie=$cookie" "delta_$2")" = "$bytes" ]
	[ "$(total "cookie=$cookie,event=close" "bytes_$2")" = "$bytes" ]
	[ "$(total "cookie=$cookie,event=close" "packets_$2")" = "$packets" ]
	[ "$(total "cookie=$cookie" "bytes_$3")" = 0 ]
}

@test "100,000 peers: 1,000 apart, the others in one row without a peer, nothing lost" {
	start_collector -d 0.2 -x -o all --udp-timeout 60 --udp-flows 1000
	start_peers crowd 100000
	await_snapshots 2
	end_peers
	await_snapshots 2
	stop_collector lossless=1
	sums_are_exact sender out in
	sums_are_exact reader in out
	# Each socket has its first peer apart, too; others on this machine have some.
	apart=$(pick 'event=close' cookie,raddr,rport | awk -v a="$(note sender)" -v b="$(note reader)" '
		($1 == a || $1 == b) && $2 != "" && !n[$0]++ { m++ } END { print m + 0 }')
	echo "$apart apart"
	[ "$apart" -ge 500 ] && [ "$apart" -le 1002 ]
	for name in sender reader; do
		[ "$(pick "cookie=$(note $name),raddr=,event=close" rport | sort -u | wc -l)" = 1 ]
	done
	# Together they have 200,000 flows.
	[ "$(pick raddr=,event=close cookie,packets_in,packets_out |
	    awk -v a="$(note sender)" -v b="$(note reader)" '
		$1 == a || $1 == b { n += $2 + $3 } END { print n }')" -gt 198000 ]
}

# --- real programs --------------------------------------------------------------------

# start_dnsmasq: answers on $port; $dnsmasq is its pid.
start_dnsmasq() {
	local text

	need dnsmasq
	text=$(printf '%0200d' 0)
	port=$(free_port)
	spawn dnsmasq -k -C /dev/null --port="$port" --listen-address=127.0.0.1 \
	    --bind-interfaces --no-resolv --no-hosts --user=root --pid-file= \
	    --log-queries=extra --log-facility="$BATS_TEST_TMPDIR/dnsmasq" \
	    --host-record=short.example,192.0.2.1 --txt-record=long.example,"$text","$text"
	dnsmasq=$!
	until_true 5 grep -q 'cleared cache' "$BATS_TEST_TMPDIR/dnsmasq"
}

@test "DNS between dig and dnsmasq is exact, each answer to whom it went" {
	need dig
	start_dnsmasq
	watch
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		for question in "short.example A" "long.example TXT"; do
			# shellcheck disable=SC2086 # two words
			spawn dig @127.0.0.1 -p "$port" +noall +qr +stats +tries=1 $question \
			    >"$BATS_TEST_TMPDIR/dig"
			dig=$!
			wait "$dig"
			echo "$dig $(awk '/QUERY SIZE/ { q = $NF } /MSG SIZE/ { a = $NF }
				END { print q, a }' "$BATS_TEST_TMPDIR/dig")" >>"$BATS_TEST_TMPDIR/digs"
		done
	done
	await_snapshots 2
	end_process "$dnsmasq" || :
	stop_collector
	[ "$(awk 'NF == 3 && $2 > 20 && $3 > 40' "$BATS_TEST_TMPDIR/digs" | wc -l)" = 20 ]
	[ "$(awk '$3 > 400' "$BATS_TEST_TMPDIR/digs" | wc -l)" = 10 ]
	while read -r dig asked answered; do
		rows=$(pick "event=close,pid=$dig,rport=$port,proto=udp" \
		    lport,comm,bytes_out,bytes_in,packets_out,packets_in)
		echo "$dig $asked $answered: $rows"
		[ "${rows#*	}" = "dig	$asked	$answered	1	1" ]
		# dnsmasq says whom it answered.
		grep -q "127.0.0.1/${rows%%	*} query" "$BATS_TEST_TMPDIR/dnsmasq"
		[ "$(pick "event=close,lport=$port,rport=${rows%%	*}" \
		    pid,comm,bytes_in,bytes_out,packets_in,packets_out)" = \
		    "$dnsmasq	dnsmasq	$asked	$answered	1	1" ]
	done <"$BATS_TEST_TMPDIR/digs"
}

@test "a server that one dig asks 300 times is exact, over IPv4" {
	need dig
	start_dnsmasq
	watch -u -p "$port"
	for _ in {1..300}; do
		echo long.example TXT
	done >"$BATS_TEST_TMPDIR/questions"
	dig @127.0.0.1 -p "$port" +noall +qr +stats +tries=1 -f "$BATS_TEST_TMPDIR/questions" \
	    >"$BATS_TEST_TMPDIR/dig"
	end_process "$dnsmasq" || :
	stop_collector
	asked=$(awk '/QUERY SIZE/ { n += $NF } END { print n }' "$BATS_TEST_TMPDIR/dig")
	answered=$(awk '/MSG SIZE/ { n += $NF } END { print n }' "$BATS_TEST_TMPDIR/dig")
	[ "$answered" -gt 100000 ]
	for end in "rport=$port out in" "lport=$port in out"; do
		read -r which out in <<<"$end"
		[ "$(total "$which,event=close" "bytes_$out")" = "$asked" ]
		[ "$(total "$which,event=close" "bytes_$in")" = "$answered" ]
		[ "$(total "$which,event=close" "packets_$out")" = 300 ]
		[ "$(total "$which,event=close" "packets_$in")" = 300 ]
	done
}

@test "iperf3 -u is exact at several rates, each way and both ways" {
	need iperf3
	watch -u
	runs=0
	clients=()
	while read -r -a args; do
		port=$(free_port)
		file=$BATS_TEST_TMPDIR/iperf.$((++runs))
		spawn iperf3 -s -1 -p "$port" --json >"$file.server"
		until_true 5 iperf3_listens "$port"
		spawn iperf3 -u -c 127.0.0.1 -p "$port" -t 1 --json "${args[@]}" >"$file.client"
		clients+=("$!")
		# The fastest alone.
		[ "${args[1]}" != 0 ] || wait "$!"
	done <<-END
		-b 0 -l 1400
		-b 500k -l 100
		-b 20M
		-b 150M -P 3
		-b 30M -R
		-b 10M --bidir
	END
	for client in "${clients[@]}"; do
		wait "$client"
	done
	for ((run = 1; run <= runs; run++)); do
		until_true 5 ends_well "$BATS_TEST_TMPDIR/iperf.$run.server"
	done
	stop_collector
	for ((run = 1; run <= runs; run++)); do
		file=$BATS_TEST_TMPDIR/iperf.$run
		truth=$file.truth
		"${cast[@]}" iperf "$file.client" "$file.server" >"$truth"
		[ "$(note sent)" -gt 40000 ]
		agree close
	done
}

iperf3_listens() {
	[ -n "$(ss -tlnH "sport = $1")" ]
}

ends_well() {
	[ "$(tail -n 1 "$1")" = "}" ]
}

# --- where and by whom ----------------------------------------------------------------

@test "a flow in another network namespace is exact, and known by it" {
	new_space
	within=$space play exchange 127.0.0.1 30 1000
	inode=$(ip netns exec "$space" stat -L -c %i /proc/self/ns/net)
	[ "$(pick "proto=udp,event=close,netns=$inode" cookie | sort -u | wc -l)" = 2 ]
}

@test "a socket on which two processes send is one flow, owned by one of them" {
	play forked
}

# The owner of each flow of a socket in the last snapshots.
owners() {
	pick "cookie=$1,event=live" rport,pid | tail -n 6 | sort -u | cut -f2 | uniq
}

owner_is() {
	[ "$(owners "$1")" = "$2" ]
}

@test "a socket whose opener is gone gets the owner that has it, on all of its flows" {
	watch
	start_peers daemon
	keeper=$(note keeper) cookie=$(note server)
	daemon_peers=$peers daemon_stage=$stage daemon_truth=$truth
	# Each of these makes the collector look for owners, which it otherwise does now
	# and then; it takes two looks.
	cast=(python3 "$live/peers.py")
	for _ in 1 2; do
		start_peers chatting_child
		until_true 10 has_row "cookie=$(note owner),owner=scan"
		end_peers
	done
	until_true 5 has_row "cookie=$cookie,pid=$keeper,owner=scan"
	until_true 2 owner_is "$cookie" "$keeper" ||
	    { pick "cookie=$cookie,event=live" rport,pid,owner | tail -n 4; false; }
	peers=$daemon_peers stage=$daemon_stage truth=$daemon_truth
	end_peers
	stop_collector
}

has_row() {
	[ -n "$(pick "$1" pid)" ]
}

@test "two CPUs on one socket, walked every 10 ms: nothing is lost, nothing counted twice" {
	need udp_hammer
	cast=(udp_hammer)
	start_collector -u -d 0.01 -o all --udp-timeout 60
	start_peers 1
	look
	end_peers
	stop_collector
	agree close
	while read -r cookie sent bytes read drops; do
		told=$(pick "cookie=$cookie,event=close" packets_in,bytes_in)
		echo "sent $sent ($bytes bytes), read $read, dropped $drops; row: $told"
		[ "$sent" -gt 1000 ]
		[ "${told%	*}" = $((read + drops)) ]
		# Unless the kernel threw some away before they came to the socket.
		[ "$sent" != $((read + drops)) ] || [ "${told#*	}" = "$bytes" ]
		[ "$(total "cookie=$cookie" delta_in)" = "${told#*	}" ]
	done < <(note server)
}

# More than the hook's own word for datagrams can hold; no walk comes by.
@test "70 million datagrams between two snapshots are counted one by one" {
	need udp_many
	cast=(udp_many)
	start_collector -u -d 3600 -o all --udp-timeout 3600
	start_peers 70000000
	end_peers
	stop_collector
	agree close
	[ "$(total "event=close,comm=udp_many" packets_in)" -ge 70000000 ]
}

@test "flows that end and begin all the time lose nothing in between" {
	need udp_hammer
	cast=(udp_hammer)
	start_collector -u -d 0.01 -o all --udp-timeout 0.01
	start_peers 1 60000
	end_peers
	stop_collector
	cookie=$(awk -F '[\t=]' '/^close/ { print $3; exit }' "$truth")
	[ "$(pick "cookie=$cookie,event=close" time | wc -l)" -gt 10 ]
	for name in bytes_out packets_out bytes_in packets_in; do
		all=$(grep '^close' "$truth" | grep -o "$name=[0-9]*" |
		    awk -F = '{ n += $2 } END { print n }')
		echo "$name: $all"
		[ "$all" -gt 0 ]
		[ "$(total "cookie=$cookie,event=close" "$name")" = "$all" ]
		[[ $name == packets* ]] || [ "$(total "cookie=$cookie" "delta_${name#*_}")" = "$all" ]
	done
}

@test "what finds the receive buffer full has arrived, and is in drops" {
	watch
	start_peers overflow 2000
	look
	end_peers
	stop_collector
	agree close
	[ "$(note drops)" = $(($(note sent) - $(note read))) ]
	# The collector's own figure, not the peer's.
	[ "$(pick "cookie=$(note server),event=live" packets_in,drops | tail -n 1)" = \
	    "$(note sent)	$(($(note sent) - $(note read)))" ]
}

@test "the close row says how many datagrams were dropped" {
	watch
	start_peers overflow 2000
	end_peers
	stop_collector
	[ "$(pick "cookie=$(note server),event=close" drops)" = "$(note drops)" ]
}

# --- birth and death ------------------------------------------------------------------

@test "a silent flow is closed, and begins anew with the next datagram, from 0" {
	start_collector -d 0.1 -o all --udp-timeout 0.8
	start_peers again 1.6
	await_snapshots 2
	end_peers
	stop_collector
	agree close
	for cookie in $(grep -o 'cookie=[0-9]*' "$truth" | sort -u); do
		pick "$cookie" rport,event,bytes_in,delta_in,bytes_out,delta_out | awk '
			$2 == "open" { n[$1]++; if ($3 != $4 || $5 != $6) bad = 1 }
			END { for (peer in n) bad += n[peer] != 3; exit bad > 0 || NR == 0 }'
	done
}

@test "without --udp-timeout that is after 5 s" {
	start_collector -d 0.2 -o all
	start_peers exchange 127.0.0.1 1 10
	sleep 5.3
	await_snapshots 2
	for cookie in $(grep -o 'cookie=[0-9]*' "$truth" | sort -u); do
		told=$(pick "$cookie,event=close" idle_ms)
		echo "closed after $told ms"
		[ "$told" -ge 5000 ] && [ "$told" -le 6000 ]
	done
	end_peers
	stop_collector
	# Its socket lives on; it closes without another row.
	agree close
}

@test "sockets older than the collector have their owner, and count from its start" {
	start_peers old
	watch
	await_snapshots 1
	[ -z "$(pick "lport=$(awk -F '[\t=]' '/^live/ { print $5 }' "$truth"),event=open" time)" ]
	go_on
	look
	end_peers
	stop_collector
	agree close
}

@test "old sockets of another network namespace too, over IPv6" {
	need ipv6
	new_space
	within=$space start_peers old ::1
	watch
	go_on
	look
	end_peers
	stop_collector
	agree close
}

# --- options --------------------------------------------------------------------------

@test "-t: no UDP, nothing on the cgroup; -u: no TCP, nothing on TCP" {
	watch -t
	t_log=$log t_collector=$collector
	[ -z "$(attached)" ]
	for id in $programs; do
		[ "$(bpftool prog show id "$id" | grep -c ' cgroup')" = 0 ]
	done
	watch -u
	[ "$(attached | wc -l)" = 4 ]
	for id in $programs; do
		[ "$(bpftool prog show id "$id" | grep -c 'on_state')" = 0 ]
	done
	start_peers exchange 127.0.0.1 5 5
	udp_truth=$truth udp_peers=$peers udp_stage=$stage
	cast=(python3 "$live/peers.py")
	start_peers exchange 127.0.0.1 5 5
	tcp_truth=$truth
	await_snapshots 2
	end_peers
	truth=$udp_truth peers=$udp_peers stage=$udp_stage
	end_peers
	stop_collector
	agree close
	[ -z "$(pick proto=tcp time)" ]
	collector=$t_collector log=$t_log
	end_process "$collector"
	check_stream "$log"
	[ -z "$(pick proto=udp time)" ]
	for cookie in $(grep -o 'cookie=[0-9]*' "$tcp_truth" | sort -u); do
		[ "$(pick "$cookie,event=close" proto)" = tcp ]
	done
}

@test "-t -u and neither are both" {
	watch -t -u
	start_peers exchange 127.0.0.1 5 5
	udp_truth=$truth udp_peers=$peers udp_stage=$stage
	cast=(python3 "$live/peers.py")
	start_peers exchange 127.0.0.1 5 5
	end_peers
	tcp=$(grep -o 'cookie=[0-9]*' "$truth" | head -n 1)
	truth=$udp_truth peers=$udp_peers stage=$udp_stage
	end_peers
	stop_collector
	agree close
	[ "$(pick "$tcp,event=close" proto)" = tcp ]
}

@test "-x leaves out silent flows, keeps traffic and events" {
	watch -x
	start_peers exchange 127.0.0.1 5 5
	await_snapshots 5
	end_peers
	stop_collector
	agree close
	for cookie in $(grep -o 'cookie=[0-9]*' "$truth" | sort -u); do
		pick "$cookie" event,delta_in,delta_out | awk '
			$1 == "live" && $2 + $3 == 0 { bad = 1 }
			{ n[$1]++ }
			END { exit bad || n["open"] != 1 || n["close"] != 1 }'
	done
}

# strangers CONDITION LOG: rows that do not meet an awk condition on get("column").
strangers() {
	awk -f "$live/stream.awk" -f <(printf '
		{ fields($0, f) }
		get("event") != "end" && !(%s)' "$1") "$2"
}

@test "each filter keeps the flows it should, and nothing else" {
	need ipv6
	watch -u
	all=$log
	stages=() players=() truths=() lports=() rports=() owners=()
	for who in 127.0.0.1 127.0.0.2 ::1 "127.0.0.1 datagrammer"; do
		# shellcheck disable=SC2086 # one word or two
		start_peers old $who
		players+=("$peers") stages+=("$stage") truths+=("$truth")
		lports+=("$(note lport)") rports+=("$(note rport)") owners+=("$(note pid)")
	done
	a=${lports[0]} b=${rports[0]} c=${lports[2]}
	low=$((a < c ? a : c)) high=$((a < c ? c : a))
	v6='index(get("laddr"), ":")'
	filters=(
		"-p $a" "get(\"lport\") == $a || get(\"rport\") == $a"
		"-p $low-$high" "get(\"lport\") >= $low && get(\"lport\") <= $high || \
		    get(\"rport\") >= $low && get(\"rport\") <= $high"
		"--lport $a" "get(\"lport\") == $a"
		"--rport $a" "get(\"rport\") == $a"
		"--lport $a --rport $b" "get(\"lport\") == $a && get(\"rport\") == $b"
		"-P ${owners[0]}" "get(\"pid\") == ${owners[0]}"
		"-C datagrammer" "get(\"comm\") == \"datagrammer\""
		"-C datagramme" "0"
		"-A 127.0.0.2" "get(\"laddr\") == \"127.0.0.2\" || get(\"raddr\") == \"127.0.0.2\""
		"-A ::1" "get(\"laddr\") == \"::1\" || get(\"raddr\") == \"::1\""
		"-4" "!$v6"
		"-6" "$v6"
		"-4 -6" "1"
		"-4 -p 1 -C datagrammer" "0"
	)
	logs_of=() collectors=()
	for ((i = 0; i < ${#filters[@]}; i += 2)); do
		# shellcheck disable=SC2086 # options and their values
		watch -u ${filters[i]}
		logs_of+=("$log") collectors+=("$collector")
	done
	for i in "${!players[@]}"; do
		peers=${players[i]} stage=${stages[i]} truth=${truths[i]} paused=1
		go_on
	done
	await_snapshots 2
	for i in "${!players[@]}"; do
		peers=${players[i]} stage=${stages[i]} truth=${truths[i]}
		end_peers
	done
	for collector in "${collectors[@]}"; do
		end_process "$collector"
	done
	log=$all collector=${pids[0]}
	end_process "$collector"
	check_stream "$all"

	grep -ho '^close.cookie=[0-9]*' "${truths[@]}" | cut -f2 | sort -u >"$BATS_TEST_TMPDIR/ours"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/ours")" = 8 ]
	for ((i = 0; i < ${#filters[@]}; i += 2)); do
		echo "filter ${filters[i]}:"
		filtered=${logs_of[i / 2]}
		check_stream "$filtered"
		[ ! -s "$filtered.err" ]
		[ -z "$(strangers "${filters[i + 1]}" "$filtered")" ]
		awk -f "$live/stream.awk" -f <(printf '
			{ fields($0, f); id = "cookie=" get("cookie") }
			FILENAME == ARGV[1] { ours[$0] = 1; next }
			get("event") != "close" || !(id in ours) { next }
			FILENAME == ARGV[2] && (%s) { want[id] = 1; n++ }
			FILENAME == ARGV[3] { m++; if (!(id in want)) bad = 1 }
			END { print n + 0, "wanted", m + 0, "kept"; exit bad || n != m }
			' "${filters[i + 1]}") <(echo x; cat "$BATS_TEST_TMPDIR/ours") "$all" "$filtered"
	done
}

# --- other rights ---------------------------------------------------------------------

@test "without CAP_NET_ADMIN: one warning, TCP goes on" {
	need setpriv
	log=$BATS_TEST_TMPDIR/log
	spawn setpriv --inh-caps -net_admin --bounding-set -net_admin,-sys_admin \
	    tcptop-collect -d 0.1 -o all >"$log" 2>"$log.err"
	collector=$!
	until_true 10 header_or_gone
	start_peers exchange 127.0.0.1 5 5
	udp_peers=$peers udp_stage=$stage
	cast=(python3 "$live/peers.py")
	start_peers exchange 127.0.0.1 5 5
	await_snapshots 2
	end_peers
	tcp=$(grep -o 'cookie=[0-9]*' "$truth" | head -n 1)
	peers=$udp_peers stage=$udp_stage
	end_peers
	await_snapshots 2
	end_process "$collector"
	check_stream "$log"
	[ "$(wc -l <"$log.err")" = 1 ]
	[[ $(<"$log.err") == tcptop-collect:*UDP*CAP_NET_ADMIN* ]]
	[ "$(pick "$tcp,event=close" proto)" = tcp ]
	[ -z "$(pick proto=udp time)" ]
}

@test "without CAP_NET_ADMIN -u is not permitted: exit 77; -t says nothing" {
	need setpriv
	without() {
		setpriv --inh-caps -net_admin --bounding-set -net_admin,-sys_admin "$@"
	}
	run -77 --separate-stderr without tcptop-collect -u -d 0.1 -c 1
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" = 1 ]
	[[ $stderr == error:*CAP_NET_ADMIN* ]]
	run -0 --separate-stderr without tcptop-collect -t -d 0.1 -c 1
	[ -z "$stderr" ]
}

@test "two collectors at once both count right; no program stays on the cgroup" {
	watch
	first_log=$log first=$collector first_programs=$programs
	watch
	[ "$(attached | wc -l)" = 4 ]
	start_peers exchange 127.0.0.1 40 321
	look
	end_peers
	stop_collector
	agree close
	[ -z "$(attached)" ]
	log=$first_log collector=$first programs=$first_programs
	[ "$(attached | wc -l)" = 4 ]
	stop_collector
	agree close
	[ -z "$(attached)" ]
}

@test "a collector that is killed leaves no program on the cgroup" {
	watch
	[ "$(attached | sort | tr '\n' ' ')" != "" ]
	end_process "$collector" KILL || :
	for id in $programs; do
		until_true 5 program_gone "$id"
	done
	[ -z "$(attached)" ]
}

# More sockets with several peers than any table of them was made for once.
@test "6,000 sockets with three peers each keep their owner, and close with their socket" {
	start_collector -u -d 3600 -o all --udp-timeout 3600
	pid=$(python3 - <<-'END'
		import os, socket
		servers = []
		for i in range(3):
		    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    s.bind(("127.0.0.1", 0))
		    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
		    servers.append(s)
		clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for i in range(6000)]
		for s in clients:
		    for to in servers:
		        s.sendto(bytes(10), to.getsockname())
		print(os.getpid(), flush=True)
	END
	)
	kill -s USR1 "$collector"
	until_true 10 snapshots_are 1
	stop_collector
	pick "event=close,pid=$pid" delta_out,owner,rport | awk -F '\t' '
		$1 == 10 { n++; hooked += $2 == "hook" }
		END { print n, hooked; exit n != 18000 || hooked != 18000 }'
	[ -z "$(pick 'event=open|live|close,owner=none' rport | head -n 1)" ] ||
	    [ "$(pick 'event=open|live|close,owner=none,bytes_out=10' rport | wc -l)" = 0 ]
}
