# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A virtual function comes behind the virtual PCI bus, joins the adapter, carries its frames, follows its settings, and is
# taken away and given back under TCP streams both ways, which live on.
# timeout: 900
# modules: hv_netvsc pci_hyperv igbvf
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4,vf=7
# hvhost: vpci,name=vf,function=net,net=net,serial=7
MB=1048576

net_up
vf_up "$NIC"
is "$(cat "/sys/class/net/$VF/address")" "$(cat "/sys/class/net/$NIC/address")" "both have the same address"
is $(($(cat "/sys/class/net/$VF/flags") & 0x800)) 2048 "the function is a slave"
is "$(basename "$(readlink "/sys/class/net/$VF/master")")" "$NIC" "its master is the adapter"
check "both are up" net_carrier "$VF" 1
went_by vf 100 "ping" ping -c 2 -w 20 "$PEER"
rx=$(nic_stat "$NIC" rx_bytes) tx=$(nic_stat "$NIC" tx_bytes)
went_by vf $((8 * MB)) "TCP to the guest" nettool recv "$PEER" $((8 * MB))
went_by vf $((8 * MB)) "TCP from the guest" nettool send "$PEER" $((8 * MB))
# The streams below are to last half a minute: so many MB at this speed, as each of two.
# shellcheck disable=SC2154 # check sets it
stream_mb=$(echo "$check_out" | awk '{ n = int($NF * 30 / 1024); print (n < 32 ? 32 : (n > 200 ? 200 : n)) }')
between $(($(nic_stat "$NIC" rx_bytes) - rx)) $((8 * MB)) $((20 * MB)) "the adapter's statistics have what the function received"
between $(($(nic_stat "$NIC" tx_bytes) - tx)) $((8 * MB)) $((20 * MB)) "and what it sent"
for counter in vf_rx_packets vf_rx_bytes vf_tx_packets vf_tx_bytes; do
	between "$(ethtool_stat "$NIC" $counter)" 100 $((40 * MB)) "ethtool -S has $counter"
done
matches "$(ethtool_stat "$NIC" vf_tx_dropped)" '^[0-9]+$' "ethtool -S has vf_tx_dropped"

# Settings of the adapter's are the function's.
for mtu in 4000 1500; do
	check "MTU $mtu is set" ip link set "$NIC" mtu $mtu
	vf_up "$NIC"
	is "$(cat "/sys/class/net/$VF/mtu")" $mtu "the function has MTU $mtu"
	until_true 30 net_carrier "$VF" 1
	went_by vf 20000 "UDP with full frames of $mtu" nettool udp "$PEER" 20 $((mtu - 28))
done
host_ok "the function's link goes" qmp vf.link up=off
check "the guest sees it" until_true 60 net_carrier "$VF" 0
check "the adapter has its own yet" net_carrier "$NIC" 1
path_bytes
before=$SYNTHETIC_BYTES
check "ping without it" ping -c 3 -w 20 "$PEER"
path_bytes
between $((SYNTHETIC_BYTES - before)) 200 20000 "what the guest sent went by the adapter"
host_ok "it comes back" qmp vf.link up=on
check "the guest sees that" until_true 60 net_carrier "$VF" 1
went_by vf $((2 * MB)) "TCP goes by it again" nettool recv "$PEER" $((2 * MB))
check "the adapter goes down" ip link set "$NIC" down
vf_down() { [ $(($(cat "/sys/class/net/$VF/flags") & 1)) = 0 ]; }
check "the function with it" until_true 20 vf_down
check "the path is synthetic" until_true 20 path_is synthetic
check "the adapter comes up" ip link set "$NIC" up
net_addresses "$NIC" 10.99.0.2/24 fd00:99::2/64
vf_up "$NIC"
until_true 30 net_carrier "$VF" 1
went_by vf $((2 * MB)) "TCP after that" nettool recv "$PEER" $((2 * MB))

# Failover, with a stream each way. One may be through before all is: the adapter is much faster than the function.
streams() {
	rm -f /tmp/recv.code /tmp/send.code
	{ nettool recv "$PEER" $(($1 * MB)) >/tmp/recv 2>&1; echo $? >/tmp/recv.code; } &
	{ nettool send "$PEER" $(($1 * MB)) >/tmp/send 2>&1; echo $? >/tmp/send.code; } &
}
through() { [ -s /tmp/recv.code ] && [ -s /tmp/send.code ]; }
unhurt() { ! cat /tmp/recv.code /tmp/send.code 2>/dev/null | grep -qv '^0$'; }
streams_end() {
	until_true 240 through
	is "$(cat /tmp/recv.code)" 0 "round $1: the one to the guest ends well" || send_data "recv.$1" </tmp/recv
	is "$(cat /tmp/send.code)" 0 "round $1: the one from the guest ends well" || send_data "send.$1" </tmp/send
}
grows() { # WAY: more bytes go by it than at the call before
	path_bytes
	[ "$1" = vf ] && gr_now=$VF_BYTES || gr_now=$SYNTHETIC_BYTES
	[ "$gr_now" -gt "${gr_least:-0}" ]
}
flows_by() { # WAY DESCRIPTION
	path_bytes
	[ "$1" = vf ] && gr_least=$((VF_BYTES + 300000)) || gr_least=$((SYNTHETIC_BYTES + 300000))
	check "$2" until_true 90 grows "$1"
}
take_away() {
	case $1 in
	announced) host qmp net.vf state=off && vf_take ejected ;;
	*) vf_take "$1" ;;
	esac
}
gone() { ! [ -e "/sys/class/net/$VF" ]; }
give_back() { { [ "$1" != announced ] || host qmp net.vf state=on serial=7; } && until_true 60 vf_add; }
for round in $(seq "$(rounds 3)"); do
	case $((round % 3)) in
	1) how=announced ;;
	2) how=rescinded ;;
	0) how=ejected ;;
	esac
	streams "$stream_mb"
	flows_by vf "round $round: the streams go by the function"
	check "round $round: the function is $how" take_away "$how"
	check "round $round: the guest lets go of it" until_true 90 gone
	check "round $round: the path is synthetic" until_true 30 path_is synthetic
	check "round $round: the streams live" unhurt
	flows_by synthetic "round $round: and go by the adapter"
	check "round $round: it comes back" give_back "$how"
	vf_up "$NIC"
	! through || { streams_end "$round"; streams 32; }
	flows_by vf "round $round: the streams go by the function again"
	streams_end "$round"
done
host qmp vf.stats
is "$(stat_in "$HOST_REPLY" tx-bad)" 0 "the function saw no wrong descriptor"
net_clean net
