# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What every script of the kit shares: exit codes, messages, and small questions about a kernel.
# POSIX sh and awk only; it runs on targets as old as RHEL 5. KIT_ROOT (default empty) is prefixed to
# every absolute path of the machine, so that tests can hand a whole root file system to the real code.

KIT_ROOT=${KIT_ROOT:-}

# Exit codes, one meaning each, in every script of the kit (README lists them).
E_OK=0; E_FAIL=1; E_USAGE=2; E_NOTROOT=3; E_UNSUPPORTED=4
E_SPACE=5; E_READONLY=6; E_NOHEADERS=7; E_WRONGHEADERS=8; E_NOCOMPILER=9
E_BUILD=10; E_VERIFY=11; E_BUILTIN=12; E_PARTIAL=13; E_SECUREBOOT=14
E_INUSE=15; E_BUSY=16; E_PACKAGES=17
E_REBOOT=18; E_NOTHING=19; E_ROLLEDBACK=20; E_UNDO=21
export E_OK E_FAIL E_USAGE E_NOTROOT E_UNSUPPORTED E_SPACE E_READONLY E_NOHEADERS E_WRONGHEADERS
export E_NOCOMPILER E_BUILD E_VERIFY E_BUILTIN E_PARTIAL E_SECUREBOOT E_INUSE E_BUSY E_PACKAGES
export E_REBOOT E_NOTHING E_ROLLEDBACK E_UNDO

# say TEXT: one line of progress. note TEXT: the same, to stderr.
say() { printf '%s\n' "$*"; }
note() { kit_show 33 WARNING "$*"; }

# kit_show COLOUR WORD TEXT: TEXT on stderr; WORD in it has the colour, if that is a terminal and nobody said no.
kit_show() {
	case $3 in
	*"$2"*)
		if [ -t 2 ] && [ -z "${NO_COLOR+set}" ] && [ "${TERM:-dumb}" != dumb ]; then
			printf '%s\033[1;%sm%s\033[0m%s\n' "${3%%"$2"*}" "$1" "$2" "${3#*"$2"}" >&2
			return 0
		fi ;;
	esac
	printf '%s\n' "$3" >&2
}

# die CODE WHAT [WHY [NEXT STEP]]: the one message of a bad input, then the end.
die() {
	kit_code=$1
	kit_text="lis: $2"
	[ -z "${3:-}" ] || kit_text="$kit_text
  why:  $3"
	[ -z "${4:-}" ] || kit_text="$kit_text
  next: $4"
	kit_show 31 lis: "$kit_text"
	# shellcheck disable=SC2034 # the installer's --json reports it
	KIT_DIE_TEXT=$kit_text
	exit "$kit_code"
}

# kit_modules CONF [KDIR]: the module names of the set, from the one list there is (dkms.conf); with the folder of a
# kernel's headers, or of a build for it, less what that kernel cannot have.
kit_modules() {
	km_left_out=
	if [ -n "${2:-}" ]; then
		km_tool=$(dirname "$1")/compat/left-out
		[ -f "$km_tool" ] || km_tool=$(dirname "$1")/../../compat/left-out
		[ ! -f "$km_tool" ] || km_left_out=$(sh "$km_tool" "$2")
	fi
	sed -n 's/^BUILT_MODULE_NAME\[[0-9]*\]="\([^"]*\)".*/\1/p' "$1" | grep -vxF "${km_left_out:-no module}"
}

# kit_set K: the names of the set kernel K can have, by $conf; from its headers, or from the list beside the modules that
# were built elsewhere and put in their place (lisctl prepare --modules).
kit_set() {
	kst_dir=$(kit_kdir "$1") || kst_dir=$KIT_ROOT/lib/modules/$1/updates/lis
	# shellcheck disable=SC2154 # the caller's
	kit_modules "$conf" "$kst_dir"
}

# kit_version TREE: the version of a source tree.
kit_version() {
	sed -n '1{s/[[:space:]]//g;p;}' "$1/VERSION"
}

# kit_same A B: the files hold the same text. Small systems have no cmp; the trailing word keeps last newlines.
if command -v cmp >/dev/null 2>&1; then
	kit_same() { cmp -s "$1" "$2"; }
