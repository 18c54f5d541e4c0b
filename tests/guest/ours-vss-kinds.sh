# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Our VSS daemon and what disks are made into: ext4, xfs, btrfs, a logical volume (as device-mapper makes them), squashfs, a
# mount point with a newline in its name. All are written to while the host has them frozen and takes a copy of each disk;
# the copies must be whole without repair, and hold every line that was on the disk before the freeze.
# timeout: 1500
# mem: 1024M
# modules: crc32c_generic? hv_utils hv_storvsc sd_mod ext4 xfs btrfs squashfs loop dm_mod
# programs: ours:hv_vss_daemon mkfs.ext4 mkfs.xfs mkfs.btrfs dmsetup e2fsck xfs_repair btrfs
# hvhost: vss
# hvhost: scsi,name=disks

MB=64
line='a
b'
# writer FOLDER NAME: lines that are on the disk before they are counted in /tmp/NAME.done, and files that come and go
writer() {
	n=0
	while [ -e /tmp/writing ]; do
		n=$((n + 1))
		echo "line $n" >>"$1/journal" && sync "$1/journal" && echo $n >"/tmp/$2.new" && mv "/tmp/$2.new" "/tmp/$2.done"
		dd if=/dev/urandom of="$1/file$((n % 7))" bs=8k count=$((n % 5 + 1)) 2>/dev/null
		[ $((n % 3)) -ne 0 ] || { mkdir -p "$1/folder" && mv "$1/file$((n % 7))" "$1/folder/moved$((n % 11))"; }
	done
}
done_by() { cat "/tmp/$1.done" 2>/dev/null || echo 0; }
all_write() { for aw in ext4 xfs btrfs lvm; do [ "$(done_by $aw)" -gt "$1" ] || return 1; done; }
# note_lines, and then thawed: each has written a line that was not there when it was noted
note_lines() { for nl in ext4 xfs btrfs lvm; do done_by $nl >/tmp/$nl.noted; done; }
thawed() { for th in ext4 xfs btrfs lvm; do [ "$(done_by $th)" -gt "$(cat /tmp/$th.noted)" ] || return 1; done; }
# attach NAME LUN: a file of the host's becomes a disk
attach() {
	host qmp disks.add disk="$2:lun=$3:serial=$1" || return 1
	until_true 60 disk_of "$1" >/dev/null
}
disk() { echo "/dev/$(disk_of "$1")"; }

load_set || bail "the module set loads"
# Others look for it while they are loaded.
[ ! -e "$MODS/crc32c_generic.ko" ] || insmod_missing crc32c_generic
while read -r m; do loaded "$m" || insmod "$MODS/$m.ko" || bail "$m loads"; done <"$MODS/more"
lun=10
for name in ext4 xfs btrfs lvm; do
	host make-disk $name $((MB * 1048576))
	check "there is a disk for $name" attach $name "$HOST_REPLY" $lun || exit
	lun=$((lun + 1))
done
DM_DISABLE_UDEV=1
export DM_DISABLE_UDEV
check "a volume is made of the last" dmsetup create vg-lv --table "0 $((MB * 2048)) linear $(disk lvm) 0" || exit
[ -b /dev/mapper/vg-lv ] || dmsetup mknodes
check "ext4 is made" mkfs.ext4 -q -F "$(disk ext4)"
check "xfs is made" mkfs.xfs -q -f --unsupported "$(disk xfs)"
check "btrfs is made" mkfs.btrfs -q -f -M "$(disk btrfs)"
check "ext4 is made on the volume" mkfs.ext4 -q -F /dev/mapper/vg-lv
mkdir -p /fs/ext4 /fs/xfs /fs/btrfs "/fs/$line" /fs/sub /fs/squash
check "ext4 is mounted" mount -t ext4 "$(disk ext4)" /fs/ext4
check "xfs is mounted" mount -t xfs "$(disk xfs)" /fs/xfs
check "btrfs is mounted" mount -t btrfs "$(disk btrfs)" /fs/btrfs
check "the volume is mounted, its mount point has a newline in its name" mount -t ext4 /dev/mapper/vg-lv "/fs/$line"
check "btrfs has a subvolume" btrfs subvolume create /fs/btrfs/sub
check "which is mounted, too" mount -t btrfs -o subvol=sub "$(disk btrfs)" /fs/sub
# One file with one word, as `mksquashfs FOLDER IMAGE -nopad -no-xattrs -all-root` made it.
base64 -d >/tmp/squash.part <<-IMAGE
	aHNxcwIAAAAAAAAAAAACAAEAAAABABEAwAIBAAQAAAAgAAAAAAAAAOAAAAAAAAAA2AAAAAAAAAD//////////2cAAAAAAAAAiAAA
	AAAAAACyAAAAAAAAAMoAAAAAAAAAc3F1YXNoCh8AeNpjYljCyAAFcAYUsIPF3sKFmZBoaSBmBmIARwwBwRYAeNpjYIAARijNxMDM
	kJaZkwoABFoBpxCAYAAAAAAAAAAHAAABAAAAAKAAAAAAAAAADgB42mNggAAFKA0AARAAIboAAAAAAAAABIAAAAAA0gAAAAAAAAA=
IMAGE
head -c 65536 /dev/zero | cat /tmp/squash.part - >/tmp/squash.img
check "squashfs is mounted" mount -t squashfs -o loop /tmp/squash.img /fs/squash
hv_vss_daemon --list >/tmp/list
is "$(grep -c 'to be frozen' /tmp/list)" 4 "four file systems are to be frozen"
matches "$(grep ' /fs/sub ' /tmp/list)" 'another mount' "the subvolume is none of them"
matches "$(grep ' /fs/squash ' /tmp/list)" 'read-only' "nor is squashfs"
is "$(cat /fs/squash/file)" squash "which can be read"

