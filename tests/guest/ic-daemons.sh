# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Daemons that die with a request, answer too late, come twice, or write nonsense; devices that go while a daemon waits. The
# daemons are a few shell lines each, and the messages are looked at (docs/wire/03 7).
# timeout: 400
# modules: hv_utils
# hvhost: kvp,push=off
# hvhost: vss

SIZE=7432
GET_VALUE=528
ours() { [ "$(cmdline lis.modules)" = ours ]; }

# message FILE OFFSET TEXT: SIZE bytes with this text there
message() {
	head -c $SIZE /dev/zero >"$1"
	printf %s "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
transfer() { dd bs="${1:-$SIZE}" count=1 2>/dev/null; }
mark() { : >"/tmp/$1"; }
marked() { [ -e "/tmp/$1" ]; }

# kvp_daemon STEP: registers and does one of the steps below, in the background; it dies where the step ends
kvp_daemon() {
	rm -f /tmp/ready /tmp/ended
	{
		exec 5<>/dev/vmbus/hv_kvp && transfer </tmp/register >&5 && transfer <&5 >/tmp/version && mark ready && "$1"
		exec 5<&-
		mark ended
	} 3>&- >/dev/null 2>&1 &
	until_true 30 marked ready
}
take() { transfer <&5 >/tmp/asked; }
take_and_answer() { take && transfer </tmp/answer >&5; }
late() {
	take
	until_true 90 marked go
	transfer </tmp/wrong >&5 && mark taken
	take_and_answer
}
clumsy() {
	! transfer 100 <&5 >/tmp/part && mark no-part
	take
	! head -c 100 /tmp/answer | transfer 100 >&5 && mark no-short
	transfer </tmp/answer >&5
	! transfer </tmp/answer >&5 && mark no-second
}
no_node() { [ ! -c "/dev/vmbus/$1" ]; }
served() { host qmp kvp.get key=again pool=1; }
node() { [ -c "/dev/vmbus/$1" ]; }

message /tmp/register 0 d # 100
message /tmp/answer $GET_VALUE RIGHT
message /tmp/wrong $GET_VALUE WRONG
utils_up || bail "hv_utils loads"
check "the node appears" until_true 30 node hv_kvp || exit

check "a daemon registers" kvp_daemon take
host_ok "a version is agreed" qmp wait event=negotiated device=kvp since=0 timeout=60
check "nobody else can open its node" eval '! head -c 1 /dev/vmbus/hv_kvp'
host qmp kvp.get key=dies pool=1
matches "$HOST_REPLY" '0x80004005' "the request of a daemon that died is answered"
check "as it has" until_true 10 marked ended
check "the next one is taken" kvp_daemon take_and_answer
host_ok "and serves" qmp kvp.get key=lives pool=1
check "to the end" until_true 10 marked ended

check "a slow one registers" kvp_daemon late
host qmp kvp.get key=slow pool=1
matches "$HOST_REPLY" '0x80004005' "what it does not answer in time is answered for it"
# The late answer arrives when the next request is waiting already.
{ sleep 3; mark go; } 3>&- >/dev/null 2>&1 &
host qmp kvp.get key=next pool=1
say "the request after a late answer: $HOST_REPLY"
if ours; then
	matches "$HOST_REPLY" RIGHT "the next request gets its own answer, not the late one"
	check "which was taken and forgotten" marked taken
fi
check "it ends" until_true 30 marked ended
if ours; then
	check "a clumsy one registers" kvp_daemon clumsy
	host_ok "it is served all the same" qmp kvp.get key=clumsy pool=1
	matches "$HOST_REPLY" RIGHT "and serves"
	check "it ends" until_true 10 marked ended
	check "too little room for a message is refused" marked no-part
	check "a short answer, too" marked no-short
	check "and one more than was asked for" marked no-second
fi

check "one more registers" kvp_daemon take
host_ok "the device goes" qmp remove device=kvp
check "who waits for a message is told" until_true 30 marked ended
check "the node goes with the device" until_true 30 no_node hv_kvp
host_ok "another device comes" qmp add device=kvp,push=off
check "and its node" until_true 60 node hv_kvp
check "a daemon registers there" kvp_daemon take_and_answer
check "and serves" until_true 60 served

# Frozen file systems must not stay so when the host has gone.
vss_daemon() {
	{
		exec 5<>/dev/vmbus/hv_vss && transfer 12 </tmp/vss-register >&5 && transfer 12 <&5 >/tmp/vss-version && mark vss-ready
		transfer 12 <&5 >/tmp/vss-freeze && transfer 12 </tmp/vss-answer >&5
		transfer 12 <&5 >/tmp/vss-then
		exec 5<&-
		mark vss-ended
	} 3>&- >/dev/null 2>&1 &
	until_true 30 marked vss-ready
}
first_byte() { od -An -v -t u1 -N 1 "$1" | tr -d ' '; }
head -c 12 /dev/zero >/tmp/vss-answer
{ printf '\201'; head -c 11 /dev/zero; } >/tmp/vss-register
check "a backup daemon registers" vss_daemon
is "$(first_byte /tmp/vss-version)" 129 "as what it says it is"
host_ok "a version is agreed" qmp wait event=negotiated device=vss since=0 timeout=60
host_ok "the host freezes" qmp vss.freeze
is "$(first_byte /tmp/vss-freeze)" 5 "that was a freeze"
host_ok "and goes" qmp remove device=vss
check "the daemon hears of it" until_true 30 marked vss-ended
! ours || is "$(first_byte /tmp/vss-then)" 6 "it is told to thaw"
