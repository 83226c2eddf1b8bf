#!/usr/bin/env bats
# install.bats - what `make install` puts where, and that `make uninstall` takes it away.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	B=${B:-build}
	tmp=$BATS_TEST_TMPDIR
	unset MAKEFLAGS MFLAGS MAKELEVEL
}

# The tools are built already: nothing is compiled here.
make_to() {
	make -s B="$B" DESTDIR="$tmp" PREFIX=/usr "$@"
}

installed() {
	(cd "$tmp" && find . -type f | sort)
}

@test "install puts the tools and their manual pages in place" {
	local page

	make_to install
	{
		printf './usr/bin/%s\n' tcptop tcptop-sort tcptop-view
		echo ./usr/sbin/tcptop-collect
		for page in man/*.[1-8]; do
			echo "./usr/share/man/man${page##*.}/${page#man/}"
		done
	} | sort >"$tmp.expected"
	diff "$tmp.expected" <(installed)
	[ "$(installed | grep -c /man/)" -ge 5 ]
	[ -z "$(find "$tmp" -type f -path '*bin/*' ! -perm 755)" ]
	[ -z "$(find "$tmp" -type f -path '*man/*' ! -perm 644)" ]
}

@test "installed tools run and agree on their version" {
	local tool

	make_to install
	cd "$tmp/usr"
	for tool in sbin/tcptop-collect bin/tcptop-sort bin/tcptop-view bin/tcptop; do
		"$tool" -V
		[ "$("$tool" -V)" = "${tool#*/} $(bin/tcptop -V | cut -d' ' -f2)" ]
	done
}

@test "uninstall leaves nothing" {
	make_to install
	make_to uninstall
	[ -z "$(installed)" ]
}
