# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What `install.sh --try` shows: the bus, then memory going to the host and coming back, with a line for every step.
# timeout: 420

say "kernel $(uname -r), loading $(tr '\n' ' ' </mods/set | sed 's/ $//')"
check "the module set loads" load_set || exit
check "the balloon device is there and bound" until_true 60 bound "$BALLOON_CLASS" || exit
say "$(dmesg | grep -i 'vmbus version' | sed 's/^\[[^]]*\] *//' | tail -n 1)"
say "hv_vmbus version $(cat /sys/module/hv_vmbus/version 2>/dev/null || echo 'of the kernel')"
say "lsvmbus -vv:"
lsvmbus -vv >/tmp/ls || not_ok "lsvmbus succeeds"
while IFS= read -r line; do [ -z "$line" ] || say "    $line"; done </tmp/ls

say "balloon: QEMU's host leaves a new guest alone for its first 50 s"
balloon_ready
host balloon-actual
full=$HOST_REPLY
before=$(mem_kb MemTotal)
mb() { echo $(($1 / 1048576)); }
say "balloon: the guest has $(mb "$full") MiB, MemTotal $(mem_kb MemTotal) kB; the host takes it down to 600 MiB"
host_ok "balloon down to 600 MiB" balloon-to $((600 * 1048576)) 200 || exit
say "balloon: now $(mb "$HOST_REPLY") MiB, MemTotal $(mem_kb MemTotal) kB; and back"
host_ok "and up again" balloon-to "$full" 200 || exit
back=$HOST_REPLY
check "the guest has all of it again" mem_back "$before"
HOST_REPLY=$back
say "balloon: now $(mb "$HOST_REPLY") MiB, MemTotal $(mem_kb MemTotal) kB"
! can_unload hv_balloon || check "the module set unloads" unload_set
