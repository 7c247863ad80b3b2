#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
#
# The Debian packages under a real systemd: installed, configured, upgraded from an older release, removed, purged
# (package.py, in a container). Usage: tests/system/package.sh PACKAGES
#   PACKAGES  folder with the packages of this tree, as scripts/package makes them
# The older release is built from git's history: 0.3.0, the last in which one unit did everything, so that an upgrade has most to do;
# those since are upgraded like this release over itself, which is tested, too. Exit status: 0 passed, 1 failed,
# 77 skipped, with the reason.
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/packaging.sh
. "$TOP/scripts/packaging.sh"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
NEW=$(package_version "$TOP")
OLD=0.3.0

# The last commit that was of this version: it is where we are, or before a commit that changed the version.
commit_of() {
	local commit
	for commit in HEAD $(git -C "$TOP" log --format=%H^ -G'^AC_INIT' -- configure.ac); do
		if git -C "$TOP" show "$commit:configure.ac" 2>/dev/null | grep -q "^AC_INIT(\[duaalsync\], \[$1\]"; then
			git -C "$TOP" rev-parse "$commit"
			return
		fi
	done
	return 1
}

build_old() {
	local commit
	if ! commit=$(commit_of "$OLD" 2>/dev/null); then
		echo "skipped: the commit of version $OLD is not in this checkout, so there is nothing to upgrade from"
		exit 77
	fi
	mkdir -p "$WORK/old"
	git -C "$TOP" archive "$commit" | tar -C "$WORK/old" -xf -
	[ "$(package_version "$WORK/old")" = "$OLD" ] || { echo "$commit has no debian/ of version $OLD"; exit 1; }
	DEB_BUILD_OPTIONS='nocheck noopt' build_packages "$WORK/old" "$WORK/input/old"
}

mkdir -p "$WORK/input/new"
build_old
cp "$1"/duaalsync_"$NEW"_*.deb "$1"/duaalsync-schema_"$NEW"_*.deb "$WORK/input/new"
"$TOP/tests/system/boot.sh" "$WORK" "$TOP" "/usr/bin/python3 -B /duaalsync/tests/system/package.py $OLD $NEW"
