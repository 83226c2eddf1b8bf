# compare.awk - what the programs moved against what the stream says, as lines of check,
# ok or no, figures. After stream.awk.
# truth: what exchange, udp_mmsg and storm told.

function result(check, ok, figures) {
	print check, ok ? "ok" : "no", figures
}

function note_truth(text,    table) {
	if (index(text, "storm\t") == 1) {
		pairs(substr(text, 7), "\t", storm)
		return
	}
	if (text !~ /^(tcp|close)\t/)
		return
	pairs(substr(text, index(text, "\t") + 1), "\t", table)
	id = table["cookie"]
	proto[id] = text ~ /^tcp/ ? "tcp" : "udp"
	pid[id] = table["pid"]
	comm[id] = "comm" in table ? table["comm"] : "udp_mmsg"
	moved[id] = table["bytes_in"] + table["bytes_out"]
	both[id] = table["bytes_in"] " " table["bytes_out"]
	packets[id] = table["packets_in"] + table["packets_out"]
}

function note_owner(want_pid, want_comm) {
	owned++
	right += get("pid") == want_pid && get("comm") == want_comm
	if (get("pid") != want_pid || get("comm") != want_comm)
		stranger = get("comm") " " get("pid") " for " want_comm " " want_pid
}

BEGIN {
	while ((getline text < truth) > 0)
		note_truth(text)
}

{
	fields($0, f)
	event = get("event")
	lost += get("lost")
	ends += event == "end"
	id = get("cookie")
	for (name in col)
		if (get(name) != "")
			filled[name] = 1
}

id in proto {
	said[id, event] = get("bytes_in") " " get("bytes_out")
	bytes[id, event] = get("bytes_in") + get("bytes_out")
	said_packets[id, event] = get("packets_in") + get("packets_out")
	closes[id] += event == "close"
	note_owner(pid[id], comm[id])
}

event == "close" && get("lport") == storm["port"] {
	short++
	there += get("bytes_in")
	back += get("bytes_out")
	note_owner(storm["pid"], "storm")
}

event == "close" && get("rport") == storm["port"] {
	short++
	client_there += get("bytes_out")
	client_back += get("bytes_in")
	note_owner(storm["pid"], "storm")
}

END {
	for (id in proto) {
		p = proto[id]
		flows[p]++
		sent[p] += moved[id]
		seen[p] += bytes[id, "live"]
		last[p] += bytes[id, "close"]
		live_exact[p] += both[id] == said[id, "live"]
		last_exact[p] += both[id] == said[id, "close"]
		closed[p] += closes[id]
		sent_packets += p == "udp" ? packets[id] : 0
		seen_packets += p == "udp" ? said_packets[id, "close"] : 0
	}
	result("tcp", flows["tcp"] == 2 && live_exact["tcp"] == 2,
	    "live rows say " seen["tcp"] " of " sent["tcp"] " bytes")
	ok = short == 2 * storm["n"] && closed["tcp"] == 2 && last_exact["tcp"] == 2 && \
	    there == storm["there"] && back == storm["back"] && \
	    client_there == there && client_back == back
	result("close", ok, short + closed["tcp"] " of " 2 * storm["n"] + 2 " rows, " \
	    there + back + client_there + client_back + last["tcp"] " of " \
	    2 * (storm["there"] + storm["back"]) + sent["tcp"] " bytes")
	ok = flows["udp"] == 2 && live_exact["udp"] == 2 && last_exact["udp"] == 2 && \
	    closed["udp"] == 2 && sent_packets == seen_packets
	result("udp", ok, last["udp"] + 0 " of " sent["udp"] " bytes, " \
	    seen_packets " of " sent_packets " datagrams")
	result("owner", owned > 0 && right == owned,
	    right + 0 " of " owned + 0 " rows" (stranger != "" ? "; " stranger : ""))
	result("lost", ends > 0 && lost == 0, lost + 0 " in " ends + 0 " snapshots")
	# The first 20 columns are the default ones, which no kernel lacks.
	for (name in col)
		if (!(name in filled) && col[name] <= 20)
			missing = missing " " name
	for (i = 1; i <= columns; i++)
		for (name in col)
			if (col[name] == i && !(name in filled))
				empty = empty " " name
	result("columns", missing == "", columns " columns, never filled:" empty)
}
