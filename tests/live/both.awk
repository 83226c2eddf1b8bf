# both.awk - the rows of one stream against another's of the same connections. After
# stream.awk. Rows are matched by their ends; of several connections between the same ends
# the sums are compared. First input: the stream that counts in the kernel; second: the one
# from packets, where a UDP flow does not end with its socket.

function row() {
	return get("proto") " " get("laddr") " " get("lport") " " get("raddr") " " get("rport")
}

function finish(part, k,    n) {
	split(last[part, k], n, " ")
	in_[part, k] += n[1]
	out[part, k] += n[2]
	last[part, k] = ""
}

FILENAME != before {
	before = FILENAME
	part++
}

{
	fields($0, f)
	if (get("event") !~ /open|live|close/ || get("rport") == "")
		next
	k = row()
	seen[part, k] = $0
	if (part == 1)
		keys[k]
	if (get("event") == "open")
		finish(part, k)
	last[part, k] = get("bytes_in") " " get("bytes_out")
	if (get("event") == "close")
		finish(part, k)
}

END {
	for (k in last) {
		split(k, at, SUBSEP)
		finish(at[1], at[2])
	}
	for (k in keys) {
		rows++
		if (!((2, k) in seen)) {
			print "not seen in packets: " seen[1, k]
			bad = 1
		} else if (in_[1, k] != in_[2, k] || out[1, k] != out[2, k]) {
			print "kernel:  " seen[1, k]
			print "packets: " seen[2, k]
			bad = 1
		}
	}
	if (rows == 0) {
		print "no rows"
		bad = 1
	}
	print rows " ends compared"
	exit bad
}
