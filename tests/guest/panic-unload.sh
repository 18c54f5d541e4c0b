# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A panic without a crash kernel: the host hears of it (crash registers), is told UNLOAD, and the machine resets.
# timeout: 200

set_up
dmesg -c | send_data dmesg.before
host expect-panic unload msrs reboot
echo c >/proc/sysrq-trigger
