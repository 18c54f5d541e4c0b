# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The clock "hyperv" stays with the host's over time (lis.drift_s says for how long; 600 in the soak): less than 5 ms apart at every
# look. A look is a command to a disk, whose coming the host writes down: the clock is read before and after it, and the
# quickest of ten is taken. Half of the time it took counts against the clock.
# timeout: 900
# modules: hv_utils hv_storvsc sd_mod
# compile: ptpclock.c
# hvhost: timesync,interval=5000
# hvhost: scsi,name=stamp,ram=1M:serial=STAMP

seconds=$(cmdline lis.drift_s)
seconds=${seconds:-20}
clock_there() {
	for ct_c in /sys/class/ptp/*; do
		[ "$(cat "$ct_c/clock_name" 2>/dev/null)" != hyperv ] || PTP=/dev/${ct_c##*/}
	done
	[ -n "$PTP" ] && ptpclock "$PTP" >/dev/null
}
# look: BEHIND and TRIP of the clock, and the most it can be off
look() {
	# shellcheck disable=SC2046 # two numbers
	set -- $(ptpclock "$PTP" host 10 "/dev/$disk")
	[ $# -eq 2 ] || bail "the clock can be compared ($*)"
	BEHIND=$1 TRIP=$2
	off=$((${BEHIND#-} + TRIP / 2))
	[ "$off" -le "$WORST" ] || WORST=$off
	[ "$TRIP" -le "$LONGEST" ] || LONGEST=$TRIP
	say "$(cut -d. -f1 /proc/uptime) s: $BEHIND us behind the host, seen within $TRIP us"
}

WORST=0 LONGEST=0 PTP=''
utils_up || bail "hv_utils loads"
disks_up STAMP
disk=$(disk_of STAMP)
host_ok "a version is agreed" qmp wait event=negotiated device=timesync since=0 timeout=60
check "there is the clock" until_true 60 clock_there || exit
clock_there
look
first=$BEHIND
end=$(($(cut -d. -f1 /proc/uptime) + seconds))
while [ "$(cut -d. -f1 /proc/uptime)" -lt "$end" ]; do
	sleep $((seconds / 20 > 1 ? seconds / 20 : 1))
	look
done
ctl value "drift_us $((BEHIND - first))"
ctl value "clock_off_us $WORST"
ctl value "clock_look_us $LONGEST"
between $((BEHIND - first)) -5000 5000 "microseconds of drift in $seconds s"
check "never 5 ms off, half of what a look took included ($WORST us)" [ "$WORST" -lt 5000 ]
