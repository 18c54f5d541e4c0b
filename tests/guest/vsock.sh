# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sockets over VMBus: the guest's connection to an echo on the host, the host's to one in the guest; all bytes compared.
# timeout: 600
# modules: hv_sock
# compile: vsock.c
# hvhost: hvsock,name=sock,echo=5000
load_more || bail "the modules load"
until_true 30 bound "$BALLOON_CLASS" || bail "the bus is up"
mb=$(rounds 4)
bytes=$((mb * 1024 * 1024))

check "a port nobody listens on is refused" vsock refused 5999
check "one byte to the host and back" vsock send 5000 1
check "$mb MiB to the host and back" vsock send 5000 $bytes
check "ten connections, one after the other" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do vsock send 5000 10000 || exit 1; done'

vsock echo 6000 >/tmp/echo &
listening() { grep -q listening /tmp/echo; }
check "the guest listens" until_true 10 listening
host_ok "$mb MiB from the host and back" qmp sock.pump port=6000 bytes=$bytes
wait $!
is $? 0 "the guest's echo ends well"
socket_channels() { cat "$VMBUS"/devices/*/class_id | grep -c facb-11e6-bd58-64006a7986d3; }
none_left() { [ "$(socket_channels)" -eq 0 ]; }
check "no socket channel is left" until_true 30 none_left
