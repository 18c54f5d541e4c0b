# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The bus on one, two or four CPUs (the boot says how many): reloads, channel placement, messages both ways.
# timeout: 240

wanted=$(cmdline lis.smp)
is "$(nproc)" "$wanted" "the guest runs on $wanted CPUs" || exit
if cycle_possible; then
	for round in 1 2 3; do
		check "round $round: $(cycle_set | tr '\n' ' ')unloads and loads" reload || exit
	done
fi
host trace-mark
set_up
dev=$(device_of "$BALLOON_CLASS")
while IFS=: read -r relid cpu; do
	between "$cpu" 0 $((wanted - 1)) "the CPU of channel $relid exists"
done <"$dev/channel_vp_mapping"
check "the driver survives a rebind" rebind
host_ok "the balloon and the host agree on capabilities" trace-wait 30 hv_balloon_incoming_caps
