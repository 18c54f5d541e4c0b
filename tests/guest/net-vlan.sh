# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Tagged frames both ways; the tag travels beside the frame.
# timeout: 300
# modules: hv_netvsc 8021q
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
for id in 5 4094; do
	check "a VLAN interface $id" ip link add link "$NIC" name "$NIC.$id" type vlan id $id || exit
	net_addresses "$NIC.$id" "10.$((id % 200)).0.2/24" "fd00:$id::2/64"
	tagged=$(host_number net.stats tx-vlan)
	check "ping on VLAN $id" ping -c 3 -w 20 "10.$((id % 200)).0.1"
	check "TCP to the guest on VLAN $id" nettool recv "10.$((id % 200)).0.1" 4194304
	check "TCP from the guest on VLAN $id" nettool send "10.$((id % 200)).0.1" 4194304
	between "$(($(host_number net.stats tx-vlan) - tagged))" 100 1000000 "the host saw tagged frames"
done
between "$(host_number net.stats rx-vlan)" 100 1000000 "and sent tagged ones"
is "$(host_number net.stats tx-vlan-inline)" 0 "no tag was inside a frame"
check "untagged frames go on beside them" ping -c 3 -w 20 "$PEER"
ip link del "$NIC.5"
ip link del "$NIC.4094"
net_clean net
