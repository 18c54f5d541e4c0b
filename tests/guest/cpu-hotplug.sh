# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# CPUs leave and come back under load while the channel works.
# timeout: 300

[ "$(nproc)" -gt 1 ] || skip_all "one CPU only"
[ -e /sys/devices/system/cpu/cpu1/online ] || skip_all "this kernel cannot take CPUs offline"
set_up
start_load
cpus=$(nproc)
turns=0
for _ in $(seq "$(rounds 5)"); do
	n=1
	while [ $n -lt "$cpus" ]; do
		echo 0 >/sys/devices/system/cpu/cpu$n/online && echo 1 >/sys/devices/system/cpu/cpu$n/online && turns=$((turns + 1))
		n=$((n + 1))
	done
done
is "$turns" $(($(rounds 5) * (cpus - 1))) "every CPU but the first went and came back, $(rounds 5) times"
is "$(nproc)" "$cpus" "all are online at the end"
stop_load
# The channel must still carry messages both ways: close and open it, then the balloon introduces itself again.
host trace-mark
check "the driver can leave and come back" rebind
host_ok "the channel still works" trace-wait 30 hv_balloon_incoming_caps
