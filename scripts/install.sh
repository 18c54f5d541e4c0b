#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the Hyper-V drivers for the kernels of this machine, or tries them out in an emulated one.
#
#   install.sh [OPTIONS]             install for every installed kernel
#   install.sh status [--json]       which set does each kernel have
#   install.sh uninstall [OPTIONS]   remove everything; the in-box drivers are back
#   install.sh --try                 build for the stock Debian kernel, boot it on an emulated Hyper-V host, show the VMBus
#
#   --yes                  do not ask            --dry-run             say what would be done, change nothing
#   --kernel K             only this kernel (may be repeated)          --all-kernels   every installed kernel (default)
#   --now                  also exchange the loaded modules of the running kernel, if nothing uses them; all or nothing
#   --accept-partial-set   install although in-box drivers this release does not carry stop working (labs)
#   --force WHY            go on past a refusal about space or Secure Boot; WHY is written to the log
#   --log FILE             default /var/log/lis.log                    --json   one JSON object on stdout, text on stderr
#   --root DIR             not supported yet
#
# Exit codes: 0 ok; 1 unexpected; 2 usage; 3 not root; 4 unsupported machine or kernel; 5 no space; 6 read-only;
# 7 kernel headers missing; 8 headers of another kernel; 9 no compiler or make; 10 build failed; 11 reading back found a
# fault; 12 stood back: VMBus built in; 13 stood back: partial set; 14 Secure Boot without an enrolled key; 15 module in
# use; 16 busy; 17 a package could not be installed. After any but 0, every kernel boots with what it had before.
# POSIX sh and awk; everything is in main(), called on the last line.
set -eu
LC_ALL=C
export LC_ALL
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
source=$(CDPATH='' cd "$here/.." && pwd)
# KIT_SOURCE: another source tree (tests build a small one).
source=${KIT_SOURCE:-$source}
arguments=$*
# Secure Boot is asked about once, for the machine, and may be overruled (--force): not again for every kernel.
LIS_SECURE_BOOT=ignore
export LIS_SECURE_BOOT
# shellcheck source=scripts/lib/kit.sh
. "$here/lib/kit.sh"
# shellcheck source=scripts/lib/patient.sh
. "$here/lib/patient.sh"
# shellcheck source=scripts/lib/machine.sh
. "$here/lib/machine.sh"
# shellcheck source=scripts/lib/verify.sh
. "$here/lib/verify.sh"
# shellcheck source=scripts/lib/packages.sh
. "$here/lib/packages.sh"
try_kernel=debian-6.1

# --- small tools --------------------------------------------------------------------------------------------------

# logged COMMAND...: run it with its output in the log only.
logged() {
	printf '%s + %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$*" >> "$log"
	"$@" >> "$log" 2>&1
}

# tell TEXT: progress for the admin and for the log.
tell() {
	note "$*"
	[ "$log" = /dev/null ] || printf '%s %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$*" >> "$log"
}

# forced WHAT: has the admin said --force? Then say so and go on.
forced() {
	[ -n "$force" ] || return 1
	tell "lis: going on although $1, as told: $force"
}

# undo COMMAND: remember how to take the next step back; the last one is taken back first.
undo() { printf '%s\n' "$*" >> "$work/undo"; }

# make_folder DIR: mkdir -p whose new folders are taken back too, now or by uninstall.
make_folder() {
	[ ! -d "$1" ] || return 0
	make_folder "$(dirname "$1")" || return 1
	undo "rmdir '$1'"
	mkdir "$1" && printf '%s\n' "${1#"$KIT_ROOT"}" >> "$work/manifest"
}

undo_all() {
	[ -s "$work/undo" ] || return 0
	tell "lis: taking back what was done"
	awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }' "$work/undo" > "$work/redo"
	while read -r undo_line; do
		printf 'undo: %s\n' "$undo_line" >> "$log"
		eval "$undo_line" >> "$log" 2>&1
	done < "$work/redo"
	: > "$work/undo"
}

json_text() { printf '%s' "$1" | awk '{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); gsub(/\t/, " "); printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'; }

# result K STATE REASON: one kernel's outcome, for the end of the text and for --json.
result() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >> "$work/results"; }

