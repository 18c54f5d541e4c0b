# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What LISA checks in its suites netinterface and networksettings, each under the name it has there (a plan names them with
# "script": "lisa-net"), done as it does it, so that a lab can lay its report beside ours.
# timeout: 400
# modules: hv_netvsc
# programs: ethtool
# compile: nettool.c
# hvhost: net,name=net,queues=4

# setting OPTION KEY: a value of "Current hardware settings"; maximum OPTION KEY: of the part before
setting() { ethtool "$1" "$NIC" | awk -v k="$2:" '/^Current/ { now = 1 } $1 == k && now { print $2; exit }'; }
maximum() { ethtool "$1" "$NIC" | awk -v k="$2:" '/^Current/ { exit } $1 == k { print $2; exit }'; }
feature() { ethtool -k "$NIC" | awk -v k="$1:" '$1 == k { print $2, $3 }'; }
key() { ethtool -x "$NIC" | awk '/^RSS hash key/ { getline; print }'; }
works() { check "$1: traffic" nettool recv "$PEER" 1048576; }

validate_netvsc_reload() {
	for round in $(seq "$(rounds 10)"); do
		check "round $round: the driver leaves" rmmod hv_netvsc || return
		check "round $round: and comes back" insmod "$MODS/hv_netvsc.ko"
		net_up
	done
	works "in the end"
}

verify_network_interface_reload_via_ip_link() {
	for round in $(seq "$(rounds 4)"); do
		check "round $round: down" ip link set "$NIC" down
		check "round $round: up" ip link set "$NIC" up
	done
	net_up
	works "in the end"
}

verify_ringbuffer_settings_change() {
	rx=$(setting -g RX) tx=$(setting -g TX)
	for size in "$((rx / 2)) $((tx / 2))" "$((rx + 10)) $((tx + 10))" "$rx $tx"; do
		# shellcheck disable=SC2086 # two numbers
		set -- $size
		check "buffers of $1 and $2" ethtool -G "$NIC" rx "$1" tx "$2"
		buffers_are "$(setting -g RX)" "$1" "of receive buffers that many are set then"
		buffers_are "$(setting -g TX)" "$2" "and of send buffers"
		works "$size"
	done
}

verify_device_channels_change() {
	most=$(maximum -l Combined)
	between "$most" 1 64 "there are channels"
	ethtool -X "$NIC" default
	for n in $(seq "$most") "$(nproc)"; do
		check "$n channels" ethtool -L "$NIC" combined "$n"
		is "$(setting -l Combined)" "$n" "are what is set then"
		works "$n channels"
	done
	check "none is refused" not ethtool -L "$NIC" combined 0
	check "more than the host has are refused" not ethtool -L "$NIC" combined $((most + 1))
}

verify_device_enabled_features() {
	for f in rx-checksumming tx-checksumming scatter-gather tcp-segmentation-offload; do
		matches "$(feature $f)" '^on' "$f is on"
	done
}

# toggle FEATURE SHORT: both ways, and back
toggle() {
	was=$(feature "$1")
	case $was in
	*fixed*) say "$1 is fixed here: $was"; return ;;
	esac
	for to in off on "${was% *}"; do
		check "$1 $to" ethtool -K "$NIC" "$2" "$to"
		matches "$(feature "$1")" "^$to" "and $to it is"
		works "$1 $to"
	done
}

verify_device_gro_lro_settings_change() {
	toggle generic-receive-offload gro
	toggle large-receive-offload lro
}

verify_device_rss_hash_key_change() {
	old=$(key)
	new=$(echo "$old" | awk -F: '{ for (i = NF; i; i--) printf "%s%s", $i, (i > 1 ? ":" : "") }')
	check "another key" ethtool -X "$NIC" hkey "$new"
	is "$(key)" "$new" "is the key then"
	works "another key"
	check "the key there was" ethtool -X "$NIC" hkey "$old"
	is "$(key)" "$old" "is back"
}

verify_device_rx_hash_level_change() {
	for proto in tcp4 tcp6 udp4 udp6; do
		for fields in sd sdfn; do
			check "$proto is hashed by $fields" ethtool -N "$NIC" rx-flow-hash $proto $fields || continue
			lines=$(ethtool -n "$NIC" rx-flow-hash $proto | grep -cE '^(IP [SD]A|L4 bytes)')
			is "$lines" $((${#fields})) "$proto: $fields is what is said then"
		done
	done
	works "hash levels"
}

verify_device_msg_level_change() {
	level() { ethtool "$NIC" | awk '/Current message level/ { print $4 }'; }
	old=$(level)
	check "by number" ethtool -s "$NIC" msglvl 0x7
	is "$(($(level)))" 7 "is what is set then"
	check "by name" ethtool -s "$NIC" msglvl tx_done on
	is "$(($(level) & 0x400))" 1024 "is set, too"
	check "as it was" ethtool -s "$NIC" msglvl "$old"
	is "$(level)" "$old" "it is back"
}

verify_device_statistics() {
	packets() { ethtool -S "$NIC" | awk -v k="^$1_queue_[0-9]+_packets:" '$1 ~ k { n += $2 } END { print n + 0 }'; }
	is "$(ethtool -S "$NIC" | grep -cE '[rt]x_queue_[0-9]+_(packets|bytes)')" $(($(nproc) * 4)) "each queue has its four counters"
	rx=$(packets rx) tx=$(packets tx)
	check "traffic to all queues" nettool recv "$PEER" 1048576 8
	check "and from them" nettool send "$PEER" 1048576 8
	between "$(($(packets rx) - rx))" 100 1000000 "received, as the queues say"
	between "$(($(packets tx) - tx))" 100 1000000 "sent, as the queues say"
	is "$(ethtool -S "$NIC" | awk '/(drop|error|no_memory|full)/ && $2 > 0' | tr -d '\n')" "" "nothing was dropped"
}

net_up
"$SCENARIO"
net_clean net
