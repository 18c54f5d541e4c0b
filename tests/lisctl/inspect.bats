#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2016 # output, status and the helper's names come from elsewhere
#
# status, plan and verify: they change nothing, and every fault a boot can die of is found and named. depmod, modprobe,
# modinfo, cpio are the real ones; the modules are small but read by them like any other.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
	export MODS=$BATS_FILE_TMPDIR/mods
	make_modules "$MODS"
}

setup() { make_machine debian; }

# healthy: the machine as prepared: nothing for verify to find.
healthy() {
	sed -i 's|/dev/sda1|UUID=1111-1111|; s|/dev/sda2|UUID=2222-2222|; s|/dev/sda3|UUID=3333-3333|' "$root/etc/fstab" "$root/boot/grub/grub.cfg" "$root/etc/crypttab"
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K inbox ext4 hv_vmbus hv_storvsc
}

# ours: our set on the disk and in the image, the in-box storvsc out of the way.
ours() {
	mkdir -p "$root/lib/modules/5.0.0-K/updates/lis"
	cp "$MODS/ours/"*.ko "$root/lib/modules/5.0.0-K/updates/lis/"
	depmod -b "$root" 5.0.0-K
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K ours ext4 hv_vmbus hv_storvsc
}

fault() { # CHECK TEXT: verify must name it, in words and in JSON
	run -11 lisctl verify --root "$root"
	echo "$output"
	[[ $output == *"FAULT"*"$1: "*"$2"* && $output == *"why:"*"next:"* ]]
	run -0 json "[c['check'] for o in [d]+d['kernels'] for c in o.get('checks',[]) if c['result']=='fault'], d['code'], d['outcome']" \
		< <(lisctl verify --root "$root" --json 2>/dev/null)
	[[ $output == *"'$1'"*"11, 'failed')" ]]
}

@test "status, plan, verify change nothing, in every shell; the answers are the same" {
	healthy
	before=$(picture "$root")
	for verb in status plan verify; do
		first=
		for shell in "${shells[@]}"; do
			run -0 in_shell "$shell" $verb --root "$root"
			[ -z "$first" ] || diff <(echo "$first") <(echo "$output")
			first=$output
		done
	done
	diff <(echo "$before") <(picture "$root")
}

@test "status: in-box, ours, incomplete; loaded or not, in JSON too" {
	healthy
	run -0 lisctl status --root "$root"
	[[ $output == *"5.0.0-K "*"inbox"*"inbox"* ]]
	ours
	run -0 json "d['schema'], d['kernels'][0]['kernel'], d['kernels'][0]['state'], d['kernels'][0]['initramfs'], d['kernels'][0]['running']" \
		< <(lisctl status --root "$root" --json 2>/dev/null)
	[ "$output" = "(1, '5.0.0-K', 'ours', 'ours', False)" ]
	rm "$root/lib/modules/5.0.0-K/updates/lis/hv_balloon.ko"
	depmod -b "$root" 5.0.0-K
	run -11 lisctl status --root "$root"
	[[ $output == *incomplete*"why:"*"next:"* ]]
}

@test "status says when a run was broken off" {
	healthy
	mkdir -p "$root/var/lib/lis/transaction"
	run -11 lisctl status --root "$root"
	[[ $output == *"broken off"* ]]
}

@test "plan: what would be built, what stands back and why, which packages are missing" {
	cp "$MODS/other/hv_other.ko" "$root/lib/modules/5.0.0-K/kernel/"; depmod -b "$root" 5.0.0-K
	mkdir -p "$root/lib/modules/B/kernel"
	echo kernel/drivers/hv/hv_vmbus.ko > "$root/lib/modules/B/modules.builtin"
	run -0 lisctl plan --root "$root"
	[[ $output == *"5.0.0-K "*keep*"needs more drivers than this release has: hv_other"* ]]
	[[ $output == *"B "*keep*"built in"*"nothing was changed"* ]]
	mkdir -p "$root/etc/lis"
	touch "$root/etc/lis/accept-partial-set"
	run -0 lisctl plan --root "$root" --kernel 5.0.0-K
	[[ $output == *"5.0.0-K "*build*"headers: missing (linux-headers-5.0.0-K)"*"apt-get install linux-headers-5.0.0-K"* ]]
	run -0 json "d['kernels'][0]['do'], d['kernels'][0]['headers'], d['packages'][0]['name'], d['method']" < <(lisctl plan --root "$root" --kernel 5.0.0-K --json 2>/dev/null)
	[ "$output" = "('build', 'missing', 'linux-headers-5.0.0-K', 'hook')" ]
}

