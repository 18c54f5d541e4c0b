#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # root, top, output and status come from the helper and from bats
#
# The gate: may our set be installed on a kernel? Asked of small module folders made by hand.

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	export KIT_ROOT=$BATS_TEST_TMPDIR/root
	unset LIS_ACCEPT_PARTIAL_SET
	mods=$KIT_ROOT/lib/modules/K
	mkdir -p "$mods/kernel" "$KIT_ROOT/boot" "$KIT_ROOT/etc"
	gate=$top/packaging/dkms/gate
	config CONFIG_HYPERV=m
	: > "$mods/modules.builtin"
	dep "kernel/drivers/hv/hv_vmbus.ko:" "kernel/drivers/hv/hv_balloon.ko: kernel/drivers/hv/hv_vmbus.ko"
}

config() { printf '%s\n' "$@" > "$KIT_ROOT/boot/config-K"; }
dep() { printf '%s\n' "$@" > "$mods/modules.dep"; }

@test "a kernel whose in-box users we all carry: go" {
	run -0 "$gate" K
	[[ $output == *"may be installed on kernel K"* ]]
	run -0 "$gate" -q K
	[ -z "$output" ]
}

@test "an in-box user we do not carry: stand back, and name it" {
	dep "kernel/hv/hv_vmbus.ko.xz:" "kernel/net/hv_sock.ko.xz: kernel/lib/ucs2_string.ko.xz kernel/hv/hv_vmbus.ko.xz"
	run -13 "$gate" K
	[[ $output == *"in-box modules hv_sock need hv_vmbus"* ]]
	run -0 "$gate" -l K
	[ "$output" = hv_sock ]
}

@test "a dash in a module's file name is an underscore in its name" {
	dep "kernel/hid/hid-hyperv.ko.zst: kernel/hid.ko.zst kernel/hv/hv_vmbus.ko.zst"
	run -0 "$gate" -l K
	[ "$output" = hid_hyperv ]
}

@test "absolute paths, as module-init-tools writes them" {
	dep "/lib/modules/K/kernel/hv/hv_sock.ko: /lib/modules/K/kernel/hv/hv_vmbus.ko"
	run -13 "$gate" K
}

@test "a vmbus alias alone gives a user away (our hv_vmbus has replaced the in-box one)" {
	dep "kernel/drivers/net/hv_sock.ko:"
	echo 'alias vmbus:635161f83edfc546913ff2d2f965ed0e hv_sock' > "$mods/modules.alias"
	run -13 "$gate" K
}

@test "a name that only contains hv_vmbus is no dependency on it" {
	dep "kernel/a/foo.ko: kernel/a/not_hv_vmbus.ko kernel/a/hv_vmbus_helper.ko"
	run -0 "$gate" K
}

@test "accepted by file, by environment, and by nothing else" {
	dep "kernel/net/hv_sock.ko: kernel/hv/hv_vmbus.ko"
	LIS_ACCEPT_PARTIAL_SET=no run -13 "$gate" K
	LIS_ACCEPT_PARTIAL_SET=yes run -0 "$gate" K
	[[ $output == *"PARTIAL set on kernel K, as accepted: in-box hv_sock"* ]]
	mkdir -p "$KIT_ROOT/etc/lis"
	touch "$KIT_ROOT/etc/lis/accept-partial-set"
	run -0 "$gate" K
}

@test "a kernel without the network's operations: an in-box hv_netvsc is one the set does not carry" {
	dep "kernel/net/hv_netvsc.ko: kernel/hv/hv_vmbus.ko"
	mkdir -p "$mods/build/include/linux"
	echo 'struct net_device { int (*open)(struct net_device *dev); };' > "$mods/build/include/linux/netdevice.h"
	run -13 "$gate" K
	[[ $output == *"in-box modules hv_netvsc need hv_vmbus"* ]]
	echo 'struct net_device_ops { int (*ndo_open)(struct net_device *dev); };' >> "$mods/build/include/linux/netdevice.h"
	run -0 "$gate" K
}

@test "the gate opens by itself when the release carries the driver" {
	dep "kernel/net/hv_sock.ko: kernel/hv/hv_vmbus.ko"
	mkdir -p "$BATS_TEST_TMPDIR/tree/kit"
	cp "$gate" "$BATS_TEST_TMPDIR/tree/kit/gate"
	cp "$top/packaging/dkms/dkms.conf" "$BATS_TEST_TMPDIR/tree/dkms.conf"
	run -13 "$BATS_TEST_TMPDIR/tree/kit/gate" K
	echo 'BUILT_MODULE_NAME[9]="hv_sock"' >> "$BATS_TEST_TMPDIR/tree/dkms.conf"
	run -0 "$BATS_TEST_TMPDIR/tree/kit/gate" K
}

@test "built in: by the index of built-in modules" {
	echo kernel/drivers/hv/hv_vmbus.ko > "$mods/modules.builtin"
	run -12 "$gate" K
}

