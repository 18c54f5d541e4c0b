# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The guest's console is drawn into the synthetic frame buffer, and the host's picture of it shows more than one colour.
# timeout: 240
# modules: hyperv_drm
# hvhost: video
VIDEO_CLASS=da0a7802-e377-4aac-8e77-0558eb1073f8

class_up "$VIDEO_CLASS" "the video device"
host_ok "the guest sets a mode" had-event video-ready 60
matches "$HOST_REPLY" '"width": [0-9]{3,4}' "and tells its size"
check "a frame buffer console" until_true 30 test -c /dev/fb0
i=0
while [ $i -lt 40 ]; do echo "The quick brown fox jumps over the lazy dog: line $i"; i=$((i + 1)); done >/dev/tty0
host_ok "the host takes a picture" picture video
matches "$HOST_REPLY" '^[0-9]+x[0-9]+ [0-9]+ colours' "the picture says what it is"
colours=$(echo "$HOST_REPLY" | cut -d' ' -f2)
between "$colours" 2 100000 "text on a ground: more than one colour"
before=$(echo "$HOST_REPLY" | cut -d' ' -f4)
clear >/dev/tty0
sleep 1
echo "Another screen" >/dev/tty0
# Drawing is told to the host within a twentieth of a second; a busy machine may take longer.
changed() { host picture video; [ "$(echo "$HOST_REPLY" | cut -d' ' -f4)" != "$before" ]; }
check "another screen is another picture" until_true 20 changed
