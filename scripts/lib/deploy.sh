# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # what lisctl and the other files of this folder set
#
# The changes an installation makes, each through the journal: the source tree, the files around it, modules, initramfs.
# To be sourced by lisctl, before install.sh.

# extra_file NAME: a file that is no part of the module sources, in a checkout or in a tree laid out before.
extra_file() {
	if [ -f "$source/kit/extra/$1" ]; then
		printf '%s\n' "$source/kit/extra/$1"
		return 0
	fi
	case $1 in
	lsvmbus) printf '%s\n' "$source/scripts/lsvmbus" ;;
	kernel-hook) printf '%s\n' "$source/packaging/dkms/kernel-hook" ;;
	lisctl.8|lis.7|lsvmbus.8) printf '%s\n' "$source/packaging/man/$1" ;;
	70-lis-utils.rules) printf '%s\n' "$source/packaging/udev/$1" ;;
	lisctl.completion) printf '%s\n' "$source/packaging/bash-completion/lisctl" ;;
	*) printf '%s\n' "$source/packaging/initramfs/$1" ;;
	esac
}

# lay_out DIR: the source tree of this release as DKMS and the kernel hook want it.
lay_out() {
	if [ -f "$source/kit/files.dkms" ]; then
		kit_copy_tree "$source" "$source/kit/files.dkms" "$1" 2>> "$log"
	else
		kit_copy_tree "$source" "$source/packaging/files.dkms" "$1" 2>> "$log"
	fi && sed "s/#MODULE_VERSION#/$version/" "$conf" > "$1/dkms.conf"
}

# same_tree: are these sources the ones in place?
same_tree() {
	[ -d "$KIT_ROOT$tree" ] || return 1
	rm -rf "$work/tree"
	lay_out "$work/tree" && diff -r "$work/tree" "$KIT_ROOT$tree" > /dev/null 2>&1
}

# already_done: the same sources are in place, no other version is, and every kernel of the plan reads back well.
already_done() {
	same_tree && [ "$(installed_versions)" = "$version" ] || return 1
	for ad_kernel in $go; do
		[ "$(kernel_state "$ad_kernel")" = ours ] && verify_kernel "$ad_kernel" 2> /dev/null || return 1
	done
}

# place_tree: under a new name first: a half-copied one must never be taken for a whole one.
place_tree() {
	if same_tree; then
		rm -rf "$work/tree"
		return 0
	fi
	rm -rf "$work/tree"
	tx_keep "$tree"
	rm -rf "$tx_target.lis-new"
	lay_out "$tx_target.lis-new" || die $E_SPACE "cannot copy the sources to $tx_target" "$(tail -n 1 "$log")" "check space and permissions"
	rm -rf "$tx_target"
	mv "$tx_target.lis-new" "$tx_target" || tx_failed "$tx_target"
}

# --- files outside the tree ---------------------------------------------------------------------------------------

# ours_or_free PATH: nobody else's file lies there.
ours_or_free() {
	resolve_parent "$1" || return 1
	[ -e "$KIT_ROOT$resolved" ] || [ -L "$KIT_ROOT$resolved" ] || return 0
	grep -qxF "$1" "$KIT_ROOT/var/lib/lis/manifest" 2>/dev/null
}

# list_folders DIR: those that will be made for a file of ours, for uninstall to remove.
list_folders() {
	[ -n "$1" ] && resolve "$1" && [ ! -d "$KIT_ROOT$resolved" ] || return 0
	list_folders "${1%/*}"
	printf '%s\n' "$1" >> "$work/manifest"
}

# place FILE PATH MODE: one file of ours outside the tree, recorded so that uninstall finds it. A file of that name that
# somebody else put there is left alone.
place() {
	ours_or_free "$2" || return 0
	list_folders "${2%/*}"
	sed "s|@VERSION@|$version|g; s|@TREE@|$tree|g" "$1" > "$work/new" || die $E_SPACE "cannot write $work/new" "its file system is full" "make room there"
	tx_write "$work/new" "$2" "$3"
	printf '%s\n' "$2" >> "$work/manifest"
}

place_link() {
	ours_or_free "$2" || return 0
	list_folders "${2%/*}"
	tx_link "$1" "$2"
	printf '%s\n' "$2" >> "$work/manifest"
}

