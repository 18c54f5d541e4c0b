# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Everything hibernation does to the integration components but writing the image (the kernel's own test mode): channels are
# closed and opened, versions agreed anew, daemons go on without noticing, and a freeze the host left behind is undone.
# timeout: 300
# modules: hv_utils
# programs: hv_kvp_daemon
# hvhost: heartbeat,interval=200
# hvhost: timesync
# hvhost: kvp,push=off
# hvhost: vss

ours() { [ "$(cmdline lis.modules)" = ours ]; }
transfer() { dd bs="$1" count=1 2>/dev/null; }
mark() { : >"/tmp/$1"; }
marked() { [ -e "/tmp/$1" ]; }
# A backup daemon that says yes to a freeze and then looks what comes.
vss_daemon() {
	{ printf '\201'; head -c 11 /dev/zero; } >/tmp/register
	head -c 12 /dev/zero >/tmp/answer
	{
		exec 5<>/dev/vmbus/hv_vss && transfer 12 </tmp/register >&5 && transfer 12 <&5 >/tmp/version && mark ready
		transfer 12 <&5 >/tmp/freeze && transfer 12 </tmp/answer >&5
		transfer 12 <&5 >/tmp/then && transfer 12 </tmp/answer >&5
		mark ended
	} 3>&- >/dev/null 2>&1 &
	until_true 30 marked ready
}
beats_above() { counter heartbeat beats && [ "$COUNTER" -gt "$1" ]; }
agreed_again() { counter "$1" negotiations && [ "$COUNTER" -ge 2 ]; }
set_value() { host qmp kvp.set key=after value="$1"; }
pool_has() { tr -s '\0' '\n' </var/lib/hyperv/.kvp_pool_0 | grep -qx "$1"; }
now_near() { host clock && near "$(date -u +%s)" "${HOST_REPLY%??????}" 5; }

[ -e /sys/power/pm_test ] && grep -q disk /sys/power/state || skip_all "this kernel has no test mode for hibernation"
utils_up || bail "hv_utils loads"
check "the daemon starts" daemon kvp
host_ok "and agrees on a version" qmp wait event=negotiated device=kvp since=0 timeout=120
check "a backup daemon registers" vss_daemon
host_ok "a version is agreed" qmp wait event=negotiated device=vss since=0 timeout=60
host_ok "the host freezes" qmp vss.freeze
echo shutdown >/sys/power/disk
echo core >/sys/power/pm_test
check "the machine is frozen and thawed" sh -c 'echo disk >/sys/power/state'
echo none >/sys/power/pm_test
for service in heartbeat timesync kvp vss; do
	check "$service: versions are agreed anew" until_true 60 agreed_again $service
done
counter heartbeat beats
check "the heart beats on" until_true 60 beats_above "$((COUNTER + 5))"
check "the clock is the host's" until_true 60 now_near
check "values are set, by the daemon that was there before" until_true 60 set_value later
check "and arrive" until_true 20 pool_has later
check "the backup daemon heard of something" until_true 30 marked ended
! ours || is "$(od -An -v -t u1 -N 1 /tmp/then | tr -d ' ')" 6 "it is told to thaw what the host left frozen"
for service in heartbeat timesync kvp vss; do
	counter $service violations
	is "$COUNTER" 0 "$service: the guest kept to the protocol"
done
