# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Our VSS daemon: what is frozen and what is not, and that nothing stays frozen, whatever dies.
# timeout: 900
# modules: hv_utils ext4 crc32c_generic? brd loop
# programs: ours:hv_vss_daemon mkfs.ext4
# hvhost: vss

start_vss() {
	seen=$(grep -c 'registered with the driver' /tmp/vss.log 2>/dev/null)
	hv_vss_daemon -f --timeout "$1" >>/tmp/vss.log 2>&1 3>&- &
	pid=$!
}
# The pid must be this shell's to know, so what is checked is not the start.
check_registered() { check "$1" until_true 30 registered_more "${seen:-0}"; }
registered_more() { [ "$(grep -c 'registered with the driver' /tmp/vss.log)" -gt "$1" ]; }
verdict() { hv_vss_daemon --list | awk -v p="$1" '$2 == p { $1 = $2 = ""; sub(/^ */, ""); print }'; }
# writes NAME: a line reaches the disk; hangs while the file system is frozen
writer() { echo "$1" >/fs/file && sync /fs/file && echo "$1" >/tmp/written; }
written() { [ "$(cat /tmp/written 2>/dev/null)" = "$1" ]; }
watchdog() { for w in /proc/[0-9]*; do [ "$(cat "$w/comm" 2>/dev/null)" != hv_vss_watchdog ] || basename "$w"; done; }
# frozen NAME: a writer waits
frozen() {
	writer "$1" &
	sleep 2 # long enough for a write that nobody stops
	check "$1: a write waits" not written "$1"
}

load_before
while read -r m; do loaded "$m" || insmod "$MODS/$m.ko"; done <"$MODS/more"
mkdir -p /fs /bind /image /ro
check "a file system" mkfs.ext4 -q -F /dev/ram0
check "is mounted" mount -t ext4 /dev/ram0 /fs
check "twice" mount --bind /fs /bind
mkdir -p /fs/deep
head -c 8388608 /dev/zero >/fs/image
check "one in a file of it" mkfs.ext4 -q -F /fs/image
check "is mounted too" mount -t ext4 -o loop /fs/image /image
check "and one below it" eval 'mkfs.ext4 -q -F /dev/ram1 && mount -t ext4 /dev/ram1 /fs/deep'
check "and one that is read-only" eval 'mkfs.ext4 -q -F /dev/ram2 && mount -t ext4 -o ro /dev/ram2 /ro'
is "$(verdict /fs)" "to be frozen" "the file system is to be frozen"
is "$(verdict /fs/deep)" "to be frozen" "the one below it as well"
is "$(verdict /bind)" "another mount of the same file system" "its other mount is not"
is "$(verdict /image)" "in a file of another file system" "nor what lies in its file"
is "$(verdict /ro)" read-only "nor what nobody writes to"
is "$(verdict /proc)" "not on a disk of this machine" "nor what is no disk"
is "$(hv_vss_daemon --list | awk '/to be frozen/ { print $2 }' | tr '\n' ' ')" "/fs/deep /fs " "the deeper one comes first"

utils_up || bail "hv_utils loads"
check "the driver's device appears" until_true 30 [ -c /dev/vmbus/hv_vss ] || exit
mkdir -p /etc/lis/vss.d
printf '#!/bin/sh\necho "$1" >>/tmp/hook\n' >/etc/lis/vss.d/10-app
chmod 755 /etc/lis/vss.d/10-app
start_vss 55
check_registered "the daemon registers"
host_ok "a version is agreed" qmp wait event=negotiated device=vss since=0 timeout=120
rss=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status")
ctl value "vss_rss_kb $rss"
check "the daemon needs less than 2 MB ($rss kB)" [ "$rss" -lt 2048 ]
host_ok "a whole backup" qmp vss.backup hold=1000
told() { [ "$(tr '\n' ' ' </tmp/hook)" = "$1" ]; }
check "the hook was told before and after" until_true 20 told "freeze thaw "
matches "$(cat /tmp/vss.log)" '/fs/deep \(ext4\): frozen in [0-9]+ ms, thawed' "each file system has its line in the log"
check "nothing is written down as frozen" [ ! -e /run/lis/vss.frozen ]

host_ok "frozen" qmp vss.freeze
frozen killed
kill -9 $pid
check "killed: the watchdog thaws" until_true 20 written killed
wait $pid 2>/dev/null
host qmp vss.thaw
say "a THAW after the daemon's death: $HOST_REPLY"
start_vss 55
check_registered "the next daemon registers"
host_ok "and backs up" qmp vss.backup hold=500

host_ok "frozen again" qmp vss.freeze
frozen terminated
kill $pid
check "terminated: it thaws before it ends" until_true 20 written terminated
wait $pid
is $? 0 "and ends well"
host qmp vss.thaw

start_vss 20
check_registered "one with little patience registers"
host_ok "frozen a third time" qmp vss.freeze
frozen late
check "late: thawed when the host does not come" until_true 60 written late
host qmp vss.thaw
matches "$HOST_REPLY" 'ok": false|failed|0x80004005' "the host is told that its THAW came too late"
host_ok "the next backup is fine" qmp vss.backup hold=500

kill $pid
wait $pid
start_vss 55
check_registered "a patient one registers"
host_ok "frozen a fourth time" qmp vss.freeze
frozen both
# Stopped first: the daemon would hear of the watchdog's death before its own, and thaw.
kill -STOP $pid
kill -9 "$(watchdog)" $pid
sleep 2
check "both killed: it stays frozen" not written both
matches "$(cat /run/lis/vss.frozen)" '/fs/deep' "but what is frozen is written down"
hv_vss_daemon --thaw
check "and thawed by who comes next" until_true 20 written both
wait $pid 2>/dev/null
host qmp vss.thaw

start_vss 55
check_registered "the daemon registers"
host_ok "frozen a fifth time" qmp vss.freeze
frozen alone
kill -9 "$(watchdog)"
check "alone: without a watchdog it thaws at once" until_true 20 written alone
host qmp vss.thaw
host_ok "the last backup" qmp vss.backup hold=500

printf '#!/bin/sh\n[ "$1" = thaw ]\n' >/etc/lis/vss.d/20-says-no
chmod 755 /etc/lis/vss.d/20-says-no
check "with a hook that fails there is no backup" not host qmp vss.backup hold=500
check "and nothing is frozen" eval 'writer refused; written refused'
rm /etc/lis/vss.d/20-says-no
chmod 777 /etc/lis/vss.d/10-app
: >/tmp/hook
host_ok "a hook anybody may write to is left out" qmp vss.backup hold=500
is "$(cat /tmp/hook)" "" "really"
counter vss violations
is "$COUNTER" 0 "the guest kept to the protocol"
kill $pid
umount /image /ro /fs/deep /bind /fs
