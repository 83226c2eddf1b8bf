# judge.awk - what init said of one kernel: prints it, and adds up.
# version, arch: of the kernel; expect: the backend that has to work there
# table: becomes a line for each backend; sums: gets passed, failed, skipped
# States: ok, no, less (not expected of this backend), none (the build has no backend that
# works there).

function row(backend,    i, text, cell) {
	text = sprintf("%-12s %-6s %-8s", version, arch, backend)
	for (i = 1; i <= columns; i++) {
		cell = worst[backend, column[i]]
		text = text sprintf(" %-7s", cell == "" ? "-" : cell == "ok" ? "yes" : "no")
	}
	sub(/ +$/, "", text)
	print text >table
}

# Never better than it was.
function note(backend, check, state) {
	if (worst[backend, check] != "no")
		worst[backend, check] = state
}

BEGIN {
	columns = split("tcp close udp owner columns restricted", column, " ")
}

$1 == "note" || $1 == "kernel" {
	print "    " $0
	next
}

$1 == "lacks" {
	lacks_diag = 1
	next
}

$1 == "done" {
	finished = 1
	next
}

{
	backend = $1
	setting = $2
	check = $3
	state = $4
	figures = $0
	sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ ?/, "", figures)
	if (!(backend in seen)) {
		seen[backend] = 1
		order[++backends] = backend
	}
	# The first of all: which backend is in use, when nobody asks for one.
	if (check == "start" && setting != "asked" && backend != expect)
		state = backend == "none" && expect == "diag" && lacks_diag ? "none" : "no"
	note(backend, check, state)
	# By its nature diag sees no UDP, finds no owner of what is short, and needs rights to
	# look into processes: that is no failure.
	if (backend == "diag" && check ~ /^(close|udp|rights|owner)$/ && state == "no")
		state = "less"
	else if (setting == "2" && check != "start")
		note(backend, "restricted", state)
	count[state]++
	printf "    %-4s %-4s %-8s %s\n", state, backend, check, \
	    (setting == "2" ? "(restricted) " : "") figures
}

END {
	if (!finished) {
		print "    no   it did not come to its end"
		count["no"]++
	}
	for (i = 1; i <= backends; i++)
		row(order[i])
	if (backends == 0)
		row("none")
	print count["ok"] + 0, count["no"] + 0, 0 >>sums
}
