# corpus.awk - compare the connections of one capture with what others say of them.
# file: name of the capture; differs: a table of those where ours is right, with reasons.
# First input: the expected table; second: a headless TSV stream with the columns
# event proto laddr lport raddr rport bytes_out bytes_in packets_out packets_in.

function key(p, a, ap, b, bp) {
	return p " " a " " ap " " b " " bp
}

function sum(counts,    c) {
	split(counts, c, "\t")
	packets_expected += c[3] + c[4]
}

BEGIN {
	FS = "\t"
	CONVFMT = "%.0f" # bytes beyond 2^31
	while ((getline line < differs) > 0) {
		n = split(line, d, "\t")
		if (d[1] != file)
			continue
		k = key(d[2], d[3], d[4], d[5], d[6])
		ours[k] = d[7] "\t" d[8] "\t" d[9] "\t" d[10]
		if (n < 11 || d[11] == "") {
			print "no reason: " line
			bad = 1
		}
	}
}

FNR == 1 { part++ }

part == 1 && $1 == file {
	k = key($2, $3, $4, $5, $6)
	if (k in expected) {
		split(expected[k], w, "\t")
		for (i = 1; i <= 4; i++)
			$(i + 6) = $(i + 6) == "-" ? "-" : $(i + 6) + w[i]
	}
	expected[k] = $7 "\t" $8 "\t" $9 "\t" $10
}

# A connection that is listed differently: none of it is expected then.
function want_of(k) {
	return k in ours ? ours[k] : expected[k]
}

# The last row of a connection has its totals; of several between the same ends, their sum.
function finish(k,    n) {
	split(last[k], n, "\t")
	bytes_out[k] += n[1]; bytes_in[k] += n[2]; out[k] += n[3]; in_[k] += n[4]
	packets += n[3] + n[4]
	delete last[k]
}

part == 2 && $1 != "end" {
	k = key($2, $3, $4, $5, $6)
	seen[k] = 1
	if ($1 == "open" && k in last)
		finish(k)
	last[k] = $7 "\t" $8 "\t" $9 "\t" $10
	if ($1 == "close")
		finish(k)
}

END {
	for (k in last)
		finish(k)
	for (k in seen) {
		told = bytes_out[k] "\t" bytes_in[k] "\t" out[k] "\t" in_[k]
		want = want_of(k)
		if (!(k in ours) && !(k in expected)) {
			print "not expected: " k ": " told
			bad = 1
			continue
		}
		split(told, t, "\t")
		split(want, w, "\t")
		for (i = 1; i <= 4; i++)
			if (w[i] != "-" && w[i] != t[i]) {
				print k ": " told ", not " want
				bad = 1
				break
			}
	}
	for (k in expected)
		if (!(k in seen) && !(k in ours)) {
			print "missing: " k ": " expected[k]
			bad = 1
		}
	for (k in expected)
		if (!(k in ours))
			sum(expected[k])
	for (k in ours)
		if (k in seen == (ours[k] ~ /^none/)) {
			print "not as listed: " k
			bad = 1
		} else {
			sum(ours[k])
		}
	if (packets != packets_expected) {
		print "packets: " packets ", not " packets_expected
		bad = 1
	}
	exit bad
}
