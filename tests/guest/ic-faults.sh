# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host sends what no host should and takes devices away, seed after seed: the driver must live through it (the kernel's log
# is judged), and devices that come afterwards work. lis.seed is the first seed, lis.rounds how many.
# timeout: 400
# modules: hv_utils
# programs: hv_kvp_daemon
# hvhost: heartbeat,interval=50
# hvhost: timesync,interval=50
# hvhost: kvp
# hvhost: vss
# hvhost: fcopy
# hvhost: shutdown

rm -f /bin/poweroff /bin/reboot # a request for shutdown made of faults is not to end this
for p in poweroff reboot; do
	printf '#!/bin/busybox sh\n' >/bin/$p
	chmod 755 /bin/$p
done
utils_up || bail "hv_utils loads"
check "the daemon starts" daemon kvp
host_ok "and agrees on a version" qmp wait event=negotiated device=kvp since=0 timeout=120
kinds() { echo "$HOST_REPLY" | grep -o '"hits": [1-9][0-9]*' | awk '{ n += $2 } END { print n + 0 }'; }
sum=0
first=$(cmdline lis.seed)
first=${first:-1}
for seed in $(seq "$first" $((first + $(rounds 20) - 1))); do
	host qmp faults spec="seed=$seed,rate=2" || bail "fault mode can be switched on ($HOST_REPLY)"
	case $((seed % 4)) in
	0) host qmp channel-rescind name=heartbeat again=true ;;
	1) host qmp channel-rescind name=kvp again=true ;;
	2) host qmp channel-rescind name=timesync again=true ;;
	3) host qmp kvp.enumerate pool=9 ;;
	esac
	usleep 800000
	host qmp faults spec=off
	sum=$((sum + $(kinds)))
done
check "the host misbehaved ($sum faults)" test "$sum" -gt 20
for device in heartbeat timesync; do
	host qmp remove device=$device
done
host_ok "a heartbeat device that is new" qmp add device=heartbeat,name=fresh,interval=200
beats_above() { counter fresh beats && [ "$COUNTER" -gt 5 ]; }
check "is answered" until_true 60 beats_above
killall hv_kvp_daemon 2>/dev/null
check "the driver still leaves when it is told to" until_true 30 rmmod hv_utils
