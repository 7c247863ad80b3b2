#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every text for people, as a template of gettext: extract.sh SOURCES TEXTS > duaalsync.pot
# SOURCES is the root of the tree, TEXTS the built tests/tools/texts. Formats and sentences are found by the function that takes them, so
# a new call needs nothing; what stands in tables is told by TEXTS. What fails within a cycle, and what the helpers say, is made in English, and
# said again in the language of whoever is shown it (base/said.h), by the same catalogue. What only the log says is not taken.
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
find daemon/core daemon/control daemon/run -name '*.c' | take answers --keyword=saying_put:2 --keyword=tell_format:2 --keyword=order_say:2 \
	--keyword=order_refuse:3 --keyword=say:2
find daemon/config daemon/run/propose.c daemon/main*.c daemon/base/err.c daemon/base/secret.c daemon/base/environment.c daemon/model/zone.c \
	daemon/model/dn*.c -name '*.c' | take config --keyword=err_set:3 --keyword=err_prefix:2 --keyword=fault_at:3 --keyword=fault_on:3 \
	--keyword=fault_add:4 --keyword=fault_at_source:4 --keyword=SIDE_FAULT:3 --keyword=refuse:2,2t
echo daemon/main_options.h | take exits --keyword=X:3
said() {
	find daemon/base daemon/model daemon/wire daemon/ldap daemon/ledger daemon/helper daemon/run -name '*.c' ! -name said.c
}
said | take said --keyword=err_set:3 --keyword=err_prefix:2 --keyword=examine_tell:6 --keyword=ldap_result_err:4 \
	--keyword=ldap_choice_pass:2 --keyword=find_named:3 --keyword=saying_put:2 --keyword=malformed:3 --keyword=wrong:2 \
	--keyword=damaged:3 --keyword=broken:4
said | take remedies --keyword=examine_tell:5
(cd "$work" && xgettext --from-code=UTF-8 --language=C --no-wrap --add-comments=TRANSLATORS: --add-location=never \
	--keyword --keyword=tr --output="$work/tables.pot" tables.c)
msgcat --no-wrap --use-first --output-file=- "$work/ctl.pot" "$work/answers.pot" "$work/config.pot" "$work/exits.pot" "$work/said.pot" \
	"$work/remedies.pot" "$work/tables.pot" |
	sed -e '/^"POT-Creation-Date/d' -e '/^# SOME DESCRIPTIVE/,/^# FIRST AUTHOR/d'
