# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures the adapter: TCP each way, small packets each way, and what they cost the host in exits and interrupts. Not a test of
# speed: a point says only that it could be measured and that nothing was lost on the way.
# timeout: 900
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

stat_of() { echo "$HOST_REPLY" | tr ' ' '\n' | awk -F= -v k="$1" '$1 == k { print $2 }'; }
mark() {
	host kvm-stats || HOST_REPLY=
	exits=$(stat_of exits) irqs=$(stat_of irq_injections) halts=$(stat_of halt_exits)
}
# cost FRAMES: exits and interrupts since the last mark for each thousand of them; nothing where KVM does not count
cost() {
	e=$exits i=$irqs h=$halts
	mark
	[ -n "$e" ] && [ "$1" -gt 0 ] || return 0
	echo "for 1000 frames: $(((exits - e) * 1000 / $1)) exits, $(((halts - h) * 1000 / $1)) of them halts," \
		"$(((irqs - i) * 1000 / $1)) interrupts"
}
frames() { echo $(($(nic_stat "$NIC" rx_packets) + $(nic_stat "$NIC" tx_packets))); }
over() { [ "$(host_number net.stats running)" = false ] && [ "$(host_number net.stats sections-with-guest)" = 0 ]; }

net_up
nettool recv "$PEER" 1048576 >/dev/null
mb=$(cmdline lis.megabytes)
for way in recv send; do
	before=$(frames)
	mark
	if out=$(nettool "$way" "$PEER" $((${mb:-128} * 1048576)) 2>&1); then
		moved=$(($(frames) - before))
		ok "TCP $way: $out; $moved frames as the guest counts them; $(cost "$moved")"
	else
		not_ok "TCP $way ($out)"
	fi
done

# To an address that is not the guest's: what is measured is the way up to the stack, not the stack's answers.
count=100000
before=$(nic_stat "$NIC" rx_packets)
mark
host_ok "a flood of $count frames of 64 bytes" qmp net.gen op=start size=64 rate=0 count=$count flows=256 dst=10.99.0.77
if until_true 300 over; then
	text=$(cost $count)
	us=$(host_number net.stats us)
	ok "receive: $((count * 1000 / (us / 1000 + 1))) packets/s; $text"
else
	not_ok "the flood ends"
fi
between "$(($(nic_stat "$NIC" rx_packets) - before))" $count $((count + 100)) "all of them came"

before=$(host_number net.stats udp-discard)
mark
if out=$(nettool blast "$PEER" $count 18 2>&1); then
	text=$(cost $count)
	ok "transmit: $out; $text"
else
	not_ok "transmit ($out)"
fi
all_came() { [ $(($(host_number net.stats udp-discard) - before)) = $count ]; }
check "all of them came to the host" until_true 20 all_came
net_clean net
