# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The set comes and goes a hundred times and leaves nothing behind.
# timeout: 900

rounds=100
fail=
slab() { sync; echo 3 >/proc/sys/vm/drop_caches; awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo; }

unload_set || bail "the set unloads to start with"
n=0
while [ $n -lt $rounds ]; do
	load_set || { fail="load"; break; }
	until_true 30 bound "$BALLOON_CLASS" || { fail="bind"; break; }
	unload_set || { fail="unload"; break; }
	[ ! -d "$VMBUS" ] || [ -s /mods/builtin ] || { fail="the bus outlives its module"; break; }
	n=$((n + 1))
	# The first rounds fill caches that stay.
	[ $n -ne 10 ] || start=$(slab)
done
is "$n" "$rounds" "loaded, bound and unloaded $rounds times${fail:+ (stopped at: $fail)}" || exit
# One leaked page per round would be 360 kB and more.
between "$(($(slab) - start))" -100000 300 "unreclaimable slab did not grow with the rounds (kB)"
host trace-count 'vmbus_recv_message type 16 '
is "$HOST_REPLY" "$rounds" "the host was told UNLOAD each time" || true
