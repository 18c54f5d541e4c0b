# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Requests of 4 KiB to 1 MiB mixed, reads between writes, by four processes, on controllers with one, two and four channels:
# each block read is the one that was acknowledged, also in the end. lis.storage_s says for how many seconds (soak: 120).
# timeout: 400
# modules: hv_storvsc sd_mod
# compile: iotool.c
# hvhost: scsi,name=one,ram=48M:serial=ONE
# hvhost: scsi,name=two,ram=48M:serial=TWO,queues=2
# hvhost: scsi,name=four,ram=48M:serial=FOUR:sector=4096,queues=4

seconds=$(cmdline lis.storage_s)
seconds=${seconds:-3}

# NAME SERIAL CHANNELS
mixed() {
	dev=/dev/$(disk_of "$2")
	check "$2: mixed I/O finds what it wrote" iotool ledger "$dev" "/tmp/ledger.$1" 4 "$seconds" || return
	check "$2: all that was acknowledged is on the disk" iotool verify "$dev" "/tmp/ledger.$1"
	channels_of "$@"
}

disks_up ONE TWO FOUR
mixed one ONE 1
mixed two TWO 2
mixed four FOUR 4
# The judge itself: what nobody wrote through it is noticed.
dd if=/dev/urandom of="/dev/$(disk_of ONE)" bs=1M count=32 oflag=direct 2>/dev/null
check "blocks changed behind its back are noticed" not iotool verify "/dev/$(disk_of ONE)" /tmp/ledger.one
