# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
#
# Sourced by the scripts beside it: builds out of the tree.
#   build_in DIRECTORY [configure arguments]     quiet; on failure the log's end is shown and the answer is false

build_in() {
	local where=$1 log
	shift
	mkdir -p "$where"
	where=$(cd "$where" && pwd)
	log=$where/build.log
	if { [ -x "$TOP/configure" ] && [ "$TOP/configure" -nt "$TOP/configure.ac" ] || (cd "$TOP" && ./autogen.sh); } >"$log" 2>&1 &&
		(cd "$where" && "$TOP/configure" -q "$@" && make -s -j"$(nproc)") >>"$log" 2>&1; then
		return 0
	fi
	tail -n 40 "$log" >&2
	echo "The build failed; all of it is in $log" >&2
	return 1
}
