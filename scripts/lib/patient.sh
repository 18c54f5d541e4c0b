# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # exit codes belong to kit.sh
#
# Running a package manager while another one may be at work. To be sourced after kit.sh; POSIX sh and awk.

# patiently LOG COMMAND...: run it with its output at the end of LOG. Where another installation holds the package
# manager's lock, say so once and try again for KIT_LOCK_WAIT seconds (120). Returns the command's status; afterwards
# $patient_busy is yes if the lock was in the way to the end. There is no event to wait for: these are record locks.
patiently() {
	pt_log=$1 pt_end=
	shift
	while :; do
		pt_before=$(wc -l < "$pt_log")
		patient_busy=no pt_code=0
		(LC_ALL=C && export LC_ALL && "$@") >> "$pt_log" 2>&1 || pt_code=$?
		[ $pt_code -ne 0 ] || return 0
		pt_lock=$(sed "1,${pt_before}d" "$pt_log" | grep -i 'could not get lock\|unable to acquire\|unable to lock\|locked by\|holding the yum lock' |
			grep -v 'are you root' | head -n 1)
		[ -n "$pt_lock" ] || return $pt_code
		patient_busy=yes
		pt_now=$(date +%s)
		if [ -z "$pt_end" ]; then
			pt_end=$((pt_now + ${KIT_LOCK_WAIT:-120}))
			pt_holder=$(printf '%s\n' "$pt_lock" | sed -n 's/.*held by \(process [0-9]*\( ([^)]*)\)\{0,1\}\).*/: \1/p')
			printf '%s\n' "lis: another package installation is running$pt_holder; waiting up to ${KIT_LOCK_WAIT:-120} s for it to end" >&2
		fi
		[ "$pt_now" -lt "$pt_end" ] || return $pt_code
		sleep 2
	done
}

# die_busy: the lock was held for as long as we wait.
die_busy() {
	die $E_BUSY "the package manager is busy" "another package installation still held its lock after ${KIT_LOCK_WAIT:-120} s" \
		"wait for it to end, then try again"
}

# apt_update LOG, apt_install LOG NAME...: on this machine, without a question. apt's status; a busy one ends it here.
apt_update() {
	patiently "$1" apt-get -q update && return 0
	[ "$patient_busy" = no ] || die_busy
	return 1
}

apt_install() {
	ai_log=$1
	shift
	patiently "$ai_log" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" && return 0
	[ "$patient_busy" = no ] || die_busy
	return 1
}
