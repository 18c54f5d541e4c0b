# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # conf, source, version belong to the installer
#
# Reading back what an installation did: never "the command succeeded", always "what would the machine do now". To be
# sourced after kit.sh; uses $conf (dkms.conf) and $version.

# module_path K NAME: the file modprobe would load, "builtin", or nothing.
module_path() {
	modprobe -d "${KIT_ROOT:-/}" -S "$1" --ignore-install --show-depends "$2" 2>/dev/null |
	awk '$1 == "insmod" { path = $2 } $1 == "builtin" { path = "builtin" }
		END { sub(/^\/\//, "/", path); if (path) print path }'
}

# is_ours PATH: by its place. LIS 4.x has its own below extra and weak-updates.
is_ours() {
	case $1 in
	*/microsoft-hyper-v/*) return 1 ;;
	*/updates/*|*/extra/*) return 0 ;;
	esac
	return 1
}

# kernel_state K: one word (ours, inbox, builtin, none, incomplete) about which set K would load.
kernel_state() {
	ks_ours=0 ks_all=0 ks_first=
	for ks_module in $(kit_set "$1"); do
		ks_path=$(module_path "$1" "$ks_module")
		[ -n "$ks_first" ] || ks_first=${ks_path:-none}
		ks_all=$((ks_all + 1))
		if is_ours "$ks_path"; then
			ks_ours=$((ks_ours + 1))
		fi
	done
	if [ $ks_ours -eq $ks_all ]; then echo ours
	elif [ $ks_ours -gt 0 ]; then echo incomplete
	elif [ "$ks_first" = builtin ]; then echo builtin
	elif [ "$ks_first" = none ]; then echo none
	else echo inbox
	fi
}

# verify_kernel K: 0, or 11 after one line per thing that is not as it should be.
verify_kernel() {
	vk_bad=0
	for vk_module in $(kit_set "$1"); do
		vk_path=$(module_path "$1" "$vk_module")
		if ! is_ours "$vk_path"; then
			note "lis: kernel $1: modprobe would load ${vk_path:-nothing} for $vk_module, not ours"
			vk_bad=1
			continue
		fi
		vk_version=$(modinfo -F version "$vk_path")
		if [ "$vk_version" != "$version" ]; then
			note "lis: kernel $1: $vk_path has version '${vk_version}', not $version"
			vk_bad=1
		fi
		vk_magic=$(modinfo -F vermagic "$vk_path")
		if [ "${vk_magic%% *}" != "$1" ]; then
			note "lis: kernel $1: $vk_path was built for '${vk_magic%% *}'"
			vk_bad=1
		fi
	done
	verify_symbols "$1" || vk_bad=1
	verify_initramfs "$1" || vk_bad=1
	[ $vk_bad -eq 0 ] || return $E_VERIFY
}

# verify_symbols K: depmod, without writing anything, against the kernel's own exports.
verify_symbols() {
	vs_symvers=$(kit_kdir "$1")/Module.symvers
	vs_map=$KIT_ROOT/boot/System.map-$1
	if [ -s "$vs_symvers" ]; then
		set -- "$1" -E "$vs_symvers"
	elif [ -s "$vs_map" ] && ! grep -q 'debug package' "$vs_map"; then
		set -- "$1" -F "$vs_map"
	else
		note "lis: kernel $1: neither Module.symvers nor System.map: its symbols were not checked"
		return 0
	fi
	vs_kernel=$1
	shift
	vs_out=$(depmod -n -e "$@" -b "${KIT_ROOT:-/}" "$vs_kernel" 2>&1 >/dev/null | grep -E '/(updates|extra)/' |
		grep -E 'needs unknown|disagrees' | grep -E "/($(kit_modules "$conf" | tr '\n' '|' | sed 's/|$//'))\.ko" || :)
	[ -z "$vs_out" ] && return 0
	note "lis: kernel $vs_kernel: symbols of our modules do not resolve:"
	note "$vs_out"
	return 1
}

# verify_initramfs K: one whole set in it, never a mixture.
verify_initramfs() {
	# The admin has said that images are theirs.
	[ "${LIS_INITRAMFS:-}" != no ] || return 0
	vi_text=$("${initramfs:-$source/packaging/initramfs/refresh}" check "$1") && return 0
	note "$vi_text"
	return 1
}
