/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_questions.c - the methods that only the ledger can answer: the history of a hold, and the audit. */
#include <stdio.h>
#include <strings.h>

#include "base/language.h"
#include "control/asked.h"
#include "control/hold_list.h"
#include "control/interface.h"
#include "control/parameters.h"

/* ---- a hold with its evidence ------------------------------------------------------------------------- */

/* The hold, when it is on record and its digest begins as typed; else the call is answered and NULL. */
static const struct past_hold *need_hold(struct varlink_call *call, const struct view *view, const struct hold_key *key)
{
	const struct past_hold *hold = past_hold(view->past, key->id);
	char sentence[160], hex[DIGEST_MAX + 1];
	if (hold == NULL) {
		snprintf(sentence, sizeof(sentence), tr("there is no hold %u (any more): duaalctl holds lists them"),
			 key->id);
		refuse(call, ORDER_NOT_FOUND, sentence);
		return NULL;
	}
	for (size_t i = 0; i < sizeof(hold->digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", hold->digest[i]);
	if (strncasecmp(hex, key->digest, strlen(key->digest)) == 0)
		return hold;
	snprintf(sentence, sizeof(sentence), tr("hold %u lists something else than %u-%s did: it is %u-%.6s"), key->id,
		 key->id, key->digest, key->id, hex);
	refuse(call, ORDER_NOT_FOUND, sentence);
	return NULL;
}

/* The hold may have gone while the ledger was asked. */
static void tell_hold(struct varlink_call *call, const struct view *view, uint32_t id,
		      const struct ledger_answer *ledger)
{
	const struct hold_key key = {.id = id};
	const struct past_hold *hold = need_hold(call, view, &key);
	if (hold != NULL)
		varlink_call_reply(call, answer_hold(view, hold, ledger));
}

void hold_method(struct varlink_call *call, void *ctx)
{
	struct hold_key key;
	const struct view *view = view_of(ctx);
	const struct past_hold *hold = take_hold(call, &key) ? need_hold(call, view, &key) : NULL;
	if (hold == NULL)
		return;
	const struct ledger_question question = {
		.kind = QUESTION_PLACE, .number = hold->number, .limit = PLACE_HISTORY_MAX};
	if (hold->number != 0)
		ask_ledger(ctx, call, &question, key.id, tell_hold);
	else
		varlink_call_reply(call, answer_hold(view, hold, &(struct ledger_answer){0}));
}

/* ---- the audit ---------------------------------------------------------------------------------------- */

static void tell_verified(struct varlink_call *call, const struct view *view, uint32_t subject,
			  const struct ledger_answer *ledger)
{
	(void)view, (void)subject;
	if (ledger->trouble != NULL && !ledger->damaged)
		refuse(call, ORDER_FAILED, tr(ledger->trouble));
	else
		varlink_call_reply(call, answer_verified(ledger));
}

void audit_verify_method(struct varlink_call *call, void *ctx)
{
	const struct ledger_question question = {.kind = QUESTION_VERIFY};
	ask_ledger(ctx, call, &question, 0, tell_verified);
}

static void tell_exported(struct varlink_call *call, const struct view *view, uint32_t subject,
			  const struct ledger_answer *ledger)
{
	(void)view, (void)subject;
	if (ledger->trouble != NULL)
		refuse(call, ORDER_FAILED, tr(ledger->trouble));
	else
		varlink_call_reply(call, answer_exported(ledger));
}

void audit_export_method(struct varlink_call *call, void *ctx)
{
	int64_t from = 1;
	struct ledger_question question = {.kind = QUESTION_EXPORT};
	if (varlink_call_int(call, "from", &from) && from < 1) {
		varlink_call_invalid(call, "from");
		return;
	}
	question.from = (uint64_t)from;
	if (take_limit(call, EXPORT_MAX, EXPORT_MAX, &question.limit))
		ask_ledger(ctx, call, &question, 0, tell_exported);
}
