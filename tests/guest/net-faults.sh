# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host misbehaves on the adapter's channels, seed after seed, under traffic: packets cut, doubled, late, lost or with wrong
# numbers, ring indices that are none, signals lost or flooding, the adapter taken away. Whatever the network does meanwhile, the
# driver can be unloaded afterwards, and works when it is loaded again.
# timeout: 600
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4

# All at once: what a fault ends waits only as long as the rest.
traffic() {
	timeout 4 ping -c 10 -i 0.1 -W 1 "$PEER" &
	timeout 4 nettool send "$PEER" 524288 &
	timeout 4 nettool recv "$PEER" 524288 &
	timeout 4 nettool udp "$PEER" 20 1200 &
	wait
}

net_up
first=$(cmdline lis.seed)
first=${first:-1}
for seed in $(seq "$first" $((first + $(rounds 6) - 1))); do
	host_ok "seed $seed: the host begins to misbehave" qmp faults "spec=seed=$seed,rate=40,kinds=pkt+ring+irq+rescind"
	traffic >/dev/null 2>&1
	host_ok "seed $seed: and ends" qmp faults spec=off
	check "seed $seed: the driver leaves" until_true 60 rmmod hv_netvsc || exit
	check "seed $seed: the adapter is there" until_true 60 have_device "$NET_CLASS"
	check "seed $seed: the driver comes back" insmod "$MODS/hv_netvsc.ko"
	net_up
	check "seed $seed: ping" until_true 60 ping -c 1 -W 2 "$PEER"
	check "seed $seed: TCP" nettool recv "$PEER" 1048576
done
