#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # output, status and the helper's names come from elsewhere
#
# The transaction: whatever cuts it off, the root is afterwards what it was before, to the byte.

bats_require_minimum_version 1.5.0
load helper

setup() {
	root=$BATS_TEST_TMPDIR/root
	export KIT_ROOT=$root
	mkdir -p "$root"/{boot/deep/tool,etc/udev,boot/grub,var/lib,var/log,lib/modules/K/updates/old,usr/src}
	printf 'first line\nsecond line\n' > "$root/etc/fstab"
	chmod 640 "$root/etc/fstab"
	ln -s ../boot/grub/menu.lst "$root/etc/grub.conf"
	echo 'kernel /vmlinuz' > "$root/boot/grub/menu.lst"
	echo rules > "$root/etc/udev/70-net.rules"
	echo module > "$root/lib/modules/K/updates/old/a.ko"
	ln -s old "$root/lib/modules/K/updates/link"
	echo index > "$root/lib/modules/K/modules.dep"
	echo file > "$root/boot/deep/tool/file"
	chmod 711 "$root/boot/deep"
	echo changed > "$BATS_TEST_TMPDIR/new"
	mkdir -p "$BATS_TEST_TMPDIR/tree/sub"
	echo source > "$BATS_TEST_TMPDIR/tree/sub/file"
	touch -d '2001-02-03 04:05:06' "$root"/etc/fstab "$root"/boot/grub/menu.lst "$root/lib/modules/K/updates/old/a.ko"
	cat > "$BATS_TEST_TMPDIR/driver" <<-SH
	set -eu
	# Functions come before what a shell has built in (busybox has all of these).
	for name in \${KILLERS:-}; do eval "\$name() { \"$BATS_TEST_TMPDIR/killers/\$name\" \"\\\$@\"; }"; done
	. "$top/scripts/lib/kit.sh"
	. "$top/scripts/lib/root.sh"
	. "$top/scripts/lib/transaction.sh"
	SH
	# One change of every kind.
	cat "$BATS_TEST_TMPDIR/driver" - > "$BATS_TEST_TMPDIR/change" <<-SH
	tx_recover > /dev/null || :
	tx_begin test
	tx_write "$BATS_TEST_TMPDIR/new" /etc/fstab -
	tx_write "$BATS_TEST_TMPDIR/new" /etc/grub.conf 600
	tx_write "$BATS_TEST_TMPDIR/new" /etc/deep/new.conf 600
	tx_link /dev/null /etc/udev/70-net.rules
	tx_keep /boot/deep/tool/file
	tx_keep_folder /boot/deep/tool
	tx_keep_folder /boot/deep
	rm -r "$root/boot/deep"
	tx_remove /lib/modules/K/updates/old
	tx_copy_tree "$BATS_TEST_TMPDIR/tree" /lib/modules/K/updates
	tx_keep /lib/modules/K/modules.dep
	cp "$BATS_TEST_TMPDIR/tree/sub/file" "$root/lib/modules/K/modules.dep"
	[ "\${1:-}" != fail ] || { tx_undo; exit 7; }
	tx_commit
	SH
	cat "$BATS_TEST_TMPDIR/driver" - > "$BATS_TEST_TMPDIR/recover" <<-SH
	code=0
	verb=\$(tx_recover) || code=\$?
	[ \$code -le 1 ] || exit \$code
	echo "undone: \$verb"
	SH
	cat "$BATS_TEST_TMPDIR/driver" - > "$BATS_TEST_TMPDIR/rollback" <<-SH
	tx_recover > /dev/null || :
	for name in \$(tx_history); do last=\$name; done
	tx_reopen "\$last"
	tx_undo
	SH
}

changers='cp mv rm mkdir rmdir ln chmod sync cat'

@test "committed: every change is there, with the old file's mode where none was named" {
	for shell in "${shells[@]}"; do
		rm -rf "$root"; setup
		run -0 $shell "$BATS_TEST_TMPDIR/change"
		[ "$(cat "$root/etc/fstab")" = changed ]
		[ "$(stat -c %a "$root/etc/fstab")" = 640 ]
		[ -L "$root/etc/grub.conf" ]
		[ "$(cat "$root/boot/grub/menu.lst")" = changed ]
		[ "$(stat -c %a "$root/etc/deep/new.conf")" = 600 ]
		[ "$(readlink "$root/etc/udev/70-net.rules")" = /dev/null ]
		[ "$(cat "$root/lib/modules/K/updates/sub/file")" = source ]
		[ ! -e "$root/lib/modules/K/updates/old" ]
		[ -f "$root/var/lib/lis/history/0001-test/journal" ]
		[ ! -e "$root/var/lib/lis/transaction" ]
	done
}

