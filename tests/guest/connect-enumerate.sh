# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The bus connects with the newest version the host speaks, and the balloon device is there and bound.
# timeout: 120

check "the module set loads" load_set || exit
check "the balloon device is offered" until_true 30 have_device "$BALLOON_CLASS" || exit
check "hv_balloon binds it" until_true 30 bound "$BALLOON_CLASS" || exit

dmesg >/tmp/boot.txt
matches "$(grep -i 'vmbus version' /tmp/boot.txt)" '[Vv]mbus version:? ?[0-9]+\.[0-9]+' "the negotiated version is logged"
# What the host saw counts more than what the guest says.
host trace-total 'vmbus_initiate_contact'
between "$HOST_REPLY" 1 99 "INITIATE_CONTACT reached the host"

dev=$(device_of "$BALLOON_CLASS")
is "$(cat "$dev/class_id")" "{$BALLOON_CLASS}" "class_id has the balloon's class"
matches "$(cat "$dev/device_id")" '^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$' "device_id is a GUID in braces"
is "$(basename "$(readlink "$dev/driver")")" hv_balloon "the driver link names hv_balloon"
matches "$(cat "$dev/modalias")" '^vmbus:[0-9a-f]{32}$' "modalias is vmbus: and 32 hex digits"
# For the log, no point: which way to the host the driver took here. Kernels that own neither page nor vector are rare.
way=/sys/kernel/debug/hyperv/connection
[ ! -r $way ] || say "$(grep -E '^(version|hypercall page):' $way | tr '\n' ',') IRQ of its own: $(awk '$NF == "hyperv" { print $1 $2; n = 1 } END { if (!n) print "none" }' /proc/interrupts)"
