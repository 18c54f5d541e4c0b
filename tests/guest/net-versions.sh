# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The same driver on adapters of hosts from 2008 to 2019: every version of NVSP it knows.
# timeout: 500
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net1,nvsp=1
# hvhost: net,name=net2,nvsp=2
# hvhost: net,name=net4,nvsp=4
# hvhost: net,name=net5,nvsp=5
# hvhost: net,name=net6,nvsp=6,compact=on
# hvhost: net,name=net61,nvsp=6.1,old-indicate=on

class_up "$NET_CLASS" "a network device"
all_there() { [ "$(find /sys/class/net -name 'eth*' | wc -l)" -ge 6 ]; }
check "six interfaces" until_true 60 all_there || exit
# nic_of MAC: the interface with that address
nic_of() { grep -l "$1" /sys/class/net/*/address | head -n 1 | cut -d/ -f5; }
for v in 1 2 4 5 6 61; do
	host qmp "net$v.filter" || bail "the host tells of net$v"
	mac=$(echo "$HOST_REPLY" | sed -n 's/.*"permanent-mac": "\([^"]*\)".*/\1/p')
	nic=$(nic_of "$mac")
	host qmp "net$v.stats"
	matches "$HOST_REPLY" "\"nvsp\": \"$(echo $v | sed 's/61/6.1/')\"" "version $v was agreed on"
	ip addr add "10.9$((v % 10)).$v.2/24" dev "$nic"
	ip link set "$nic" up
	until_true 20 net_carrier "$nic" 1
	peer="10.9$((v % 10)).$v.1"
	check "version $v: ping" ping -c 2 -w 20 "$peer"
	check "version $v: UDP" nettool udp "$peer" 20 1400
	check "version $v: TCP to the guest" nettool recv "$peer" 4194304
	check "version $v: TCP from the guest" nettool send "$peer" 4194304
	net_clean "net$v"
	host_ok "version $v: link down" qmp "net$v.link" state=down
	check "version $v: seen by the guest" until_true 30 net_carrier "$nic" 0
	ip addr flush dev "$nic"
done
