# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A stock driver binds to the function behind the virtual PCI bus, its interrupts arrive, and the host takes it away again.
# timeout: 300
# modules: pci_hyperv virtio_pci virtio_rng
# hvhost: vpci,name=vpci
PCI_CLASS=44c4f61d-4444-4400-9d52-802e27ede19f

class_up "$PCI_CLASS" "the virtual PCI bus"
has_function() { [ -n "$(ls /sys/bus/pci/devices 2>/dev/null)" ]; }
check "a PCI function appears" until_true 60 has_function || exit
f=$(ls /sys/bus/pci/devices | head -n 1)
is "$(cat "/sys/bus/pci/devices/$f/vendor") $(cat "/sys/bus/pci/devices/$f/device")" "0x1af4 0x1044" "it is the virtio entropy device"
has_driver() { [ -e "/sys/bus/pci/devices/$f/driver" ]; }
check "a stock driver binds it" until_true 60 has_driver
is "$(basename "$(readlink "/sys/bus/pci/devices/$f/driver")")" virtio-pci "namely virtio-pci"

rng=/sys/class/misc/hw_random/rng_current
is_current() { case $(cat $rng 2>/dev/null) in virtio_rng*) ;; *) return 1 ;; esac; }
[ -e $rng ] || sleep 1
echo virtio_rng.0 >$rng 2>/dev/null
check "the random number core takes it" until_true 20 is_current
interrupts() { awk '/virtio/ { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+$/) n += $i; else break } END { print n + 0 }' /proc/interrupts; }
before=$(interrupts)
is "$(dd if=/dev/hwrng bs=512 count=8 2>/dev/null | wc -c)" 4096 "4096 random bytes are read"
between $(($(interrupts) - before)) 1 100000 "and interrupts were counted"

host_ok "the host asks for it back" qmp vpci.eject
host_ok "the guest lets go" had-event pci-ejected 90
gone() { ! has_function; }
check "the function is gone" until_true 30 gone
no_bus() { ! have_device "$PCI_CLASS"; }
check "and so is the bus" until_true 30 no_bus