@test "verify: a healthy machine, in-box and ours" {
	healthy
	run -0 lisctl verify --root "$root"
	[[ $output == *"kernel 5.0.0-K: ok"* ]]
	ours
	run -0 lisctl verify --root "$root"
	run -0 json "d['faults'], [m['path'] for m in d['kernels'][0]['modules']][0], sorted(c['check'] for c in d['kernels'][0]['checks'] if c['result']=='ok')" \
		< <(lisctl verify --root "$root" --json 2>/dev/null)
	[[ $output == "(0, '/lib/modules/5.0.0-K/updates/lis/hv_vmbus.ko', ["*"'boot-entry', 'boot-names', 'initramfs-complete', 'initramfs-current', 'initramfs-index', 'initramfs-set', 'initramfs-vermagic', 'set', 'signature', 'vermagic'])" ]]
}

@test "verify: half a set on the disk" {
	healthy; ours
	rm "$root/lib/modules/5.0.0-K/updates/lis/hv_balloon.ko"; depmod -b "$root" 5.0.0-K
	fault set ", in-box: hv_balloon"
}

@test "verify: modules of another kernel, of another version" {
	healthy; ours
	cp "$MODS/alien/hv_vmbus.ko" "$root/lib/modules/5.0.0-K/updates/lis/"; depmod -b "$root" 5.0.0-K
	fault vermagic "hv_vmbus.ko (made for '9.9.9')"
	cp "$MODS/inbox/hv_vmbus.ko" "$root/lib/modules/5.0.0-K/updates/lis/"; depmod -b "$root" 5.0.0-K
	fault version "has version '3.1'"
}

@test "verify: symbols that do not resolve" {
	healthy; ours
	mkdir -p "$root/usr/src/linux-headers-5.0.0-K/include"
	printf '0x1\tprintk\tvmlinux\tEXPORT_SYMBOL\n' > "$root/usr/src/linux-headers-5.0.0-K/Module.symvers"
	run -0 lisctl verify --root "$root"
	cp "$MODS/alien/hv_balloon.ko" "$root/lib/modules/5.0.0-K/updates/lis/"; depmod -b "$root" 5.0.0-K 2>/dev/null
	fault symbols nobody_has_this
}

