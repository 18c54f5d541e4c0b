# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # what lisctl and the other files of this folder set
#
# lisctl install, upgrade, uninstall and follow: what is planned, what refuses, and the order of things. Every change goes
# through the journal (transaction.sh); deploy.sh has the changes themselves. To be sourced by lisctl, after the others.

# --- the plan -----------------------------------------------------------------------------------------------------

# make_plan: $work/plan, "K go|back CODE TEXT" of every kernel; $go and $back_code from it. Changes nothing.
make_plan() {
	for mp_kernel in $kernels; do
		classify "$mp_kernel"
	done > "$work/plan"
	go=$(awk -F '\t' '$2 == "go" { print $1 }' "$work/plan")
	back_code=$(awk -F '\t' '$2 == "back" { print $3; exit }' "$work/plan")
}

# classify K: one line of the plan: what the gate says.
classify() {
	if cl_text=$(LIS_ACCEPT_PARTIAL_SET=$accept "$gate" "$1" "$(kit_kdir "$1" || :)"); then
		printf '%s\tgo\t0\t%s\n' "$1" "$(one_line "$cl_text")"
	else
		cl_code=$?
		printf '%s\tback\t%s\t%s\n' "$1" "$cl_code" "$(one_line "$cl_text")"
	fi
}

show_plan() {
	tell "lis $version on ${rooted:-this machine} ($family, $(uname -m)):"
	while IFS='	' read -r sp_kernel sp_what _ sp_text; do
		case $sp_what in
		back) tell "$sp_text"; outcome_of "$sp_kernel" stood-back "$sp_text" ;;
		*) tell "  kernel $sp_kernel: build $(kit_set "$sp_kernel" | tr '\n' ' ')and install ($(kernel_state "$sp_kernel") now)"
			case $sp_text in *PARTIAL*) tell "    $sp_text" ;; esac ;;
		esac
	done < "$work/plan"
	[ -z "$go" ] || tell "  method: $method; packages to install first: ${missing:-none}; log: $log"
	fact - method $method
	for sp_name in $missing; do
		item - packages name "$sp_name"
	done
}

# outcome_of K STATE REASON: one kernel's end, for --json. The last word counts.
outcome_of() {
	fact "$1" state "$2"
	fact "$1" reason "$3"
}

