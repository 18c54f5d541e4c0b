# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Text typed at the host's keyboard arrives on the guest's console, and mouse reports as input events.
# timeout: 240
# modules: hyperv_keyboard hid_hyperv hid_generic evdev
# hvhost: keyboard
# hvhost: mouse
KEYBOARD_CLASS=f912ad6d-2b17-48ea-bd65-f927a61c7684
MOUSE_CLASS=cfa8b69e-5b4a-4cc0-b98b-8ba1a1f3f95a

class_up "$KEYBOARD_CLASS" "the keyboard"
check "the mouse is bound, too" until_true 60 bound "$MOUSE_CLASS" || exit
host_ok "the host's keyboard is heard" had-event keyboard-ready 30
host_ok "the host's mouse is heard" had-event mouse-ready 30

# input_of WORD: the event device of the input device whose name has WORD
input_of() {
	awk -v w="$1" '/^N: / { hit = index($0, w) } hit && /^H: / { if (match($0, /event[0-9]+/)) { print substr($0, RSTART, RLENGTH); exit } }' \
		/proc/bus/input/devices
}
have_input() { [ -n "$(input_of "$1")" ] && [ -c "/dev/input/$(input_of "$1")" ]; }
check "an input device for the keyboard" until_true 30 have_input "AT Translated" || { cat /proc/bus/input/devices | send_data inputs; exit; }
check "an input device for the mouse" until_true 30 have_input Vmbus || { cat /proc/bus/input/devices | send_data inputs; exit; }

# What lands on the console is what a getty would read. Line by line, as typed.
exec 5</dev/tty1
# Requests to the host are cut at blanks, so the space bar is pressed by name.
host_ok "a word is typed" qmp keyboard.type 'text=Hello_World~'
host_ok "the space bar" qmp keyboard.key keys=space
host_ok "another word" qmp keyboard.type 'text=42!'
host_ok "the enter key" qmp keyboard.key keys=enter
line=$(timeout 30 head -n 1 <&5)
is "$line" "Hello_World~ 42!" "the console reads what was typed"
exec 5<&-

# An input event is 24 bytes: two times of 8, type, code, value. A move, a button down, a button up.
mouse=/dev/input/$(input_of Vmbus)
# Opened here: a cat that starts late would miss what comes before it opens the device.
exec 5<"$mouse"
cat <&5 >/tmp/mouse &
cat_pid=$!
exec 5<&-
host_ok "the mouse moves" qmp mouse.move x=10000 y=20000
host_ok "and clicks" qmp mouse.click button=1
events() { od -An -v -t u2 -w24 /tmp/mouse | awk '{ print $9, $10, $11 }'; }
has_event() { events | grep -qx "$1"; }
check "X arrives" until_true 20 has_event "3 0 10000"
check "Y arrives" until_true 20 has_event "3 1 20000"
check "the left button goes down" until_true 20 has_event "1 272 1"
check "and up" until_true 20 has_event "1 272 0"
kill $cat_pid
