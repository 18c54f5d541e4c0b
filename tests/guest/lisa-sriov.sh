# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the certification suite's cases of these names demand of accelerated networking, as far as one guest and the host's
# peer can show it: the other machine of a case is the peer, its 200 MB by SSH are 8 MB by TCP, checked byte by byte. The
# name is $SCENARIO.
# timeout: 900
# modules: hv_netvsc pci_hyperv igbvf
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4,vf=7
# hvhost: vpci,name=vf,function=net,net=net,serial=7
BYTES=8388608
MODULE=igbvf

# The basic check: each adapter has its function, the function's module is loaded, and there are as many as there should be.
function_address() { basename "$(readlink -f "/sys/class/net/$VF/device")"; }
functions() { grep -l '^0x0200' /sys/bus/pci/devices/*/class 2>/dev/null | wc -l; }
basic() {
	vf_up "$NIC"
	until_true 30 net_carrier "$VF" 1
	is "$(cat "/sys/class/net/$VF/address")" "$(cat "/sys/class/net/$NIC/address")" "$1: paired, by the same address"
	check "$1: the module of the function is loaded" loaded $MODULE
	is "$(basename "$(readlink "/sys/class/net/$VF/device/driver")")" $MODULE "$1: and drives it"
	is "$(functions)" 1 "$1: one network function on the PCI bus"
}
# The connection check: ping, data each way, and the counters of what carried them.
connection() { # WAY DESCRIPTION
	if [ "$1" = vf ]; then
		cn_nic=$VF
	else
		cn_nic=$NIC
	fi
	cn_rx=$(nic_stat "$cn_nic" rx_bytes) cn_tx=$(nic_stat "$cn_nic" tx_bytes)
	went_by "$1" 100 "$2: ping" ping -c 2 -w 20 "$PEER"
	went_by "$1" $BYTES "$2: data to the guest" nettool recv "$PEER" $BYTES
	went_by "$1" $BYTES "$2: data from the guest" nettool send "$PEER" $BYTES
	# igbvf reads its counters from the function every other second.
	cn_grown() {
		[ $(($(nic_stat "$cn_nic" rx_bytes) - cn_rx)) -ge $BYTES ] && [ $(($(nic_stat "$cn_nic" tx_bytes) - cn_tx)) -ge $BYTES ]
	}
	check "$2: the statistics of $cn_nic have it" until_true 20 cn_grown
}
# The function off the PCI bus from within the guest, and on again.
no_function() { [ "$(functions)" = 0 ]; }
pci_cycle() {
	pc_f=$(function_address)
	! plain_bus || touch /tmp/plain-bus
	echo 1 >"/sys/bus/pci/devices/$pc_f/remove"
	check "$1: the function is off the bus" until_true 30 no_function
	check "$1: the path is synthetic" until_true 30 path_is synthetic
	check "$1: ping without it" ping -c 2 -w 20 "$PEER"
	echo 1 >/sys/bus/pci/rescan
	vf_up "$NIC"
}
# Accelerated networking off and on, as the platform does it.
sriov_cycle() {
	host_ok "$1: the host switches accelerated networking off" qmp net.vf state=off
	check "$1: and asks for the function back" vf_take ejected
	check "$1: it is gone" until_true 60 no_function
	check "$1: the path is synthetic" until_true 30 path_is synthetic
	check "$1: ping without it" ping -c 2 -w 20 "$PEER"
	host_ok "$1: the host switches it on" qmp net.vf state=on serial=7
	check "$1: and gives the function" until_true 60 vf_add
	basic "$1"
}
sg() { ethtool -k "$1" | awk '$1 == "scatter-gather:" { print $2 }'; }
sg_is() { [ "$(sg "$1")" = "$2" ]; }
features() { ethtool -k "$1" | awk '$2 == "on" { print $1 }'; }
# A line for each interrupt of the function's queues: its number and count.
queue_irqs() { awk -v n="$VF" '$NF ~ "^" n "-" { s = 0; for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+$/) s += $i; else break; print $1, s }' /proc/interrupts; }
cpus_of_irqs() {
	awk -v n="$VF" -v cpus="$(nproc)" '$NF ~ "^" n "(-|$)" { for (i = 1; i <= cpus; i++) s[i] += $(i + 1) }
		END { for (i = 1; i <= cpus; i++) print i, s[i] + 0 }' /proc/interrupts
}
more_in() { # BEFORE AFTER: keys whose count grew
	echo "$2" | awk -v before="$1" 'BEGIN { n = split(before, w); for (i = 1; i < n; i += 2) b[w[i]] = w[i + 1] } $2 > b[$1]' | wc -l
}

net_up
basic "at first"
case $SCENARIO in
verify_sriov_basic) ;;
verify_sriov_single_vf_connection)
	connection vf "by the function"
	;;
verify_sriov_disable_enable)
	for round in 1 2 3; do
		sriov_cycle "round $round"
	done
	;;
verify_sriov_disable_enable_pci)
	pci_cycle "cycle"
	basic "after it"
	connection vf "after it"
	;;
verify_sriov_disable_enable_on_guest)
	check "the function's interface goes down" ip link set "$VF" down
	check "the path is synthetic" until_true 30 path_is synthetic
	connection synthetic "without it"
	check "it comes up" ip link set "$VF" up
	vf_up "$NIC"
	until_true 30 net_carrier "$VF" 1
	connection vf "with it"
	;;
verify_sriov_reload_modules)
	check "the function's module is unloaded" rmmod $MODULE
	check "the path is synthetic" until_true 30 path_is synthetic
	connection synthetic "without it"
	check "it is loaded" insmod "$MODS/$MODULE.ko"
	basic "after it"
	connection vf "after it"
	;;
verify_sriov_ethtool_offload_setting)
	before=$(features "$NIC")
	nettool recv "$PEER" $((8 * BYTES)) >/tmp/stream 2>&1 &
	stream=$!
	pci_cycle "first cycle"
	is "$(features "$NIC")" "$before" "the adapter's features are as before"
	for state in on off; do
		ethtool -K "$NIC" sg $state
		check "scatter-gather of the adapter is $state" sg_is "$NIC" $state
		check "and of the function" until_true 10 sg_is "$VF" $state
	done
	pci_cycle "second cycle"
	check "the function comes back with it off" until_true 10 sg_is "$VF" off
	sriov_cycle "third cycle"
	check "and so once more" until_true 10 sg_is "$VF" off
	check "the module goes" rmmod $MODULE
	check "and comes" insmod "$MODS/$MODULE.ko"
	basic "after it"
	check "and so with its module loaded anew" until_true 10 sg_is "$VF" off
	wait "$stream"
	is $? 0 "the stream lived through all of it"
	ethtool -K "$NIC" sg on
	check "scatter-gather is on again" until_true 10 sg_is "$VF" on
	;;
verify_sriov_interrupts_change)
	irqs=$(queue_irqs) cpus=$(cpus_of_irqs)
	check "data by many connections" nettool recv "$PEER" 1048576 16
	check "and from the guest" nettool send "$PEER" 1048576 16
	is "$(more_in "$irqs" "$(queue_irqs)")" "$(echo "$irqs" | wc -l)" "each queue's interrupt was counted more often"
	between "$(more_in "$cpus" "$(cpus_of_irqs)")" $((($(nproc) + 1) / 2)) "$(nproc)" "on half of the processors, at least"
	;;
*) bail "no case of that name here: $SCENARIO" ;;
esac
net_clean net
