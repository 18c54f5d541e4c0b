# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # conf, source, work, version belong to lisctl; resolved to root.sh
#
# lisctl verify: everything a boot of one kernel hangs on, read back from the disk. Each check says what it found through
# finding KERNEL CHECK ok|fault|skip TEXT, and never stops the next one. To be sourced after verify.sh, image.sh, boot.sh.

# The in-box names a Hyper-V guest may need in its initramfs: the bus and the disk. What a kernel has built in, or does
# not have at all, is not asked for.
boot_names='hv_vmbus hv_storvsc'
# All names that belong to one version set; never ours and theirs at once.
set_names='hv_vmbus hv_storvsc hv_netvsc hv_utils hv_balloon hyperv_keyboard hid_hyperv hyperv_fb hyperv_drm pci_hyperv hv_sock uio_hv_generic'

# plain_path PATH: as the machine itself would name it.
plain_path() { printf '%s\n' "${1#"$KIT_ROOT"}"; }

inspect_kernel() {
	inspect_set "$1"
	inspect_symbols "$1"
	inspect_signature "$1"
	inspect_initramfs "$1"
	inspect_entry "$1"
}

# module_builtin K NAME
module_builtin() {
	[ -f "$KIT_ROOT/lib/modules/$1/modules.builtin" ] &&
		sed 's/.*\///; s/\.ko.*//; s/-/_/g' "$KIT_ROOT/lib/modules/$1/modules.builtin" | grep -qx "$2"
}

# inspect_set K: which file would load for each name of our set; all ours or none; made for K.
inspect_set() {
	is_ours_count=0 is_theirs= is_mine= is_bad=
	for is_name in $(kit_set "$1"); do
		is_path=$(module_path "$1" "$is_name")
		case $is_path in
		'') item "$1" modules name "$is_name" path "" version "" ours: false; is_none="${is_none:-} $is_name"; continue ;;
		builtin) item "$1" modules name "$is_name" path builtin version "" ours: false; is_theirs="$is_theirs $is_name"; continue ;;
		esac
		is_version=$(modinfo -F version "$is_path" 2>/dev/null) || is_version=
		is_magic=$(modinfo -F vermagic "$is_path" 2>/dev/null) || is_magic=
		if is_ours "$is_path"; then is_mine="$is_mine $is_name"; is_word=true; else is_theirs="$is_theirs $is_name"; is_word=false; fi
		item "$1" modules name "$is_name" path "$(plain_path "$is_path")" version "$is_version" ours: $is_word
		if [ $is_word = true ] && [ "$is_version" != "$version" ]; then
			finding "$1" version fault "$(plain_path "$is_path") has version '$is_version', not $version"
		fi
		[ "${is_magic%% *}" = "$1" ] || is_bad="$is_bad $(plain_path "$is_path") (made for '${is_magic%% *}')"
	done
	inspect_uniform "$1"
	if [ -z "$is_bad" ]; then finding "$1" vermagic ok "every module was made for this kernel"
	else finding "$1" vermagic fault "made for another kernel:$is_bad"; fi
}

inspect_uniform() {
	if [ -n "$is_mine" ] && [ -n "$is_theirs" ]; then
		finding "$1" set fault "two sets mixed: ours:$is_mine, in-box:$is_theirs"
	elif [ -n "$is_mine" ]; then
		finding "$1" set ok "ours:$is_mine"
	elif [ -n "$is_theirs" ]; then
		finding "$1" set ok "in-box:$is_theirs"
	else
		finding "$1" set fault "modprobe would load nothing for hv_vmbus: this kernel has no Hyper-V drivers"
	fi
}

# inspect_symbols K: the verdict of verify_symbols, as a finding; after inspect_set.
inspect_symbols() {
	if [ -z "$is_mine" ]; then
		# depmod reads every module of the kernel: seconds, for nothing.
		finding "$1" symbols ok "no module of ours to check"
	elif ! kit_kdir "$1" >/dev/null && [ ! -s "$KIT_ROOT/boot/System.map-$1" ]; then
		finding "$1" symbols skip "neither the kernel's headers nor its System.map are here"
	elif iy_text=$(verify_symbols "$1" 2>&1); then
		case $iy_text in
		*'not checked'*) finding "$1" symbols skip "neither Module.symvers nor a whole System.map is here" ;;
		*) finding "$1" symbols ok "every symbol of our modules resolves" ;;
		esac
	else
		finding "$1" symbols fault "$(printf '%s' "$iy_text" | tail -n +2 | head -n 3)"
	fi
}

