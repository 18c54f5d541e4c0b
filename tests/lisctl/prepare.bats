#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2016 # output, status and the helper's names come from elsewhere
#
# prepare: from a machine of other hardware to one that boots on Hyper-V, on roots with the file layout of each family.
# chroot, mount, umount and df are stand-ins: they record how they are called, and chroot's makes the image its tool
# would have made. They show our logic, not what a distribution's tool does.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
	export MODS=$BATS_FILE_TMPDIR/mods
	make_modules "$MODS"
}

setup() {
	called=$BATS_TEST_TMPDIR/called
	: > "$called"
	make_machine debian
	stand_in chroot <<-SH
	#!/bin/bash
	echo "\$*" >> "$called"
	root=\$1
	BATS_TEST_DIRNAME=$BATS_TEST_DIRNAME BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/chroot
	mkdir -p "\$BATS_TEST_TMPDIR"
	. "$top/tests/lisctl/helper.bash"
	[ ! -e "$BATS_TEST_TMPDIR/tool-fails" ] || { echo "tool: no such module"; exit 1; }
	[ ! -e "$BATS_TEST_TMPDIR/tool-forgets" ] || exit 0
	for image in "\$root"/boot/init*K*; do
		set=inbox
		[ ! -d "\$root/lib/modules/5.0.0-K/updates/lis" ] || set=ours
		make_image "\$image" "\$root" 5.0.0-K \$set ext4 hv_vmbus hv_storvsc hv_balloon
	done
	SH
	stand_in mount <<< "echo mount \"\$*\" >> $called"
	stand_in umount <<< "echo umount \"\$*\" >> $called"
}

teardown() {
	# Only what a test mounted below its own root.
	if mountpoint -q "$root/boot"; then /bin/umount "$root/boot"; fi
}

# own_boot SIZE: /boot is a file system of its own.
own_boot() {
	cp -a "$root/boot" "$BATS_TEST_TMPDIR/boot"
	/bin/mount -t tmpfs -o "size=$1" none "$root/boot"
	cp -a "$BATS_TEST_TMPDIR/boot/." "$root/boot/"
}

prepare() { lisctl prepare --root "$root" --device-map "$BATS_TEST_TMPDIR/devices" --yes "$@"; }

# whole_way KIND: dry run, run, second run, verify, undo.
whole_way() {
	make_machine "$1"
	: > "$called"
	before=$(picture "$root")
	run -0 prepare --dry-run
	[[ $output == *"dry run: nothing was changed"* ]]
	diff <(echo "$before") <(picture "$root")
	[ ! -s "$called" ]
	run -0 prepare; echo "$output"
	echo "$output"
	grep -q '^UUID=2222-2222	/ ext4   defaults 1 1$' "$root/etc/fstab"
	grep -q '^UUID=1111-1111 /boot' "$root/etc/fstab"
	grep -q '^UUID=3333-3333 swap' "$root/etc/fstab"
	grep -q '^nas:/home' "$root/etc/fstab"
	grep -q '^/dev/sr0' "$root/etc/fstab"
	grep -q '^# the disks' "$root/etc/fstab"
	run -0 lisctl verify --root "$root"
	after=$(picture "$root")
	calls=$(cat "$called")
	run -0 prepare; echo "$output"
	[[ $output == *"nothing to do"* ]]
	diff <(echo "$after") <(picture "$root")
	[ "$(cat "$called")" = "$calls" ]
}

undone() {
	run -0 lisctl prepare --root "$root" --undo --yes
	diff <(echo "$before") <(picture "$root")
}

# args FILE: what the kernel is told now.
args() { grep -h 'ttyS0' "$root/$1"; }
late_args='root=UUID=2222-2222 ro resume=UUID=3333-3333 rhgb quiet console=tty0 console=ttyS0,115200n8'
good_args="$late_args rootdelay=300"

@test "Debian 12: whole way" {
	whole_way debian
	[[ $(args boot/grub/grub.cfg) == "	linux	/vmlinuz-5.0.0-K $late_args" ]]
	grep -qx 'GRUB_CMDLINE_LINUX="crashkernel=auto console=tty0 console=ttyS0,115200n8"' "$root/etc/default/grub"
	grep -qx 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' "$root/etc/default/grub"
	grep -qx 'home_crypt UUID=3333-3333 none luks' "$root/etc/crypttab"
	grep -qx hv_storvsc "$root/etc/initramfs-tools/modules"
	[ "$(grep -cx ext4 "$root/etc/initramfs-tools/modules")" = 1 ]
	[ "$(readlink "$root/etc/systemd/system/multi-user.target.wants/hv-kvp-daemon.service")" = /usr/lib/systemd/system/hv-kvp-daemon.service ]
	grep -q "update-initramfs -u -k 5.0.0-K" "$called"
	grep -qx 'blacklist floppy' "$root/etc/modprobe.d/lis-floppy.conf"
	# What was lent for the tool is taken back.
	[ "$(grep -c '^mount' "$called")" = 3 ]
	[ "$(grep -c '^umount' "$called")" = 3 ]
	undone
}

