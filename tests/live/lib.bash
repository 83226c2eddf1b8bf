# lib.bash - what the live tests share: a collector, peers, and the truth between them.
# shellcheck shell=bash

live=$BATS_TEST_DIRNAME
case ${B:=build} in
/*) bin=$B ;;
*) bin=$live/../../$B ;;
esac
PATH=$bin:$bin/live:$PATH
# Bytes are bytes, and a point is a point.
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1

pids=()     # processes to end
spaces=()   # network namespaces to delete
logs=0      # collectors started
dialogues=0 # peers started
cast=(python3 "$live/peers.py")

# --- what a test needs ------------------------------------------------------------------

cannot() {
	if [ "${TCPTOP_REQUIRE_LIVE:-0}" = 1 ]; then
		echo "cannot run: $1" >&2
		return 1
	fi
	skip "$1"
}

# need WORD...: root, ipv6, or programs.
need() {
	local word

	for word; do
		case $word in
		root) [ "$(id -u)" = 0 ] || cannot 'not root' ;;
		ipv6) [ -e /proc/net/if_inet6 ] || cannot 'no IPv6' ;;
		*) [ -n "$(type -P "$word")" ] || cannot "$word is missing" ;;
		esac || return 1
	done
}

# until_true SECONDS COMMAND...
until_true() {
	local end=$((SECONDS + $1 + 1))

	shift
	until "$@"; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "waited in vain for: $*" >&2
			return 1
		fi
		sleep 0.01
	done
}

gone() {
	! [ -e "/proc/$1" ] || grep -qs '^State:.Z' "/proc/$1/status"
}

# --- processes and namespaces ---------------------------------------------------------

# spawn COMMAND...: in the background; $! is its pid. Ended by teardown.
spawn() {
	"$@" <&0 3>&- 4>&- &
	pids+=("$!")
}

# end_process PID [SIGNAL]: status as of wait.
end_process() {
	kill -s "${2:-TERM}" "$1" 2>/dev/null
	wait "$1"
}

teardown() {
	local pid name

	for pid in "${pids[@]}"; do
		kill -s CONT "$pid" 2>/dev/null || :
		kill "$pid" 2>/dev/null || :
	done
	for pid in "${pids[@]}"; do
		until_true 5 gone "$pid" || kill -s KILL "$pid" || :
		wait "$pid" 2>/dev/null || :
	done
	for name in "${spaces[@]}"; do
		ip netns del "$name" 2>/dev/null || :
	done
}

# new_space: a network namespace with loopback up; its name is in $space.
new_space() {
	need ip
	space=tcptop-$$-${#spaces[@]}-$RANDOM
	ip netns add "$space"
	spaces+=("$space")
	ip -n "$space" link set lo up
}

# --- the collector --------------------------------------------------------------------

# The BPF programs that a process keeps alive, by number.
bpf_programs() {
	cat /proc/"$1"/fdinfo/* 2>/dev/null | awk '$1 == "prog_id:" && !n[$2]++ { print $2 }'
}

program_gone() {
	! bpftool prog show id "$1" >/dev/null 2>&1
}

# start_collector ARG...: what starts after this is seen. Its output is in $log; it
# must have a header.
start_collector() {
	log=$BATS_TEST_TMPDIR/log.$((++logs))
	spawn tcptop-collect "$@" >"$log" 2>"$log.err"
	collector=$!
	until_true 10 header_or_gone
	programs=$(bpf_programs "$collector")
	[ -n "$programs" ] || {
		cat "$log.err"
		return 1
	}
}

header_or_gone() {
	[ -s "$log" ] || gone "$collector"
}

# stop_collector [CHECK...]: one last snapshot, exit 0, nothing on stderr, nothing left.
# shellcheck disable=SC2120 # CHECK is for other files
stop_collector() {
	local status=0 id

	end_process "$collector" || status=$?
	cat "$log.err"
	[ "$status" = 0 ]
	[ ! -s "$log.err" ]
	[ "$(tail -n 1 "$log" | cut -d, -f2)" = end ]
	for id in $programs; do
		until_true 5 program_gone "$id"
	done
	check_stream "$log" "$@"
}

# check_stream LOG [NAME=VALUE...]: what holds for every stream.
check_stream() {
	local file=$1 set=() word

	shift
	for word; do
		set+=(-v "$word")
	done
	[ -s "$file" ]
	awk "${set[@]}" -f "$live/stream.awk" -f "$live/udp_flows.awk" -f "$live/check.awk" "$file"
}

# The snapshots that have ended.
snapshots() {
	grep -c ',end,' "$log" || :
}

snapshots_are() {
	[ "$(snapshots)" -ge "$1" ]
}

# await_snapshots N: N more have ended.
await_snapshots() {
	until_true 10 snapshots_are "$(($(snapshots) + $1))"
}

# pick NAME=VALUE,... NAME,...: columns of the rows of $log that meet all conditions.
pick() {
	awk -v when="$1" -v what="$2" -f "$live/stream.awk" -f "$live/pick.awk" "${3:-$log}"
}

# --- the peers ------------------------------------------------------------------------

# start_peers CASE ARG...: until its first pause, or its end. What it tells is in
# $truth. Set `within` to a network namespace to run it there, `cast` to other peers.
start_peers() {
	need python3
	truth=$BATS_TEST_TMPDIR/truth.$((++dialogues))
	mkfifo "$truth.in"
	exec {stage}<>"$truth.in" # both ways: opening does not wait
	# shellcheck disable=SC2086 # two words or none
	spawn ${within:+ip netns exec "$within"} "${cast[@]}" "$@" \
	    <"$truth.in" >"$truth" 2>"$truth.err"
	peers=$!
	paused=0
	await_pause
}

pause_or_gone() {
	[ "$(grep -c '^ready' "$truth")" -gt "$paused" ] || gone "$peers"
}

await_pause() {
	until_true 30 pause_or_gone
	cat "$truth.err"
	[ ! -s "$truth.err" ]
	paused=$(grep -c '^ready' "$truth") || :
}

# go_on: to the next pause, or the end.
go_on() {
	echo >&"$stage"
	await_pause
}

# end_peers: the last pause is over; they must end well.
end_peers() {
	gone "$peers" || echo >&"$stage"
	until_true 30 gone "$peers"
	wait "$peers"
	exec {stage}>&-
	cat "$truth.err"
	[ ! -s "$truth.err" ]
}

# agree KIND: the stream says what the peers say.
agree() {
	awk -v truth="$truth" -v kind="$1" -f "$live/stream.awk" -f "$live/agree.awk" "$log"
}

# look: while the peers pause, three snapshots on, the last rows are right.
look() {
	await_snapshots 3
	agree live
}

# note NAME: what the peers noted, one value per line.
note() {
	awk -F '\t' -v name="$1" '$1 == "note" {
		for (i = 2; i <= NF; i++)
			if (index($i, name "=") == 1)
				print substr($i, length(name) + 2)
	}' "$truth"
}

# play CASE ARG...: a case with one pause, from open to close, both looked at.
play() {
	start_collector -d 0.1 -o all
	start_peers "$@"
	look
	end_peers
	stop_collector
	agree close
}

# start_nginx WORKERS: serves $BATS_TEST_TMPDIR on $port; its master is $nginx.
start_nginx() {
	local dir=$BATS_TEST_TMPDIR

	need nginx
	port=$(free_port)
	cat >"$dir/nginx.conf" <<-EOF
		daemon off;
		user root;
		worker_processes $1;
		pid $dir/nginx.pid;
		error_log $dir/nginx.err;
		events { worker_connections 512; }
		http {
			log_format owner '\$pid \$remote_port';
			access_log $dir/nginx.access owner;
			client_body_temp_path $dir/body;
			proxy_temp_path $dir/proxy;
			fastcgi_temp_path $dir/fastcgi;
			uwsgi_temp_path $dir/uwsgi;
			scgi_temp_path $dir/scgi;
			keepalive_requests 100000;
			server {
				listen 127.0.0.1:$port;
				root $dir;
				location /slow/ { alias $dir/; limit_rate 1500k; }
			}
		}
	EOF
	spawn nginx -e "$dir/nginx.err" -c "$dir/nginx.conf" -p "$dir"
	nginx=$!
	until_true 10 workers_are "$1"
}

workers_are() {
	[ -s "$BATS_TEST_TMPDIR/nginx.pid" ] &&
	    [ "$(pgrep -c -P "$nginx" -x nginx)" = "$1" ]
}

# A TCP port of 127.0.0.1 that nobody has just now.
free_port() {
	python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}
