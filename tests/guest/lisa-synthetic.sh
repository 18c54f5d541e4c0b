# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What LISA checks in its suite synthetic: eight adapters, the most a machine can have, there from the start or added while it
# runs. Each under the name it has there (a plan names them with "script": "lisa-synthetic").
# timeout: 600
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net0

MOST=8

adapters() { grep -l "$NET_CLASS" "$VMBUS"/devices/*/class_id | while read -r a_id; do ls "${a_id%/class_id}/net" 2>/dev/null; done; }
adapters_are() { [ "$(adapters | wc -l)" -eq "$1" ]; }

# add N: the host adds the adapter; its peer has a network of its own
add() { host_ok "adapter $1 is added" qmp add "device=net,name=net$1,mac=00:15:5d:00:01:0$1"; }

# each_works COUNT: every one of them carries traffic, alone
each_works() {
	check "$1 adapters have an interface" until_true 120 adapters_are "$1" || return
	for nic in $(adapters); do
		for other in $(adapters); do
			ip addr flush dev "$other"
			ip link set "$other" down
		done
		net_addresses "$nic" 10.99.0.2/24 fd00:99::2/64
		check "$nic: ping" until_true 20 ping -c 1 -W 2 "$PEER"
		check "$nic: TCP" nettool recv "$PEER" 1048576
	done
}

verify_synthetic_provision_with_max_nics() {
	check "the driver leaves" rmmod hv_netvsc
	for n in $(seq $((MOST - 1))); do
		add "$n" || return
	done
	# It finds them all at once.
	check "the driver comes back" insmod "$MODS/hv_netvsc.ko"
	each_works $MOST
}

verify_synthetic_add_max_nics_one_time_after_provision() {
	for n in $(seq $((MOST - 1))); do
		add "$n" || return
	done
	each_works $MOST
}

verify_synthetic_add_max_nics_one_by_one_after_provision() {
	for n in $(seq $((MOST - 1))); do
		add "$n" || return
		check "there are $((n + 1)) interfaces" until_true 60 adapters_are $((n + 1)) || return
	done
	each_works $MOST
}

net_up
"$SCENARIO"
for n in $(seq $((MOST - 1))); do
	host qmp remove device="net$n"
done
check "they go again" until_true 90 adapters_are 1
