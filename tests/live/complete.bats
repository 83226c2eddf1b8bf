#!/usr/bin/env bats
# Complete: no connection is too short to be seen, and what is lost is counted.

bats_require_minimum_version 1.5.0

load lib.bash

n=20000 # connections, each with two ends

setup() {
	need root storm
	new_space
	inode=$(ip netns exec "$space" stat -L -c %i /proc/self/ns/net)
	port=$((1024 + RANDOM % 30000)) # below those that clients get
}

# storm: n connections in the namespace; sets pid, there and back.
storm() {
	local told

	told=$(ip netns exec "$space" storm "$port" "$n")
	[[ $told =~ pid=(.*)\ there=(.*)\ back=(.*) ]]
	pid=${BASH_REMATCH[1]}
	there=${BASH_REMATCH[2]}
	back=${BASH_REMATCH[3]}
}

# Every end has its close row, with owner and sums; no delta is missing or twice.
all_there() {
	pick "netns=$inode" event,cookie,pid,comm,lport,bytes_in,bytes_out,delta_in,delta_out |
	    awk -F '\t' -v n="$n" -v port="$port" -v pid="$pid" -v there="$there" -v back="$back" '
		function is(what, a, b) {
			if (a == b)
				return
			print what " is " a ", not " b
			bad = 1
		}
		{ delta_in += $8; delta_out += $9 }
		$1 == "open" { opens[$2]++ }
		$1 != "close" { next }
		{ closes++; ends += !closed[$2]++ }
		$3 != pid || $4 != "storm" { strangers++; stranger = $0 }
		$5 == port { server++; server_in += $6; server_out += $7; next }
		{ client_in += $6; client_out += $7 }
		END {
			is("close rows", closes, 2 * n)
			is("ends with a close row", ends, 2 * n)
			is("close rows of servers", server, n)
			is("rows with another owner", strangers + 0, 0)
			if (strangers)
				print stranger
			is("sum of servers'"'"' bytes_in", server_in, there)
			is("sum of servers'"'"' bytes_out", server_out, back)
			is("sum of clients'"'"' bytes_in", client_in, back)
			is("sum of clients'"'"' bytes_out", client_out, there)
			is("sum of delta_in", delta_in, there + back)
			is("sum of delta_out", delta_out, there + back)
			for (id in opens)
				if (opens[id] > 1)
					is("open rows of " id, opens[id], 1)
			exit bad
		}'
}

# Close rows and lost reports of the last run make up all ends.
closes_and_lost() {
	local closes lost

	closes=$(pick "event=close,netns=$inode" cookie | wc -l)
	lost=$(pick event=end lost | awk '{ n += $1 } END { print n + 0 }')
	echo "$closes close rows, $lost lost"
	[ "$lost" -gt 0 ]
	[ "$((closes + lost))" = "$((2 * n))" ]
}

@test "20,000 connections of one process give 40,000 close rows, with owner and sums" {
	start_collector -d 1 -o +cookie,netns,delta_in,delta_out
	storm
	stop_collector lossless=1
	all_there
}

@test "a walk each 10 ms that races the closes loses nothing and says nothing twice" {
	start_collector -d 0.01 -o +cookie,netns,delta_in,delta_out
	storm
	stop_collector lossless=1
	all_there
}

@test "an interval of an hour loses no close row" {
	start_collector -d 3600 -o +cookie,netns,delta_in,delta_out
	storm
	stop_collector lossless=1
	[ "$(snapshots)" = 1 ]
	all_there
}

# Who walks through the files of others may be the one that closes one for good: the
# iterator holds the file while the process that has it closes it.
@test "a collector that visits the sockets never becomes their owner" {
	visit() {
		while :; do
			tcptop-collect -d 0.01 -c 1 >/dev/null
		done
	}
	start_collector -d 1 -o +cookie,netns
	for visitor in 1 2 3; do
		spawn visit
	done
	for _ in 1 2 3; do
		port=$((port + 1))
		storm
	done
	stop_collector
	[ "$(pick "event=close,netns=$inode" cookie | wc -l)" = $((6 * n)) ]
	run -0 pick "event=close,netns=$inode,comm=tcptop-collect" "lport,rport,state,pid,comm"
	echo "$output"
	[ -z "$output" ]
}

@test "close rows and lost reports make up all ends when the ring is too small" {
	start_collector -d 0.1 -p "$port" --ring 4096 -o +cookie,netns,delta_in,delta_out
	storm
	stop_collector
	closes_and_lost
}

@test "close rows and lost reports make up all ends when the backlog is too small" {
	start_collector -d 0.2 -p "$port" --backlog 100 -o +cookie,netns,delta_in,delta_out
	storm
	stop_collector
	closes_and_lost
}

@test "a connection that the filter leaves out is never counted as lost" {
	start_collector -d 0.1 -p 1 --ring 4096
	storm
	stop_collector lossless=1
	[ -z "$(pick 'event=open|live|close' lport)" ]
}

@test "connections that stay are in every snapshot, once, while others come and go" {
	need hold
	# More rows than the window between kernel and user space has.
	for host in 127.0.0.8 127.0.0.9; do
		spawn ip netns exec "$space" hold "$host" 9000 >"$BATS_TEST_TMPDIR/$host"
	done
	for host in 127.0.0.8 127.0.0.9; do
		until_true 20 grep -q ready "$BATS_TEST_TMPDIR/$host"
	done
	start_collector -d 0.1 -o +cookie,netns,delta_in,delta_out
	await_snapshots 1
	for _ in 1 2; do
		port=$((port + 1))
		storm
	done
	await_snapshots 2
	stop_collector
	# 9,000 connections, two ends, two addresses, in each snapshot.
	pick "event=live|end" event,netns,laddr,raddr | awk -F '\t' -v netns="$inode" '
		$1 == "end" { print n; n = 0 }
		$2 == netns && ($3 ~ /^127.0.0.[89]$/ || $4 ~ /^127.0.0.[89]$/) { n++ }
	' | sort | uniq -c >"$BATS_TEST_TMPDIR/counts"
	cat "$BATS_TEST_TMPDIR/counts"
	[ "$(awk '{ print $2 }' "$BATS_TEST_TMPDIR/counts")" = 36000 ]
	[ "$(snapshots)" -ge 5 ]
	# On a machine that is busy with other things a report may get lost, but counted.
	closes=$(pick "event=close,netns=$inode" cookie | sort -u | wc -l)
	lost=$(pick event=end lost | awk '{ n += $1 } END { print n + 0 }')
	echo "$closes close rows, $lost lost"
	[ "$((closes + lost))" -ge "$((4 * n))" ]
	[ "$lost" -gt 0 ] || [ "$closes" = "$((4 * n))" ]
}
