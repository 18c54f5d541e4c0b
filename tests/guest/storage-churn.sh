# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Under load on one disk another comes and goes on the same controller, with I/O under way when it goes: the first never
# notices. lis.rounds says how often (soak: 100).
# timeout: 300
# modules: hv_storvsc sd_mod
# compile: iotool.c
# hvhost: scsi,name=churn,ram=32M:serial=STAYS,queues=2

no_disk() { ! disk_of "$1" >/dev/null; }
over() { [ -e /tmp/ended ]; }

disks_up STAYS
stays=$(disk_of STAYS)
n=$(rounds 5)
# Goes on until it is told to stop; an error ends it before.
{
	while [ ! -e /tmp/stop ]; do
		iotool ledger "/dev/$stays" /tmp/ledger 2 2 || break
		iotool verify "/dev/$stays" /tmp/ledger || break
	done >/tmp/load.log 2>&1
	touch /tmp/ended
} &
round=1 bad=0
while [ "$round" -le "$n" ] && [ "$bad" = 0 ]; do
	host qmp churn.add ram=4M:lun=5:serial=GUEST || bad="it cannot be added"
	until_true 60 disk_of GUEST >/dev/null || bad="round $round: it does not appear"
	# It goes in the middle of that.
	dd if=/dev/zero of="/dev/$(disk_of GUEST)" bs=64k oflag=direct 2>/dev/null &
	host qmp churn.remove lun=5 || bad="it cannot be removed"
	until_true 60 no_disk GUEST || bad="round $round: it does not go"
	! over || bad="round $round: the load ended: $(tail -n 3 /tmp/load.log)"
	wait $!
	round=$((round + 1))
done
is "$bad" 0 "a disk comes and goes $n times"
touch /tmp/stop
check "the load ends when it is asked to" until_true 60 over
check "the other disk was written and read meanwhile" grep -q acknowledged /tmp/load.log
is "$(grep -vE 'errors 0 wrong 0$|^acknowledged [1-9]' /tmp/load.log | head -n 3)" "" "without an error or a wrong block"
check "it still works" dd if=/dev/zero of="/dev/$stays" bs=64k count=16 oflag=direct
