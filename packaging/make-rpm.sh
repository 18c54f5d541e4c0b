#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# make-rpm.sh OUT: builds OUT/lis-dkms-VERSION-1.noarch.rpm with rpmbuild, from a clean copy of the tree.
# Exit codes: 0 built; 9 a build tool is missing; 10 build failed. KIT_SOURCE names another source tree (tests).
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
top=${KIT_SOURCE:-$(CDPATH='' cd "$here/.." && pwd)}
# shellcheck source=scripts/lib/kit.sh
. "$here/../scripts/lib/kit.sh"

main() {
	out=${1:?usage: make-rpm.sh OUT}
	command -v rpmbuild >/dev/null 2>&1 || die $E_NOCOMPILER "cannot build the RPM: rpmbuild is missing" \
		"the package is made with rpmbuild" "install the package rpm (Debian, Ubuntu) or rpm-build (elsewhere)"
	version=$(kit_version "$top")
	mkdir -p "$out"
	out=$(CDPATH='' cd "$out" && pwd)
	work=$(mktemp -d "${TMPDIR:-/tmp}/lis-rpm.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	src=$work/lis-$version
	kit_copy_tree "$top" "$top/packaging/files.dkms" "$src/tree"
	kit_copy_extra "$top" "$src/extra"
	cp "$top/COPYING" "$src/extra/docs/"
	sed "s/#MODULE_VERSION#/$version/" "$top/packaging/dkms/dkms.conf" > "$src/tree/dkms.conf"
	SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(kit_source_date "$top")}
	export SOURCE_DATE_EPOCH
	find "$src" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
	sed "s/@VERSION@/$version/; s/@DKMS@/$(kit_least_dkms "$here/../distro-matrix.yaml" rpm)/" "$top/packaging/rpm/lis-dkms.spec.in" > "$work/lis-dkms.spec"
	kit_changelog_rpm "$version" >> "$work/lis-dkms.spec"
	# gzip payload: every rpm since RHEL 5 unpacks it. RHEL 5 itself also wants MD5 file digests: RPM_DIGEST=1.
	# The laid-out tree goes in as it stands, by a macro: the package has no source archive of its own.
	rpmbuild -bb --define "_topdir $work/rpm" --define "_rpmdir $work/rpms" --define "lis_tree $src" \
		--define "_binary_payload w9.gzdio" --define "_binary_filedigest_algorithm ${RPM_DIGEST:-8}" \
		--define "packager LIS maintainers" --define "_buildhost localhost" --define "use_source_date_epoch_as_buildtime 1" \
		--define "clamp_mtime_to_source_date_epoch 1" "$work/lis-dkms.spec" > "$out/rpm.log" 2>&1 || {
		tail -n 20 "$out/rpm.log" >&2
		die $E_BUILD "building the RPM failed" "see the lines above" "the whole log is $out/rpm.log"
	}
	mv "$work/rpms/noarch/lis-dkms-$version-1.noarch.rpm" "$out/"
	say "$out/lis-dkms-$version-1.noarch.rpm"
}

main "$@"
