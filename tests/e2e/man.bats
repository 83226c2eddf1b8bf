#!/usr/bin/env bats
# man.bats - the manual pages say what the code does.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	case ${B:=build} in
	/*) bin=$B ;;
	*) bin=$PWD/$B ;;
	esac
	PATH=$bin:$PATH
}

# The lines of one section of a page.
section() {
	awk -v name="$2" '/^\.Sh / { inside = substr($0, 5) == name; next } inside' "man/$1"
}

# Options such as -d and --interval, one a line: of a help text, of a page.
help_options() {
	grep -E '^ +-' | grep -oE '(^| |,)(-[[:alnum:]]|--[a-z-]+)\b' | tr -d ' ,' | sort -u
}

page_options() {
	sed -n 's/^\.It Fl //p' "man/$1" | tr ' ' '\n' |
		sed -nE 's/^-([a-z-]+)$/--\1/p; s/^([[:alnum:]])$/-\1/p' | sort -u
}

same() {
	diff <(cat "$1") <(cat "$2")
}

@test "tcptop(5) has every column of the code, in its order, and no other" {
	sed -nE 's/^    \[COL_[A-Z_]+\] = ([A-Z]+\(|\{")([a-z_]+).*/\2/p' src/stream/column.c \
	    >"$BATS_TEST_TMPDIR/code"
	section tcptop.5 COLUMNS | sed -n 's/^\.It Cm \([a-z_]*\)$/\1/p' |
		grep -vxE 'open|live|close|end|rest|hook|scan|inherited|none' \
			>"$BATS_TEST_TMPDIR/page"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/code")" -gt 20 ]
	same "$BATS_TEST_TMPDIR/code" "$BATS_TEST_TMPDIR/page"
}

@test "tcptop(5) names every event and every way to learn an owner" {
	local word

	for word in $(sed -nE 's/^    \[(EVENT|OWNER)_[A-Z]+\] = "([a-z]+)",$/\2/p' src/stream/names.c); do
		echo "$word"
		grep -qx ".It Cm $word" man/tcptop.5
	done
}

@test "the default stream in tcptop(5) begins with the default columns" {
	local first

	first=$(section tcptop.5 COLUMNS | sed '/off by default/q' |
		sed -n 's/^\.It Cm \([a-z_]*\)$/\1/p' | grep -vxE 'open|live|close|end|rest' |
		paste -sd ,)
	[ "$first" = "$(head -n 1 tests/data/log.csv)" ]
	section tcptop.5 EXAMPLES | grep -qx "$first"
}

@test "manual pages have the options that -h lists, and no other" {
	local tool page

	for page in tcptop-collect.8 tcptop-sort.1 tcptop-view.1; do
		tool=${page%.*}
		"$tool" -h | help_options >"$BATS_TEST_TMPDIR/help"
		page_options "$page" >"$BATS_TEST_TMPDIR/page"
		echo "$page:"
		[ -s "$BATS_TEST_TMPDIR/help" ]
		same "$BATS_TEST_TMPDIR/help" "$BATS_TEST_TMPDIR/page"
	done
}

@test "numbers in tcptop-collect(8) are those of the code" {
	local rows

	rows=$(sed -n 's/^	WINDOW_ROWS = \([0-9]*\),.*/\1/p' bpf/shared.h)
	grep -q "a window of $rows rows" man/tcptop-collect.8
	rows=$(tcptop-collect -h | sed -n 's/.*between snapshots: \([0-9]*\)$/\1/p')
	grep -q "; $rows by default" man/tcptop-collect.8
}

@test "every page has EXIT STATUS, EXAMPLES and SEE ALSO; a format has no exit status" {
	local page name

	for page in man/*.[18]; do
		for name in 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
			echo "$page: $name"
			grep -qx ".Sh $name" "$page"
		done
	done
	grep -qx '.Sh EXAMPLES' man/tcptop.5
}

@test "every page that another refers to is there" {
	local name number

	grep -hE '^\.Xr tcptop' man/* | sort -u | while read -r _ name number _; do
		echo "$name($number)"
		[ -e "man/$name.$number" ]
	done
}
