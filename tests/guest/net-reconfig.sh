# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Channels, buffers and MTU change while data flow: each change is agreed with the host anew, the connection lives on, and
# what the user had set stays set.
# timeout: 500
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
queues=$(nproc)
max_rx() { ethtool -g "$NIC" | awk -v k="$1" '/^Pre-set/ { max = 1 } /^Current/ { max = 0 } $1 == k && max { print $2; exit }'; }
now() { ethtool "$1" "$NIC" | awk -v k="$2" '/^Current/ { now = 1 } $1 == k && now { print $2; exit }'; }
key() { ethtool -x "$NIC" | awk '/^RSS hash key/ { getline; print }'; }

# With a table of the user's the kernel refuses to take away queues that are in it.
ethtool -X "$NIC" default
check "segmentation is switched off by the user" ethtool -K "$NIC" tso off
check "a key of the user's" ethtool -X "$NIC" hkey "$(seq 40 | awk '{ printf "%s%02x", (NR > 1 ? ":" : ""), $1 }')"
mine=$(key)

stream_begin 67108864
for round in $(seq "$(rounds 3)"); do
	for n in 1 "$queues"; do
		check "round $round: $n channels" ethtool -L "$NIC" combined "$n"
		is "$(now -l Combined:)" "$n" "round $round: and that many there are"
	done
	check "round $round: other buffers" ethtool -G "$NIC" rx $((2000 + round)) tx $((50 + round % 100))
	buffers_are "$(now -g RX:)" $((2000 + round)) "round $round: as many to receive with as were asked for"
	buffers_are "$(now -g TX:)" $((50 + round % 100)) "round $round: and to send with"
	mtu=$((1400 + round % 100))
	check "round $round: another MTU" ip link set "$NIC" mtu $mtu
	is "$(cat "/sys/class/net/$NIC/mtu")" $mtu "round $round: as it was asked for"
	check "round $round: ping" pings 2 40
done
check "more buffer than there may be is refused" not ethtool -G "$NIC" rx $(($(max_rx RX:) + 1))
check "more channels than the host has are refused" not ethtool -L "$NIC" combined 60
stream_end "each connection lived through all of that"
# The stock driver of 6.1 forgets it with the adapter it makes anew.
[ "$(cmdline lis.modules)" = inbox ] || is "$(key)" "$mine" "the key is the user's still"
matches "$(ethtool -k "$NIC")" '^tcp-segmentation-offload: off' "segmentation is off still"
is "$(nic_stat "$NIC" rx_errors)" 0 "no frame was wrong"

# Not tried with the stock driver.
if [ "$(cmdline lis.modules)" != inbox ]; then
	check "buffers as small as they get" ethtool -G "$NIC" rx 40 tx 10
	is "$(now -g TX:)" 10 "and that small they are"
	check "ping by those" pings 2 40
	check "TCP by those" nettool recv "$PEER" 2097152
fi
net_clean net
