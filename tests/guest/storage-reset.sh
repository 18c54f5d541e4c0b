# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A bus reset while answers are owed. A host that ends its requests is asked again for them; one that answers the reset and
# keeps them (lis.reset=deaf) loses its channels: they are opened anew, and nothing that was written is lost. What the host
# completes late, to a request that is no more, hurts nobody. Before that ours resets the LUN alone, which the stock driver
# cannot; the deaf host does not end its requests for that either, and it has to be said.
# timeout: 400
# modules: hv_storvsc sd_mod
# compile: sgtool.c
# hvhost: scsi,name=held,ram=64M:serial=HELD,queues=2

read_at() { dd if="/dev/$1" of=/tmp/read bs=4096 skip="$2" count=1 iflag=direct 2>/dev/null; }
sum_of() { dd if="/dev/$1" bs=64k count=64 iflag=direct 2>/dev/null | md5sum; }
waits() { [ ! -e /tmp/done ]; }
over() { [ -e /tmp/done ]; }
held() { host qmp held.stats; echo "$HOST_REPLY" | grep -q "\"injected\": ${injected}[,}]"; }

# hold_one LBA: an answer is held back, and a read waits for it
hold_one() {
	injected=$((injected + 1))
	rm -f /tmp/done
	host_ok "an answer is held back for an hour" qmp held.inject op=read lun=0 "lba=$1" blocks=8 delay_ms=3600000 count=1
	{ read_at "$disk" $(($1 / 8)); echo $? >/tmp/done; } &
	check "the host holds a request" until_true 30 held
	check "the read waits" waits
}

disks_up HELD
disk=$(disk_of HELD) injected=0
dd if=/dev/urandom of="/dev/$disk" bs=64k count=64 oflag=direct 2>/dev/null
want=$(sum_of "$disk")
if [ "$(cmdline lis.reset)" = deaf ]; then
	host_ok "the host answers resets and ends nothing" qmp held.resets end=off
fi
hold_one 80
if [ "$(cmdline lis.modules)" = ours ] && [ "$(cmdline lis.reset)" = deaf ]; then
	check "resetting the LUN fails" not sgtool reset "/dev/$disk" lun
	check "the read still waits" waits
elif [ "$(cmdline lis.modules)" = ours ]; then
	check "the LUN is reset" sgtool reset "/dev/$disk" lun
	host_ok "the host heard of it" qmp wait event=storage-reset device=held since=0 timeout=5
	check "the read ends" until_true 120 over
	is "$(cat /tmp/done)" 0 "and succeeds"
	hold_one 160
fi
check "the bus is reset" sgtool reset "/dev/$disk"
check "the read ends" until_true 120 over
is "$(cat /tmp/done)" 0 "and succeeds"
is "$(sum_of "$disk")" "$want" "the disk reads as it was written"
check "it can be written" dd if=/dev/zero of="/dev/$disk" bs=4096 seek=3000 count=1 oflag=direct
check "a second reset, with nothing in flight" sgtool reset "/dev/$disk"
is "$(sum_of "$disk")" "$want" "and it still reads as it was written"
cpus=$(nproc)
wanted=$((cpus < 2 ? cpus : 2))
host qmp held.stats
matches "$HOST_REPLY" "\"channels_open\": ${wanted}[,}]" "$wanted channels are open"
matches "$HOST_REPLY" '"malformed": 0[,}]' "the host found no packet malformed"
