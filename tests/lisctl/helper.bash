# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the tests of lisctl share. Roots are made by hand with the true file layout of a distribution; where a program
# would change this machine, or is not there, a stand-in of that name records its call: it shows our logic only.

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
shells=(dash "bash --posix" "busybox sh")

# picture DIR: every file's name, kind, mode, owner, size, content, time and link text. Times of folders and links may
# differ after an undo; our log and the lock are no part of it.
picture() {
	(cd "$1" && {
		find . \( -path ./var/log -o -path ./var/lock \) -prune -o -type f -printf '%p %y %m %U:%G %s %TF-%TH:%TM\n' -o -printf '%p %y %m %U:%G %l\n' | sort
		find . -path ./var/log -prune -o -type f -print0 | sort -z | xargs -0r cksum
	})
}

# stand_in NAME: a program of that name, from stdin, found before the real one.
stand_in() {
	mkdir -p "$BATS_TEST_TMPDIR/shim"
	cat > "$BATS_TEST_TMPDIR/shim/$1"
	chmod +x "$BATS_TEST_TMPDIR/shim/$1"
	[[ $PATH == "$BATS_TEST_TMPDIR/shim:"* ]] || PATH=$BATS_TEST_TMPDIR/shim:$PATH
}

# killers NAME...: stand-ins that do what the real programs do, but at the call number $KILL_AT kill everything in the
# process group first: a power cut for the script under test (busybox keeps whole seconds of a time only, so pictures compare minutes). KILL_HOW=torn lets cp and cat write half of it before.
killers() {
	local name real
	mkdir -p "$BATS_TEST_TMPDIR/killers"
	calls=$BATS_TEST_TMPDIR/calls
	for name in "$@"; do
		real=$(type -P "$name")
		cat > "$BATS_TEST_TMPDIR/killers/$name" <<-SH
		#!/bin/sh
		read -r n < "$calls"
		n=\$((n + 1))
		echo \$n > "$calls"
		if [ \$n = "\${KILL_AT:-0}" ]; then
			if [ "\${KILL_HOW:-}" = torn ]; then
				case $name in
				cp) for to; do :; done; $real "\$@"; [ -L "\$to" ] || [ ! -f "\$to" ] || truncate -s 3 "\$to" ;;
				cat) head -c 3 ;;
				esac
			fi
			kill -9 0
		fi
		exec $real "\$@"
		SH
		chmod +x "$BATS_TEST_TMPDIR/killers/$name"
	done
}

# killed_at N COMMAND...: run it in a process group of its own until its Nth changing program; 137 if it got there.
killed_at() {
	local n=$1
	shift
	echo 0 > "$calls"
	KILL_AT=$n PATH=$BATS_TEST_TMPDIR/killers:$PATH setsid -w "$@" > /dev/null 2> "$calls.err"
}