@test "built in: HYPERV=y where there is no HYPERV_VMBUS symbol (before 6.18)" {
	config CONFIG_HYPERV=y
	run -12 "$gate" K
}

@test "built in: HYPERV_VMBUS=y" {
	config CONFIG_HYPERV=y CONFIG_HYPERV_VMBUS=y
	run -12 "$gate" K
}

@test "not built in: HYPERV=y and HYPERV_VMBUS=m, or not set" {
	config CONFIG_HYPERV=y CONFIG_HYPERV_VMBUS=m
	run -0 "$gate" K
	config CONFIG_HYPERV=y '# CONFIG_HYPERV_VMBUS is not set'
	run -0 "$gate" K
}

@test "accepting a partial set does not open a kernel with VMBus built in" {
	config CONFIG_HYPERV=y
	LIS_ACCEPT_PARTIAL_SET=yes run -12 "$gate" K
}

@test "no guest support configured" {
	config '# CONFIG_HYPERVISOR_GUEST is not set'
	run -4 "$gate" K
}

@test "headers alone: the configuration names the in-box users" {
	rm -rf "$mods"
	mkdir -p "$BATS_TEST_TMPDIR/kdir"
	printf '%s\n' CONFIG_HYPERV=m CONFIG_HYPERV_VSOCKETS=m CONFIG_HYPERV_BALLOON=m CONFIG_HYPERV_STORAGE=y > "$BATS_TEST_TMPDIR/kdir/.config"
	run -0 "$gate" -l K "$BATS_TEST_TMPDIR/kdir"
	[ "$output" = hv_sock ]
	run -13 "$gate" K "$BATS_TEST_TMPDIR/kdir"
}

@test "no kernel with drivers at all in sight: go" {
	rm -rf "$mods"
	config CONFIG_FOO=y
	run -0 "$gate" K
}

# secure_boot VALUE: the firmware's variable.
secure_boot() {
	mkdir -p "$KIT_ROOT/sys/firmware/efi/efivars"
	printf "\\6\\0\\0\\0\\$1" > "$KIT_ROOT/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
}

# mokutil_knows KEY: a mokutil whose firmware has that key enrolled and no other.
mokutil_knows() {
	mkdir -p "$BATS_TEST_TMPDIR/shim"
	printf '#!/bin/sh\n[ "$2" = "%s" ] && echo "$2 is already enrolled" || echo "$2 is not enrolled"\n' "$1" > "$BATS_TEST_TMPDIR/shim/mokutil"
	chmod +x "$BATS_TEST_TMPDIR/shim/mokutil"
	PATH=$BATS_TEST_TMPDIR/shim:$PATH
}

@test "Secure Boot: off, no key, key not enrolled, enrolled, a key configured elsewhere, overruled" {
	secure_boot 0
	run -0 "$gate" K
	secure_boot 1
	run -14 "$gate" K
	[[ $output == *"stands back on kernel K"*"no signing key on this machine"*"generate_mok"* ]]
	mkdir -p "$KIT_ROOT/var/lib/dkms" "$KIT_ROOT/etc/dkms/framework.conf.d"
	touch "$KIT_ROOT/var/lib/dkms/mok.pub"
	mokutil_knows "$KIT_ROOT/root/site.der"
	run -14 "$gate" -q K
	[[ $output == *"not enrolled"*"mokutil --import $KIT_ROOT/var/lib/dkms/mok.pub"*"reboot"* ]]
	LIS_SECURE_BOOT=ignore run -0 "$gate" K
	run -14 "$gate" -k
	LIS_FIRMWARE=unknown run -0 "$gate" -k
	mkdir -p "$KIT_ROOT/root"
	touch "$KIT_ROOT/root/site.der"
	echo 'mok_certificate="/root/site.der"' > "$KIT_ROOT/etc/dkms/framework.conf.d/site.conf"
	run -0 "$gate" K
	run -0 "$gate" -k
	[ -z "$output" ]
	rm "$KIT_ROOT/etc/dkms/framework.conf.d/site.conf"
	mokutil_knows "$KIT_ROOT/var/lib/dkms/mok.pub"
	run -0 "$gate" K
}

@test "Secure Boot: what is refused for good is said first" {
	secure_boot 1
	config CONFIG_HYPERV=y
	run -12 "$gate" K
}

@test "a kernel nothing is known of" {
	run -4 "$gate" no-such-kernel
	[[ $output == *"nothing is known of kernel no-such-kernel"* ]]
}

@test "usage" {
	run -2 "$gate"
	run -2 "$gate" --frob K
}

# What DKMS sees: dkms.conf sourced by bash, in the functions DKMS sources it in and with their variables.
conf() { # outermost function, kernel the file is read for, kernel DKMS works for; prints the two answers
	bash -c '
		safe_source() { ( . "$1"; echo "auto=$AUTOINSTALL exclusive=$BUILD_EXCLUSIVE_KERNEL" ); }
		read_conf() { local kernelver=$1 kernel_source_dir=/nowhere dkms_tree=/d; safe_source "$conf_file"; }
		'"$1"'() { read_conf "$1"; }
		conf_file=$1 kernelver=("$3")
		'"$1"' "$2"' conf "$BATS_TEST_TMPDIR/tree/dkms.conf" "$2" "${3-$2}"
}

