# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the tests of lisctl share. Roots are made by hand with the true file layout of a distribution; where a program
# would change this machine, or is not there, a stand-in of that name records its call: it shows our logic only.

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
shells=(dash "bash --posix" "busybox sh")

# picture DIR: every file's name, kind, mode, owner, size, content, time and link text. Times of folders and links may
# differ after an undo; our log and the lock are no part of it.
picture() {
	(cd "$1" && {
		find . \( -path ./var/log -o -path ./var/lock \) -prune -o -type f -printf '%p %y %m %U:%G %s %TF-%TH:%TM\n' -o -printf '%p %y %m %U:%G %l\n' | sort
		find . -path ./var/log -prune -o -type f -print0 | sort -z | xargs -0r cksum
	})
}

# stand_in NAME: a program of that name, from stdin, found before the real one.
stand_in() {
	mkdir -p "$BATS_TEST_TMPDIR/shim"
	cat > "$BATS_TEST_TMPDIR/shim/$1"
	chmod +x "$BATS_TEST_TMPDIR/shim/$1"
	[[ $PATH == "$BATS_TEST_TMPDIR/shim:"* ]] || PATH=$BATS_TEST_TMPDIR/shim:$PATH
}

# killers NAME...: stand-ins that do what the real programs do, but at the call number $KILL_AT kill everything in the
# process group first: a power cut for the script under test (busybox keeps whole seconds of a time only, so pictures compare minutes). KILL_HOW=torn lets cp and cat write half of it before.
killers() {
	local name real
	mkdir -p "$BATS_TEST_TMPDIR/killers"
	calls=$BATS_TEST_TMPDIR/calls
	for name in "$@"; do
		real=$(type -P "$name")
		cat > "$BATS_TEST_TMPDIR/killers/$name" <<-SH
		#!/bin/sh
		# One at a time: the programs of a pipe would count the same number twice, and that cut would not be made.
		exec 7> "$calls.lock"
		flock 7
		read -r n < "$calls"
		n=\$((n + 1))
		echo \$n > "$calls"
		exec 7>&-
		if [ \$n = "\${KILL_AT:-0}" ]; then
			if [ "\${KILL_HOW:-}" = torn ]; then
				case $name in
				cp) for to; do :; done; $real "\$@"; [ -L "\$to" ] || [ ! -f "\$to" ] || truncate -s 3 "\$to" ;;
				cat) head -c 3 ;;
				esac
			fi
			kill -9 0
		fi
		exec $real "\$@"
		SH
		chmod +x "$BATS_TEST_TMPDIR/killers/$name"
	done
}

# killed_at N COMMAND...: run it in a process group of its own until its Nth changing program; 137 if it got there.
killed_at() {
	local n=$1
	shift
	echo 0 > "$calls"
	KILL_AT=$n PATH=$BATS_TEST_TMPDIR/killers:$PATH setsid -w "$@" > /dev/null 2> "$calls.err"
}

# make_modules DIR: small modules as depmod, modprobe and modinfo see real ones: a symbol table and a .modinfo section.
# DIR/inbox, DIR/ours (with our version), DIR/alien (made for another kernel).
make_modules() {
	local dir=$1 ver name
	ver=$(cat "$top/VERSION")
	cat > "$dir.c" <<-'C'
	/* SPDX-License-Identifier: GPL-2.0-only */
	#define INFO(n, s) static const char n[] __attribute__((section(".modinfo"), used)) = s
	INFO(magic, "vermagic=" MAGIC " SMP mod_unload ");
	INFO(version, "version=" VERSION);
	INFO(srcversion, "srcversion=" SRC);
	#ifdef NEEDS
	extern int NEEDS;
	int *user = &NEEDS;
	#endif
	#ifdef EXPORTS
	int EXPORTS;
	#define TEXT2(a) #a
	#define TEXT(a) TEXT2(a)
	static const char exported[] __attribute__((section("__ksymtab_strings"), used)) = TEXT(EXPORTS);
	#endif
	C
	mkdir -p "$dir"/{inbox,ours,alien}
	one_module inbox hv_vmbus 5.0.0-K 3.1 -DEXPORTS=vmbus_open
	for name in $(users_of_bus); do
		one_module inbox "$name" 5.0.0-K 3.1 -DNEEDS=vmbus_open
		one_module ours "$name" 5.0.0-K "$ver" -DNEEDS=lis_vmbus_open
	done
	# One no release of ours will ever carry.
	mkdir -p "$dir/other"
	one_module other hv_other 5.0.0-K 3.1 -DNEEDS=vmbus_open
	one_module inbox ext4 5.0.0-K 1 -DUNUSED
	one_module ours hv_vmbus 5.0.0-K "$ver" -DEXPORTS=lis_vmbus_open
	one_module alien hv_vmbus 9.9.9 "$ver" -DEXPORTS=lis_vmbus_open
	one_module alien hv_balloon 9.9.9 "$ver" -DNEEDS=nobody_has_this
}

