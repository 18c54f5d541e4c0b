# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures a disk of our host, past the page cache: bytes/s in long requests, requests/s in short ones, one and four at a
# time. Not a test: the points only say that it could be measured (`rig bench --io`).
# timeout: 900
# modules: hv_storvsc sd_mod
# hvhost: scsi,name=scsi,ram=256M:serial=BENCH,queues=4

disks_up BENCH
dev=/dev/$(disk_of BENCH)
mb=$(rounds 64)

bulk() { dd if="$1" of="$2" bs=1M count="$mb" "$3" 2>/dev/null; }
short() { dd if="$dev" of=/dev/null bs=4k count=$((mb * 25)) skip=$((${1:-0} * mb * 25)) iflag=direct 2>/dev/null; }
short_writes() { dd if=/dev/zero of="$dev" bs=4k count=$((mb * 25)) oflag=direct 2>/dev/null; }
four() {
	for n in 0 1 2 3; do short $n & done
	wait
}

# The first touch of a RAM disk is the host's page faults.
bulk /dev/zero "$dev" oflag=direct || bail "the disk can be written"
timed storage_write_1m "$((mb * 1048576))" "$mb" bulk /dev/zero "$dev" oflag=direct
timed storage_read_1m "$((mb * 1048576))" "$mb" bulk "$dev" /dev/null iflag=direct
timed storage_read_4k "$((mb * 25))" "$((mb * 25))" short
timed storage_write_4k "$((mb * 25))" "$((mb * 25))" short_writes
timed storage_read_4k_by_four "$((mb * 100))" "$((mb * 100))" four
