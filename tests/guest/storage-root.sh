# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The root file system is on a LUN: the guest runs from it, under load, while another disk comes and goes. The boot has to
# say lis.root=ROOT (see init).
# timeout: 400
# modules: hv_storvsc sd_mod ext4 crc32c_generic?
# programs: mkfs.ext4 fsck.ext4
# hvhost: scsi,name=rootdisk,ram=512M:serial=ROOT,queues=4

dev=$(disk_of ROOT)
is "$(cmdline lis.root)" ROOT "the boot asked for the root on a disk" || exit
is "$(awk '$2 == "/" && $3 == "ext4" { print $1 }' /proc/mounts)" "/dev/$dev" "/ is an ext4 on the LUN" || exit
check "processes run from it" sh -c 'readlink -f /proc/$$/exe | grep -q busybox'
dd if=/dev/urandom of=/big bs=1M count=16 2>/dev/null
want=$(md5sum </big)
sync
start_load
for round in 1 2; do
	echo 3 >/proc/sys/vm/drop_caches
	is "$(md5sum </big)" "$want" "round $round: a file reads as it was written, with cold caches"
	check "round $round: programs start with cold caches" sh -c 'ls /bin >/tmp/ls && [ -s /tmp/ls ]'
	host qmp rootdisk.add ram=4M:lun=9:serial=GUEST
	check "round $round: a second LUN comes" until_true 60 disk_of GUEST
	host qmp rootdisk.remove lun=9
done
stop_load
host_ok "writes are busy for a while" qmp rootdisk.inject op=write lun=0 status=8 count=5
check "a file is written all the same" sh -c 'dd if=/dev/zero of=/more bs=64k count=32 conv=fsync 2>/dev/null'
sync
# Errors=continue would hide it: the kernel would have made it read only or said so.
is "$(awk '$2 == "/" && $3 == "ext4" { print substr($4, 1, 2) }' /proc/mounts)" rw "the file system is still writable"
matches "$(dmesg | grep -c 'EXT4-fs error')" '^0$' "ext4 found nothing wrong"
