# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A DVD drive: a disc is put in, read, mounted, and taken out.
# timeout: 300
# modules: hv_storvsc sd_mod sr_mod ext4 crc32c_generic?
# programs: mkfs.ext4
# hvhost: scsi,name=dvd,ram=16M:lun=0:serial=SOURCE,cd=empty:lun=1

sum_of() { dd if="$1" bs=64k iflag=direct 2>/dev/null | md5sum; }
sectors_are() { read_one; [ "$(cat /sys/block/sr0/size)" = "$1" ]; }
read_one() { dd if=/dev/sr0 of=/dev/null bs=2048 count=1 2>/dev/null; }
fails() { ! "$@"; }

disks_up SOURCE
check "the drive appears" until_true 60 test -b /dev/sr0 || exit
check "an empty drive gives nothing to read" fails read_one
source=/dev/$(disk_of SOURCE)
mkdir -p /disk
check "the disc is made: a file system" mkfs.ext4 -q -F -b 4096 "$source"
check "with a file in it" mount -t ext4 "$source" /disk
dd if=/dev/urandom of=/disk/file bs=1M count=4 2>/dev/null
want=$(md5sum </disk/file)
umount /disk
host_ok "it is put into the drive" qmp dvd.disc lun=1 from=0
check "the guest sees its size" until_true 60 sectors_are 32768
is "$(sum_of /dev/sr0)" "$(sum_of "$source")" "the disc reads as it was written"
check "it is mounted" mount -t ext4 -o ro,noload /dev/sr0 /disk || exit
is "$(md5sum </disk/file)" "$want" "the file on it is the same"
check "it cannot be written" fails dd if=/dev/zero of=/dev/sr0 bs=2048 count=1
umount /disk
host_ok "the disc is taken out" qmp dvd.disc lun=1 cd=empty
check "the drive is empty again" until_true 60 fails read_one
