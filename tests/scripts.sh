#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The scripts that people call: --help tells what each takes and ends with 0; what it does not know ends with 2; and before that nothing is installed,
# built or written. They run in a copy, in which whatever would do something only leaves a note.
# Run by make check in the build tree.
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
mkdir "$work/scripts" "$work/notes" "$work/noting"
find "${top_srcdir:-.}/scripts" -maxdepth 1 -type f -exec cp {} "$work/scripts" \;
for program in apt-get autoreconf cppcheck clang-tidy dpkg-parsechangelog dpkg-query gcc gcovr lintian make python3 shellcheck sudo xargs; do
	printf '#!/bin/sh\necho %s >>%s/notes/done\nexit 1\n' "$program" "$work" >"$work/noting/$program"
	chmod +x "$work/noting/$program"
done
failed=0

# call SCRIPT ARGUMENT...: status, what it printed and complained in files.
call() {
	script=$1
	shift
	PATH="$work/noting:$PATH" bash "$work/scripts/$script" "$@" >"$work/out" 2>"$work/err"
	status=$?
}

# expect SENTENCE STATUS, of the last call, whose words are in $line
expect() {
	if [ "$status" = "$2" ] && [ ! -e "$work/notes/done" ] && [ "$(find "$work" -maxdepth 1 | wc -l)" = 6 ]; then
		echo "ok: scripts/$line: $1"
	else
		echo "not ok: scripts/$line: $1: it ended with $status, not $2, or did something:"
		cat "$work/notes/done" "$work/err" 2>/dev/null
		find "$work" -maxdepth 1
		failed=1
	fi
	rm -f "$work/notes/done"
}

helps() {
	line="$*"
	call "$@"
	grep -q "^[A-Z].*\.\( Usage: \|$\)" "$work/out" && grep -q "scripts/$1" "$work/out" && ! grep -q '^#' "$work/out" &&
		[ ! -s "$work/err" ] || status="$status, with no help"
	expect "the help" 0
}

refuses() {
	line="$*"
	call "$@"
	grep -q "^scripts/$1: .* --help shows what it takes\$" "$work/err" && [ ! -s "$work/out" ] || status="$status, with no sentence"
	expect "refused" 2
}

found=0
for path in "$work"/scripts/*; do
	script=${path##*/}
	case $script in *.*) continue ;; esac
	found=$((found + 1))
	helps "$script" --help
	refuses "$script" --nonsense
done
[ "$found" -ge 6 ] || { echo "not ok: only $found scripts were found"; failed=1; }
helps demo --keep -h
refuses demo --keep --nonsense
refuses test --quick --nonsense
refuses test quick
refuses bench 10000 valuez
refuses bench 010
refuses analyze gcc nonsense
refuses coverage now
refuses package --nocheck --nonsense

# Each shape that there is is one for scripts/bench, which goes on, and is noticed here when it does something.
shapes=$(sed -n '/^SHAPES = {/,/^}/s/^    "\([a-z-]*\)":.*/\1/p' "$work/scripts/bench_shapes.py")
for shape in $shapes; do
	call bench 10 "$shape"
	if [ "$status" = 2 ] || [ ! -e "$work/notes/done" ]; then
		echo "not ok: scripts/bench 10 $shape: it ended with $status: $(cat "$work/err")"
		failed=1
	fi
	rm -rf "$work/notes/done" "$work"/build-*
done
[ "$(echo "$shapes" | wc -w)" -gt 5 ] || { echo "not ok: the shapes were not found: $shapes"; failed=1; }
exit $failed
