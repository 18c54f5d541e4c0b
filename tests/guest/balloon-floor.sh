# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A host that asks for nearly everything gets what is above the guest's floor; the guest stays alive and takes it back.
# timeout: 420

set_up
balloon_ready
host balloon-actual
full=$HOST_REPLY
host_ok "the guest answers a demand for all but 16 MiB and settles" balloon-settle $((16 * 1024 * 1024)) 12 200
between "$HOST_REPLY" $((48 * 1024 * 1024)) $((full - 67108864)) "it kept a floor, yet gave what it could"
between "$(mem_kb MemAvailable)" 16384 1048576 "memory is left to run in (kB)"
check "processes still start" sh -c 'dd if=/dev/zero of=/tmp/fill bs=1M count=8 2>/dev/null && rm /tmp/fill'
is "$(dmesg | grep -c 'Out of memory')" 0 "nothing was killed for lack of memory"
host_ok "all of it comes back" balloon-to "$full" 200
