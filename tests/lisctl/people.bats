#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154,SC2016 # output, status and the helper's names come from elsewhere
#
# What people see: the plan as a short table; how long a step took; on a terminal (script's) seconds that count and are
# gone afterwards, and a colour for what is wrong; none of this anywhere else.

bats_require_minimum_version 1.5.0
load deploy

setup_file() {
	file_setup
	second_kernel
}

setup() { deploy_root; }

teardown() {
	# Only what a test started itself.
	[ -z "${run_pid:-}" ] || kill -9 "$run_pid" 2> /dev/null || true
}

escape=$'\e' return=$'\r'

# slow_image SECONDS: an initramfs tool that takes its time.
slow_image() {
	mv "$BATS_TEST_TMPDIR/shim/update-initramfs" "$BATS_TEST_TMPDIR/image-tool"
	stand_in update-initramfs <<-SH
	#!/bin/sh
	echo \$\$ > "$BATS_TEST_TMPDIR/at-work"
	sleep $1
	exec "$BATS_TEST_TMPDIR/image-tool" "\$@"
	SH
}

# on_terminal COMMAND...: with a terminal for stdin, stdout and stderr; prints every byte that came out of it.
on_terminal() {
	export -f in_shell
	export top KIT_SOURCE
	KIT_SOURCE=$(release_of 5.0.0) SHELL=$(type -P bash) TERM=${TERM_IS:-xterm} script -qec "$*" /dev/null < /dev/null
}

# screen: what is left to be seen of it.
screen() {
	python3 -c '
import sys
for line in sys.stdin.buffer.read().decode().split("\n"):
    shown = ""
    for part in line.split("\r"):
        shown = part + shown[len(part):]
    print(shown.rstrip())'
}