# users_of_bus: our set without the bus itself, from the one list there is.
users_of_bus() { sed -n 's/^BUILT_MODULE_NAME\[[0-9]*\]="\([^"]*\)".*/\1/p' "$top/packaging/dkms/dkms.conf" | grep -vx hv_vmbus; }

one_module() {
	gcc -c -w -x c -DMAGIC="\"$3\"" -DVERSION="\"$4\"" -DSRC="\"$1-$2\"" "$5" "$dir.c" -o "$dir/$1/$2.ko"
}

# make_machine KIND: the root of a machine that ran on other hardware, with one kernel 5.0.0-K, as KIND lays out its files.
# EL 6 and SLES 11 on GRUB legacy, SLES 12 and later and EL 7 on GRUB 2, EL 8 and 9 with BLS.
make_machine() {
	kind=$1
	root=$BATS_TEST_TMPDIR/$kind
	rm -rf "$root"
	mkdir -p "$root"/{boot,etc/udev/rules.d,etc/modprobe.d,usr/src,usr/sbin,usr/bin,sbin,var/lib,var/log,var/lock,proc,sys,dev,run,tmp} \
		"$root/lib/modules/5.0.0-K/kernel"
	cp "$MODS/inbox/"*.ko "$root/lib/modules/5.0.0-K/kernel/"
	: > "$root/lib/modules/5.0.0-K/modules.builtin"
	: > "$root/lib/modules/5.0.0-K/modules.order"
	depmod -b "$root" 5.0.0-K 2>/dev/null
	printf 'CONFIG_HYPERV=m\n' > "$root/boot/config-5.0.0-K"
	echo kernel > "$root/boot/vmlinuz-5.0.0-K"
	printf '# the disks\n/dev/sda2\t/ ext4   defaults 1 1\n/dev/sda1 /boot ext4 defaults 1 2\n/dev/sda3 swap swap defaults 0 0\nnas:/home /home nfs defaults 0 0\n/dev/sr0 /media udf noauto 0 0\n' > "$root/etc/fstab"
	printf '/dev/sda1 UUID=1111-1111\n/dev/sda2 UUID=2222-2222\n/dev/sda3 UUID=3333-3333\n' > "$BATS_TEST_TMPDIR/devices"
	"machine_$kind"
	export KIT_ROOT=
}

# kernel arguments of the old machine
old_args='root=/dev/sda2 ro resume=/dev/sda3 rhgb quiet'

grub2_cfg() {
	mkdir -p "$root/boot/$1"
	printf "set default=0\nmenuentry 'Linux 5.0.0-K' {\n\tinsmod ext2\n\tlinux%s\t/vmlinuz-5.0.0-K %s\n\tinitrd%s\t/%s\n}\n" "$2" "$old_args" "$2" "$3" > "$root/boot/$1/grub.cfg"
	mkdir -p "$root/etc/default"
	printf 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX="crashkernel=auto"\n' > "$root/etc/default/grub"
}

rhel_net() {
	mkdir -p "$root/etc/sysconfig/network-scripts"
	printf 'DEVICE=eth0\nHWADDR=00:11:22:33:44:55\nUUID=abc\nONBOOT=yes\nBOOTPROTO=dhcp\n' > "$root/etc/sysconfig/network-scripts/ifcfg-eth0"
	printf 'DEVICE=lo\nUUID=keep\n' > "$root/etc/sysconfig/network-scripts/ifcfg-lo"
}

machine_el6() {
	echo 'CentOS release 6.10 (Final)' > "$root/etc/redhat-release"
	mkdir -p "$root/boot/grub" "$root/etc/blkid" "$root/lib/udev/rules.d" "$root/etc/dracut.conf.d" "$root"/etc/{init.d,rc3.d,rc5.d}
	printf 'default=0\ntitle CentOS (5.0.0-K)\n\troot (hd0,0)\n\tkernel /vmlinuz-5.0.0-K %s\n\tinitrd /initramfs-5.0.0-K.img\n' "$old_args" > "$root/boot/grub/grub.conf"
	ln -s ./grub.conf "$root/boot/grub/menu.lst"
	ln -s ../boot/grub/grub.conf "$root/etc/grub.conf"
	printf '<device DEVNO="0x0801" TIME="1" UUID="1111-1111" TYPE="ext4">/dev/sda1</device>\n<device DEVNO="0x0802" TIME="1" UUID="2222-2222" TYPE="ext4">/dev/sda2</device>\n<device DEVNO="0x0803" TIME="1" UUID="3333-3333" TYPE="swap">/dev/sda3</device>\n' > "$root/etc/blkid/blkid.tab"
	echo 'SUBSYSTEM=="net", NAME="eth0"' > "$root/etc/udev/rules.d/70-persistent-net.rules"
	echo generator > "$root/lib/udev/rules.d/75-persistent-net-generator.rules"
	printf '#!/bin/sh\n# chkconfig: 35 12 88\n' > "$root/etc/init.d/hypervkvpd"
	rhel_net
	touch "$root/sbin/dracut"
	make_image "$root/boot/initramfs-5.0.0-K.img" "$root" 5.0.0-K inbox ext4
}

