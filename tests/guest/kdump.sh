# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A panic hands over to a crash kernel: the host is told to let go on the way, and the crash kernel connects.
# timeout: 300
# needs: kexec

if [ "$STAGE" = crash ]; then
	host panic-over
	points_so_far "$HOST_REPLY"
	echo "$POINTS" >/tmp/points
	ok "the crash kernel runs"
	check "the module set loads there" load_set
	check "the balloon device is bound there" until_true 30 bound "$BALLOON_CLASS"
	exit
fi
[ "$(cat /sys/kernel/kexec_crash_size)" -gt 0 ] || bail "the kernel reserved no memory for a crash kernel"
set_up
check "kexec loads the crash kernel" kexec -p /second/vmlinuz --initrd=/second/initrd \
	--command-line="$(next_cmdline crash) nr_cpus=1 irqpoll reset_devices" || exit
dmesg -c | send_data dmesg.before
host expect-panic unload
continue_elsewhere
echo c >/proc/sysrq-trigger
