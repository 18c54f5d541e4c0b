# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# lsvmbus on a real bus prints what LISA parses.
# timeout: 120

set_up
check "lsvmbus succeeds" sh -c 'lsvmbus >/tmp/ls0' || exit
matches "$(cat /tmp/ls0)" '^VMBUS ID +[0-9]+: \[Dynamic [Mm]emory\]$' "each device is one line, the balloon has its name"
is "$(grep -c '^VMBUS ID' /tmp/ls0)" "$(find "$VMBUS/devices/" -mindepth 1 | wc -l)" "as many lines as devices in sysfs"
check "lsvmbus -vv succeeds" sh -c 'lsvmbus -vv >/tmp/ls2' || exit
matches "$(cat /tmp/ls2)" "Class_ID = \{$BALLOON_CLASS\} - \[Dynamic [Mm]emory\]" "-vv shows the class"
matches "$(cat /tmp/ls2)" 'Device_ID = \{[0-9a-f-]{36}\}' "-vv shows the device id"
dev=$(device_of "$BALLOON_CLASS")
relid=$(cut -d: -f1 "$dev/channel_vp_mapping" | head -n 1)
matches "$(cat /tmp/ls2)" "Rel_ID=$relid, target_cpu=[0-9]+" "-vv shows the channel and its CPU"
send_data lsvmbus </tmp/ls2
