# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Suspend to idle, as far as devices go; then hibernation to a LUN: the machine begins anew, another kernel finds the image on
# the disk and hands over to it, and what was written before is there.
# timeout: 400
# modules: hv_storvsc sd_mod
# compile: iotool.c
# hvhost: scsi,name=swap,ram=768M:serial=SWAP,ram=16M:serial=DATA,queues=2
# hvhost: ide,name=ide,ram=8M:serial=IDE
# hvhost-args: --acpi-s4 --reset reboot
# cmdline: lis.resume=SWAP
# mem: 512M

grep -q disk /sys/power/state || skip_all "this kernel cannot hibernate"
verified() { iotool verify "/dev/$(disk_of "$1")" "/tmp/ledger.$1"; }
mixed() { iotool ledger "/dev/$(disk_of "$1")" "/tmp/ledger.$1" 2 1; }

disks_up SWAP DATA IDE
swap=$(disk_of SWAP)
check "DATA is written" mixed DATA
check "IDE is written" mixed IDE
if [ -e /sys/power/pm_test ] && grep -q freeze /sys/power/state; then
	echo devices >/sys/power/pm_test
	check "devices are suspended and resumed" sh -c 'echo freeze >/sys/power/state'
	echo none >/sys/power/pm_test
	check "DATA reads as before" verified DATA
	check "IDE reads as before" verified IDE
fi
hibernate_to "$swap"
for disk in DATA IDE; do
	check "$disk reads as before" verified $disk
	check "$disk is written and read" mixed $disk
	check "and holds that" verified $disk
done
check "the image is used up" swapoff "/dev/$swap"
cpus=$(nproc)
host qmp swap.stats
matches "$HOST_REPLY" "\"channels_open\": $((cpus < 2 ? cpus : 2))[,}]" "the channels are as many as before"
matches "$HOST_REPLY" '"malformed": 0[,}]' "the host found no packet malformed"
