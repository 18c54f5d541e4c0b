# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What goes wrong is seen, no more and no less: a disk for reading only, a medium error, a busy device, late answers.
# timeout: 300
# modules: hv_storvsc sd_mod
# hvhost: scsi,name=bad,ram=64M:serial=GOOD,ram=16M:lun=3:serial=LOCKED:ro

read_at() { dd if="/dev/$1" of=/dev/null bs=4096 skip="$2" count=1 iflag=direct 2>/dev/null; }
write_at() { dd if=/dev/zero of="/dev/$1" bs=4096 seek="$2" count=1 oflag=direct 2>/dev/null; }
fails() { ! "$@"; }
counter() { host qmp bad.stats; echo "$HOST_REPLY" | tr ',{' '\n\n' | awk -F': ' -v k="\"$1\"" '{ gsub(/^ +/, "", $1) } $1 == k { print $2 + 0; exit }'; }

disks_up GOOD LOCKED
good=$(disk_of GOOD)
locked=$(disk_of LOCKED)
is "$(cat "/sys/block/$locked/ro")" 1 "the guest knows that a disk is read only"
check "it can be read" read_at "$locked" 1
check "it cannot be written" fails write_at "$locked" 1
is "$(cat "/sys/block/$good/ro")" 0 "the other is not"

host_ok "a block gives a medium error, once per read" qmp bad.inject op=read lun=0 lba=800 blocks=8 sense=03/11/00 count=1
check "the blocks before it can be read" read_at "$good" 99
check "reading it fails" fails read_at "$good" 100
matches "$(dmesg | grep -i "$good" | tail -n 20)" 'Medium Error|critical medium error' "the kernel names the medium error"
check "the next time it succeeds" read_at "$good" 100
is "$(counter injected)" 1 "the host injected one error"

host_ok "the disk is busy three times" qmp bad.inject op=write lun=0 status=8 count=3
check "a write goes through all the same" write_at "$good" 5
is "$(counter injected)" 4 "after three more errors"

host_ok "an answer is late by two seconds" qmp bad.inject op=read lun=0 delay_ms=2000 count=1
begin=$(cut -d. -f1 /proc/uptime)
check "the read waits for it" read_at "$good" 300
between $(($(cut -d. -f1 /proc/uptime) - begin)) 1 120 "and takes its seconds"

host_ok "a disk is made read only" qmp bad.ro lun=0 on=true
check "writing fails now" fails write_at "$good" 6
host_ok "and writable again" qmp bad.ro lun=0 on=false
read_at "$good" 1
blockdev --setrw "/dev/$good"
check "writing succeeds" write_at "$good" 6
matches "$(counter malformed)" '^0$' "the host found no packet malformed"
