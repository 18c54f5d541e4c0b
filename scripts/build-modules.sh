#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the module set for one kernel, outside the source tree.
#
#   build-modules.sh [-k RELEASE | -d KDIR] [-o OUT] [-s SOURCE] [-j JOBS] [-a "MAKE ARGUMENTS"]
#
#   -k RELEASE  a kernel whose headers are installed (default: the running one)
#   -d KDIR     a kernel build folder anywhere; its release is read from it
#   -o OUT      where to build (default: build/modules/RELEASE); the .ko files appear at its top
#   -s SOURCE   the source tree (default: the one this script belongs to)
#
# Only files that changed are copied to OUT, so a second run builds what changed and the probe answers are kept.
# Exit codes: 0 built; 2 usage; 7 no headers; 8 headers of another kernel; 9 no compiler or make; 10 build failed.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/lib/kit.sh
. "$here/lib/kit.sh"

need_tools() {
	family=$(kit_family)
	for tool in make "${CC:-gcc}"; do
		# CC may carry arguments; a kernel built by clang names it through its own configuration.
		command -v "${tool%% *}" >/dev/null 2>&1 && continue
		[ "$tool" = gcc ] && command -v clang >/dev/null 2>&1 && continue
		die $E_NOCOMPILER "cannot build: '${tool%% *}' is not installed" \
			"the modules are compiled on this machine, for its own kernels" \
			"$(kit_install_command "$family") make gcc"
	done
}

find_headers() {
	if [ -n "$kdir" ]; then
		[ -f "$kdir/Makefile" ] || die $E_NOHEADERS "no kernel headers in $kdir" "there is no Makefile in it" \
			"name the folder a module of that kernel is built against (often /lib/modules/RELEASE/build)"
		release=$(kit_kdir_release "$kdir") || release=
		[ -n "$release" ] || die $E_NOHEADERS "the kernel headers in $kdir are not prepared" \
			"neither include/config/kernel.release nor utsrelease.h is there" "run 'make modules_prepare' in $kdir"
		return 0
	fi
	family=$(kit_family)
	kdir=$(kit_kdir "$release") || die $E_NOHEADERS "no kernel headers for $release" \
		"there is no /lib/modules/$release/build" \
		"$(kit_install_command "$family") $(kit_headers_package "$family" "$release")"
	found=$(kit_kdir_release "$kdir") || found=
	[ "$found" = "$release" ] || die $E_WRONGHEADERS "the headers in $kdir are not those of kernel $release" \
		"they were made for '${found:-an unknown kernel}'" \
		"$(kit_install_command "$family") $(kit_headers_package "$family" "$release")"
}

build() {
	kit_copy_tree "$source" "$list" "$out" || die $E_BUILD "cannot copy the sources to $out" "see the line above" \
		"check space and permissions there"
	# shellcheck disable=SC2086 # the make arguments are a list on purpose
	make -C "$kdir" M="$out" -j"$jobs" $arguments modules || die $E_BUILD "building for kernel $release failed" \
		"the compiler's messages are above" "if this kernel is new, docs/adding-a-kernel.md says what to send us"
	# For lisctl prepare --modules, where the kernel's headers are not at hand.
	rm -f "$out/left-out"
	sh "$out/compat/left-out" "$kdir" > "$out/left-out.new" && mv "$out/left-out.new" "$out/left-out"
	for module in $(kit_modules "$out/dkms.conf" "$kdir"); do
		[ -s "$out/$module.ko" ] || die $E_BUILD "building for kernel $release produced no $module.ko" \
			"the build said it succeeded, the module is not there" "remove $out and build again"
	done
}

main() {
	release= kdir= out= source= jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) arguments=
	while getopts k:d:o:s:j:a: option; do
		case $option in
		k) release=$OPTARG ;;
		d) kdir=$OPTARG ;;
		o) out=$OPTARG ;;
		s) source=$OPTARG ;;
		j) jobs=$OPTARG ;;
		a) arguments=$OPTARG ;;
		*) die $E_USAGE "usage: build-modules.sh [-k RELEASE | -d KDIR] [-o OUT] [-s SOURCE] [-j JOBS] [-a ARGS]" ;;
		esac
	done
	[ "$OPTIND" -gt $# ] || die $E_USAGE "build-modules.sh takes options only" "the last argument has no option letter"
	[ -z "$release" ] || [ -z "$kdir" ] || die $E_USAGE "give -k or -d, not both"
	[ -n "$release$kdir" ] || release=$(uname -r)
	if [ -z "$source" ]; then
		source=$(CDPATH='' cd "$here/.." && pwd)
	fi
	list=$source/packaging/files.dkms
	if [ ! -f "$list" ] && [ -f "$source/kit/files.dkms" ]; then
		list=$source/kit/files.dkms
	fi
	[ -f "$list" ] || die $E_USAGE "$source is not a source tree of the kit" "it has no list of its files (files.dkms)"
	need_tools
	find_headers
	out=${out:-build/modules/$release}
	mkdir -p "$out"
	out=$(CDPATH='' cd "$out" && pwd)
	build
	say "built for $release:"
	for module in $(kit_modules "$out/dkms.conf" "$kdir"); do
		say "  $out/$module.ko"
	done
}

main "$@"
