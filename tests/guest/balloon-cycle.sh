# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Memory leaves and comes back, twice, and the guest gives no more than it can spare.
# timeout: 420

set_up
balloon_ready
host balloon-actual
full=$HOST_REPLY
low=$((full - 192 * 1024 * 1024))
before=$(mem_kb MemTotal)

# The in-box driver's first report comes 45 s after it was loaded.
host_ok "the guest reports its memory pressure" status-report 90
# shellcheck disable=SC2086 # two words
set -- $HOST_REPLY
between "$1" 1048576 "$full" "committed memory is plausible"

# What the guest itself sees as its memory shrinks by what it gave away, give or take a few pages. The in-box driver of 5.10
# and older leaves MemTotal as it is: there the same must be missing from what is free, give or take what the guest used.
check_fall() {
	fell=$((before - $(mem_kb MemTotal))) slack=4096 what=MemTotal
	if [ "$(cmdline lis.modules)" = inbox ] && [ "$fell" -eq 0 ]; then
		fell=$((free - $(mem_kb MemFree))) slack=24576 what=MemFree
	fi
	between "$fell" "$(($1 - slack))" "$(($1 + slack))" "round $round: $what fell by as much (kB)"
}

for round in $(seq "$(rounds 2)"); do
	free=$(mem_kb MemFree)
	host_ok "round $round: 192 MiB go" balloon-to "$low" 120
	check_fall $(((full - low) / 1024))
	host_ok "round $round: and up again" balloon-to "$full" 120
	check "round $round: MemTotal is back at $before kB" mem_back "$before"
done
# Some large units come back whole, one in two parts.
host_ok "192 MiB go once more" balloon-to "$low" 120
host_ok "a part comes back that is no whole number of large units" balloon-to $((low + 65 * 1024 * 1024 + 4096)) 120
host_ok "and the rest" balloon-to "$full" 120
check "MemTotal is back at $before kB" mem_back "$before"
host_ok "reports go on after the cycle" status-report 30