machine_el5() {
	echo 'Red Hat Enterprise Linux Server release 5.11 (Tikanga)' > "$root/etc/redhat-release"
	mkdir -p "$root/boot/grub"
	printf 'default=0\ntitle RHEL (5.0.0-K)\n\troot (hd0,0)\n\tkernel /vmlinuz-5.0.0-K %s\n\tinitrd /initrd-5.0.0-K.img\n' "$old_args" > "$root/boot/grub/grub.conf"
	ln -s ./grub.conf "$root/boot/grub/menu.lst"
	printf 'alias scsi_hostadapter ata_piix\nalias eth0 e1000\n' > "$root/etc/modprobe.conf"
	rhel_net
	touch "$root/sbin/mkinitrd"
	make_image "$root/boot/initrd-5.0.0-K.img" "$root" 5.0.0-K inbox ext4
}

machine_el7() {
	printf 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n' > "$root/etc/os-release"
	mkdir -p "$root/etc/dracut.conf.d" "$root/usr/lib/systemd/system" "$root/etc/selinux"
	echo SELINUX=enforcing > "$root/etc/selinux/config"
	printf '[Install]\nWantedBy=multi-user.target\n' > "$root/usr/lib/systemd/system/hypervkvpd.service"
	grub2_cfg grub2 16 initramfs-5.0.0-K.img
	rhel_net
	touch "$root/usr/sbin/dracut" "$root/usr/bin/vmtoolsd"
	printf '[Install]\n' > "$root/usr/lib/systemd/system/vmtoolsd.service"
	make_image "$root/boot/initramfs-5.0.0-K.img" "$root" 5.0.0-K inbox ext4
}

bls_entry() {
	mkdir -p "$root/boot/loader/entries" "$root/boot/grub2"
	printf 'set default=0\nblscfg\n' > "$root/boot/grub2/grub.cfg"
	printf 'title Linux 5.0.0-K\nversion 5.0.0-K\nlinux /vmlinuz-5.0.0-K\ninitrd /initramfs-5.0.0-K.img\noptions %s\n' "$1" > "$root/boot/loader/entries/abc-5.0.0-K.conf"
}

machine_el8() {
	machine_el7
	printf 'ID="rhel"\nVERSION_ID="8.4"\n' > "$root/etc/os-release"
	# shellcheck disable=SC2016 # the entry says it like this
	bls_entry '$kernelopts $tuned_params'
	printf '# GRUB Environment Block\nsaved_entry=abc-5.0.0-K\nkernelopts=%s\n' "$old_args" > "$root/boot/grub2/grubenv"
	truncate -s 1024 "$root/boot/grub2/grubenv"
	tr '\0' '#' < "$root/boot/grub2/grubenv" > "$root/boot/grub2/env" && mv "$root/boot/grub2/env" "$root/boot/grub2/grubenv"
}

machine_el9() {
	machine_el7
	printf 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\n' > "$root/etc/os-release"
	rm -r "$root/etc/sysconfig/network-scripts"
	mkdir -p "$root/etc/NetworkManager/system-connections" "$root/etc/kernel"
	printf '[connection]\nid=eno1\n[ethernet]\nmac-address=00:11:22:33:44:55\n' > "$root/etc/NetworkManager/system-connections/eno1.nmconnection"
	echo "$old_args" > "$root/etc/kernel/cmdline"
	bls_entry "$old_args"
}

suse_net() {
	mkdir -p "$root/etc/sysconfig/network"
	printf "BOOTPROTO='dhcp'\nLLADDR='00:11:22:33:44:55'\n" > "$root/etc/sysconfig/network/ifcfg-eth0"
}

