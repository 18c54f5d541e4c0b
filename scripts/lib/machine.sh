# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # family, arguments, conf, source, log, go belong to the installer
#
# Questions about the machine the installer works on, and the refusals that come before any change. To be sourced after
# kit.sh and patient.sh. Every refusal is one message (what, why, next step) and an exit code of its own. POSIX sh and awk.

# machine_kernels: the installed kernels, one release a line (a folder that only holds modules of others is none).
machine_kernels() {
	for mk_dir in "$KIT_ROOT"/lib/modules/*; do
		if [ -d "$mk_dir/kernel" ] || [ -f "$mk_dir/modules.builtin" ]; then
			printf '%s\n' "${mk_dir##*/}"
		fi
	done
}

# machine_free_kb PATH: free space where PATH is or would be.
machine_free_kb() {
	mf_dir=$1
	while [ ! -d "$mf_dir" ] && [ "$mf_dir" != / ]; do
		mf_dir=$(dirname "$mf_dir")
	done
	df -Pk "$mf_dir" 2>/dev/null | awk 'NR == 2 { print $4 }'
}

# make_work_folder: $work, for what nobody needs afterwards. The first thing a full or read-only disk refuses.
make_work_folder() {
	mw_dir=${TMPDIR:-/tmp}
	work=$(mktemp -d "$mw_dir/lis-install.XXXXXX" 2>/dev/null) && : > "$work/undo" 2>/dev/null && echo > "$work/redo" 2>/dev/null && return 0
	[ -z "$work" ] || rm -rf "$work"
	[ -d "$mw_dir" ] && [ -w "$mw_dir" ] && die $E_SPACE "cannot write to $mw_dir" "its file system is full" \
		"free some space there, or name another folder: TMPDIR=FOLDER $0"
	die $E_READONLY "cannot write to $mw_dir" "it is read-only or not there" "mount -o remount,rw its file system, or TMPDIR=FOLDER $0"
}

# need_root: everything that changes the machine needs it.
need_root() {
	[ "$(id -u)" -eq 0 ] || die $E_NOTROOT "not started as root" "$1 changes files under /lib/modules, /usr/src and /boot" \
		"sudo $(printf '%s' "${KIT_FRONT:-$0 $arguments}" | sed 's/pin-value=[^ &;]*/pin-value=.../g')"
}

# need_supported FAMILY: the drivers exist for this machine at all.
need_supported() {
	case $(uname -m) in
	x86_64|i?86) ;;
	*) die $E_UNSUPPORTED "this machine's architecture ($(uname -m)) is not supported" "the drivers are for x86 Hyper-V guests" ;;
	esac
	[ "$1" != unknown ] || die $E_UNSUPPORTED "this distribution is not known" \
		"neither /etc/os-release nor a release file names a Debian, Red Hat or SUSE relative" \
		"build by hand: scripts/build-modules.sh -k RELEASE"
}

# need_kernel K: a kernel named on the command line must be installed.
need_kernel() {
	machine_kernels | grep -qxF "$1" || die $E_UNSUPPORTED "kernel $1 is not installed here" \
		"there is no /lib/modules/$1 with a kernel's modules" \
		"installed are: $(machine_kernels | tr '\n' ' ')"
}

# need_writable K: every place an installation writes to.
need_writable() {
	for nw_dir in "$KIT_ROOT/lib/modules/$1" "$KIT_ROOT/usr/src" "$KIT_ROOT/boot" "$KIT_ROOT/etc" "$KIT_ROOT/var/lib"; do
		[ -d "$nw_dir" ] || continue
		# access(2) tells even root about a read-only file system.
		[ -w "$nw_dir" ] || die $E_READONLY "$nw_dir cannot be written" "its file system is read-only" \
			"mount -o remount,rw it, then install again"
	done
}

# need_try_space: kernel, compiler and emulator, fetched and unpacked (1.3 GB as measured).
need_try_space() {
	nt_free=$(machine_free_kb "$source")
	[ "${nt_free:-$try_space_kb}" -ge $try_space_kb ] || forced "there is little space for the trial" ||
		die $E_SPACE "not enough space for the trial in $source: $((nt_free / 1024)) MiB free, $((try_space_kb / 1024)) MiB needed" \
			"the emulator, a kernel and its compiler are unpacked there" "free some space there, then try again"
}
try_space_kb=1572864