@test "a failure: all is put back, and nothing of the kit is left" {
	for shell in "${shells[@]}"; do
		rm -rf "$root"; setup
		before=$(picture "$root")
		run -7 $shell "$BATS_TEST_TMPDIR/change" fail
		diff <(echo "$before") <(picture "$root")
	done
}

@test "a committed transaction is rolled back to the byte" {
	for shell in "${shells[@]}"; do
		rm -rf "$root"; setup
		before=$(picture "$root")
		run -0 $shell "$BATS_TEST_TMPDIR/change"
		run -0 $shell "$BATS_TEST_TMPDIR/rollback"
		diff <(echo "$before") <(picture "$root")
	done
}

# each_kill SHELL STRIDE: killed before every STRIDEth changing program, the next run restores it all.
each_kill() {
	local shell=$1 stride=$2 n before cuts=0
	killers ${4:-$changers}
	before=$(picture "$root")
	for ((n = 1; ; n += stride)); do
		if KILLERS=${4:-$changers} killed_at "$n" $shell "$BATS_TEST_TMPDIR/change"; then break; fi
		cuts=$((cuts + 1))
		# Killed after the one rename that commits: all of it stays.
		if [ -d "$root/var/lib/lis/history/0001-test" ]; then break; fi
		run -0 $shell "$BATS_TEST_TMPDIR/recover"
		if ! diff <(echo "$before") <(picture "$root"); then
			echo "# killed before changing program $n ($shell)" >&2
			return 1
		fi
	done
	echo "# $shell: $cuts cuts" >&3
	# There are that many steps: a test that never killed anything would prove nothing.
	[ $((cuts * stride)) -ge "$3" ]
	[ "$(cat "$root/etc/fstab")" = changed ]
}

@test "SIGKILL at every journal step (dash): the next run restores 100 %" { each_kill dash 1 20 "sync mv rmdir"; }
@test "SIGKILL before every third changing program (dash)" { each_kill dash 3 36; }
@test "SIGKILL now and then (bash --posix)" { each_kill "bash --posix" 9 36; }
@test "SIGKILL now and then (busybox sh)" { each_kill "busybox sh" 9 36; }

@test "SIGKILL in the middle of every copy and every write: the half-written file is not taken for the whole" {
	KILL_HOW=torn each_kill dash 1 10 "cp cat"
}

@test "SIGKILL while undoing, again and again: the last run finishes it" {
	killers $changers
	before=$(picture "$root")
	KILLERS=$changers killed_at 38 dash "$BATS_TEST_TMPDIR/change" && false
	[ -d "$root/var/lib/lis/transaction" ]
	for n in 3 1 9 6 12; do
		KILLERS=$changers killed_at $n dash "$BATS_TEST_TMPDIR/recover" || true
	done
	run -0 dash "$BATS_TEST_TMPDIR/recover"
	diff <(echo "$before") <(picture "$root")
}

@test "a journal line that was cut off is not obeyed; a journal of another version is not read" {
	mkdir -p "$root/var/lib/lis/transaction/backup"
	printf 'lis-journal\t1\ttest\t.\n1\tnew\t/etc/fstab' > "$root/var/lib/lis/transaction/journal"
	run -0 dash "$BATS_TEST_TMPDIR/recover"
	[ -f "$root/etc/fstab" ]
	mkdir -p "$root/var/lib/lis/transaction/backup"
	printf 'lis-journal\t9\ttest\t.\n1\tnew\t/etc/fstab\t.\n' > "$root/var/lib/lis/transaction/journal"
	run dash "$BATS_TEST_TMPDIR/recover"
	[ -f "$root/etc/fstab" ]
}

