# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host adds memory beyond what the guest booted with, and balloons part of it out again.
# timeout: 420
# devices: hotadd

[ -w /sys/devices/system/memory/auto_online_blocks ] || skip_all "this kernel cannot hot add memory"
echo online >/sys/devices/system/memory/auto_online_blocks
set_up
balloon_ready
host balloon-actual
full=$HOST_REPLY
before=$(mem_kb MemTotal)
blocks=$(find /sys/devices/system/memory -maxdepth 1 -name 'memory[0-9]*' | wc -l)
more=$((full + 512 * 1024 * 1024))

host_ok "512 MiB more are taken" balloon-to "$more" 200
between "$(($(mem_kb MemTotal) - before))" 450000 524288 "MemTotal grew by them (kB)"
now=$(find /sys/devices/system/memory -maxdepth 1 -name 'memory[0-9]*' | wc -l)
between "$((now - blocks))" 4 12 "memory blocks appeared"
host trace-count 'hv_balloon_incoming_hot_add'
between "$HOST_REPLY" 1 64 "the host got hot-add responses"
check "the new memory is usable" sh -c 'mount -o remount,size=90% /tmp; dd if=/dev/zero of=/tmp/fill bs=1M count=1100 2>/dev/null && rm /tmp/fill'
host_ok "ballooned back to the size at boot" balloon-to "$full" 200
host_ok "and up once more, without a new range" balloon-to "$more" 200
