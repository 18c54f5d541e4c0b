# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# On a kernel whose VMBus is built in, our set must refuse to load, say why, and leave the in-box bus working.
# timeout: 120

if [ -e /sys/module/hv_vmbus/initstate ] || [ ! -d "$VMBUS" ]; then skip_all "VMBus is not built into this kernel"; fi
check "the built-in bus shows the balloon device" until_true 30 have_device "$BALLOON_CLASS"
for m in hv_vmbus hv_balloon; do
	if out=$(insmod /mods/$m.ko 2>&1); then
		not_ok "our $m.ko does not load"
	else
		ok "our $m.ko does not load ($out)"
	fi
done
check "the bus is still there" have_device "$BALLOON_CLASS"
