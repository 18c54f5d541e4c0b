#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Puts the table made from distro-matrix.yaml between the markers in README.md.
set -eu
cd "$(dirname "$0")/.."
new=$(mktemp README.md.XXXXXX)
trap 'rm -f "$new"' EXIT
table=$(tests/matrix-check --table)
awk -v table="$table" '
	$0 == "<!-- matrix -->" { print; print table; skip = 1 }
	$0 == "<!-- /matrix -->" { skip = 0 }
	!skip
' README.md > "$new"
cmp -s "$new" README.md || { cat "$new" > README.md; echo "README.md: table renewed"; }
