# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A private apt beside the machine's own: other suites of the same mirror, own lists and cache, nothing installed and
# no file under /etc or /var touched. The mirror's address is always asked of the machine's apt configuration, so an
# admin's proxy, local mirror and keys keep working and no host name is ever written down here.
#
# To be sourced. Every function returns non-zero with one line on stderr when it cannot do its work.

apt_suite_say() { printf '%s\n' "$*" >&2; }

# apt_suite_uri main|security: the archive address this machine already uses for that kind of suite.
# A machine with no security source gets an empty answer for 'security' and success.
apt_suite_uri() {
	# shellcheck disable=SC2016 # $(REPO_URI) is apt's own format, not the shell's
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
	awk -v want="$1" '
		$3 != "main" { next }
		{ kind = ($2 ~ /security/ || $1 ~ /security/) ? "security" : "main" }
		# Third-party archives also have a "main"; the distribution is the one whose suite is named in os-release.
		kind == want && index($2, code) == 1 { print $1; exit }
	' code="$(apt_suite_codename)"
}

apt_suite_codename() {
	# shellcheck disable=SC1091
	(. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-}")
}

# apt_suite_keyring: every archive key this machine has, so that newer and older suites can be verified too.
apt_suite_keyring() {
	for apt_suite_k in /usr/share/keyrings/debian-archive-keyring.gpg /etc/apt/trusted.gpg.d /etc/apt/keyrings; do
		[ -e "$apt_suite_k" ] && { printf '%s\n' "$apt_suite_k"; return 0; }
	done
	return 1
}

# apt_suite_source SUITE: the sources.list line of one suite.
apt_suite_source() {
	case $1 in
	*-security) apt_suite_u=$(apt_suite_uri security) ;;
	*) apt_suite_u=$(apt_suite_uri main) ;;
	esac
	[ -n "$apt_suite_u" ] || return 1
	apt_suite_k=$(apt_suite_keyring) || apt_suite_k=
	case $apt_suite_k in
	*.gpg) printf 'deb [signed-by=%s] %s %s main\n' "$apt_suite_k" "$apt_suite_u" "$1" ;;
	*) printf 'deb %s %s main\n' "$apt_suite_u" "$1" ;;
	esac
}

# apt_suite_conf DIR system|empty SUITE...: writes DIR/apt.conf and DIR/sources.list.
#   system: packages count as installed as they are on this machine (to install something into it)
#   empty:  nothing counts as installed (to download a closed set for somewhere else)
# A suite the mirror does not carry is left out with a line on stderr (one this machine has no source for, like a
# security archive, without); it is an error only if none is left. An index that has run out of date (a snapshot of a
# moving suite) is good enough to download from, and said; for what is installed here apt's own rule stands.
apt_suite_conf() {
	apt_suite_d=$1 apt_suite_status=$2
	shift 2
	mkdir -p "$apt_suite_d/lists/partial" "$apt_suite_d/cache/archives/partial" || return 1
	case $apt_suite_status in
	system) apt_suite_s=/var/lib/dpkg/status ;;
	*) apt_suite_s=$apt_suite_d/status; : >"$apt_suite_s" ;;
	esac
	cat >"$apt_suite_d/apt.conf" <<-CONF
	Dir::Etc::sourcelist "$apt_suite_d/sources.list";
	Dir::Etc::sourceparts "/dev/null";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "/dev/null";
	Dir::State::lists "$apt_suite_d/lists";
	Dir::State::status "$apt_suite_s";
	Dir::Cache "$apt_suite_d/cache";
	APT::Sandbox::User "root";
	APT::Get::Assume-Yes "true";
	APT::Install-Recommends "false";
	Acquire::Languages "none";
	Acquire::Retries "3";
	CONF
	: >"$apt_suite_d/sources.list"
	for apt_suite_n in "$@"; do
		apt_suite_source "$apt_suite_n" >"$apt_suite_d/one.list" || continue
		if apt_suite_try "$apt_suite_d" || apt_suite_try_expired "$apt_suite_d" "$apt_suite_status" "$apt_suite_n"; then
			cat "$apt_suite_d/one.list" >>"$apt_suite_d/sources.list"
		else
			apt_suite_say "apt: suite $apt_suite_n cannot be used: $(apt_suite_why "$apt_suite_d"); going on without it"
		fi
	done
	rm -f "$apt_suite_d/one.list"
	[ -s "$apt_suite_d/sources.list" ] && return 0
	apt_suite_say "apt: no usable source for: $*. Check /etc/apt and the network, then try again (log: $apt_suite_d/update.log)"
	return 1
}

# One suite at a time: a missing suite must not spoil the lists of those that exist. apt_suite_try DIR [OPTION...]
apt_suite_try() {
	apt_suite_t=$1
	shift
	LC_ALL=C apt-get -c "$apt_suite_t/apt.conf" -o Dir::Etc::sourcelist="$apt_suite_t/one.list" -o APT::Get::List-Cleanup=0 \
		-o APT::Update::Error-Mode=any "$@" update >"$apt_suite_t/update.log" 2>&1
}

# apt_suite_try_expired DIR STATUS SUITE: once more if all that was wrong is the index's age.
apt_suite_try_expired() {
	[ "$2" = empty ] && grep -q 'is expired\|is not valid anymore' "$1/update.log" || return 1
	apt_suite_try "$1" -o Acquire::Check-Valid-Until=false || return 1
	apt_suite_say "apt: the index of $3 has run out of date (an old snapshot?); downloading from it all the same"
}

# apt_suite_why DIR: apt's last complaint.
apt_suite_why() { grep '^[EW]: ' "$1/update.log" | sed 's/^[EW]: //' | head -n 1; }

# apt_suite_get DIR ARG...: apt-get with that private configuration.
apt_suite_get() {
	apt_suite_d=$1
	shift
	apt-get -c "$apt_suite_d/apt.conf" "$@"
}

# apt_suite_depends DIR PACKAGE: direct dependencies of the newest version, one name a line.
apt_suite_depends() {
	apt-cache -c "$1/apt.conf" depends --important "$2" 2>/dev/null | awk '$1 == "Depends:" || $1 == "PreDepends:" { print $2 }'
}
