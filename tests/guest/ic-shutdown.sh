# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host asks for shutdown, restart and hibernation; the kernel runs the programs it runs for them.
# timeout: 240
# modules: hv_utils
# hvhost: shutdown

# The kernel calls /sbin/poweroff and /sbin/reboot (a link to /bin here): here they only say so.
for p in poweroff reboot; do
	rm -f /bin/$p
	echo '#!/bin/busybox sh' >/bin/$p
	echo "echo $p >>/tmp/called" >>/bin/$p
	chmod 755 /bin/$p
done
called() { [ "$(tail -n 1 /tmp/called 2>/dev/null)" = "$1" ]; }

utils_up || bail "hv_utils loads"
host_ok "a version is agreed" qmp wait event=negotiated device=shutdown since=0 timeout=60
matches "$HOST_REPLY" '"message": "3\.[0-9]' "of the third generation"
case $HOST_REPLY in
*'"3.0"'*) newer=false ;;
*) newer=true ;;
esac
if $newer; then
	host_ok "a restart is accepted" qmp shutdown.reboot
	check "and reboot is called" until_true 30 called reboot
	: >/tmp/called
	host_ok "a forced one" qmp shutdown.reboot force=true
	check "calls it, too" until_true 30 called reboot
fi
host_ok "a shutdown is accepted" qmp shutdown.shutdown
check "and poweroff is called" until_true 30 called poweroff
host qmp shutdown.shutdown flags=64
matches "$HOST_REPLY" '0x80004005' "flags nobody knows are refused"
if $newer; then
	host qmp shutdown.hibernate
	# This machine has no S4, so the driver must say no (docs/wire/03 4).
	matches "$HOST_REPLY" '0x80004005|needs version' "hibernation is refused where there is no S4"
fi
counter shutdown violations
is "$COUNTER" 0 "the guest kept to the protocol"
