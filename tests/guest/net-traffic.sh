# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# An adapter carries what a guest sends and gets: ARP, ping, neighbour discovery, UDP, TCP both ways, every byte checked.
# timeout: 400
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
check "ping" ping -c 3 -w 20 "$PEER"
check "ping with a full frame" ping -c 3 -w 20 -s 1472 "$PEER"
check "ping over IPv6" ping -6 -c 3 -w 20 "$PEER6"
check "UDP, 100 datagrams there and back" nettool udp "$PEER" 100 1000
for size in 1 2 17 511 1471 1472; do
	check "UDP, $size bytes" nettool udp "$PEER" 5 $size
done
check "UDP over IPv6" nettool udp "$PEER6" 50 1400
check "16 MB of TCP to the guest, checked" nettool recv "$PEER" 16777216
check "16 MB of TCP from the guest, checked by the peer" nettool send "$PEER" 16777216
check "4 MB of TCP there and back at once" nettool echo "$PEER" 4194304
check "TCP over IPv6 to the guest" nettool recv "$PEER6" 4194304
check "TCP over IPv6 from the guest" nettool send "$PEER6" 4194304
check "the peer is not asked for what it does not serve" not nc -w 3 "$PEER" 4242
matches "$(host_number net.stats tx-lso)" '^[1-9]' "the guest had the host segment its sends"
matches "$(host_number net.stats rx-packets)" '^[1-9]' "the host counts what it gave the guest"
net_clean net
is "$(nic_stat "$NIC" rx_errors) $(nic_stat "$NIC" tx_errors)" "0 0" "the guest counts no errors"
