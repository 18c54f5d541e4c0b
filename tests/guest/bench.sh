# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures one module set; every number goes out as `value KEY NUMBER`. Not a test: the points only say that it could be
# measured. The rig boots it in turn with both sets (`rig bench`).
# timeout: 1800

value() { ctl value "$*"; }
# One of the counters of the last kvm-stats
stat_of() { echo "$HOST_REPLY" | tr ' ' '\n' | awk -F= -v k="$1" '$1 == k { print $2 }'; }
counters() {
	exits='' irqs=''
	host kvm-stats || return
	exits=$(stat_of exits)
	irqs=$(stat_of irq_injections)
}
# mark and since KEY N: what was counted between the two, per N
mark() { counters; e0=$exits i0=$irqs; }
since() {
	counters
	[ -z "$e0" ] || value "exits_$1" $(((exits - e0) / $2))
	[ -z "$i0" ] || value "irqs_$1" $(((irqs - i0) / $2))
}

# The bus alone: from insmod to the device being offered, and away again.
load_before
for _ in 1 2 3 4 5 6 7; do
	host trace-mark
	mark
	host clock
	t0=$HOST_REPLY
	insmod "$MODS/hv_vmbus.ko" || bail "hv_vmbus loads"
	host_ok "the device is offered" trace-wait 60 vmbus_terminate_offers || exit
	host trace-stamp vmbus_terminate_offers && value us_insmod_to_offers $((HOST_REPLY - t0))
	until_true 30 have_device "$BALLOON_CLASS" || bail "the device is in sysfs"
	since bus_load 1
	rmmod hv_vmbus || bail "hv_vmbus unloads"
done

# The whole set, then the device driver taking its device again and again.
host trace-mark
host clock
t0=$HOST_REPLY
load_set || bail "the set loads"
host_ok "the channel opens" trace-wait 60 hv_balloon_incoming_caps || exit
host trace-stamp vmbus_open_channel && value us_insmod_to_channel_open $((HOST_REPLY - t0))
for _ in 1 2 3 4 5; do
	host trace-mark
	mark
	host clock
	t0=$HOST_REPLY
	rebind
	host_ok "the channel opens again" trace-wait 60 hv_balloon_incoming_caps || exit
	host trace-stamp hv_balloon_incoming_caps && value us_rebind_to_balloon_ready $((HOST_REPLY - t0))
	since rebind 1
done

balloon_ready
host balloon-actual
full=$HOST_REPLY
low=$((full - 192 * 1048576))
pages=$(((full - low) / 4096))
for _ in 1 2 3; do
	for way in down up; do
		[ $way = down ] && target=$low || target=$full
		host trace-mark
		mark
		host_ok "balloon $way" balloon-timed "$target" 200 || exit
		value "balloon_${way}_pages_per_s" $((pages * 1000 / (HOST_REPLY / 1000 + 1)))
		host trace-count 'hv_balloon_(incoming|outgoing)_(un)?balloon'
		n=$HOST_REPLY
		value "balloon_${way}_messages" "$n"
		since "per_balloon_${way}_message" $((n > 0 ? n : 1))
	done
done
