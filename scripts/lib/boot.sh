# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # resolved is set by root.sh
#
# What the machine boots and mounts by: boot loader entries and the names of disks. To be sourced after root.sh.

# boot_files: the boot loader's files there are: GRUB 2, GRUB legacy, BLS entries (machine paths).
boot_files() {
	for bf_file in /boot/grub2/grub.cfg /boot/grub/grub.cfg /boot/grub/menu.lst /boot/grub/grub.conf \
			/boot/efi/EFI/redhat/grub.cfg /boot/efi/EFI/centos/grub.cfg /boot/efi/EFI/debian/grub.cfg /boot/efi/EFI/ubuntu/grub.cfg; do
		root_file "$bf_file" && [ ! -L "$KIT_ROOT$bf_file" ] && printf '%s\n' "$resolved"
	done
	resolve /boot/loader/entries || return 0
	bf_entries=$resolved
	for bf_file in "$KIT_ROOT$bf_entries"/*.conf; do
		[ -f "$bf_file" ] && printf '%s\n' "$bf_entries/${bf_file##*/}"
	done
	return 0
}

# boot_entries: one line for each entry: kernel path, initramfs path (or -), arguments, as the files say it.
boot_entries() {
	boot_files | while read -r be_file; do
		awk '
			function out() { if (kernel != "") printf "%s\t%s\t%s\n", kernel, (initrd == "" ? "-" : initrd), args; kernel = initrd = args = "" }
			function bare(path) { sub(/^\([^)]*\)/, "", path); sub(/^\$\{?[a-z]+\}?/, "", path); return path }
			{ sub(/^[ \t]+/, "") }
			/^#/ { next }
			$1 == "menuentry" || $1 == "title" { if (bls == 0) out() }
			$1 == "linux" || $1 == "linux16" || $1 == "linuxefi" || $1 == "kernel" {
				if (NF < 2 || $2 ~ /xen.*\.gz$/) next
				if (kernel != "") out()
				kernel = bare($2); args = $0; sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]*/, "", args)
			}
			$1 == "module" && $2 ~ /vmlinu/ { kernel = bare($2) }
			$1 == "initrd" || $1 == "initrd16" || $1 == "initrdefi" { initrd = bare($2) }
			$1 == "options" { args = $0; sub(/^options[ \t]+/, "", args) }
			END { out() }' "$KIT_ROOT$be_file"
	done
}

# boot_path PATH: where an entry's path lies on the machine: with a /boot of its own, paths start below it.
boot_path() {
	case $1 in
	/boot/*) resolve "$1" ;;
	*) resolve "/boot$1" && [ -e "$KIT_ROOT$resolved" ] || resolve "$1" ;;
	esac
	[ -e "$KIT_ROOT$resolved" ]
}

# boot_release PATH: the kernel a file name speaks of.
boot_release() {
	br_name=${1##*/}
	case $br_name in
	vmlinuz-*|vmlinux-*|initrd-*|bzImage-*) br_name=${br_name#*-} ;;
	initrd.img-*|initramfs-*) br_name=${br_name#*-} ;;
	esac
	printf '%s\n' "${br_name%.img}"
}

# wandering DEVICE: is that a name which changes with the controller the disk hangs on? Hyper-V brings disks as sdX, in
# an order of its own.
wandering() {
	case $1 in
	/dev/sr*|/dev/fd[0-9]*) return 1 ;;
	/dev/sd[a-z]*|/dev/hd[a-z]*|/dev/vd[a-z]*|/dev/xvd[a-z]*|/dev/cciss/*|/dev/nvme*|/dev/ida/*|/dev/mmcblk*|/dev/disk/by-id/*|/dev/disk/by-path/*) return 0 ;;
	esac
	return 1
}

# fstab_names, crypttab_names: the devices these files name, one a line: "DEVICE TAB MOUNT POINT".
fstab_names() { root_cat /etc/fstab | awk '!/^[ \t]*#/ && NF >= 2 && $4 !~ /noauto/ { print $1 "\t" $2 }'; }
crypttab_names() { root_cat /etc/crypttab | awk '!/^[ \t]*#/ && NF >= 2 { print $2 "\t" $1 }'; }

# root_device: what fstab mounts on /, and root_type: as what.
root_device() { fstab_names | awk -F '\t' '$2 == "/" { print $1; exit }'; }
root_type() { root_cat /etc/fstab | awk '!/^[ \t]*#/ && $2 == "/" { print $3; exit }'; }
