#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the Hyper-V drivers for the kernels of this machine, or tries them out in an emulated one.
#
#   install.sh [OPTIONS]             install for every installed kernel
#   install.sh status [--json]       which set does each kernel have
#   install.sh uninstall [OPTIONS]   remove everything; the in-box drivers are back
#   install.sh --try                 build for the stock Debian kernel, boot it on an emulated Hyper-V host, show the VMBus
#
#   --yes                  do not ask            --dry-run             say what would be done, change nothing
#   --kernel K             only this kernel (may be repeated)          --all-kernels   every installed kernel (default)
#   --now                  also exchange the loaded modules of the running kernel, if nothing uses them; all or nothing
#   --accept-partial-set   install although in-box drivers this release does not carry stop working (labs)
#   --force WHY            go on past a refusal about space or Secure Boot; WHY is written to the log
#   --log FILE             default /var/log/lis.log                    --json   one JSON object on stdout, text on stderr
#   --root DIR             work on the machine whose file system is mounted there, with its own compiler
#
# This is the front door of a checkout: the work is lisctl's, which is installed along with the drivers and can do more
# (docs/lisctl.md). Its exit codes are lisctl's: README has the table.
# POSIX sh and awk; everything is in main(), called on the last line.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
# What the admin typed, for messages that say to type it again.
KIT_FRONT="$0 $*"
export KIT_FRONT

# has_verb ARG...: is one of the words a verb? Values of options are none.
has_verb() {
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel|--force|--log|--root|--key|--cert|--with|--skip|--only|--modules|--device-map) shift ;;
		-*) ;;
		*) return 0 ;;
		esac
		[ $# -eq 0 ] || shift
	done
	return 1
}

main() {
	for argument; do
		case $argument in
		-h|--help) sed -n '4,/^set -eu/{ /^#/s/^# \{0,1\}//p; }' "$0"; exit 0 ;;
		--try)
			# In place of the word that says so, wherever it stands.
			for word; do
				shift
				[ "$word" = --try ] || set -- "$@" "$word"
			done
			exec "$here/lisctl" try "$@" ;;
		esac
	done
	if has_verb "$@"; then exec "$here/lisctl" "$@"; fi
	exec "$here/lisctl" install "$@"
}

main "$@"
