#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # root, top, output and status come from the helper and from bats
#
# Every bad input of the installer: one clear message, an exit code of its own, the machine as it was before.

load helper

setup_file() { file_setup; }
setup() { make_root; }
teardown() {
	# Only what a test mounted below its own root.
	local m
	for m in "$root/usr/src" "$root/var/log" "$root" "$BATS_TEST_TMPDIR/tmp"; do
		if mountpoint -q "$m"; then umount "$m"; fi
	done
}

@test "usage: an unknown argument is named (2)" {
	refused 2 "unknown argument '--frobnicate'" --frobnicate
}

@test "usage: an option without its value (2)" {
	refused 2 "--kernel needs a value" --kernel
}

@test "not root (3)" {
	# The sources must be readable for the other user.
	for dir in "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"; do
		while [ "$dir" != /tmp ] && [ "$dir" != / ]; do chmod a+rx "$dir"; dir=$(dirname "$dir"); done
	done
	chmod -R a+rX "$FIXTURE" "$root"
	before=$(picture)
	run setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp "$top/scripts/install.sh" --yes
	echo "$output"
	[ "$status" -eq 3 ]
	[[ $output == *"not started as root"*"next: sudo"* ]]
	run setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp "$top/scripts/install.sh" uninstall --yes
	[ "$status" -eq 3 ]
	run setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp "$top/scripts/install.sh" --try
	[ "$status" -eq 3 ]
	[[ $output == *"not started as root"*"next: sudo"*"--try"* ]]
	[ "$(picture)" = "$before" ]
}

@test "unknown distribution (4)" {
	printf 'ID=plan9\n' > "$root/etc/os-release"
	refused 4 "this distribution is not known" --yes
}

@test "unknown kernel (4): the installed ones are named" {
	refused 4 "installed are: $KERNEL" --yes --kernel 9.9.9-none
}

@test "--root: no such folder, no system in it, none of whose tools could build (4)" {
	refused 4 "no such folder" --yes --root "$root/none"
	mkdir "$BATS_TEST_TMPDIR/empty"
	refused 4 "holds no Linux system" --yes --root "$BATS_TEST_TMPDIR/empty"
	KIT_ROOT='' refused 4 "has no /bin/sh" --yes --root "$root"
}

@test "options of other verbs, two verbs, no value (2)" {
	refused 2 "belongs to prepare only" --steps --yes
	refused 2 "two verbs: uninstall and install" uninstall install
	refused 2 "--key or --cert belongs to sign only" --key /dev/null
	refused 2 "--now belongs to install upgrade uninstall only" status --now
}

@test "no kernel installed (4)" {
	rm -rf "$root/lib/modules/$KERNEL"
	refused 4 "no kernel is installed here" --yes
}

@test "full disk (5)" {
	mount -t tmpfs -o size=1m tmpfs "$root/usr/src"
	refused 5 "not enough space for $root/usr/src" --yes
}

@test "a file system that fills up while installing (5): taken back" {
	mount -t tmpfs -o size=16k,nr_inodes=1k tmpfs "$root/usr/src"
	refused 5 "cannot copy the sources" --yes --force "the test wants to see it fill up"
}

@test "the disk fills up while compiling (5): taken back" {
	# Room for the copy of the sources and a few objects, not for the build.
	mkdir "$BATS_TEST_TMPDIR/tmp"
	run du -ks --exclude=tests "$FIXTURE"
	mount -t tmpfs -o size=$((${output%%	*} + 100))k tmpfs "$BATS_TEST_TMPDIR/tmp"
	TMPDIR=$BATS_TEST_TMPDIR/tmp refused 5 "not enough space to build for kernel $KERNEL" --yes
}

@test "nothing can be written to /tmp: full (5), read-only (6)" {
	mkdir "$BATS_TEST_TMPDIR/tmp"
	mount -t tmpfs -o size=4k tmpfs "$BATS_TEST_TMPDIR/tmp"
	run dd if=/dev/zero of="$BATS_TEST_TMPDIR/tmp/full" bs=8192 count=1
	[ "$status" -ne 0 ]
	TMPDIR=$BATS_TEST_TMPDIR/tmp refused 5 "cannot write to $BATS_TEST_TMPDIR/tmp" --yes
	mount -o remount,ro "$BATS_TEST_TMPDIR/tmp"
	TMPDIR=$BATS_TEST_TMPDIR/tmp refused 6 "cannot write to $BATS_TEST_TMPDIR/tmp" --yes
}