machine_sles12() {
	printf 'NAME="SLES"\nID="sles"\nVERSION_ID="12.5"\n' > "$root/etc/os-release"
	mkdir -p "$root/etc/dracut.conf.d" "$root/usr/lib/systemd/system"
	sed -i 's|^/dev/sda2|/dev/disk/by-id/ata-OLD-part2|' "$root/etc/fstab"
	sed -i 's|^/dev/sda2 |/dev/disk/by-id/ata-OLD-part2 |' "$BATS_TEST_TMPDIR/devices"
	echo '/dev/sda2 UUID=2222-2222' >> "$BATS_TEST_TMPDIR/devices"
	printf '[Install]\nWantedBy=multi-user.target\n' > "$root/usr/lib/systemd/system/hv_kvp_daemon.service"
	grub2_cfg grub2 "" initrd-5.0.0-K
	suse_net
	touch "$root/usr/bin/dracut" "$root/sbin/mkinitrd"
	make_image "$root/boot/initrd-5.0.0-K" "$root" 5.0.0-K inbox ext4
}

machine_sles15() { machine_sles12; printf 'NAME="SLES"\nID="sles"\nVERSION_ID="15.4"\n' > "$root/etc/os-release"; }

machine_sles11() {
	echo 'SUSE Linux Enterprise Server 11 (x86_64)' > "$root/etc/SuSE-release"
	mkdir -p "$root/boot/grub" "$root/etc/sysconfig"
	printf 'default 0\ntitle SLES\n    root (hd0,0)\n    kernel /vmlinuz-5.0.0-K %s\n    initrd /initrd-5.0.0-K\n' "$old_args" > "$root/boot/grub/menu.lst"
	printf 'INITRD_MODULES="ata_piix processor"\nDOMU_INITRD_MODULES="xennet"\n' > "$root/etc/sysconfig/kernel"
	suse_net
	touch "$root/sbin/mkinitrd"
	make_image "$root/boot/initrd-5.0.0-K" "$root" 5.0.0-K inbox ext4
}

machine_debian() {
	printf 'ID=debian\nVERSION_ID="12"\n' > "$root/etc/os-release"
	mkdir -p "$root/etc/initramfs-tools" "$root/usr/lib/systemd/system"
	printf '# list\next4\n' > "$root/etc/initramfs-tools/modules"
	printf 'home_crypt /dev/sda3 none luks\n' > "$root/etc/crypttab"
	printf '[Install]\nWantedBy=multi-user.target\n' > "$root/usr/lib/systemd/system/hv-kvp-daemon.service"
	grub2_cfg grub "" initrd.img-5.0.0-K
	touch "$root/usr/sbin/update-initramfs"
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K inbox ext4
}

machine_ubuntu() {
	machine_debian
	printf 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n' > "$root/etc/os-release"
	mkdir -p "$root/etc/netplan"
	printf 'network:\n  ethernets:\n    eno1:\n      match:\n        macaddress: 00:11:22:33:44:55\n' > "$root/etc/netplan/01.yaml"
}

# make_image IMAGE ROOT KERNEL SET NAME...: an initramfs with these modules of the kernel in it, microcode first, gzip
# behind it, or what $PACK says.
make_image() {
	local image=$1 from=$2 kernel=$3 set=$4 dir=$BATS_TEST_TMPDIR/packing name place=kernel
	shift 4
	rm -rf "$dir"
	[ "$set" != ours ] || place=updates/lis
	mkdir -p "$dir/early/kernel/x86" "$dir/main/lib/modules/$kernel/"{kernel,updates/lis}
	echo microcode > "$dir/early/kernel/x86/ucode"
	for name in "$@"; do
		if [ -f "$from/lib/modules/$kernel/$place/$name.ko" ]; then cp "$from/lib/modules/$kernel/$place/$name.ko" "$dir/main/lib/modules/$kernel/$place/"
		else cp "$from/lib/modules/$kernel/kernel/$name.ko" "$dir/main/lib/modules/$kernel/kernel/"; fi
	done
	(cd "$dir/main/lib/modules/$kernel" && find . -name '*.ko' | sed 's|^\./||; s|$|:|') > "$dir/main/lib/modules/$kernel/modules.dep"
	{ (cd "$dir/early" && find . | cpio -o -H newc 2>/dev/null); (cd "$dir/main" && find . | cpio -o -H newc 2>/dev/null | ${PACK:-gzip -1}); } > "$image"
}

lisctl() { "$top/scripts/lisctl" "$@"; }
json() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }

# in_shell SHELL ARG...: lisctl under that shell. Debian's busybox takes its own depmod, modprobe, chroot and so on before
# the machine's, which a target with a busybox shell has: functions come before both.
in_shell() {
	local shell=$1 name functions=
	shift
	for name in depmod modprobe modinfo cpio chroot mount umount; do
		functions+="$name() { $(PATH=$PATH:/usr/sbin type -P $name) \"\$@\"; }
"
	done
	# shellcheck disable=SC2016 # for the other shell
	$shell -c "$functions"'. "$0"' "$top/scripts/lisctl" "$@"
}
