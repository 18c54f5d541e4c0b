# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # top, root, kernel belong to the caller
#
# Root file systems of Debian suites to install into, made with debootstrap from the mirror this machine uses, and kept
# as tar files in build/cache. To be sourced; needs $top (the checkout) and root.

# shellcheck source=scripts/lib/apt-suite.sh
. "$top/scripts/lib/apt-suite.sh"

cache=${LIS_CACHE:-$top/build/cache}

# in_root ROOT COMMAND...: run in a private mount namespace, so that nothing stays mounted whatever happens.
in_root() {
	ir_root=$1
	shift
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare -m --propagation private sh -c '
		root=$1; shift
		# A machine has its root on a mount of its own; tools that make namespaces inside rely on it.
		mount --bind "$root" "$root" && cd "$root" &&
		mount -t proc proc "$root/proc" && mount -t sysfs sysfs "$root/sys" -o ro &&
		mount --rbind /dev "$root/dev" && mount -t tmpfs tmpfs "$root/run" || exit 1
		mount -t tmpfs tmpfs "$root/tmp" -o mode=1777 || exit 1
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive \
			${http_proxy:+http_proxy="$http_proxy"} "$@"
	' in_root "$ir_root" "$@"
}

# chroot_bare SUITE: path of a tar with a minimal system of that suite, apt pointed at the same mirror.
chroot_bare() {
	cb_tar=$cache/chroot-$1-bare.tar
	if [ ! -f "$cb_tar" ]; then
		cb_root=$(mktemp -d "$cache/chroot-$1.XXXXXX") || return 1
		cb_keys=$(apt_suite_keyring)
		if ! debootstrap --variant=minbase ${cb_keys:+--keyring="$cb_keys"} "$1" "$cb_root" "$(apt_suite_uri main)" \
				> "$cache/debootstrap-$1.log" 2>&1; then
			note "debootstrap of $1 failed; log: $cache/debootstrap-$1.log"
			rm -rf "$cb_root"
			return 1
		fi
		printf '#!/bin/sh\nexit 101\n' > "$cb_root/usr/sbin/policy-rc.d"
		chmod +x "$cb_root/usr/sbin/policy-rc.d"
		# A mirror may be a snapshot whose index has run out of date; this is a scratch system for one test.
		printf 'Acquire::Check-Valid-Until "false";\nAPT::Sandbox::User "root";\n' > "$cb_root/etc/apt/apt.conf.d/99test"
		cp /etc/resolv.conf "$cb_root/etc/resolv.conf" 2>/dev/null || :
		tar -C "$cb_root" -cf "$cb_tar.new" . && mv "$cb_tar.new" "$cb_tar"
		rm -rf "$cb_root"
	fi
	printf '%s\n' "$cb_tar"
}

# chroot_with NAME SUITE PACKAGE...: as chroot_bare, with packages of the suite installed; kept under NAME.
chroot_with() {
	cw_name=$1 cw_suite=$2
	shift 2
	cw_tar=$cache/chroot-$cw_suite-$cw_name.tar
	if [ ! -f "$cw_tar" ]; then
		cw_bare=$(chroot_bare "$cw_suite") || return 1
		cw_root=$(mktemp -d "$cache/chroot-$cw_suite.XXXXXX") || return 1
		tar -C "$cw_root" -xf "$cw_bare"
		if ! { in_root "$cw_root" apt-get -q update &&
				in_root "$cw_root" apt-get -q -y --no-install-recommends install "$@"; } \
				> "$cache/chroot-$cw_suite-$cw_name.log" 2>&1; then
			note "installing $* of $cw_suite failed; log: $cache/chroot-$cw_suite-$cw_name.log"
			rm -rf "$cw_root"
			return 1
		fi
		rm -rf "$cw_root/var/cache/apt/archives/"*.deb
		tar -C "$cw_root" -cf "$cw_tar.new" . && mv "$cw_tar.new" "$cw_tar"
		rm -rf "$cw_root"
	fi
	printf '%s\n' "$cw_tar"
}

# chroot_kernel SUITE: with the suite's kernel, its headers, DKMS and initramfs-tools. chroot_image SUITE: the kernel
# alone, as on a machine where nobody ever compiled anything.
chroot_kernel() {
	chroot_with kernel "$1" initramfs-tools linux-image-amd64 linux-headers-amd64 dkms kmod gcc make libc6-dev
}
chroot_image() {
	chroot_with image "$1" initramfs-tools linux-image-amd64
}

# snapshot: of $root and its $kernel. Every file and link with type, mode and size, and the package list: what purge must bring back. Left out: apt's
# and dpkg's own state, logs, and the initramfs itself, whose bytes change with every rebuild (its module list counts).
snapshot() {
	(cd "$root" && find boot etc lib/modules opt root srv usr var \
		\( -path 'var/lib/dpkg' -o -path 'var/lib/apt' -o -path 'var/cache' -o -path 'var/log' -o -name '__pycache__' \) \
		-prune -o \( -name 'initrd.img-*' -printf '%p\n' \) -o -type d -printf '%p %y %m\n' -o -type f -printf '%p %y %m %s\n' \
		-o -printf '%p %y %l\n' | sort)
	in_root "$root" dpkg-query -W -f '${Package} ${Status} ${Version}\n' | sort
	# shellcheck disable=SC2016 # expanded inside
	in_root "$root" sh -c 'for i in /boot/initrd.img-*; do lsinitramfs $i || lsinitrd $i; done' 2>/dev/null |
		awk '/\.ko/ { print $NF }' | sort
	cat "$root/lib/modules/$kernel/modules.dep" | sort
}

# modprobe_says NAME: the file that would be loaded.
modprobe_says() { in_root "$root" modprobe -S "$kernel" --show-depends "$1" 2>/dev/null | awk '{ print $2 }' | tail -n 1; }
