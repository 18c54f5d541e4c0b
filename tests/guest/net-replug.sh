# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The driver leaves and comes back; an adapter in use goes, its link before it, and another one appears. (net-surprise: without
# a word.)
# timeout: 300
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
for round in $(seq "$(rounds 3)"); do
	check "round $round: the driver leaves" rmmod hv_netvsc
	check "round $round: and comes back" insmod "$MODS/hv_netvsc.ko"
	net_up
	check "round $round: ping" ping -c 2 -w 20 "$PEER"
	check "round $round: TCP" nettool recv "$PEER" 2097152
done
net_clean net
nettool recv "$PEER" 104857600 >/dev/null 2>&1 &
pid=$!
host_ok "the link goes down under traffic" qmp net.link state=down
check "the guest sees it go" until_true 30 net_carrier "$NIC" 0
at_rest() { [ "$(host_number net.stats sections-with-guest)" = 0 ]; }
check "what was under way is over" until_true 30 at_rest
host_ok "the adapter is taken away" qmp remove device=net
gone() { ! have_device "$NET_CLASS" && ! [ -e "/sys/class/net/$NIC" ]; }
check "the guest lets go of it" until_true 60 gone
kill $pid 2>/dev/null
host_ok "a new one is offered" qmp add device=net,name=net,mac=00:15:5d:12:34:56
net_up
is "$(cat "/sys/class/net/$NIC/address")" 00:15:5d:12:34:56 "the new one has the address it was given"
check "ping by the new one" ping -c 2 -w 20 "$PEER"
net_clean net