@test "too little space for --try (5)" {
	mkdir "$BATS_TEST_TMPDIR/tmp"
	mount -t tmpfs -o size=50m tmpfs "$BATS_TEST_TMPDIR/tmp"
	make_source "$BATS_TEST_TMPDIR/tmp"
	mkdir -p "$BATS_TEST_TMPDIR/tmp/tests/rig"
	cp "$top/tests/rig/rig" "$BATS_TEST_TMPDIR/tmp/tests/rig/"
	KIT_SOURCE=$BATS_TEST_TMPDIR/tmp refused 5 "not enough space for the trial" --try
	[ ! -e "$BATS_TEST_TMPDIR/tmp/build" ]
}

@test "read-only root, all of it (6)" {
	mount --bind "$root" "$root"
	mount -o remount,bind,ro "$root"
	refused 6 "cannot write the log" --yes
	refused 6 "its file system is read-only" --yes --log "$BATS_TEST_TMPDIR/log"
	refused 6 "its file system is read-only" uninstall --yes --log "$BATS_TEST_TMPDIR/log"
}

@test "read-only /usr alone (6)" {
	mount -t tmpfs tmpfs "$root/usr/src"
	mount -o remount,ro "$root/usr/src"
	refused 6 "its file system is read-only" --yes
}

@test "headers missing (7): the package is named, Debian" {
	rm "$root/lib/modules/$KERNEL/build"
	refused 7 "apt-get install linux-headers-$KERNEL" --yes
}

@test "headers missing (7): the package is named, Red Hat" {
	rm "$root/lib/modules/$KERNEL/build"
	printf 'ID="centos"\nID_LIKE="rhel fedora"\n' > "$root/etc/os-release"
	refused 7 "install kernel-devel-$KERNEL" --yes
}

@test "headers missing (7): the package is named, SUSE" {
	rm "$root/lib/modules/$KERNEL/build"
	printf 'ID="sles"\nID_LIKE="suse"\n' > "$root/etc/os-release"
	refused 7 "zypper install kernel-amd64-devel=${KERNEL%-*}" --yes
}

@test "headers of another kernel (8)" {
	rm "$root/lib/modules/$KERNEL/build"
	mkdir -p "$root/lib/modules/$KERNEL/build/include/generated"
	echo '#define UTS_RELEASE "5.5.5-other"' > "$root/lib/modules/$KERNEL/build/include/generated/utsrelease.h"
	touch "$root/lib/modules/$KERNEL/build/Makefile"
	refused 8 "they were made for '5.5.5-other'" --yes
}

@test "no compiler (9)" {
	PATH=$(path_without gcc cc clang) refused 9 "'gcc' is not installed" --yes
}

@test "no make (9)" {
	PATH=$(path_without make) refused 9 "'make' is not installed" --yes
}

@test "build fails (10): the compiler's words are shown, everything taken back" {
	make_source "$BATS_TEST_TMPDIR/broken"
	echo 'this is no C;' >> "$BATS_TEST_TMPDIR/broken/lis/balloon/main.c"
	KIT_SOURCE=$BATS_TEST_TMPDIR/broken refused 10 "building for kernel $KERNEL failed" --yes
	[[ $output == *"balloon/main.c"* ]]
}

@test "reading back finds a fault (11): everything taken back" {
	make_source "$BATS_TEST_TMPDIR/wrong"
	sed -i 's/MODULE_VERSION(LIS_VERSION)/MODULE_VERSION("4.3.6")/' "$BATS_TEST_TMPDIR/wrong/lis/balloon/main.c"
	KIT_SOURCE=$BATS_TEST_TMPDIR/wrong refused 11 "has version '4.3.6'" --yes
}

@test "VMBus built in (12)" {
	echo kernel/drivers/hv/hv_vmbus.ko >> "$root/lib/modules/$KERNEL/modules.builtin"
	refused 12 "stands back on kernel $KERNEL: its VMBus driver is built into" --yes
}

