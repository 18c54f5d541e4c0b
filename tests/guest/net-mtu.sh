# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# MTU 9000 and back: the driver takes its buffers down and makes new ones, and connections live on.
# timeout: 400
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
for mtu in 9000 4000 9000 1500; do
	check "MTU $mtu is set" ip link set "$NIC" mtu $mtu
	until_true 30 net_carrier "$NIC" 1
	is "$(host_number net.stats mtu)" $mtu "the host knows of $mtu"
	check "ping with a full frame of $mtu" ping -c 3 -w 30 -s $((mtu - 28)) "$PEER"
	check "UDP with full frames of $mtu" nettool udp "$PEER" 20 $((mtu - 28))
	check "TCP to the guest at $mtu" nettool recv "$PEER" 8388608
	check "TCP from the guest at $mtu" nettool send "$PEER" 8388608
done
check "an MTU the host does not have is refused, or not used" not ip link set "$NIC" mtu 70000
is "$(host_number net.stats too-long)" "" "no frame was too long for the host"
net_clean net
