# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The link goes down and comes up when the host says so; its speed is known.
# timeout: 300
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
speed_is() { ethtool "$NIC" | grep -q "Speed: $1Mb/s"; }
check "the guest knows the speed" speed_is 10000 || ethtool "$NIC" | send_data ethtool
for round in $(seq "$(rounds 3)"); do
	host_ok "round $round: the host takes the link down" qmp net.link state=down
	check "round $round: the guest sees it go" until_true 30 net_carrier "$NIC" 0
	host_ok "round $round: and up" qmp net.link state=up
	check "round $round: the guest sees it come" until_true 30 net_carrier "$NIC" 1
	check "round $round: ping works again" ping -c 2 -w 30 "$PEER"
done
host_ok "the speed changes" qmp net.link speed=2500
check "the guest sees the new speed" until_true 30 speed_is 2500
host_ok "the network changed under the link" qmp net.link state=change
check "ping works after that" until_true 40 ping -c 1 -w 5 "$PEER"
check "the interface goes down" ip link set "$NIC" down
is "$(host_number net.filter filter)" 0 "the host may send nothing then"
check "and up" ip link set "$NIC" up
ip addr add 10.99.0.2/24 dev "$NIC" 2>/dev/null
check "ping works after that, too" until_true 40 ping -c 1 -w 5 "$PEER"
host qmp net.link speed=10000
net_clean net