# installed_versions: what is laid out in /usr/src or registered with DKMS, oldest first.
installed_versions() {
	for iv_dir in "$KIT_ROOT"/usr/src/lis-[0-9]* "$KIT_ROOT"/var/lib/dkms/lis/[0-9]*; do
		[ -d "$iv_dir" ] || continue
		iv_name=${iv_dir##*/}
		case ${iv_name#lis-} in *[!0-9.]*) continue ;; esac
		printf '%s\n' "${iv_name#lis-}"
	done | sort -u | version_sort
}

# version_sort: by their numbers, on systems whose sort cannot.
version_sort() {
	awk '{ n = split($0, part, /[^0-9]+/); key = ""; for (i = 1; i <= 4; i++) key = key sprintf("%08d", i <= n ? part[i] : 0); print key "\t" $0 }' |
		sort | sed 's/^[^	]*	//'
}

# --- what refuses, before anything is changed ---------------------------------------------------------------------

preflight() {
	for pf_kernel in $go; do
		need_writable "$pf_kernel"
	done
	# shellcheck disable=SC2086 # lists of words
	need_space $go
	need_key_enrolled
	[ "$now" = no ] || need_unused
	[ "$action" = follow ] || refuse_packaged
	refuse_downgrade
}

# Two owners of one tree would undo each other.
refuse_packaged() {
	[ -z "$KIT_ROOT" ] || return 0
	if dpkg-query -W -f '${Status}' lis-dkms 2>/dev/null | grep -q ' installed' || rpm -q lis-dkms >/dev/null 2>&1; then
		die $E_UNSUPPORTED "the package lis-dkms is installed" "it looks after these modules already" \
			"upgrade or remove the package (lis-dkms) with the package manager"
	fi
}

refuse_downgrade() {
	rd_newest=$(installed_versions | tail -n 1)
	[ -n "$rd_newest" ] && [ "$rd_newest" != "$version" ] || return 0
	[ "$(printf '%s\n%s\n' "$rd_newest" "$version" | version_sort | tail -n 1)" = "$rd_newest" ] || return 0
	forced "version $rd_newest is installed, which is newer than $version" && return 0
	die $E_UNSUPPORTED "version $rd_newest is installed, which is newer than $version" "a step back is rarely what is meant" \
		"to go back on purpose: --force WHY, or lisctl rollback"
}

# An old kernel whose headers no archive carries any more must not keep the others from their drivers: unless it was
# asked for by name, or is all there is, it is left with what it has.
drop_without_headers() {
	[ "$named" = no ] || return 0
	dw_keep=
	for dw_kernel in $go; do
		if has_headers "$dw_kernel"; then dw_keep="$dw_keep $dw_kernel"; fi
	done
	[ -n "$dw_keep" ] || return 0
	for dw_kernel in $go; do
		has_headers "$dw_kernel" && continue
		tell "lis: kernel $dw_kernel keeps its $(drivers_word "$dw_kernel") drivers: its headers are not installed and could not be ($(kit_headers_package "$family" "$dw_kernel"))"
		outcome_of "$dw_kernel" skipped "no headers"
	done
	go=$dw_keep
}

# drivers_word K: what "the drivers it has" are.
drivers_word() { if [ "$(kernel_state "$1")" = ours ]; then echo former; else echo in-box; fi; }

# Packages come before the transaction: they are the machine's, useful by themselves, and stay. With KIT_ROOT there are
# none, but for tests that give the package manager a machine of its own too (KIT_PACKAGES).
provide_packages() {
	ip_failed=no
	if [ -n "$missing" ] && [ "$offline" = no ] && { [ -z "$KIT_ROOT" ] || [ -n "${KIT_PACKAGES:-}" ]; }; then
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
		[ "$offline" = yes ] || tell "lis: no archive carries DKMS after all: the modules are built once per kernel, a kernel hook follows new ones"
		method=plain
	}
}

# last_complaint: the first error of the last package installation, or what it said last.
last_complaint() {
	awk '/ \+ installing / { first = "" } /^(E:|[Ee]rror)/ && first == "" { first = $0 } { last = $0 } END { print first == "" ? last : first }' "$log"
}

# --- exchanging what is loaded ------------------------------------------------------------------------------------

# set_backwards: the modules of the set, users before what they use.
set_backwards() { kit_modules "$conf" | awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }'; }

loaded() { [ -d "$KIT_ROOT/sys/module/$1" ]; }

# unload_set, then reload_set with whatever modprobe finds by then. A module that got a user meanwhile stays, and those
# that went come back.
unload_set() {
	for us_module in $(set_backwards); do
		loaded "$us_module" || continue
		was_loaded="$us_module $was_loaded"
		logged modprobe -r "$us_module" && continue
		us_why=$(tail -n 1 "$log")
		die $E_INUSE "$us_module could not be unloaded" "$us_why" \
			"stop what uses it, or leave out --now: the change then takes effect with the next boot"
	done
}

reload_set() {
	for rs_module in ${was_loaded:-}; do
		loaded "$rs_module" || logged modprobe "$rs_module" || tell "lis: modprobe $rs_module failed: $(tail -n 1 "$log")"
	done
}

# exchange_now: while everything can still be taken back. The way out reloads after it has put the files back.
exchange_now() {
	[ "$now" = yes ] || return 0
	case " $(echo "$go" | tr '\n' ' ') " in
	*" $(uname -r) "*) ;;
	*) tell "lis: --now: the running kernel $(uname -r) is not among those installed for; its modules stay loaded"; return 0 ;;
	esac
	unload_set
	for en_module in $(kit_set "$(uname -r)"); do
		now_loaded="$en_module $now_loaded"
		logged modprobe "$en_module" ||
			die $E_VERIFY "$en_module does not load on the running kernel" "$(tail -n 1 "$log")" "everything was taken back; see $log"
	done
	was_loaded='' now_loaded=''
	result_word=ok
	tell "lis: the running kernel uses the new modules now"
}

# unload_new: before files are put back on the way out.
unload_new() {
	for un_module in ${now_loaded:-}; do
		! loaded "$un_module" || logged modprobe -r "$un_module" || :
	done
}

# --- install, upgrade, follow -------------------------------------------------------------------------------------

choose_method() {
	method=plain
	if [ "$action" = follow ]; then return 0; fi
	if { command -v dkms >/dev/null 2>&1 && [ -z "$KIT_ROOT" ]; } || { [ "$offline" = no ] && dkms_available; }; then
		method=dkms
	fi
}

