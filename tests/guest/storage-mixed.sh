# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A boot with a mixed set: the bus of one set and the disk's driver of the other. The driver does not load, says which
# symbols it misses, and hurts nothing; the driver of the same set then loads and the disk is there.
# timeout: 180
# modules: hv_storvsc sd_mod
# other: hv_storvsc
# hvhost: scsi,name=mixed,ram=8M:serial=MIXED

load_rest() {
	while read -r m; do
		[ "$m" = hv_storvsc ] || loaded "$m" || insmod "$MODS/$m.ko" || return 1
	done <"$MODS/more"
}
fails() { ! "$@"; }
no_disk() { ! disk_of MIXED >/dev/null; }

[ -s "$MODS/other/hv_storvsc.ko" ] || skip_all "there is no hv_storvsc of the other set"
load_set || bail "the set loads"
check "what a disk's driver needs besides loads" load_rest
check "the other set's driver does not load" fails insmod "$MODS/other/hv_storvsc.ko"
matches "$(dmesg | grep hv_storvsc)" 'hv_storvsc: Unknown symbol (lis_)?_*vmbus' "the kernel names the symbols it misses"
check "nothing of it is there" fails loaded hv_storvsc
check "and no disk" no_disk
check "the same set's driver loads" insmod "$MODS/hv_storvsc.ko"
check "and the disk is there" until_true 60 disk_of MIXED
