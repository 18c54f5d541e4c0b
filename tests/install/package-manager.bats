#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # root, top, output and status come from the helper and from bats
#
# The package manager in the way: a package that cannot be installed (17), a lock that another installation holds (16),
# an index that has run out of date. apt is the real one, on an archive, lists and a dpkg database of its own.

bats_require_minimum_version 1.5.0
load helper

setup_file() { file_setup; }

setup() {
	command -v apt-get > /dev/null || skip "no apt here"
	make_root
	make_archive
	export KIT_PACKAGES=yes
}

teardown() {
	# Only what a test started itself.
	[ -z "${holder:-}" ] || kill "$holder" 2> /dev/null || true
}

# make_archive: an archive with an index and no packages behind it, and an apt that knows nothing else.
make_archive() {
	apt=$BATS_TEST_TMPDIR/apt
	archive=$apt/archive
	mkdir -p "$apt"/{lists/partial,cache/archives/partial,dpkg/updates,dpkg/info,log} "$archive/dists/test/main/binary-amd64"
	: > "$apt/dpkg/status"
	: > "$archive/dists/test/main/binary-amd64/Packages"
	release
	cat > "$apt/apt.conf" <<-CONF
	Dir::Etc::main "/dev/null";
	Dir::Etc::parts "/dev/null";
	Dir::Etc::sourcelist "$apt/sources.list";
	Dir::Etc::sourceparts "/dev/null";
	Dir::Etc::preferencesparts "/dev/null";
	Dir::State::lists "$apt/lists";
	Dir::State::extended_states "$apt/extended";
	Dir::State::status "$apt/dpkg/status";
	Dir::Cache "$apt/cache";
	Dir::Log "$apt/log";
	Dir::Bin::dpkg "$apt/no-dpkg";
	APT::Sandbox::User "root";
	APT::Architecture "amd64";
	APT::Architectures { "amd64"; };
	CONF
	printf 'deb [trusted=yes] file:%s test main\n' "$archive" > "$apt/sources.list"
	# If apt ever got as far as installing, it must not be into this machine.
	printf '#!/bin/sh\nexit 1\n' > "$apt/no-dpkg"
	chmod +x "$apt/no-dpkg"
	export APT_CONFIG=$apt/apt.conf
}

# release [VALID-UNTIL]: the archive's Release file.
release() {
	local packages=$archive/dists/test/main/binary-amd64/Packages
	{
		printf 'Origin: test\nLabel: test\nSuite: test\nCodename: test\nArchitectures: amd64\nComponents: main\n'
		printf 'Date: Thu, 01 Jan 2015 00:00:00 UTC\n%s' "${1:+Valid-Until: $1
}"
		printf 'SHA256:\n %s %s main/binary-amd64/Packages\n' "$(sha256sum < "$packages" | cut -d ' ' -f 1)" "$(wc -c < "$packages")"
	} > "$archive/dists/test/Release"
}

# offer NAME [DEPENDS]: the index names a package; the file itself is not there.
offer() {
	printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: test\n%sFilename: pool/%s.deb\nSize: 100\nSHA256: %064d\nDescription: test\n\n' \
		"$1" "${2:+Depends: $2
}" "$1" 0 >> "$archive/dists/test/main/binary-amd64/Packages"
	release
}

# hold FILE [SECONDS]: take the record lock apt and dpkg use, and keep it.
hold() {
	mkfifo "$BATS_TEST_TMPDIR/held"
	python3 - "$1" "${2:-600}" "$BATS_TEST_TMPDIR/held" 3>&- <<-'PY' &
	import fcntl, sys, time
	lock = open(sys.argv[1], "w")
	fcntl.lockf(lock, fcntl.LOCK_EX)
	open(sys.argv[3], "w").write("held")
	time.sleep(float(sys.argv[2]))
	PY
	holder=$!
	read -r _ < "$BATS_TEST_TMPDIR/held" || true
}

without_headers() { rm "$root/lib/modules/$KERNEL/build"; }

# checkout: as much of the project as the two commands need to come to their packages.
checkout() {
	copy=$BATS_TEST_TMPDIR/checkout
	mkdir -p "$copy/tests/rig" "$copy/packaging"
	cp -r "$top/scripts" "$top/VERSION" "$copy/"
	cp -r "$top/packaging/." "$copy/packaging/"
	cp "$top/tests/packages" "$copy/tests/"
	cp "$top/tests/rig/rig" "$copy/tests/rig/"
	# dpkg-query asks this database: nothing is installed.
	export DPKG_ADMINDIR=$apt/dpkg
	unset KIT_ROOT KIT_SOURCE KIT_PACKAGES
}

@test "a package that cannot be fetched (17): named, with apt's reason" {
	without_headers
	offer "linux-headers-$KERNEL"
	refused 17 "linux-headers-$KERNEL could not be installed" --yes
	[[ $output == *"why:  E: "*"next: mend the package sources"* ]]
}

@test "a package whose dependencies no archive has (17)" {
	without_headers
	offer "linux-headers-$KERNEL" nowhere-to-be-found
	refused 17 "linux-headers-$KERNEL could not be installed" --yes
}

@test "a package no archive carries is a matter of its own: headers missing (7)" {
	without_headers
	refused 7 "no enabled archive carries linux-headers-$KERNEL" --yes
}

