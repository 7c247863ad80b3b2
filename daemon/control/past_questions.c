/* SPDX-License-Identifier: EUPL-1.2 */
/* past_questions.c - the methods about what was: changes, reads, who had access when, weeks. The ledger answers, so that no cycle waits for them. */
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/asked.h"
#include "control/interface.h"
#include "control/parameters.h"

/* What a question about the past is when nothing was given. */
static struct ledger_question question_of(enum ledger_question_kind kind)
{
	return (struct ledger_question){.kind = kind, .filter = {.role = PAST_ROLE_ANY}};
}

/* Ambiguous where several people of the source answer to it: else the ledger's own names decide, which also knows those who left. *shown: the
 * source shows that person, or nobody can say that it does not. */
static bool take_past_person(struct varlink_call *call, const struct view *view, struct past_filter *ret, bool *shown)
{
	uint32_t people[CANDIDATES_MAX];
	struct text who;
	*shown = true;
	if (varlink_call_string(call, "person") == NULL)
		return true;
	if (!take_name(call, &who))
		return false;
	uint32_t total = view->explain != NULL ? explain_find(view_source(view), who, people, CANDIDATES_MAX) : 0;
	if (total > 1) {
		varlink_call_error(call, INTERFACE_ERROR("Ambiguous"), answer_ambiguous(view, people, total));
		return false;
	}
	struct text vo_id =
		total == 1 ? text_trim(entry_value(view_source(view)->people[people[0]].entry, FIELD_VO_ID)) : who;
	if (text_is_empty(vo_id) || vo_id.len > PAST_PERSON_MAX)
		vo_id = who;
	*shown = total == 1 || view->explain == NULL;
	if (total == 1)
		ret->source = view_source(view)->people[people[0]].entry->uuid;
	memcpy(ret->person, vo_id.at, vo_id.len);
	return true;
}

/* ---- what nobody knows -------------------------------------------------------------------------------- */

enum { SHOWN, NOT_SHOWN }; /* subject: does the source show the person who was asked for, if one was? */

/* As it was asked; 0: about no institution. */
static uint32_t number_of(struct varlink_call *call)
{
	uint32_t number;
	return take_number(call, "institution", &number) ? number : 0;
}

/* NULL: somebody goes by that name. */
static const char *sentence_of_nobody(uint32_t subject, const struct ledger_answer *ledger)
{
	if (ledger->next != PAST_NOBODY || subject == SHOWN)
		return NULL;
	return tr("the ledger names nobody of that vo-id or name, and the source shows nobody with the right "
		  "by that vo-id, login, mail address or name");
}

/* That neither directory has: where nothing is on record there, more likely a slip than an institution where nothing happened. */
static bool is_unknown_place(const struct view *view, uint32_t number)
{
	return number != 0 && view->explain != NULL && !institution_is_known(view, number);
}

/* ---- changes ------------------------------------------------------------------------------------------ */

static void tell_past_changes(struct varlink_call *call, const struct view *view, uint32_t subject,
			      const struct ledger_answer *ledger)
{
	const char *nobody = sentence_of_nobody(subject, ledger);
	char what[160];
	if (ledger->trouble != NULL)
		refuse(call, ORDER_FAILED, tr(ledger->trouble));
	else if (nobody != NULL)
		refuse(call, ORDER_NOT_FOUND, nobody);
	else if (ledger->change_count == 0 && is_unknown_place(view, number_of(call))) {
		snprintf(what, sizeof(what),
			 tr("neither directory knows institution %u now, and the ledger has no such change on record "
			    "there"),
			 number_of(call));
		refuse(call, ORDER_NOT_FOUND, what);
	} else
		varlink_call_reply(call, answer_past_changes(view, ledger));
}

void changes_method(struct varlink_call *call, void *ctx)
{
	const struct view *view = view_of(ctx);
	struct ledger_question question = question_of(QUESTION_CHANGES);
	struct past_filter *filter = &question.filter;
	bool shown;
	if (take_limit(call, CHANGES_DEFAULT, CHANGES_MAX, &filter->limit) &&
	    take_number(call, "institution", &filter->number) && take_role(call, view, &filter->role) &&
	    take_cause(call, &filter->reason) && take_time(call, "since", &filter->since_s) &&
	    take_time(call, "until", &filter->until_s) && take_past_person(call, view, filter, &shown))
		ask_ledger(ctx, call, &question, shown ? SHOWN : NOT_SHOWN, tell_past_changes);
}

/* ---- reads -------------------------------------------------------------------------------------------- */

static void tell_reads(struct varlink_call *call, const struct view *view, uint32_t subject,
		       const struct ledger_answer *ledger)
{
	(void)view, (void)subject;
	if (ledger->trouble != NULL)
		refuse(call, ORDER_FAILED, tr(ledger->trouble));
	else
		varlink_call_reply(call, answer_reads(ledger));
}

