# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures the daemons beside their driver: key-value pairs the host reads a second, bytes a second it copies in, what each
# daemon takes of memory and how often it wakes while nothing happens. Not a test: the points say that it could be measured.
# timeout: 900
# modules: hv_utils
# programs: hv_kvp_daemon hv_vss_daemon hv_fcopy_daemon
# hvhost: kvp,push=off
# hvhost: vss
# hvhost: fcopy

# lis.bench_keys, lis.bench_bytes: how much of each
KEYS=$(cmdline lis.bench_keys)
KEYS=${KEYS:-400}
pool=/var/lib/hyperv/.kvp_pool_1
idle=20

# switches PROGRAM: how often it has given the processor away so far
switches() { awk '$1 ~ /ctxt_switches/ { n += $2 } END { print n + 0 }' "/proc/$(pidof "$1")/status"; }
resident() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$(pidof "$1")/status"; }
zeros() { z=''; while [ ${#z} -lt $(($1 * 2)) ]; do z="$z\\0"; done; }

ip link set lo up
utils_up || bail "hv_utils loads"
# Before the daemon starts: the stock one reads its pools then.
mkdir -p /var/lib/hyperv
zeros 505
key_end=$z
zeros 2047
i=1001
while [ $i -le $((1000 + KEYS)) ]; do
	# shellcheck disable=SC2059 # the format is the record
	printf "key$i${key_end}v$z"
	i=$((i + 1))
done >$pool
for d in kvp vss fcopy; do
	check "hv_${d}_daemon starts" daemon $d || exit
	check "and a version is agreed" agreed $d 120 || exit
done

all_keys() { host qmp kvp.enumerate pool=1 && [ "$(echo "$HOST_REPLY" | grep -o '"key": "key' | wc -l)" -eq $KEYS ]; }
check "all $KEYS keys are there" all_keys || exit
costed kvp_read $KEYS $KEYS host qmp kvp.enumerate pool=1
bytes=$(cmdline lis.bench_bytes)
bytes=${bytes:-8000000}
host make-file bench "$bytes"
# shellcheck disable=SC2086 # path and sum
set -- $HOST_REPLY
mkdir -p /copies
costed fcopy "$bytes" $((bytes / 1000000 + 1)) host qmp fcopy.copy src="$1" dst=/copies/bench overwrite=true
is "$(sha256sum </copies/bench | cut -d' ' -f1)" "$2" "the file came whole"

for d in kvp vss fcopy; do
	ctl value "daemon_${d}_rss_kb $(resident hv_${d}_daemon)"
	switches hv_${d}_daemon >/tmp/switches.$d
done
sleep $idle # what does nothing must be seen doing nothing for a while
for d in kvp vss fcopy; do
	ctl value "daemon_${d}_wakeups_per_minute $((($(switches hv_${d}_daemon) - $(cat /tmp/switches.$d)) * 60 / idle))"
done
ok "the daemons were idle for $idle s"
