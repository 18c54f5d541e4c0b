#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # root, top, output and status come from the helper and from bats
#
# lsvmbus on a device folder made by hand; the text is what certification suites parse.

bats_require_minimum_version 1.5.0

setup() {
	tool=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/scripts/lsvmbus
	bus=$BATS_TEST_TMPDIR/devices
	device 12 '{f8615163-df3e-46c5-913f-f2d2f965ed0e}' 6045bd7c-0001-6045-bd7c-00016045bd7c '16:1' '12:0'
	device 1 '{525074dc-8985-46e2-8057-a307dc18a502}' 1eccfd72-4b41-45ef-b73a-4a6e44c12924 '1:0'
	device 2 '{12345678-0000-0000-0000-000000000000}' 00000000-0000-8899-0000-000000000000
}

device() { # id class instance [channel...]
	local dir=$bus/$3
	mkdir -p "$dir"
	echo "$1" > "$dir/id"
	echo "$2" > "$dir/class_id"
	echo "{$3}" > "$dir/device_id"
	shift 3
	[ $# -eq 0 ] || printf '%s\n' "$@" > "$dir/channel_vp_mapping"
}

@test "plain: one line per device, by number" {
	run -0 "$tool" --sysfs "$bus"
	[ "$output" = "VMBUS ID  1: [Dynamic Memory]
VMBUS ID  2: Unknown
VMBUS ID 12: Synthetic network adapter" ]
}

@test "-vv: class, device, path and channels, byte for byte" {
	printf 'VMBUS ID  1: Class_ID = {525074dc-8985-46e2-8057-a307dc18a502} - [Dynamic Memory]\n\tDevice_ID = {1eccfd72-4b41-45ef-b73a-4a6e44c12924}\n\tSysfs path: %s/1eccfd72-4b41-45ef-b73a-4a6e44c12924\n\tRel_ID=1, target_cpu=0\n\n' "$bus" > "$BATS_TEST_TMPDIR/want"
	LSVMBUS_SYSFS=$bus "$tool" -vv > "$BATS_TEST_TMPDIR/all"
	head -n 5 "$BATS_TEST_TMPDIR/all" | cmp - "$BATS_TEST_TMPDIR/want"
	LSVMBUS_SYSFS=$bus "$tool" -v -v | cmp - "$BATS_TEST_TMPDIR/all"
	# Channels in order of their numbers.
	tail -n 3 "$BATS_TEST_TMPDIR/all" | head -n 2 | cmp - <(printf '\tRel_ID=12, target_cpu=0\n\tRel_ID=16, target_cpu=1\n')
}

@test "-vv: the pattern certification suites use finds every device and channel" {
	"$tool" -vv --sysfs "$bus" > "$BATS_TEST_TMPDIR/all"
	run -0 python3 - "$BATS_TEST_TMPDIR/all" <<'PY'
import re, sys
text = open(sys.argv[1]).read()
for part in re.split(r"(?=VMBUS ID)", text)[1:]:
    head = re.match(r"VMBUS ID\s+(\d+): Class_ID = \{([0-9a-f-]{36})\} - \[?(.+?)\]?$", part, re.M)
    dev = re.search(r"^\tDevice_ID = \{([0-9a-f-]{36})\}$", part, re.M)
    print(head.group(1), head.group(3), dev.group(1)[:8], re.findall(r"Rel_ID=(\d+), target_cpu=(\d+)", part))
PY
	[ "$output" = "1 Dynamic Memory 1eccfd72 [('1', '0')]
2 Unknown 00000000 []
12 Synthetic network adapter 6045bd7c [('12', '0'), ('16', '1')]" ]
}

@test "a device that vanishes meanwhile is left out, not an error" {
	rm "$bus/00000000-0000-8899-0000-000000000000/class_id"
	run -0 "$tool" --sysfs "$bus"
	[ "${#lines[@]}" -eq 2 ]
}

@test "no VMBus: one message, exit 1" {
	run -1 "$tool" --sysfs "$BATS_TEST_TMPDIR/nothing"
	[[ $output == *"no Hyper-V guest"*"modprobe hv_vmbus"* ]]
}

@test "usage: exit 2" {
	run -2 "$tool" --frobnicate
	run -2 "$tool" --sysfs
}

@test "the same bytes under dash, bash and busybox" {
	sh "$tool" -vv --sysfs "$bus" > "$BATS_TEST_TMPDIR/sh"
	bash "$tool" -vv --sysfs "$bus" | cmp - "$BATS_TEST_TMPDIR/sh"
	if command -v busybox > /dev/null; then
		busybox sh "$tool" -vv --sysfs "$bus" | cmp - "$BATS_TEST_TMPDIR/sh"
	fi
}