place_all() {
	: > "$work/manifest"
	place "$(extra_file lsvmbus)" /usr/sbin/lsvmbus 755
	place_link "../src/lis-$version/kit/lisctl" /usr/sbin/lisctl
	for pa_page in lisctl.8 lsvmbus.8; do
		! root_dir /usr/share/man/man8 || place "$(extra_file $pa_page)" /usr/share/man/man8/$pa_page 644
	done
	! root_dir /usr/share/man/man7 || place "$(extra_file lis.7)" /usr/share/man/man7/lis.7 644
	! root_dir /usr/share/bash-completion/completions ||
		place "$(extra_file lisctl.completion)" /usr/share/bash-completion/completions/lisctl 644
	! root_dir /usr/share/initramfs-tools/hooks ||
		place "$(extra_file initramfs-tools-hook)" /usr/share/initramfs-tools/hooks/lis 755
	if root_dir /usr/lib/dracut || root_dir /etc/dracut.conf.d; then
		place "$(extra_file dracut.conf)" /etc/dracut.conf.d/50-lis.conf 644
	fi
	! root_dir /etc/udev || place "$(extra_file 70-lis-utils.rules)" /etc/udev/rules.d/70-lis-utils.rules 644
	[ "$method" != plain ] || place_hooks
	if [ "$accept" = yes ] && [ ! -e "$KIT_ROOT/etc/lis/accept-partial-set" ]; then
		echo "accepted $(date '+%Y-%m-%d %H:%M:%S') with --accept-partial-set" > "$work/new"
		tx_write "$work/new" /etc/lis/accept-partial-set 644
	fi
	if [ -f "$KIT_ROOT/var/lib/lis/manifest" ]; then cat "$KIT_ROOT/var/lib/lis/manifest" >> "$work/manifest"; fi
	sort -u "$work/manifest" > "$work/new"
	tx_write "$work/new" /var/lib/lis/manifest 644
}

# place_hooks: so that a kernel that is installed later gets our modules before its initramfs is made, or its initramfs
# is made once more. Where new-kernel-pkg is (EL 5 to 7), it runs postinst.d after dracut; else on the Red Hat family
# kernel-install runs 45-lis before 50-dracut; on Debian run-parts takes names in order, ours before dracut and
# initramfs-tools.
place_hooks() {
	if [ "$family" != debian ] && root_dir /usr/lib/kernel/install.d && ! root_file /sbin/new-kernel-pkg; then
		place "$(extra_file kernel-hook)" /etc/kernel/install.d/45-lis.install 755
		return 0
	fi
	place "$(extra_file kernel-hook)" /etc/kernel/postinst.d/05-lis 755
	place "$(extra_file kernel-hook)" /etc/kernel/postrm.d/05-lis 755
	# Its name before it was put in order.
	! grep -qxF /etc/kernel/postinst.d/lis "$KIT_ROOT/var/lib/lis/manifest" 2>/dev/null || tx_remove /etc/kernel/postinst.d/lis
}

# The RPMs of LIS 3.5 to 4.3 tell depmod to prefer theirs over everything (depmod.d, override). Those lines are set
# aside as long as we are installed.
set_lis4_aside() {
	for sl_file in "$KIT_ROOT"/etc/depmod.d/*.conf; do
		[ -f "$sl_file" ] || continue
		awk -v set="$(kit_modules "$conf" | tr '\n' ' ')" '
			BEGIN { n = split(set, part, " "); for (i = 1; i <= n; i++) known[part[i]] = 1 }
			$1 == "override" { name = $2; gsub(/-/, "_", name); if (name in known) next }
			{ print }' "$sl_file" > "$work/new"
		kit_same "$work/new" "$sl_file" && continue
		sl_path=${sl_file#"$KIT_ROOT"}
		tell "lis: $sl_path prefers the modules of another package (LIS 3.5 to 4.3 do): its lines for ours are set aside until uninstall"
		[ -f "$KIT_ROOT/var/lib/lis/replaced$sl_path" ] || tx_write "$sl_file" "/var/lib/lis/replaced$sl_path" 644
		tx_write "$work/new" "$sl_path" -
		cp "$work/new" "$work/ours"
		tx_write "$work/ours" "/var/lib/lis/replaced$sl_path.ours" 644
	done
}

# bring_lis4_back: on uninstall; a file somebody changed since is theirs.
bring_lis4_back() {
	for bl_file in "$KIT_ROOT"/var/lib/lis/replaced/etc/depmod.d/*.conf; do
		[ -f "$bl_file" ] || continue
		bl_path=${bl_file#"$KIT_ROOT/var/lib/lis/replaced"}
		if root_file "$bl_path" && kit_same "$bl_file.ours" "$KIT_ROOT$resolved"; then tx_write "$bl_file" "$bl_path" -; fi
	done
}

remove_placed() {
	bring_lis4_back
	[ ! -e "$KIT_ROOT/etc/lis/accept-partial-set" ] || tx_remove /etc/lis/accept-partial-set
	# Longest names first: files before the folders that were made for them, which go when they are empty.
	if [ -f "$KIT_ROOT/var/lib/lis/manifest" ]; then
		ui_found=yes
		sort -r "$KIT_ROOT/var/lib/lis/manifest" > "$work/manifest"
		while read -r rp_file; do
			resolve_parent "$rp_file" || continue
			if [ ! -L "$KIT_ROOT$resolved" ] && [ -d "$KIT_ROOT$resolved" ]; then remove_empty "$rp_file"
			elif [ -e "$KIT_ROOT$resolved" ] || [ -L "$KIT_ROOT$resolved" ]; then tx_remove "$rp_file"; fi
		done < "$work/manifest"
	fi
	remove_empty /etc/lis
}

remove_empty() {
	resolve "$1" && [ -d "$KIT_ROOT$resolved" ] || return 0
	[ -n "$(ls -A "$KIT_ROOT$resolved")" ] || tx_remove "$1"
}

# --- one kernel ---------------------------------------------------------------------------------------------------

# keep_kernel K: everything a change of K's set touches, whoever makes the change: DKMS, depmod, the initramfs tool.
keep_kernel() {
	kk_dir=/lib/modules/$1
	{
		for kk_place in updates extra; do
			keep_place "$kk_dir/$kk_place"
		done
		# Old versions of DKMS move the in-box modules away.
		for kk_module in $(kit_modules "$conf"); do
			find "$KIT_ROOT$kk_dir/kernel" \( -name "$kk_module.ko*" -o -name "$(printf '%s' "$kk_module" | tr _ -).ko*" \) 2>/dev/null || :
		done | while read -r kk_file; do printf '%s\n' "${kk_file#"$KIT_ROOT"}"; done
		moved_away "$1"
		if kk_image=$("$initramfs" image "$1"); then
			image_names "${kk_image#"$KIT_ROOT"}"
			if root_dir /var/lib/lis/initramfs; then printf '%s\n' "/var/lib/lis/initramfs/${kk_image##*/}"; else echo /var/lib/lis/initramfs; fi
		fi
	} > "$work/announce"
	tx_keep_list < "$work/announce"
	keep_index "$1"
	# After what lies in them.
	for kk_place in updates/dkms updates extra; do
		tx_keep_folder "$kk_dir/$kk_place"
	done
}