utils_up || bail "hv_utils loads"
check "the driver's device appears" until_true 30 [ -c /dev/vmbus/hv_vss ] || exit
registered() { grep -q 'registered with the driver' /tmp/vss.log; }
# With much patience first: copies of disks take their time on a machine that is emulated.
hv_vss_daemon -f --timeout 300 >/tmp/vss.log 2>&1 3>&- &
pid=$!
check "the daemon registers" until_true 30 registered || exit
host_ok "a version is agreed" qmp wait event=negotiated device=vss since=0 timeout=120
: >/tmp/writing
writer /fs/ext4 ext4 3>&- &
writer /fs/xfs xfs 3>&- &
writer /fs/btrfs btrfs 3>&- &
writer "/fs/$line" lvm 3>&- &
check "all are written to" until_true 60 all_write 3

start=$(centiseconds)
host_ok "the host freezes" qmp vss.freeze
for name in ext4 xfs btrfs lvm; do done_by $name >/tmp/$name.at; done
say "frozen in $(($(centiseconds) - start)) centiseconds, at lines $(cat /tmp/*.at | tr '\n' ' ')"
is "$(wc -l </run/lis/vss.frozen)" 4 "each is one line of what is written down as frozen"
for name in ext4 xfs btrfs lvm; do host_ok "the host takes a copy of $name" copy-disk $name $name.copy; done
for name in ext4 xfs btrfs lvm; do is "$(done_by $name)" "$(cat /tmp/$name.at)" "nothing was written to $name meanwhile"; done
host_ok "the host thaws" qmp vss.thaw
time=$(($(centiseconds) - start))
say "thawed after $time centiseconds"
note_lines
check "all are written to again" until_true 60 thawed

kill $pid
wait $pid
: >/tmp/vss.log
hv_vss_daemon -f >>/tmp/vss.log 2>&1 3>&- &
pid=$!
check "one with no more patience than usual registers" until_true 30 registered || exit

# The host never comes back: the watchdog thaws. Its clock is the guest's.
late() { grep -q 'did not come in time' /tmp/vss.log; }
start=$(centiseconds)
host_ok "the host freezes once more" qmp vss.freeze
note_lines
check "left alone, the watchdog thaws" until_true 90 late
time=$((($(centiseconds) - start) / 100))
check "no more than 60 seconds after the host asked ($time s)" [ "$time" -le 60 ]
check "all are written to again" until_true 60 thawed
host qmp vss.thaw
host_ok "a backup after that" qmp vss.backup hold=500

# Daemon and watchdog both die, the next daemon reads what is frozen, newline and all.
watchdog() { for w in /proc/[0-9]*; do [ "$(cat "$w/comm" 2>/dev/null)" != hv_vss_watchdog ] || basename "$w"; done; }
host_ok "the host freezes a third time" qmp vss.freeze
note_lines
kill -STOP $pid
kill -9 "$(watchdog)"
kill -9 $pid
check "both killed: all stay frozen" not until_true 3 thawed
hv_vss_daemon --thaw >/tmp/thaw.log 2>&1
check "who comes next thaws them all" until_true 60 thawed
is "$(grep -c 'was left frozen' /tmp/thaw.log)" 4 "each of the four"
host qmp vss.thaw
rm -f /tmp/writing
wait

umount /fs/sub /fs/squash /fs/ext4 /fs/xfs /fs/btrfs "/fs/$line"
dmsetup remove vg-lv
check "ext4 is well after all this" e2fsck -fn "$(disk ext4)"
check "xfs as well" xfs_repair -n "$(disk xfs)"
check "btrfs as well" btrfs check --readonly "$(disk btrfs)"
lun=10
for name in ext4 xfs btrfs lvm; do
	host qmp disks.remove lun=$lun
	gone() { ! disk_of $name >/dev/null; }
	until_true 60 gone
	host copy-disk $name.copy $name.again
	check "the copy of $name becomes a disk" attach copy-$name "$HOST_REPLY" $((lun + 10))
	lun=$((lun + 1))
done
# A frozen ext4 has nothing left to replay. One of xfs always has a little: what its mount does, it is made for.
for name in ext4 lvm; do
	matches "$(e2fsck -fn "$(disk copy-$name)" 2>&1)" 'Pass 5' "the copy of $name is looked at"
	check "and clean as it is" eval 'e2fsck -fn "$(disk copy-'$name')" >/tmp/e2fsck 2>&1 && ! grep -iq "recover" /tmp/e2fsck'
done
check "the copy of btrfs is clean as it is" btrfs check --readonly "$(disk copy-btrfs)"
mkdir -p /copy
for name in ext4 xfs btrfs lvm; do
	case $name in lvm) type=ext4 ;; *) type=$name ;; esac
	check "the copy of $name can be mounted" mount -t $type "$(disk copy-$name)" /copy
	lines=$(wc -l </copy/journal)
	check "and holds all that was on the disk ($lines lines, $(cat /tmp/$name.at) were told)" [ "$lines" -ge "$(cat /tmp/$name.at)" ]
	is "$(awk '$0 != "line " NR' /copy/journal | wc -l)" 0 "each as it was written"
	umount /copy
done
check "the copy of xfs is clean" xfs_repair -n "$(disk copy-xfs)"
counter vss violations
is "$COUNTER" 0 "the guest kept to the protocol"
