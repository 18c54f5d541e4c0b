# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A panic under I/O; the crash kernel, with one CPU and little memory, writes the dump to a LUN. The dump is an ELF core, and a
# word that was in the memory of the crashed kernel is in it.
# timeout: 500
# needs: kexec
# modules: hv_storvsc sd_mod
# compile: iotool.c
# hvhost: scsi,name=dump,ram=384M:serial=DUMP,ram=16M:serial=BUSY,queues=2
# cmdline: crashkernel=192M
# mem: 448M

word=$(cmdline lis.word)
if [ "$STAGE" = crash ]; then
	host panic-over
	points_so_far "$HOST_REPLY"
	echo "$POINTS" >/tmp/points
	ok "the crash kernel runs"
	disks_up DUMP
	dump=/dev/$(disk_of DUMP)
	is "$(nproc)" 1 "it has one CPU"
	size=$(stat -c %s /proc/vmcore)
	between "$size" 100000000 340000000 "there is a dump of some size"
	check "the disk holds what is in the crashed kernel's memory" iotool copy /proc/vmcore "$dump"
	is "$(dd if="$dump" bs=1 skip=1 count=3 2>/dev/null)" ELF "it is an ELF file"
	# Not as it stands on this kernel's command line.
	check "it holds a word of the crashed kernel's memory" grep -qac "<$word-$word>" "$dump"
	host qmp dump.stats
	matches "$HOST_REPLY" '"channels_open": 1[,}]' "one channel is open"
	matches "$HOST_REPLY" '"malformed": 0[,}]' "the host found no packet malformed"
	exit
fi
[ "$(cat /sys/kernel/kexec_crash_size)" -gt 0 ] || bail "the kernel reserved no memory for a crash kernel"
set_up
disks_up DUMP BUSY
word=$(cut -c1-8 /proc/sys/kernel/random/uuid)
# A page of a file of memory.
yes "<$word-$word>" | head -n 4096 >/tmp/word
check "kexec loads the crash kernel" kexec -p /second/vmlinuz --initrd=/second/initrd \
	--command-line="$(next_cmdline crash) lis.word=$word nr_cpus=1 irqpoll reset_devices" || exit
dmesg -c | send_data dmesg.before
iotool ledger "/dev/$(disk_of BUSY)" /tmp/ledger 2 60 >/dev/null &
iotool_writes() { [ -s /tmp/ledger ] && [ "$(head -c 32 /tmp/ledger | tail -c 8 | od -An -tu4 | awk '{ print $1 }')" -gt 20 ]; }
check "there is I/O under way" until_true 30 iotool_writes
host expect-panic unload
continue_elsewhere
echo c >/proc/sysrq-trigger
