# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Measures a socket over VMBus to an echo of our host: bytes/s there and back. Not a test: the points only say that it could
# be measured (`rig bench --io`).
# timeout: 900
# modules: hv_sock
# compile: vsock.c
# hvhost: hvsock,name=sock,echo=5000

load_more || bail "the modules load"
until_true 30 bound "$BALLOON_CLASS" || bail "the bus is up"
mb=$(rounds 16)
timed vsock_echo "$((mb * 1048576))" "$mb" vsock send 5000 "$((mb * 1048576))"
many() { seq "$1" | while read -r _; do vsock send 5000 1 || exit 1; done; }
timed vsock_connections 50 50 many 50
