# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures disks of our host, past the page cache, on a controller with one channel and on one with four (as far as there are
# CPUs): requests/s of 4 KiB at random places with 1, 32 and 128 under way, bytes/s in requests of 1 MiB one after the other,
# what they cost in exits, signals, interrupts and CPU time. Not a test: the points only say that it could be measured.
# lis.bench_ops: requests in a measurement.
# timeout: 1800
# modules: hv_storvsc sd_mod
# compile: iotool.c
# hvhost: scsi,name=one,ram=64M:serial=ONE
# hvhost: scsi,name=four,ram=64M:serial=FOUR,queues=4

ops=$(cmdline lis.bench_ops)
ops=${ops:-4000}
jobs=$(nproc)

# The CPU the first channel of the disk's controller interrupts. One request at a time is asked for there: from another CPU each costs
# both of them a halt more, and where a process happens to run says nothing of a driver.
cpu_of() {
	co_dev=$(readlink -f "/sys/block/$1/device")
	co_dev=${co_dev%%/host[0-9]*}
	cat "$co_dev/channels/$(cat "$co_dev/id")/cpu"
}

measure() {
	dev=/dev/$(disk_of "$2")
	cpu=$(cpu_of "${dev#/dev/}") || bail "the channel's CPU is known"
	# The first touch of a RAM disk is the host's page faults.
	iotool load "$dev" write 1048576 1 64 || bail "the disk can be written"
	for kind in read write; do
		for depth in 1 32 128; do
			# As many processes as CPUs, so that each channel is used.
			j=$((depth > 1 ? jobs : 1))
			on=
			[ "$depth" -gt 1 ] || on="taskset -c $cpu"
			# shellcheck disable=SC2086 # two words and a number, or nothing
			costed "$1_${kind}_4k_qd$depth" "$ops" "$ops" $on iotool load "$dev" rand$kind 4096 $((depth / j)) "$ops" "$j"
		done
		costed "$1_${kind}_1m" $((ops / 16 * 1048576)) $((ops / 16)) iotool load "$dev" $kind 1048576 4 $((ops / 16))
	done
}

disks_up ONE FOUR
# The search for further LUNs goes on behind the first.
sleep 3
measure one ONE
[ "$jobs" -eq 1 ] || measure four FOUR
