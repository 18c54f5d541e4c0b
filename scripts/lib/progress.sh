# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # what lisctl and the other files of this folder set
#
# What takes long: how long it took, and on a terminal a line that counts the seconds meanwhile. To be sourced by lisctl,
# after kit.sh.

# timed TEXT COMMAND...: a command that says nothing itself. Its status; $took is how many seconds it needed.
timed() {
	td_begun=$(date +%s) td_code=0
	start_ticker "  $1"
	shift
	"$@" || td_code=$?
	stop_ticker
	took=$(($(date +%s) - td_begun))
	return $td_code
}

# start_ticker TEXT: not where a package manager keeps what we say (the kernel hook), nor for a terminal that only prints.
start_ticker() {
	tick_text=$1
	[ -t 2 ] && [ "${TERM:-dumb}" != dumb ] && [ "$action" != follow ] || return 0
	tick "$td_begun" &
	printf '%s\n%s\n' $! "$tick_text" > "$work/ticker"
}

# tick BEGUN: until stop_ticker, or until lisctl is no more, whatever ended it.
tick() {
	# No descriptor but the terminal's: it must not hold the lock, nor keep a reader of our output waiting. (By exec: for
	# one command alone a shell would keep copies of them.)
	exec < /dev/null > /dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
	trap - EXIT
	trap - HUP INT TERM
	while sleep 1 && read -r _ _ tick_state _ 2>/dev/null < "/proc/$$/stat" && [ "$tick_state" != Z ]; do
		printf '\r%s, %s s ' "$tick_text" $(($(date +%s) - $1)) >&2
	done
	wipe_line
}

# stop_ticker: also on the way out, for a part of us that was ended.
stop_ticker() {
	[ -f "$work/ticker" ] || return 0
	{ read -r tick_pid && IFS= read -r tick_text; } < "$work/ticker"
	rm -f "$work/ticker"
	# Its shell may want to say that it was ended.
	{ kill "$tick_pid" && wait "$tick_pid"; } 2>/dev/null || :
	wipe_line
}

# wipe_line: with blanks: no terminal is too simple for that.
wipe_line() { printf '\r%s\r' "$(printf '%s, 99999 s ' "$tick_text" | sed 's/./ /g')" >&2; }
