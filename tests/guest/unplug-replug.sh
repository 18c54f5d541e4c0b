# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host takes the device away and brings it back.
# timeout: 300

set_up
if ! host qmp device_del id=hvb; then
	case $HOST_REPLY in
	*hotplug*) skip_all "this QEMU cannot unplug from its VMBus: $HOST_REPLY" ;;
	esac
	bail "the host unplugs the device ($HOST_REPLY)"
fi
gone() { ! have_device "$BALLOON_CLASS"; }
check "the device leaves sysfs" until_true 30 gone
host_ok "the host plugs it back" qmp device_add driver=hv-balloon id=hvb
check "it is there and bound again" until_true 30 bound "$BALLOON_CLASS"
