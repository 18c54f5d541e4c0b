# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Accelerated IDE disks and a Fibre Channel adapter: found, read and written.
# timeout: 300
# modules: hv_storvsc sd_mod
# hvhost: ide,name=ide0,ram=16M:serial=MASTER
# hvhost: ide,name=ide1,drive=1,ram=16M:serial=SLAVE
# hvhost: fc,name=fc,ram=16M:serial=FABRIC,wwpn=c003ff0000112233,wwnn=c003ff0000445566,wwpn2=c003ff0000112234,wwnn2=c003ff0000445567,queues=2

no_disk() { ! disk_of "$1" >/dev/null; }
reads() { [ "$(cat "$1")" = "$2" ]; }
same_back() {
	dd if=/dev/urandom of=/tmp/data bs=64k count=16 2>/dev/null
	dd if=/tmp/data of="/dev/$1" bs=64k oflag=direct 2>/dev/null || return 1
	dd if="/dev/$1" bs=64k count=16 iflag=direct 2>/dev/null | cmp - /tmp/data
}

disks_up MASTER SLAVE
for disk in MASTER SLAVE; do
	check "$disk gives back what was written" same_back "$(disk_of $disk)"
done
if [ -d /sys/class/fc_host ]; then
	host_dir=$(find /sys/class/fc_host -mindepth 1 -maxdepth 1 | head -n 1)
	is "$(cat "$host_dir/port_name")" 0xc003ff0000112233 "the adapter has its port name"
	is "$(cat "$host_dir/node_name")" 0xc003ff0000445566 "and its node name"
	host_ok "the other pair of names is put to use" qmp fc.toggle
	# As after the machine moved to another host. Newer stock drivers do not listen.
	if [ "$(cmdline lis.modules)" = ours ]; then
		check "the adapter has that port name" until_true 30 reads "$host_dir/port_name" 0xc003ff0000112234
		check "and that node name" until_true 30 reads "$host_dir/node_name" 0xc003ff0000445567
	fi
fi
disks_up FABRIC
check "FABRIC gives back what was written" same_back "$(disk_of FABRIC)"
path=$(readlink -f "/sys/block/$(disk_of FABRIC)/device")
scan=/sys/class/scsi_host/$(echo "$path" | tr / '\n' | grep -m 1 '^host')/scan
echo 1 >"$path/delete"
check "taken away by hand, it is gone" until_true 30 no_disk FABRIC
# All targets of all paths would be 1,024 questions.
echo '0 0 -' >"$scan"
check "a scan asked for by hand finds it" until_true 60 disk_of FABRIC
for name in ide0 ide1 fc; do
	host qmp $name.stats
	matches "$HOST_REPLY" '"malformed": 0[,}]' "$name: no packet was malformed"
done