@test "device nodes of the disk's own are no reason not to lend /dev" {
	mkdir -p "$root/dev"
	: > "$root/dev/null"
	run -0 prepare
	grep -qx "mount --bind /dev $root/dev" "$called"
	grep -qx "umount $root/dev" "$called"
}

@test "Ubuntu: whole way; a netplan address is named" {
	whole_way ubuntu
	[[ $output == *"/etc/netplan/01.yaml matches a card by its address"* ]]
	undone
}

@test "EL 5: whole way: mkinitrd with every driver named" {
	whole_way el5
	grep -q "mkinitrd -f .*--preload=hv_vmbus .*--preload=hv_storvsc .*/boot/initrd-5.0.0-K.img 5.0.0-K" "$called"
	grep -qx 'alias scsi_hostadapter99 hv_storvsc' "$root/etc/modprobe.conf"
	grep -qx 'alias scsi_hostadapter ata_piix' "$root/etc/modprobe.conf"
	undone
}

# own_names FIRST OURS: with these as the roots of process 1 and of ours; an empty FIRST cannot be looked at.
own_names() {
	sh -c '. "$1/scripts/lib/prepare.sh"; rooted= first=$2 ours=$3
		stat() { case $3 in /) echo "$ours" ;; *) [ -n "$first" ] && echo "$first" ;; esac; }
		own_names' own_names "$top" "$@"
}

@test "names of disks are asked of /dev on the machine itself only, not in a chroot" {
	run -0 own_names 8:2 8:2
	run -0 own_names '' 8:2
	run -1 own_names 9:2 8:2
}

@test "EL 6: whole way: GRUB legacy behind links, persistent names, sysv daemons, the machine's own blkid cache" {
	make_machine el6
	: > "$BATS_TEST_TMPDIR/devices"
	before=$(picture "$root")
	run -0 lisctl prepare --root "$root" --yes
	echo "$output"
	[ -L "$root/boot/grub/menu.lst" ]
	[ -L "$root/etc/grub.conf" ]
	[[ $(args boot/grub/grub.conf) == "	kernel /vmlinuz-5.0.0-K $good_args" ]]
	[ ! -e "$root/etc/udev/rules.d/70-persistent-net.rules" ]
	[ "$(readlink "$root/etc/udev/rules.d/75-persistent-net-generator.rules")" = /dev/null ]
	diff "$root/etc/sysconfig/network-scripts/ifcfg-eth0" <(printf 'DEVICE=eth0\nONBOOT=yes\nBOOTPROTO=dhcp\n')
	grep -qx UUID=keep "$root/etc/sysconfig/network-scripts/ifcfg-lo"
	[ "$(readlink "$root/etc/rc3.d/S12hypervkvpd")" = ../init.d/hypervkvpd ]
	grep -q "dracut --force /boot/initramfs-5.0.0-K.img 5.0.0-K" "$called"
	run -0 lisctl verify --root "$root"
	run -0 lisctl prepare --root "$root" --yes
	[[ $output == *"nothing to do"* ]]
	undone
}

@test "EL 7: whole way: GRUB 2, SELinux labels, VMware's tools named, switched off only when asked" {
	whole_way el7
	[[ $(args boot/grub2/grub.cfg) == "	linux16	/vmlinuz-5.0.0-K $good_args" ]]
	grep -q 'add_drivers+=".* hv_storvsc .*"' "$root/etc/dracut.conf.d/90-lis-prepare.conf"
	[ -f "$root/.autorelabel" ]
	[[ $output == *"/usr/bin/vmtoolsd is of no use"* ]]
	[ ! -e "$root/etc/systemd/system/vmtoolsd.service" ]
	undone
	run -0 prepare --with tools
	[ "$(readlink "$root/etc/systemd/system/vmtoolsd.service")" = /dev/null ]
	undone
}

