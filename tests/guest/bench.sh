# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures both module sets in turn in one boot; every number goes out as `value SET KEY NUMBER`. Not a test: the only
# points are that it could be measured. The rig needs `modules: both` for it.
# timeout: 1800

[ -s /ours/set ] || skip_all "needs both module sets in one boot"
value() { ctl value "$*"; }
# stat KEY: one of the counters of the last kvm-stats
stat_of() { echo "$HOST_REPLY" | tr ' ' '\n' | awk -F= -v k="$1" '$1 == k { print $2 }'; }
counters() { host kvm-stats && exits=$(stat_of exits) && irqs=$(stat_of irq_injections) || exits='' irqs=''; }
use() { case $1 in inbox) MODS=/mods ;; ours) MODS=/ours ;; esac; }

once_loaded() {
	use "$1"
	counters
	e0=$exits i0=$irqs
	host trace-mark
	host clock
	t0=$HOST_REPLY
	load_set || bail "$1: the set loads"
	host_ok "$1: the balloon introduces itself" trace-wait 60 hv_balloon_incoming_caps || exit
	host trace-stamp vmbus_open_channel && value "$1" load_to_open_us $((HOST_REPLY - t0))
	host trace-stamp hv_balloon_incoming_caps && value "$1" load_to_caps_us $((HOST_REPLY - t0))
	counters
	[ -z "$e0" ] || value "$1" load_exits $((exits - e0))
	[ -z "$i0" ] || value "$1" load_irqs $((irqs - i0))
	unload_set || bail "$1: the set unloads"
}

ballooned() {
	use "$1"
	load_set || bail "$1: the set loads"
	balloon_ready
	host balloon-actual
	full=$HOST_REPLY
	low=$((600 * 1048576))
	pages=$(((full - low) / 4096))
	for turn in 1 2 3; do
		for way in down up; do
			[ $way = down ] && target=$low || target=$full
			host trace-mark
			counters
			e0=$exits i0=$irqs
			host_ok "$1: balloon $way" balloon-timed "$target" 200 || exit
			us=$HOST_REPLY
			counters
			e1=$exits i1=$irqs
			value "$1" "balloon_${way}_pages_per_s" $((pages * 1000 / (us / 1000 + 1)))
			host trace-count 'hv_balloon_(incoming|outgoing)_(un)?balloon'
			n=$HOST_REPLY
			value "$1" "balloon_${way}_messages" "$n"
			[ -z "$e0" ] || value "$1" "balloon_${way}_exits_per_message" $(((e1 - e0) / (n > 0 ? n : 1)))
			[ -z "$i0" ] || value "$1" "balloon_${way}_irqs_per_message" $(((i1 - i0) / (n > 0 ? n : 1)))
		done
	done
	unload_set || bail "$1: the set unloads"
}

for turn in 1 2 3 4 5 6 7; do
	once_loaded inbox
	once_loaded ours
done
ballooned inbox
ballooned ours
