# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The frame buffer driver of kernels before 5.14 (hyperv_fb), as on a Generation 1 machine: it wants the display's PCI
# function to be there. The guest's console is drawn, and the host's picture of it shows more than one colour.
# timeout: 240
# modules: pci_hyperv hyperv_fb
# hvhost: vpci,name=display,function=screen
# hvhost: video
VIDEO_CLASS=da0a7802-e377-4aac-8e77-0558eb1073f8
PCI_CLASS=44c4f61d-4444-4400-9d52-802e27ede19f

[ ! -s "$MODS/missing" ] || skip_all "this kernel has no $(tr '\n' ' ' <"$MODS/missing")"
load_set || bail "the module set loads"
# The frame buffer's driver looks once, so the bus comes before it.
while read -r m; do
	[ "$m" = hyperv_fb ] || loaded "$m" || insmod "$MODS/$m.ko"
done <"$MODS/more"
until_true 60 bound "$PCI_CLASS" || bail "the virtual PCI bus appears and is bound"
is_display() { grep -qs 0x5353 /sys/bus/pci/devices/*/device; }
check "the display's PCI function appears" until_true 60 is_display || exit
class_up "$VIDEO_CLASS" "the video device"
host_ok "the guest sets a mode" had-event video-ready 60
matches "$HOST_REPLY" '"width": [0-9]{3,4}' "and tells its size"
check "a frame buffer" until_true 30 test -c /dev/fb0
is "$(cat /sys/class/graphics/fb0/name)" hyperv_fb "namely the driver's"
i=0
while [ $i -lt 40 ]; do echo "The quick brown fox jumps over the lazy dog: line $i"; i=$((i + 1)); done >/dev/tty0
host_ok "the host takes a picture" picture video
# Drawing is told to the host within a twentieth of a second; a busy machine may take longer.
drawn() { host picture video; colours=$(echo "$HOST_REPLY" | cut -d' ' -f2); [ "$colours" -gt 1 ]; }
check "text on a ground: more than one colour" until_true 20 drawn
before=$(echo "$HOST_REPLY" | cut -d' ' -f4)
clear >/dev/tty0
echo "Another screen" >/dev/tty0
changed() { host picture video; [ "$(echo "$HOST_REPLY" | cut -d' ' -f4)" != "$before" ]; }
check "another screen is another picture" until_true 20 changed
