#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the test tools (Debian packages named in tests/packages, QEMU by tests/rig/setup) and runs `make check`.
# Works on a bare Debian machine, as root. The last line is "N passed, N failed, N skipped".
#
#   test.sh [--no-install] [STAGE...]     stages of tests/stages (default: all of check)
#
# Exit codes: 0 nothing failed; 1 something failed; 2 usage; 3 not root and tools are missing; 4 not a Debian; 16 the
# package manager is busy; 17 a package could not be installed.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
top=$(CDPATH='' cd "$here/.." && pwd)
# shellcheck source=scripts/lib/kit.sh
. "$here/lib/kit.sh"
# shellcheck source=scripts/lib/patient.sh
. "$here/lib/patient.sh"
# shellcheck source=scripts/lib/packages.sh
. "$here/lib/packages.sh"

main() {
	install=yes
	case ${1:-} in
	--no-install) install=no; shift ;;
	-h|--help) sed -n '4,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
	-*) die $E_USAGE "unknown argument '$1'" "" "$0 --help lists what there is" ;;
	esac
	cd "$top"
	mkdir -p build
	[ $install = no ] || provide_test_packages check "$top/build/test-setup.log"
	# sbin holds depmod, modinfo and debootstrap; a plain user's or a service's PATH may lack it.
	PATH=$PATH:/usr/sbin:/sbin
	export PATH
	exec tests/run check "$@"
}

main "$@"
