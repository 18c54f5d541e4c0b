# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The clock "hyperv" stays with the host's over time (lis.drift_s says for how long; 600 in the soak): less than 5 ms apart at every
# look, as far as the quickest of many questions can tell. Half of what the question took is all that may be added.
# timeout: 900
# modules: hv_utils
# compile: ptpclock.c
# hvhost: timesync,interval=5000

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
	set -- $(ptpclock "$PTP" host 40)
	[ $# -eq 2 ] || bail "the clock can be compared ($*)"
	BEHIND=$1 TRIP=$2
	off=${BEHIND#-}
	[ "$off" -le "$WORST" ] || WORST=$off
	[ "$TRIP" -le "$LONGEST" ] || LONGEST=$TRIP
	say "$(cut -d. -f1 /proc/uptime) s: $BEHIND us behind the host, asked in $TRIP us"
}

WORST=0 LONGEST=0 PTP=''
utils_up || bail "hv_utils loads"
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
# What cannot be asked in less time than that cannot be told apart from 5 ms.
check "the questions were quick enough to tell ($LONGEST us)" [ "$LONGEST" -lt 20000 ]
between $((BEHIND - first)) -5000 5000 "microseconds of drift in $seconds s"
check "never more than 5 ms off, half a question's time allowed for ($WORST us)" [ "$WORST" -le $((5000 + LONGEST / 2)) ]
