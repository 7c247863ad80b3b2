/* SPDX-License-Identifier: EUPL-1.2 */
/* past_json.c - the answers of Changes, Reads and Statistics, from what the ledger told. */
#include "base/clock.h"
#include "base/said.h"
#include "control/answers.h"

/* ---- changes ------------------------------------------------------------------------------------------ */

void answer_named(struct answer *a, const char *key, struct text vo_id, struct text name)
{
	if (text_is_empty(vo_id) && text_is_empty(name)) {
		answer_null(a, key);
		return;
	}
	struct answer person = answer_object();
	answer_text(&person, "name", text_is_empty(name) ? vo_id : name);
	answer_text_if(&person, "vo_id", vo_id);
	answer_add(a, key, person);
}

static struct answer change_line(const struct view *view, const struct past_change *change)
{
	struct answer a = answer_object();
	const enum reason reason = (enum reason)change->reason;
	answer_int(&a, "cycle", change->cycle);
	answer_int(&a, "at", change->at_s);
	answer_word(&a, "kind", change_kind_name((enum change_kind)change->kind));
	answer_number_if(&a, "institution", change->number);
	answer_text_if(&a, "institution_name", institution_name(view, change->number));
	answer_role(&a, "role", view, change->role);
	answer_named(&a, "person", change->person, change->name);
	answer_word(&a, "cause", reason_code((enum reason)change->cause));
	answer_word(&a, "reason", reason_code(reason));
	answer_word(&a, "sentence", reason_sentence(reason));
	return a;
}

json_t *answer_past_changes(const struct view *view, const struct ledger_answer *ledger)
{
	struct answer a = answer_object(), list = answer_list();
	for (uint32_t i = 0; i < ledger->change_count; i++)
		answer_add(&list, NULL, change_line(view, &ledger->changes[i]));
	answer_int(&a, "now", clock_wall_s());
	answer_add(&a, "changes", list);
	answer_bool(&a, "more", ledger->next == PAST_MORE);
	return answer_end(&a);
}

/* ---- reads -------------------------------------------------------------------------------------------- */

static void answer_checks(struct answer *a, uint32_t checks)
{
	struct answer list = answer_list();
	for (unsigned place = 0; (1u << place) < CHECKS_ALL; place++)
		if ((checks & 1u << place) != 0)
			answer_word(&list, NULL, certificate_check_name(place));
	answer_add(a, "checks", list);
}

static struct answer read_part(const struct past_read *read)
{
	struct answer a = answer_object();
	struct text side = read->side, name = {0};
	if (!text_split(read->side, ':', &side, &name))
		side = read->side;
	answer_int(&a, "cycle", read->cycle);
	answer_text(&a, "side", side);
	answer_text_if(&a, "name", name);
	answer_bool(&a, "complete", read->checks == CHECKS_ALL);
	answer_text_if(&a, "missing", said_text(read->missing));
	answer_checks(&a, read->checks);
	answer_int(&a, "started", read->started_s);
	answer_int(&a, "ended", read->ended_s);
	answer_int(&a, "duration_ms", read->duration_ms);
	answer_text(&a, "server", read->server);
	answer_text(&a, "identity", read->identity);
	answer_text_if(&a, "position", read->position);
	answer_int(&a, "people", read->people);
	answer_int(&a, "institutions", read->institutions);
	answer_int(&a, "groups", read->groups);
	answer_int(&a, "requests", read->requests);
	answer_int(&a, "absent", read->absent);
	answer_int(&a, "canaries_seen", read->canaries_seen);
	answer_int(&a, "canaries_expected", read->canaries_expected);
	answer_int(&a, "pages", read->pages);
	answer_text_if(&a, "result", read->result);
	return a;
}

json_t *answer_reads(const struct ledger_answer *ledger)
{
	struct answer a = answer_object(), list = answer_list();
	struct past_read read;
	for (uint32_t i = 0; i < ledger->line_count; i++)
		if (past_read_decode(ledger->lines[i].at, ledger->lines[i].len, &read, NULL) == 0)
			answer_add(&list, NULL, read_part(&read));
	answer_int(&a, "now", clock_wall_s());
	answer_add(&a, "reads", list);
	answer_bool(&a, "more", ledger->next != 0);
	return answer_end(&a);
}

/* ---- weeks -------------------------------------------------------------------------------------------- */

static struct answer week_part(const struct zone *zone, const struct past_week *week)
{
	struct answer a = answer_object();
	char day[DAY_TEXT_SIZE];
	const bool any = week->grants + week->removals > 0;
	answer_word(&a, "monday", day_format(zone_day_of(zone, week->begins_s), day));
	answer_int(&a, "begins", week->begins_s);
	answer_int(&a, "cycles", week->cycles);
	answer_int(&a, "failed", week->failed);
	answer_int(&a, "grants", week->grants);
	answer_int(&a, "removals", week->removals);
	answer_int(&a, "holds", week->holds);
	answer_int(&a, "decided", week->decided);
	answer_int(&a, "expired", week->expired);
	if (any) {
		answer_int(&a, "median", week->median_s);
		answer_int(&a, "longest", week->longest_s);
	} else {
		answer_null(&a, "median");
		answer_null(&a, "longest");
	}
	return a;
}

json_t *answer_statistics(const struct view *view, const struct ledger_answer *ledger)
{
	struct answer a = answer_object(), list = answer_list();
	struct past_week week;
	for (uint32_t i = 0; i < ledger->line_count; i++)
		if (past_week_decode(ledger->lines[i].at, ledger->lines[i].len, &week, NULL) == 0)
			answer_add(&list, NULL, week_part(view->explain->plan_input->policy->zone, &week));
	answer_int(&a, "now", clock_wall_s());
	answer_add(&a, "weeks", list);
	return answer_end(&a);
}
