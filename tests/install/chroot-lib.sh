# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
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
		cp /etc/resolv.conf "$cb_root/etc/resolv.conf" 2>/dev/null || :
		tar -C "$cb_root" -cf "$cb_tar.new" . && mv "$cb_tar.new" "$cb_tar"
		rm -rf "$cb_root"
	fi
	printf '%s\n' "$cb_tar"
}

# chroot_kernel SUITE: as chroot_bare, with the suite's kernel, its headers, DKMS and initramfs-tools installed.
chroot_kernel() {
	ck_tar=$cache/chroot-$1-kernel.tar
	if [ ! -f "$ck_tar" ]; then
		ck_bare=$(chroot_bare "$1") || return 1
		ck_root=$(mktemp -d "$cache/chroot-$1.XXXXXX") || return 1
		tar -C "$ck_root" -xf "$ck_bare"
		if ! in_root "$ck_root" sh -c 'apt-get -q update && apt-get -q -y --no-install-recommends install \
				initramfs-tools linux-image-amd64 linux-headers-amd64 dkms kmod gcc make libc6-dev' \
				> "$cache/chroot-$1-kernel.log" 2>&1; then
			note "installing the kernel of $1 failed; log: $cache/chroot-$1-kernel.log"
			rm -rf "$ck_root"
			return 1
		fi
		rm -rf "$ck_root/var/cache/apt/archives/"*.deb
		tar -C "$ck_root" -cf "$ck_tar.new" . && mv "$ck_tar.new" "$ck_tar"
		rm -rf "$ck_root"
	fi
	printf '%s\n' "$ck_tar"
}
