# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Many connections spread over the queues as the guest's table says; the table and key it sets arrive, and are obeyed. So is the
# host's, which says by which queues to send. Ours sends a connection's frames by the queue its answers come by.
# timeout: 400
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

ours() { [ "$(cmdline lis.modules)" = ours ]; }
packets() { for q in $(seq 0 $((queues - 1))); do ethtool_stat "$NIC" "$1_queue_${q}_packets"; done; }
# busiest NAME: the queue whose count rose most since it was written to NAME
busiest() { packets "$1" | paste "/tmp/$1" - | awk '$2 - $1 >= best { best = $2 - $1; at = NR - 1 } END { print at }'; }

net_up
queues=$(nproc)
is "$(host_number net.rss queues)" "$queues" "a channel for each CPU is open ($queues)"
matches "$(ethtool -x "$NIC")" "with $queues RX ring" "ethtool sees as many rings"
host_ok "the host tells the hashing the guest set" qmp net.rss
matches "$HOST_REPLY" '"enabled": true' "receive hashing is on"
key=$(ethtool -x "$NIC" | awk '/^RSS hash key/ { getline; gsub(":", ""); print }')
matches "$HOST_REPLY" "\"key\": \"$key\"" "the host has the guest's key"

check "16 connections at once to the guest" nettool recv "$PEER" 1048576 16
check "16 connections at once from the guest" nettool send "$PEER" 1048576 16
for q in $(seq 0 $((queues - 1))); do
	between "$(ethtool_stat "$NIC" "rx_queue_${q}_packets")" 20 100000000 "queue $q received"
	between "$(ethtool_stat "$NIC" "tx_queue_${q}_packets")" 20 100000000 "queue $q sent"
done

# Thousands of flows, none of which the guest answers: each queue gets its share, give or take a fifth.
packets rx >/tmp/before
received=$(nic_stat "$NIC" rx_packets)
host_ok "20000 frames in 4000 flows" qmp net.gen op=start size=128 rate=0 count=20000 flows=4000 proto=tcp dst=10.99.0.77
all_got() { [ $(($(nic_stat "$NIC" rx_packets) - received)) -ge 20000 ]; }
check "the guest gets them all" until_true 120 all_got
for q in $(packets rx | paste /tmp/before - | awk '{ print NR - 1 ":" $2 - $1 }'); do
	between "${q#*:}" $((16000 / queues)) $((24000 / queues)) "queue ${q%%:*} has its share"
done

# One connection after the other, each with a port of its own.
for i in 1 2 3 4 5 6; do
	ours || break
	packets rx >/tmp/rx
	packets tx >/tmp/tx
	check "connection $i" nettool send "$PEER" 524288
	is "$(busiest tx)" "$(busiest rx)" "connection $i has one queue for both ways"
done

# Everything by the first queue, as the host wants it; hosts and guests need some time to hear of it.
host_ok "the host has one queue left to send by" qmp net.table queues=1
sleep 1
packets tx >/tmp/tx
check "8 connections, and one queue to send by" nettool send "$PEER" 524288 8
for q in $(packets tx | paste /tmp/tx - | awk 'NR > 1 { print NR - 1 ":" $2 - $1 }'); do
	between "${q#*:}" 0 20 "next to nothing goes by queue ${q%%:*}"
done
host_ok "and all of them again" qmp net.table queues="$queues"

# Everything to the last queue.
last=$((queues - 1))
weights=$(seq "$queues" | awk -v n="$queues" '{ printf "%s%d", (NR > 1 ? " " : ""), NR == n }')
# shellcheck disable=SC2086 # words
if check "the table is changed" ethtool -X "$NIC" weight $weights; then
	before=$(ethtool_stat "$NIC" rx_queue_0_bytes)
	on_last=$(ethtool_stat "$NIC" "rx_queue_${last}_bytes")
	check "8 connections with everything to queue $last" nettool recv "$PEER" 1048576 8
	between "$(($(ethtool_stat "$NIC" "rx_queue_${last}_bytes") - on_last))" 8388608 100000000 "they came by queue $last"
	[ "$last" = 0 ] || between "$(($(ethtool_stat "$NIC" rx_queue_0_bytes) - before))" 0 1000000 "and not by queue 0"
	check "the table is set back" ethtool -X "$NIC" equal "$queues"
fi
net_clean net
