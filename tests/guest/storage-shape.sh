# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What was deleted is given back to the host (UNMAP), and nothing else; a disk that the host made larger holds a larger ext4,
# while it is mounted and written to.
# timeout: 300
# modules: hv_storvsc sd_mod ext4 crc32c_generic?
# programs: mkfs.ext4 fsck.ext4 resize2fs
# hvhost: scsi,name=thin,ram=64M:serial=THIN:rotating=off,ram=32M:serial=GROWS,queues=2

unmaps() { host_number thin.stats unmaps; }
# 256 blocks of 64 KiB; the first and the last are not touched.
part() { dd if="/dev/$1" bs=64k skip="$2" count="$3" iflag=direct 2>/dev/null | md5sum; }
touch_disk() { dd if="/dev/$1" of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null; }
blocks_are() { [ "$(cat "/sys/block/$1/size")" = "$2" ]; }

disks_up THIN GROWS
thin=$(disk_of THIN) grows=$(disk_of GROWS)

check "the disk can forget blocks" test "$(cat "/sys/block/$thin/queue/discard_max_bytes")" -gt 0
dd if=/dev/urandom of="/dev/$thin" bs=64k count=256 oflag=direct 2>/dev/null
first=$(part "$thin" 0 64) last=$(part "$thin" 128 128)
before=$(unmaps)
check "4 MiB in the middle are discarded" blkdiscard -o 4194304 -l 4194304 "/dev/$thin"
check "the host hears of it" test "$(unmaps)" -gt "$before"
is "$(part "$thin" 64 64)" "$(dd if=/dev/zero bs=64k count=64 2>/dev/null | md5sum)" "they read as zeroes"
is "$(part "$thin" 0 64)" "$first" "what is before them is as it was"
is "$(part "$thin" 128 128)" "$last" "what is behind them, too"
mkdir -p /thin /grows
check "mkfs, mount" sh -c "mkfs.ext4 -q -F -E nodiscard /dev/$thin && mount -t ext4 /dev/$thin /thin" || exit
dd if=/dev/urandom of=/thin/kept bs=64k count=64 2>/dev/null
dd if=/dev/urandom of=/thin/gone bs=64k count=256 2>/dev/null
sync
want=$(md5sum </thin/kept)
rm /thin/gone
sync
before=$(unmaps)
check "fstrim" fstrim /thin
check "the host hears of that, too" test "$(unmaps)" -gt "$before"
echo 3 >/proc/sys/vm/drop_caches
is "$(md5sum </thin/kept)" "$want" "a file that was kept reads as before"
umount /thin
check "fsck finds nothing" fsck.ext4 -fn "/dev/$thin"

check "mkfs, mount" sh -c "mkfs.ext4 -q -F /dev/$grows && mount -t ext4 /dev/$grows /grows" || exit
dd if=/dev/urandom of=/grows/old bs=64k count=64 conv=fsync 2>/dev/null
want=$(md5sum </grows/old)
small=$(df -k /grows | awk 'END { print $2 }')
host_ok "the disk grows to 96 MB" qmp thin.resize lun=1 size=96M
touch_disk "$grows"
check "the guest sees it" until_true 60 blocks_are "$grows" 196608
check "the file system grows while it is mounted" resize2fs "/dev/$grows"
check "it is twice as large at least" test "$(df -k /grows | awk 'END { print $2 }')" -gt $((small * 2))
check "there is room for 48 MB more" dd if=/dev/zero of=/grows/new bs=1M count=48 conv=fsync
echo 3 >/proc/sys/vm/drop_caches
is "$(md5sum </grows/old)" "$want" "the file from before reads as before"
umount /grows
check "fsck finds nothing" fsck.ext4 -fn "/dev/$grows"
