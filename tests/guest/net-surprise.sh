# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# An adapter is taken away in mid-traffic, without its link going down first; then it is offered again. The stock hv_netvsc
# mostly never returns from that (docs/wire/05 12), so plans have it as impossible; run by name it shows who waits.
# timeout: 240
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4

# told NAME: who waits for what, in the guest's kernel log
told() { echo w >/proc/sysrq-trigger; dmesg | send_data "$1"; }

net_up
for round in $(seq "$((2 * $(rounds 1)))"); do
	[ $((round % 2)) = 1 ] && way=recv || way=send
	# Long enough to be under way when the adapter goes.
	nettool "$way" "$PEER" 104857600 >/dev/null 2>&1 &
	pid=$!
	under_way() { [ "$(host_number net.stats rx-packets)" -ge "$want" ]; }
	want=$(($(host_number net.stats rx-packets) + 300))
	check "round $round, $way: traffic is under way" until_true 60 under_way
	host_ok "round $round, $way: the adapter is taken away" qmp remove device=net
	gone() { ! [ -e "/sys/class/net/$NIC" ]; }
	check "round $round, $way: its interface goes" until_true 60 gone || told "blocked.$round"
	kill $pid 2>/dev/null
	host_ok "round $round, $way: it is offered again" qmp add device=net,name=net,queues=4
	check "round $round, $way: the guest takes it back" until_true 60 bound "$NET_CLASS" || { told "blocked.$round"; exit; }
	net_up
	check "round $round, $way: ping" ping -c 2 -w 30 "$PEER"
	check "round $round, $way: TCP" nettool recv "$PEER" 2097152
done
net_clean net
