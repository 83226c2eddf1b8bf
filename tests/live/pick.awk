# pick.awk - columns of the rows that meet all conditions. After stream.awk.
# when: name=value,... (values as for fits()); what: names, written with tabs between.

BEGIN {
	conditions = when == "" ? 0 : pairs(when, ",", wanted)
	names = split(what, name, ",")
}

{
	fields($0, f)
	for (n in wanted)
		if (!fits(get(n), wanted[n]))
			next
	text = get(name[1])
	for (i = 2; i <= names; i++)
		text = text "\t" get(name[i])
	print text
}
