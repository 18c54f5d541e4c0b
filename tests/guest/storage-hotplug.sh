# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# LUNs come and go while the guest runs, one and many; a disk that grew and shrank is seen with its new size.
# timeout: 300
# modules: hv_storvsc sd_mod
# hvhost: scsi,name=hot,ram=64M:serial=FIRST,queues=2

no_disk() { ! disk_of "$1" >/dev/null; }
blocks() { cat "/sys/block/$(disk_of "$1")/size"; }
blocks_are() { [ "$(blocks "$1")" = "$2" ]; }
# A capacity change is told with the next command.
touch_disk() { dd if="/dev/$(disk_of "$1")" of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null; }

disks_up FIRST
for round in 1 2; do
	host_ok "round $round: a LUN is added" qmp hot.add ram=8M:lun=5:serial=FIVE
	check "round $round: it appears" until_true 60 disk_of FIVE || exit
	check "round $round: it can be written" dd if=/dev/urandom of="/dev/$(disk_of FIVE)" bs=64k count=16
	host_ok "round $round: it is removed" qmp hot.remove lun=5
	check "round $round: it disappears" until_true 60 no_disk FIVE || exit
done
host_ok "ten are added at once" qmp hot.add ram=1M:lun=20:count=10:serial=TEN
ten_are() { [ "$(disks_of TEN | wc -l)" -eq "$1" ]; }
check "all ten appear" until_true 120 ten_are 10
for lun in 20 22 24 26 28; do
	host_ok "LUN $lun is removed" qmp hot.remove lun=$lun
done
check "five are left" until_true 120 ten_are 5
host_ok "two are added at the last addresses" qmp hot.add ram=1M:lun=254:count=2:serial=LAST
last_are() { [ "$(disks_of LAST | wc -l)" -eq 2 ]; }
check "both appear" until_true 120 last_are
check "the first disk still answers" touch_disk FIRST

is "$(blocks FIRST)" 131072 "the first disk has 64 MB"
host_ok "it grows" qmp hot.resize lun=0 size=128M
touch_disk FIRST
check "the guest sees 128 MB" until_true 60 blocks_are FIRST 262144
check "its last block can be written" dd if=/dev/zero of="/dev/$(disk_of FIRST)" bs=512 seek=262143 count=1
host_ok "it shrinks" qmp hot.resize lun=0 size=32M
touch_disk FIRST
check "the guest sees 32 MB" until_true 60 blocks_are FIRST 65536
