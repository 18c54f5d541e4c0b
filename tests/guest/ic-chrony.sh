# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# chrony with the packaged lines reads the PTP clock and keeps the machine's clock by it: a wrong time is stepped away, and then
# the two agree. (verify_timesync_chrony of LISA.)
# timeout: 400
# modules: hv_utils
# programs: chronyd chronyc
# compile: ptpclock.c
# files: packaging/chrony/hyperv.conf
# hvhost: timesync,interval=1000

clock_named() { grep -lx "$1" /sys/class/ptp/*/clock_name 2>/dev/null | cut -d/ -f5 | grep -m 1 .; }
# within MICROSECONDS: the machine's clock is that near to the host's
within() {
	# shellcheck disable=SC2046 # two numbers
	set -- "$1" $(ptpclock /dev/ptp_hyperv)
	[ -n "$3" ] && near "$3" 0 "$1"
}
selected() { chronyc -n -c sources | grep -q '^#,\*,'; }

utils_up || bail "hv_utils loads"
check "a version is agreed" agreed timesync
check "there is a clock" until_true 30 clock_named hyperv || exit
# udev's part (packaging/udev); there is none here.
ln -s "/dev/$(clock_named hyperv)" /dev/ptp_hyperv
ip link set lo up
mkdir -p /etc /run/chrony /var/lib/chrony /var/run
echo root:x:0:0:root:/:/bin/sh >/etc/passwd
echo root:x:0: >/etc/group
{
	cat /guest/files/hyperv.conf
	echo driftfile /var/lib/chrony/drift
} >/tmp/chrony.conf
chronyd -d -u root -f /tmp/chrony.conf >/tmp/chrony.log 2>&1 3>&- &
check "chrony selects it" until_true 120 selected || { cat /tmp/chrony.log; chronyc -n sources; } | send_data chrony
check "the two clocks agree" until_true 60 within 20000
check "the machine's clock goes 10 minutes wrong" date -u -s "@$(($(date +%s) - 600))"
check "chrony steps it back" until_true 120 within 500000
check "and brings them together" until_true 120 within 20000 || chronyc -n tracking | send_data tracking
# shellcheck disable=SC2046 # two numbers
set -- $(ptpclock /dev/ptp_hyperv)
say "they differ by $2 us"