@test "dpkg is locked by another installation (16): waited for, but not for ever" {
	without_headers
	offer "linux-headers-$KERNEL"
	hold "$apt/dpkg/lock-frontend"
	start=$(date +%s)
	KIT_LOCK_WAIT=3 refused 16 "the package manager is busy" --yes
	[ $(($(date +%s) - start)) -ge 3 ]
	[[ $output == *"another package installation is running: process $holder"*"waiting up to 3 s"* ]]
	[[ $output == *"next: wait for it to end"* ]]
	[ "$(grep -c 'waiting up to' <<< "$output")" -eq 1 ]
}

@test "apt's lists are locked by another apt (16)" {
	without_headers
	hold "$apt/lists/lock"
	KIT_LOCK_WAIT=1 refused 16 "the package manager is busy" --yes
}

@test "a lock that is given up in time is only a wait" {
	without_headers
	offer "linux-headers-$KERNEL"
	hold "$apt/dpkg/lock-frontend" 4
	# The archive's package cannot be fetched, so 17 shows that the wait ended and work went on.
	KIT_LOCK_WAIT=60 refused 17 "could not be installed" --yes
	[[ $output == *"waiting up to 60 s"* ]]
}

@test "test.sh and --try: a package that cannot be installed (17), a lock that is held (16)" {
	checkout
	run -17 "$copy/scripts/test.sh"
	[[ $output == *"a package could not be installed"*"why:  E: Unable to locate package"*"next: "* ]]
	run -17 "$copy/scripts/install.sh" --try
	[[ $output == *"a package could not be installed"* ]]
	hold "$apt/lists/lock"
	KIT_LOCK_WAIT=1 run -16 "$copy/scripts/test.sh"
	[[ $output == *"waiting up to 1 s"*"the package manager is busy"* ]]
	KIT_LOCK_WAIT=1 run -16 "$copy/scripts/install.sh" --try
}

@test "test.sh and --try: not root (3), not a Debian (4)" {
	checkout
	for dir in "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"; do
		while [ "$dir" != /tmp ] && [ "$dir" != / ]; do chmod a+rx "$dir"; dir=$(dirname "$dir"); done
	done
	chmod -R a+rwX "$copy" "$apt"
	run -3 setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp "$copy/scripts/test.sh"
	[[ $output == *"packages are missing: "*"next: sudo "* ]]
	mkdir -p "$BATS_TEST_TMPDIR/other/etc" "$BATS_TEST_TMPDIR/other/var/log"
	echo ID=plan9 > "$BATS_TEST_TMPDIR/other/etc/os-release"
	KIT_ROOT=$BATS_TEST_TMPDIR/other run -4 "$copy/scripts/test.sh"
	[[ $output == *"Debian and its relatives only"*"next: "* ]]
	KIT_ROOT=$BATS_TEST_TMPDIR/other run -4 "$copy/scripts/install.sh" --try --force "a test needs no room"
}

# step NAME CODE: the rig's commands as they would end; DPKG_ADMINDIR is this machine's again, so no package is missing.
step() {
	printf '#!/bin/sh\n[ "$1" != %s ] || { echo "words of %s"; exit %s; }\n' "$1" "$1" "$2" > "$copy/tests/rig/kernels"
	cp "$copy/tests/rig/kernels" "$copy/tests/rig/rig"
	chmod +x "$copy/tests/rig/kernels" "$copy/tests/rig/rig"
}

@test "--try: the kernel cannot be fetched (17), the build fails (10), the trial fails (1), all is well (0)" {
	checkout
	make_source "$copy"
	unset DPKG_ADMINDIR
	step fetch 3
	run -17 "$copy/scripts/install.sh" --try --force "a test needs no room"
	[[ $output == *"words of fetch"*"the stock kernel could not be fetched"*"next: "* ]]
	step make 5
	run -10 "$copy/scripts/install.sh" --try --force "a test needs no room"
	[[ $output == *"words of make"*"building failed"* ]]
	step try 1
	run -1 "$copy/scripts/install.sh" --try --force "a test needs no room"
	[[ $output == *"words of try"*"the trial did not succeed"* && $output != *"drivers work"* ]]
	step nothing 0
	run -0 "$copy/scripts/install.sh" --try --force "a test needs no room"
	[[ $output == *"[4/4]"*"the drivers work on this kernel"* ]]
}

# suite MODE: apt-suite.sh's configuration of the test archive.
suite() {
	sh -c '. "$1/scripts/lib/apt-suite.sh"
		apt_suite_source() { [ "$1" = test ] && cat "$APT_TEST/sources.list"; }
		apt_suite_conf "$APT_TEST/private" "$2" test test-security' suite "$top" "$1"
}

@test "an index out of date is good enough for a kernel to unpack, not for what is installed here" {
	export APT_TEST=$apt
	release "Fri, 02 Jan 2015 00:00:00 UTC"
	run -0 suite empty
	[[ $output == *"the index of test has run out of date"* ]]
	# A suite this machine has no source for is no news.
	[[ $output != *security* ]]
	run -1 suite system
	[[ $output == *"suite test cannot be used: "*"is expired"* ]]
	release
	run -0 suite system
	[ -z "$output" ]
}
