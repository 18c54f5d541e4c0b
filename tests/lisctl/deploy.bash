# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the tests of installing share: the installer's root with a real kernel's module folder and headers, a second kernel
# (the same headers under another release name), a make that remembers, and an initramfs tool.

load ../install/helper
load helper

# second_kernel: $SECOND and its headers: the first one's with another name, so that modules are really built for it.
second_kernel() {
	export SECOND=${KERNEL/-amd64/.1-amd64} KDIR2=$BATS_FILE_TMPDIR/kdir2
	mkdir "$KDIR2"
	for file in "$KDIR"/.[a-z]* "$KDIR"/*; do
		ln -s "$(readlink -f "$file")" "$KDIR2/${file##*/}"
	done
	rm "$KDIR2/include"
	cp -rs "$(readlink -f "$KDIR/include")" "$KDIR2/include"
	for file in "$KDIR2/include/generated/utsrelease.h" "$KDIR2/include/config/kernel.release"; do
		[ ! -e "$file" ] || sed "s/$KERNEL/$SECOND/" "$(readlink -f "$file")" > "$file.new"
		[ ! -e "$file.new" ] || mv "$file.new" "$file"
	done
	grep -q "$SECOND" "$KDIR2/include/generated/utsrelease.h"
}

# make_remembers: a make that, asked to build the same sources for the same headers again, copies what the real one built
# then: these tests are about what is done with the modules. For the second kernel it fails while $BROKEN exists. What it
# remembers is shared by tests that may run at the same time: it appears there whole.
make_remembers() {
	export MADE=$BATS_FILE_TMPDIR/made
	BROKEN=$BATS_TEST_TMPDIR/headers-do-not-build
	mkdir -p "$MADE"
	stand_in make <<-SH
	#!/bin/bash
	while [ \$# -gt 0 ]; do
		case \$1 in
		-C) kdir=\$2; args+=("\$1" "\$2"); shift ;;
		M=*) out=\${1#M=}; args+=("\$1") ;;
		*) args+=("\$1") ;;
		esac
		shift
	done
	if [ -e "$BROKEN" ] && [ "\$(readlink -f "\$kdir")" = "\$(readlink -f "${KDIR2:-/none}")" ]; then
		echo "\$kdir: error: these headers do not build"
		exit 2
	fi
	key=\$({ cat "\$kdir/include/generated/utsrelease.h" "\$out/VERSION" "\$out/Kbuild" 2>/dev/null
		find "\$out/lis" -name '*.[ch]' | sort | xargs cat; } | cksum | tr ' ' -)
	if [ ! -e "$MADE/\$key" ]; then
		$(type -P make) "\${args[@]}" || exit
		mkdir "$MADE/new.\$\$" && cp "\$out"/*.ko "$MADE/new.\$\$/" && mv -T "$MADE/new.\$\$" "$MADE/\$key" 2> /dev/null || rm -rf "$MADE/new.\$\$"
	fi
	cp "$MADE/\$key"/*.ko "\$out/"
	SH
}

# image_tool: stands in for update-initramfs: an image with what modprobe would load now. Called for this root only.
image_tool() {
	stand_in update-initramfs <<-SH
	#!/bin/bash
	kernel=\${!#}
	[ ! -e "$root/etc/no-image" ] || exit 1
	dir=\$(mktemp -d "$BATS_TEST_TMPDIR/image.XXXXXX")
	for name in hv_vmbus hv_storvsc; do
		modprobe -d "$root" -S "\$kernel" --show-depends \$name | awk '\$1 == "insmod" { print \$2 }'
	done | sort -u | while read -r path; do
		to=\$dir/usr\${path#"$root"}
		mkdir -p "\${to%/*}" && cp "\$path" "\$to"
	done
	depmod -b "\$dir/usr" "\$kernel" 2> /dev/null
	(cd "\$dir" && find . | sort | cpio -o -H newc 2>/dev/null | gzip -n) > "$root/boot/initrd.img-\$kernel.new"
	mv "$root/boot/initrd.img-\$kernel.new" "$root/boot/initrd.img-\$kernel"
	rm -rf "\$dir"
	SH
}

# deploy_root [second]: the root, with an initramfs for its kernels.
deploy_root() {
	make_root
	make_remembers
	image_tool
	[ "${1:-}" != second ] || add_second
	update-initramfs -u -k "$KERNEL"
	rm -rf "$root/var/lock"
}

# add_second: the distribution installs a later kernel: its modules, its hooks, its initramfs.
add_second() {
	local hook
	cp -a "$root/lib/modules/$KERNEL" "$BATS_TEST_TMPDIR/second"
	rm -rf "$BATS_TEST_TMPDIR/second/updates" "$BATS_TEST_TMPDIR/second/build"
	mv "$BATS_TEST_TMPDIR/second" "$root/lib/modules/$SECOND"
	ln -s "$KDIR2" "$root/lib/modules/$SECOND/build"
	for file in $(cd "$root/lib/modules/$SECOND" && find . -name '*.ko'); do
		# In-box modules of that kernel: the magic must be its own.
		sed -i "s/vermagic=$KERNEL/vermagic=$SECOND/" "$root/lib/modules/$SECOND/$file"
	done
	depmod -b "$root" "$SECOND" 2>/dev/null
	hook=$root/etc/kernel/postinst.d/05-lis
	if [ -x "$hook" ]; then
		sed -i "s|=/usr/src/lis-|=$root/usr/src/lis-|" "$hook"
		# It works from the tree that is installed.
		env -u KIT_SOURCE "$hook" "$SECOND" "$root/boot/vmlinuz-$SECOND"
	fi
	update-initramfs -u -k "$SECOND"
}

# release_of VERSION: a source tree of another release. It appears whole, as another test may ask at the same time.
release_of() {
	local dir=$BATS_FILE_TMPDIR/release-$1 new=$BATS_TEST_TMPDIR/release-$1
	[ -d "$dir" ] || { make_source "$new" && echo "$1" > "$new/VERSION" && mv -T "$new" "$dir" 2> /dev/null; } || rm -rf "$new"
	echo "$dir"
}

# with RELEASE ARG...: that release's lisctl.
with() {
	local source
	source=$(release_of "$1")
	shift
	KIT_SOURCE=$source lisctl "$@"
}

# has K VERSION|inbox: what would be loaded for every module of the set, and what the initramfs has.
has() {
	local name path version
	for name in hv_vmbus $(users_of_bus); do
		path=$(modprobe -d "$root" -S "$1" --show-depends "$name" 2>/dev/null | awk '{ print $2 }' | tail -n 1)
		if [ "$2" = inbox ]; then
			[[ -z $path || $path == "$root/lib/modules/$1/kernel/"* ]] || { echo "$1 $name: $path is not in-box"; return 1; }
		else
			[[ $path == "$root/lib/modules/$1/updates/lis/$name.ko" ]] || { echo "$1 $name: $path is not ours"; return 1; }
			version=$(modinfo -F version "$path")
			[ "$version" = "$2" ] || { echo "$1 $name: version $version, not $2"; return 1; }
		fi
	done
	[ -f "$root/boot/initrd.img-$1" ] || return 0
	run "$top/packaging/initramfs/refresh" check "$1"
	case $2 in inbox) [[ $output == *": inbox:"* ]] ;; *) [[ $output == *": ours:"* ]] ;; esac || { echo "$output"; return 1; }
}
