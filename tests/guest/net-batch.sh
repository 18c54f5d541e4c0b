# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A host that is slow to look at its rings: small frames pile up, and ours sends those that wait together. Every one of them
# comes, none waits for ever, and what waits when the interface is stopped or set up anew does no harm.
# timeout: 300
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

mine=
[ "$(cmdline lis.modules)" != ours ] || mine=1
here() { [ $(($(host_number net.stats udp-discard) - before)) -eq "$1" ]; }
held() { ethtool -S "$NIC" | awk '$1 == "tx_held:" { print $2 }'; }
number() { echo "$HOST_REPLY" | tr '{},' '\n' | sed -n "s/^ *\"$1\": *//p" | head -n 1; }
answers() { ping -c 1 -w 5 "$PEER"; }

net_up
check "ping" answers || exit
for ms in 1 5 20; do
	host_ok "the host takes what comes every $ms ms" qmp net.slow ms=$ms
	before=$(host_number net.stats udp-discard)
	check "3000 small datagrams are sent" nettool blast "$PEER" 3000 18
	check "and all of them come" until_true 60 here 3000
	check "a ping is answered by such a host" answers
done
if [ -n "$mine" ]; then
	check "frames were held back ($(held))" test "$(held)" -gt 0
	host qmp net.stats
	between $(($(number tx-packets) / $(number tx-messages))) 2 64 "frames in a message"
fi
for round in $(seq "$(rounds 5)"); do
	nettool blast "$PEER" 2000 18 >/dev/null 2>&1 &
	sleep 0.2
	check "round $round: down" ip link set "$NIC" down
	wait
	check "round $round: up" ip link set "$NIC" up
	check "round $round: ping" until_true 30 answers
	nettool blast "$PEER" 2000 18 >/dev/null 2>&1 &
	sleep 0.2
	check "round $round: another MTU" ip link set "$NIC" mtu $((1400 + round % 2 * 100))
	wait
	check "round $round: ping" until_true 30 answers
done
check "the usual MTU" ip link set "$NIC" mtu 1500
host_ok "the host is quick again" qmp net.slow ms=0
before=$(host_number net.stats udp-discard)
check "3000 small datagrams are sent" nettool blast "$PEER" 3000 18
check "and all of them come" until_true 20 here 3000
check "TCP works" nettool send "$PEER" 1048576
net_clean net
