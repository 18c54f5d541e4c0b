# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The set comes and goes a hundred times (or as often as the plan says) and leaves nothing behind. Comes first in its boot: see can_unload in lib.sh.
# timeout: 900

rounds=$(rounds 100)
warm_up=10	# the first rounds fill caches that stay; slab is measured over those after them
least=15
fail=
slab() { sync; echo 3 >/proc/sys/vm/drop_caches; awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo; }

# A test that measures nothing must not pass, nor look as if it were merely not possible here.
case $rounds in
*[!0-9]* | ????????*) bail "lis.rounds=$rounds is no number of rounds: give one of at least $least" ;;
esac
[ "$rounds" -ge "$least" ] || bail "lis.rounds=$rounds is too few: slab is measured from round $warm_up on, so that nothing would be shown; give at least $least"
cycle_possible || skip_all "this set cannot be unloaded here: see cycle_possible in tests/guest/lib.sh"
unload_set || bail "the set unloads to start with"
host trace-mark
n=0
while [ "$n" -lt "$rounds" ]; do
	cycle_load || { fail="load"; break; }
	unload_set || { fail="unload"; break; }
	[ ! -d "$VMBUS" ] || { fail="the bus outlives its module"; break; }
	n=$((n + 1))
	[ "$n" -ne "$warm_up" ] || start=$(slab)
done
is "$n" "$rounds" "$rounds times $(cycle_set | tr '\n' ' ')loaded, found the device and unloaded${fail:+ (stopped at: $fail)}" || exit
# One leaked page per round would be 360 kB and more in a hundred rounds; fewer see only what is bigger, and say so.
measured=$((rounds - warm_up))
between "$(($(slab) - start))" -100000 300 "unreclaimable slab did not grow by $((300 / measured + 1)) kB a round in $measured rounds (kB)"
host trace-count 'vmbus_recv_message type 16 '
is "$HOST_REPLY" "$rounds" "the host was told UNLOAD each time"
