#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make-daemons.sh deb|rpm OUT: compiles the daemons and packs them, as OUT/lis-daemons_VERSION-1_ARCH.deb or
# OUT/lis-daemons-VERSION-1.ARCH.rpm, from a clean copy of the tree.
# Exit codes: 0 built; 2 usage; 9 a build tool is missing; 10 build failed. KIT_SOURCE names another source tree (tests).
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
top=${KIT_SOURCE:-$(CDPATH='' cd "$here/.." && pwd)}
# shellcheck source=scripts/lib/kit.sh
. "$here/../scripts/lib/kit.sh"

# failed KIND LOG
failed() {
	tail -n 20 "$2" >&2
	die $E_BUILD "building the $1 package of the daemons failed" "see the lines above" "the whole log is $2"
}

need() {
	for tool; do
		command -v "$tool" >/dev/null 2>&1 || die $E_NOCOMPILER "cannot build the package of the daemons: $tool is missing" \
			"the daemons are compiled, then packed" "install gcc, make and dpkg-dev with debhelper, or rpm-build"
	done
}

make_deb() {
	need dpkg-buildpackage dh gcc
	cp -r "$top/packaging/daemons/deb" "$src/debian"
	kit_changelog_deb "$version" | sed 's/^lis (/lis-daemons (/' > "$src/debian/changelog"
	find "$src" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
	# A build without debug packages: what is not kept is not made.
	(cd "$src" && DEB_BUILD_OPTIONS="noautodbgsym ${DEB_BUILD_OPTIONS:-}" dpkg-buildpackage -b -uc -us -tc) > "$out/daemons-deb.log" 2>&1 ||
		failed Debian "$out/daemons-deb.log"
	file=$(cd "$work" && ls lis-daemons_"$version"-1_*.deb)
	mv "$work/$file" "$out/"
	say "$out/$file"
}

make_rpm() {
	need rpmbuild gcc make
	find "$src" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
	sed "s/@VERSION@/$version/" "$top/packaging/daemons/rpm/lis-daemons.spec.in" > "$work/lis-daemons.spec"
	kit_changelog_rpm "$version" >> "$work/lis-daemons.spec"
	rpmbuild -bb --define "_topdir $work/rpm" --define "_rpmdir $work/rpms" --define "lis_tree $src" \
		--define "_binary_payload w9.gzdio" --define "_binary_filedigest_algorithm ${RPM_DIGEST:-8}" \
		--define "packager LIS maintainers" --define "_buildhost localhost" --define "use_source_date_epoch_as_buildtime 1" \
		--define "clamp_mtime_to_source_date_epoch 1" "$work/lis-daemons.spec" > "$out/daemons-rpm.log" 2>&1 ||
		failed RPM "$out/daemons-rpm.log"
	file=$(cd "$work/rpms" && ls ./*/lis-daemons-"$version"-1.*.rpm)
	mv "$work/rpms/$file" "$out/"
	say "$out/${file##*/}"
}

case ${1:-} in
deb | rpm) [ $# -eq 2 ] || die $E_USAGE "make-daemons.sh takes deb or rpm, and a folder" ;;
*) die $E_USAGE "make-daemons.sh takes deb or rpm, and a folder" "'${1:-}' is neither" ;;
esac
version=$(kit_version "$top")
mkdir -p "$2"
out=$(CDPATH='' cd "$2" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/lis-daemons.XXXXXX")
trap 'rm -rf "$work"' EXIT
src=$work/lis-daemons-$version
kit_copy_tree "$top" "$top/packaging/files.daemons" "$src"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(kit_source_date "$top")}
export SOURCE_DATE_EPOCH
"make_$1"
