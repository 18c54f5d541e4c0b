# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The driver leaves its device and takes it back through sysfs; the channel closes and opens with it.
# timeout: 300

set_up
dev=$(device_of "$BALLOON_CLASS")
name=$(basename "$dev")
drv=$VMBUS/drivers/hv_balloon
for round in 1 2 3; do
	host trace-mark
	check "round $round: unbind" sh -c "echo $name >$drv/unbind" || exit
	is "$([ -e "$dev/driver" ] && echo yes || echo no)" no "round $round: the device has no driver"
	host_ok "round $round: the host saw the channel close" trace-wait 20 vmbus_close_channel
	check "round $round: bind" sh -c "echo $name >$drv/bind" || exit
	host_ok "round $round: the host saw it open" trace-wait 20 vmbus_open_channel
	host_ok "round $round: and heard the balloon's version" trace-wait 20 hv_balloon_incoming_version
done