else
	kit_same() { kit_one=$(cat "$1" && echo .) && [ "$kit_one" = "$(cat "$2" && echo .)" ]; }
fi

# kit_newer_only SRC DST: copy a file only when its content differs, so that a build's cache holds.
kit_newer_only() {
	if [ -f "$2" ] && kit_same "$1" "$2"; then
		return 0
	fi
	mkdir -p "$(dirname "$2")" && cp -p "$1" "$2"
}

# shellcheck disable=SC2094 # the list is compared with a name, not written
# kit_copy_tree SRCROOT LIST DST: lay out a module source tree as LIST (packaging/files.dkms) names it.
# Files that left the source since the last copy are removed from DST's source folders.
kit_copy_tree() {
	kct_src=$1 kct_list=$2 kct_dst=$3
	mkdir -p "$kct_dst" || return 1
	while read -r kct_from kct_to; do
		case $kct_from in ''|'#'*) continue ;; esac
		kct_to=${kct_to:-$kct_from}
		# A tree that was laid out before has the files at their places already.
		[ "$kct_list" != "$kct_src/kit/files.dkms" ] || kct_from=$kct_to
		if [ -d "$kct_src/$kct_from" ]; then
			(cd "$kct_src/$kct_from" && find . -type f ! -name '*.o' ! -name '.*.cmd' ! -name '*.ko') |
			while read -r kct_file; do
				kct_file=${kct_file#./}
				kit_newer_only "$kct_src/$kct_from/$kct_file" "$kct_dst/$kct_to/$kct_file" || exit 1
			done || return 1
			kit_drop_stale "$kct_src/$kct_from" "$kct_dst/$kct_to"
		elif [ -f "$kct_src/$kct_from" ]; then
			kit_newer_only "$kct_src/$kct_from" "$kct_dst/$kct_to" || return 1
		else
			note "lis: $kct_list names $kct_from, which is not in $kct_src"
			return 1
		fi
	done < "$kct_list"
}

# kit_drop_stale SRC DST: remove source files (never build products) of DST that SRC no longer has.
kit_drop_stale() {
	[ -d "$2" ] || return 0
	(cd "$2" && find . -type f \( -name '*.[chS]' -o -name '*.sh' -o -name '*.awk' \) ! -name '*.mod.c') |
	while read -r kds_file; do
		[ -f "$1/$kds_file" ] || rm -f "$2/$kds_file"
	done
}

# kit_kdir K: the folder a module of kernel K is built against, or nothing.
kit_kdir() {
	for kk_dir in "$KIT_ROOT/lib/modules/$1/build" "$KIT_ROOT/usr/src/linux-headers-$1" \
			"$KIT_ROOT/usr/src/kernels/$1"; do
		if [ -f "$kk_dir/Makefile" ] || [ -d "$kk_dir/include" ]; then
			printf '%s\n' "$kk_dir"
			return 0
		fi
	done
	return 1
}

# kit_kdir_release KDIR: the kernel release these headers were made for, or nothing. What modules get as their version
# magic is UTS_RELEASE; Debian's include/config/kernel.release says something else.
kit_kdir_release() {
	for kkr_file in "$1/include/generated/utsrelease.h" "$1/include/linux/utsrelease.h"; do
		[ -f "$kkr_file" ] || continue
		sed -n 's/^#define[[:space:]]*UTS_RELEASE[[:space:]]*"\([^"]*\)".*/\1/p' "$kkr_file" | head -n 1
		return 0
	done
	[ -s "$1/include/config/kernel.release" ] || return 1
	head -n 1 "$1/include/config/kernel.release"
}

# kit_family: debian, rhel, suse or unknown, from the package manager's and release files.
kit_family() {
	kf_ids=
	if [ -f "$KIT_ROOT/etc/os-release" ]; then
		kf_ids=$(sed -n 's/^ID\(_LIKE\)\{0,1\}=//p' "$KIT_ROOT/etc/os-release" | tr -d '"' | tr '\n' ' ')
	fi
	case " $kf_ids " in
	*" debian "*|*" ubuntu "*) echo debian; return ;;
	*" rhel "*|*" centos "*|*" fedora "*|*" ol "*) echo rhel; return ;;
	*suse*|*" sles "*) echo suse; return ;;
	esac
	if [ -f "$KIT_ROOT/etc/debian_version" ]; then echo debian
	elif [ -f "$KIT_ROOT/etc/redhat-release" ] || [ -f "$KIT_ROOT/etc/oracle-release" ]; then echo rhel
	elif [ -f "$KIT_ROOT/etc/SuSE-release" ]; then echo suse
	else echo unknown
	fi
}

