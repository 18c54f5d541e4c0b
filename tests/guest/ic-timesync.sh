# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The guest's clock follows the host's: it is stepped at the start, after a pause, and when the host says so.
# timeout: 300
# modules: hv_utils
# hvhost: timesync,interval=1000

# now_near SECONDS: this clock is that of the host plus so many seconds, give or take what a slow machine needs to answer
now_near() {
	host clock || return 1
	near "$(date -u +%s)" "$((${HOST_REPLY%??????} + $1))" 5
}
agreed_to() { counter timesync message && [ "$COUNTER" = "\"$1\"" ]; }
anew() { host qmp timesync.renegotiate; }

utils_up || bail "hv_utils loads"
host_ok "a version is agreed" qmp wait event=negotiated device=timesync since=0 timeout=60
matches "$HOST_REPLY" '"message": "4.0"' "it is the newest"
# The step may be long past, when another scenario loaded the driver.
date -u -s @1000000000 >/dev/null
check "versions are offered anew" until_true 20 anew
check "the clock is stepped from 2001 to today" until_true 20 now_near 0
host_ok "the host's clock goes ahead by a day" qmp timesync.sync offset=86400
check "and the guest's follows" until_true 20 now_near 86400
host_ok "and back" qmp timesync.sync offset=0
check "and the guest's follows" until_true 20 now_near 0
host_ok "a sample an hour ahead" qmp timesync.sample offset=3600
check "does not step the clock" now_near 0
host_ok "nor does a probe" qmp timesync.probe
check "as can be seen" now_near 0
host qmp timesync.sync offset=0

# An administrator's mistake stands until the host has a reason to say otherwise; a pause is one.
synced_since() { counter timesync syncs && [ "$COUNTER" -gt "$1" ]; }
counter timesync syncs
before=$COUNTER
date -u -s @1000000000 >/dev/null
host_ok "the machine is held for a while" hold 15
check "the host tells the time anew" until_true 30 synced_since "$before"
check "and the clock is the host's again" until_true 20 now_near 0
for version in 3.0 1.0; do
	host_ok "the host offers $version only" qmp remove device=timesync
	host_ok "with a new device" qmp add device=timesync,interval=0,versions="$version",framework=1.0+3.0
	check "the guest agrees" until_true 60 agreed_to "$version"
	date -u -s @1000000000 >/dev/null
	host_ok "a sync by version $version" qmp timesync.sync
	matches "$HOST_REPLY" "\"version\": \"$version\"" "by that version indeed"
	check "steps the clock, too" until_true 20 now_near 0
done
counter timesync violations
is "$COUNTER" 0 "the guest kept to the protocol"
