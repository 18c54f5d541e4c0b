# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # what lisctl and the other files of this folder set
#
# lisctl report: one text with everything somebody needs who helps. Names of the machine, addresses, and what looks like a
# password are taken out; it is text, so that whoever sends it can read it first. To be sourced by lisctl.

# section TITLE COMMAND...: its output, cut to the last 400 lines; a command that is not there is said.
section() {
	printf '\n=== %s\n' "$1"
	shift
	if ! command -v "$1" >/dev/null 2>&1; then
		printf '(%s is not installed)\n' "$1"
		return 0
	fi
	"$@" </dev/null 2>&1 | tail -n 400 || :
}

# show PATH: a file of the machine.
show() {
	if root_file "$1"; then section "$1" cat "$KIT_ROOT$resolved"; else printf '\n=== %s\n(not there)\n' "$1"; fi
}

# again VERB: another verb's words. By a run of its own: it may find faults and end.
again() {
	set -- "$self" "$1" ${rooted:+--root "$rooted"}
	section "lisctl $2" sh "$@"
}

# scrub: what does not belong into a text that is sent around. The machine's name only where it is a word: it may be short.
scrub() {
	awk -v host="$(uname -n)" '
		function no_host(text,   out, at, before, after) {
			while (host != "" && (at = index(text, host))) {
				before = at > 1 ? substr(text, at - 1, 1) : substr(out, length(out), 1)
				after = substr(text, at + length(host), 1)
				if (before ~ /[A-Za-z0-9_-]/ || after ~ /[A-Za-z0-9_-]/) out = out substr(text, 1, at - 1 + length(host))
				else out = out substr(text, 1, at - 1) "HOSTNAME"
				text = substr(text, at + length(host))
			}
			return out text
		}
		function no_secret(text,   out, word) {
			while (match(tolower(text), /(passw(or)?d|passphrase|secret|token|user(name)?|credentials)[a-z_]*[ \t]*[=:][ \t]*[^ \t,]+/)) {
				word = substr(text, RSTART, RLENGTH); sub(/[=:].*/, "=REMOVED", word)
				out = out substr(text, 1, RSTART - 1) word
				text = substr(text, RSTART + RLENGTH)
			}
			return out text
		}
		BEGIN {
			h = "[0-9a-fA-F]"; hh = h h; mac = hh ":" hh ":" hh ":" hh ":" hh ":" hh
			o = "[0-9]+"; quad = o "[.]" o "[.]" o "[.]" o
			six = h h "*:" h h "*:" h h "*:" h h "*:[0-9a-fA-F:]*"
		}
		{
			gsub(mac, "MAC"); gsub(six, "IPV6"); gsub("(^|[^0-9a-fA-F:])[0-9a-fA-F:]*::" h "[0-9a-fA-F:]*", " IPV6")
			gsub(quad, "ADDRESS")
			gsub(/[Pp][Ii][Nn]-[Vv][Aa][Ll][Uu][Ee]=[^ \t&;"]*/, "pin-value=REMOVED")
			print no_secret(no_host($0))
		}'
}

gather() {
	printf 'lis report, version %s, %s\n' "$version" "$(date -u '+%Y-%m-%d %H:%M:%S UTC')"
	section uname uname -a
	show /etc/os-release
	for ga_file in /etc/redhat-release /etc/SuSE-release /etc/debian_version; do
		! root_file $ga_file || show $ga_file
	done
	again status
	again plan
	again verify
	if [ -z "$rooted" ]; then gather_running; fi
	for ga_kernel in $kernels; do
		for ga_module in $(kit_modules "$conf"); do
			ga_path=$(module_path "$ga_kernel" "$ga_module")
			case $ga_path in /*) section "modinfo $ga_kernel $ga_module" modinfo "$ga_path" ;; esac
		done
	done
	show /etc/fstab
	for ga_file in $(boot_files); do
		show "$ga_file"
	done
	section 'history of lisctl' tx_history
	! tx_unfinished || show /var/lib/lis/transaction/journal
	show /var/log/lis.log
}

gather_running() {
	show /proc/cmdline
	section 'dkms status' dkms status
	section lsmod lsmod
	section lsvmbus "$(extra_file lsvmbus)" -vv
	section 'mokutil --sb-state' mokutil --sb-state
	section 'df' df -P
	section 'kernel messages' kernel_messages
	for gr_log in /var/lib/dkms/lis/*/build/make.log; do
		[ ! -f "$gr_log" ] || show "$gr_log"
	done
}

kernel_messages() { dmesg | grep -i 'hv_\|hyperv\|hyper-v\|vmbus\|storvsc\|netvsc\|module verification\|Linux version\|Secure boot' || :; }

do_report() {
	target=${target:-lis-report-$(date -u '+%Y%m%d-%H%M%S').txt}
	if [ "$dry" = yes ]; then
		print "would write $target"
		return 0
	fi
	if [ "$target" = - ]; then
		[ "$json" = no ] || die $E_USAGE "--json and a report on stdout do not go together" "" "name a file"
		gather | scrub
		return 0
	fi
	[ ! -e "$target" ] || die $E_USAGE "$target is there already" "nothing is overwritten" "name another file"
	(umask 077 && gather | scrub > "$target") 2>/dev/null && [ -s "$target" ] ||
		die $E_SPACE "cannot write $target" "its folder is not there, full, or read-only" "name another file, or - for stdout"
	fact - file "$target"
	print "written: $target ($(wc -l < "$target") lines). Names, addresses and passwords were taken out: read it before you send it."
}
