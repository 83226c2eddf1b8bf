# rows.awk - the rows that meet all conditions, as they are. After stream.awk.
# when: name=value,... (values as for fits()).

BEGIN { conditions = pairs(when, ",", wanted) }

{
	fields($0, f)
	for (n in wanted)
		if (!fits(get(n), wanted[n]))
			next
	print
}
