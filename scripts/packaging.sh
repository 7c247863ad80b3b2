# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
#
# Sourced by scripts/package and the tests of the package: Debian packages from a copy of the tree, which stays clean itself.
#   copy_tree TO               what git has or would take of the checkout; of an unpacked release everything but builds
#   build_packages TREE TO     builds in TREE, in which debian/ stands, and moves .deb, .buildinfo and .changes to TO; the
#                              log is TO/build.log. DEB_BUILD_OPTIONS=nocheck leaves the unit tests out
#   package_version TREE       of debian/changelog

copy_tree() {
	mkdir -p "$1"
	if git -C "$TOP" rev-parse --show-toplevel 2>/dev/null | grep -qxF "$TOP"; then
		git -C "$TOP" ls-files -z --cached --others --exclude-standard
	else
		(cd "$TOP" && find . -type f ! -path './build*/*' -printf '%P\0')
	fi | (cd "$TOP" && while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done) |
		tar -C "$TOP" --null --no-recursion -T - -cf - | tar -C "$1" -xf -
}

package_version() {
	dpkg-parsechangelog -l "$1/debian/changelog" -S Version
}

build_packages() {
	local tree=$1 to=$2
	mkdir -p "$to"
	if ! (cd "$tree" && env -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage -us -uc -b) >"$to/build.log" 2>&1; then
		tail -n 40 "$to/build.log" >&2
		echo "The packages could not be built; all of it is in $to/build.log" >&2
		return 1
	fi
	mv "$tree"/../duaalsync*_"$(package_version "$tree")"_* "$to"
}
