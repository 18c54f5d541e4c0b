# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The host sets an adapter's addresses, and our daemon hands them to a real network stack (ifupdown, as busybox has it):
# applied, seen on the interface, and back as it was when the link does not carry.
# timeout: 600
# modules: hv_utils hv_netvsc
# programs: ours:hv_kvp_daemon
# hvhost: kvp
# hvhost: net,name=net

utils_up || bail "hv_utils loads"
while read -r m; do insmod_missing "$m"; done <"$MODS/more"
class_up "$NET_CLASS" "the network device"
# shellcheck disable=SC2012 # names of interfaces
NIC=$(ls "$(device_of "$NET_CLASS")/net" | head -n 1)
guid=$(cat "$(device_of "$NET_CLASS")/device_id")
mac=$(tr a-f A-F <"/sys/class/net/$NIC/address")
ip link set lo up
mkdir -p /etc/network /var/run
# No way of asking whether others have an address: there is nobody.
echo 0 >"/proc/sys/net/ipv6/conf/$NIC/accept_dad"
printf 'auto lo\niface lo inet loopback\n\nauto %s\niface %s inet static\n\taddress 10.99.0.2\n\tnetmask 255.255.255.0\n' "$NIC" "$NIC" \
	>/etc/network/interfaces
check "the interface comes up as configured" ifup "$NIC" || exit
check "with its address" until_true 20 eval 'ip addr show "$NIC" | grep -q "inet 10.99.0.2/24"'
until_true 20 [ -c /dev/vmbus/hv_kvp ] || bail "the driver's device appears"
hv_kvp_daemon -f -d >/tmp/kvp.log 2>&1 3>&- &
host_ok "a version is agreed" qmp wait event=negotiated device=kvp since=0 timeout=120

has() { ip addr show "$NIC" | grep -q "$1"; }
says() { grep -q "$1" /etc/network/interfaces; }
set_ip() { host qmp kvp.set-ip adapter="$guid" "$@"; }
check "the host sets addresses" set_ip addresses='10.99.0.7;10.99.1.7' subnets='255.255.255.0;255.255.0.0' gateways=10.99.0.1 dns=10.99.0.53
check "the interface has the first" has 'inet 10.99.0.7/24'
check "and the second" has 'inet 10.99.1.7/16'
check "and no longer the old one" not has 10.99.0.2
check "the route goes by the gateway" eval 'ip route | grep -q "default via 10.99.0.1"'
check "the peer answers" ping -c 1 -W 20 "$PEER"
check "what says so survives a boot" says 'address 10.99.0.7'
check "and the loopback is still there" says 'iface lo inet loopback'
host_ok "the host reads them" qmp kvp.get-ip mac="$mac"
matches "$HOST_REPLY" '10\.99\.0\.7;10\.99\.1\.7' "both of them"
matches "$HOST_REPLY" '255\.255\.255\.0;255\.255\.0\.0' "with their masks"
matches "$HOST_REPLY" '"gateways": "10\.99\.0\.1"' "and the gateway"
check "addresses of both versions" set_ip family=3 addresses='10.99.0.8;fd00:99::8' subnets='255.255.255.0;64'
check "are there" eval "has 'inet 10.99.0.8/24' && has 'inet6 fd00:99::8/64'"

cp /etc/network/interfaces /tmp/before
host qmp net.link state=down
until_true 20 net_carrier "$NIC" 0 || bail "the link goes down ($HOST_REPLY)"
check "without a link addresses do not come, and the host is told" not set_ip addresses=10.99.0.9 subnets=255.255.255.0
check "the former configuration is back" cmp -s /etc/network/interfaces /tmp/before
host qmp net.link state=up
check "and works when the link does" until_true 30 eval "has 'inet 10.99.0.8/24' && net_carrier '$NIC' 1"
matches "$(cat /tmp/kvp.log)" 'the former configuration is put back' "the log says what happened"
for bad in 'addresses=10.99.0.300 subnets=255.0.0.0' 'addresses=10.99.0.9 subnets=255.0.255.0' 'addresses=224.0.0.1 subnets=8'; do
	# shellcheck disable=SC2086 # two words
	check "$bad is refused" not set_ip $bad
done
check "and changes nothing" cmp -s /etc/network/interfaces /tmp/before
counter kvp violations
is "$COUNTER" 0 "the guest kept to the protocol"
