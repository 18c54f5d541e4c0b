# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host asks whether the guest lives, and is answered; it notices when answers stop and when they come back.
# timeout: 240
# modules: hv_utils
# hvhost: heartbeat,interval=200,lost=3000

utils_up || bail "hv_utils loads"
host_ok "a version is agreed" qmp wait event=negotiated device=heartbeat since=0 timeout=60
matches "$HOST_REPLY" '"message": "3.0"' "it is the newest"
host_ok "the first beat comes" qmp wait event=heartbeat since=0 timeout=60
beats_rise() {
	counter heartbeat beats && br_first=$COUNTER && until_true 30 beats_above "$((br_first + 10))"
}
beats_above() { counter heartbeat beats && [ "$COUNTER" -gt "$1" ]; }
check "beats go on" beats_rise
counter heartbeat wrong
is "$COUNTER" 0 "each is the one before plus one"
host_ok "the machine is held for a while" hold 5
check "beats go on after it" beats_rise
if can_unload hv_utils && rmmod hv_utils; then
	host_ok "the driver closes the channel when it leaves" qmp wait event=channel-close device=heartbeat since=0 timeout=30
	check "and comes back" insmod "$MODS/hv_utils.ko"
	check "versions are agreed once more, and beats go on" until_true 60 beats_rise
	counter heartbeat negotiations
	is "$COUNTER" 2 "they were indeed"
fi
counter heartbeat violations
is "$COUNTER" 0 "the guest kept to the protocol"
