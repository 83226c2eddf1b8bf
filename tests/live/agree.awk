# agree.awk - does the stream say what the applications moved? After stream.awk.
# truth: file that peers.py wrote; kind: compare its lines of this kind, `live` with the
# last row before the close row, `close` with the close row. Of several lines on one
# connection the last counts.

function key_of(cookie, lport, rport) {
	return cookie != "" ? cookie : lport " " rport
}

function keep(key) {
	if (!(key in line))
		return
	if (event != "close")
		live[key] = $0
	else
		closed[key] = $0
	closes[key] += event == "close"
}

BEGIN {
	while ((getline text < truth) > 0) {
		if (index(text, kind "\t") != 1)
			continue
		split("", table)
		pairs(substr(text, length(kind) + 2), "\t", table)
		key = key_of(table["cookie"], table["lport"], table["rport"])
		line[key] = substr(text, length(kind) + 2)
		lines++
	}
}

{
	fields($0, f)
	event = get("event")
	if (get("cookie") != "")
		keep(get("cookie"))
	keep(get("lport") " " get("rport"))
}

END {
	if (lines == 0) {
		print truth ": no line of kind " kind
		exit 1
	}
	for (key in line) {
		if (kind == "close" && closes[key] != 1) {
			printf "%d close rows: %s\n", closes[key], line[key]
			bad = 1
		}
		row = kind == "close" ? closed[key] : live[key]
		if (row == "") {
			print "no row: " line[key]
			bad = 1
			continue
		}
		fields(row, f)
		split("", table)
		pairs(line[key], "\t", table)
		for (name in table) {
			if (!(name in col)) {
				print "no column " name
				bad = 1
			} else if (!fits(get(name), table[name])) {
				print name " is '" get(name) "', not '" table[name] "'"
				print "\ttruth: " line[key]
				print "\trow:   " row
				bad = 1
			}
		}
	}
	exit bad
}
