# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# For kernels that check themselves (slub_debug, debug builds): a bit of everything, judged by the kernel log.
# timeout: 600

set_up
dev=$(basename "$(device_of "$BALLOON_CLASS")")
for round in 1 2 3; do
	echo "$dev" >"$VMBUS/drivers/hv_balloon/unbind"
	echo "$dev" >"$VMBUS/drivers/hv_balloon/bind"
done
check "the device survives three unbinds" bound "$BALLOON_CLASS"
dump_vmbus >/tmp/sysfs
balloon_ready
host balloon-actual
full=$HOST_REPLY
host_ok "balloon down" balloon-to $((600 * 1024 * 1024)) 150
host_ok "balloon up" balloon-to "$full" 150
n=0
while [ $n -lt 5 ] && unload_set && load_set && until_true 30 bound "$BALLOON_CLASS"; do n=$((n + 1)); done
is "$n" 5 "five reloads"
unload_set
