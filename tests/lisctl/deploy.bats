#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2016 # output, status and the helper's names come from elsewhere
#
# The deployment scenarios of the LIS packages (1 install, 2 upgrade, 3 downgrade, 4 kernel then install, 5 install then
# kernel, 6 upgrade then kernel, 7 kernel then upgrade, 8 uninstall), in the form a kit has that builds for every kernel;
# what happens to one kernel when another fails; the way back; power cuts. Modules are built with real headers; the
# initramfs tool is a stand-in.

bats_require_minimum_version 1.5.0
load deploy

setup_file() {
	file_setup
	second_kernel
}

setup() { deploy_root; }

@test "scenario 1, 8: install, status, verify, uninstall; nothing is left" {
	before=$(picture "$root")
	run -18 with 5.0.0 install --yes --detailed-exit
	has "$KERNEL" 5.0.0
	run -0 with 5.0.0 status --json
	run -0 with 5.0.0 verify
	[[ $output == *"kernel $KERNEL: ok"* ]]
	run -19 with 5.0.0 install --yes --detailed-exit
	run -18 with 5.0.0 uninstall --yes --detailed-exit
	has "$KERNEL" inbox
	# depmod's files have the same text and another time; the image was made again.
	diff <(grep -v 'modules[.]\|initrd' <<< "$before") <(picture "$root" | grep -v 'modules[.]\|initrd')
	run -19 with 5.0.0 uninstall --yes --detailed-exit
}

@test "scenario 2, 3: upgrade, and back; a downgrade is refused (4) unless it is meant" {
	run -4 with 5.0.0 upgrade --yes
	[[ $output == *"nothing to upgrade"* ]]
	run -0 with 5.0.0 install --yes
	old=$(picture "$root" | grep -v 'var/lib/lis/history')
	run -0 with 5.0.10 upgrade --yes
	has "$KERNEL" 5.0.10
	[ ! -e "$root/usr/src/lis-5.0.0" ]
	[ "$(readlink "$root/usr/sbin/lisctl")" = ../src/lis-5.0.10/kit/lisctl ]
	new=$(picture "$root" | grep -v 'var/lib/lis/history')
	run -4 with 5.0.9 install --yes
	[[ $output == *"version 5.0.10 is installed, which is newer than 5.0.9"*"why:"*"next:"* ]]
	run -4 with 5.0.9 install --dry-run
	diff <(echo "$new") <(picture "$root" | grep -v 'var/lib/lis/history')
	run -0 with 5.0.10 rollback --yes
	has "$KERNEL" 5.0.0
	diff <(echo "$old") <(picture "$root" | grep -v 'var/lib/lis/history')
	run -0 with 5.0.10 upgrade --yes
	run -0 with 5.0.9 install --yes --force "a downgrade, on purpose"
	has "$KERNEL" 5.0.9
	grep -q 'a downgrade, on purpose' "$root/var/log/lis.log"
}

@test "scenario 4: the kernel was upgraded without a reboot: the newest one is built for too" {
	add_second
	stand_in uname <<-SH
	#!/bin/sh
	[ "\$*" = -r ] && echo $KERNEL || exec $(type -P uname) "\$@"
	SH
	run -18 with 5.0.0 install --yes --detailed-exit
	has "$KERNEL" 5.0.0
	has "$SECOND" 5.0.0
	run -0 json "sorted((k['kernel'], k['state'], k['running']) for k in d['kernels'])" < <(with 5.0.0 status --json 2>/dev/null)
	[ "$output" = "[('$KERNEL', 'ours', True), ('$SECOND', 'ours', False)]" ]
	# What is loaded: the one on the disk, another, and an in-box one that says nothing of its source.
	mkdir -p "$root"/sys/module/hv_{vmbus,balloon}
	modinfo -F srcversion "$root/lib/modules/$KERNEL/updates/lis/hv_vmbus.ko" > "$root/sys/module/hv_vmbus/srcversion"
	loaded() { run -0 json "[(m['name'], m['disk']) for m in d['loaded']]" < <(with 5.0.0 status --json 2>/dev/null); }
	loaded; [ "$output" = "[('hv_vmbus', 'current'), ('hv_balloon', 'other')]" ]
	run -0 with 5.0.0 uninstall --yes
	loaded; [ "$output" = "[('hv_vmbus', 'other'), ('hv_balloon', 'unknown')]" ]
}