@test "plan: a short table; one line for each kernel" {
	add_second
	rm "$root/lib/modules/$SECOND/build"
	run -0 with 5.0.0 plan
	[ "$output" = "lis 5.0.0, $root (debian)
$(printf '%-36s %-11s %-6s %s\n' KERNEL NOW DO NOTE "$KERNEL" inbox build 'headers: present' \
	"$SECOND" inbox build "headers: missing (linux-headers-$SECOND)")
missing: apt-get install linux-headers-$SECOND
nothing was changed" ]
}

@test "not a terminal: one line when a step begins, one with its seconds when it is done; nothing else, in every shell" {
	for shell in "${shells[@]}"; do
		KIT_SOURCE=$(release_of 5.0.0) run -0 in_shell "$shell" install --yes
		[[ $output != *"$escape"* && $output != *"$return"* ]]
		diff - <(sed -n '/^lis: \(build\|built\|install\)/{ s/ in [0-9]* s$/ in N s/; p; }' <<< "$output") <<-END
		lis: building for $KERNEL
		lis: built for $KERNEL in N s
		lis: installing for $KERNEL
		lis: installed for $KERNEL in N s
		END
		KIT_SOURCE=$(release_of 5.0.0) run -0 in_shell "$shell" uninstall --yes
		[ "$(grep -c "initramfs of kernel $KERNEL" <<< "$output")" -eq 2 ]
		[[ $output == *"initramfs of kernel $KERNEL: done in "[0-9]*" s"* && $output != *"$return"* ]]
	done
}

@test "a terminal: the seconds count while it takes long, and are gone afterwards, in every shell" {
	slow_image 2.5
	for shell in "${shells[@]}"; do
		run -0 on_terminal in_shell "'$shell'" install --yes
		[[ $output == *"$return  rebuilding the initramfs of $KERNEL, 1 s "*"$return  rebuilding the initramfs of $KERNEL, 2 s "* ]]
		[[ $output != *"$escape"* && $output != *erminated* ]]
		run -0 screen <<< "$output"
		[[ $output != *", 1 s"* && $output != *", 2 s"* ]]
		[[ $output == *"lis: installing for $KERNEL
lis: installed for $KERNEL in "[2-9]*" s
lis: kernel $KERNEL: modprobe would load "* ]]
		run -0 on_terminal in_shell "'$shell'" uninstall --yes
	done
	# A terminal that only prints, and the kernel hook: its words go into a package manager's log.
	TERM_IS=dumb run -0 on_terminal in_shell dash install --yes
	[[ $output != *"initramfs of $KERNEL, 1 s"* ]]
	run -0 on_terminal in_shell dash follow --yes --kernel "$KERNEL"
	[[ $output != *"initramfs of $KERNEL, 1 s"* ]]
}

@test "colours: for WARNING and an error, on a terminal only, and not where NO_COLOR or a dumb terminal says no" {
	add_second
	touch "$BROKEN"
	for shell in "${shells[@]}"; do
		run -0 on_terminal in_shell "'$shell'" install --yes
		[[ $output == *"lis: ${escape}[1;33mWARNING${escape}[0m: kernel $SECOND keeps its in-box drivers"* ]]
		[[ $output == *"${escape}[1;31mlis:${escape}[0m building for kernel $SECOND failed"* ]]
		run -1 grep "$escape" "$root/var/log/lis.log"
		run -0 on_terminal in_shell "'$shell'" uninstall --yes
	done
	NO_COLOR=1 run -0 on_terminal in_shell dash install --yes
	[[ $output == *"lis: WARNING: kernel $SECOND"* && $output != *"$escape"* ]]
	TERM_IS=dumb run -0 on_terminal in_shell dash install --yes
	[[ $output == *"lis: WARNING: kernel $SECOND"* && $output != *"$escape"* ]]
	run -0 with 5.0.0 install --yes
	[[ $output == *"lis: WARNING: kernel $SECOND"* && $output != *"$escape"* ]]
	# Half of it is a terminal: what is not gets none. The object is whole.
	run -0 on_terminal "in_shell dash install --yes --json > $BATS_TEST_TMPDIR/object"
	[[ $output == *"${escape}[1;33mWARNING"* ]]
	run -0 json "d['code'], d['kernels_failed']" < "$BATS_TEST_TMPDIR/object"
	[ "$output" = "(0, 1)" ]
}

# ticking: lisctl is at work on a terminal, and its seconds count: $run_pid and $tick_pid.
ticking() { # SHELL
	rm -f "$BATS_TEST_TMPDIR/at-work"
	export TMPDIR=$BATS_TEST_TMPDIR/work
	mkdir -p "$TMPDIR"
	on_terminal "echo \$\$ > $BATS_TEST_TMPDIR/pid; exec $1 $top/scripts/lisctl install --yes" > "$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	for _ in $(seq 600); do [ ! -e "$BATS_TEST_TMPDIR/at-work" ] || break; sleep 0.1; done
	cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/at-work"
	run_pid=$(cat "$BATS_TEST_TMPDIR/pid")
	tick_pid=$(head -n 1 "$TMPDIR"/lis-install.*/ticker)
	kill -0 "$run_pid"
	kill -0 "$tick_pid"
}

gone() { # PID SECONDS
	for _ in $(seq $(($2 * 10))); do kill -0 "$1" 2> /dev/null || return 0; sleep 0.1; done
	return 1
}

@test "the seconds end with lisctl, whatever ends it, and hold neither its lock nor its output" {
	slow_image 6
	for shell in dash "bash --posix"; do
		ticking "$shell"
		run -0 find "/proc/$tick_pid/fd" -lname "$root*" -printf '%p %l\n'
		echo "$output"
		[ -z "$output" ]
		[ "$(readlink "/proc/$tick_pid/fd/1")" = /dev/null ]
		kill -9 "$run_pid"
		gone "$tick_pid" 3
		kill -9 "$(cat "$BATS_TEST_TMPDIR/at-work")" 2> /dev/null || true
		wait
		# The part of it that was at work has the lock until it sees that.
		flock -w 60 "$root/" true
		rm -rf "$TMPDIR"
		# The terminal is hung up.
		ticking "$shell"
		kill -HUP "$run_pid"
		kill "$(cat "$BATS_TEST_TMPDIR/at-work")"
		gone "$run_pid" 30
		gone "$tick_pid" 1
		wait
		rm -rf "$TMPDIR"
	done
	unset TMPDIR
	has "$KERNEL" inbox
}
