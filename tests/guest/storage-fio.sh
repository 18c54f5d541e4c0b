# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# fio's own verification (crc32c in every block) with requests of 4 KiB, 64 KiB and 1 MiB mixed, many at a time, on controllers
# with one, two and four channels; what was written is read back while more is written, and all of it again in the end.
# lis.loops says how many times over (soak: 20).
# timeout: 400
# modules: hv_storvsc sd_mod
# programs: fio
# mem: 1024M
# hvhost: scsi,name=one,ram=64M:serial=ONE
# hvhost: scsi,name=two,ram=64M:serial=TWO,queues=2
# hvhost: scsi,name=four,ram=64M:serial=FOUR:sector=4096,queues=4

loops=$(cmdline lis.loops)
loops=${loops:-1}

# Two threads with a half of the disk each. fio ends with an error at the first block that is not what it wrote.
verified() {
	fio --name=verify --filename="$1" --direct=1 --ioengine=libaio --thread --numjobs=2 --size=8M --offset_increment=32M \
		--rw=randwrite --bssplit=4k/70:64k/25:1m/5 --iodepth=16 --verify=crc32c --verify_fatal=1 --verify_backlog=32 \
		--loops="$loops" --group_reporting >/tmp/fio.log 2>&1
}

# NAME SERIAL CHANNELS
mixed() {
	dev=/dev/$(disk_of "$2")
	check "$2: fio finds what it wrote" verified "$dev" || send_data "fio.$1" </tmp/fio.log
	is "$(grep -c 'err= 0' /tmp/fio.log)" 1 "$2: without an error"
	channels_of "$@"
}

disks_up ONE TWO FOUR
mixed one ONE 1
mixed two TWO 2
mixed four FOUR 4
# The judge itself: a block that somebody else wrote over is found.
dd if=/dev/urandom of="/dev/$(disk_of ONE)" bs=4096 seek=100 count=1 oflag=direct 2>/dev/null
check "a block changed behind its back is noticed" not fio --name=verify --filename="/dev/$(disk_of ONE)" --direct=1 \
	--thread --numjobs=2 --size=8M --offset_increment=32M --rw=randwrite --bssplit=4k/70:64k/25:1m/5 --verify=crc32c \
	--verify_fatal=1 --verify_only
