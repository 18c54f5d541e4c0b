# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# File systems on SCSI disks, over one channel and over four: what was written is what is read, also after the caches are
# gone, by several readers at once; fsck finds nothing. lis.storage_mb says how much (soak: 1024).
# timeout: 600
# modules: hv_storvsc sd_mod ext4 crc32c_generic?
# programs: mkfs.ext4 fsck.ext4
# hvhost: scsi,name=one,ram=2G:serial=ONE
# hvhost: scsi,name=four,ram=2G:serial=FOUR:sector=4096,queues=4

mb=$(cmdline lis.storage_mb)
mb=${mb:-64}

write_files() {
	for n in 1 2 3 4; do
		dd if=/dev/urandom of="/disk/$n" bs=1M count=$((mb / 4)) 2>/dev/null || return 1
	done
	(cd /disk && md5sum 1 2 3 4 >/tmp/sums) && sync
}

# Four readers, so that several channels have something to do.
read_files() {
	echo 3 >/proc/sys/vm/drop_caches
	for n in 1 2 3 4; do
		(cd /disk && md5sum "$n" >"/tmp/sum.$n") &
	done
	wait
	cat /tmp/sum.[1-4] | diff - /tmp/sums
}

cycle() {
	dev=$(disk_of "$1")
	check "$1: mkfs" mkfs.ext4 -q -F "/dev/$dev" || return
	check "$1: mount" mount -t ext4 "/dev/$dev" /disk || return
	check "$1: $mb MB are written" write_files
	check "$1: four readers get back what was written" read_files
	check "$1: umount" umount /disk
	check "$1: mount again" mount -t ext4 "/dev/$dev" /disk || return
	check "$1: the same after unmounting" read_files
	umount /disk
	check "$1: fsck finds nothing" fsck.ext4 -fn "/dev/$dev"
	is "$(blockdev --getbsz "/dev/$dev" >/dev/null; cat "/sys/block/$dev/queue/logical_block_size")" "$2" "$1: blocks of $2 bytes"
}

disks_up ONE FOUR
mkdir -p /disk
cycle ONE 512
cycle FOUR 4096

cpus=$(nproc)
wanted=$((cpus < 4 ? cpus : 4))
host qmp four.stats
matches "$HOST_REPLY" "\"channels_open\": ${wanted}[,}]" "with $cpus CPUs $wanted channels are open"
matches "$HOST_REPLY" '"malformed": 0[,}]' "the host found no packet malformed"
matches "$HOST_REPLY" '"errors": [0-9]*[,}]' "the host counted"
host qmp one.stats
matches "$HOST_REPLY" '"channels_open": 1[,}]' "the other controller has one"