@test "scenario 5, 6: a kernel that comes after the install, and after an upgrade, has ours before its first boot" {
	run -0 with 5.0.0 install --yes
	add_second
	has "$SECOND" 5.0.0
	rm -rf "$root/lib/modules/$SECOND" "$root/boot/initrd.img-$SECOND"
	run -0 with 5.1.0 upgrade --yes
	add_second
	has "$SECOND" 5.1.0
	has "$KERNEL" 5.1.0
	# Its image was made with ours in it, and there is none from before to go back to.
	cp -a "$root" "$BATS_TEST_TMPDIR/aside"
	run -0 with 5.1.0 uninstall --yes
	has "$SECOND" inbox
	has "$KERNEL" inbox
	rm -rf "$root"
	mv "$BATS_TEST_TMPDIR/aside" "$root"
	touch "$root/etc/no-image"
	run -11 with 5.1.0 uninstall --yes
	[[ $output == *"initramfs of kernel $SECOND still holds our modules"*"next:"* ]]
	rm "$root/etc/no-image"
	has "$SECOND" 5.1.0
	has "$KERNEL" 5.1.0
	# The hook's work is no step of rollback; removing the kernel leaves nothing.
	[ "$(ls "$root/var/lib/lis/history")" = 0002-upgrade ]
	sed -i "s|=/usr/src/lis-|=$root/usr/src/lis-|" "$root/etc/kernel/postrm.d/05-lis"
	run -0 "$root/etc/kernel/postrm.d/05-lis" "$SECOND"
	[ ! -e "$root/lib/modules/$SECOND/updates" ]
}

@test "scenario 5, build fails for the later kernel: it boots with its whole in-box set, and status says so" {
	run -0 with 5.0.0 install --yes
	touch "$BROKEN"
	run -0 add_second
	rm "$BROKEN"
	[[ $output == *"building for kernel $SECOND failed"*"kernel $SECOND keeps its in-box drivers"* ]]
	has "$SECOND" inbox
	has "$KERNEL" 5.0.0
	[ ! -e "$root/lib/modules/$SECOND/updates" ]
	[ ! -e "$root/var/lib/lis/transaction" ]
	run -0 with 5.0.0 status
	[[ $output == *"$SECOND "*" inbox "*" inbox"* ]]
}

@test "scenario 7: kernel upgrade, then upgrade: both kernels have the new one" {
	run -0 with 5.0.0 install --yes
	rm -rf "$root/etc/kernel"
	add_second
	has "$SECOND" inbox
	run -0 with 5.1.0 upgrade --yes
	has "$KERNEL" 5.1.0
	has "$SECOND" 5.1.0
}

@test "one kernel cannot be built for: it keeps its in-box set to the byte, the other has ours; by name it is refused (10)" {
	add_second
	touch "$BROKEN"
	second() { picture "$root" | grep "$SECOND"; }
	before=$(second) whole=$(picture "$root")
	run -10 with 5.0.0 install --yes --kernel "$SECOND"
	diff <(echo "$whole") <(picture "$root")
	with 5.0.0 install --yes --json > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err"
	rm "$BROKEN"
	grep -q "WARNING: kernel $SECOND keeps its in-box drivers: building for kernel $SECOND failed" "$BATS_TEST_TMPDIR/err"
	run -0 json "d['code'], d['kernels_failed'], sorted((k['kernel'], k['state']) for k in d['kernels'])" < "$BATS_TEST_TMPDIR/out"
	[ "$output" = "(0, 1, [('$KERNEL', 'installed'), ('$SECOND', 'failed')])" ]
	has "$KERNEL" 5.0.0
	has "$SECOND" inbox
	diff <(echo "$before") <(second)
	# It had in-box drivers; once it has ours, a failing build takes the whole upgrade back.
	run -0 with 5.0.0 install --yes
	has "$SECOND" 5.0.0
	whole=$(picture "$root")
	touch "$BROKEN"
	run -10 with 5.1.0 upgrade --yes
	rm "$BROKEN"
	diff <(echo "$whole") <(picture "$root")
}

