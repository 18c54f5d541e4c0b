# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A packet generator on the host's side: the guest gets every frame at a modest rate, survives a flood, and is not told
# that a wrong checksum is right.
# timeout: 300
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
ping -c 1 -w 10 "$PEER" >/dev/null
udp() { awk -v n="$1" '/^Udp:/ { if (!names++) { for (i = 2; i <= NF; i++) at[$i] = i } else print $at[n] }' /proc/net/snmp; }
over() { [ "$(host_number net.stats running)" = false ] && [ "$(host_number net.stats sections-with-guest)" = 0 ]; }

before=$(nic_stat "$NIC" rx_packets)
host_ok "2000 frames in 64 flows" qmp net.gen op=start size=200 rate=1000 count=2000 flows=64
check "they are sent, and their buffers come back" until_true 60 over
between "$(($(nic_stat "$NIC" rx_packets) - before))" 2000 2100 "the guest got them all"

bad=$(udp InErrors)
none=$(udp NoPorts)
host_ok "1000 datagrams, every tenth with a wrong checksum" qmp net.gen op=start size=300 rate=500 count=1000 flows=8 bad=10
check "they are sent" until_true 60 over
between "$(($(udp InErrors) - bad))" 95 100 "the guest found the wrong ones"
between "$(($(udp NoPorts) - none))" 890 900 "and took the right ones"

for round in $(seq "$(rounds 1)"); do
	host_ok "round $round: a flood" qmp net.gen op=start size=64 rate=0 count=40000 flows=256
	check "round $round: the flood ends" until_true 200 over
	check "round $round: ping works after it" ping -c 3 -w 30 "$PEER"
done

# A host that gives and takes nothing: the ring towards it fills with completions. Waiting for room costs no processor.
net_clean net
check "the driver leaves" until_true 60 rmmod hv_netvsc
check "it comes back with small rings" insmod "$MODS/hv_netvsc.ko" ring_size=4
net_up
softirqs() { awk '$1 == "NET_RX:" { for (i = 2; i <= NF; i++) n += $i; print n }' /proc/softirqs; }
full() { [ "$(ethtool_stat "$NIC" completions_deferred)" -gt "$deferred" ]; }
host_ok "the host looks at the guest's rings once in 40 s" qmp net.slow ms=40000
deferred=$(ethtool_stat "$NIC" completions_deferred)
host_ok "and has frames of one flow, one by one" qmp net.gen op=start size=64 rate=300 count=0 flows=1
if [ "$(cmdline lis.modules)" = ours ]; then
	check "completions find the ring full" until_true 30 full
else
	sleep 5
fi
host_ok "it has no more" qmp net.gen op=stop
sleep 1
before=$(softirqs)
sleep 3
polls=$(($(softirqs) - before))
if [ "$(cmdline lis.modules)" = ours ]; then
	between $polls 1 20000 "polls of the network in 3 s"
else
	say "in-box: $polls polls of the network in 3 s"
fi
host_ok "the host is quick again" qmp net.slow ms=0
check "all buffers come back" until_true 60 over
check "ping works" ping -c 3 -w 30 "$PEER"
net_clean net
