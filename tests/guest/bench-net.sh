# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures an adapter of our host: TCP bytes/s each way, datagrams there and back, frames/s of the host's generator. Not a
# test: the points only say that it could be measured (`rig bench --io`).
# timeout: 900
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
mb=$(rounds 32)
bytes=$((mb * 1048576))
check "the peer answers" ping -c 1 -w 20 "$PEER" || exit

timed net_tcp_receive "$bytes" "$mb" nettool recv "$PEER" "$bytes"
timed net_tcp_send "$bytes" "$mb" nettool send "$PEER" "$bytes"
timed net_udp_round_trips "$((mb * 32))" "$((mb * 32))" nettool udp "$PEER" "$((mb * 32))" 64
timed net_udp_send "$((mb * 500))" "$((mb * 500))" nettool blast "$PEER" "$((mb * 500))" 64