@test "verify: a kernel that takes signed modules only, and Secure Boot, refuse ours when they are not signed" {
	healthy
	ours
	run -0 lisctl verify --root "$root"
	echo 'CONFIG_MODULE_SIG_FORCE=y' >> "$root/boot/config-5.0.0-K"
	fault signature "this kernel takes signed modules only, and these are not: hv_vmbus hv_balloon"
	for file in "$root"/lib/modules/5.0.0-K/updates/lis/*.ko; do
		printf 'a signature \0\0\2\0\0\0\0\0\0\0\0\14~Module signature appended~\n' >> "$file"
	done
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K ours ext4 hv_vmbus hv_storvsc
	cp "$root"/lib/modules/5.0.0-K/updates/lis/hv_*.ko "$BATS_TEST_TMPDIR"
	run lisctl verify --root "$root" --json
	run -0 json "[c['result'] for c in d['kernels'][0]['checks'] if c['check']=='signature']" <<< "${lines[-1]}"
	[ "$output" = "['ok']" ]
	# In-box ones are the distribution's business.
	rm -r "$root/lib/modules/5.0.0-K/updates"
	depmod -b "$root" 5.0.0-K
	healthy
	run -0 lisctl verify --root "$root"
	# The firmware's own answer counts, on the machine itself.
	ours
	sed -i /SIG_FORCE/d "$root/boot/config-5.0.0-K"
	mkdir -p "$root/sys/firmware/efi/efivars"
	printf '\6\0\0\0\1' > "$root/sys/firmware/efi/efivars/SecureBoot-8be4df61"
	fault signature "Secure Boot is on"
}

@test "verify: on the machine itself: two sets loaded, disks without their driver, daemons that failed" {
	healthy
	ours
	export KIT_ROOT=$root
	there() { run -0 json "[c['result'] for c in d['checks'] if c['check']=='$1']" < <(lisctl verify --json 2>/dev/null); echo "$output"; [ "$output" = "['$2']" ]; }
	there loaded ok
	there devices ok
	there daemons skip
	for name in hv_vmbus hv_storvsc; do
		mkdir -p "$root/sys/module/$name"
		cat "$top/VERSION" > "$root/sys/module/$name/version"
		echo x > "$root/sys/module/$name/srcversion"
	done
	there loaded ok
	echo 9.9 > "$root/sys/module/hv_storvsc/version"
	there loaded fault
	device=$root/sys/bus/vmbus/devices/1-2
	mkdir -p "$device"
	echo '{525074dc-8985-46e2-8057-a307dc18a502}' > "$device/class_id"
	there devices ok
	for class in 32412632-86cb-44a2-9b5c-50d1417354f5 2f9bcc4a-0069-4af3-b76b-6fd0be528cda f8615163-df3e-46c5-913f-f2d2f965ed0e ba6163d9-04a1-4d29-b605-72e2ffb1dc7f; do
		echo "{$class}" > "$device/class_id"
		there devices fault
	done
	mkdir "$device/driver" "$root/run/systemd" "$root/run/systemd/system"
	there devices ok
	stand_in systemctl <<-'SH'
	#!/bin/sh
	[ "$1 $3" = "is-failed hv_vss_daemon.service" ]
	SH
	there daemons fault
	run -11 lisctl verify
	[[ $output == *"FAULT machine: daemons: failed: hv_vss_daemon; next: systemctl status hv_vss_daemon"* ]]
	stand_in systemctl <<< $'#!/bin/sh\nexit 1'
	there daemons ok
	# Another machine's disk says nothing of this one.
	export KIT_ROOT=
	run -0 json "[c['check'] for c in d['checks']]" < <(lisctl verify --root "$root" --json 2>/dev/null)
	[ "$output" = "['fstab', 'crypttab']" ]
}

@test "verify: the initramfs lacks the disk's driver, or the root file system's" {
	healthy
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K inbox ext4 hv_vmbus
	fault initramfs-complete "hv_storvsc"
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K inbox hv_storvsc hv_vmbus
	fault initramfs-complete "ext4"
}

@test "verify: what is built in is not asked for" {
	healthy
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K inbox hv_storvsc hv_vmbus
	rm "$root/lib/modules/5.0.0-K/kernel/ext4.ko"; echo kernel/fs/ext4/ext4.ko > "$root/lib/modules/5.0.0-K/modules.builtin"; depmod -b "$root" 5.0.0-K
	run -0 lisctl verify --root "$root"
}

@test "verify: images packed with anything; one archive or a chain; one in a format nobody knows" {
	for PACK in "gzip -1" "xz -1 --check=crc32" "zstd -1 -q" "bzip2 -1" cat; do
		healthy
		run -0 lisctl verify --root "$root"
		make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K inbox ext4 hv_vmbus
		fault initramfs-complete hv_storvsc
	done
	echo '#!/bin/sh' > "$root/boot/initrd.img-5.0.0-K"
	fault initramfs "cannot be read to its end"
}

@test "verify: root on the device mapper needs it in the image" {
	healthy
	sed -i 's|^UUID=2222-2222|/dev/mapper/vg-root|' "$root/etc/fstab"
	run -0 lisctl verify --root "$root"
	cp "$MODS/inbox/ext4.ko" "$root/lib/modules/5.0.0-K/kernel/dm-mod.ko"; depmod -b "$root" 5.0.0-K
	fault initramfs-complete dm_mod
}

@test "as the packages install it: a link into the module source tree" {
	healthy
	# shellcheck source=scripts/lib/kit.sh
	(KIT_ROOT='' && . "$top/scripts/lib/kit.sh" && kit_copy_tree "$top" "$top/packaging/files.dkms" "$BATS_TEST_TMPDIR/pkg/usr/src/lis-1")
	mkdir -p "$BATS_TEST_TMPDIR/pkg/usr/sbin"
	ln -s ../src/lis-1/kit/lisctl "$BATS_TEST_TMPDIR/pkg/usr/sbin/lisctl"
	for verb in status plan verify "prepare --dry-run --force test"; do
		run -0 "$BATS_TEST_TMPDIR/pkg/usr/sbin/lisctl" $verb --root "$root"
		first=$output
		run -0 lisctl $verb --root "$root"
		diff <(echo "$first") <(echo "$output")
	done
}

@test "completion and the manual page know every verb and option of --help, and no others" {
	said() { grep -oE -- '--[a-z][a-z-]+' | sort -u; }
	help=$(lisctl --help | said)
	[ "$(wc -l <<< "$help")" -ge 18 ]
	# shellcheck source=/dev/null
	. "$top/packaging/bash-completion/lisctl"
	COMP_WORDS=(lisctl "") COMP_CWORD=1; _lisctl; first=${COMPREPLY[*]}
	all=()
	for verb in $(lisctl --help | sed -n 's/^  lisctl \([a-z]*\) .*/\1/p'); do
		[[ " $first " == *" $verb "* ]]
		COMP_WORDS=(lisctl "$verb" "") COMP_CWORD=2; _lisctl
		all+=("${COMPREPLY[@]}")
	done
	[ "$verb" = sign ]
	diff <(echo "$help") <(printf '%s\n' "${all[@]}" | grep '^--' | grep -v '^--help$' | sort -u)
	COMP_WORDS=(lisctl prepare --skip f) COMP_CWORD=3; PATH=$top/scripts:$PATH _lisctl
	[ "${COMPREPLY[*]}" = "fstab floppy" ]
	page=$(sed 's/\\-/-/g; s/\\fR\|\\fP/ /g; s/"/ /g' "$top/packaging/man/lisctl.8" | said)
	diff <(echo "$help") <(echo "$page")
}