# needed_names K: what must be in K's image: loadable Hyper-V boot drivers, the root file system's own module, and the
# device mapper where the root lies on it.
needed_names() {
	nn_more=
	case $(root_device) in /dev/mapper/*|/dev/*/*) nn_more=dm_mod ;; esac
	for nn_name in $boot_names $nn_more $(root_type | sed 's/-/_/g'); do
		module_builtin "$1" "$nn_name" && continue
		case $(module_path "$1" "$nn_name") in
		''|builtin) ;;
		*) printf '%s\n' "$nn_name" ;;
		esac
	done
}

inspect_initramfs() {
	if ! ii_image=$("$initramfs" image "$1"); then
		finding "$1" initramfs skip "this kernel has no initramfs"
		return 0
	fi
	ii_dir=$work/image-$1
	rm -rf "$ii_dir"
	mkdir -p "$ii_dir"
	if image_unpack "$ii_image" "$ii_dir"; then
		inspect_image "$1"
	else
		finding "$1" initramfs fault "$(plain_path "$ii_image") cannot be read to its end: cut off, or in a format unknown here"
	fi
	rm -rf "$ii_dir"
}

# inspect_image K: the unpacked image: complete, one set, for this kernel, and its own index knows it.
inspect_image() {
	image_modules "$ii_dir" | image_indexed "$ii_dir" "$1" > "$work/inside"
	im_text=$(awk -F '\t' -v set="$set_names" -v ours_only="$accept" -v mine="$(kit_set "$1" | tr '\n-' ' _')" '
		BEGIN {
			# An accepted partial set leaves in-box drivers behind that cannot load.
			n = split(ours_only == "yes" ? mine : set, part, " ")
			for (i = 1; i <= n; i++) known[part[i]] = 1
		}
		!($1 in known) { next }
		$2 ~ /\/(updates|extra)\// && $2 !~ /\/microsoft-hyper-v\// { ours = ours " " $1; next }
		{ theirs = theirs " " $1 }
		END {
			if (ours != "" && theirs != "") { print "two sets mixed: ours:" ours ", in-box:" theirs; exit 1 }
			if (ours != "") print "ours:" ours; else print (theirs == "" ? "no Hyper-V module" : "in-box:" theirs)
		}' "$work/inside") && im_word=ok || im_word=fault
	finding "$1" initramfs-set $im_word "$im_text"
	inspect_same "$1"
	im_lacking=
	for im_name in $(needed_names "$1"); do
		grep -q "^$im_name	" "$work/inside" || im_lacking="$im_lacking $im_name"
	done
	if [ -n "$im_lacking" ]; then finding "$1" initramfs-complete fault "missing in $(plain_path "$ii_image"):$im_lacking; the root disk would not be found"
	else finding "$1" initramfs-complete ok "everything the root disk needs is in $(plain_path "$ii_image")"; fi
	inspect_inner_magic "$1"
	inspect_inner_index "$1"
}

# inspect_same K: the image and the disk must hold the same set, or the boot starts with one and goes on with the other.
inspect_same() {
	sm_disk=$(module_path "$1" hv_vmbus)
	sm_inside=$(awk -F '\t' '$1 == "hv_vmbus" { print $2; exit }' "$work/inside")
	[ -n "$sm_disk" ] && [ -n "$sm_inside" ] && [ "$sm_disk" != builtin ] || return 0
	if is_ours "$sm_disk" && ! is_ours "$sm_inside"; then
		finding "$1" initramfs-current fault "the image has the in-box hv_vmbus, modprobe would load ours: rebuild the initramfs"
	elif ! is_ours "$sm_disk" && is_ours "$sm_inside"; then
		finding "$1" initramfs-current fault "the image has our hv_vmbus, modprobe would load the in-box one: rebuild the initramfs"
	elif [ "$(modinfo -F srcversion "$sm_disk")" != "$(modinfo -F srcversion "$sm_inside")" ]; then
		finding "$1" initramfs-current fault "the hv_vmbus in the image is another build than the one on the disk: rebuild the initramfs"
	else
		finding "$1" initramfs-current ok "the image and the disk hold the same hv_vmbus"
	fi
}

inspect_inner_magic() {
	mg_bad=
	while IFS='	' read -r mg_name mg_path; do
		case " $set_names " in *" $mg_name "*) ;; *) continue ;; esac
		mg_magic=$(modinfo -F vermagic "$mg_path" 2>/dev/null) || mg_magic=
		[ "${mg_magic%% *}" = "$1" ] || mg_bad="$mg_bad $mg_name ('${mg_magic%% *}')"
	done < "$work/inside"
	if [ -z "$mg_bad" ]; then finding "$1" initramfs-vermagic ok "its Hyper-V modules were made for this kernel"
	else finding "$1" initramfs-vermagic fault "modules of another kernel in the image:$mg_bad"; fi
}

