# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures an adapter of our host: TCP bytes/s each way, datagrams there and back, small frames each way: from the host's
# generator, and to the host. Not a test of speed: the points say that it could be measured and that nothing was lost on the
# way (`rig bench --io`).
# timeout: 900
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4

frames() { echo $(($(nic_stat "$NIC" rx_packets) + $(nic_stat "$NIC" tx_packets))); }
# tcp NAME WAY: for each MB, and how many frames one took as the guest counts them
tcp() {
	tcp_before=$(frames)
	costed "net_tcp_$1" "$bytes" "$mb" nettool "$2" "$PEER" "$bytes" || return 1
	ctl value "net_tcp_$1_frames_per_mb $((($(frames) - tcp_before) / mb))"
}

# To an address that is not the guest's: what is measured is the way up to the stack, not the stack's answers. The guest
# watches its own counter, as questions to the host cost exits.
got() { [ "$(nic_stat "$NIC" rx_packets)" -ge "$1" ]; }
flood() {
	fl_until=$(($(nic_stat "$NIC" rx_packets) + $1))
	host qmp net.gen op=start size=64 rate=0 count="$1" flows=256 dst=10.99.0.77 && until_true 300 got "$fl_until"
}

net_up
mb=$(cmdline lis.bench_mb)
mb=${mb:-$(rounds 32)}
bytes=$((mb * 1048576))
count=$((mb * 500))
check "the peer answers" ping -c 1 -w 20 "$PEER" || exit
# Memory the guest touches for the first time costs an exit a page; that is over before anything is measured.
check "TCP works" nettool recv "$PEER" 33554432 || exit
check "both ways" nettool send "$PEER" 33554432 || exit

tcp receive recv
tcp send send
round_trips() { nettool udp "$PEER" "$1" 64 >/tmp/udp; }
costed net_udp_round_trips "$((mb * 32))" "$((mb * 32))" round_trips "$((mb * 32))"
ctl value "net_udp_round_trips_p50_ns $(sed -n 's/^p50 \([0-9]*\).*/\1/p' /tmp/udp)"
ctl value "net_udp_round_trips_p99_ns $(sed -n 's/.*p99 //p' /tmp/udp)"
costed net_small_receive "$count" "$count" flood "$count"
before=$(host_number net.stats udp-discard)
costed net_small_send "$count" "$count" nettool blast "$PEER" "$count" 18
all_came() { [ $(($(host_number net.stats udp-discard) - before)) -eq "$count" ]; }
check "all of them came to the host" until_true 20 all_came
net_clean net