# need_space K...: sources and objects while building, modules, and per kernel its initramfs twice (new one, backup).
need_space() {
	ns_images=0
	for ns_kernel in "$@"; do
		ns_image=$("${initramfs:-$source/packaging/initramfs/refresh}" image "$ns_kernel") || continue
		ns_size=$(du -k "$ns_image" | awk '{ print $1 }')
		need_space_in "$KIT_ROOT/boot" $((ns_size + 1024))
		ns_images=$((ns_images + ns_size))
	done
	need_space_in "$KIT_ROOT/usr/src" 8192
	need_space_in "$KIT_ROOT/lib/modules" $((8192 * $#))
	# The initramfs as it was before the kit, and the journal's copy of what this run finds.
	need_space_in "$KIT_ROOT/var/lib" $((32768 + 2 * ns_images))
}

need_space_in() {
	ns_free=$(machine_free_kb "$1")
	[ -n "$ns_free" ] || return 0
	[ "$ns_free" -ge "$2" ] && return 0
	forced "not enough space for $1" && return 0
	die $E_SPACE "not enough space for $1: $((ns_free / 1024)) MiB free, $(($2 / 1024)) MiB needed" \
		"building, modules and a second initramfs need room, and a half-written initramfs does not boot" \
		"free some space there (old kernels?), then install again"
}

# need_key_enrolled: modules that Secure Boot keeps from loading would leave the machine with no VMBus at all.
need_key_enrolled() {
	nk_text=$("${gate:-$source/packaging/dkms/gate}" -k) && return 0
	forced "${nk_text%	*}" && return 0
	die $E_SECUREBOOT "${nk_text%	*}" "the kernel would refuse our modules, and they would stand in front of the in-box ones" \
		"${nk_text#*	}, then install again"
}

# module_users NAME: who keeps a loaded module from being unloaded.
module_users() {
	mu_dir=$KIT_ROOT/sys/module/$1
	[ -d "$mu_dir" ] || return 0
	# shellcheck disable=SC2012 # module names have no odd characters
	mu_names=$(ls "$mu_dir/holders" 2>/dev/null | tr '-' '_' | grep -vx "$(kit_modules "$conf" | tr '-' '_')" | tr '\n' ' ')
	if [ -n "$mu_names" ]; then
		printf '%s\n' "$mu_names"
	elif [ "$(cat "$mu_dir/refcnt" 2>/dev/null || echo 0)" -gt "$(find "$mu_dir/holders" -mindepth 1 2>/dev/null | wc -l)" ]; then
		echo "an open device"
	fi
}

# need_unused: for --now only. Without it the new modules are used from the next boot on and nothing is unloaded.
need_unused() {
	for nu_module in $(kit_modules "$conf"); do
		nu_users=$(module_users "$nu_module")
		[ -z "$nu_users" ] && continue
		die $E_INUSE "$nu_module cannot be exchanged while it runs" "it is in use by: $nu_users" \
			"leave out --now; the change takes effect with the next boot"
	done
}

# need_headers K: installed, and really those of K.
need_headers() {
	nh_dir=$(kit_kdir "$1") || die $E_NOHEADERS "no kernel headers for $1" "there is no /lib/modules/$1/build" \
		"$(kit_install_command "$family") $(kit_headers_package "$family" "$1")"
	nh_found=$(kit_kdir_release "$nh_dir") || nh_found=
	[ "$nh_found" = "$1" ] || die $E_WRONGHEADERS "the headers in $nh_dir are not those of kernel $1" \
		"they were made for '${nh_found:-an unknown kernel}'; a module built with them would not load" \
		"$(kit_install_command "$family") $(kit_headers_package "$family" "$1")"
}

need_compiler() {
	for nc_tool in make gcc; do
		command -v $nc_tool >/dev/null 2>&1 && continue
		[ $nc_tool = gcc ] && command -v clang >/dev/null 2>&1 && continue
		die $E_NOCOMPILER "cannot build: '$nc_tool' is not installed" \
			"the modules are compiled on this machine, for its own kernels" "$(kit_install_command "$family") gcc make"
	done
}

# lock_root: held by the kernel on the root folder itself: it leaves nothing behind, ends with us, and stays with programs
# we started until they end, even if we are killed: nobody undoes under their feet. Returns 1 where there is no flock.
lock_root() {
	command -v flock >/dev/null 2>&1 || return 1
	exec 9< "$KIT_ROOT/"
	# DKMS leaves a "sleep 3" behind that holds it as well: a run that has just ended is waited for.
	lr_tries=5
	until flock -n 9; do
		[ $lr_tries -gt 0 ] ||
			die $E_BUSY "another run is at work on ${KIT_ROOT:-this machine}" "it holds the lock on ${KIT_ROOT:-/}" "wait for it to end"
		lr_tries=$((lr_tries - 1))
		sleep 1
	done
}

# unlock_root: for a run inside the root that takes the lock itself.
unlock_root() {
	exec 9<&- || :
	[ -z "$lock" ] || rm -rf "$lock"
	lock=
}

# take_lock: where the kernel does not lock for us: one run at a time. A lock whose owner is gone is taken over.
take_lock() {
	lock=$KIT_ROOT/var/lock/lis-install.lock
	mkdir -p "$KIT_ROOT/var/lock" 2>/dev/null || :
	if ! mkdir "$lock" 2>/dev/null; then
		[ -d "$lock" ] || { lock=; return 0; }
		tl_pid=$(cat "$lock/pid" 2>/dev/null || echo 0)
		if [ "$tl_pid" != 0 ] && kill -0 "$tl_pid" 2>/dev/null; then
			lock=
			die $E_BUSY "another installation is running" "process $tl_pid holds $KIT_ROOT/var/lock/lis-install.lock" \
				"wait for it to end"
		fi
	fi
	echo $$ > "$lock/pid"
}

# package_missing: the packages a plan needs and the machine lacks, by this family's names.
package_missing() {
	command -v make >/dev/null 2>&1 || echo make
	command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1 || echo gcc
	for pm_kernel in $go; do
		kit_kdir "$pm_kernel" >/dev/null || kit_headers_package "$family" "$pm_kernel"
	done
	command -v depmod >/dev/null 2>&1 || echo kmod
	if ! command -v dkms >/dev/null 2>&1 && dkms_available; then
		echo dkms
	fi
}

# dkms_available: does an enabled archive carry DKMS? (On the Red Hat family only EPEL does.) Where none does, the
# modules are built once per kernel and a kernel hook follows new ones.
dkms_available() {
	[ -z "$KIT_ROOT" ] || return 1
	case $family in
	debian) package_known dkms ;;
	rhel) { dnf -q list dkms || yum -q list dkms; } >/dev/null 2>&1 ;;
	suse) zypper -n -q search -x dkms >/dev/null 2>&1 ;;
	*) return 1 ;;
	esac
}