@test "EL 8: whole way: BLS entries, arguments in grubenv, whose size stays" {
	whole_way el8
	grep -aq "^kernelopts=$good_args$" "$root/boot/grub2/grubenv"
	[ "$(stat -c %s "$root/boot/grub2/grubenv")" = 1024 ]
	grep -qx 'options $kernelopts $tuned_params' "$root/boot/loader/entries/abc-5.0.0-K.conf"
	undone
}

@test "EL 9: whole way: BLS entries with arguments, /etc/kernel/cmdline, NetworkManager's files" {
	whole_way el9
	grep -qx "options $good_args" "$root/boot/loader/entries/abc-5.0.0-K.conf"
	grep -qx "$good_args" "$root/etc/kernel/cmdline"
	run ! grep -q mac-address "$root/etc/NetworkManager/system-connections/eno1.nmconnection"
	undone
}

@test "SLES 12 and 15: whole way: by-id names, SUSE's network files and daemons" {
	for kind in sles12 sles15; do
		whole_way $kind
		run ! grep -q by-id "$root/etc/fstab"
		diff "$root/etc/sysconfig/network/ifcfg-eth0" <(echo "BOOTPROTO='dhcp'")
		[ -L "$root/etc/systemd/system/multi-user.target.wants/hv_kvp_daemon.service" ]
		undone
	done
}

@test "SLES 11: whole way: INITRD_MODULES, mkinitrd" {
	whole_way sles11
	grep -q '^INITRD_MODULES="ata_piix processor .*hv_storvsc.*"$' "$root/etc/sysconfig/kernel"
	grep -qx 'DOMU_INITRD_MODULES="xennet"' "$root/etc/sysconfig/kernel"
	grep -q "mkinitrd -k vmlinuz-5.0.0-K -i initrd-5.0.0-K" "$called"
	undone
}

@test "rootdelay: not by itself where initramfs-tools would sleep that long; asked for it is set, and one that is there is named" {
	before=$(picture "$root")
	run -0 prepare
	! grep -rq rootdelay "$root/boot" "$root/etc" || false
	[[ $output != *rootdelay* ]]
	undone
	run -0 prepare --with rootdelay
	[[ $(args boot/grub/grub.cfg) == "	linux	/vmlinuz-5.0.0-K $good_args" ]]
	run -0 prepare
	[[ $output == *"rootdelay: /boot/grub/grub.cfg has rootdelay=: with initramfs-tools every boot takes that much longer"* ]]
	[[ $(args boot/grub/grub.cfg) == *rootdelay=300* ]]
}

@test "every step can be left out, and every step alone changes only its own" {
	steps=$("$top/scripts/lisctl" prepare --steps | awk '{ print $1 }')
	[ "$(wc -l <<< "$steps")" -eq 19 ]
	before=$(picture "$root")
	run -0 prepare --skip "$(tr '\n' ',' <<< "$steps" | sed 's/,$//')"
	[[ $output == *"nothing to do"* ]]
	diff <(echo "$before") <(picture "$root")
	for step in fstab crypttab bootnames console rootdelay daemons memory floppy ifnames quiet numa netmounts; do
		run -0 json "sorted(set(s['step'] for s in d['steps'] if s['result']=='changed')), d['changes'] > 0, d['outcome']" \
			< <(prepare --only $step --json 2>/dev/null)
		[ "$output" = "(['$step'], True, 'reboot-needed')" ]
		undone
	done
}

@test "--modules: our set for its kernel, in the image too; a wrong or half set is refused before anything changes" {
	mkdir -p "$root/etc/lis" "$BATS_TEST_TMPDIR/built"
	touch "$root/etc/lis/accept-partial-set"
	before=$(picture "$root")
	cp -r "$MODS/alien" "$BATS_TEST_TMPDIR/built/5.0.0-K"
	run -8 prepare --modules "$BATS_TEST_TMPDIR/built"
	[[ $output == *"was made for '9.9.9'"*"why:"*"next:"*"taking back"* ]]
	diff <(echo "$before") <(picture "$root")
	cp "$MODS/ours/"* "$BATS_TEST_TMPDIR/built/5.0.0-K/"
	rm "$BATS_TEST_TMPDIR/built/5.0.0-K/hv_balloon.ko"
	run -4 prepare --modules "$BATS_TEST_TMPDIR/built"
	[[ $output == *"has no hv_balloon.ko"* ]]
	diff <(echo "$before") <(picture "$root")
	cp "$MODS/ours/hv_balloon.ko" "$BATS_TEST_TMPDIR/built/5.0.0-K/"
	run -0 prepare --modules "$BATS_TEST_TMPDIR/built"
	run -0 json "d['kernels'][0]['state']" < <(lisctl status --root "$root" --json 2>/dev/null)
	[ "$output" = ours ]
	after=$(picture "$root")
	run -0 prepare --modules "$BATS_TEST_TMPDIR/built"
	[[ $output == *"nothing to do"* ]]
	diff <(echo "$after") <(picture "$root")
	undone
}

