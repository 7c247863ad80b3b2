/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * evidence_json.c - the answer of Hold: each listed operation with its cause and the source entry behind it, the proof
 * of both reads, what was changed at that institution lately, and what happens when nobody decides.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/said.h"
#include "control/answers.h"
#include "control/hold_list.h"
#include "core/identity.h"
#include "core/timeline.h"

/* ---- which listed operations stand now --------------------------------------------------------------- */

struct line {
	uint32_t op;
	bool wanted;                 /* in the plan, or still older than applied */
	const struct change *change; /* in the plan */
	const char *source;          /* which of several is older; NULL: there is only one, or it is no position */
};

struct listed {
	const struct past_hold *hold;
	struct line *lines; /* in the order of the plan or of the source; then those that do not stand any more */
	bool *seen;         /* one an operation */
	uint32_t count;
	bool failed; /* no memory */
};

static void add_line(struct listed *listed, const struct change_id *id, const struct change *change, const char *source)
{
	const struct hold_op *op = hold_op_find(listed->hold, id);
	if (op == NULL || listed->seen[op - listed->hold->ops])
		return;
	listed->seen[op - listed->hold->ops] = true;
	listed->lines[listed->count++] = (struct line){(uint32_t)(op - listed->hold->ops), true, change, source};
}

/* May this change be a line of the hold? The id says it for sure, and costs more. */
static bool is_candidate(const struct change *change, const struct past_hold *hold)
{
	return change->hold == hold->id || (change->hold == 0 && change->verdict == VERDICT_HOLD);
}

static void add_back(void *ctx, const struct back *back)
{
	struct change_id id;
	back_identify(&back->who, back->source, back->sid, &id);
	add_line(ctx, &id, NULL, back->source);
}

static void find_standing(struct listed *listed, const struct view *view)
{
	const struct plan *plan = view->explain->plan;
	const struct plan_input *in = view->explain->plan_input;
	struct change_id id;
	if (listed->hold->rule == R_RULE_SOURCE_WENT_BACK)
		timeline_each(in->policy->past, in->policy->source, add_back, listed);
	for (uint32_t i = 0; i < plan->change_count && !listed->failed; i++) {
		if (!is_candidate(&plan->changes[i], listed->hold))
			continue;
		listed->failed = change_identify(in, &plan->changes[i], &id) < 0;
		if (!listed->failed)
			add_line(listed, &id, &plan->changes[i], NULL);
	}
}

static void find_lines(struct listed *listed, const struct view *view)
{
	if (view->explain != NULL)
		find_standing(listed, view);
	for (uint32_t i = 0; i < listed->hold->op_count; i++)
		if (!listed->seen[i])
			listed->lines[listed->count++] = (struct line){.op = i};
}

/* ---- one operation ------------------------------------------------------------------------------------ */

static const char *kind_name(const struct hold_op *op)
{
	if (op->kind != 0)
		return change_kind_name(op->kind);
	return uuid_is_null(&op->who) ? "source-server" : "source-entry";
}

static void answer_source(struct answer *a, const struct view *view, const struct hold_op *op)
{
	char csn[CSN_TEXT_SIZE];
	const struct entry *entry = source_entry_of(view, &op->who);
	answer_source_entry(a, "source_entry", view, entry);
	answer_word(a, "source_changed",
		    entry != NULL && !csn_is_none(&entry->csn) ? csn_format(&entry->csn, csn) : NULL);
}

static void answer_who(struct answer *a, const struct view *view, const struct hold_op *op, const struct change *change)
{
	bool shown = view->explain != NULL;
	uint32_t person = shown && !uuid_is_null(&op->who) ? source_person_by_uuid(view_source(view), &op->who) : NONE;
	uint32_t member = change != NULL && change->kind == CHANGE_MEMBER_REMOVE ? change->member : NONE;
	if (shown)
		answer_person(a, "person", view, person, member);
	else
		answer_null(a, "person");
}

static struct answer operation_part(const struct view *view, const struct past_hold *hold, const struct line *line)
{
	const struct hold_op *op = &hold->ops[line->op];
	struct answer a = answer_object();
	uint32_t number = op->kind != 0 ? op->number : 0; /* of a source that went back: no institution's number */
	answer_word(&a, "kind", kind_name(op));
	answer_number_if(&a, "institution", number);
	answer_text_if(&a, "institution_name", institution_name(view, number));
	answer_role(&a, "role", view, op->role);
	answer_who(&a, view, op, line->change);
	answer_word(&a, "cause", reason_code((enum reason)op->cause));
	answer_word(&a, "reason", reason_code((enum reason)op->reason));
	answer_word(&a, "sentence", reason_sentence((enum reason)op->reason));
	answer_bool(&a, "wanted", line->wanted);
	answer_string(&a, "source", line->source);
	answer_source(&a, view, op);
	return a;
}

