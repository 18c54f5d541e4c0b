# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# 256 LUNs behind one target, the most a request can name: all are found, the last one holds what is written to it, all go away.
# timeout: 600
# modules: hv_storvsc sd_mod
# hvhost: scsi,name=many,ram=8M:serial=ALONE,queues=2

disks_are() { [ "$(ls -d /sys/block/sd* | wc -l)" -eq "$1" ]; }

disks_up ALONE
others=$(($(ls -d /sys/block/sd* | wc -l) - 1))
host_ok "255 more are added" qmp many.add ram=1M:lun=1:count=255:serial=MANY
check "all 256 are there" until_true 300 disks_are $((others + 256))
alone=$(basename "$(readlink "/sys/block/$(disk_of ALONE)/device")")
last=$(ls "/sys/bus/scsi/devices/${alone%:*}:255/block")
matches "$last" '^sd[a-z]*$' "LUN 255 is one of them" || exit
host qmp many.add ram=1M:lun=256
matches "$HOST_REPLY" 'lun=256' "there is none beyond it"
dd if=/dev/urandom of=/tmp/written bs=64k count=16 2>/dev/null
check "it is written" dd if=/tmp/written of="/dev/$last" bs=64k oflag=direct
check "and read as it was written" sh -c "dd if=/dev/$last bs=64k iflag=direct 2>/dev/null | cmp - /tmp/written"
host_ok "it is removed" qmp many.remove lun=255
check "it disappears" until_true 120 disks_are $((others + 255))
check "the driver leaves" until_true 120 rmmod hv_storvsc