@test "the initramfs cannot be made for any kernel (11): everything is taken back, to the byte" {
	before=$(picture "$root")
	touch "$root/etc/no-image"
	run -11 with 5.0.0 install --yes
	rm "$root/etc/no-image"
	diff <(echo "$before") <(picture "$root")
}

@test "rollback of an install, to the byte; refused when somebody changed a file since (11)" {
	before=$(picture "$root")
	run -0 with 5.0.0 install --yes
	echo changed >> "$root/usr/sbin/lsvmbus"
	run -11 with 5.0.0 rollback --yes
	[[ $output == *"changed since by somebody else: /usr/sbin/lsvmbus"* ]]
	has "$KERNEL" 5.0.0
	run -0 with 5.0.0 rollback --yes --force "a test"
	diff <(echo "$before") <(picture "$root")
}

@test "--no-initramfs: images stay as they are, and it is said" {
	image=$(cksum < "$root/boot/initrd.img-$KERNEL")
	run -0 with 5.0.0 install --yes --no-initramfs
	[[ $output == *"initramfs left as it was"* ]]
	[ "$(cksum < "$root/boot/initrd.img-$KERNEL")" = "$image" ]
	run -11 with 5.0.0 verify
	[[ $output == *"FAULT kernel $KERNEL: initramfs-current: the image has the in-box hv_vmbus"* ]]
	run -0 with 5.0.0 uninstall --yes
	[ "$(cksum < "$root/boot/initrd.img-$KERNEL")" = "$image" ]
}

@test "--root: a dry run says what the run would; the run inside has its options, its code and its place in the log" {
	# The chroot is a stand-in: it says how it is called, in the machine's log.
	stand_in chroot <<-'SH'
	#!/bin/sh
	echo "inside: $*" >> "$1/var/log/lis.log"
	exit 18
	SH
	stand_in mount <<< 'exit 1'
	mkdir -p "$root/bin"
	cp "$(type -P true)" "$root/bin/sh"
	outside() { KIT_ROOT='' with 5.0.0 "$@" --root "$root"; }
	before=$(picture "$root")
	run -18 outside install --dry-run --detailed-exit
	[[ $output == *"kernel $KERNEL: build "* ]]
	run -19 outside uninstall --dry-run --detailed-exit
	[[ $output != *"build"* ]]
	run -4 outside upgrade --dry-run
	run -2 outside install --yes --now
	[[ $output == *"--now and --root do not go together"* ]]
	diff <(echo "$before") <(picture "$root")
	echo former >> "$root/var/log/lis.log"
	run -18 outside install --yes --detailed-exit --offline --log "$BATS_TEST_TMPDIR/log"
	# The firmware of this machine is not that machine's.
	grep -q "^inside: .* LIS_FIRMWARE=unknown .*/kit/lisctl install --yes --detailed-exit --offline$" "$BATS_TEST_TMPDIR/log"
	run -1 grep former "$BATS_TEST_TMPDIR/log"
	run -0 with 5.0.0 install --yes
	run -19 outside install --dry-run --detailed-exit
	run -18 outside uninstall --dry-run --detailed-exit
	[[ $output == *"would remove"* ]]
	has "$KERNEL" 5.0.0
}

@test "wrong use (2): --kernel for a verb that works on the whole machine" {
	run -0 with 5.0.0 install --yes
	for verb in uninstall rollback; do
		run -2 with 5.0.0 $verb --kernel "$KERNEL" --yes
		[[ $output == *"--kernel belongs to "* ]]
	done
	has "$KERNEL" 5.0.0
}

@test "LIS 4.3's override of depmod is set aside, and comes back with uninstall" {
	mkdir -p "$root/etc/depmod.d"
	printf '# by LIS\noverride hv_vmbus * weak-updates/microsoft-hyper-v\noverride ixgbe * extra\n' > "$root/etc/depmod.d/hyperv.conf"
	old=$(cat "$root/etc/depmod.d/hyperv.conf")
	run -0 with 5.0.0 install --yes
	[[ $output == *"hyperv.conf prefers the modules of another package"* ]]
	run -1 grep hv_vmbus "$root/etc/depmod.d/hyperv.conf"
	grep -q ixgbe "$root/etc/depmod.d/hyperv.conf"
	run -0 with 5.0.0 uninstall --yes
	[ "$(cat "$root/etc/depmod.d/hyperv.conf")" = "$old" ]
	[ ! -e "$root/var/lib/lis" ]
}

