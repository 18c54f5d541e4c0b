# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host asks the guest to hibernate. The image goes to a LUN, the machine begins anew, another kernel finds the image and
# hands over to it: what ran before runs on, and each device works again.
# timeout: 400
# modules: hv_utils hv_storvsc sd_mod hv_netvsc
# hvhost: shutdown
# hvhost: scsi,name=swap,ram=768M:serial=SWAP,ram=16M:serial=DATA
# hvhost: net,name=net
# hvhost-args: --acpi-s4 --reset reboot
# cmdline: lis.resume=SWAP
# mem: 512M

grep -q disk /sys/power/state || skip_all "this kernel cannot hibernate"
disks_up SWAP DATA
net_up
swap=$(disk_of SWAP) data=$(disk_of DATA)
check "ping works" until_true 40 ping -c 1 -w 5 "$PEER"

cat >/tmp/on-uevent <<'EOS'
#!/bin/sh
[ "$EVENT" != hibernate ] || touch /tmp/asked
EOS
chmod 755 /tmp/on-uevent
uevent /tmp/on-uevent &
listener=$!
listening() { awk -v p="$listener" '$2 == 15 && $3 == p { seen = 1 } END { exit !seen }' /proc/net/netlink; }
check "somebody listens to the kernel's events" until_true 30 listening
host_ok "a version is agreed" qmp wait event=negotiated device=shutdown since=0 timeout=60
host_ok "hibernation is asked for, and accepted" qmp shutdown.hibernate
check "user space hears of it" until_true 30 test -e /tmp/asked
kill "$listener"

dd if=/dev/urandom of="/dev/$data" bs=1M count=4 conv=fsync 2>/dev/null
want=$(dd if="/dev/$data" bs=1M count=4 2>/dev/null | md5sum)
hibernate_to "$swap"

is "$(dd if="/dev/$data" bs=1M count=4 iflag=direct 2>/dev/null | md5sum)" "$want" "a disk reads as before"
check "and is written" dd if=/dev/zero of="/dev/$data" bs=64k count=64 oflag=direct
check "ping works again" until_true 60 ping -c 1 -w 5 "$PEER"
host_ok "the shutdown service answers the host again" qmp shutdown.renegotiate
check "the image is used up" swapoff "/dev/$swap"