# inspect_inner_index K: modprobe inside the image goes by the image's own modules.dep.
inspect_inner_index() {
	nx_dep=$(find "$ii_dir" -path "*/lib/modules/$1/modules.dep" | head -n 1)
	[ -s "$work/inside" ] || return 0
	if [ -z "$nx_dep" ]; then
		finding "$1" initramfs-index fault "no modules.dep of this kernel in the image"
		return 0
	fi
	nx_lost=$(awk -F '\t' -v set="$set_names" '
		BEGIN { n = split(set, part, " "); for (i = 1; i <= n; i++) known[part[i]] = 1 }
		input == 1 { line = $0; sub(/:.*/, "", line); sub(/.*\//, "", line); sub(/\.ko.*/, "", line); gsub(/-/, "_", line); has[line] = 1; next }
		($1 in known) && !($1 in has) { printf " %s", $1 }' input=1 "$nx_dep" input=2 "$work/inside")
	if [ -z "$nx_lost" ]; then finding "$1" initramfs-index ok "its modules.dep names its Hyper-V modules"
	else finding "$1" initramfs-index fault "in the image, but not in its modules.dep:$nx_lost"; fi
}

# inspect_entry K: a boot loader entry of this kernel, whose kernel and initramfs are there and belong together.
inspect_entry() {
	if [ -z "$(boot_files)" ]; then
		finding "$1" boot-entry skip "no boot loader configuration found"
		return 0
	fi
	boot_entries > "$work/entries"
	ie_found=no
	while IFS='	' read -r ie_kernel ie_image ie_args; do
		[ "$(boot_release "$ie_kernel")" = "$1" ] || continue
		ie_found=yes
		if ! boot_path "$ie_kernel"; then
			finding "$1" boot-entry fault "the boot loader names $ie_kernel, which is not there"
		elif [ "$ie_image" != - ] && ! boot_path "$ie_image"; then
			finding "$1" boot-entry fault "the boot loader names $ie_image, which is not there"
		elif [ "$ie_image" != - ] && [ "$(boot_release "$ie_image" | sed 's/kdump$//')" != "$1" ]; then
			finding "$1" boot-entry fault "the boot loader boots this kernel with ${ie_image##*/}, the initramfs of another"
		else
			finding "$1" boot-entry ok "$ie_kernel and $ie_image are there and belong together"
		fi
		inspect_arguments "$1" "$ie_args"
	done < "$work/entries"
	[ $ie_found = yes ] || finding "$1" boot-entry fault "no boot loader entry boots this kernel"
}

inspect_arguments() {
	ia_bad=
	for ia_word in $2; do
		case $ia_word in
		root=*|resume=*) ! wandering "${ia_word#*=}" || ia_bad="$ia_bad $ia_word" ;;
		esac
	done
	if [ -z "$ia_bad" ]; then finding "$1" boot-names ok "root and resume survive a change of controller"
	else finding "$1" boot-names fault "names that change with the disk's controller:$ia_bad"; fi
}

# inspect_signature K: whether the kernel would take our modules as they are signed, as far as its configuration and this
# machine's firmware say; after inspect_set.
inspect_signature() {
	if [ -z "$is_mine" ]; then
		finding "$1" signature ok "no module of ours to check"
		return
	fi
	ig_unsigned=
	for ig_name in $is_mine; do
		unpack_module "$(module_path "$1" "$ig_name")" > "$work/module.ko" 2> /dev/null && [ "$(signature_size "$work/module.ko")" -gt 0 ] ||
			ig_unsigned="$ig_unsigned $ig_name"
	done
	ig_why=$(asks_signature "$1")
	if ! ig_key=$("$gate" -k); then finding "$1" signature fault "${ig_key%	*}; next: ${ig_key#*	}"
	elif [ -z "$ig_unsigned" ]; then finding "$1" signature ok "every module of ours is signed"
	elif [ -n "$ig_why" ]; then finding "$1" signature fault "$ig_why, and these are not:$ig_unsigned; next: lisctl sign"
	else finding "$1" signature ok "not signed:$ig_unsigned; nothing here asks for it"; fi
}

# asks_signature K: why it would refuse a module that is not signed; nothing if it would not, as far as can be seen here.
asks_signature() {
	for as_config in "/boot/config-$1" "/lib/modules/$1/config" "/usr/lib/modules/$1/config"; do
		if root_cat "$as_config" 2> /dev/null | grep -q '^CONFIG_MODULE_SIG_FORCE=y'; then
			echo "this kernel takes signed modules only"
			return
		fi
	done
	! "$gate" -s || echo "Secure Boot is on"
}

# inspect_running: of the machine itself: the loaded modules are one set, the devices they are for have them, and no daemon
# has failed.
inspect_running() {
	ir_ours= ir_theirs= ir_other=
	for ir_name in $(kit_modules "$conf"); do
		ir_dir=$KIT_ROOT/sys/module/$ir_name
		[ -e "$ir_dir/initstate" ] || [ -e "$ir_dir/srcversion" ] || continue
		if [ "$(cat "$ir_dir/version" 2>/dev/null)" = "$version" ]; then ir_ours="$ir_ours $ir_name"; else ir_theirs="$ir_theirs $ir_name"; fi
		[ "$(loaded_word "$ir_name")" != other ] || ir_other="$ir_other $ir_name"
	done
	if [ -n "$ir_ours" ] && [ -n "$ir_theirs" ]; then
		finding - loaded fault "two sets are loaded, of version $version:$ir_ours, of another:$ir_theirs; next: reboot"
	elif [ -n "$ir_other" ]; then
		finding - loaded ok "loaded, and another on the disk:$ir_other; it changes with the next boot"
	else
		finding - loaded ok "loaded of version $version:${ir_ours:- none}, of another:${ir_theirs:- none}"
	fi
	inspect_devices
	inspect_daemons
}

# inspect_devices: the disk's and the network's must have their driver. Others may well be left alone by theirs.
inspect_devices() {
	id_bad= id_bound=0
	for id_device in "$KIT_ROOT"/sys/bus/vmbus/devices/*; do
		[ -e "$id_device" ] || continue
		if [ -e "$id_device/driver" ]; then
			id_bound=$((id_bound + 1))
			continue
		fi
		case $(cat "$id_device/class_id" 2>/dev/null) in
		*ba6163d9-04a1-4d29-b605-72e2ffb1dc7f*|*32412632-86cb-44a2-9b5c-50d1417354f5*|*2f9bcc4a-0069-4af3-b76b-6fd0be528cda*) id_bad="$id_bad ${id_device##*/} (disk)" ;;
		*f8615163-df3e-46c5-913f-f2d2f965ed0e*) id_bad="$id_bad ${id_device##*/} (network)" ;;
		esac
	done
	if [ -n "$id_bad" ]; then finding - devices fault "without a driver:$id_bad; next: dmesg says why"
	else finding - devices ok "$id_bound VMBus devices have a driver, every disk and network card among them"; fi
}

