# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Programs of the driver's own (XDP) decide over each frame: pass, drop, send back, redirect; they come and go under traffic.
# timeout: 400
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4,spoof=on

# program VERDICT: in force until program_end
program() {
	rm -f /tmp/hold /tmp/attached
	mkfifo /tmp/hold
	nettool xdp "$NIC" "$1" </tmp/hold >/tmp/attached 2>&1 &
	pid=$!
	exec 9>/tmp/hold
	until_true 20 grep -q . /tmp/attached
	grep -q '^attached' /tmp/attached
}
program_end() {
	exec 9>&-
	wait "$pid"
}

# counter PATTERN: the sum of those of ethtool -S; grew PATTERN OLD: it is more than it was
counter() { ethtool -S "$NIC" | awk -v k="$1" '$1 ~ k { n += $2 } END { print n + 0 }'; }
grew() { [ "$(counter "$1")" -gt "$2" ]; }

net_up
ethtool -S "$NIC" | grep -q xdp_drop || skip_all "this driver has no XDP of its own on this kernel"
check "ping without a program" ping -c 2 -w 20 "$PEER"
lro=$(ethtool -k "$NIC" | awk '$1 == "large-receive-offload:" { print $2 }')

if ! program pass; then
	# Stock drivers refuse a program while frames are coalesced.
	program_end
	say "refused at first: $(cat /tmp/attached)"
	check "coalescing is switched off by hand" ethtool -K "$NIC" lro off
	lro=off
	program pass || bail "a program that lets all pass is taken ($(cat /tmp/attached))"
fi
matches "$(ethtool -k "$NIC")" '^large-receive-offload: off' "nothing is coalesced meanwhile"
check "pass: ping" ping -c 3 -w 20 "$PEER"
check "pass: ping with a full frame" ping -c 3 -w 20 -s 1472 "$PEER"
check "pass: 16 MB of TCP to the guest, checked" nettool recv "$PEER" 16777216
check "pass: 4 MB of TCP from the guest" nettool send "$PEER" 4194304
check "pass: an MTU that does not fit a page is refused" not ip link set "$NIC" mtu 9000
program_end
is "$(ethtool -k "$NIC" | awk '$1 == "large-receive-offload:" { print $2 }')" "$lro" "coalescing is as before"

# swallows VERDICT COUNTER: under a program that says so nothing comes up, and is counted there
swallows() {
	before=$(counter "$2")
	program "$1" || bail "$1 is taken"
	check "$1: nothing comes up" not ping -c 3 -w 5 "$PEER"
	check "$1: counted" grew "$2" "$before"
	program_end
	check "$1 is over: ping again" until_true 20 ping -c 1 -w 2 "$PEER"
}
swallows drop xdp_drop
swallows tx "xdp_(sent|tx)"
swallows redirect xdp_redirect
swallows aborted "xdp_(aborted|drop)"

nettool recv "$PEER" 33554432 >/tmp/load 2>&1 &
load=$!
for round in $(seq "$(rounds 10)"); do
	program pass || bail "round $round: a program under traffic"
	program_end
done
wait $load
is $? 0 "10 programs came and went under a stream" || send_data load </tmp/load
net_clean net
