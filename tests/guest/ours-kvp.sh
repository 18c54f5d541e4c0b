# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Our KVP daemon beyond what the stock one is asked: 1000 keys (lis.kvp_keys says how many else), kvpctl beside it, death and return in the middle of
# operations, the driver's departure, memory, no wake-ups.
# timeout: 900
# modules: hv_utils
# programs: ours:hv_kvp_daemon ours:kvpctl
# hvhost: kvp,push=off

KEYS=$(cmdline lis.kvp_keys)
KEYS=${KEYS:-1000}
pool=/var/lib/hyperv/.kvp_pool_1

start_kvp() {
	hv_kvp_daemon -f -d >>/tmp/kvp.log 2>&1 3>&- &
	pid=$!
}
registered() { grep -c 'registered with the driver' /tmp/kvp.log 2>/dev/null; }
registered_more() { [ "$(registered)" -gt "$1" ]; }
# switches: how often the daemon has given the processor away so far
switches() { awk '$1 ~ /ctxt_switches/ { n += $2 } END { print n }' "/proc/$pid/status"; }
has() { [ "$(kvpctl get external "$1" 2>/dev/null)" = "$2" ]; }

[ ! -e $pool ] || bail "a KVP daemon has run in this guest already: this needs a boot of its own"
ip link set lo up
utils_up || bail "hv_utils loads"
check "the driver's device appears" until_true 30 [ -c /dev/vmbus/hv_kvp ] || exit
start_kvp
host_ok "a version is agreed" qmp wait event=negotiated device=kvp since=0 timeout=120
check "the daemon has registered" until_true 20 registered_more 0

# The format other programs append in: a record is a key of 512 and a value of 2048 bytes.
check "kvpctl writes" kvpctl set guest key0 'a "value"'
# All of it by what the shell has itself: a program for each record would take minutes here.
zeros() { z=''; while [ ${#z} -lt $(($1 * 2)) ]; do z="$z\\0"; done; }
zeros 505
key_end=$z
zeros 2047
value_end=$z
i=1001
while [ $i -lt $((1000 + KEYS)) ]; do
	# shellcheck disable=SC2059 # the format is the record
	printf "key$i${key_end}v$value_end"
	i=$((i + 1))
done >>$pool
is "$(stat -c %s $pool)" $((KEYS * 2560)) "$KEYS keys are in the pool"
start=$(centiseconds)
host_ok "the host lists them all" qmp kvp.enumerate pool=1
time=$(($(centiseconds) - start))
is "$(echo "$HOST_REPLY" | grep -o '"key": "key[0-9]*"' | sort -u | wc -l)" $KEYS "each of them, once"
ctl value "kvp_ops_per_s $((KEYS * 100 / (time > 0 ? time : 1)))"
say "$KEYS keys in $time centiseconds"
matches "$HOST_REPLY" '"key": "key0", "value": "a \\"value\\""' "with what kvpctl wrote"
is "$(kvpctl list guest | wc -l)" $KEYS "kvpctl lists as many"
host_ok "the last of them is read" qmp kvp.get pool=1 key=key$((999 + KEYS))
matches "$HOST_REPLY" '"value": "v"' "whole"
host_ok "one of them is deleted" qmp kvp.delete pool=1 key=key1007
check "kvpctl knows" not kvpctl get guest key1007

rss=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status")
ctl value "kvp_rss_kb $rss"
check "the daemon needs less than 2 MB ($rss kB)" [ "$rss" -lt 2048 ]
before=$(switches)
sleep 5 # what does nothing must be seen doing nothing for a while
is "$(($(switches) - before))" 0 "and is not woken in five idle seconds"

# Killed while the host asks (the stock driver takes a minute to see it): each operation is answered or fails, none hangs, nothing is lost.
n=$(rounds 3) lost=0 round=0
while [ $round -lt "$n" ]; do
	(usleep $((round % 7 * 3000)); kill -9 $pid) &
	host qmp kvp.set key=survivor value="$round" && said=yes || said=no
	wait $pid 2>/dev/null
	[ "$said" = no ] || has survivor "$round" || lost=$((lost + 1))
	seen=$(registered)
	start_kvp
	until_true 30 registered_more "$seen" || bail "the daemon comes back (round $round)"
	# The driver answers for a daemon that went away; then the new one does.
	until_true 60 host qmp kvp.set key=back value="$round" || bail "it serves again (round $round)"
	has back "$round" || lost=$((lost + 1))
	round=$((round + 1))
done
is "$lost" 0 "nothing the host was told is set is missing, after $n deaths"
is $(($(stat -c %s $pool) % 2560)) 0 "no record is half"
is "$(find /var/lib/hyperv -name '.lis_redo*' | wc -l)" 0 "no change is unfinished"
kill $pid
wait $pid
is $? 0 "it ends when told to, and well"
counter kvp violations
is "$COUNTER" 0 "the guest kept to the protocol"
