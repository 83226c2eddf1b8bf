# udp_agree.awk - does the stream say what the applications moved? After stream.awk.
# truth: file that the peers wrote; kind: compare its lines of this kind, `live` with the
# last row before the close row, `close` with the close row. A flow is known by its own
# port, its peer and, where the truth has it, its cookie; of several lines on one flow the
# last counts.
# A flow that was idle begins anew: closes=N says how many close rows there are, and
# their counters are added up. The differences of all rows add up to the same.

function note_truth(text,    table, key) {
	split("", table)
	pairs(text, "\t", table)
	key = table["cookie"] " " table["lport"] " " table["raddr"] " " table["rport"]
	line[key] = text
	lines++
}

function is_counter(name) {
	return name ~ /^(bytes|packets)_(in|out)$/
}

function differs(key, name, is, want) {
	if (fits(is, want))
		return 0
	print name " is '" is "', not '" want "'"
	print "\ttruth: " line[key]
	print "\trow:   " (kind == "close" ? closed[key] : live[key])
	return 1
}

BEGIN {
	while ((getline text < truth) > 0)
		if (index(text, kind "\t") == 1)
			note_truth(substr(text, length(kind) + 2))
}

function keep(key,    name) {
	if (!(key in line))
		return
	moved[key, "bytes_in"] += get("delta_in")
	moved[key, "bytes_out"] += get("delta_out")
	if (get("event") != "close") {
		live[key] = $0
		return
	}
	closed[key] = $0
	closes[key]++
	for (name in col)
		if (is_counter(name))
			sum[key, name] += get(name)
}

{
	fields($0, f)
	if (get("proto") != "udp")
		next
	peer = get("lport") " " get("raddr") " " get("rport")
	keep(get("cookie") " " peer)
	keep(" " peer)
}

END {
	if (lines == 0) {
		print truth ": no line of kind " kind
		exit 1
	}
	for (key in line) {
		split("", want)
		pairs(line[key], "\t", want)
		expected = "closes" in want ? want["closes"] : 1
		delete want["closes"]
		if (kind == "close" && closes[key] != expected) {
			printf "%d close rows, not %d: %s\n", closes[key], expected, line[key]
			bad = 1
		}
		row = kind == "close" ? closed[key] : live[key]
		if (row == "") {
			print "no row: " line[key]
			bad = 1
			continue
		}
		fields(row, f)
		for (name in want) {
			if (!(name in col)) {
				print "no column " name
				bad = 1
				continue
			}
			is = kind == "close" && is_counter(name) ? sum[key, name] : get(name)
			bad += differs(key, name, is, want[name])
			if (kind == "close" && name ~ /^bytes_/)
				bad += differs(key, "sum of deltas, " name, moved[key, name], want[name])
		}
		if (++shown >= 20 && bad)
			break
	}
	exit bad > 0
}