@test "a foreign root cannot lead us out of it: links and .. in paths and in the journal" {
	outside=$BATS_TEST_TMPDIR/outside
	mkdir -p "$outside"
	echo precious | tee "$outside/file" > "$outside/absolute"
	rm "$root/etc/fstab"
	ln -s "$outside/absolute" "$root/etc/fstab"
	ln -s "../../../../../..$outside" "$root/etc/up"
	cat "$BATS_TEST_TMPDIR/driver" - > "$BATS_TEST_TMPDIR/evil" <<-SH
	tx_begin test
	tx_write "$BATS_TEST_TMPDIR/new" /etc/fstab -
	tx_write "$BATS_TEST_TMPDIR/new" /etc/up/file -
	tx_write "$BATS_TEST_TMPDIR/new" /../../../../etc/dots -
	tx_commit
	SH
	run -0 dash "$BATS_TEST_TMPDIR/evil"
	[ "$(cat "$outside/file" "$outside/absolute")" = "precious
precious" ]
	[ "$(cat "$root$outside/absolute")" = changed ]
	[ "$(cat "$root$outside/file")" = changed ]
	[ "$(cat "$root/etc/dots")" = changed ]
	rm -rf "$root/var/lib/lis"
	mkdir -p "$root/var/lib/lis/transaction/backup"
	for path in "/etc/up/file" "/../outside/file" "/etc/../../outside/file"; do
		printf 'lis-journal\t1\ttest\t.\n1\tnew\t%s\t.\n' "$path" > "$root/var/lib/lis/transaction/journal"
		run -21 dash "$BATS_TEST_TMPDIR/recover"
		[[ $output == *"could not put back $path"* ]]
		[ "$(cat "$outside/file")" = precious ]
	done
}

@test "a foreign root cannot lead us out of it: links where the journal's own folders belong" {
	outside=$BATS_TEST_TMPDIR/outside
	mkdir -p "$outside/0001-install" "$outside/backup" "$root/var/lib/lis"
	echo 0001-install > "$outside/drop"
	printf 'lis-journal\t1\ttest\t.\n1\tnew\t/etc/fstab\t.\n' | tee "$outside/journal" > "$outside/0001-install/journal"
	: > "$outside/0001-install/after"
	before=$(picture "$outside")
	for name in transaction finished history; do
		ln -s "$outside" "$root/var/lib/lis/$name"
		mkdir -p "$root/var/lib/lis/history/0001-install"
		run dash "$BATS_TEST_TMPDIR/recover"
		run dash "$BATS_TEST_TMPDIR/rollback"
		run -6 dash "$BATS_TEST_TMPDIR/change"
		[[ $output == *"a link is where its folders belong"* ]]
		[ -f "$root/etc/fstab" ]
		diff <(echo "$before") <(picture "$outside")
		rm -rf "$root/var/lib/lis"
		mkdir "$root/var/lib/lis"
	done
	mkdir "$root/var/lib/lis/history"
	ln -s "$outside/0001-install" "$root/var/lib/lis/history/0001-install"
	run dash "$BATS_TEST_TMPDIR/rollback"
	[ -f "$root/etc/fstab" ]
	diff <(echo "$before") <(picture "$outside")
}

@test "links in a circle, and names a journal cannot hold, are refused in words; what was changed goes back" {
	ln -s b "$root/etc/a"; ln -s a "$root/etc/b"
	before=$(picture "$root")
	for path in /etc/a/x "/etc/with	tab"; do
		cat "$BATS_TEST_TMPDIR/driver" - > "$BATS_TEST_TMPDIR/bad" <<-SH
		trap 'tx_undo' EXIT
		tx_begin test
		tx_write "$BATS_TEST_TMPDIR/new" /etc/fstab -
		tx_write "$BATS_TEST_TMPDIR/new" "$path" -
		SH
		run dash "$BATS_TEST_TMPDIR/bad"
		[[ $output == *"why:"*"next:"* ]]
		diff <(echo "$before") <(picture "$root")
	done
}

@test "what others changed after a commit is named" {
	run -0 dash "$BATS_TEST_TMPDIR/change"
	cat "$BATS_TEST_TMPDIR/driver" - > "$BATS_TEST_TMPDIR/since" <<-SH
	tx_changed_since 0001-test
	SH
	run -0 dash "$BATS_TEST_TMPDIR/since"
	[ -z "$output" ]
	echo admin >> "$root/etc/fstab"
	echo admin >> "$root/lib/modules/K/updates/sub/file"
	run -0 dash "$BATS_TEST_TMPDIR/since"
	[ "$output" = "/etc/fstab
/lib/modules/K/updates" ]
}

@test "a full disk while writing: said, and all is taken back" {
	before=$(picture "$root")
	stand_in cat <<-'SH'
	#!/bin/sh
	head -c 3
	echo "cat: write error: No space left on device" >&2
	exit 1
	SH
	sed 's/^tx_begin/trap "tx_undo" EXIT; tx_begin/' "$BATS_TEST_TMPDIR/change" > "$BATS_TEST_TMPDIR/full"
	run -5 dash "$BATS_TEST_TMPDIR/full"
	[[ $output == *"cannot write $root/etc/fstab"*"why:"*"next:"* ]]
	diff <(echo "$before") <(picture "$root")
}