# kit_headers_package FAMILY K: the name of the package that brings the headers of kernel K.
kit_headers_package() {
	case $1 in
	debian) printf 'linux-headers-%s\n' "$2" ;;
	rhel)
		case $2 in
		*uek*) printf 'kernel-uek-devel-%s\n' "$2" ;;
		*.PAE|*PAE) printf 'kernel-PAE-devel-%s\n' "${2%PAE}" ;;
		*) printf 'kernel-devel-%s\n' "$2" ;;
		esac ;;
	suse)
		khp_flavour=${2##*-}
		printf 'kernel-%s-devel=%s\n' "$khp_flavour" "${2%-*}" ;;
	*) printf 'the kernel headers (development) package of %s\n' "$2" ;;
	esac
}

# kit_install_command FAMILY: how this machine's admin installs a package.
kit_install_command() {
	case $1 in
	debian) echo "apt-get install" ;;
	rhel) if command -v dnf >/dev/null 2>&1; then echo "dnf install"; else echo "yum install"; fi ;;
	suse) echo "zypper install" ;;
	*) echo "install" ;;
	esac
}

# kit_copy_extra SRCROOT DST: what a package carries beside the module tree: lsvmbus, initramfs and udev rules, documents, and
# what belongs to lisctl.
kit_copy_extra() {
	mkdir -p "$2/docs/docs" || return 1
	cp -p "$1/packaging/initramfs/initramfs-tools-hook" "$1/packaging/initramfs/dracut.conf" "$2/" || return 1
	cp -p "$1/packaging/udev/70-lis-utils.rules" "$1/packaging/modprobe/lis-ata_piix.conf" "$2/" && cp -p "$1/packaging/chrony/hyperv.conf" "$2/docs/chrony-hyperv.conf" || return 1
	cp -p "$1/packaging/man/lisctl.8" "$1/packaging/man/lis.7" "$1/packaging/man/lsvmbus.8" "$2/" && cp -p "$1/packaging/bash-completion/lisctl" "$2/lisctl.completion" || return 1
	cp -p "$1/scripts/lsvmbus" "$2/lsvmbus" && cp -p "$1/README.md" "$2/docs/README.md" || return 1
	(cd "$1/docs" && find . -type f -name '*.md') | while read -r kce_file; do
		mkdir -p "$2/docs/docs/$(dirname "$kce_file")" && cp -p "$1/docs/$kce_file" "$2/docs/docs/$kce_file" || exit 1
	done
}

# kit_source_date SRCROOT: seconds since 1970 of the last commit, or of VERSION where there is no git.
kit_source_date() {
	git -c safe.directory='*' -C "$1" log -1 --format=%ct 2>/dev/null || date -r "$1/VERSION" +%s
}

# kit_changelog_deb VERSION: a one-entry Debian changelog, dated by SOURCE_DATE_EPOCH.
kit_changelog_deb() {
	printf 'lis (%s-1) unstable; urgency=medium\n\n  * Release %s.\n\n -- LIS maintainers <lis@localhost>  %s\n' \
		"$1" "$1" "$(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %H:%M:%S +0000')"
}

# kit_changelog_rpm VERSION: the same for a spec file.
kit_changelog_rpm() {
	printf '\n%%%%changelog\n* %s LIS maintainers - %s-1\n- Release %s.\n' \
		"$(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')" "$1" "$1"
}

# kit_least_dkms MATRIX deb|rpm: the oldest DKMS a release of that package format carries: the bound packages state.
kit_least_dkms() {
	awk -v want="$2" '
		$1 == "package:" { format = $2 }
		$1 == "dkms-version:" && format == want && $2 != "unknown" {
			split($2 ".0.0.0", part, ".")
			key = sprintf("%04d%04d%04d%04d", part[1], part[2], part[3], part[4])
			if (least == "" || key < least) { least = key; version = $2 }
		}
		END { print version }' "$1"
}