@test "where the hook goes on each family's layout, and what calls it" {
	second_to() { # HOOK ARG...: the distribution's call for a new kernel
		local hook=$root$1
		shift
		rm -rf "$root/lib/modules/$SECOND" "$root/boot/initrd.img-$SECOND"
		(root_hooks=$root/etc/kernel && mv "$root_hooks" "$root_hooks.aside" && add_second && mv "$root_hooks.aside" "$root_hooks")
		sed -i "s|=/usr/src/lis-|=$root/usr/src/lis-|" "$hook"
		"$hook" "$@"
	}
	# EL 8, 9: kernel-install has a folder of its own, and there is no new-kernel-pkg.
	printf 'ID="rhel"\n' > "$root/etc/os-release"
	mkdir -p "$root/usr/lib/kernel/install.d"
	run -0 with 5.0.0 install --yes
	[ "$(find "$root/etc/kernel" -type f)" = "$root/etc/kernel/install.d/45-lis.install" ]
	second_to /etc/kernel/install.d/45-lis.install add "$SECOND" "$root/boot/x" "$root/boot/vmlinuz"
	has "$SECOND" 5.0.0
	run -0 "$root/etc/kernel/install.d/45-lis.install" remove "$SECOND" "$root/boot/x"
	[ ! -e "$root/lib/modules/$SECOND/updates" ]
	rm -rf "$root/lib/modules/$SECOND" "$root/boot/initrd.img-$SECOND"
	run -0 with 5.0.0 uninstall --yes
	# EL 6, 7: new-kernel-pkg runs postinst.d after the initramfs was made: it is made once more.
	mkdir -p "$root/sbin"
	touch "$root/sbin/new-kernel-pkg"
	run -0 with 5.0.0 install --yes
	[ "$(cd "$root/etc/kernel" && find . -type f | sort | tr '\n' ' ')" = "./postinst.d/05-lis ./postrm.d/05-lis " ]
	second_to /etc/kernel/postinst.d/05-lis "$SECOND" "$root/boot/vmlinuz"
	has "$SECOND" 5.0.0
	# Hooks that are called with nothing, or with a path for a kernel, do nothing.
	for args in "" "../x" "add" "remove ../../etc"; do
		before=$(picture "$root")
		run -0 "$root/etc/kernel/postinst.d/05-lis" $args
		diff <(echo "$before") <(picture "$root")
	done
}

@test "rollback after a run that was broken off takes that one back, and not the one before it" {
	run -0 with 5.0.0 install --yes
	before=$(picture "$root")
	killers mv
	KIT_SOURCE=$(release_of 5.1.0) run killed_at 4 sh "$top/scripts/lisctl" upgrade --yes
	[ -d "$root/var/lib/lis/transaction" ]
	run -18 with 5.1.0 rollback --yes --detailed-exit
	[[ $output == *"a former run (upgrade) was broken off; it has been taken back"*"lisctl rollback once more"* ]]
	diff <(echo "$before") <(picture "$root")
	has "$KERNEL" 5.0.0
	run -0 with 5.1.0 rollback --yes
	has "$KERNEL" inbox
}

