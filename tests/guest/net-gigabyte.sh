# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# 1 GB of TCP each way, every byte checked.
# timeout: 1500
# modules: hv_netvsc
# compile: nettool.c
# hvhost: net,name=net,queues=4

net_up
for way in recv send; do
	if out=$(nettool "$way" "$PEER" 1073741824 2>&1); then
		ok "$way 1 GB ($out)"
	else
		not_ok "$way 1 GB ($out)"
	fi
done
net_clean net
