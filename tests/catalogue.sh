#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Is every text for people in the Dutch catalogue? Takes the texts from the tree as "make update-po" does, and fails when one is new, changed
# without its translation, or no longer in use, and when a conversion of a format differs.
# Run by make check in the build tree.
set -u
sources=${top_srcdir:-.} build=${top_builddir:-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failed=0

report() {
	echo "not ok: $1"
	failed=1
}

if ! "$sources/po/extract.sh" "$sources" "$build/tests/tools/texts" >"$work/duaalsync.pot"; then
	echo "not ok: the texts cannot be taken out of the tree"
	exit 1
fi
msgmerge --quiet --no-wrap --output-file="$work/nl.po" "$sources/po/nl.po" "$work/duaalsync.pot" || report "msgmerge"
msgfmt --check --output-file="$work/nl.mo" "$work/nl.po" || report "msgfmt --check"
for kind in --untranslated --only-fuzzy --only-obsolete; do
	if [ -n "$(msgattrib "$kind" --no-wrap "$work/nl.po")" ]; then
		report "po/nl.po is not up to date ($kind): make update-po, and translate"
		msgattrib "$kind" --no-wrap "$work/nl.po" | grep -E '^(#~ )?msgid "..' | head -n 20
	fi
done
[ "$(grep -c '^msgid ' "$work/duaalsync.pot")" -gt 800 ] || report "too few texts are found in the tree"
[ "$failed" = 0 ] && echo "ok: every text is in po/nl.po"
exit "$failed"
