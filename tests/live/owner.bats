#!/usr/bin/env bats
# Whose connection it is: pid and comm are those of the process that has it.

bats_require_minimum_version 1.5.0

load lib.bash

setup() {
	need root
}

# Every server's end in $log of kind $1 has the worker's pid that nginx wrote into its
# access log. Prints how many, and those that differ.
agree_with_nginx() {
	pick "event=$1,lport=$port" rport,pid,comm,owner | awk -F '\t' -v master="$nginx" '
		NR == FNR { split($0, word, " "); worker[word[2]] = word[1]; next }
		{ pid[$1] = $2; comm[$1] = $3; owner[$1] = $4 }
		END {
			for (rport in worker)
				if (pid[rport] != worker[rport] || comm[rport] != "nginx" ||
				    pid[rport] == master) {
					print rport ": " pid[rport] " " comm[rport] " " \
					    owner[rport] ", not " worker[rport]
					bad = 1
				} else {
					n++
					used[pid[rport]] = 1
				}
			for (each in used)
				workers++
			print n + 0, "of", workers + 0, "workers"
			exit bad || n == 0
		}' "$BATS_TEST_TMPDIR/nginx.access" -
}

@test "close rows of connections that nginx workers served have the worker's pid" {
	need nginx curl
	start_nginx 3
	start_collector -d 0.1 -o all
	seq 60 | xargs -P 8 -I N curl -sS -o /dev/null \
	    "http://127.0.0.1:$port/nginx.conf"
	stop_collector
	run -0 agree_with_nginx close
	echo "$output"
	[[ $output == 60\ of\ [23]\ workers ]]
}

@test "a busy keepalive connection gets its worker's pid in a live row, by a scan" {
	need nginx
	start_nginx 3
	start_collector -d 0.1 -o all
	start_peers browse "$port" 30
	until_true 15 agree_with_nginx live >"$BATS_TEST_TMPDIR/said"
	end_peers
	stop_collector
	[ "$(pick "event=live,lport=$port,owner=scan" rport | sort -u | wc -l)" = 30 ]
	agree_with_nginx close
}

@test "keepalive connections older than the collector have the worker's pid at once" {
	need nginx
	start_nginx 2
	start_peers browse "$port" 10
	start_collector -d 0.1 -o all
	await_snapshots 1
	run -0 agree_with_nginx live
	end_peers
	stop_collector
	[[ $output == 10\ of\ [12]\ workers ]]
}

@test "an owner that is only inherited says so" {
	need nginx
	start_nginx 2
	# No scan comes in an hour: the pid can only be the listener's.
	start_collector -d 3600 -o all
	start_peers browse "$port" 5
	kill -s USR1 "$collector"
	until_true 5 snapshots_are 1
	end_peers
	stop_collector
	[ "$(pick "event=open,lport=$port,owner=inherited,pid=$nginx" rport | wc -l)" = 5 ] ||
	    agree_with_nginx open
}

@test "a child that serves what its parent accepted becomes the owner by a scan" {
	start_collector -d 0.1 -o all
	start_peers chatting_child
	owned() {
		[ -n "$(pick "event=live,owner=scan,cookie=$(note owner)" pid)" ]
	}
	until_true 15 owned
	end_peers
	stop_collector
	agree live
	agree close
}

@test "a thread's connection belongs to its process, by the name of the process" {
	start_collector -d 0.1 -o all
	start_peers threaded
	look
	end_peers
	stop_collector
	agree close
}

@test "hostile process names: one record per line, escaped, in CSV" {
	start_collector -d 0.1 -o all
	start_peers names
	look
	end_peers
	stop_collector
	agree close
}

@test "hostile process names: one record per line, escaped, in TSV" {
	start_collector -d 0.1 -f tsv -o +cookie,error
	start_peers names
	until_true 5 grep -q '	live	.*	com,ma"q"	' "$log"
	end_peers
	end_process "$collector"
	check_stream "$log" 'sep=\t'
	awk -v 'sep=\t' -v truth="$truth" -v kind=close -f "$live/stream.awk" \
	    -f "$live/agree.awk" "$log"
	# No quotes but those that are part of a name.
	[ "$(grep -c '"' "$log")" = "$(grep -c 'com,ma"q"' "$log")" ]
}

@test "a process that calls itself as the collector does is seen all the same" {
	need python3
	start_collector -d 0.2 -o all
	python3 - <<-'END'
		import ctypes, socket
		ctypes.CDLL(None).prctl(15, b"tcptop-collect")
		server = socket.socket()
		server.bind(("127.0.0.1", 0))
		server.listen()
		s = socket.create_connection(server.getsockname())
		s.sendall(bytes(12345))
		u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		u.sendto(bytes(54), ("127.0.0.1", 9))
	END
	stop_collector
	[ "$(pick 'event=close,comm=tcptop-collect,bytes_out=12345' owner)" = hook ]
	[ "$(pick 'event=close,comm=tcptop-collect,proto=udp,bytes_out=54' owner)" = hook ]
}
