#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # root, top, output and status come from the helper and from bats
#
# What the installer, the module build and the initramfs helper do when all is well, on a root of their own.

bats_require_minimum_version 1.5.0
load helper

setup_file() { file_setup; }
setup() { make_root; }

version() { cat "$top/VERSION"; }
chosen() { modprobe -d "$root" -S "$KERNEL" --show-depends "$1" | awk '{ print $2 }' | tail -n 1; }

@test "install, status, uninstall: ours would be loaded, then in-box again, and nothing is left" {
	before=$(picture)
	run -0 installer --yes
	[[ $(chosen hv_vmbus) == "$root/lib/modules/$KERNEL/updates/lis/hv_vmbus.ko" ]]
	[[ $(chosen hv_balloon) == "$root/lib/modules/$KERNEL/updates/lis/hv_balloon.ko" ]]
	[ "$(modinfo -F version "$(chosen hv_vmbus)")" = "$(version)" ]
	run -0 installer status
	[[ $output == *"$KERNEL "*" ours "* ]]
	run -0 installer uninstall --yes
	[[ $(chosen hv_vmbus) == */kernel/drivers/hv/hv_vmbus.ko* ]]
	run -0 installer status
	[[ $output == *"$KERNEL "*" inbox "* ]]
	# Sizes of the module index may differ by what depmod writes for a folder it indexed before: compare names.
	diff <(awk '{ print $1, $2 }' <<< "$before") <(picture | awk '{ print $1, $2 }')
}

@test "installing twice is the same as once" {
	run -0 installer --yes
	once=$(picture)
	run -0 installer --yes
	[[ $output == *"nothing to do"* ]]
	diff <(echo "$once") <(picture)
	# Changed sources under the same version are built again.
	make_source "$BATS_TEST_TMPDIR/changed"
	echo '/* changed */' >> "$BATS_TEST_TMPDIR/changed/lis/vmbus/main.c"
	KIT_SOURCE=$BATS_TEST_TMPDIR/changed run -0 installer --yes
	[[ $output == *"building for $KERNEL"* ]]
	grep -q changed "$root/usr/src/lis-$(version)/lis/vmbus/main.c"
	# The way back has grown; nothing else.
	names() { awk '$1 !~ /^var\/lib\/lis\/history/ { print $1, $2 }'; }
	diff <(names <<< "$once") <(picture | names)
	grep -q "^var/lib/lis/history/0002-install d" <(picture)
}

@test "uninstall where nothing is installed says so" {
	before=$(picture)
	run -0 installer uninstall --yes
	[[ $output == *"was not installed; nothing to do"* ]]
}

@test "a dry run prints the plan and changes nothing, not even a log" {
	before=$(picture)
	run -0 installer --dry-run
	[[ $output == *"kernel $KERNEL: build hv_vmbus hv_balloon hv_storvsc hv_utils hv_netvsc and install (inbox now)"*"nothing was changed"* ]]
	diff <(echo "$before") <(picture)
	[ ! -e "$root/var/log/lis.log" ]
}