# package_known NAME: does an enabled archive carry it? Where that cannot be told, yes: the installation will say.
package_known() {
	case $family in
	debian)
		# A machine that never fetched its package lists knows none.
		if ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; then return 0; fi
		apt-cache show "$1" >/dev/null 2>&1 ;;
	rhel) { dnf -q list "$1" || yum -q list "$1"; } >/dev/null 2>&1 ;;
	esac
}

# install_packages NAME...: those the archives carry, without a question. $ip_failed is yes if the package manager tried
# and failed. One that stays busy ends it here.
install_packages() {
	ip_names= ip_failed=no
	# Asked of fresh lists: a machine may never have fetched any.
	[ "$family" != debian ] || apt_update "$log" || tell "lis: apt-get update complained (log: $log); going on"
	for ip_name in "$@"; do
		if package_known "$ip_name"; then
			ip_names="$ip_names $ip_name"
		else
			tell "lis: no enabled archive carries $ip_name"
		fi
	done
	[ -n "$ip_names" ] || return 1
	printf '%s + installing%s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$ip_names" >> "$log"
	# shellcheck disable=SC2086 # a list of words
	case $family in
	debian) apt_install "$log" $ip_names && return 0 ;;
	rhel) if command -v dnf >/dev/null 2>&1; then rpm_install dnf $ip_names; else rpm_install yum $ip_names; fi && return 0 ;;
	suse) patiently "$log" zypper -n install $ip_names && return 0 ;;
	esac
	[ "$patient_busy" = no ] || die_busy
	# shellcheck disable=SC2034 # the installer asks
	ip_failed=yes
	return 1
}

# rpm_install dnf|yum NAME...: by itself either would wait for another installation without end.
rpm_install() {
	ri_tool=$1
	shift
	if $ri_tool --help 2>/dev/null | grep -q -e --setopt; then
		patiently "$log" $ri_tool --setopt=exit_on_lock=1 -y install "$@"
	else
		patiently "$log" $ri_tool -y install "$@"
	fi
}

# has_headers K: installed and K's own; for choosing, where need_headers would refuse.
has_headers() {
	hh_dir=$(kit_kdir "$1") && [ "$(kit_kdir_release "$hh_dir")" = "$1" ]
}
