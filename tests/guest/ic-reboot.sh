# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host asks for a restart, and the machine resets. The last scenario of its boot.
# timeout: 120
# modules: hv_utils
# hvhost: shutdown

rm -f /bin/reboot
printf '#!/bin/busybox sh\nexec busybox reboot -f\n' >/bin/reboot
chmod 755 /bin/reboot
utils_up || bail "hv_utils loads"
host_ok "a version is agreed" qmp wait event=negotiated device=shutdown since=0 timeout=60
host expect-end reset
host_ok "a restart is accepted" qmp shutdown.reboot
sleep 100
not_ok "the machine is still there"