@test "a name nobody can translate is refused (4), nothing changed; --force goes on" {
	before=$(picture "$root")
	run -4 lisctl prepare --root "$root" --yes
	[[ $output == *"no UUID is known for"*"/dev/sda2 (/)"*"--device-map"* ]]
	diff <(echo "$before") <(picture "$root")
	run -0 lisctl prepare --root "$root" --yes --force "a test"
	grep -q '^/dev/sda2' "$root/etc/fstab"
	grep -q -- '--force: a test' "$root/var/log/lis.log"
}

@test "the initramfs tool fails (1), or leaves the drivers out (11): everything is taken back" {
	before=$(picture "$root")
	touch "$BATS_TEST_TMPDIR/tool-fails"
	run -1 prepare
	[[ $output == *"could not be rebuilt"*"tool: no such module"*"next:"* ]]
	diff <(echo "$before") <(picture "$root")
	rm "$BATS_TEST_TMPDIR/tool-fails"; touch "$BATS_TEST_TMPDIR/tool-forgets"
	run -11 prepare
	[[ $output == *"still lacks: hv_vmbus hv_storvsc"* ]]
	diff <(echo "$before") <(picture "$root")
}

@test "/boot too small (5): refused before anything changes; full in the middle (1): the old image is put back" {
	own_boot 900k
	before=$(picture "$root")
	run -5 prepare
	[[ $output == *"not enough space for $root/boot"*"next:"* ]]
	diff <(echo "$before") <(picture "$root")
	/bin/umount "$root/boot"
	own_boot 1600k
	before=$(picture "$root")
	stand_in chroot <<-SH
	#!/bin/sh
	cat /dev/zero > "\$1/boot/initrd.img-5.0.0-K"
	SH
	run -1 prepare
	[[ $output == *"could not be rebuilt"*"No space left"*"next:"* ]]
	diff <(echo "$before") <(picture "$root")
}

@test "a read-only root (6): refused, nothing changed" {
	/bin/mount --bind "$root/boot" "$root/boot"
	/bin/mount -o remount,ro,bind "$root/boot"
	before=$(picture "$root")
	run -6 prepare
	[[ $output == *"$root/boot cannot be written"*"next:"* ]]
	diff <(echo "$before") <(picture "$root")
}

@test "a signal in the middle (20): everything is taken back" {
	before=$(picture "$root")
	stand_in chroot <<-SH
	#!/bin/sh
	kill -TERM \$(cat "$BATS_TEST_TMPDIR/pid")
	exec sleep 1
	SH
	run -20 sh -c 'echo $$ > "$1"; shift; exec "$@"' sh "$BATS_TEST_TMPDIR/pid" \
		"$top/scripts/lisctl" prepare --root "$root" --device-map "$BATS_TEST_TMPDIR/devices" --yes
	diff <(echo "$before") <(picture "$root")
	# And what was lent for the tool.
	[ "$(grep -c '^mount' "$called")" = 3 ]
	[ "$(grep -c '^umount' "$called")" = 3 ]
}

@test "SIGKILL at journal steps: status says so, the next run restores it all and goes on" {
	killers sync mv
	before=$(picture "$root")
	cuts=0
	for n in 3 9 16 24 33 41; do
		run killed_at $n "$top/scripts/lisctl" prepare --root "$root" --device-map "$BATS_TEST_TMPDIR/devices" --yes
		[ -d "$root/var/lib/lis/transaction" ] || continue
		cuts=$((cuts + 1))
		run -11 lisctl status --root "$root"
		run -0 lisctl rollback --root "$root" --yes
		[[ $output == *"was broken off; it has been taken back"* ]]
		diff <(echo "$before") <(picture "$root")
	done
	echo "# $cuts cuts" >&3
	[ $cuts -ge 4 ]
}