print_json() {
	pj_list=$(awk -F '\t' '{
		gsub(/\\/, "\\\\"); gsub(/"/, "\\\"")
		printf "%s{\"kernel\":\"%s\",\"state\":\"%s\",\"reason\":\"%s\"}", (NR > 1 ? "," : ""), $1, $2, $3
	}' "$work/results")
	printf '{"action":"%s","code":%d,"version":"%s","message":"%s","kernels":[%s],"log":"%s"}\n' \
		"$action" "$1" "$version" "$(json_text "${KIT_DIE_TEXT:-}")" "$pj_list" "$(json_text "$log")"
}

# The one way out: an unfinished transaction is taken back, the lock given up, the outcome written.
at_exit() {
	ae_code=$?
	set +e
	trap - EXIT HUP INT TERM
	if [ "$ae_code" -ne 0 ]; then undo_all; fi
	[ -z "$lock" ] || rm -rf "$lock"
	[ "$json" = no ] || print_json "$ae_code"
	rm -rf "$work"
	exit "$ae_code"
}

# --- the plan -----------------------------------------------------------------------------------------------------

# classify K: writes "K go|back CODE TEXT" to $work/plan; changes nothing.
classify() {
	if cl_text=$(LIS_ACCEPT_PARTIAL_SET=$accept "$source/packaging/dkms/gate" "$1" "$(kit_kdir "$1" || :)"); then
		printf '%s\tgo\t0\t%s\n' "$1" "$cl_text"
	else
		cl_code=$?
		printf '%s\tback\t%s\t%s\n' "$1" "$cl_code" "$cl_text"
	fi
}

make_plan() {
	for mp_kernel in $kernels; do
		classify "$mp_kernel"
	done > "$work/plan"
	go=$(awk -F '\t' '$2 == "go" { print $1 }' "$work/plan")
	back_code=$(awk -F '\t' '$2 == "back" { print $3; exit }' "$work/plan")
}

show_plan() {
	tell "lis $version on this machine ($family, $(uname -m)):"
	while IFS='	' read -r sp_kernel sp_what _ sp_text; do
		case $sp_what in
		back) tell "$sp_text"; result "$sp_kernel" stood-back "$sp_text" ;;
		*) tell "  kernel $sp_kernel: build $(kit_modules "$conf" | tr '\n' ' ')and install ($(kernel_state "$sp_kernel") now)"
			case $sp_text in *PARTIAL*) tell "    $sp_text" ;; esac ;;
		esac
	done < "$work/plan"
	[ -z "$go" ] || tell "  method: $method; packages to install first: ${missing:-none}; log: $log"
}

# --- installing ---------------------------------------------------------------------------------------------------

# Everything that can refuse, before anything is changed.
preflight() {
	for pf_kernel in $go; do
		need_writable "$pf_kernel"
	done
	# shellcheck disable=SC2086 # lists of words
	need_space $go
	need_key_enrolled
	[ "$now" = no ] || need_unused
	refuse_packaged
}

# Two owners of one tree would undo each other.
refuse_packaged() {
	[ -z "$KIT_ROOT" ] || return 0
	if dpkg-query -W -f '${Status}' lis-dkms 2>/dev/null | grep -q ' installed' || rpm -q lis-dkms >/dev/null 2>&1; then
		die $E_UNSUPPORTED "the package lis-dkms is installed" "it looks after these modules already" \
			"upgrade or remove the package (lis-dkms) with the package manager"
	fi
}

# An old kernel whose headers no archive carries any more must not keep the others from their drivers: unless it was
# asked for by name, or is all there is, it is left with its in-box set.
drop_without_headers() {
	[ "$named" = no ] || return 0
	dw_keep=
	for dw_kernel in $go; do
		if has_headers "$dw_kernel"; then dw_keep="$dw_keep $dw_kernel"; fi
	done
	[ -n "$dw_keep" ] || return 0
	for dw_kernel in $go; do
		has_headers "$dw_kernel" && continue
		tell "lis: kernel $dw_kernel keeps its in-box drivers: its headers are not installed and could not be ($(kit_headers_package "$family" "$dw_kernel"))"
		result "$dw_kernel" skipped "no headers"
	done
	go=$dw_keep
}

