#!/usr/bin/env bats
# What users rely on: time, signals, slow readers, filters, formats, rights.

bats_require_minimum_version 1.5.0

load lib.bash

setup() {
	need root
}

# The times of the end rows of $log, in seconds, from a log with --time epoch.
times() {
	pick event=end time
}

# rows_between FILTER...: rows of $log, without end rows, that do not meet an awk
# condition on get("column").
strangers() {
	awk -f "$live/stream.awk" -f <(printf '
		{ fields($0, f) }
		get("event") != "end" && !(%s)' "$1") "$2"
}

# --- the pipe -------------------------------------------------------------------------

@test "collect, grep, sort and view in one pipe show the connections with most bytes" {
	start_peers steady 200000
	tcptop-collect -t -c 3 -d 0.3 | grep -v end | tcptop-sort -k bytes_in -n 5 |
		tcptop-view -b >"$BATS_TEST_TMPDIR/frames"
	status=("${PIPESTATUS[@]}")
	end_peers
	[ "${status[*]}" = "0 0 0 0" ]
	[ "$(grep -c '^tcptop ' "$BATS_TEST_TMPDIR/frames")" = 3 ]
	[ "$(grep -c python3 "$BATS_TEST_TMPDIR/frames")" -ge 3 ]
	# Of each frame, five rows at most below four lines of head.
	awk -v RS= 'split($0, line, "\n") > 9 { exit 1 }' "$BATS_TEST_TMPDIR/frames"
}

# --- time and signals -----------------------------------------------------------------

@test "the first snapshot comes after one interval, not before" {
	before=$EPOCHREALTIME
	run -0 --separate-stderr tcptop-collect -d 0.7 -c 1 --time epoch
	[ -z "$stderr" ]
	awk -v a="$before" -v b="${lines[-1]%%,*}" -v c="$EPOCHREALTIME" \
	    'BEGIN { exit !(b - a >= 0.7 && c - a < 2) }'
}

@test "-c counts snapshots" {
	for n in 1 3; do
		log=$BATS_TEST_TMPDIR/count
		tcptop-collect -d 0.05 -c "$n" >"$log"
		check_stream "$log"
		[ "$(snapshots)" = "$n" ]
	done
}

@test "-d 0.1 gives ten snapshots a second, on the grid" {
	log=$BATS_TEST_TMPDIR/log
	tcptop-collect -d 0.1 -c 21 --time epoch >"$log"
	check_stream "$log"
	times | awk 'NR == 1 { first = $1 } { last = $1 }
		END { print last - first; exit !(NR == 21 && last - first > 1.9 && last - first < 2.1) }'
}

@test "SIGTERM and SIGINT give one last snapshot and exit 0" {
	for signal in TERM INT; do
		start_collector -d 3600
		[ "$(snapshots)" = 0 ]
		end_process "$collector" "$signal"
		check_stream "$log"
		[ "$(snapshots)" = 1 ]
		[ ! -s "$log.err" ]
	done
}

@test "SIGUSR1 gives a snapshot now" {
	start_collector -d 3600
	for n in 1 2 3; do
		kill -s USR1 "$collector"
		until_true 2 snapshots_are "$n"
	done
	[ "$(snapshots)" = 3 ]
	stop_collector
	[ "$(snapshots)" = 4 ]
}

# --- readers --------------------------------------------------------------------------

@test "a reader that has enough ends it quietly" {
	set +e
	tcptop-collect -d 0.02 -l 2>"$BATS_TEST_TMPDIR/err" | head -n 3 >"$BATS_TEST_TMPDIR/out"
	status=("${PIPESTATUS[@]}")
	set -e
	echo "${status[@]}"
	[ "${status[0]}" = 0 ] || [ "${status[0]}" = 141 ] # SIGPIPE
	[ ! -s "$BATS_TEST_TMPDIR/err" ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" = 3 ]
}

@test "it notices that the reader is gone while it waits" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	exec {reader}<>"$BATS_TEST_TMPDIR/fifo"
	spawn tcptop-collect -d 3600 >"$BATS_TEST_TMPDIR/fifo" 2>"$BATS_TEST_TMPDIR/err" {reader}<&-
	collector=$!
	read -r -t 5 header <&"$reader"
	[[ $header == time,* ]]
	exec {reader}<&-
	until_true 2 gone "$collector"
	wait "$collector"
	[ ! -s "$BATS_TEST_TMPDIR/err" ]
}

@test "a full disk is an error, said once, exit 1" {
	run -1 --separate-stderr sh -c 'exec tcptop-collect -d 0.05 -c 3 >/dev/full'
	[ "${#stderr_lines[@]}" = 1 ]
	[[ $stderr == tcptop-collect:*"No space left on device" ]]
}

@test "a closed stdout is an error, not a file of ours that took its number" {
	run -1 --separate-stderr sh -c 'exec timeout -s KILL 5 tcptop-collect -d 0.05 -c 3 >&-'
	[ "${#stderr_lines[@]}" = 1 ]
}

resident_kib() {
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$collector/status"
}

@test "a slow reader: no close row lost, right rates, no memory growth" {
	need storm hold
	new_space
	inode=$(ip netns exec "$space" stat -L -c %i /proc/self/ns/net)
	# Enough rows that one snapshot is more than a pipe holds.
	spawn ip netns exec "$space" hold 127.0.0.9 400 >"$BATS_TEST_TMPDIR/hold"
	until_true 10 grep -q ready "$BATS_TEST_TMPDIR/hold"
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	log=$BATS_TEST_TMPDIR/log
	spawn cat "$BATS_TEST_TMPDIR/fifo" >"$log"
	reader=$!
	spawn tcptop-collect -d 0.1 --time epoch -o +cookie,netns,delta_in,delta_out \
	    >"$BATS_TEST_TMPDIR/fifo" 2>"$log.err"
	collector=$!
	until_true 5 snapshots_are 2
	start_peers steady 2000000
	cookie=$(awk -F '\t' '/^note/ { sub(/.*=/, "", $2); print $2 }' "$truth")
	await_snapshots 5

	kill -s STOP "$reader"
	sleep 1
	early=$(resident_kib)
	sleep 1.5
	late=$(resident_kib)
	echo "resident: $early kB, then $late kB"
	[ "$((late - early))" -le 512 ]
	told=$(ip netns exec "$space" storm 7000 5000)
	echo "$told"
	# 10,000 close reports of less than 512 bytes, in a table that doubles.
	[ "$(($(resident_kib) - late))" -le $((2 * 16384 * 512 / 1024)) ]
	kill -s CONT "$reader"

	await_snapshots 5
	end_peers
	end_process "$collector"
	wait "$reader"
	[ ! -s "$log.err" ]
	check_stream "$log"
	[ "$(pick "event=close,netns=$inode" cookie | sort -u | wc -l)" = 10000 ]
	[ "$(pick "event=close,netns=$inode" delta_in | awk '{ n += $1 } END { print n }')" -le 67500 ]
	# The stream's rows: a gap of more than 2.5 s somewhere, the rate right everywhere. The
	# sender is steady over longer times only: else the time that the rate was taken over has
	# to be that between the snapshots. Between the time of a snapshot and its walk come the
	# close rows, and what else a busy machine does, 100 ms at most.
	pick "cookie=$cookie,event=live" time,rate_out,delta_out | awk '
		NR > 2 && $1 - last > 0.05 {
			span = $1 - last
			longest = span > longest ? span : longest
			over = $2 > 0 ? $3 / $2 : span
			off = over > span ? over - span : span - over
			if (off > span * 0.1 + 0.1 || (span > 0.5 && ($2 < 1.8e6 || $2 > 2.2e6))) {
				print span " s: rate_out " $2 ", taken over " over " s"
				bad = 1
			}
		}
		{ last = $1 }
		END { print "longest: " longest " s"; exit bad || longest < 2.5 }'
}

# --- rates ----------------------------------------------------------------------------

@test "the rates of a throttled download are within 10 % of the truth, at both ends" {
	need nginx curl
	start_nginx 1
	truncate -s 6000000 "$BATS_TEST_TMPDIR/file"
	start_collector -d 0.5 --time epoch -o all
	# The server holds back: what a slow curl leaves in its receive queue did arrive.
	got=$(curl -sS -o /dev/null \
	    -w '%{local_port} %{size_download} %{time_starttransfer} %{time_total}' \
	    "http://127.0.0.1:$port/slow/file")
	stop_collector
	read -r lport size from to <<<"$got"
	for end in "rate_in $lport delta_in" "rate_out $port delta_out"; do
		read -r rate near delta <<<"$end"
		pick "event=live,lport=$near" "time,$rate,$delta,rport" |
		    awk -v truth="$(awk "BEGIN { print $size / ($to - $from) }")" '
			NR > 1 { bytes += $3; span += $1 - last; rate += $2; n++ }
			{ last = $1 }
			END {
				print "truth " truth ", rate " rate / n ", delta/s " bytes / span
				exit n < 4 || rate / n / truth < 0.9 || rate / n / truth > 1.1 ||
				    bytes / span / truth < 0.9 || bytes / span / truth > 1.1
			}'
	done
}

# --- what is written ------------------------------------------------------------------

@test "-x leaves out quiet connections, keeps traffic and events" {
	start_collector -d 0.1 -x -o all
	start_peers old
	await_snapshots 5
	go_on
	await_snapshots 3
	go_on
	await_snapshots 3
	end_peers
	stop_collector
	agree close
	for cookie in $(grep -o 'cookie=[0-9]*' "$truth" | sort -u); do
		pick "$cookie" event,delta_in,delta_out | awk '
			{ n[$1]++; moved += $2 + $3 }
			$1 == "live" && $2 + $3 == 0 && n["quiet"]++ >= 2 { bad = 1 }
			END {
				# FIN and late acknowledgements are traffic too, but few.
				print n["open"], n["live"], n["close"], moved
				exit bad || n["open"] != 1 || n["close"] != 1 || n["live"] < 1 ||
				    n["live"] > 4 || moved != 10338
			}'
	done
}

@test "-l has listeners, without it there is none" {
	start_collector -d 0.1 -o all
	without=$log stopper=$collector
	start_collector -d 0.1 -o all -l
	start_peers exchange 127.0.0.1 1 1
	look
	end_peers
	stop_collector
	end_process "$stopper"
	lport=$(awk -F '\t' '/^close/ && /LAST_ACK/ { sub(/.*lport=/, ""); print $1 }' "$truth")
	[ "$(pick "state=LISTEN,lport=$lport,event=live|open,raddr=,bytes_in=" pid | sort -u | wc -l)" = 1 ]
	[ "$(pick "state=LISTEN,lport=$lport,event=close" pid | wc -l)" = 1 ]
	[ -z "$(pick state=LISTEN pid "$without")" ]
}

@test "each filter keeps what it should, and nothing else" {
	need ipv6 storm
	start_collector -d 0.1 -o all
	all=$log
	stages=() players=() truths=() ports=() clients=()
	for host in 127.0.0.1 127.0.0.2 ::1; do
		start_peers exchange "$host" 100 200
		players+=("$peers") stages+=("$stage") truths+=("$truth")
		ports+=("$(awk -F '\t' '/^live/ && /bytes_in=100/ { sub(/.*lport=/, ""); print $1 }' "$truth")")
		clients+=("$(awk -F '\t' '/^live/ && /bytes_in=200/ { sub(/.*lport=/, ""); print $1 }' "$truth")")
	done
	pid=$(awk -F '\t' '/^live/ && /bytes_in=200/ { sub(/.*pid=/, ""); print $1 }' "${truths[0]}")
	a=${ports[0]} c=${clients[1]}
	low=$((a < ports[1] ? a : ports[1])) high=$((a < ports[1] ? ports[1] : a))
	port=$(free_port)

	v6='index(get("laddr"), ":")'
	filters=(
		"-p $a" "get(\"lport\") == $a || get(\"rport\") == $a"
		"-p $low-$high" "get(\"lport\") >= $low && get(\"lport\") <= $high || \
		    get(\"rport\") >= $low && get(\"rport\") <= $high"
		"--lport $c" "get(\"lport\") == $c"
		"--rport $a" "get(\"rport\") == $a"
		"--lport $a --rport ${clients[0]}" "get(\"lport\") == $a && get(\"rport\") == ${clients[0]}"
		"-P $pid" "get(\"pid\") == $pid"
		"-C storm" "get(\"comm\") == \"storm\""
		"-C stor" "0"
		"-A 127.0.0.2" "get(\"laddr\") == \"127.0.0.2\" || get(\"raddr\") == \"127.0.0.2\""
		"-A 127.0.0.0/8" "get(\"laddr\") ~ /^127/ || get(\"raddr\") ~ /^127/"
		"-A ::1" "get(\"laddr\") == \"::1\" || get(\"raddr\") == \"::1\""
		"-A ::/0" "1"
		"-A 0.0.0.0/0" "!$v6"
		"-A 10.99.0.0/16" "0"
		"-4" "!$v6"
		"-6" "$v6"
		"-4 -6" "1"
		"-t" "1"
		"-4 -C storm -p 1" "0"
	)
	logs_of=() collectors=()
	for ((i = 0; i < ${#filters[@]}; i += 2)); do
		# shellcheck disable=SC2086 # options and their values
		start_collector -d 0.1 -o all ${filters[i]}
		logs_of+=("$log") collectors+=("$collector")
	done
	await_snapshots 2
	storm "$port" 20 >"$BATS_TEST_TMPDIR/storm"
	for i in "${!players[@]}"; do
		peers=${players[i]} stage=${stages[i]} truth=${truths[i]}
		end_peers
	done
	for collector in "${collectors[@]}"; do
		end_process "$collector"
	done
	collector=${pids[0]} log=$all
	end_process "$collector"
	check_stream "$all"

	# Ours: the peers' ends by cookie, and the storm's by port.
	grep -ho 'cookie=[0-9]*' "${truths[@]}" | sort -u >"$BATS_TEST_TMPDIR/ours"
	for end in "lport=$port" "rport=$port"; do
		pick "event=close,$end" cookie | sed 's/^/cookie=/' >>"$BATS_TEST_TMPDIR/ours"
	done
	[ "$(wc -l <"$BATS_TEST_TMPDIR/ours")" = 46 ]
	for ((i = 0; i < ${#filters[@]}; i += 2)); do
		echo "filter ${filters[i]}:"
		filtered=${logs_of[i / 2]}
		check_stream "$filtered"
		[ ! -s "$filtered.err" ]
		[ -z "$(strangers "${filters[i + 1]}" "$filtered")" ]
		# -o all has the event second; the condition picks rows of the whole log.
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

@test "-o chooses and orders, -f tsv has tabs, -H has no header" {
	run -0 --separate-stderr tcptop-collect -d 0.05 -c 1 -o rows,event,lost,cpu_us
	[ "${lines[0]}" = rows,event,lost,cpu_us ]
	[[ ${lines[-1]} =~ ^[0-9]+,end,0,[0-9]+$ ]]
	run -0 --separate-stderr tcptop-collect -d 0.05 -c 1 -f tsv -o event,lost
	[ "${lines[0]}" = $'event\tlost' ]
	[ "${lines[-1]}" = $'end\t0' ]
	run -0 --separate-stderr tcptop-collect -d 0.05 -c 1 -H -o event,lost
	[ "${lines[-1]}" = end,0 ]
	[[ $output != *event* ]]
	run -0 --separate-stderr tcptop-collect -d 0.05 -c 1 -o +cookie
	[ "${lines[0]}" = "time,event,proto,laddr,lport,raddr,rport,state,pid,comm,bytes_in,bytes_out,packets_in,packets_out,rate_in,rate_out,rtt_us,retrans,rows,lost,cookie" ]
}

@test "time is RFC 3339 in UTC with milliseconds, or seconds since the epoch; it is now" {
	TZ=Asia/Tokyo run -0 --separate-stderr tcptop-collect -d 0.05 -c 1 -o time,event
	[[ ${lines[-1]} =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z,end$ ]]
	said=$(date -d "${lines[-1]%,*}" +%s)
	run -0 --separate-stderr tcptop-collect -d 0.05 -c 1 -o time,event --time epoch
	[[ ${lines[-1]} =~ ^[0-9]{10}\.[0-9]{3},end$ ]]
	now=$(date +%s)
	[ "$((now - said))" -le 2 ] && [ "$((now - said))" -ge 0 ]
	[ "$((now - ${lines[-1]%%.*}))" -le 2 ]
}

@test "--host is in every row" {
	start_collector -d 0.1 --host elsewhere -o all
	start_peers exchange 127.0.0.1 1 1
	await_snapshots 2
	end_peers
	stop_collector
	[ "$(pick '' host | sort -u)" = elsewhere ]
}

# --- rights ---------------------------------------------------------------------------

# as_nobody COMMAND...: no user, no group, no capability.
as_nobody() {
	need setpriv
	setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$(type -P tcptop-collect)" ||
	    cannot 'nobody may not execute the collector where it lies'
	run "${expect[@]}" --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

@test "without privileges: exit 77, a line that says what to do, a hint, no output" {
	expect=(-77)
	as_nobody tcptop-collect -c 1 -d 0.1
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "error: tcptop requires root privileges. Run with sudo." ]
	[[ ${stderr_lines[1]} == 'hint: -b diag'* ]]
	[ "${#stderr_lines[@]}" = 2 ]
}

@test "root without capabilities: exit 77, and it names what is missing" {
	need setpriv
	run -77 --separate-stderr setpriv --inh-caps -all \
	    --bounding-set -bpf,-perfmon,-sys_admin tcptop-collect -c 1 -d 0.1
	[ -z "$output" ]
	[[ $stderr == error:*CAP_BPF*CAP_PERFMON* ]]
	run -77 --separate-stderr setpriv --inh-caps -all \
	    --bounding-set -perfmon,-sys_admin tcptop-collect -c 1 -d 0.1
	[ -z "$output" ]
	[[ $stderr == error:*CAP_PERFMON* ]]
	[[ ${stderr%%;*} != *CAP_BPF* ]]
	[ "${#stderr_lines[@]}" = 2 ]
}

@test "CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN are enough, for root and for nobody" {
	need setpriv
	caps=+bpf,+perfmon,+net_admin
	run -0 --separate-stderr setpriv --inh-caps -all,$caps --bounding-set -all,$caps \
	    tcptop-collect -c 1 -d 0.1
	[[ ${lines[-1]} == *,end,* ]]
	[ -z "$stderr" ]
	expect=(-0)
	as_nobody --inh-caps $caps --ambient-caps $caps tcptop-collect -c 1 -d 0.1
	[[ ${lines[-1]} == *,end,* ]]
	[ -z "$stderr" ]
}

@test "-h, -V and a wrong option work without privileges" {
	expect=(-0)
	as_nobody tcptop-collect -h
	[[ ${lines[0]} == usage:* ]]
	as_nobody tcptop-collect -V
	[[ $output == tcptop-collect\ * ]]
	expect=(-2)
	as_nobody tcptop-collect -d never
	[ -z "$output" ]
}

@test "after start-up it is nobody, without capabilities, and goes on working" {
	start_collector -d 0.1
	status=/proc/$collector/status
	until_true 5 grep -q '^Uid:.65534.65534.65534.65534$' "$status"
	grep -q '^Gid:.65534.65534.65534.65534$' "$status"
	[ -z "$(awk '$1 == "Groups:" && NF > 1' "$status")" ]
	for set in CapInh CapPrm CapEff CapAmb; do
		grep -q "^$set:.0000000000000000\$" "$status"
	done
	grep -q '^NoNewPrivs:.1$' "$status"
	await_snapshots 2
	stop_collector
}

@test "it keeps no network namespace, no child and, at its end, no BPF program" {
	new_space
	start_collector -d 0.1
	[ "$(readlink "/proc/$collector/fd/"* | grep -c '^net:')" = 0 ]
	[ "$(readlink "/proc/$collector/ns/net")" = "$(readlink /proc/self/ns/net)" ]
	[ -z "$(pgrep -P "$collector")" ]
	[ "$(wc -w <<<"$programs")" -ge 4 ]
	# Looks at each of $programs after the end.
	stop_collector
	gone "$collector"
}

# --- odd surroundings -----------------------------------------------------------------

@test "snapshots asked for faster than the clock goes have a time each" {
	start_collector -d 3600 -t -p 1
	for _ in $(seq 300); do kill -s USR1 "$collector"; done
	until_true 10 snapshots_are 20
	stop_collector
}

@test "a reader that closes its end of a socket ends the collector" {
	need python3
	python3 - <<-'END'
		import socket, subprocess, sys
		ours, theirs = socket.socketpair()
		p = subprocess.Popen(["tcptop-collect", "-d", "3600", "-p", "1"], stdout=theirs)
		theirs.close()
		assert ours.recv(1000)
		ours.close()
		sys.exit(p.wait(10))
	END
}

@test "in a time namespace ages and rates are right" {
	need unshare
	start_peers steady 500000
	unshare -T --monotonic -1000 --fork tcptop-collect -d 0.3 -c 4 -C python3 \
	    -o event,rate_out,age_ms,idle_ms,bytes_out >"$BATS_TEST_TMPDIR/rows"
	end_peers
	cat "$BATS_TEST_TMPDIR/rows"
	awk -F , 'NR > 1 && $1 == "live" && $5 > 0 { n++; if ($2 > 5000000 || $4 > 5000) bad = 1; if ($2 > 100000) fast++ }
		END { exit bad || n < 3 || fast < 3 }' "$BATS_TEST_TMPDIR/rows"
}

@test "in a cgroup namespace it warns that UDP of others is not seen" {
	need unshare
	mkdir "$BATS_TEST_TMPDIR/cgroup"
	cgroup=$(awk '$4 == "/" && / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
	branch=$cgroup/tcptop-test-$$
	mkdir "$branch"
	run -0 --separate-stderr sh -c 'echo $$ >"$1/cgroup.procs" && exec unshare -C -m sh -c '"'"'
		umount -l "$1"; mount -t cgroup2 none "$2" && exec tcptop-collect -c 1 -d 0.1'"'"' - "$2" "$3"' \
	    - "$branch" "$cgroup" "$BATS_TEST_TMPDIR/cgroup"
	echo "$stderr"
	rmdir "$branch"
	[[ $stderr == *'warning: only UDP of this cgroup namespace is seen'* ]]
}

@test "who takes the ports of the dead comes after their close row" {
	need python3
	cat >"$BATS_TEST_TMPDIR/again.py" <<-'END'
		import socket, struct, sys
		server = socket.socket()
		server.bind(("127.0.0.1", 0))
		server.listen()
		at = server.getsockname()
		port = 0
		for size in (1000, 10):
		    s = socket.socket()
		    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		    s.bind(("127.0.0.1", port))
		    port = s.getsockname()[1]
		    s.connect(at)
		    peer = server.accept()[0]
		    s.sendall(bytes(size))
		    if size == 1000:
		        print(port, flush=True)
		        sys.stdin.readline()
		        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		        s.close()
		        peer.close()
		print("done", flush=True)
		sys.stdin.readline()
	END
	start_collector -d 3600 -t -C python3 -o +cookie
	coproc python3 "$BATS_TEST_TMPDIR/again.py"
	pids+=("$COPROC_PID")
	read -r port <&"${COPROC[0]}"
	kill -s USR1 "$collector"
	until_true 10 snapshots_are 1
	echo >&"${COPROC[1]}"
	read -r answer <&"${COPROC[0]}"
	kill -s USR1 "$collector"
	until_true 10 snapshots_are 2
	stop_collector
	[ "$(pick "lport=$port" event,bytes_out | head -n 3)" = $'open\t1000\nclose\t1000\nopen\t10' ]
}
