# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Pages the guest does not use are told to the host, and may be used again.
# timeout: 240

set_up
until_true 20 sh -c 'dmesg | grep -q "Cold memory discard hint enabled"' || skip_all "this kernel reports no free pages"
reported_above() { counter hvb hint_bytes && [ "$COUNTER" -gt "$1" ]; }
check "free memory is reported" until_true 60 reported_above 67108864
first=$COUNTER
mount -o remount,size=80% /tmp
use_memory() {
	dd if=/dev/urandom of=/tmp/fill bs=1M count=96 2>/dev/null || return 1
	um_sum=$(md5sum </tmp/fill)
	[ "$(md5sum </tmp/fill)" = "$um_sum" ] && rm /tmp/fill
}
check "the same memory is used" use_memory
check "and reported once more" until_true 60 reported_above "$((first + 67108864))"
counter hvb hint_bad
is "$COUNTER" 0 "no report was malformed"
counter hvb violations
is "$COUNTER" 0 "the guest kept to the protocol"