# Packages come before the transaction: they are the machine's, useful by themselves, and stay. With KIT_ROOT there are
# none, but for tests that give the package manager a machine of its own too (KIT_PACKAGES).
provide_packages() {
	ip_failed=no
	if [ -n "$missing" ] && { [ -z "$KIT_ROOT" ] || [ -n "${KIT_PACKAGES:-}" ]; }; then
		tell "lis: installing $missing"
		# shellcheck disable=SC2086
		install_packages $missing || :
	fi
	drop_without_headers
	pp_still=$(package_missing | sort -u | tr '\n' ' ' | sed 's/ $//')
	[ $ip_failed = no ] || [ -z "$pp_still" ] || die $E_PACKAGES "$pp_still could not be installed" \
		"$(last_complaint)" "mend the package sources or the network, then install again (log: $log)"
	for pp_kernel in $go; do
		need_headers "$pp_kernel"
	done
	need_compiler
	command -v depmod >/dev/null 2>&1 || die $E_PACKAGES "kmod is not installed" "depmod and modprobe are needed" \
		"$(kit_install_command "$family") kmod"
	[ "$method" = plain ] || command -v dkms >/dev/null 2>&1 || {
		tell "lis: no archive carries DKMS after all: the modules are built once per kernel, a kernel hook follows new ones"
		method=plain
	}
}

# last_complaint: the first error of the last package installation, or what it said last.
last_complaint() {
	awk '/ \+ installing / { first = "" } /^(E:|[Ee]rror)/ && first == "" { first = $0 } { last = $0 } END { print first == "" ? last : first }' "$log"
}

