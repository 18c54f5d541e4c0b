# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# An address of the user's, where the machine's settings allow it: the host learns of it, and has it still when the driver has
# agreed with it anew.
# timeout: 240
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4,spoof=on

# the_host_has ADDRESS DESCRIPTION
the_host_has() { matches "$(host qmp net.filter && echo "$HOST_REPLY")" "\"mac\": \"$1\"" "$2"; }

net_up
own=$(cat "/sys/class/net/$NIC/address")
mine=00:15:5d:12:34:56
check "ping" ping -c 1 -w 20 "$PEER"
check "another address" ip link set "$NIC" address $mine
the_host_has $mine "the host has it"
check "ping by it" ping -c 2 -w 20 "$PEER"
check "another MTU" ip link set "$NIC" mtu 1450
the_host_has $mine "the host has the address after that, too"
check "ping by it still" ping -c 2 -w 40 "$PEER"
check "TCP" nettool recv "$PEER" 2097152
check "its own address again" ip link set "$NIC" address "$own"
the_host_has "$own" "the host has that one"
check "ping by that" ping -c 2 -w 20 "$PEER"
net_clean net
