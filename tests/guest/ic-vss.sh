# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host has file systems frozen for a backup and thawed again, by the daemon (the distribution's or ours).
# timeout: 300
# modules: hv_utils ext4 crc32c_generic? brd
# programs: hv_vss_daemon mkfs.ext4
# hvhost: vss

writer() { echo "$1" >/fs/file && sync && echo "$1" >/tmp/written; }
written() { [ "$(cat /tmp/written 2>/dev/null)" = "$1" ]; }

while read -r m; do loaded "$m" || insmod "$MODS/$m.ko"; done <"$MODS/more"
[ -b /dev/ram0 ] || bail "there is a RAM disk"
check "a file system on it" mkfs.ext4 -q -F /dev/ram0
mkdir -p /fs
check "is mounted" mount -t ext4 /dev/ram0 /fs
utils_up || bail "hv_utils loads"
host_ok "the driver agrees to a version without its daemon" qmp wait event=negotiated device=vss since=0 timeout=60
host qmp vss.check
matches "$HOST_REPLY" '0x80004005' "but says no to everything"
check "the daemon starts" daemon vss
daemon_there() { dmesg | grep -q 'VSS: userspace daemon ver'; }
check "and registers" until_true 60 daemon_there
host_ok "a version is agreed" qmp wait event=negotiated device=vss since=0 timeout=120
matches "$HOST_REPLY" '"message": "5.0"' "it is the newest the driver knows"
host_ok "a hot backup is possible" qmp vss.check
check "files can be written" writer before
host_ok "the file systems are frozen" qmp vss.freeze
writer frozen &
sleep 3 # long enough for a write that nobody stops
check "a write waits" eval '! written frozen'
host_ok "and thawed" qmp vss.thaw
check "now it goes through" until_true 30 written frozen
host_ok "a whole backup, two seconds long" qmp vss.backup hold=2000
check "files can be written after it" writer after
host qmp counters
matches "$HOST_REPLY" '"frozen": false' "nothing is left frozen"
counter vss violations
is "$COUNTER" 0 "the guest kept to the protocol"
umount /fs