@test "undo: refused when somebody changed a file since (11), done with --force; rollback does the same; twice is nothing to do" {
	before=$(picture "$root")
	run -0 prepare --only fstab
	echo '# the admin was here' >> "$root/etc/fstab"
	run -11 lisctl prepare --root "$root" --undo --yes
	[[ $output == *"changed since by somebody else: /etc/fstab"*"next:"* ]]
	grep -q 'admin was here' "$root/etc/fstab"
	run -0 lisctl rollback --root "$root" --yes --force "it may go"
	diff <(echo "$before") <(picture "$root")
	run -19 lisctl rollback --root "$root" --yes --detailed-exit
	run -19 lisctl prepare --root "$root" --undo --yes --detailed-exit
	run -18 prepare --only fstab --detailed-exit
	run -19 prepare --only fstab --detailed-exit
}

@test "two at once (16): the second is refused, and changes nothing" {
	before=$(picture "$root")
	exec 8< "$root/"
	flock 8
	run -16 lisctl prepare --root "$root" --device-map "$BATS_TEST_TMPDIR/devices" --yes 8<&-
	[[ $output == *"another run is at work"*"next:"* ]]
	# One lock for the installer too.
	KIT_ROOT=$root run -16 "$top/scripts/install.sh" uninstall --yes 8<&-
	[[ $output == *"another run is at work"*"next:"* ]]
	exec 8<&-
	diff <(echo "$before") <(picture "$root")
}

@test "removing and a preparation: a broken-off one is taken back first, the way back from a whole one is left alone" {
	before=$(picture "$root")
	mkdir -p "$root/var/lib/lis/transaction"
	printf 'lis-journal\t1\tprepare\t.\n1\tnew\t/etc/half\t.\n' > "$root/var/lib/lis/transaction/journal"
	touch "$root/etc/half"
	KIT_ROOT=$root run -0 "$top/scripts/install.sh" uninstall --yes
	[[ $output == *"a former run (prepare) was broken off; it has been taken back"* ]]
	diff <(echo "$before") <(picture "$root")
	run -0 prepare --only fstab
	KIT_ROOT=$root run -0 "$top/scripts/install.sh" uninstall --yes
	undone
}

@test "wrong use (2): unknown step, bad device map" {
	run -2 prepare --with nonsense
	[[ $output == *"no step 'nonsense'"* ]]
	echo '/dev/sda1 rm -rf' > "$BATS_TEST_TMPDIR/devices"
	run -2 prepare
	[[ $output == *"line 1 is not understood"* ]]
	run -2 lisctl prepare --root "$root" --yes --device-map /nonexistent
}

# default_grub LINE...: one run with these lines in /etc/default/grub, in every awk there is; what it says afterwards.
default_grub() {
	local shell
	for shell in "${shells[@]}"; do
		printf '%s\n' "$@" > "$root/etc/default/grub"
		in_shell "$shell" prepare --root "$root" --device-map "$BATS_TEST_TMPDIR/devices" --yes --only bootnames,console,quiet > "$BATS_TEST_TMPDIR/out" 2>&1 ||
			{ cat "$BATS_TEST_TMPDIR/out"; return 1; }
		cp "$root/etc/default/grub" "$BATS_TEST_TMPDIR/grub.${shell%% *}"
		in_shell "$shell" prepare --root "$root" --device-map "$BATS_TEST_TMPDIR/devices" --yes --only bootnames,console,quiet 2>&1 | grep -q 'nothing to do'
	done
	cat "$BATS_TEST_TMPDIR/grub.dash"
	cmp "$BATS_TEST_TMPDIR/grub.dash" "$BATS_TEST_TMPDIR/grub.bash"
	cmp "$BATS_TEST_TMPDIR/grub.dash" "$BATS_TEST_TMPDIR/grub.busybox"
}

