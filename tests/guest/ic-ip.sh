# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# An adapter's addresses are asked for and set from the host: through the daemon (the distribution's or ours),
# whose hook gets the file of docs/wire/03 6.8.
# timeout: 300
# modules: hv_utils hv_netvsc
# programs: hv_kvp_daemon
# hvhost: kvp
# hvhost: net,name=net

HOOKS=/usr/libexec/hypervkvpd
mkdir -p /etc "$HOOKS"
echo 'nameserver 10.99.0.53' >/etc/resolv.conf
printf '#!/bin/sh\necho 10.99.0.53\n' >$HOOKS/hv_get_dns_info
printf '#!/bin/sh\necho Disabled\n' >$HOOKS/hv_get_dhcp_info
cat >$HOOKS/hv_set_ifconfig <<'EOS'
#!/bin/sh
[ ! -e /tmp/hook-fails ] || exit 1
cp "$1" /tmp/ifcfg
EOS
chmod 755 $HOOKS/*
utils_up || bail "hv_utils loads"
while read -r m; do insmod_missing "$m"; done <"$MODS/more"
net_up
guid=$(cat "$(device_of "$NET_CLASS")/device_id")
mac=$(tr a-f A-F <"/sys/class/net/$NIC/address")
check "the daemon starts" daemon kvp
host_ok "and agrees on a version" qmp wait event=negotiated device=kvp since=0 timeout=120

host_ok "the adapter's addresses are asked for" qmp kvp.get-ip mac="$mac"
matches "$HOST_REPLY" '10\.99\.0\.2' "the guest's address is told"
matches "$HOST_REPLY" '255\.255\.255\.0' "and its mask"

# has LINE: the hook's file has it
has() { grep -qx "$1" /tmp/ifcfg; }
set_ip() { host qmp kvp.set-ip adapter="$guid" "$@"; }
check "addresses are set" set_ip addresses='10.99.0.7;10.99.1.7' subnets='255.255.255.0;255.255.0.0' gateways=10.99.0.1 dns='10.99.0.53;10.99.0.54'
check "the hook was run" test -s /tmp/ifcfg
for line in "HWADDR=$mac" "DEVICE=$NIC" BOOTPROTO=none IPADDR0=10.99.0.7 NETMASK0=255.255.255.0 IPADDR1=10.99.1.7 NETMASK1=255.255.0.0 \
	GATEWAY=10.99.0.1 DNS1=10.99.0.53 DNS2=10.99.0.54; do
	check "the file says $line" has "$line"
done
rm /tmp/ifcfg
check "an address of version 6 is set" set_ip family=2 addresses=fd00::7 subnets=64 gateways=fd00::1
# The stock daemon hands the host's words on, ours prints addresses itself: all zeros, or none of them.
check "the file says so" has 'IPV6ADDR=fd00:[0:]*7'
rm -f /tmp/ifcfg
check "DHCP is chosen" set_ip dhcp=true
check "the file says BOOTPROTO=dhcp" has BOOTPROTO=dhcp
check "and no address" eval '! grep -q IPADDR /tmp/ifcfg'
touch /tmp/hook-fails
host qmp kvp.set-ip adapter="$guid" addresses=10.99.0.8 subnets=255.0.0.0
matches "$HOST_REPLY" 0x80004005 "the host hears of a hook that fails"
counter kvp violations
is "$COUNTER" 0 "the guest kept to the protocol"
