#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make-deb.sh OUT: builds OUT/lis-dkms_VERSION-1_all.deb with debhelper and dh-dkms, from a clean copy of the tree.
# Exit codes: 0 built; 9 a build tool is missing; 10 build failed. KIT_SOURCE names another source tree (tests).
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
top=${KIT_SOURCE:-$(CDPATH='' cd "$here/.." && pwd)}
# shellcheck source=scripts/lib/kit.sh
. "$here/../scripts/lib/kit.sh"

main() {
	out=${1:?usage: make-deb.sh OUT}
	for tool in dpkg-buildpackage dh dh_dkms; do
		command -v "$tool" >/dev/null 2>&1 || die $E_NOCOMPILER "cannot build the Debian package: $tool is missing" \
			"it is built with debhelper and dh-dkms" "apt-get install dpkg-dev debhelper dh-dkms"
	done
	version=$(kit_version "$top")
	mkdir -p "$out"
	out=$(CDPATH='' cd "$out" && pwd)
	work=$(mktemp -d "${TMPDIR:-/tmp}/lis-deb.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	src=$work/lis-$version
	kit_copy_tree "$top" "$top/packaging/files.dkms" "$src/tree"
	kit_copy_extra "$top" "$src/extra"
	cp "$top/VERSION" "$src/VERSION"
	cp -r "$top/packaging/deb" "$src/debian"
	sed -i "s/@DKMS@/$(kit_least_dkms "$here/../distro-matrix.yaml" deb)/" "$src/debian/control"
	cp "$top/packaging/dkms/dkms.conf" "$src/debian/lis-dkms.dkms"
	SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(kit_source_date "$top")}
	export SOURCE_DATE_EPOCH
	kit_changelog_deb "$version" > "$src/debian/changelog"
	find "$src" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
	(cd "$src" && dpkg-buildpackage -b -uc -us -tc) > "$out/deb.log" 2>&1 || {
		tail -n 20 "$out/deb.log" >&2
		die $E_BUILD "building the Debian package failed" "see the lines above" "the whole log is $out/deb.log"
	}
	mv "$work/lis-dkms_$version-1_all.deb" "$out/"
	say "$out/lis-dkms_$version-1_all.deb"
}

main "$@"
