# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Everything the bus shows in sysfs, collected with the channel open. The rig compares ours with the in-box set's: names,
# modes and formats must be the same (tests/rig/riglib/parity.py), or explained in sysfs-parity.explained.
# timeout: 120

set_up
dump_vmbus >/tmp/sysfs
between "$(wc -l </tmp/sysfs)" 60 5000 "the bus shows its attributes"
send_data sysfs </tmp/sysfs
dev=$(device_of "$BALLOON_CLASS")
is "$(cat "$dev/state")" 3 "the channel's state is open"
check "the channel has its own directory" test -d "$dev/channels/$(cut -d: -f1 "$dev/channel_vp_mapping" | head -n 1)"