@test "/etc/default/grub: however it is quoted, a command in it, no such line; the next update-grub names the root by UUID too" {
	c='console=tty0 console=ttyS0,115200n8'
	run -0 default_grub 'GRUB_CMDLINE_LINUX="$([ -x /usr/sbin/rhcrashkernel-param ] && /usr/sbin/rhcrashkernel-param || :) rd.lvm.lv=a/b quiet"'
	[ "$output" = 'GRUB_CMDLINE_LINUX="$([ -x /usr/sbin/rhcrashkernel-param ] && /usr/sbin/rhcrashkernel-param || :) rd.lvm.lv=a/b '"$c"'"' ]
	run -0 default_grub 'GRUB_CMDLINE_LINUX="dyndbg=\"file a.c +p\" rhgb" # mine' 'GRUB_CMDLINE_LINUX_DEFAULT=splash'
	[ "$output" = 'GRUB_CMDLINE_LINUX="dyndbg=\"file a.c +p\" '"$c"'" # mine
GRUB_CMDLINE_LINUX_DEFAULT=splash' ]
	run -0 default_grub "GRUB_CMDLINE_LINUX='nosmt quiet'" GRUB_DISABLE_LINUX_UUID=true
	[ "$output" = "GRUB_CMDLINE_LINUX='nosmt $c'
GRUB_DISABLE_LINUX_UUID=false" ]
	run -0 default_grub GRUB_CMDLINE_LINUX=nosmt 'GRUB_DISABLE_UUID="true"'
	[ "$output" = "GRUB_CMDLINE_LINUX=\"nosmt $c\"
GRUB_DISABLE_UUID=false" ]
	run -0 default_grub GRUB_TIMEOUT=5
	[ "$output" = "GRUB_TIMEOUT=5
GRUB_CMDLINE_LINUX=\"$c\"" ]
}

@test "in-box drivers that cannot load beside ours are not put into images" {
	mkdir -p "$root/etc/lis" "$BATS_TEST_TMPDIR/built"
	touch "$root/etc/lis/accept-partial-set"
	sed 's/hv_balloon/hyperv_keyboard/g' "$MODS/inbox/hv_balloon.ko" > "$root/lib/modules/5.0.0-K/kernel/hyperv_keyboard.ko"
	depmod -b "$root" 5.0.0-K 2>/dev/null
	run -0 prepare
	grep -qx hyperv_keyboard "$root/etc/initramfs-tools/modules"
	run -0 lisctl prepare --root "$root" --undo --yes
	cp -r "$MODS/ours" "$BATS_TEST_TMPDIR/built/5.0.0-K"
	run -0 prepare --modules "$BATS_TEST_TMPDIR/built"
	run -1 grep -x hyperv_keyboard "$root/etc/initramfs-tools/modules"
	grep -qx hv_netvsc "$root/etc/initramfs-tools/modules"
}

@test "--modules, a kernel that cannot have one of them, its headers not at hand: the list beside the modules says so" {
	make_machine el5
	rm "$root/lib/modules/5.0.0-K/kernel/hv_netvsc.ko"
	depmod -b "$root" 5.0.0-K 2>/dev/null
	mkdir "$BATS_TEST_TMPDIR/built"
	cp -r "$MODS/ours" "$BATS_TEST_TMPDIR/built/5.0.0-K"
	rm "$BATS_TEST_TMPDIR/built/5.0.0-K/hv_netvsc.ko"
	run -4 prepare --modules "$BATS_TEST_TMPDIR/built"
	[[ $output == *"has no hv_netvsc.ko"* ]]
	# Whatever else stands there is not believed.
	printf 'hv_netvsc\nhv_storvsc\n' > "$BATS_TEST_TMPDIR/built/5.0.0-K/left-out"
	run -0 prepare --modules "$BATS_TEST_TMPDIR/built"
	run -0 json "d['kernels'][0]['state']" < <(lisctl status --root "$root" --json 2>/dev/null)
	[ "$output" = ours ]
	run -0 lisctl verify --root "$root"
	run -0 prepare --modules "$BATS_TEST_TMPDIR/built"
	[[ $output == *"nothing to do"* ]]
	rm "$BATS_TEST_TMPDIR/built/5.0.0-K/hv_storvsc.ko"
	run -4 prepare --modules "$BATS_TEST_TMPDIR/built"
	[[ $output == *"has no hv_storvsc.ko"* ]]
	# An in-box one would be lost: then it is a partial set.
	make_machine el5
	cp "$MODS/ours/hv_storvsc.ko" "$BATS_TEST_TMPDIR/built/5.0.0-K/"
	run -0 prepare --modules "$BATS_TEST_TMPDIR/built"
	[[ $output == *"stands back on kernel 5.0.0-K: its in-box modules hv_netvsc need hv_vmbus"* ]]
	[ ! -e "$root/lib/modules/5.0.0-K/updates" ]
}

@test "in every shell the same" {
	for shell in "${shells[@]}"; do
		make_machine el7
		before=$(picture "$root")
		run -0 in_shell "$shell" prepare --root "$root" --device-map "$BATS_TEST_TMPDIR/devices" --yes
		[[ $(args boot/grub2/grub.cfg) == "	linux16	/vmlinuz-5.0.0-K $good_args" ]]
		run -0 in_shell "$shell" prepare --root "$root" --undo --yes
		diff <(echo "$before") <(picture "$root")
	done
}
