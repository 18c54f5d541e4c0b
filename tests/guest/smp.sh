# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The bus on one, two or four CPUs (the boot says how many): connect, channel placement, a few reloads.
# timeout: 240

wanted=$(cmdline lis.smp)
is "$(nproc)" "$wanted" "the guest runs on $wanted CPUs" || exit
for round in 1 2 3; do
	check "round $round: the set loads" load_set || exit
	check "round $round: the device is bound" until_true 30 bound "$BALLOON_CLASS" || exit
	dev=$(device_of "$BALLOON_CLASS")
	cpu=$(cut -d: -f2 "$dev/channel_vp_mapping" | head -n 1)
	between "$cpu" 0 $((wanted - 1)) "round $round: the channel's CPU exists"
	host_ok "round $round: the balloon and the host agree on capabilities" trace-wait 30 hv_balloon_incoming_caps
	check "round $round: the set unloads" unload_set || exit
	host trace-mark
done
