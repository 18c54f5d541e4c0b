# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # top belongs to the caller
#
# The Debian packages of tests/packages, installed when they are missing. To be sourced after kit.sh
# and patient.sh.

# missing_test_packages WHAT: names of the packages for WHAT (try, check) that are not installed.
missing_test_packages() {
	awk -v what="$1" '!/^#/ && NF { n = split($2, use, ","); for (i = 1; i <= n; i++) if (use[i] == what) print $1 }' \
		"$top/tests/packages" | while read -r mtp_name; do
		dpkg-query -W -f '${Status}\n' "$mtp_name" 2>/dev/null | grep -q ' installed$' || printf '%s ' "$mtp_name"
	done
}

# provide_test_packages WHAT LOG: installs them, and what the rig needs, or dies with one message.
provide_test_packages() {
	[ "$(kit_family)" = debian ] && command -v apt-get >/dev/null 2>&1 ||
		die $E_UNSUPPORTED "the tests and --try work on Debian and its relatives only" \
			"the test kernels and the emulator come from Debian packages" "use a Debian 12 machine or container"
	ptp_missing=$(missing_test_packages "$1")
	if [ -n "$ptp_missing" ]; then
		[ "$(id -u)" -eq 0 ] || die $E_NOTROOT "not started as root, and packages are missing: $ptp_missing" \
			"they are installed with apt-get" "sudo $0"
		note "installing: $ptp_missing"
		: > "$2"
		apt_update "$2" || note "apt-get update complained (log: $2); going on"
		# shellcheck disable=SC2086 # a list of words
		apt_install "$2" $ptp_missing || die $E_PACKAGES "a package could not be installed (of: $ptp_missing)" \
			"$(grep '^E:' "$2" | tail -n 1)" "mend the package sources (/etc/apt) or the network, then try again (log: $2)"
	fi
	if [ -x "$top/tests/rig/setup" ]; then
		ptp_code=0
		"$top/tests/rig/setup" >&2 || ptp_code=$?
		case $ptp_code in
		0) ;;
		5) die_busy ;;
		*) die $E_PACKAGES "the test rig could not be set up" "see the lines above" "mend the cause, then: tests/rig/setup" ;;
		esac
	fi
}