@test "partial set (13): what would be lost is named" {
	add_inbox hv_sock hyperv_drm
	refused 13 "hv_sock hyperv_drm need hv_vmbus" --yes
}

@test "Secure Boot, no signing key (14)" {
	mkdir -p "$root/sys/firmware/efi/efivars"
	printf '\6\0\0\0\1' > "$root/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
	refused 14 "no signing key on this machine" --yes
}

@test "Secure Boot, key not enrolled (14): how to enrol it is said" {
	mkdir -p "$root/sys/firmware/efi/efivars" "$root/var/lib/dkms" "$BATS_TEST_TMPDIR/shim"
	printf '\6\0\0\0\1' > "$root/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
	touch "$root/var/lib/dkms/mok.pub"
	printf '#!/bin/sh\necho "$2 is not enrolled"\n' > "$BATS_TEST_TMPDIR/shim/mokutil"
	chmod +x "$BATS_TEST_TMPDIR/shim/mokutil"
	PATH=$BATS_TEST_TMPDIR/shim:$PATH refused 14 "mokutil --import $root/var/lib/dkms/mok.pub" --yes
	# The same machine with the key enrolled is fine, and so is Secure Boot switched off.
	printf '#!/bin/sh\necho "$2 is already enrolled"\n' > "$BATS_TEST_TMPDIR/shim/mokutil"
	PATH=$BATS_TEST_TMPDIR/shim:$PATH run installer --yes
	[ "$status" -eq 0 ]
}

@test "module in use, --now (15): its users are named" {
	mkdir -p "$root/sys/module/hv_vmbus/holders/hv_sock" "$root/sys/module/hv_balloon/holders"
	echo 2 > "$root/sys/module/hv_vmbus/refcnt"
	refused 15 "it is in use by: hv_sock" --yes --now
}

@test "module in use, uninstall --now (15)" {
	mkdir -p "$root/sys/module/hv_balloon/holders"
	echo 1 > "$root/sys/module/hv_balloon/refcnt"
	refused 15 "hv_balloon cannot be exchanged while it runs" uninstall --yes --now
}

# running KERNEL: this machine runs that kernel with the modules loaded, and loading and unloading is written down; a
# module named in $root/var/lock/busy does not go, one of ours named in $root/var/lock/bad does not come.
running() {
	mkdir -p "$root"/sys/module/{hv_vmbus,hv_balloon,hv_storvsc,hv_utils,hv_netvsc}/holders
	stand_in uname <<-SH
	#!/bin/sh
	[ "\$*" = -r ] && echo $1 || exec $(command -v uname) "\$@"
	SH
	stand_in modprobe <<-SH
	#!/bin/sh
	for last; do :; done
	case " \$* " in *" -S "*|*" -V "*) exec $(command -v modprobe) "\$@" ;; esac
	cd "$root"
	case "\$1" in
	-r) ! grep -qx "\$last" var/lock/busy 2>/dev/null || { echo "modprobe: FATAL: Module \$last is in use." >&2; exit 1; }
		rm -rf "sys/module/\$last" ;;
	*) ! grep -qx "\$last" var/lock/bad 2>/dev/null || [ ! -d lib/modules/$1/updates/lis ] || { echo "modprobe: ERROR: could not insert '\$last'" >&2; exit 1; }
		mkdir -p "sys/module/\$last/holders" ;;
	esac
	echo "\$*" >> var/lock/calls
	SH
}

@test "--now: users go first, the bus comes first" {
	running "$KERNEL"
	run installer --yes --now
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"the running kernel uses the new modules now"* ]]
	diff "$root/var/lock/calls" <(printf '%s\n' '-r hv_netvsc' '-r hv_utils' '-r hv_storvsc' '-r hv_balloon' '-r hv_vmbus' hv_vmbus hv_balloon hv_storvsc hv_utils hv_netvsc)
	rm "$root/var/lock/calls"
	run installer uninstall --yes --now
	[ "$status" -eq 0 ]
	diff "$root/var/lock/calls" <(printf '%s\n' '-r hv_netvsc' '-r hv_utils' '-r hv_storvsc' '-r hv_balloon' '-r hv_vmbus' hv_vmbus hv_balloon hv_storvsc hv_utils hv_netvsc)
}

