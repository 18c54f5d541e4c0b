# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Paths inside a root file system that somebody else made. KIT_ROOT may be the disk of a foreign machine: a symbolic link
# in it means a place on that machine, never one of ours. To be sourced after kit.sh.

# resolve PATH: $resolved is the machine's path with every symbolic link followed, as the machine itself would follow it.
# It may name what does not exist. Returns 1 for links that go round in a circle.
resolve() {
	rs_left=$1 rs_hops=0 resolved=
	while [ -n "$rs_left" ]; do
		rs_left=${rs_left#/}
		rs_part=${rs_left%%/*}
		case $rs_left in */*) rs_left=${rs_left#*/} ;; *) rs_left= ;; esac
		case $rs_part in
		''|.) continue ;;
		..) resolved=${resolved%/*}; continue ;;
		esac
		if [ -L "$KIT_ROOT$resolved/$rs_part" ]; then
			rs_hops=$((rs_hops + 1))
			[ $rs_hops -le 40 ] || return 1
			rs_link=$(readlink "$KIT_ROOT$resolved/$rs_part") || return 1
			case $rs_link in /*) resolved= ;; esac
			rs_left=$rs_link/$rs_left
		else
			resolved=$resolved/$rs_part
		fi
	done
}

# resolve_parent PATH: the same, but a link that is the last part of PATH stays what it is.
resolve_parent() {
	rs_name=${1%/}
	rs_name=${rs_name##*/}
	case $rs_name in ''|.|..) return 1 ;; esac
	resolve "${1%"$rs_name"*}" || return 1
	resolved=$resolved/$rs_name
}

# in_root PATH: prints where PATH of the machine lies on this one.
in_root() {
	resolve "$1" && printf '%s\n' "$KIT_ROOT$resolved"
}

# root_file PATH: is there such a file on the machine?
root_file() { resolve "$1" && [ -f "$KIT_ROOT$resolved" ]; }

# root_dir PATH: is there such a folder on the machine?
root_dir() { resolve "$1" && [ -d "$KIT_ROOT$resolved" ]; }

# root_cat PATH: the text of one of the machine's files; nothing where there is none.
root_cat() { root_file "$1" && cat "$KIT_ROOT$resolved"; }