# place SRC DEST MODE: one file of ours outside the tree, recorded so that uninstall finds it. A file of that name that
# somebody else put there is left alone.
place() {
	pl_name=${2#"$KIT_ROOT"}
	if [ -e "$2" ] && ! grep -qxF "$pl_name" "$KIT_ROOT/var/lib/lis/manifest" 2>/dev/null; then
		return 0
	fi
	make_folder "$(dirname "$2")"
	[ -e "$2" ] || undo "rm -f '$2'"
	{ sed "s|@VERSION@|$version|g; s|@TREE@|/usr/src/lis-$version|g" "$1" > "$2" && chmod "$3" "$2"; } ||
		die $E_SPACE "cannot write $2" "" "check space and permissions"
	printf '%s\n' "$pl_name" >> "$work/manifest"
}

place_all() {
	place "$source/scripts/lsvmbus" "$KIT_ROOT/usr/sbin/lsvmbus" 755
	if [ -d "$KIT_ROOT/usr/share/initramfs-tools/hooks" ]; then
		place "$source/packaging/initramfs/initramfs-tools-hook" "$KIT_ROOT/usr/share/initramfs-tools/hooks/lis" 755
	fi
	if [ -d "$KIT_ROOT/usr/lib/dracut" ] || [ -d "$KIT_ROOT/etc/dracut.conf.d" ]; then
		place "$source/packaging/initramfs/dracut.conf" "$KIT_ROOT/etc/dracut.conf.d/50-lis.conf" 644
	fi
	if [ "$method" = plain ]; then
		if command -v kernel-install >/dev/null 2>&1; then
			place "$source/packaging/dkms/kernel-hook" "$KIT_ROOT/etc/kernel/install.d/45-lis.install" 755
		else
			place "$source/packaging/dkms/kernel-hook" "$KIT_ROOT/etc/kernel/postinst.d/lis" 755
		fi
	fi
	if [ "$accept" = yes ] && [ ! -e "$KIT_ROOT/etc/lis/accept-partial-set" ]; then
		make_folder "$KIT_ROOT/etc/lis"
		undo "rm -f '$KIT_ROOT/etc/lis/accept-partial-set'"
		echo "accepted $(date '+%Y-%m-%d %H:%M:%S') by install.sh --accept-partial-set" > "$KIT_ROOT/etc/lis/accept-partial-set"
	fi
	make_folder "$KIT_ROOT/var/lib/lis"
	pa_manifest=$KIT_ROOT/var/lib/lis/manifest
	if [ -f "$pa_manifest" ]; then
		cp "$pa_manifest" "$work/manifest.old"
		cat "$work/manifest.old" >> "$work/manifest"
		undo "cp '$work/manifest.old' '$pa_manifest'"
	else
		undo "rm -f '$pa_manifest'"
	fi
	sort -u "$work/manifest" > "$pa_manifest"
}

# lay_out DIR: the source tree of this release as DKMS and the kernel hook want it.
lay_out() {
	kit_copy_tree "$source" "$source/packaging/files.dkms" "$1" 2>> "$log" &&
		sed "s/#MODULE_VERSION#/$version/" "$source/packaging/dkms/dkms.conf" > "$1/dkms.conf"
}

# already_done: the same sources are in place, and every kernel of the plan reads back well.
already_done() {
	[ -d "$tree" ] && lay_out "$work/tree" && diff -r "$work/tree" "$tree" > /dev/null 2>&1 || return 1
	for ad_kernel in $go; do
		[ "$(kernel_state "$ad_kernel")" = ours ] && verify_kernel "$ad_kernel" 2> /dev/null || return 1
	done
}

# The tree goes to a new name first: a half-copied one must never be taken for a whole one.
place_tree() {
	rm -rf "$tree.new" "$tree.old"
	undo "rm -rf '$tree.new'"
	lay_out "$tree.new" || die $E_SPACE "cannot copy the sources to $tree" "$(tail -n 1 "$log")" "check space and permissions"
	if [ -d "$tree" ]; then
		mv "$tree" "$tree.old"
		undo "rm -rf '$tree' && mv '$tree.old' '$tree'"
	else
		undo "rm -rf '$tree'"
	fi
	mv "$tree.new" "$tree" || die $E_FAIL "cannot move the sources to $tree"
}

# What is installed is only given up when what replaces it is known to build.
trial_build() {
	for tb_kernel in $go; do
		tell "lis: trial build for $tb_kernel, before the installed modules are given up"
		logged "$source/scripts/build-modules.sh" -k "$tb_kernel" -s "$tree" -o "$work/trial-$tb_kernel" || build_failed "$tb_kernel"
		rm -rf "$work/trial-$tb_kernel"
	done
}

install_dkms() {
	if dkms status -m lis -v "$version" 2>/dev/null | grep -q 'installed\|built'; then
		trial_build
	elif [ -d "/var/lib/dkms/lis/$version" ] && ! dkms status -m lis -v "$version" 2>/dev/null | grep -q ': *added'; then
		tell "lis: clearing away what a broken-off DKMS run left in /var/lib/dkms/lis/$version"
		rm -rf "/var/lib/dkms/lis/$version"
	fi
	if ! dkms status -m lis -v "$version" 2>/dev/null | grep -q .; then
		undo "dkms remove -m lis -v $version --all; rm -rf /var/lib/dkms/lis"
		logged dkms add -m lis -v "$version" ||
			die $E_BUILD "DKMS does not take the sources" "$(tail -n 1 "$log")" "see $log; half-built remains: rm -rf /var/lib/dkms/lis"
	fi
	for id_kernel in $go; do
		if dkms status -m lis -v "$version" -k "$id_kernel" 2>/dev/null | grep -q 'installed\|built'; then
			logged dkms remove -m lis -v "$version" -k "$id_kernel"
			logged dkms add -m lis -v "$version" || :
		fi
		undo "dkms remove -m lis -v $version -k $id_kernel"
		tell "lis: building for $id_kernel"
		logged dkms build -m lis -v "$version" -k "$id_kernel" || build_failed "$id_kernel"
		tell "lis: installing for $id_kernel"
		logged dkms install --force -m lis -v "$version" -k "$id_kernel" ||
			die $E_FAIL "DKMS could not install for kernel $id_kernel" "$(tail -n 1 "$log")" "see $log"
	done
}

build_failed() {
	for bf_log in "/var/lib/dkms/lis/$version/build/make.log" "$log"; do
		[ -f "$bf_log" ] || continue
		tail -n 15 "$bf_log" | sed 's/^/  | /' >&2
		[ "$bf_log" = "$log" ] || cat "$bf_log" >> "$log"
		break
	done
	if tail -n 40 "$log" | grep -q 'No space left on device'; then
		die $E_SPACE "not enough space to build for kernel $1" "the disk filled up while compiling (lines above)" \
			"free some space, then install again (log: $log)"
	fi
	die $E_BUILD "building for kernel $1 failed" "the compiler's last lines are above" \
		"the in-box drivers stay in use; docs/adding-a-kernel.md says what to send us (log: $log)"
}

install_plain() {
	for ip_kernel in $go; do
		tell "lis: building for $ip_kernel"
		logged "$source/scripts/build-modules.sh" -k "$ip_kernel" -s "$tree" -o "$work/build-$ip_kernel" || build_failed "$ip_kernel"
		tell "lis: installing for $ip_kernel"
		ip_dest=$KIT_ROOT/lib/modules/$ip_kernel/updates/lis
		rm -rf "$ip_dest.new" "$ip_dest.old"
		undo "$tree/kit/initramfs restore $ip_kernel"
		undo "depmod -b '${KIT_ROOT:-/}' $ip_kernel"
		make_folder "$KIT_ROOT/lib/modules/$ip_kernel/updates"
		undo "rm -rf '$ip_dest' '$ip_dest.new'; [ ! -d '$ip_dest.old' ] || mv '$ip_dest.old' '$ip_dest'"
		{ mkdir -p "$ip_dest.new" && cp "$work/build-$ip_kernel"/*.ko "$ip_dest.new/"; } ||
			die $E_SPACE "cannot write $ip_dest" "" "check space and permissions"
		[ ! -d "$ip_dest" ] || mv "$ip_dest" "$ip_dest.old"
		{ mv "$ip_dest.new" "$ip_dest" && logged depmod -b "${KIT_ROOT:-/}" "$ip_kernel"; } ||
			die $E_FAIL "depmod failed for kernel $ip_kernel" "$(tail -n 1 "$log")" "see $log"
		logged "$tree/kit/initramfs" refresh "$ip_kernel" ||
			die $E_VERIFY "the initramfs of kernel $ip_kernel could not be rebuilt" "$(tail -n 3 "$log")" "see $log"
	done
}

read_back() {
	for rb_kernel in $go; do
		verify_kernel "$rb_kernel" 2>> "$log" || {
			tail -n 5 "$log" >&2
			die $E_VERIFY "reading back found a fault on kernel $rb_kernel" "the lines above" "everything was taken back; see $log"
		}
		result "$rb_kernel" installed "modprobe loads $(module_path "$rb_kernel" hv_vmbus), symbols resolve, initramfs whole"
		tell "lis: kernel $rb_kernel: modprobe would load $(module_path "$rb_kernel" hv_vmbus); symbols resolve; initramfs whole"
	done
}

# set_backwards: the modules of the set, users before what they use.
set_backwards() { kit_modules "$conf" | awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }'; }

loaded() { [ -d "$KIT_ROOT/sys/module/$1" ]; }

# Exchange the loaded modules of the running kernel: unload_set, then load_set. A module that got a user meanwhile
# stays, and those that went come back: reload_set, with whatever modprobe finds by then.
unload_set() {
	was_loaded=
	for us_module in $(set_backwards); do
		loaded "$us_module" || continue
		was_loaded="$us_module $was_loaded"
		logged modprobe -r "$us_module" && continue
		us_why=$(tail -n 1 "$log")
		[ "${1:-}" = later ] || reload_set
		die $E_INUSE "$us_module could not be unloaded" "$us_why" \
			"stop what uses it, or leave out --now: the change then takes effect with the next boot"
	done
}

reload_set() {
	for rs_module in $was_loaded; do
		loaded "$rs_module" || logged modprobe "$rs_module" || tell "lis: modprobe $rs_module failed: $(tail -n 1 "$log")"
	done
}

# exchange_now: while everything can still be taken back. undo_all reloads after it has put the files back.
exchange_now() {
	[ "$now" = yes ] || return 0
	case " $(echo "$go" | tr '\n' ' ') " in
	*" $(uname -r) "*) ;;
	*) tell "lis: --now: the running kernel $(uname -r) is not among those installed for; its modules stay loaded"; return 0 ;;
	esac
	unload_set later
	for en_module in $(kit_modules "$conf"); do
		undo "modprobe -r $en_module"
		logged modprobe "$en_module" ||
			die $E_VERIFY "$en_module does not load on the running kernel" "$(tail -n 1 "$log")" "everything was taken back; see $log"
	done
	tell "lis: the running kernel uses the new modules now"
}

confirm() {
	{ [ "$yes" = no ] && [ -t 0 ]; } || return 0
	printf 'Go on? [y/N] ' >&2
	read -r cf_answer
	case $cf_answer in y|Y|yes) return 0 ;; esac
	die $E_USAGE "stopped; nothing was changed"
}

do_install() {
	need_supported "$family"
	choose_kernels
	make_plan
	method=plain
	if { command -v dkms >/dev/null 2>&1 && [ -z "$KIT_ROOT" ]; } || dkms_available; then
		method=dkms
	fi
	missing=
	[ -z "$go" ] || missing=$(package_missing | sort -u | tr '\n' ' ' | sed 's/ $//')
	show_plan
	if [ -z "$go" ]; then
		[ "$dry" = yes ] && return 0
		KIT_DIE_TEXT=$(awk -F '\t' '{ print $4; exit }' "$work/plan")
		exit "$back_code"
	fi
	if [ "$dry" = yes ]; then
		tell "lis: dry run: nothing was changed"
		return 0
	fi
	preflight
	confirm
	provide_packages
	tree=$KIT_ROOT/usr/src/lis-$version
	if already_done; then
		tell "lis: version $version is installed and reads back well on every kernel: nothing to do"
		return 0
	fi
	was_loaded=
	[ "$now" = no ] || undo reload_set
	place_tree
	place_all
	case $method in dkms) install_dkms ;; *) install_plain ;; esac
	read_back
	exchange_now
	: > "$work/undo"
	rm -rf "$tree.old"
	for di_kernel in $go; do
		rm -rf "$KIT_ROOT/lib/modules/$di_kernel/updates/lis.old"
	done
	tell "lis: done. The new drivers are used from the next boot on.${back_code:+ Some kernels keep their in-box drivers (see above).}"
}

choose_kernels() {
	named=no
	if [ -n "$kernels" ]; then
		named=yes
		for ck_kernel in $kernels; do
			need_kernel "$ck_kernel"
		done
		return 0
	fi
	kernels=$(machine_kernels)
	[ -n "$kernels" ] || die $E_UNSUPPORTED "no kernel is installed here" "/lib/modules holds none" \
		"run this on the guest itself (a container shares its host's kernel)"
}

# --- status and uninstall -----------------------------------------------------------------------------------------

do_status() {
	kernels=${kernels:-$(machine_kernels)}
	bad=0
	loaded=$(cat "$KIT_ROOT/sys/module/hv_vmbus/version" 2>/dev/null || echo none)
	say_status "running kernel $(uname -r): loaded hv_vmbus: $loaded"
	for st_kernel in $kernels; do
		st_state=$(kernel_state "$st_kernel")
		st_text=$("$source/packaging/initramfs/refresh" check "$st_kernel") || bad=1
		[ "$st_state" != incomplete ] || bad=1
		st_now=$(module_path "$st_kernel" hv_vmbus)
		say_status "kernel $st_kernel: $st_state (${st_now:-no hv_vmbus}); ${st_text#lis: }"
		result "$st_kernel" "$st_state" "$st_text"
	done
	[ $bad -eq 0 ] || die $E_VERIFY "a kernel has an incomplete or mixed module set" "see above" "install again, or: $0 uninstall"
}

say_status() { if [ "$json" = yes ]; then note "$*"; else say "$*"; fi; }

do_uninstall() {
	[ "$now" = no ] || need_unused
	un_found=no
	for un_kernel in $(machine_kernels); do
		need_writable "$un_kernel"
	done
	refuse_packaged
	if [ "$dry" = yes ]; then
		tell "lis: would remove the modules of every kernel, /usr/src/lis-*, the files of $KIT_ROOT/var/lib/lis/manifest"
		return 0
	fi
	confirm
	was_loaded=
	[ "$now" = no ] || unload_set
	if [ -z "$KIT_ROOT" ] && [ -d /var/lib/dkms/lis ]; then
		un_found=yes
		for un_dir in /var/lib/dkms/lis/[0-9]*; do
			tell "lis: removing version ${un_dir##*/} from DKMS"
			logged dkms remove -m lis -v "${un_dir##*/}" --all || :
		done
		rm -rf /var/lib/dkms/lis
	fi
	for un_kernel in $(machine_kernels); do
		un_dir=$KIT_ROOT/lib/modules/$un_kernel/updates/lis
		if [ -d "$un_dir" ]; then
			un_found=yes
			tell "lis: removing the modules of kernel $un_kernel"
			rm -rf "$un_dir" "$un_dir.new" "$un_dir.old"
			rmdir "$KIT_ROOT/lib/modules/$un_kernel/updates" 2>/dev/null || :
			logged depmod -b "${KIT_ROOT:-/}" "$un_kernel"
		fi
	done
	remove_placed
	for un_kernel in $(machine_kernels); do
		logged "$source/packaging/initramfs/refresh" restore "$un_kernel"
		un_state=$(kernel_state "$un_kernel")
		result "$un_kernel" "$un_state" "after removal"
		case $un_state in ours|incomplete)
			die $E_VERIFY "kernel $un_kernel still has modules of ours" "$(module_path "$un_kernel" hv_vmbus)" "see $log" ;;
		esac
		tell "lis: kernel $un_kernel: $un_state ($(module_path "$un_kernel" hv_vmbus))"
	done
	# lisctl's history stays: it is the way back from a preparation.
	rm -rf "$KIT_ROOT"/usr/src/lis-[0-9]* "$KIT_ROOT/var/lib/lis/manifest" "$KIT_ROOT/var/lib/lis/initramfs"
	rmdir "$KIT_ROOT/var/lib/lis" 2>/dev/null || :
	reload_set
	if [ $un_found = no ]; then tell "lis: was not installed; nothing to do"; else tell "lis: removed; the in-box drivers are used from the next boot on"; fi
}