@test "--now: a module got a user meanwhile (15): everything taken back, what was unloaded is loaded again" {
	running "$KERNEL"
	echo hv_vmbus > "$root/var/lock/busy"
	refused 15 "hv_vmbus could not be unloaded" --yes --now
	[[ $output == *"Module hv_vmbus is in use."* ]]
	diff "$root/var/lock/calls" <(printf '%s\n' '-r hv_netvsc' '-r hv_utils' '-r hv_storvsc' '-r hv_balloon' hv_balloon hv_storvsc hv_utils hv_netvsc)
}

@test "--now: the new module does not load (11): everything taken back, the former ones are loaded again" {
	running "$KERNEL"
	echo hv_balloon > "$root/var/lock/bad"
	refused 11 "hv_balloon does not load on the running kernel" --yes --now
	diff "$root/var/lock/calls" <(printf '%s\n' '-r hv_netvsc' '-r hv_utils' '-r hv_storvsc' '-r hv_balloon' '-r hv_vmbus' hv_vmbus '-r hv_vmbus' hv_vmbus hv_balloon hv_storvsc hv_utils hv_netvsc)
}

@test "uninstall --now: a module got a user meanwhile (15): still installed, and loaded as before" {
	run installer --yes
	[ "$status" -eq 0 ]
	running "$KERNEL"
	echo hv_vmbus > "$root/var/lock/busy"
	refused 15 "hv_vmbus could not be unloaded" uninstall --yes --now
	diff "$root/var/lock/calls" <(printf '%s\n' '-r hv_netvsc' '-r hv_utils' '-r hv_storvsc' '-r hv_balloon' hv_balloon hv_storvsc hv_utils hv_netvsc)
}

@test "--now on a machine that runs another kernel leaves what is loaded alone" {
	running 8.8.8-other
	run installer --yes --now
	[ "$status" -eq 0 ]
	[[ $output == *"the running kernel 8.8.8-other is not among those installed for"* ]]
	[ ! -e "$root/var/lock/calls" ]
}

@test "another run holds the root (16)" {
	exec 8< "$root"
	flock 8
	refused 16 "another run is at work on $root" --yes
	exec 8<&-
	run installer --yes
	[ "$status" -eq 0 ]
}

@test "without flock: another installer runs (16); a dead one's lock is taken over" {
	PATH=$(path_without flock)
	mkdir -p "$root/var/lock/lis-install.lock"
	echo $$ > "$root/var/lock/lis-install.lock/pid"
	run installer --yes
	[ "$status" -eq 16 ]
	[[ $output == *"process $$ holds"* ]]
	[ ! -e "$root/usr/src/lis-$(cat "$top/VERSION")" ]
	sh -c 'echo $$' > "$root/var/lock/lis-install.lock/pid"
	run installer --yes
	[ "$status" -eq 0 ]
	[ ! -e "$root/var/lock/lis-install.lock" ]
}

@test "a truncated script does nothing" {
	mkdir -p "$BATS_TEST_TMPDIR/lib"
	cp "$top"/scripts/lib/*.sh "$BATS_TEST_TMPDIR/lib/"
	before=$(picture)
	for script in install.sh lisctl; do
		head -n -1 "$top/scripts/$script" > "$BATS_TEST_TMPDIR/$script"
		run sh "$BATS_TEST_TMPDIR/$script" install --yes
		[ -z "$output" ]
	done
	[ "$(picture)" = "$before" ]
}

@test "the messages of different inputs differ, and each code is used once" {
	run awk '/^E_[A-Z]*=[0-9]/ { n = split($0, part, /[ ;]+/); for (i = 1; i <= n; i++) if (part[i] ~ /=/) print part[i] }' "$top/scripts/lib/kit.sh"
	[ "$(printf '%s\n' "$output" | sed 's/.*=//' | sort | uniq -d)" = "" ]
	[ "$(printf '%s\n' "$output" | wc -l)" -eq 22 ]
}
