# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Each offload switched off and on again under traffic; what the host counts shows who did the work.
# timeout: 500
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
MB=1048576
can() { ethtool -k "$NIC" | grep "^[[:space:]]*$1:" | grep -vq fixed; }
both() {
	check "$1: TCP to the guest" nettool recv "$PEER" $((4 * MB))
	check "$1: TCP from the guest" nettool send "$PEER" $((4 * MB))
	check "$1: TCP over IPv6" nettool send "$PEER6" $((2 * MB))
	check "$1: UDP" nettool udp "$PEER" 20 1200
}
did() { dd_now=$(host_number net.stats "$1"); echo $((dd_now - ${2:-0})); }

both "all on"
between "$(did tx-lso)" 1 1000000 "the host segmented"
between "$(did tx-csum)" 1 1000000 "the host made checksums"

if check "segmentation off" ethtool -K "$NIC" tso off; then
	lso=$(did tx-lso)
	both "segmentation off"
	is "$(did tx-lso "$lso")" 0 "the host segmented nothing"
fi
if check "transmit checksums off" ethtool -K "$NIC" tx off; then
	csum=$(did tx-csum)
	both "transmit checksums off"
	is "$(did tx-csum "$csum")" 0 "the host made no checksums"
fi
check "transmit offloads on again" ethtool -K "$NIC" tx on tso on
if can rx-checksumming; then
	# The sum in a coalesced frame is not its own. The stock driver goes on coalescing and loses them all (docs/wire/05 8.5).
	if [ "$(cmdline lis.modules)" = inbox ] && can large-receive-offload; then
		check "coalescing off before" ethtool -K "$NIC" lro off
	fi
	check "receive checksums off" ethtool -K "$NIC" rx off
	joined=$(did rx-coalesced)
	both "receive checksums off"
	is "$(did rx-coalesced "$joined")" 0 "nothing is coalesced meanwhile"
	check "receive checksums on again" ethtool -K "$NIC" rx on
fi
check "scatter-gather off" ethtool -K "$NIC" sg off
both "scatter-gather off"
check "scatter-gather on again" ethtool -K "$NIC" sg on tso on
if can large-receive-offload; then
	check "coalescing on" ethtool -K "$NIC" lro on
	joined=$(did rx-coalesced)
	both "coalescing on"
	between "$(did rx-coalesced "$joined")" 100 1000000 "the host coalesced"
	check "coalescing off" ethtool -K "$NIC" lro off
	joined=$(did rx-coalesced)
	both "coalescing off"
	is "$(did rx-coalesced "$joined")" 0 "the host coalesced nothing"
fi
net_clean net