do_install() {
	if [ -n "$rooted" ]; then work_inside; return; fi
	need_supported "$family"
	make_plan
	choose_method
	missing=
	[ -z "$go" ] || missing=$(package_missing | sort -u | tr '\n' ' ' | sed 's/ $//')
	show_plan
	if [ -z "$go" ]; then
		[ "$dry" = yes ] && return 0
		KIT_DIE_TEXT=$(awk -F '\t' '{ print $4; exit }' "$work/plan")
		exit "$back_code"
	fi
	tree=/usr/src/lis-$version
	if [ "$dry" = yes ]; then
		refuse_downgrade
		if already_done; then result_word=nothing-to-do; else result_word=reboot-needed; fi
		tell "lis: dry run: nothing was changed"
		return 0
	fi
	preflight
	confirm "Go on?"
	provide_packages
	if already_done; then
		tell "lis: version $version is installed and reads back well on every kernel: nothing to do"
		result_word=nothing-to-do
		return 0
	fi
	change_all
}

# change_all: the transaction of an installation.
change_all() {
	was_loaded='' now_loaded=''
	set_aside_former
	tx_begin "$action"
	: > "$tx_dir/images"
	if [ "$action" != follow ]; then
		place_tree
		place_all
		set_lis4_aside
	fi
	[ "$method" = plain ] || register_dkms
	result_word=reboot-needed
	install_kernels
	[ "$action" = follow ] || give_up_others
	exchange_now
	finish_install
}

# install_kernels: each by itself: one that fails keeps what it had, and the others go on. But a kernel that was asked
# for by name, that already had our drivers, or that is all there is, takes everything back.
install_kernels() {
	ik_done=0 ik_failed=0 ik_code=0
	for ik_kernel in $go; do
		ik_mark=$tx_count
		ik_code=0
		# Not as part of a condition: set -e must hold in there.
		set +e
		(
			set -e
			trap 'printf "%s" "${KIT_DIE_TEXT:-}" 2>/dev/null > "$work/why"' EXIT
			install_kernel "$ik_kernel"
		)
		ik_code=$?
		set -e
		tx_resume
		if [ $ik_code -eq 0 ]; then
			ik_done=$((ik_done + 1))
			continue
		fi
		ik_failed=$((ik_failed + 1))
		ik_last=$ik_code
		kernel_failed "$ik_kernel" $ik_code
	done
	fact - kernels_failed: $ik_failed
	[ $ik_done -gt 0 ] || { KIT_DIE_TEXT=$(cat "$work/why"); exit "$ik_last"; }
}

# kernel_failed K CODE: its part goes back; or all of it.
kernel_failed() {
	KIT_DIE_TEXT=$(cat "$work/why")
	[ -n "$KIT_DIE_TEXT" ] || KIT_DIE_TEXT="lis: installing for kernel $1 ended with code $2 (log: $log)"
	if [ "$named" = yes ] || grep -qxF "$1" "$work/had-ours" || [ "$(printf '%s\n' "$go" | wc -w)" -eq 1 ]; then
		exit "$2"
	fi
	tx_undo_since "$ik_mark" || exit $E_UNDO
	outcome_of "$1" failed "$(printf '%s' "$KIT_DIE_TEXT" | head -n 1)"
	tell "lis: WARNING: kernel $1 keeps its in-box drivers: $(printf '%s' "$KIT_DIE_TEXT" | head -n 1 | sed 's/^lis: //')"
	KIT_DIE_TEXT=
}

# set_aside_former: which kernels have our drivers before this run.
set_aside_former() {
	for sf_kernel in $go; do
		case $(kernel_state "$sf_kernel") in ours|incomplete) printf '%s\n' "$sf_kernel" ;; esac
	done > "$work/had-ours"
}

finish_install() {
	rm -f "$tx_dir/images"
	if [ "$action" = follow ]; then
		tx_close
	else
		tx_commit
		# Each holds copies of initramfs images: one step back is kept.
		fi_names=$(tx_history | grep -e '-install$' -e '-upgrade$' | sed '$d')
		# shellcheck disable=SC2086 # a list of words
		tx_drop $fi_names
		fact - undo "lisctl rollback"
	fi
	fi_text=" The new drivers are used from the next boot on."
	[ "$result_word" = reboot-needed ] || fi_text=
	[ -z "$back_code" ] && [ "${ik_failed:-0}" -eq 0 ] || fi_text="$fi_text Some kernels keep their in-box drivers (see above)."
	tell "lis: done.$fi_text"
}

