# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Everything hibernation does to an adapter except writing the image: the host is left and met again, and the interface has
# its addresses, its settings and its connections as before.
# timeout: 300
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

[ -e /sys/power/pm_test ] && grep -q disk /sys/power/state || skip_all "this kernel has no test mode for hibernation"
net_up
queues=$(ethtool -l "$NIC" | awk '/^Current/ { now = 1 } $1 == "Combined:" && now { print $2 }')
check "segmentation is switched off by the user" ethtool -K "$NIC" tso off
nettool recv "$PEER" 67108864 >/tmp/load 2>&1 &
pid=$!
under_way() { [ "$(host_number net.stats rx-packets)" -ge 300 ]; }
check "traffic is under way" until_true 60 under_way
echo shutdown >/sys/power/disk
echo core >/sys/power/pm_test
for round in $(seq "$(rounds 2)"); do
	check "round $round: freeze and thaw" sh -c 'echo disk >/sys/power/state'
	check "round $round: ping" until_true 60 ping -c 1 -W 2 "$PEER"
	is "$(host_number net.rss queues)" "$queues" "round $round: all channels are open again"
	matches "$(ethtool -k "$NIC")" '^tcp-segmentation-offload: off' "round $round: segmentation is off still"
done
echo none >/sys/power/pm_test
wait $pid # no point of its own: points run in a subshell, whose child it is not
is $? 0 "the connection lived through all of that" || send_data load </tmp/load
check "TCP to the guest" nettool recv "$PEER" 4194304
check "TCP from the guest" nettool send "$PEER" 4194304
net_clean net
