# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Files of the host's arrive whole, by the daemon (the distribution's or ours).
# timeout: 300
# modules: hv_utils
# programs: hv_fcopy_daemon
# hvhost: fcopy

utils_up || bail "hv_utils loads"
# Linux 6.10 took it out of hv_utils: hv_fcopy_uio_daemon over uio_hv_generic is to do it. Debian 13's hyperv-daemons
# (6.12.117-1) has no such program; that of 7.3.4 has one, which nothing here starts.
until_true 20 [ -c /dev/vmbus/hv_fcopy ] ||
	skip_all "file copy left hv_utils with Linux 6.10; this scenario does not drive the daemon over uio (Debian 13's package has none)"
check "the daemon starts" daemon fcopy
host_ok "a version is agreed" qmp wait event=negotiated device=fcopy since=0 timeout=120
for size in 0 1 6144 6145 300000; do
	host make-file "source.$size" "$size"
	# shellcheck disable=SC2086 # path and sum
	set -- $HOST_REPLY
	host_ok "$size bytes are copied, with their folder" qmp fcopy.copy src="$1" dst=/copies/of/"$size" create-path=true
	is "$(sha256sum </copies/of/$size | cut -d' ' -f1)" "$2" "$size bytes are the same"
done
host qmp fcopy.copy src="$1" dst=/copies/of/1
matches "$HOST_REPLY" 'already exists' "what is there is not overwritten"
host_ok "but when asked to" qmp fcopy.copy src="$1" dst=/copies/of/1 overwrite=true
is "$(sha256sum </copies/of/1 | cut -d' ' -f1)" "$2" "it is"
host qmp fcopy.copy src="$1" dst=/no/such/folder
matches "$HOST_REPLY" 'failed' "a folder that is missing is an error"
mkdir -p /small
mount -t tmpfs -o size=64k small /small
host qmp fcopy.copy src="$1" dst=/small/file
matches "$HOST_REPLY" 'disk full|failed' "so is a full disk"
check "and the partial file is removed" eval '[ ! -e /small/file ]'
umount /small
host_ok "the next copy works" qmp fcopy.copy src="$1" dst=/copies/of/last
host qmp fcopy.copy src=/nonexistent dst=/copies/x
matches "$HOST_REPLY" 'cannot be opened' "a source that is missing is an error of the host's"
counter fcopy violations
is "$COUNTER" 0 "the guest kept to the protocol"