# cuts VERB SHELL STRIDE LEAST CHANGERS...: VERB of release 5.1.0 is killed before every STRIDEth changing program, over
# and over; each time the next run puts the root back to the byte. LEAST steps there must be.
cuts() {
	local verb=$1 shell=$2 stride=$3 least=$4 n before count=0 whole
	shift 4
	killers "$@"
	before=$(picture "$root")
	whole=$(ls "$root/var/lib/lis/history" 2>/dev/null || :)
	for ((n = stride; ; n += stride)); do
		if KIT_SOURCE=$(release_of 5.1.0) killed_at "$n" $shell "$top/scripts/lisctl" "$verb" --yes; then break; fi
		count=$((count + 1))
		# Killed after the one rename that commits or closes: it stays.
		if [ ! -d "$root/var/lib/lis/transaction" ] &&
			{ [ -d "$root/var/lib/lis/finished" ] || [ "$(ls "$root/var/lib/lis/history" 2>/dev/null || :)" != "$whole" ]; }; then break; fi
		if [ -d "$root/var/lib/lis/transaction" ]; then
			run -11 with 5.1.0 status
			[[ $output == *"broken off"* ]]
		fi
		# Any verb that changes something begins with it; this one then finds no step to take back, or asks.
		run lisctl prepare --only dhcp --yes
		[ "$status" -eq 0 ]
		if ! diff <(echo "$before") <(picture "$root"); then
			echo "# $verb killed before changing program $n ($shell)" >&2
			return 1
		fi
	done
	echo "# $verb, $shell: $count cuts" >&3
	[ $((count * stride)) -ge "$least" ]
}

changers='cp mv rm mkdir rmdir ln sync cat depmod'

@test "power cuts while installing: every time all is put back (dash)" {
	cuts install dash "${LIS_CUT_STRIDE:-47}" 150 $changers
	has "$KERNEL" 5.1.0
}

@test "power cuts while upgrading (bash --posix)" {
	run -0 with 5.0.0 install --yes
	cuts upgrade "bash --posix" "${LIS_CUT_STRIDE:-79}" 150 $changers
	has "$KERNEL" 5.1.0
}

# removed: cut behind the last step or not, nothing is left, nor is there anything to roll back to.
removed() {
	run -0 lisctl prepare --only dhcp --yes
	has "$KERNEL" inbox
	[ -z "$(ls "$root/var/lib/lis/history" 2> /dev/null)" ]
	run -19 lisctl rollback --yes --detailed-exit
	has "$KERNEL" inbox
}

@test "power cuts while removing (dash)" {
	run -0 with 5.1.0 install --yes
	cuts uninstall dash "${LIS_CUT_STRIDE:-31}" 60 $changers
	removed
}

@test "cuts at every rename while removing: closed, and the history dropped, by one of them" {
	run -0 with 5.1.0 install --yes
	cuts uninstall dash 1 3 mv
	removed
}

@test "install, upgrade, rollback, uninstall: busybox sh" {
	in_release() { local source=$1; source=$(release_of "$1"); shift; KIT_SOURCE=$source in_shell "busybox sh" "$@"; }
	run -0 in_release 5.0.0 install --yes
	has "$KERNEL" 5.0.0
	run -0 in_release 5.1.0 upgrade --yes
	has "$KERNEL" 5.1.0
	run -0 in_release 5.1.0 rollback --yes
	has "$KERNEL" 5.0.0
	run -0 in_release 5.0.0 uninstall --yes
	has "$KERNEL" inbox
}

@test "in-box modules DKMS moved away, and will put back when ours goes, are announced; a foreign note leads nowhere" {
	notes=$root/var/lib/dkms/lis/original_module/$KERNEL/x86_64
	mkdir -p "$notes"
	printf '/lib/modules/%s/kernel/drivers/hv/hv_vmbus.ko.xz' "$KERNEL" > "$notes/hv_vmbus.ko.xz.origin"
	echo "/usr/lib/modules/$KERNEL/kernel/hv_utils.ko" > "$notes/hv_utils.ko.origin"
	echo "/lib/modules/$KERNEL/kernel/../../../../etc/passwd.ko" > "$notes/hv_a.ko.origin"
	echo "/etc/passwd" > "$notes/hv_b.ko.origin"
	ln -s /etc/hostname "$notes/hv_c.ko.origin"
	touch "$root/lib/modules/$KERNEL/kernel/there.ko"
	echo "/lib/modules/$KERNEL/kernel/there.ko" > "$notes/there.ko.origin"
	run -0 sh -c '. "$0/scripts/lib/kit.sh"; . "$0/scripts/lib/deploy.sh"; moved_away "$1"' "$top" "$KERNEL"
	[ "$output" = "/usr/lib/modules/$KERNEL/kernel/hv_utils.ko
/lib/modules/$KERNEL/kernel/drivers/hv/hv_vmbus.ko.xz" ]
}
