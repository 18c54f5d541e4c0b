# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What LISA checks of data exchange, of the clock and of the daemons, each under the name it has there (a plan names them with
# "script": "lisa-core").
# timeout: 300
# modules: hv_utils
# programs: ours:hv_kvp_daemon ours:hv_vss_daemon ours:hv_fcopy_daemon ours:kvpctl
# compile: ptpclock.c
# hvhost: kvp
# hvhost: vss
# hvhost: fcopy
# hvhost: timesync,interval=1000

# The pools are files of records of 512 and 2048 bytes; what the host tells of itself is in the fourth.
verify_kvp() {
	check "the daemon starts" daemon kvp
	host_ok "a version is agreed" qmp wait event=negotiated device=kvp since=0 timeout=120
	check "a process hv_kvp_daemon runs" pidof hv_kvp_daemon
	check "it keeps what the host tells of itself" until_true 30 [ -s /var/lib/hyperv/.kvp_pool_3 ]
	for n in 0 1 2 3 4; do
		pool=/var/lib/hyperv/.kvp_pool_$n
		is "$(stat -c %a $pool)" 644 "pool $n has mode 644"
		is $(($(stat -c %s $pool) % 2560)) 0 "pool $n is made of records"
	done
	between $(($(stat -c %s /var/lib/hyperv/.kvp_pool_3) / 2560)) 11 64 "pool 3 has at least 11 items"
	host_ok "the host writes one of its keys" qmp kvp.set pool=0 key=fromhost value=lisa
	matches "$(head -c 8 /var/lib/hyperv/.kvp_pool_0)" '^fromhost' "it is in pool 0"
}

verify_timesync_ptp() {
	check "a version is agreed" agreed timesync
	hyperv_clock() { grep -qx hyperv /sys/class/ptp/*/clock_name; }
	check "a clock has the name hyperv" until_true 30 hyperv_clock
	clock=$(grep -lx hyperv /sys/class/ptp/*/clock_name | cut -d/ -f5)
	check "it has a device" [ -c "/dev/$clock" ]
	read_it() { ptpclock "/dev/$clock"; }
	check "which can be read" until_true 30 read_it
}

# A clock source that is there, gone, and what is chosen then. The kernel's own, but on it stands what hv_utils sets.
verify_timesync_unbind_clocksource() {
	source=/sys/devices/system/clocksource/clocksource0
	current=$(cat $source/current_clocksource)
	matches "$current" '^(hyperv_clocksource|tsc)' "the clock source is of Hyper-V"
	[ "$(wc -w <$source/available_clocksource)" -gt 1 ] || { say "there is no other"; return; }
	echo "$current" >$source/unbind_clocksource
	check "unbound, it is not the current one" not grep -qx "$current" $source/current_clocksource
	before=$(cut -d. -f1 /proc/uptime)
	sleep 2
	between $(($(cut -d. -f1 /proc/uptime) - before)) 1 20 "time goes on"
}

# The host's shutdown of time synchronisation aside, a wrong clock is put right by what the host says.
verify_timedrift_corrected() {
	check "a version is agreed" agreed timesync
	check "the clock goes wrong by an hour" date -u -s "@$(($(date +%s) - 3600))"
	wrong=$(date +%s)
	host_ok "the host tells the time" qmp timesync.sync offset=0
	right() { [ $(($(date +%s) - wrong)) -gt 3500 ]; }
	check "it is right again" until_true 30 right
}

# CHECK-HYPERVDAEMONS-FILES-STATUS of LISAv2, as far as it goes without a service manager (tests/install/daemons-chroot has that).
check_hypervdaemons_status() {
	for d in kvp vss fcopy; do
		[ -c /dev/vmbus/hv_$d ] || until_true 20 [ -c /dev/vmbus/hv_$d ] || { say "this kernel's $d has no such device"; continue; }
		check "hv_${d}_daemon starts" daemon $d
		check "and the host sees it" agreed $d 120
		check "it stays" pidof hv_${d}_daemon
	done
}

ip link set lo up
utils_up || bail "hv_utils loads"
"$SCENARIO"
killall hv_kvp_daemon hv_vss_daemon hv_fcopy_daemon 2>/dev/null
true
