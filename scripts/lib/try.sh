# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # what lisctl and the other files of this folder set
#
# lisctl try (scripts/install.sh --try): the drivers in an emulated machine. Part of a checkout only; to be sourced after
# packages.sh.

try_kernel=debian-6.1

do_try() {
	need_root --try
	[ -x "$source/tests/rig/rig" ] || die $E_UNSUPPORTED "the test rig is not part of this copy" "--try needs a full checkout" \
		"git clone the project and run scripts/install.sh --try there"
	top=$source
	need_try_space
	mkdir -p "$source/build"
	started=$(date +%s)
	tell "lis $version: a trial in an emulated machine. Nothing is installed for this machine's own kernel; it takes a few minutes."
	tell "[1/4] the emulator and its tools (packages of this machine's archive)"
	provide_test_packages try "$source/build/try-setup.log"
	PATH=$PATH:/usr/sbin:/sbin
	export PATH
	tell "[2/4] the stock Debian kernel, its headers and its compiler (unpacked below build/, not installed)"
	"$source/tests/rig/kernels" fetch $try_kernel >&2 ||
		die $E_PACKAGES "the stock kernel could not be fetched" "see the lines above" "check the network and /etc/apt"
	tell "[3/4] building $(kit_modules "$conf" | tr '\n' ' ')for it"
	lay_out "$source/build/modules/$try_kernel" || die $E_SPACE "cannot copy the sources to $source/build/modules" \
		"the file system is full or read-only" "free some space there, then try again"
	"$source/tests/rig/kernels" make $try_kernel "$source/build/modules/$try_kernel" > "$source/build/try-build.log" 2>&1 || {
		tail -n 15 "$source/build/try-build.log" >&2
		die $E_BUILD "building failed" "the compiler's last lines are above" "the whole log is $source/build/try-build.log"
	}
	tell "[4/4] booting it with these drivers on an emulated Hyper-V host; after the boot, memory goes to the host and comes back"
	"$source/tests/rig/rig" try || die $E_FAIL "the trial did not succeed" "see the lines above" "tests/rig/README.md says how to look closer"
	started=$(($(date +%s) - started))
	tell "lis: the drivers work on this kernel ($((started / 60)) min $((started % 60)) s). On a Hyper-V guest, install them with: sudo $source/scripts/install.sh"
}
