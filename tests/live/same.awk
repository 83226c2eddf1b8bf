# same.awk - two streams of the same connections, of two backends, column by column. After
# stream.awk. First input: bpf; second: diag. event: compare the last row of this kind of
# each connection that both have; only: cookies of those that count. but: columns that need not be the same, divided by
# blanks. near: name=N, ...: numbers that may differ by N.

BEGIN {
	n = split(but, word, " ")
	for (i = 1; i <= n; i++)
		passed[word[i]] = 1
	pairs(near, " ", margin)
}

# The header does not come here.
{
	part += FILENAME != name_before
	name_before = FILENAME
	fields($0, f)
	if (get("event") == event && get("cookie") != "")
		row[part, get("cookie")] = $0
	if (part == 1 && get("event") == event)
		all[get("cookie")] = 1
}

function differ(a, b, name) {
	if (name in margin)
		return a == "" || b == "" || a - b > margin[name] + 0 || b - a > margin[name] + 0
	return "" a != "" b
}

END {
	for (cookie in all) {
		if (index(" " only " ", " " cookie " ") == 0)
			continue
		if (!((2, cookie) in row)) {
			print "diag has no such row: " row[1, cookie]
			bad = 1
			continue
		}
		compared++
		fields(row[1, cookie], f)
		for (name in col)
			first[name] = get(name)
		fields(row[2, cookie], f)
		for (name in col)
			if (!(name in passed) && differ(first[name], get(name), name)) {
				print name ": " first[name] " and " get(name)
				print "\tbpf:  " row[1, cookie]
				print "\tdiag: " row[2, cookie]
				bad = 1
			} else if (first[name] != "" && !(name in passed)) {
				known[name] = 1
			}
	}
	for (name in known)
		names++
	print compared + 0 " connections compared, " names + 0 " columns known"
	exit bad || compared < least || names < columns_least
}
