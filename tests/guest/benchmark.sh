# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Loads the set, rebinds the device, drives the balloon, and sends what was measured to tests/bench, which judges it.
# The numbers of rounds and the balloon's sizes come on the kernel command line.
# timeout: 900

out=/tmp/bench
tool=/bin/loadtime
chmod +x $tool
# A line on a serial console costs more than a load, and one side alone is told that it is out of tree.
dmesg -n 1

# Interrupts of the hypervisor's vector, all CPUs.
hyp() { awk '$1 == "HYP:" { for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }' /proc/interrupts; }

# What the channel counted itself: signals sent, interrupts taken. Nothing before there is one.
channel() { awk '{ f = FILENAME; sub(/.*\//, "", f); printf "%s=%s ", f, $1 }' "$VMBUS"/devices/*/channels/*/events \
	"$VMBUS"/devices/*/channels/*/interrupts 2>/dev/null; }

# The question to the host goes next to what is measured, as looking at files here costs exits of its own.
before() {
	now="hyp=$(hyp) $(channel)"
	host kvm-stats || HOST_REPLY=
	echo "before $1 $now $HOST_REPLY" >>$out
}
after() {
	host kvm-stats || HOST_REPLY=
	echo "after $1 hyp=$(hyp) $(channel) $HOST_REPLY" >>$out
}

# hv_vmbus alone, which can be unloaded, unlike the stock hv_balloon; on more than one CPU the stock hv_vmbus dies of it.
load_vmbus() {
	line=$($tool vmbus /mods/hv_vmbus.ko 2>&1) || bail "hv_vmbus loads ($line)"
	echo "one $line" >>$out
	until_true 30 have_device "$BALLOON_CLASS" || bail "the balloon device is offered"
	rmmod hv_vmbus || bail "hv_vmbus unloads"
}

# The whole set, once a boot.
load_once() {
	before load
	# shellcheck disable=SC2046 # one module a line, two modules
	line=$($tool load $(sed 's#.*#/mods/&.ko#' /mods/set) 2>&1) || bail "the set loads and binds ($line)"
	echo "load $line" >>$out
	after load
	echo "core hv_vmbus=$(cat /sys/module/hv_vmbus/coresize) hv_balloon=$(cat /sys/module/hv_balloon/coresize)" >>$out
}

rebind_once() {
	before rebind
	line=$($tool rebind "$1" 2>&1) || bail "hv_balloon lets go of its device and takes it back ($line)"
	echo "rebind $line" >>$out
	after rebind
}

# The host's own trace says when it is done; its event for that comes at most once a second.
balloon_to() {
	host trace-mark
	before "$1"
	host balloon "$2" || bail "the host takes the target ($HOST_REPLY)"
	host trace-wait 240 'state_change -> S_IDLE' || bail "the host is done ($HOST_REPLY)"
	after "$1"
	host balloon-actual
	[ "$HOST_REPLY" = "$2" ] || bail "the balloon reaches $2 (it is at $HOST_REPLY)"
}

is "$(tr '\n' ' ' </mods/set)" "hv_vmbus hv_balloon " "the set is hv_vmbus and hv_balloon" || exit
check "what the set needs loads" load_before || exit
n=$(cmdline bench.loads)
[ "$(nproc)" -eq 1 ] || n=0
while [ "$n" -gt 0 ]; do
	load_vmbus
	n=$((n - 1))
done
load_once
check "hv_balloon is bound" bound "$BALLOON_CLASS" || exit
dev=$(basename "$(device_of "$BALLOON_CLASS")")
# What asking costs by itself, to be taken off.
for n in 1 2 3; do
	before nothing
	after nothing
done
n=$(cmdline bench.rebinds)
while [ "$n" -gt 0 ]; do
	[ "$n" -gt 1 ] || host trace-mark
	rebind_once "$dev"
	n=$((n - 1))
done
n=$(cmdline bench.cycles)
# QEMU's host lets a new guest alone for 50 s before it wants memory.
[ "$n" -eq 0 ] || check "the host is ready" host trace-wait 120 'state_change -> S_IDLE' || exit
while [ "$n" -gt 0 ]; do
	balloon_to down "$(cmdline bench.low)"
	balloon_to up "$(cmdline bench.high)"
	n=$((n - 1))
done
send_data bench <$out
ok "measured"
