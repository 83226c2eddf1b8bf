# udp_flows.awk - what holds for rows of UDP besides. Between stream.awk and check.awk.
# A socket has one flow for each peer, and a flow that was idle begins anew. So that
# check.awk can tell them apart, a row's cookie becomes the name of its flow.

function join(f, n,    i, text, out) {
	for (i = 1; i <= n; i++) {
		text = f[i]
		if ((sep == "" || sep == ",") && text ~ /[",]|^ | $/) {
			gsub(/"/, "\"\"", text)
			text = "\"" text "\""
		}
		out = i > 1 ? out (sep == "" ? "," : sep) text : text
	}
	return out
}

function check_udp(flow,    event) {
	event = get("event")
	if (get("state") get("rtt_us") get("retrans") != "")
		wrong("a row of UDP with what only TCP has")
	if ("raddr" in col && "rport" in col && (get("raddr") == "") != (get("rport") == ""))
		wrong("half a peer")
	if (!(flow in begun)) {
		if (event == "live")
			wrong("the first row of a flow is live")
		# Nothing of what was before the collector is counted.
		if ("delta_in" in col && "bytes_in" in col && get("delta_in") != get("bytes_in") ||
		    "delta_out" in col && "bytes_out" in col && get("delta_out") != get("bytes_out"))
			wrong("the first row of a flow does not begin at 0")
		if ("packets_in" in col && "packets_out" in col &&
		    get("packets_in") + get("packets_out") == 0)
			wrong("a flow without a datagram")
	}
	begun[flow] = 1
}

{
	n_fields = fields($0, f)
}

get("proto") == "udp" && get("cookie") != "" && n_fields == columns {
	peer = get("cookie") " " get("laddr") " " get("lport") " " get("raddr") " " get("rport")
	flow = peer " " life[peer] + 0
	check_udp(flow)
	if (get("event") == "close")
		life[peer]++
	f[col["cookie"]] = flow
	$0 = join(f, n_fields)
}
