# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Values go both ways through the daemon (the distribution's or ours); addresses are read and set.
# timeout: 300
# modules: hv_utils
# programs: hv_kvp_daemon
# hvhost: kvp

# record KEY VALUE: as other programs append it to a pool file
record() {
	dd if=/dev/zero bs=2560 count=1 2>/dev/null >/tmp/record
	printf %s "$1" | dd of=/tmp/record conv=notrunc 2>/dev/null
	printf %s "$2" | dd of=/tmp/record bs=1 seek=512 conv=notrunc 2>/dev/null
	cat /tmp/record
}
helper() {
	mkdir -p /usr/libexec/hypervkvpd
	cat >"/usr/libexec/hypervkvpd/$1"
	chmod 755 "/usr/libexec/hypervkvpd/$1"
}
pool_has() { tr -s '\0' '\n' <"/var/lib/hyperv/.kvp_pool_$1" | grep -qx "$2"; }

mkdir -p /etc
printf 'NAME="Rig Guest"\nVERSION_ID="4.2"\n' >/etc/os-release
echo '#!/bin/sh' | helper hv_get_dns_info
printf '#!/bin/sh\necho Disabled\n' | helper hv_get_dhcp_info
helper hv_set_ifconfig <<'EOS'
#!/bin/sh
cp "$1" /tmp/ifcfg
EOS
ip link set lo up
utils_up || bail "hv_utils loads"
host_ok "the channel is opened" qmp wait event=channel-open device=kvp since=0 timeout=60
host qmp kvp.enumerate pool=2
matches "$HOST_REPLY" 'not agreed' "no version is agreed before the daemon runs"
check "the daemon starts" daemon kvp
host_ok "then one is" qmp wait event=negotiated device=kvp since=0 timeout=120
matches "$HOST_REPLY" '"message": "4.0"' "it is the newest the driver knows"

host_ok "the guest's own values can be listed" qmp kvp.enumerate pool=2
matches "$HOST_REPLY" '"key": "OSName", "value": "Rig Guest"' "the name of the system is among them"
matches "$HOST_REPLY" "\"key\": \"OSBuildNumber\", \"value\": \"$(uname -r | tr + .)\"" "and the kernel"
matches "$HOST_REPLY" '"key": "NetworkAddressIPv4"' "and addresses"
host_ok "the host sets a value" qmp kvp.set key=colour value=green
check "the guest has it" until_true 20 pool_has 0 green
host_ok "and another value for it" qmp kvp.set key=colour value=gruen-€
check "the guest has that, in UTF-8" until_true 20 pool_has 0 gruen-€
host_ok "a number" qmp kvp.set key=size value=4294967295 type=dword
check "comes as text" until_true 20 pool_has 0 4294967295
host_ok "the host reads them back" qmp kvp.enumerate pool=0
matches "$HOST_REPLY" '"key": "size", "value": "4294967295"' "with the number among them"
host_ok "a value is deleted" qmp kvp.delete key=size
host qmp kvp.delete key=size
matches "$HOST_REPLY" 'no such item' "deleting it twice is an error"
check "and it is gone from the guest" eval '! pool_has 0 size'
check "what hosts tell of themselves has arrived" until_true 30 pool_has 3 HostName
record from-the-guest hello-host >>/var/lib/hyperv/.kvp_pool_1
host_ok "a program of the guest's leaves a value for the host" qmp kvp.enumerate pool=1
matches "$HOST_REPLY" '"key": "from-the-guest", "value": "hello-host"' "who reads it"
host_ok "reading one value" qmp kvp.get key=from-the-guest pool=1
matches "$HOST_REPLY" '"key": "from-the-guest"' "is answered"
# The stock pair of driver and daemon loses the value on its way (docs/wire/03 7.1; ic-kvp-get looks at the messages).
[ "$(cmdline lis.modules)/$(cmdline lis.daemons)" = inbox/ ] || matches "$HOST_REPLY" '"value": "hello-host"' "with it"
say "GET gave: $HOST_REPLY"

long=$(head -c 255 /dev/zero | tr '\0' k)
host_ok "the longest key" qmp kvp.set key="$long" value=long
check "arrives whole" until_true 20 pool_has 0 "$long"
host qmp kvp.set key="${long}k" value=x
matches "$HOST_REPLY" 'too long' "a longer one is refused"

mac=$(tr a-f A-F </sys/class/net/lo/address)
host_ok "addresses of an adapter are read" qmp kvp.get-ip mac="$mac"
host qmp kvp.set-ip adapter='{00000000-0000-0000-0000-000000000000}' addresses=10.0.0.2 subnets=255.0.0.0
matches "$HOST_REPLY" 'no such adapter' "setting those of an adapter that is not there is refused"
counter kvp violations
is "$COUNTER" 0 "the guest kept to the protocol"
