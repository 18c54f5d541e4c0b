# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Everything hibernation does to the bus except writing the image: devices, bus and the last CPU's SynIC are frozen and
# thawed (the kernel's own test mode), and the host is left and met again under the same version.
# timeout: 300

[ -e /sys/power/pm_test ] && grep -q disk /sys/power/state || skip_all "this kernel has no test mode for hibernation"
set_up
dev=$(device_of "$BALLOON_CLASS")
interrupts=$(cat "$dev"/channels/*/interrupts)
echo shutdown >/sys/power/disk
echo core >/sys/power/pm_test
for round in $(seq "$(rounds 3)"); do
	host trace-mark
	check "round $round: freeze and thaw" sh -c 'echo disk >/sys/power/state'
	host trace-count 'vmbus_recv_message.*type 16\b'
	is "$HOST_REPLY" 1 "round $round: the host was told UNLOAD once"
	host trace-count 'vmbus_initiate_contact'
	is "$HOST_REPLY" 1 "round $round: contact was made with the version spoken before"
	host_ok "round $round: the balloon has introduced itself again" trace-wait 30 hv_balloon_incoming_caps
	is "$(cat "$dev/state")" 3 "round $round: the channel is open"
	is "$(basename "$(readlink "$dev/driver")")" hv_balloon "round $round: the driver still has the device"
done
check "the channel interrupts again" test "$(cat "$dev"/channels/*/interrupts)" -gt "$interrupts"
echo none >/sys/power/pm_test
