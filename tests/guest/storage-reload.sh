# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The storage driver leaves and comes back: by module, and by its device. Subchannels go with the primary and are offered
# anew; what was written stays. The controller the host takes away has a disk without a write cache: the in-box driver never
# ends the flush of one that has (seen on 6.1: -ENODEV of a rescinded channel is taken for sent).
# timeout: 300
# modules: hv_storvsc sd_mod
# hvhost: scsi,name=again,ram=64M:serial=AGAIN,queues=4
# hvhost: scsi,name=leaves,ram=8M:serial=LEAVES:ro,queues=4

sum_of() { dd if="/dev/$(disk_of "$1")" bs=64k count=64 iflag=direct 2>/dev/null | md5sum; }
no_disk() { ! disk_of "$1" >/dev/null; }

disks_up AGAIN LEAVES
dd if=/dev/urandom of="/dev/$(disk_of AGAIN)" bs=64k count=64 oflag=direct 2>/dev/null
want=$(sum_of AGAIN)
for round in 1 2 3; do
	check "round $round: the driver unloads" until_true 60 rmmod hv_storvsc || exit
	check "round $round: its disk is gone" no_disk AGAIN
	check "round $round: it loads" insmod "$MODS/hv_storvsc.ko"
	check "round $round: the disk is back" until_true 60 disk_of AGAIN || exit
	is "$(sum_of AGAIN)" "$want" "round $round: with what was written"
done
path=$(readlink -f "/sys/block/$(disk_of AGAIN)/device")
name=$(basename "${path%%/host*}")
echo "$name" >"$VMBUS/drivers/hv_storvsc/unbind"
check "unbound, the disk is gone" until_true 30 no_disk AGAIN
echo "$name" >"$VMBUS/drivers/hv_storvsc/bind"
check "bound again, it is back" until_true 60 disk_of AGAIN || exit
is "$(sum_of AGAIN)" "$want" "with what was written"
for round in 1 2; do
	check "round $round: the other disk is there" until_true 60 disk_of LEAVES || exit
	host_ok "round $round: the host takes its controller away" qmp channel-rescind name=leaves
	check "round $round: the disk is gone" until_true 60 no_disk LEAVES
	host_ok "round $round: and offers it again" qmp channel-offer name=leaves
done
check "the disk is back" until_true 90 disk_of LEAVES || exit
is "$(sum_of LEAVES | cut -c1-8)" "$(dd if=/dev/zero bs=64k count=64 2>/dev/null | md5sum | cut -c1-8)" "and reads as before"
cpus=$(nproc)
wanted=$((cpus < 4 ? cpus : 4))
host qmp again.stats
matches "$HOST_REPLY" "\"channels_open\": ${wanted}[,}]" "$wanted channels are open"
