# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# For kernels that check themselves (slub_debug, debug builds): a bit of everything, judged by the kernel log.
# timeout: 600

if cycle_possible; then
	n=0
	while [ $n -lt 5 ] && reload; do n=$((n + 1)); done
	is "$n" 5 "five reloads of $(cycle_set | tr '\n' ' ')"
fi
set_up
n=0
while [ $n -lt 3 ] && rebind; do n=$((n + 1)); done
is "$n" 3 "three rebinds"
dump_vmbus >/tmp/sysfs
balloon_ready
host balloon-actual
full=$HOST_REPLY
host_ok "balloon down" balloon-to $((full - 128 * 1024 * 1024)) 150
host_ok "balloon up" balloon-to "$full" 150
if can_unload hv_balloon; then
	check "the set unloads with memory of the host's past" unload_set
	check "and loads again" load_set
fi
