#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every text for people, as a template of gettext: extract.sh SOURCES TEXTS > duaalsync.pot
# SOURCES is the root of the tree, TEXTS the built tests/tools/texts. Formats and sentences are found by the function that takes them, so
# a new call needs nothing; what stands in tables is told by TEXTS. What fails within a cycle is told to the log, in English: of core, control
# and run only what is made for an answer is taken, and nothing of the helpers (ldap, ledger, helper, wire).
set -eu
sources=$1 texts=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$texts" >"$work/tables.c"
cd "$sources"

# take NAME KEYWORD... : from the files that standard input lists. In an order that does not depend on the locale.
take() {
	name=$1
	shift
	LC_ALL=C sort | xgettext --from-code=UTF-8 --language=C --no-wrap --add-comments=TRANSLATORS: --add-location=file \
		--package-name=duaalsync --copyright-holder='the duaalsync maintainers' \
		--keyword --keyword=tr --keyword=tr_count:1,2 --keyword=N_ "$@" --output="$work/$name.pot" --files-from=-
}

find daemon/ctl -name '*.c' | take ctl --keyword=say:2 --keyword=say_in:3 --keyword=complain:2 --keyword=usage_error:3 \
	--keyword=show_heading:2 --keyword=show_count:2,3 --keyword=say_labelled:2 --keyword=say_command:2 --keyword=show_clock:3 \
	--keyword=show_administrators:3 --keyword=show_findings:3 --keyword=err_set:3
find daemon/core daemon/control daemon/run -name '*.c' | take answers --keyword=tell_format:2 --keyword=order_say:2 \
	--keyword=order_refuse:3 --keyword=say:2
find daemon/config daemon/run/propose.c daemon/main*.c daemon/base/err.c daemon/base/secret.c daemon/base/environment.c daemon/model/zone.c \
	daemon/model/dn*.c -name '*.c' | take config --keyword=err_set:3 --keyword=err_prefix:2 --keyword=fault_at:3 --keyword=fault_on:3 \
	--keyword=fault_add:4 --keyword=fault_at_source:4 --keyword=SIDE_FAULT:3 --keyword=refuse:2,2t
(cd "$work" && xgettext --from-code=UTF-8 --language=C --no-wrap --add-comments=TRANSLATORS: --add-location=never \
	--keyword --keyword=tr --output="$work/tables.pot" tables.c)
msgcat --no-wrap --use-first --output-file=- "$work/ctl.pot" "$work/answers.pot" "$work/config.pot" "$work/tables.pot" |
	sed -e '/^"POT-Creation-Date/d' -e '/^# SOME DESCRIPTIVE/,/^# FIRST AUTHOR/d'
