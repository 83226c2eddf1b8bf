# stream.awk - read the collector's stream by the names in its header. `sep` may be
# set to a tab. In rules, `col["pid"]` is a column's place and `f[col["pid"]]` its text.

function fields(line, f,    n, i, len, c, quoted, text) {
	if (sep != "" && sep != "," || index(line, "\"") == 0)
		return split(line, f, sep == "" ? "," : sep)
	n = 0
	len = length(line)
	for (i = 1; i <= len + 1; i++) {
		c = substr(line, i, 1)
		if (c == "\"" && quoted && substr(line, i + 1, 1) == "\"") {
			text = text c
			i++
		} else if (c == "\"") {
			quoted = !quoted
		} else if (i > len || c == "," && !quoted) {
			f[++n] = text
			text = ""
		} else {
			text = text c
		}
	}
	return n
}

# An empty field also where the stream has no such column.
function get(name) {
	return name in col ? f[col[name]] : ""
}

# One name=value list, divided by `by`, into a table. Returns the number of names.
function pairs(text, by, table,    n, i, at, part) {
	n = split(text, part, by)
	for (i = 1; i <= n; i++) {
		at = index(part[i], "=")
		table[substr(part[i], 1, at - 1)] = substr(part[i], at + 1)
	}
	return n
}

# Is this what was expected: a text, a|b, or >n?
function fits(text, want,    n, i, part) {
	if (substr(want, 1, 1) == ">")
		return text != "" && text + 0 > substr(want, 2) + 0
	n = split(want, part, "|")
	for (i = 1; i <= n; i++)
		if ("" text == "" part[i])
			return 1
	return "" text == "" want
}

FNR == 1 {
	columns = fields($0, f)
	for (i = 1; i <= columns; i++)
		col[f[i]] = i
	next
}