@test "verify: two sets in the initramfs; an old one; one without its index; cut off; modules of another kernel in it" {
	healthy; ours
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K ours ext4 hv_vmbus hv_storvsc
	rm "$root/lib/modules/5.0.0-K/updates/lis/hv_storvsc.ko"; depmod -b "$root" 5.0.0-K
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K ours ext4 hv_vmbus hv_storvsc
	fault initramfs-set "two sets mixed: ours: hv_vmbus, in-box: hv_storvsc"
	# The in-box one beside ours, as dracut makes it, does no harm where the image's index names ours.
	ours
	inner=$BATS_TEST_TMPDIR/packing/main
	cp "$root/lib/modules/5.0.0-K/kernel/hv_storvsc.ko" "$inner/lib/modules/5.0.0-K/kernel/"
	repack() { (cd "$inner" && find . | cpio -o -H newc 2> /dev/null | gzip -1) > "$root/boot/initrd.img-5.0.0-K"; }
	repack
	run -0 lisctl verify --root "$root"
	sed -i 's|.*hv_storvsc.ko|kernel/hv_storvsc.ko|' "$inner/lib/modules/5.0.0-K/modules.dep"
	repack
	fault initramfs-set "two sets mixed: ours: hv_vmbus, in-box: hv_storvsc"
	healthy
	fault initramfs-current "the image has the in-box hv_vmbus, modprobe would load ours"
	truncate -s 700 "$root/boot/initrd.img-5.0.0-K"
	run -11 lisctl verify --root "$root"
	[[ $output == *FAULT* ]]
	ours
	cp "$MODS/alien/hv_vmbus.ko" "$root/lib/modules/5.0.0-K/updates/lis/"
	make_image "$root/boot/initrd.img-5.0.0-K" "$root" 5.0.0-K ours ext4 hv_vmbus hv_storvsc
	fault initramfs-vermagic "hv_vmbus ('9.9.9')"
}

