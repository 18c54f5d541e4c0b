# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host asks for a shutdown, and the machine is off. The last scenario of its boot.
# timeout: 120
# modules: hv_utils
# hvhost: shutdown

rm -f /bin/poweroff
printf '#!/bin/busybox sh\nexec busybox poweroff -f\n' >/bin/poweroff
chmod 755 /bin/poweroff
utils_up || bail "hv_utils loads"
host_ok "a version is agreed" qmp wait event=negotiated device=shutdown since=0 timeout=60
host expect-end shutdown
host_ok "a shutdown is accepted" qmp shutdown.shutdown
sleep 100
not_ok "the machine is still there"
