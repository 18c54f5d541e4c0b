# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the driver hands to its daemon when the host asks for one value, and from where it takes the answer: a daemon of a
# few shell lines looks at the messages themselves (docs/wire/03 7.1).
# timeout: 120
# modules: hv_utils
# hvhost: kvp,push=off

SIZE=7432
GET_VALUE=528 # where the structure of a GET has its value; that of an ENUMERATE has it 4 bytes further

# message OFFSET TEXT: an answer without error, with this text there
message() {
	head -c $SIZE /dev/zero >/tmp/answer
	echo "$2" | tr -d '\n' | dd of=/tmp/answer bs=1 seek="$1" conv=notrunc 2>/dev/null
}
transfer() { timeout 30 dd bs=$SIZE count=1 2>/dev/null; }
u32_at() { od -An -v -t u4 -j "$1" -N 4 /tmp/asked | tr -d ' '; }
text_at() { dd if=/tmp/asked bs=1 skip="$1" count="$2" 2>/dev/null | tr -d '\0'; }
# answer_one: takes one request and gives what was prepared; it is in /tmp/asked when that is done
answer_one() {
	rm -f /tmp/asked
	{ transfer <&5 >/tmp/asked.new && transfer </tmp/answer >&5 && mv /tmp/asked.new /tmp/asked; } 3>&- &
}

utils_up || bail "hv_utils loads"
check "the driver's device appears" until_true 30 [ -c /dev/vmbus/hv_kvp ] || exit
exec 5<>/dev/vmbus/hv_kvp
message 0 d # 100: register
transfer </tmp/answer >&5
transfer <&5 >/tmp/asked
matches "$(text_at 4 512)" '^[0-9.]+$' "the driver tells its version"
host_ok "the driver agrees to a version with the host" qmp wait event=negotiated device=kvp since=0 timeout=60

message $GET_VALUE ABCDEFGHIJKL
answer_one
host_ok "the host asks for a value" qmp kvp.get key=colour pool=1
reply=$HOST_REPLY
check "the daemon was asked" until_true 10 [ -s /tmp/asked ] || exit
is "$(od -An -v -t u1 -N 2 /tmp/asked | tr -s ' ')" " 0 1" "it is a GET of pool 1"
is "$(text_at 16 512)" colour "of that key"
is "$(u32_at 8)" 7 "the key's size counts its end"
say "GET hands a value size of $(u32_at 12); answered at $GET_VALUE: $reply"
if [ "$(cmdline lis.modules)" = inbox ]; then
	# The stock daemon copies as many bytes of its value as this says.
	is "$(u32_at 12)" 0 "no size for the value is handed on"
	matches "$reply" '"value": "EFGHIJKL"' "and the answer is taken from where an ENUMERATE has it, 4 bytes too far"
else
	matches "$reply" '"value": "ABCDEFGHIJKL"' "and the answer comes whole"
fi
exec 5<&-
