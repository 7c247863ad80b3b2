/* SPDX-License-Identifier: EUPL-1.2 */
/* report.c - see report.h. */
#include "run/report.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

/* ---- counting ------------------------------------------------------------------------------------ */

static bool is_by_hand(uint16_t reason)
{
	switch (reason) {
	case R_DRIFT_ADDED:
	case R_DRIFT_REMOVED:
	case R_DRIFT_ENTRY_GONE:
	case R_DRIFT_ENTRY_CHANGED:
	case R_DRIFT_RENAMED:
	case R_DRIFT_ATTRIBUTE: return true;
	default: return false;
	}
}

void drift_count(const struct plan *plan, struct drift_counts *ret)
{
	*ret = (struct drift_counts){0};
	for (uint32_t i = 0; i < plan->remark_count; i++) {
		uint16_t reason = plan->remarks[i].reason;
		ret->adopted += reason == R_DRIFT_ADOPTED;
		ret->foreign += reason == R_FOREIGN_ENTRY;
		ret->by_hand += is_by_hand(reason);
	}
}

uint32_t doubtful_count(const struct desired *desired)
{
	uint32_t count = 0;
	for (int r = 0; r < REASON_COUNT; r++)
		if (reason_is_unclear((enum reason)r))
			count += desired->by_reason[r];
	return count;
}

/* ---- telling ------------------------------------------------------------------------------------- */

/* Is this worth a line now? */
static bool is_news(struct report *r, enum report_kind kind, uint32_t count)
{
	bool news = count > 0 && r->told[kind] != count;
	r->told[kind] = count;
	return news;
}

static void report_source(struct report *r, const struct thought *t)
{
	const struct source_snapshot *source = t->policy.source;
	uint32_t people = source->people_count - source->asked_count;
	uint32_t ambiguous = t->desired->by_reason[R_PERSON_AMBIGUOUS], doubtful = doubtful_count(t->desired);
	if (is_news(r, REPORT_SOURCE_READ, people + source->institution_count))
		log_event(LOG_SOURCE_READ_MESSAGE, "%u people with the right, %u institutions", people,
			  source->institution_count);
	if (is_news(r, REPORT_AMBIGUOUS, ambiguous))
		log_event(LOG_SOURCE_AMBIGUOUS_MESSAGE,
			  "%u source entries claim to be somebody that another entry claims to be", ambiguous);
	if (is_news(r, REPORT_REFUSED, doubtful))
		log_event(LOG_SOURCE_REFUSED_MESSAGE, "%u values of the source are unclear and give nothing", doubtful);
	if (is_news(r, REPORT_WENT_BACK, t->timeline.entries_back + t->timeline.position_went_back))
		log_event(LOG_SOURCE_WENT_BACK_MESSAGE, "%u entries are older than what was applied%s",
			  t->timeline.entries_back, t->timeline.position_went_back ? ", and so is its position" : "");
}

static void report_plan(struct report *r, const struct thought *t)
{
	struct drift_counts drift;
	drift_count(t->plan, &drift);
	if (is_news(r, REPORT_HELD, t->verdict.held))
		log_event(LOG_HELD_MESSAGE, "%u changes wait: %s", t->verdict.held,
			  t->verdict.hold_count > 0 ? reason_sentence(t->verdict.holds[0].rule)
						    : "the source could not be read");
	if (is_news(r, REPORT_DRIFT, drift.by_hand))
		log_event(LOG_DRIFT_MESSAGE,
			  "%u values or entries were changed by hand; duaalctl drift says what will be done about each",
			  drift.by_hand);
	if (is_news(r, REPORT_FOREIGN, drift.foreign))
		log_event(LOG_FOREIGN_MESSAGE, "%u entries that are not ours stand in the way", drift.foreign);
}

void report_thought(struct report *r, const struct thought *t)
{
	if (!thought_is_whole(t))
		return;
	report_source(r, t);
	report_plan(r, t);
}

/* name: of one of several sources, behind a space; or empty. */
static void report_server(char told[256], const char *side, const char *name, const struct certificate *cert)
{
	const char *now = cert->passed_over[0] != '\0' ? cert->server : "";
	if (now[0] != '\0' && strcmp(told, now) != 0)
		log_event(LOG_SERVER_PASSED_OVER_MESSAGE, "the %s%s was read from %s: %s", side, name, cert->server,
			  cert->passed_over);
	snprintf(told, 256, "%s", now);
}

void report_servers(struct report *r, const struct source_snapshot *source, const struct target_snapshot *target)
{
	for (uint32_t i = 0; source != NULL && i < source_number(source); i++) {
		char name[SOURCE_NAME_SIZE + 1] = "";
		if (source->sources != NULL)
			snprintf(name, sizeof(name), " %s", source_bases_of(source, i)->name);
		report_server(r->source_servers[i], "source", name, source_certificate_of(source, i));
	}
	if (target != NULL)
		report_server(r->target_server, "target", "", &target->certificate);
}

void report_unfenced(struct report *r, bool unfenced)
{
	if (is_news(r, REPORT_UNFENCED, unfenced))
		log_event(LOG_TARGET_UNFENCED_MESSAGE, "the application's directory does not know assertions: each "
						       "entry is looked at just before it is changed");
}
