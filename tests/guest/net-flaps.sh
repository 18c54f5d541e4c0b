# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The link flaps faster than anybody could follow, under a stream of TCP. What the guest makes of it is its own affair, but it
# has seen the link go, it ends with the link up, and the stream lives on.
# timeout: 300
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4

# flap: down and up once; on the host's side alone
flap() { host qmp net.link state=down && host qmp net.link state=up; }
changes() { cat "/sys/class/net/$NIC/carrier_changes"; }

net_up
flaps=$(rounds 20)
before=$(changes)
# One connection, which outlasts all of them: nobody could begin another while the link is down.
nettool recv "$PEER" 1000000000000 >/tmp/stream 2>&1 &
stream=$!
received=$(nic_stat "$NIC" rx_bytes)
has_begun() { [ $(($(nic_stat "$NIC" rx_bytes) - received)) -gt 200000 ]; }
check "a connection brings data" until_true 30 has_begun
done_flaps=0
while [ "$done_flaps" -lt "$flaps" ]; do
	done_flaps=$((done_flaps + 1))
	flap || break
	if [ $((done_flaps % 50)) = 0 ]; then
		check "after $done_flaps flaps: the link is up" until_true 30 net_carrier "$NIC" 1
		check "after $done_flaps flaps: ping" until_true 30 ping -c 1 -W 2 "$PEER"
	fi
done
is "$done_flaps" "$flaps" "the link went down and up $flaps times"
check "the link is up at last" until_true 30 net_carrier "$NIC" 1
between "$(($(changes) - before))" 2 $((2 * flaps)) "the guest saw the link go and come"
check "the connection is there yet" kill -0 $stream
killall -USR1 nettool
wait $stream
is $? 0 "nothing of it was lost" || send_data load </tmp/stream
check "ping" until_true 30 ping -c 1 -W 2 "$PEER"
net_clean net