@test "a partial set is installed when accepted in words, and the acceptance is kept for the next kernel" {
	add_inbox hv_sock
	run -0 installer --yes --accept-partial-set
	[[ $output == *"PARTIAL set on kernel $KERNEL, as accepted: in-box hv_sock"* ]]
	[ -f "$root/etc/lis/accept-partial-set" ]
	[[ $(chosen hv_vmbus) == */updates/lis/* ]]
	# What the acceptance means: the in-box user's symbols are gone, and it fails to load cleanly instead of crashing.
	run depmod -n -e -E "$KDIR/Module.symvers" -b "$root" "$KERNEL"
	[[ $output == *"hv_sock.ko"*"needs unknown symbol"* || $output == *"hv_sock.ko"*"disagrees"* || $(chosen hv_sock) != *hv_vmbus* ]]
}

@test "--json: one object, parseable, with the outcome of each kernel" {
	installer --yes --json 2>/dev/null > "$BATS_TEST_TMPDIR/out"
	run -0 python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(d["code"], d["kernels"][0]["kernel"], d["kernels"][0]["state"])' "$BATS_TEST_TMPDIR/out"
	[ "$output" = "0 $KERNEL installed" ]
	installer --yes --json --kernel none 2>/dev/null > "$BATS_TEST_TMPDIR/out" || true
	run -0 python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(d["code"], d["message"][:8])' "$BATS_TEST_TMPDIR/out"
	[ "$output" = "4 lis: ker" ]
}

@test "a half-built tree: status says so (11), installing mends it" {
	run -0 installer --yes
	rm "$root/lib/modules/$KERNEL/updates/lis/hv_vmbus.ko"
	depmod -b "$root" "$KERNEL"
	mkdir -p "$root/usr/src/lis-$(version).lis-new"
	touch "$root/usr/src/lis-$(version).lis-new/half"
	rm -rf "$root/usr/src/lis-$(version)/kit"
	run -11 installer status
	[[ $output == *"$KERNEL "*" incomplete "* ]]
	run -0 installer --yes
	[ ! -e "$root/usr/src/lis-$(version).lis-new" ]
	run -0 installer status
	[[ $output == *"$KERNEL "*" ours "* ]]
}

@test "one driver of ours is lost, and modprobe would take the in-box one: status says so (11), installing mends it" {
	run -0 installer --yes
	rm "$root/lib/modules/$KERNEL/updates/lis/hv_storvsc.ko"
	depmod -b "$root" "$KERNEL"
	[[ $(chosen hv_storvsc) == */kernel/* ]]
	run -11 installer status
	[[ $output == *"$KERNEL "*" incomplete "* ]]
	run -0 installer --yes
	[[ $(chosen hv_storvsc) == */updates/lis/* ]]
}

@test "every installed kernel is planned for; the one with VMBus built in keeps its own" {
	mkdir -p "$root/lib/modules/9.9.9-builtin/kernel"
	echo kernel/drivers/hv/hv_vmbus.ko > "$root/lib/modules/9.9.9-builtin/modules.builtin"
	run -0 installer --yes
	[[ $output == *"stands back on kernel 9.9.9-builtin"* ]]
	[[ $output == *"kernel $KERNEL: modprobe would load"* ]]
	[ ! -e "$root/lib/modules/9.9.9-builtin/updates" ]
}

@test "a kernel without headers keeps its own drivers, and does not keep the others from theirs" {
	mkdir -p "$root/lib/modules/8.8.8-old/kernel"
	: > "$root/lib/modules/8.8.8-old/modules.dep"
	run -0 installer --yes
	[[ $output == *"kernel 8.8.8-old keeps its in-box drivers: its headers are not installed"*"linux-headers-8.8.8-old"* ]]
	[[ $output == *"kernel $KERNEL: modprobe would load"* ]]
	run -7 installer --yes --kernel 8.8.8-old
}

@test "the kernel hook follows a new kernel, and never fails its installation" {
	run -0 installer --yes
	hook=$root/etc/kernel/postinst.d/05-lis
	# The hook names the tree where it will be; below KIT_ROOT in this test.
	sed -i "s|/usr/src/lis-|$root/usr/src/lis-|" "$hook"
	rm -rf "$root/lib/modules/$KERNEL/updates"
	depmod -b "$root" "$KERNEL"
	run -0 "$hook" "$KERNEL"
	[[ $(chosen hv_vmbus) == */updates/lis/* ]]
	rm -rf "$root/lib/modules/$KERNEL/updates"
	rm "$root/lib/modules/$KERNEL/build"
	run -0 "$hook" "$KERNEL"
	[[ $output == *"keeps its in-box drivers"* ]]
	run -0 "$hook" 9.9.9-none
}

@test "build-modules: headers of a folder, missing, of another kernel; no compiler; usage" {
	b=$top/scripts/build-modules.sh
	unset KIT_ROOT
	run -0 "$b" -d "$KDIR" -s "$FIXTURE" -o "$BATS_TEST_TMPDIR/out"
	[ -s "$BATS_TEST_TMPDIR/out/hv_vmbus.ko" ]
	run -7 "$b" -k 9.9.9-none -s "$FIXTURE" -o "$BATS_TEST_TMPDIR/none"
	[[ $output == *"linux-headers-9.9.9-none"* ]]
	mkdir -p "$BATS_TEST_TMPDIR/empty"
	run -7 "$b" -d "$BATS_TEST_TMPDIR/empty" -s "$FIXTURE" -o "$BATS_TEST_TMPDIR/none"
	touch "$BATS_TEST_TMPDIR/empty/Makefile"
	run -7 "$b" -d "$BATS_TEST_TMPDIR/empty" -s "$FIXTURE" -o "$BATS_TEST_TMPDIR/none"
	[[ $output == *"modules_prepare"* ]]
	mkdir -p "$root/lib/modules/other"
	ln -s "$KDIR" "$root/lib/modules/other/build"
	KIT_ROOT=$root run -8 "$b" -k other -s "$FIXTURE" -o "$BATS_TEST_TMPDIR/none"
	PATH=$(path_without gcc cc clang) run -9 "$b" -d "$KDIR" -s "$FIXTURE" -o "$BATS_TEST_TMPDIR/none"
	run -2 "$b" -k a -d b
	run -2 "$b" stray
	[ ! -e "$BATS_TEST_TMPDIR/none" ]
}

@test "build-modules: a second run builds nothing, a changed file only what it touches, a removed one is gone" {
	b=$top/scripts/build-modules.sh
	src=$BATS_TEST_TMPDIR/src out=$BATS_TEST_TMPDIR/out
	make_source "$src"
	touch "$src/lis/balloon/extra.h"
	run -0 "$b" -d "$KDIR" -s "$src" -o "$out"
	when() { (cd "$out" && find . -name '*.o' -printf '%p %T@\n' -o -name '*.ko' -printf '%p %T@\n' | sort); }
	first=$(when)
	rm "$src/lis/balloon/extra.h"
	touch "$src/lis/vmbus/main.c"
	run -0 "$b" -d "$KDIR" -s "$src" -o "$out"
	[ ! -e "$out/lis/balloon/extra.h" ]
	diff <(echo "$first") <(when)
	echo '/* changed */' >> "$src/lis/vmbus/main.c"
	run -0 "$b" -d "$KDIR" -s "$src" -o "$out"
	run diff <(echo "$first") <(when)
	[[ $output == *"lis/vmbus/main.o"* && $output != *"lis/balloon/main.o"* ]]
}

@test "build-modules: a half-built folder is finished, and a build that yields no module is an error (10)" {
	b=$top/scripts/build-modules.sh
	src=$BATS_TEST_TMPDIR/src out=$BATS_TEST_TMPDIR/out
	make_source "$src"
	run -0 "$b" -d "$KDIR" -s "$src" -o "$out"
	rm "$out/hv_vmbus.ko" "$out/lis/balloon/main.o"
	run -0 "$b" -d "$KDIR" -s "$src" -o "$out"
	[ -s "$out/hv_vmbus.ko" ]
	[ -s "$out/hv_balloon.ko" ]
	sed -i 's/ hv_balloon.o//' "$src/Kbuild"
	run -10 "$b" -d "$KDIR" -s "$src" -o "$BATS_TEST_TMPDIR/out2"
	[[ $output == *"produced no hv_balloon.ko"* ]]
}

# image FILE...: an initramfs for the kernel with these paths in it.
image() {
	local dir=$BATS_TEST_TMPDIR/image path
	rm -rf "$dir"
	mkdir -p "$dir"
	for path in "$@"; do
		mkdir -p "$dir/$(dirname "$path")"
		echo module > "$dir/$path"
	done
	[ -z "${DEP:-}" ] || echo "$DEP" > "$dir/usr/lib/modules/$KERNEL/modules.dep"
	(cd "$dir" && find . | cpio -o -H newc 2>/dev/null | gzip) > "$root/boot/initrd.img-$KERNEL"
}

@test "initramfs check: in-box whole, ours whole, mixed, ours missing" {
	initramfs=$top/packaging/initramfs/refresh
	m=usr/lib/modules/$KERNEL
	image "$m/kernel/drivers/hv/hv_vmbus.ko" "$m/kernel/drivers/scsi/hv_storvsc.ko"
	run -0 "$initramfs" check "$KERNEL"
	[[ $output == *"inbox: hv_vmbus"* ]]
	image "$m/updates/lis/hv_vmbus.ko" "$m/updates/lis/hv_balloon.ko"
	run -0 "$initramfs" check "$KERNEL"
	[[ $output == *"ours:"*"hv_balloon"* ]]
	# LIS 4.x lies outside the kernel's own folder too, and is not ours; nor would it be if modprobe took it.
	image "$m/extra/microsoft-hyper-v/hv_vmbus.ko" "$m/weak-updates/microsoft-hyper-v/hv_storvsc.ko"
	run -0 "$initramfs" check "$KERNEL"
	[[ $output == *"inbox: hv_vmbus hv_storvsc"* ]]
	run -1 sh -c '. "$0/scripts/lib/verify.sh"; is_ours /lib/modules/K/extra/microsoft-hyper-v/hv_vmbus.ko' "$top"
	run -0 sh -c '. "$0/scripts/lib/verify.sh"; is_ours /lib/modules/K/extra/hv_vmbus.ko' "$top"
	image "$m/updates/lis/hv_vmbus.ko" "$m/kernel/drivers/hv/hv_balloon.ko"
	run -11 "$initramfs" check "$KERNEL"
	[[ $output == *"mixed: ours: hv_vmbus, in-box: hv_balloon"* ]]
	# The disk's driver on the other side of the bus, either way round: it could never bind.
	image "$m/updates/lis/hv_vmbus.ko" "$m/kernel/drivers/scsi/hv_storvsc.ko"
	run -11 "$initramfs" check "$KERNEL"
	[[ $output == *"does not hold one whole set (mixed: ours: hv_vmbus, in-box: hv_storvsc)"* ]]
	image "$m/kernel/drivers/hv/hv_vmbus.ko" "$m/updates/lis/hv_storvsc.ko"
	run -11 "$initramfs" check "$KERNEL"
	[[ $output == *"mixed: ours: hv_storvsc, in-box: hv_vmbus"* ]]
	# There twice, as dracut takes whole folders of the kernel: what the image's own index names is loaded.
	twice=("$m/updates/lis/hv_vmbus.ko" "$m/updates/lis/hv_storvsc.ko" "$m/kernel/drivers/scsi/hv_storvsc.ko")
	DEP='updates/lis/hv_storvsc.ko: updates/lis/hv_vmbus.ko' image "${twice[@]}"
	run -0 "$initramfs" check "$KERNEL"
	[[ $output == *"ours: hv_vmbus hv_storvsc"* ]]
	DEP='kernel/drivers/scsi/hv_storvsc.ko: kernel/drivers/hv/hv_vmbus.ko' image "${twice[@]}"
	run -11 "$initramfs" check "$KERNEL"
	[[ $output == *"mixed: ours: hv_vmbus, in-box: hv_storvsc"* ]]
	image "${twice[@]}"
	run -11 "$initramfs" check "$KERNEL"
	DEP=$'updates/lis/hv_vmbus.ko:\nupdates/lis/hv_storvsc.ko:' image "$m/updates/lis/hv_vmbus.ko" "$m/updates/lis/hv_storvsc.ko" "$m/extra/microsoft-hyper-v/hv_vmbus.ko"
	run -0 "$initramfs" check "$KERNEL"
	[[ $output == *"ours: hv_vmbus hv_storvsc"* ]]
	# Installed but not in the image: the next boot would start with the in-box one.
	image "$m/kernel/drivers/hv/hv_vmbus.ko"
	mkdir -p "$root/lib/modules/$KERNEL/updates/lis"
	touch "$root/lib/modules/$KERNEL/updates/lis/hv_vmbus.ko"
	run -11 "$initramfs" check "$KERNEL"
	[[ $output == *"missing in the image: hv_vmbus hv_storvsc"* ]]
	# Half of ours is not enough: the root disk would not be found.
	image "$m/updates/lis/hv_vmbus.ko" "$m/updates/lis/hv_balloon.ko"
	run -11 "$initramfs" check "$KERNEL"
	[[ $output == *"missing in the image: hv_storvsc"* ]]
}

@test "initramfs refresh: a failing or mixed rebuild puts the former image back" {
	initramfs=$top/packaging/initramfs/refresh
	m=usr/lib/modules/$KERNEL
	image "$m/kernel/drivers/hv/hv_vmbus.ko"
	sum=$(cksum < "$root/boot/initrd.img-$KERNEL")
	mkdir -p "$BATS_TEST_TMPDIR/shim"
	# Stands in for the distribution's tool, which would work on this machine's own /boot.
	printf '#!/bin/sh\necho broken > "%s"\nexit 1\n' "$root/boot/initrd.img-$KERNEL" > "$BATS_TEST_TMPDIR/shim/update-initramfs"
	chmod +x "$BATS_TEST_TMPDIR/shim/update-initramfs"
	PATH=$BATS_TEST_TMPDIR/shim:$PATH run -11 "$initramfs" refresh "$KERNEL"
	[[ $output == *"the former initramfs was put back"* ]]
	[ "$(cksum < "$root/boot/initrd.img-$KERNEL")" = "$sum" ]
	PATH=$BATS_TEST_TMPDIR/shim:$PATH run -11 installer --yes
	[ "$(cksum < "$root/boot/initrd.img-$KERNEL")" = "$sum" ]
	[[ $(chosen hv_vmbus) == */kernel/drivers/hv/hv_vmbus.ko* ]]
}

@test "initramfs: a kernel without an image is left alone" {
	initramfs=$top/packaging/initramfs/refresh
	before=$(picture)
	run -0 "$initramfs" refresh "$KERNEL"
	run -0 "$initramfs" restore "$KERNEL"
	run -2 "$initramfs" frobnicate "$KERNEL"
	diff <(echo "$before") <(picture)
}
