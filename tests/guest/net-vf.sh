# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host announces a virtual function that never comes, and takes it back: the synthetic path goes on.
# timeout: 240
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,vf=7

net_up
host qmp net.vf
matches "$HOST_REPLY" '"told": true' "the guest was told of the function"
matches "$(dmesg)" "VF slot 7 added" "the guest's driver took the serial number"
check "ping" ping -c 2 -w 20 "$PEER"
host_ok "the function goes" qmp net.vf state=off
vf_gone() { dmesg | grep -q "VF slot 7 removed"; }
check "the guest's driver takes note" until_true 20 vf_gone
host_ok "another comes" qmp net.vf state=on serial=9
check "TCP goes on" nettool recv "$PEER" 4194304
host qmp net.vf
matches "$HOST_REPLY" '"path": "synthetic"' "nothing moved to a function that is not there"
net_clean net
