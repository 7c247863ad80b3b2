#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Does tests/tools/think-bench, which only measures, still go through a cycle in each of its shapes? How long it takes is not looked at.
# Run by make check in the build tree.
set -u
bench=${top_builddir:-.}/tests/tools/think-bench
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 # it ends with what it holds
export ASAN_OPTIONS

expect() {
	said=$("$bench" 2000 "$1" "$2" "$3") || said="it failed"
	case $said in
	"2000 people, $4 with a role, $1, $3 source(s): "*"guard and holds"*) ;;
	*)
		echo "not ok: think-bench 2000 $1 $2 $3: $said"
		exit 1
		;;
	esac
}

expect values 8 1 256
expect grants 8 2 256
expect groups 1 1 2000