do_upgrade() {
	[ -n "$(installed_versions)" ] || die $E_UNSUPPORTED "there is nothing to upgrade" "no version is installed here" "lisctl install"
	do_install
}

# follow: what the kernel hook of a machine without DKMS calls: one new kernel gets what the others have.
do_follow() {
	[ "$named" = yes ] || die $E_USAGE "follow needs --kernel"
	# shellcheck disable=SC2034 # do_install asks
	offline=yes
	do_install
}

# --- uninstall ----------------------------------------------------------------------------------------------------

do_uninstall() {
	if [ -n "$rooted" ] && [ "$dry" = no ]; then work_inside; return; fi
	[ "$now" = no ] || need_unused
	kernels=$(machine_kernels)
	for ui_kernel in $kernels; do
		need_writable "$ui_kernel"
	done
	refuse_packaged
	if [ "$dry" = yes ]; then
		result_word=nothing-to-do
		for ui_kernel in $kernels; do
			! touched "$ui_kernel" || result_word=reboot-needed
		done
		[ -z "$(installed_versions)" ] || result_word=reboot-needed
		tell "lis: would remove the modules of every kernel, /usr/src/lis-*, the files of $KIT_ROOT/var/lib/lis/manifest"
		return 0
	fi
	confirm "Go on?"
	was_loaded='' now_loaded=''
	[ "$now" = no ] || unload_set
	tx_begin uninstall
	ui_found=no
	remove_modules
	remove_placed
	restore_kernels
	remove_rest
	# Nothing of it can be taken back by rollback: install brings it back. What was installed is no history any more.
	# shellcheck disable=SC2046 # a list of words
	tx_close $(tx_history | grep -e '-install$' -e '-upgrade$')
	reload_set
	was_loaded=
	if [ $ui_found = no ]; then
		result_word=nothing-to-do
		tell "lis: was not installed; nothing to do"
	else
		[ "$now" = yes ] || result_word=reboot-needed
		tell "lis: removed; the in-box drivers are used from the next boot on"
	fi
}

# touched K: is anything of ours in K's folder or initramfs?
touched() {
	[ ! -d "$KIT_ROOT/lib/modules/$1/updates/lis" ] || return 0
	case $(kernel_state "$1") in ours|incomplete) return 0 ;; esac
	to_image=$("$initramfs" image "$1") && [ -f "$KIT_ROOT/var/lib/lis/initramfs/${to_image##*/}" ]
}

remove_modules() {
	: > "$work/touched"
	for rm_kernel in $kernels; do
		if touched "$rm_kernel"; then
			ui_found=yes
			printf '%s\n' "$rm_kernel" >> "$work/touched"
			keep_kernel "$rm_kernel"
		fi
	done
	if [ -z "$KIT_ROOT" ] && [ -d /var/lib/dkms/lis ]; then
		ui_found=yes
		tx_keep /var/lib/dkms/lis
		for rm_dir in /var/lib/dkms/lis/[0-9]*; do
			tell "lis: removing version ${rm_dir##*/} from DKMS"
			logged dkms remove -m lis -v "${rm_dir##*/}" --all || :
		done
		rm -rf /var/lib/dkms/lis
	fi
	for rm_kernel in $(cat "$work/touched"); do
		rm_dir=/lib/modules/$rm_kernel/updates
		[ -d "$KIT_ROOT$rm_dir/lis" ] || continue
		tell "lis: removing the modules of kernel $rm_kernel"
		if [ "$(ls -A "$KIT_ROOT$rm_dir")" = lis ]; then tx_remove "$rm_dir"; else tx_remove "$rm_dir/lis"; fi
		logged depmod -b "${KIT_ROOT:-/}" "$rm_kernel" || :
	done
}

