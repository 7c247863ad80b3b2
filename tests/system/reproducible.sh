#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
#
# The packages are made of the sources and nothing else: built once more, in another folder, with another umask, time zone and
# language, they are equal byte for byte. Usage: tests/system/reproducible.sh PACKAGES
#   PACKAGES  folder with the packages of this tree, as scripts/package makes them
# The unit tests are left out of this second build.
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/packaging.sh
. "$TOP/scripts/packaging.sh"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
umask 0027
copy_tree "$WORK/a-folder-further-away/with-another-name"
TZ=Pacific/Auckland LC_ALL=C.UTF-8 DEB_BUILD_OPTIONS=nocheck build_packages "$WORK/a-folder-further-away/with-another-name" "$WORK/again"
compared=0
for package in "$1"/*.deb; do
	if ! cmp "$package" "$WORK/again/${package##*/}"; then
		echo "Two builds of ${package##*/} differ; diffoscope shows where."
		exit 1
	fi
	compared=$((compared + 1))
done
echo "$compared packages are equal to those of a second build"
[ $compared -ge 2 ]