void reads_method(struct varlink_call *call, void *ctx)
{
	struct ledger_question question = question_of(QUESTION_READS);
	if (take_limit(call, READS_DEFAULT, READS_MAX, &question.filter.limit))
		ask_ledger(ctx, call, &question, 0, tell_reads);
}

/* ---- who had access when ------------------------------------------------------------------------------ */

/* That moment is on record, and nothing that was asked for. */
static bool is_nothing(const struct ledger_answer *ledger)
{
	const struct past_extent *extent = &ledger->extent;
	return extent->begins_s != 0 && extent->begins_s <= extent->at_s && ledger->line_count == 0;
}

/* Of somebody unknown the names may have been erased. */
static void refuse_nobody(struct varlink_call *call, const char *nobody, uint32_t erased)
{
	char what[400];
	snprintf(what, sizeof(what),
		 tr_count("%s; %u change up to then no longer names anybody, and may be that person's",
			  "%s; %u changes up to then no longer name anybody, and may be that person's", erased),
		 nobody, erased);
	refuse(call, ORDER_NOT_FOUND, erased > 0 ? what : nobody);
}

static void refuse_place(struct varlink_call *call)
{
	char what[200];
	const bool of_person = varlink_call_has(call, "person");
	snprintf(what, sizeof(what),
		 of_person ? tr("neither directory knows institution %u now, and the ledger has no membership of that "
				"person there on record")
			   : tr("neither directory knows institution %u now, and the ledger has nobody there on "
				"record at that moment"),
		 number_of(call));
	refuse(call, ORDER_NOT_FOUND, what);
}

static void tell_access(struct varlink_call *call, const struct view *view, uint32_t subject,
			const struct ledger_answer *ledger)
{
	const char *nobody = sentence_of_nobody(subject, ledger);
	if (ledger->trouble != NULL)
		refuse(call, ORDER_FAILED, tr(ledger->trouble));
	else if (nobody != NULL && is_nothing(ledger))
		refuse_nobody(call, nobody, ledger->extent.erased);
	else if (is_nothing(ledger) && is_unknown_place(view, number_of(call)))
		refuse_place(call);
	else
		varlink_call_reply(call, answer_access(view, ledger));
}

void access_at_method(struct varlink_call *call, void *ctx)
{
	const struct view *view = view_of(ctx);
	struct ledger_question question = question_of(QUESTION_MEMBERS);
	struct past_filter *filter = &question.filter;
	bool shown;
	filter->limit = ACCESS_MAX;
	if (!take_time(call, "at", &filter->until_s) || !take_number(call, "institution", &filter->number) ||
	    !take_role(call, view, &filter->role) || !take_past_person(call, view, filter, &shown))
		return;
	if (filter->until_s > clock_wall_s())
		varlink_call_invalid(call, "at");
	else if (filter->person[0] == '\0' && filter->number == 0)
		varlink_call_invalid(call, "person");
	else
		ask_ledger(ctx, call, &question, shown ? SHOWN : NOT_SHOWN, tell_access);
}

/* ---- weeks -------------------------------------------------------------------------------------------- */

_Static_assert(WEEKS_MAX == PAST_WEEKS_MAX, "a client may ask for as many as the ledger tells");

/* Weeks begin on Monday in Belgium; the last one is not over yet. */
static void put_weeks(const struct zone *zone, int64_t now_s, uint32_t count, struct past_weeks *ret)
{
	const int32_t today = zone_day_of(zone, now_s);
	const int32_t monday = today - (today + 3) % 7; /* day 0 was a Thursday */
	ret->count = count;
	for (uint32_t i = 0; i <= count; i++)
		ret->at_s[i] = zone_day_start(zone, monday + 7 * ((int32_t)i + 1 - (int32_t)count));
}

static void tell_statistics(struct varlink_call *call, const struct view *view, uint32_t subject,
			    const struct ledger_answer *ledger)
{
	(void)subject;
	if (ledger->trouble != NULL)
		refuse(call, ORDER_FAILED, tr(ledger->trouble));
	else if (view->explain != NULL)
		varlink_call_reply(call, answer_statistics(view, ledger));
	else
		refuse(call, ORDER_FAILED,
		       tr("the daemon began anew while the ledger was asked: try again in a moment"));
}

void statistics_method(struct varlink_call *call, void *ctx)
{
	uint32_t weeks;
	struct ledger_question question = question_of(QUESTION_WEEKS);
	const struct view *view = ready_view(call, ctx);
	if (view == NULL || !take_weeks(call, &weeks))
		return;
	put_weeks(view->explain->plan_input->policy->zone, clock_wall_s(), weeks, &question.weeks);
	ask_ledger(ctx, call, &question, 0, tell_statistics);
}
