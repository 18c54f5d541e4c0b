# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Our file copy daemon: names that are meant to lead astray, links, death in the middle.
# timeout: 900
# modules: hv_utils uio_hv_generic?
# programs: ours:hv_fcopy_daemon
# hvhost: fcopy

start_fcopy() {
	seen=$(grep -cE "registered with the driver|copies come through" /tmp/fcopy.log 2>/dev/null)
	hv_fcopy_daemon -f -d >>/tmp/fcopy.log 2>&1 3>&- &
	pid=$!
}
# The pid must be this shell's to know, so what is checked is not the start.
check_registered() { check "$1" until_true 30 registered_more "${seen:-0}"; }
registered_more() { [ "$(grep -cE "registered with the driver|copies come through" /tmp/fcopy.log)" -gt "$1" ]; }
leftovers() { find /copies /real -name '.lis-fcopy-*' | wc -l; }

utils_up || bail "hv_utils loads"
# From Linux 6.10 on the stock hv_utils has no file copy: the rings come through uio_hv_generic.
while read -r m; do insmod_missing "$m"; done <"$MODS/more"
way() { [ -c /dev/vmbus/hv_fcopy ] || grep -l 34d14be3 "$VMBUS"/devices/*/uio/../class_id; }
until_true 30 way >/dev/null || bail "the driver makes a device of some kind"
say "file copy by $([ -c /dev/vmbus/hv_fcopy ] && echo the driver hv_utils || echo uio_hv_generic)"
start_fcopy
check_registered "the daemon registers"
host_ok "a version is agreed" qmp wait event=negotiated device=fcopy since=0 timeout=60 || {
	send_data fcopy.log </tmp/fcopy.log
	bail "without it there is nothing to copy ($(tail -n 3 /tmp/fcopy.log | tr '\n' ' '))"
}
mkdir -p /copies /real
ln -s /real /link
ln -s /real/target /copies/link
host make-file small 5000
# shellcheck disable=SC2086 # path and sum
set -- $HOST_REPLY
small=$1 sum=$2
for dst in /copies/../real/f /link/f /link/deeper/f /copies/. /copies/.. /copies/.lis-fcopy-1-1; do
	check "$dst is refused" not host qmp fcopy.copy src="$small" dst="$dst" create-path=true
done
check "a link is not written through" not host qmp fcopy.copy src="$small" dst=/copies/link overwrite=true
check "nor is it replaced" [ -L /copies/link ]
check "a folder is not replaced" not host qmp fcopy.copy src="$small" dst=/copies overwrite=true
is "$(find /real | wc -l)" 1 "nothing came where it must not"
host_ok "a name of many characters" qmp fcopy.copy src="$small" dst="/copies/grün€/ein-名" create-path=true
is "$(sha256sum <'/copies/grün€/ein-名' | cut -d' ' -f1)" "$sum" "holds the file"
is "$(stat -c %a '/copies/grün€/ein-名')" 744 "with the mode of the stock daemon"
chmod 640 '/copies/grün€/ein-名'
host_ok "it is replaced" qmp fcopy.copy src="$small" dst="/copies/grün€/ein-名" overwrite=true
is "$(stat -c %a '/copies/grün€/ein-名')" 640 "and keeps its mode"

mb=$(cmdline lis.fcopy_mb)
mb=${mb:-8}
host make-file large ${mb}000000
# shellcheck disable=SC2086
set -- $HOST_REPLY
start=$(centiseconds)
host_ok "$mb MB are copied" qmp fcopy.copy src="$1" dst=/copies/large
time=$(($(centiseconds) - start))
ctl value "fcopy_kb_per_s $((mb * 100000 / (time > 0 ? time : 1)))"
is "$(sha256sum </copies/large | cut -d' ' -f1)" "$2" "and are the same"
rss=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status")
ctl value "fcopy_rss_kb $rss"
check "the daemon needs less than 2 MB ($rss kB)" [ "$rss" -lt 2048 ]
is "$(leftovers)" 0 "no temporary file is left"

(sleep 1; kill -9 $pid) &
check "killed in the middle: the copy fails" not host qmp fcopy.copy src="$1" dst=/copies/dead chunk=512
wait $pid 2>/dev/null
check "and there is no such file" [ ! -e /copies/dead ]
is "$(leftovers)" 1 "but a temporary one"
start_fcopy
check_registered "the next daemon registers"
is "$(leftovers)" 0 "and removes it"
check "and takes files" until_true 60 host qmp fcopy.copy src="$small" dst=/copies/after overwrite=true
is "$(sha256sum </copies/after | cut -d' ' -f1)" "$sum" "whole"
counter fcopy violations
is "$COUNTER" 0 "the guest kept to the protocol"
kill $pid