# restore_kernels: initramfs without ours, and read back.
restore_kernels() {
	for rk_kernel in $(cat "$work/touched"); do
		restore_image "$rk_kernel" && logged "$initramfs" check "$rk_kernel" && ! tail -n 1 "$log" | grep -q ': ours:' ||
			die $E_VERIFY "the initramfs of kernel $rk_kernel still holds our modules" "$(tail -n 1 "$log")" \
				"everything was taken back; mend the cause, then uninstall again (log: $log)"
	done
	for rk_kernel in $kernels; do
		rk_state=$(kernel_state "$rk_kernel")
		outcome_of "$rk_kernel" "$rk_state" "after removal"
		case $rk_state in ours|incomplete)
			die $E_VERIFY "kernel $rk_kernel still has modules of ours" "$(module_path "$rk_kernel" hv_vmbus)" "see $log" ;;
		esac
		tell "lis: kernel $rk_kernel: $rk_state ($(module_path "$rk_kernel" hv_vmbus))"
	done
}

# restore_image K: with how long it took, where there is one.
restore_image() {
	"$initramfs" image "$1" > /dev/null || return 0
	tell "lis: initramfs of kernel $1: without our modules"
	timed "initramfs of $1" logged "$initramfs" restore "$1" || return
	tell "lis: initramfs of kernel $1: done in $took s"
}

# remove_rest: last, because this run may be using it.
remove_rest() {
	for rr_dir in "$KIT_ROOT"/usr/src/lis-[0-9]*; do
		[ ! -d "$rr_dir" ] || tx_remove "${rr_dir#"$KIT_ROOT"}"
	done
	for rr_name in manifest initramfs replaced; do
		[ ! -e "$KIT_ROOT/var/lib/lis/$rr_name" ] || tx_remove "/var/lib/lis/$rr_name"
	done
}

# --- another machine's disk ---------------------------------------------------------------------------------------

# work_inside: the verb with the machine's own compiler and tools: this tree is laid out there for that long and runs in
# a chroot. It takes the lock and keeps the journal there itself.
work_inside() {
	[ -x "$(in_root /bin/sh)" ] || die $E_UNSUPPORTED "$KIT_ROOT has no /bin/sh" "its own tools build the modules" \
		"lisctl prepare --modules DIR takes modules built elsewhere"
	if [ "$dry" = yes ]; then
		make_plan
		method=inside missing= tree=/usr/src/lis-$version
		show_plan
		if [ -n "$go" ]; then
			refuse_downgrade
			if already_done; then result_word=nothing-to-do; else result_word=reboot-needed; fi
		fi
		tell "lis: dry run: nothing was changed"
		return 0
	fi
	# Of a run that was killed.
	rm -rf "$KIT_ROOT"/usr/src/.lis-??????
	wi_dir=$(mktemp -d "$KIT_ROOT/usr/src/.lis-XXXXXX") || die $E_READONLY "cannot write to $KIT_ROOT/usr/src" "it is full or read-only" "remount it"
	inside=$wi_dir
	lay_out "$wi_dir" || die $E_SPACE "cannot copy the sources to $wi_dir" "$(tail -n 1 "$log")" "check space and permissions"
	set -- "$action" --yes
	[ "$json" = no ] || set -- "$@" --json
	[ "$detailed" = no ] || set -- "$@" --detailed-exit
	[ "$offline" = no ] || set -- "$@" --offline
	[ "$accept" = no ] || [ "$action" = uninstall ] || set -- "$@" --accept-partial-set
	[ -z "$force" ] || set -- "$@" --force "$force"
	[ "$images" = yes ] || set -- "$@" --no-initramfs
	for wi_kernel in $asked; do
		set -- "$@" --kernel "$wi_kernel"
	done
	[ "$action" = uninstall ] || tell "lis: whether that machine boots with Secure Boot cannot be seen from here; if it does, switch it off for the first boot and run lisctl sign there"
	unlock_root
	lend_folders
	wi_code=0
	wi_log=$(in_root /var/log)/lis.log
	wi_size=$(wc -c 2>/dev/null < "$wi_log") || wi_size=0
	chroot "$KIT_ROOT" /usr/bin/env KIT_ROOT= LIS_FIRMWARE=unknown PATH=/usr/sbin:/usr/bin:/sbin:/bin "${wi_dir#"$KIT_ROOT"}/kit/lisctl" "$@" || wi_code=$?
	# The inner run can only write to the machine's own log.
	[ "$log" = "$wi_log" ] || [ ! -f "$wi_log" ] || tail -c +$((wi_size + 1)) "$wi_log" >> "$log"
	# The inner run has spoken, its object is the answer.
	json=no
	exit $wi_code
}

leave_inside() {
	[ -z "${inside:-}" ] || rm -rf "$inside"
}