# moved_away K: where DKMS would put in-box modules back that it has moved away (its own note of it, from 3.1 on): it does
# when a version of ours goes, so they come into being then, and must go again when that is taken back.
moved_away() {
	for ma_note in "$KIT_ROOT/var/lib/dkms/lis/original_module/$1"/*/*.origin; do
		[ -f "$ma_note" ] && [ ! -L "$ma_note" ] || continue
		read -r ma_path < "$ma_note" || [ -n "$ma_path" ] || continue
		case $ma_path in
		*/../*) ;;
		/lib/modules/"$1"/kernel/*.ko*|/usr/lib/modules/"$1"/kernel/*.ko*) [ -e "$KIT_ROOT$ma_path" ] || printf '%s\n' "$ma_path" ;;
		esac
	done
}

# image_names PATH: the initramfs, and what update-initramfs has beside it while it works: after a power cut it would stay
# and fill /boot.
image_names() { printf '%s\n' "$1" "$1.new" "$1.dpkg-bak"; }

# keep_place DIR: our names in it; all of it where it is not there yet. Other packages' modules may lie there too, and be
# large: they are not copied.
keep_place() {
	printf '%s\n' "$1/lis"
	if ! root_dir "$1"; then
		printf '%s\n' "$1"
		return 0
	fi
	if root_dir "$1/dkms"; then keep_names "$1/dkms"; else printf '%s\n' "$1/dkms"; fi
	keep_names "$1"
}

keep_names() {
	for kn_module in $(kit_modules "$conf"); do
		for kn_end in .ko .ko.xz .ko.gz .ko.zst; do
			printf '%s\n' "$1/$kn_module$kn_end"
		done
	done
}

# install_kernel K: in a subshell of its own; whatever ends it, its part can be taken back.
install_kernel() {
	keep_kernel "$1"
	tell "lis: building for $1"
	case $method in dkms) install_dkms "$1" ;; *) install_plain "$1" ;; esac
	verify_kernel "$1" 2>> "$log" || {
		tail -n 5 "$log" >&2
		die $E_VERIFY "reading back found a fault on kernel $1" "the lines above" "what was done for it was taken back; see $log"
	}
	outcome_of "$1" installed "modprobe loads $(module_path "$1" hv_vmbus), symbols resolve, initramfs $images_word"
	tell "lis: kernel $1: modprobe would load $(module_path "$1" hv_vmbus); symbols resolve; initramfs $images_word"
}

install_plain() {
	timed "building for $1" logged "$(build_script)" -k "$1" -s "$KIT_ROOT$tree" -o "$work/build-$1" || build_failed "$1"
	tell "lis: built for $1 in $took s"
	rm -rf "$work/set"
	mkdir "$work/set"
	for ip_module in $(kit_set "$1"); do
		cp "$work/build-$1/$ip_module.ko" "$work/set/" || die $E_SPACE "cannot write $work/set" "its file system is full" "make room there"
	done
	rm -rf "$work/build-$1"
	sign_set "$work/set" "$1"
	tell "lis: installing for $1"
	tx_copy_tree "$work/set" "/lib/modules/$1/updates/lis"
	logged depmod -b "${KIT_ROOT:-/}" "$1" || die $E_FAIL "depmod failed for kernel $1" "$(tail -n 1 "$log")" "see $log"
	timed "rebuilding the initramfs of $1" logged "$initramfs" refresh "$1" ||
		die $E_VERIFY "the initramfs of kernel $1 could not be rebuilt" "$(tail -n 3 "$log")" "see $log"
	tell "lis: installed for $1 in $took s"
}

build_script() {
	if [ -f "$source/scripts/build-modules.sh" ]; then echo "$source/scripts/build-modules.sh"; else echo "$source/kit/build-modules.sh"; fi
}

# dkms_has K: does DKMS have this version built or installed for K?
dkms_has() { dkms status -m lis -v "$version" -k "$1" 2>/dev/null | grep -q 'installed\|built'; }

# register_dkms: this version's sources are DKMS's. The whole of DKMS's own record of us is in the journal.
register_dkms() {
	tx_keep /var/lib/dkms/lis
	if [ -d "/var/lib/dkms/lis/$version" ] && ! dkms status -m lis -v "$version" 2>/dev/null | grep -q 'installed\|built\|added'; then
		tell "lis: clearing away what a broken-off DKMS run left in /var/lib/dkms/lis/$version"
		rm -rf "/var/lib/dkms/lis/$version"
	fi
	dkms status -m lis -v "$version" 2>/dev/null | grep -q . || add_dkms
}

add_dkms() {
	logged dkms add -m lis -v "$version" ||
		die $E_BUILD "DKMS does not take the sources" "$(tail -n 1 "$log")" "see $log"
}

install_dkms() {
	if dkms_has "$1"; then
		logged dkms remove -m lis -v "$version" -k "$1" || :
		dkms status -m lis -v "$version" 2>/dev/null | grep -q . || add_dkms
	fi
	timed "building for $1" logged dkms build -m lis -v "$version" -k "$1" || build_failed "$1"
	tell "lis: built for $1 in $took s"
	tell "lis: installing for $1"
	timed "installing for $1, with its initramfs" logged dkms install --force -m lis -v "$version" -k "$1" ||
		die $E_FAIL "DKMS could not install for kernel $1" "$(tail -n 1 "$log")" "see $log"
	tell "lis: installed for $1 in $took s"
}

build_failed() {
	for bf_log in "/var/lib/dkms/lis/$version/build/make.log" "$log"; do
		[ -f "$bf_log" ] || continue
		tail -n 15 "$bf_log" | sed 's/^/  | /' >&2
		[ "$bf_log" = "$log" ] || cat "$bf_log" >> "$log"
		break
	done
	# The second is what the kernel's fixdep says of it.
	if tail -n 40 "$log" | grep -q 'No space left on device\|not all data was written to the output'; then
		die $E_SPACE "not enough space to build for kernel $1" "the disk filled up while compiling (lines above)" \
			"free some space, then install again (log: $log)"
	fi
	die $E_BUILD "building for kernel $1 failed" "the compiler's last lines are above" \
		"the drivers it has stay in use; docs/adding-a-kernel.md says what to send us (log: $log)"
}

# give_up_others: other versions, where no kernel needs them any more.
give_up_others() {
	for go_version in $(installed_versions); do
		[ "$go_version" != "$version" ] || continue
		if [ "$method" = dkms ] && [ -d "/var/lib/dkms/lis/$go_version" ]; then
			for go_kernel in $go; do
				! dkms status -m lis -v "$go_version" -k "$go_kernel" 2>/dev/null | grep -q 'installed\|built' ||
					logged dkms remove -m lis -v "$go_version" -k "$go_kernel" || :
			done
			if dkms status -m lis -v "$go_version" 2>/dev/null | grep -q 'installed\|built'; then
				tell "lis: version $go_version stays for kernels that have no newer one"
				continue
			fi
			logged dkms remove -m lis -v "$go_version" --all || :
			rm -rf "/var/lib/dkms/lis/$go_version"
		fi
		[ ! -d "$KIT_ROOT/usr/src/lis-$go_version" ] || tx_remove "/usr/src/lis-$go_version"
	done
}
