/* SPDX-License-Identifier: EUPL-1.2 */
/* codes.c - see codes.h. */
#include "ctl/codes.h"

#include <strings.h>

#include "base/buf.h"
#include "base/language.h"
#include "core/reason.h"

#define GIVEN_SHOWN 60 /* bytes of a wrong word: what there is must fit behind it */

static bool is_cause(enum reason reason)
{
	return reason != R_NONE && reason_kind(reason) == REASON_CAUSE;
}

/* Why a membership changed. Rules only hold it, and the directives' oddities are no change; what people do by hand is one. */
static bool is_reason_of_change(enum reason reason)
{
	const bool by_hand = reason >= R_DRIFT_ADDED && reason <= R_DRIFT_ADOPTED;
	return by_hand || (reason_kind(reason) != REASON_RULE && reason_kind(reason) != REASON_CAUSE);
}

/* The daemon takes every code, since a record may be older than this program. */
static bool is_any(enum reason reason)
{
	return reason != R_NONE;
}

static const char *find(bool (*fits)(enum reason reason), const char *given)
{
	for (enum reason r = 0; r < REASON_COUNT; r++)
		if (fits(r) && (strcasecmp(given, reason_code(r)) == 0 || strcasecmp(given, tr(reason_code(r))) == 0))
			return reason_code(r);
	return NULL;
}

static void list(struct buf *out, bool (*fits)(enum reason reason))
{
	buf_init(out);
	for (enum reason r = 0; r < REASON_COUNT; r++)
		if (fits(r))
			buf_format(out, "%s%s", out->len > 0 ? ", " : "", reason_code(r));
}

const char *code_of(enum value_kind kind, const char *label, const char *given, struct err *err)
{
	const bool unclear = kind == VALUE_UNCLEAR;
	const char *code = find(unclear ? reason_is_unclear : is_any, given);
	struct buf codes;
	if (code != NULL)
		return code;
	list(&codes, unclear ? reason_is_unclear : is_cause);
	if (unclear)
		err_set(err, ERR_INVALID, "%s: nothing unclear has the code \"%.*s\"; there are %s", label, GIVEN_SHOWN,
			given, buf_string(&codes));
	else
		err_set(err, ERR_INVALID,
			"%s: \"%.*s\" is no cause and no reason; the causes are %s; 'duaalctl help changes' lists the "
			"reasons, too",
			label, GIVEN_SHOWN, given, buf_string(&codes));
	buf_done(&codes);
	return NULL;
}

/* ---- help --------------------------------------------------------------------------------------------- */

static void print_codes(FILE *to, bool (*fits)(enum reason reason))
{
	for (enum reason r = 0; r < REASON_COUNT; r++)
		if (fits(r))
			fprintf(to, "  %-22s %s\n", reason_code(r), reason_sentence(r));
}

void codes_unclear_help(FILE *to)
{
	fputs(tr("\nCodes:\n"), to);
	print_codes(to, reason_is_unclear);
}

void codes_of_changes_help(FILE *to)
{
	fputs(tr("\nCauses:\n"), to);
	print_codes(to, is_cause);
	fputs(tr("\nReasons:\n"), to);
	print_codes(to, is_reason_of_change);
}
