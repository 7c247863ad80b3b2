#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# What the hardening flags of configure have become in the programs: position-independent, all relocations done and read-only
# before main, no executable stack, no path to look for libraries in, stack protector, checked string functions, branch targets marked.
# Run by make check in the build tree; READELF, HARDENING (yes, no, sanitizers), HARD_FLAGS and UNSOUND_FLAGS come from there. Exit 1 on a breach; 77
# where hardening was switched off.
set -u
cd "${top_builddir:-.}" || exit 99
readelf=${READELF:-readelf}
failed=0

if [ "${HARDENING:-}" = no ]; then
	echo "configured with --disable-hardening: nothing to look at"
	exit 77
fi

# judge WHERE SENTENCE, told by the status of the command before it
judge() {
	if [ "$3" = 0 ]; then
		echo "ok: $1: $2"
	else
		echo "not ok: $1: $2"
		failed=1
	fi
}

has() { # text pattern
	printf '%s\n' "$1" | grep -Eq "$2"
}

flagged() {
	case " ${HARD_FLAGS:-} " in *" $1"*) return 0 ;; *) return 1 ;; esac
}

look_at() {
	if ! header=$($readelf -hW "$1" 2>/dev/null) || [ -z "$header" ]; then
		judge "$1" "can be read" 1
		return
	fi
	dynamic=$($readelf -dW "$1") segments=$($readelf -lW "$1") symbols=$($readelf -W --dyn-syms "$1")
	has "$header" 'Type: +DYN'
	judge "$1" "position-independent" $?
	has "$dynamic" 'FLAGS_1.*PIE'
	judge "$1" "an executable, not a library" $?
	has "$dynamic" 'BIND_NOW|FLAGS_1.*NOW'
	judge "$1" "all relocations are done before main" $?
	has "$segments" 'GNU_RELRO'
	judge "$1" "and read-only then" $?
	has "$segments" 'GNU_STACK.* RW +'
	judge "$1" "the stack is not executable" $?
	! has "$segments" 'LOAD.* (RWE|WE|RW E)'
	judge "$1" "nothing is writable and executable" $?
	! has "$dynamic" '\((RPATH|RUNPATH)\)'
	judge "$1" "no library path of its own" $?
	! has "$dynamic" '\(TEXTREL\)'
	judge "$1" "no relocation in code" $?
	[ "$HARDENING" = yes ] || return
	has "$symbols" ' __stack_chk_fail'
	judge "$1" "stack protector" $?
	if flagged -D_FORTIFY_SOURCE; then
		has "$symbols" ' __[a-z]+_chk(@|$)'
		judge "$1" "checked string functions" $?
	fi
}

for program in duaalsyncd duaalctl duaal-plan duaal-source duaal-target duaal-ledger; do
	look_at "$program"
done

# In the objects, not in the programs: those have the mark only where the C library's own startup files have it.
if [ "${HARDENING:-}" = yes ] && flagged -fcf-protection; then
	for library in daemon/*/lib*.a daemon/*.o; do
		notes=$($readelf -n "$library" 2>/dev/null)
		objects=$(printf '%s\n' "$notes" | grep -c '^File: ')
		[ "$objects" -gt 0 ] || objects=1 # not an archive
		marked=$(printf '%s\n' "$notes" | grep -c 'x86 feature: IBT, SHSTK')
		[ "$objects" = "$marked" ]
		judge "$library" "branch targets and shadow stack: $marked of $objects objects" $?
	done
fi

# What leaves no trace in a program has to be asked for.
# shellcheck disable=SC2086 # CC may be a command with arguments
if [ "${HARDENING:-}" = yes ] && ${CC:-cc} --version 2>/dev/null | grep -qi 'free software foundation'; then
	for flag in -fstack-clash-protection -ftrivial-auto-var-init=zero -fno-strict-overflow -fno-delete-null-pointer-checks; do
		case " ${UNSOUND_FLAGS:-} " in
		*" $flag "*)
			! flagged "$flag"
			judge "flags" "no $flag, with which this compiler spoils values" $?
			;;
		*)
			flagged "$flag"
			judge "flags" "$flag" $?
			;;
		esac
	done
fi
exit $failed