@test "verify: boot loader: kernel gone, initramfs gone, another kernel's initramfs, no entry, wandering root=" {
	healthy
	cfg=$root/boot/grub/grub.cfg good=$(cat "$root/boot/grub/grub.cfg")
	mv "$root/boot/vmlinuz-5.0.0-K" "$root/boot/away"
	fault boot-entry "/vmlinuz-5.0.0-K, which is not there"
	mv "$root/boot/away" "$root/boot/vmlinuz-5.0.0-K"
	echo x > "$root/boot/initrd.img-OLD"
	sed -i 's|/initrd.img-5.0.0-K|/initrd.img-OLD|' "$cfg"
	fault boot-entry "initrd.img-OLD, the initramfs of another"
	sed -i 's|/initrd.img-OLD|/initrd.img-GONE|' "$cfg"
	fault boot-entry "/initrd.img-GONE, which is not there"
	sed 's|vmlinuz-5.0.0-K|vmlinuz-OTHER|' <<< "$good" > "$cfg"
	fault boot-entry "no boot loader entry boots this kernel"
	sed 's|root=[^ ]*|root=/dev/sda2|' <<< "$good" > "$cfg"
	fault boot-names "root=/dev/sda2"
}

@test "verify: fstab and crypttab by names that wander" {
	healthy
	echo '/dev/vdb1 /data ext4 defaults 0 0' >> "$root/etc/fstab"
	fault fstab "/dev/vdb1 (/data)"
	sed -i '$d' "$root/etc/fstab"
	echo 'x /dev/disk/by-id/ata-1 none luks' >> "$root/etc/crypttab"
	fault crypttab "/dev/disk/by-id/ata-1 (x)"
}

@test "bad input: one message, its own code, nothing changed" {
	before=$(picture "$root")
	run -2 lisctl; [[ $output == *"no verb"* ]]
	run -2 lisctl status plan; [[ $output == *"two verbs"* ]]
	run -2 lisctl frobnicate; [[ $output == *"unknown argument 'frobnicate'"* ]]
	run -2 lisctl status --root; [[ $output == *"--root needs a value"* ]]
	run -2 lisctl status --undo; [[ $output == *"prepare only"* ]]
	run -4 lisctl status --root "$root/none"; [[ $output == *"no such folder"* ]]
	run -4 lisctl status --root "$root/boot"; [[ $output == *"holds no Linux system"*"next:"* ]]
	run -4 lisctl verify --root "$root" --kernel none; [[ $output == *"kernel none is not installed"*"next:"* ]]
	mv "$root/lib" "$root/away"; ln -s /lib "$root/lib"
	run -4 lisctl status --root "$root"; [[ $output == *"leads out of it"*"next:"* ]]
	rm "$root/lib"; mv "$root/away" "$root/lib"
	diff <(echo "$before") <(picture "$root")
}

@test "plan and status answer within two seconds of processor time" {
	healthy
	for verb in plan status; do
		used=$( { TIMEFORMAT='%U %S'; time lisctl $verb --root "$root" > /dev/null 2>&1; } 2>&1)
		awk -v u="$used" 'BEGIN { split(u, t, " "); exit !(t[1] + t[2] < 2) }'
		echo "# $verb: $used s of user and system time" >&3
	done
}