inspect_daemons() {
	if [ ! -d "$KIT_ROOT/run/systemd/system" ] || ! command -v systemctl > /dev/null 2>&1; then
		finding - daemons skip "no systemd here to ask: service NAME status tells"
		return
	fi
	dm_bad=
	for dm_unit in $daemon_names; do
		! systemctl is-failed --quiet "$dm_unit.service" 2> /dev/null || dm_bad="$dm_bad $dm_unit"
	done
	if [ -n "$dm_bad" ]; then finding - daemons fault "failed:$dm_bad; next: systemctl status$dm_bad"
	else finding - daemons ok "no integration daemon has failed"; fi
}

# inspect_machine: what all kernels share.
inspect_machine() {
	for iz_file in fstab crypttab; do
		root_file "/etc/$iz_file" || { finding - $iz_file skip "no /etc/$iz_file"; continue; }
		iz_bad=$("${iz_file}_names" | while IFS='	' read -r iz_device iz_point; do
			wandering "$iz_device" && printf ' %s (%s)' "$iz_device" "$iz_point"
			:
		done)
		if [ -n "$iz_bad" ]; then finding - $iz_file fault "names that change with the disk's controller:$iz_bad"
		else finding - $iz_file ok "every device is named by what it holds, or cannot wander"; fi
	done
	[ -n "$(root_device)" ] || ! root_file /etc/fstab || finding - fstab fault "/etc/fstab mounts nothing on /"
	[ -n "$rooted" ] || inspect_running
	! tx_unfinished || finding - transaction fault "a former run was broken off; the next one that changes something takes it back first"
}