@test "dkms.conf: skips a kernel the gate refuses, says why to the build only, and lets others pass" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/kit"
	cp "$gate" "$BATS_TEST_TMPDIR/tree/kit/gate"
	cp "$top/packaging/dkms/dkms.conf" "$BATS_TEST_TMPDIR/tree/dkms.conf"
	run -0 conf prepare_build K
	[ "$output" = "auto=yes exclusive=" ]
	config CONFIG_HYPERV=y
	run -0 conf prepare_build K
	[[ $output == *"stands back on kernel K"*"auto=yes exclusive=^stands-back-on-K\$" ]]
	run -0 conf module_status K
	[ "$output" = 'auto=yes exclusive=^stands-back-on-K$' ]
}

@test "dkms.conf: the automatic run leaves out a kernel the gate refuses, whatever kernel the file is read for" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/kit"
	cp "$gate" "$BATS_TEST_TMPDIR/tree/kit/gate"
	cp "$top/packaging/dkms/dkms.conf" "$BATS_TEST_TMPDIR/tree/dkms.conf"
	config CONFIG_HYPERV=y
	run -0 conf autoinstall "" K
	[[ $output == *"stands back on kernel K"*"auto= "* ]]
	run -0 conf autoinstall OTHER K
	[[ $output == *"auto= "* ]]
	mkdir -p "$KIT_ROOT/lib/modules/OTHER/kernel"
	run -0 conf autoinstall K OTHER
	[[ $output == *"auto=yes "* ]]
}

@test "dkms.conf: Secure Boot without an enrolled key is skipped like a kernel the gate refuses" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/kit"
	cp "$gate" "$BATS_TEST_TMPDIR/tree/kit/gate"
	cp "$top/packaging/dkms/dkms.conf" "$BATS_TEST_TMPDIR/tree/dkms.conf"
	secure_boot 1
	run -0 conf prepare_build K
	[[ $output == *"no signing key"*"auto=yes exclusive=^stands-back-on-K\$" ]]
}

@test "pre-build: refuses by exit code and by making the build impossible" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/kit"
	cp "$gate" "$top/packaging/dkms/pre-build" "$BATS_TEST_TMPDIR/tree/kit/"
	cp "$top/packaging/dkms/dkms.conf" "$BATS_TEST_TMPDIR/tree/dkms.conf"
	echo 'obj-m += x.o' > "$BATS_TEST_TMPDIR/tree/Kbuild"
	run -0 "$BATS_TEST_TMPDIR/tree/kit/pre-build" K
	config CONFIG_HYPERV=y
	run -12 "$BATS_TEST_TMPDIR/tree/kit/pre-build" K
	run ! make -f "$BATS_TEST_TMPDIR/tree/Kbuild"
	[[ $output == *"stands back on kernel K"* ]]
}

@test "dkms.conf keeps the facts packaging relies on, and lists what Kbuild builds" {
	c=$top/packaging/dkms/dkms.conf
	grep -q '^NO_WEAK_MODULES="yes"' "$c"
	grep -q '^AUTOINSTALL="yes"' "$c"
	grep -q 'KERNELRELEASE=' "$c"
	grep -q '^PRE_BUILD="kit/pre-build ' "$c"
	grep -q '^POST_INSTALL="kit/initramfs refresh' "$c"
	grep -q '^POST_REMOVE="kit/initramfs restore' "$c"
	names=$(sed -n 's/^BUILT_MODULE_NAME\[[0-9]*\]="\(.*\)"/\1/p' "$c" | sort)
	built=$(sed -n 's/^obj-m[^=]*=//p' "$top/Kbuild" | tr ' ' '\n' | sed -n 's/\.o$//p' | sort)
	[ "$names" = "$built" ]
	# DKMS refuses to install over an in-box module of a higher version: above the vendors' 3.1 and the former kit's 4.3.
	[ "$(printf '%s\n' 4.3.99 "$(cat "$top/VERSION")" | sort -V | tail -n 1)" = "$(cat "$top/VERSION")" ]
}

@test "files are compared where there is no cmp: content counts, to the last newline" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in cat sh; do
		ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"
	done
	printf 'one\n\n' > "$BATS_TEST_TMPDIR/a"
	cp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/same"
	printf 'one\n' > "$BATS_TEST_TMPDIR/shorter"
	same() { run "$1" env PATH="$BATS_TEST_TMPDIR/bin" sh -c '. "$0/scripts/lib/kit.sh" && kit_same "$1" "$2"' "$top" "$2" "$3"; }
	same -0 "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/same"
	same -1 "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/shorter"
	[ -z "$output" ]
	same -1 "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR/none"
}