static void answer_operations(struct answer *a, const struct view *view, const struct past_hold *hold)
{
	struct answer list = answer_list();
	struct listed listed = {.hold = hold,
				.lines = calloc((size_t)hold->op_count + 1, sizeof(*listed.lines)),
				.seen = calloc((size_t)hold->op_count + 1, sizeof(*listed.seen))};
	uint32_t shown = hold->op_count < OPERATIONS_MAX ? hold->op_count : OPERATIONS_MAX;
	list.failed = list.failed || listed.lines == NULL || listed.seen == NULL;
	if (!list.failed)
		find_lines(&listed, view);
	list.failed = list.failed || listed.failed;
	for (uint32_t i = 0; i < shown && !list.failed; i++)
		answer_add(&list, NULL, operation_part(view, hold, &listed.lines[i]));
	answer_add(a, "operations", list);
	answer_int(a, "operations_omitted", hold->op_count - shown);
	free(listed.lines);
	free(listed.seen);
}

/* ---- proof and history -------------------------------------------------------------------------------- */

static struct answer certificate_part(const char *side, const char *name, const struct certificate *c)
{
	struct answer a = answer_object();
	answer_word(&a, "side", side);
	answer_string(&a, "name", name);
	answer_int(&a, "started", c->started_s);
	answer_int(&a, "ended", c->ended_s);
	answer_string(&a, "server", c->server);
	answer_string(&a, "identity", c->identity);
	answer_int(&a, "people", c->counts[ENTRY_PERSON]);
	answer_int(&a, "institutions", c->counts[ENTRY_INSTITUTION]);
	answer_int(&a, "groups", c->counts[ENTRY_GROUP]);
	answer_int(&a, "directives", (int64_t)c->counts[ENTRY_REQUEST] + c->counts[ENTRY_OVERRIDE]);
	answer_int(&a, "canaries_seen", c->canaries_seen);
	answer_int(&a, "canaries_expected", c->canaries_expected);
	return a;
}

static void answer_certificates(struct answer *a, const struct view *view)
{
	struct answer list = answer_list();
	if (view->explain != NULL) {
		const struct source_snapshot *source = view_source(view);
		for (uint32_t i = 0; i < source_number(source); i++)
			answer_add(&list, NULL,
				   certificate_part("source",
						    source->sources != NULL ? source_bases_of(source, i)->name : NULL,
						    source_certificate_of(source, i)));
		answer_add(&list, NULL, certificate_part("target", NULL, &view_target(view)->certificate));
	}
	answer_add(a, "certificates", list);
}

static struct answer past_change_part(const struct view *view, const struct past_change *change)
{
	struct answer a = answer_object();
	answer_int(&a, "cycle", change->cycle);
	answer_int(&a, "at", change->at_s);
	answer_word(&a, "kind", change_kind_name(change->kind));
	answer_role(&a, "role", view, change->role);
	answer_named(&a, "person", change->person, change->name);
	answer_word(&a, "cause", reason_code((enum reason)change->cause));
	answer_word(&a, "reason", reason_code((enum reason)change->reason));
	return a;
}

static void answer_history_of(struct answer *a, const struct view *view, const struct ledger_answer *ledger)
{
	struct answer list = answer_list();
	uint32_t count = ledger->trouble == NULL ? ledger->change_count : 0;
	for (uint32_t i = 0; i < count && i < PLACE_HISTORY_MAX; i++)
		answer_add(&list, NULL, past_change_part(view, &ledger->changes[i]));
	answer_add(a, "history", list);
	answer_string(a, "history_unread", said(ledger->trouble));
}

/* ---- the whole ---------------------------------------------------------------------------------------- */

static void answer_without_decision(struct answer *a, const struct past_hold *hold)
{
	char text[CONSEQUENCE_SIZE];
	answer_word(a, "without_decision", hold_consequence(hold, text));
}

json_t *answer_hold(const struct view *view, const struct past_hold *hold, const struct ledger_answer *ledger)
{
	struct answer a = answer_object();
	const struct hold_row row = {.record = hold};
	answer_int(&a, "now", clock_wall_s());
	answer_trouble(&a, view);
	answer_add(&a, "hold", hold_part(view, &row));
	answer_word(&a, "contact", reason_contact_text(reason_contact((enum reason)hold->rule)));
	answer_operations(&a, view, hold);
	answer_certificates(&a, view);
	answer_history_of(&a, view, ledger);
	answer_without_decision(&a, hold);
	return answer_end(&a);
}