remove_placed() {
	rm -f "$KIT_ROOT/etc/lis/accept-partial-set"
	# Longest names first: files before the folders that were made for them, which go when they are empty.
	[ ! -f "$KIT_ROOT/var/lib/lis/manifest" ] || sort -r "$KIT_ROOT/var/lib/lis/manifest" | while read -r rp_file; do
		if [ -d "$KIT_ROOT$rp_file" ]; then
			rmdir "$KIT_ROOT$rp_file" 2>/dev/null || :
		else
			rm -f "$KIT_ROOT$rp_file"
		fi
	done
	[ ! -d "$KIT_ROOT/etc/lis" ] || rmdir "$KIT_ROOT/etc/lis" 2>/dev/null || :
}

# --- trying it out ------------------------------------------------------------------------------------------------

do_try() {
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
	tell "lis: the drivers work on this kernel ($((started / 60)) min $((started % 60)) s). On a Hyper-V guest, install them with: sudo $0"
}

# --- the front door -----------------------------------------------------------------------------------------------

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		status|uninstall|install) action=$1 ;;
		--try) action=try ;;
		--yes|-y) yes=yes ;;
		--dry-run|-n) dry=yes ;;
		--now) now=yes ;;
		--json) json=yes ;;
		--all-kernels) kernels= ;;
		--accept-partial-set) accept=yes ;;
		--kernel|--force|--log|--root)
			{ [ $# -ge 2 ] && [ -n "$2" ]; } || die $E_USAGE "$1 needs a value" "" "see the first lines of $0"
			case $1 in
			--kernel) kernels="$kernels $2" ;;
			--force) force=$2 ;;
			--log) log=$2 ;;
			--root) die $E_UNSUPPORTED "--root is not supported yet" "offline installation comes in a later release" \
				"run the installer inside that system (chroot)" ;;
			esac
			shift ;;
		-h|--help) sed -n '4,24s/^# \{0,1\}//p' "$0"; exit 0 ;;
		*) die $E_USAGE "unknown argument '$1'" "" "$0 --help lists what there is" ;;
		esac
		shift
	done
}

