# check.awk - what holds for every stream, whatever was asked for. After stream.awk.
# lossless=1: no report was lost, for a test that says so: others on the machine may do
# what they like. A connection is its socket's cookie and its ports, for a socket can have
# several connections, one after the other.

function wrong(what) {
	print FILENAME ":" FNR ": " what
	print "\t" $0
	if (++errors >= 10)
		exit 1
}

# One row of a connection, after those before.
function check_row(id,    delta_in, delta_out) {
	if (id in dead)
		wrong("row of a connection after its close row")
	# There is no later one than the last snapshot for a close row to wait for.
	if (id in seen && seen[id] == snapshots + 1) {
		if (event != "close")
			wrong("second row of a connection in one snapshot")
		else if (!double_at) {
			double_at = snapshots + 1
			double_line = FNR
		}
	}
	if (event == "open" && id in seen)
		wrong("open row is not the first")
	if (id in seen) {
		if (get("bytes_in") + 0 < bytes_in[id] || get("bytes_out") + 0 < bytes_out[id])
			wrong("bytes went down")
		if (get("packets_in") + 0 < packets_in[id] || get("retrans") + 0 < retrans[id])
			wrong("packets or retransmissions went down")
	}
	if ("delta_in" in col && get("delta_in") != "") {
		delta_in = get("bytes_in") - bytes_in[id]
		delta_out = get("bytes_out") - bytes_out[id]
		# What was before the collector is in no delta.
		if ((id in seen || event == "open") &&
		    (get("delta_in") != delta_in || get("delta_out") != delta_out))
			wrong("deltas do not add up to the totals: " delta_in ", " delta_out)
	}
	if (event == "close")
		dead[id] = 1
	seen[id] = snapshots + 1
	bytes_in[id] = get("bytes_in") + 0
	bytes_out[id] = get("bytes_out") + 0
	packets_in[id] = get("packets_in") + 0
	retrans[id] = get("retrans") + 0
}

{
	if (fields($0, f) != columns)
		wrong("not as many fields as the header has")
	# In bytes: the C1 range is hidden in two, which a multi-byte awk takes for one.
	if ($0 ~ /[\001-\010\012-\037\177]/ || index($0, "\302\233") > 0)
		wrong("control character")
	event = get("event")
	if (event !~ /^(open|live|close|end)$/)
		wrong("unknown event")
	if (rows == 0)
		time = get("time")
	else if ("" get("time") != "" time)
		wrong("rows of one snapshot differ in time")
	if (rows == 0 && last_time != "" && "" time <= "" last_time)
		wrong("time of the snapshot before, or earlier")
	last_time = time
	if (event == "end") {
		if ("rows" in col && get("rows") != rows)
			wrong("rows is not " rows)
		if ("lost" in col && get("lost") != 0 && lossless)
			wrong("reports were lost")
		rows = 0
		snapshots++
		next
	}
	rows++
	if (get("rows") != "" || get("lost") != "")
		wrong("rows or lost outside of an end row")
	if (get("cookie") != "" && get("state") != "LISTEN")
		check_row(get("cookie") " " get("lport") " " get("rport"))
}

END {
	if (double_at > 0 && double_at < snapshots) {
		print FILENAME ":" double_line ": a close row in the snapshot of the row before"
		errors++
	}
	if (rows > 0) {
		print FILENAME ": the last snapshot has no end"
		errors++
	}
	exit errors > 0
}
