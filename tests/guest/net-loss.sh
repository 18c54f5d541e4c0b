# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A lossy wire: TCP gets every byte through all the same. The test of the peer's own TCP.
# timeout: 400
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,loss=10,seed=3

net_up
check "ping gets through" until_true 60 ping -c 1 -w 3 "$PEER"
check "TCP to the guest" nettool recv "$PEER" 2097152
check "TCP from the guest" nettool send "$PEER" 2097152
check "TCP both ways at once" nettool echo "$PEER" 1048576
between "$(host_number net.stats lost-on-purpose)" 10 100000 "frames were lost"
net_clean net