main() {
	action=install yes=no dry=no now=no json=no accept=no force= kernels= lock= log=$KIT_ROOT/var/log/lis.log version=
	conf=$source/packaging/dkms/dkms.conf
	make_work_folder
	: > "$work/results"; : > "$work/manifest"
	trap at_exit EXIT
	trap 'exit 1' HUP INT TERM
	parse "$@"
	version=$(kit_version "$source")
	family=$(kit_family)
	[ ! -e "$KIT_ROOT/etc/lis/accept-partial-set" ] || accept=yes
	if [ $dry = yes ] || [ $action = status ] || [ $action = try ]; then
		log=/dev/null
	else
		need_root "$action"
		mkdir -p "$(dirname "$log")" 2>/dev/null || :
		(: >> "$log") 2>/dev/null || die $E_READONLY "cannot write the log $log" "its file system is read-only or full" \
			"name another with --log FILE"
		take_lock
		[ ! -d "$KIT_ROOT/var/lib/lis/transaction" ] || die $E_BUSY "a run of lisctl was broken off on this machine" \
			"what it had changed must be taken back first" "lisctl rollback --dry-run looks, lisctl rollback takes it back"
	fi
	if [ -n "$force" ]; then
		tell "lis: --force: $force"
	fi
	case $action in
	install) do_install ;;
	status) do_status ;;
	uninstall) do_uninstall ;;
	try) need_root --try; do_try ;;
	esac
}

main "$@"
