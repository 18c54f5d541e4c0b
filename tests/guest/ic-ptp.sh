# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The PTP clock "hyperv" shows the host's time as of the last sample, whatever this clock shows, and cannot be set.
# timeout: 240
# modules: hv_utils
# compile: ptpclock.c
# hvhost: timesync,interval=1000

clock_named() {
	for cn_c in /sys/class/ptp/*; do
		[ "$(cat "$cn_c/clock_name" 2>/dev/null)" = "$1" ] || continue
		echo "/dev/${cn_c##*/}"
		return 0
	done
	return 1
}
have_clock() { PTP=$(clock_named hyperv); }
# ahead LOW HIGH: microseconds the PTP clock is ahead of this one, at once or soon
ahead() {
	# shellcheck disable=SC2046 # two numbers
	set -- "$1" "$2" $(ptpclock "$PTP")
	AHEAD=$4
	[ -n "$AHEAD" ] && [ "$AHEAD" -ge "$1" ] && [ "$AHEAD" -le "$2" ]
}

utils_up || bail "hv_utils loads"
host_ok "a version is agreed" qmp wait event=negotiated device=timesync since=0 timeout=60
check "there is a clock of that name" until_true 30 have_clock || exit
have_clock
check "it shows the host's time, which this clock was set to" until_true 30 ahead -50000 50000
ahead 0 0
say "it is $AHEAD us ahead"
host_ok "a sample an hour ahead" qmp timesync.sample offset=3600
check "is what it shows" until_true 30 ahead 3599000000 3601000000
is "$(ptpclock "$PTP" set)" refused "it is not for the guest to set"
host_ok "no more samples for now" qmp timesync.interval ms=0
host qmp timesync.sync offset=0
check "this clock set wrong" date -u -s @1000000000
between "$(ptpclock "$PTP" | cut -d' ' -f1)" 1700000000 9999999999 "changes nothing about that one"
host_ok "a device that goes" qmp remove device=timesync
no_clock() { ! clock_named hyperv >/dev/null; }
check "takes its clock along" until_true 30 no_clock
host_ok "another comes" qmp add device=timesync,interval=0
check "and has one" until_true 60 have_clock
have_clock
check "with the host's time again" until_true 30 ahead -50000 50000
