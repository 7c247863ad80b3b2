/* SPDX-License-Identifier: EUPL-1.2 */
/* explain_text.c - the sentences of an explanation: facts about the policy's side, the summary, the next step. */
#include <stdarg.h>
#include <stdio.h>

#include "base/escape.h"
#include "base/language.h"
#include "base/national_number.h"
#include "core/explain_parts.h"

const char *tell_value(struct teller *t, struct text value)
{
	struct buf hidden, buf;
	buf_init(&hidden);
	buf_init(&buf);
	national_number_hide(&hidden, value); /* I24 */
	escape_visible(&buf, buf_text(&hidden));
	char *copy = buf_failed(&hidden) || buf_failed(&buf) ? NULL : arena_copy(t->arena, buf_text(&buf));
	buf_done(&hidden);
	buf_done(&buf);
	t->failed |= copy == NULL;
	return copy != NULL ? copy : "";
}

const char *tell_format(struct teller *t, const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), tr(format), args);
	va_end(args);
	if (len >= (int)sizeof(text))
		memcpy(text + sizeof(text) - 4, "...", 4);
	char *copy = arena_copy(t->arena, text_of(text));
	t->failed |= copy == NULL;
	return copy != NULL ? copy : "";
}

const char *tell_time(struct teller *t, int64_t at_s)
{
	const struct zone *zone = t->policy->zone;
	char day[DAY_TEXT_SIZE];
	int64_t minutes = (at_s + zone_offset_at(zone, at_s)) / 60 % (24 * 60);
	return tell_format(t, "%s %02d:%02d Belgian time", day_format(zone_day_of(zone, at_s), day),
			   (int)(minutes / 60), (int)(minutes % 60));
}

const char *tell_dn(struct teller *t, const struct entry *entry)
{
	struct buf dn;
	buf_init(&dn);
	entry_dn(entry, target_names_base(t->target->names, (enum entry_kind)entry->kind), &dn);
	t->failed |= buf_failed(&dn);
	const char *text = tell_value(t, buf_text(&dn));
	buf_done(&dn);
	return text;
}

void tell(struct teller *t, struct path *path, const char *what, bool holds, enum reason reason, const char *text)
{
	if (path->fact_count < EXPLAIN_FACTS_MAX && !t->failed)
		path->facts[path->fact_count++] = (struct fact){what, holds, reason, text};
}

static const char *role_name(const struct teller *t, uint8_t role)
{
	return role < t->policy->settings->role_count ? t->policy->settings->roles[role].name : tr("(no role)");
}

/* ---- the policy's side ---------------------------------------------------------------------------- */

static void tell_person(struct teller *t, struct path *path)
{
	if (t->person == NONE) {
		tell(t, path, "person", false, R_PERSON_UNKNOWN,
		     tell_format(t, "The source shows no entry with the right for %s.", t->out->person));
		return;
	}
	bool holds = t->whole == R_GRANTED || t->whole == R_ENDED || t->whole == R_NOT_YET_VALID;
	const struct source_snapshot *source = t->policy->source;
	const char *where = source->sources == NULL
				    ? tell_format(t, "%s is at the source as %s (entryUUID %s)", t->out->person,
						  t->out->source_dn, t->out->source_uuid)
				    : tell_format(t, "%s is at source %s as %s (entryUUID %s)", t->out->person,
						  source_bases_of(source, source->people[t->person].source)->name,
						  t->out->source_dn, t->out->source_uuid);
	if (holds)
		tell(t, path, "person", true, R_NONE, tell_format(t, "%s and nothing is against the entry.", where));
	else
		tell(t, path, "person", false, t->whole,
		     tell_format(t, "%s, but %s.", where, reason_sentence(t->whole)));
}

/* Does the value itself stand in the way, and not what it names? */
static bool is_wrong_value(enum reason reason)
{
	return reason == R_RIGHT_MALFORMED || reason == R_NUMBER_MALFORMED || reason == R_RIGHT_WITHOUT_ROLE ||
	       reason == R_ROLE_UNKNOWN || reason == R_OTHER_INSTITUTION || reason == R_NO_RIGHT;
}

/* The grant that is an entry and stands behind what is told: its DN was given as the value. */
static const struct entry *entry_behind(const struct teller *t, const struct way_told *way)
{
	const struct source_snapshot *source = t->policy->source;
	uint32_t at, end;
	source_grants_of(source, t->person, &at, &end);
	for (; at < end; at++) {
		const struct entry *entry = source->grants[source->grant_order[at]].entry;
		if (entry_dn_part(entry).at == way->value.at)
			return entry;
	}
	return NULL;
}

/* Does the entry itself stand in the way, and not what it names or who wrote it? */
static bool is_wrong_entry(enum reason reason)
{
	return is_wrong_value(reason) || reason == R_GRANT_MALFORMED || reason == R_GRANT_INACTIVE ||
	       reason == R_GRANT_UNCLEAR || reason == R_STATE_MISSING || reason == R_DATE_MALFORMED;
}

static void tell_grantor(struct teller *t, struct path *path, const struct grant *grant, enum reason reason)
{
	bool refused = reason == R_GRANTOR_REFUSED || reason == R_GRANTOR_MISSING;
	if (text_is_empty(grant->grantor) && !grant->grantor_missing)
		return;
	const char *who = grant->grantor_missing
				  ? tr("The grant does not say who granted it")
				  : tell_format(t, "It was granted by \"%s\"", tell_value(t, grant->grantor));
	tell(t, path, "grantor", !refused, refused ? reason : R_NONE,
	     tell_format(t, "%s%s%s.", who, refused && !grant->grantor_missing ? ": " : "",
			 refused && !grant->grantor_missing ? reason_sentence(reason) : ""));
}

static void tell_entry(struct teller *t, struct path *path, const struct entry *entry, enum reason reason)
{
	struct grant grant;
	(void)grant_read(&t->judge, entry, &grant);
	const char *dn = tell_value(t, grant.value);
	t->entry = entry;
	if (is_wrong_entry(reason))
		tell(t, path, "grant", false, reason,
		     tell_format(t, "The source has the grant %s: %s.", dn, reason_sentence(reason)));
	else
		tell(t, path, "grant", true, R_NONE, tell_format(t, "The source gives the right by the grant %s.", dn));
	tell_grantor(t, path, &grant, reason);
}

/* From the group that lists the person up to the one that names the institution. */
static const char *chain_of(struct teller *t, const struct source_tie *tie)
{
	const struct source_snapshot *source = t->policy->source;
	const char *chain = NULL;
	for (uint32_t step = tie->step; step != NONE; step = source->steps[step].up) {
		const char *dn = tell_value(t, entry_dn_part(source->groups[source->steps[step].group].entry));
		chain = chain == NULL ? dn : tell_format(t, "%s, which is in %s", chain, dn);
	}
	return chain;
}

/* The tie behind what is told: the DN of its group was given as the value. */
static const struct source_tie *tie_behind(const struct teller *t, const struct way_told *way)
{
	const struct source_snapshot *source = t->policy->source;
	uint32_t at, end;
	source_ties_of(source, t->person, &at, &end);
	for (; at < end; at++)
		if (entry_dn_part(source->groups[tie_top(source, &source->ties[at])].entry).at == way->value.at)
			return &source->ties[at];
	return NULL;
}

static void tell_tie(struct teller *t, struct path *path, const struct source_tie *tie, enum reason reason)
{
	const char *chain = chain_of(t, tie);
	if (is_wrong_entry(reason))
		tell(t, path, "source-group", false, reason,
		     tell_format(t, "The person is in the group %s: %s.", chain, reason_sentence(reason)));
	else
		tell(t, path, "source-group", true, R_NONE,
		     tell_format(t, "The source gives the right by the group %s.", chain));
}

static void tell_right(struct teller *t, struct path *path, const struct way_told *way)
{
	enum reason reason = way->by_source;
	if (text_is_empty(way->value)) {
		bool of_person = reason == t->whole; /* and not of what the values say */
		tell(t, path, "value", false, path->granted ? R_NONE : reason,
		     tell_format(t,
				 of_person ? N_("Whatever the values of the entry say, they give no access: %s.")
					   : N_("No value of the entry gives this access: %s."),
				 reason_sentence(reason)));
		return;
	}
	const struct entry *entry = entry_behind(t, way);
	if (entry != NULL) {
		tell_entry(t, path, entry, reason);
		return;
	}
	const struct source_tie *tie = tie_behind(t, way);
	if (tie != NULL) {
		tell_tie(t, path, tie, reason);
		return;
	}
	const char *shown = tell_value(t, way->value);
	if (is_wrong_value(reason))
		tell(t, path, "value", false, reason,
		     tell_format(t, "The source says \"%s\": %s.", shown, reason_sentence(reason)));
	else
		tell(t, path, "value", true, R_NONE, tell_format(t, "The source gives the right as \"%s\".", shown));
}

/* A request that was in force and is gone: it comes back, or somebody says that this is meant. */
static const char *request_told(const struct desired_institution *institution)
{
	return institution->request_vanished ? tr("; the request that admitted it vanished without a trace") : "";
}

static void tell_institution(struct teller *t, struct path *path)
{
	uint32_t at = desired_institution_find(t->desired, path->number);
	if (at == NONE) {
		tell(t, path, "institution", false, R_INSTITUTION_UNKNOWN,
		     tell_format(t, "The source does not show institution %u.", path->number));
		return;
	}
	const struct desired_institution *institution = &t->desired->institutions[at];
	const struct entry *entry = t->policy->source->institutions[institution->source].entry;
	tell(t, path, "institution", true, R_NONE,
	     tell_format(t, "Institution %u is \"%s\", of the kind \"%s\".", path->number,
			 tell_value(t, entry_value(entry, FIELD_NAME)), tell_value(t, entry_value(entry, FIELD_KIND))));
	tell(t, path, "admission", institution->admitted, institution->reason,
	     tell_format(t, "Institution %u is %s: %s%s.", path->number,
			 institution->admitted ? tr("admitted") : tr("not admitted"),
			 reason_sentence(institution->reason), request_told(institution)));
}

/* A grant that is an entry has dates of its own: the narrower of both count. */
static void narrow_to_grant(struct teller *t, struct period *period)
{
	struct grant grant;
	if (t->entry == NULL || period->malformed)
		return;
	(void)grant_read(&t->judge, t->entry, &grant);
	grant_narrow(&grant, period);
	period->begin = grant.begin_day;
	period->end = grant.end_day;
}

static void tell_dates(struct teller *t, struct path *path, const struct way_told *way)
{
	char begin[DAY_TEXT_SIZE], end[DAY_TEXT_SIZE];
	struct period narrowed = t->facts.period;
	const struct period *period = &narrowed;
	narrow_to_grant(t, &narrowed);
	if (period->malformed) {
		tell(t, path, "dates", false, R_DATE_MALFORMED,
		     tr("A begin or end date of the person cannot be read."));
		return;
	}
	enum reason reason = period_judge(period, t->judge.today, R_NOT_YET_VALID, R_ENDED);
	if (reason == R_GRANTED && text_is_empty(way->value)) /* a right that nobody gave is not valid */
		return;
	const char *from = period->begin == DAY_NONE ? tr("without a begin date")
						     : tell_format(t, "from %s", day_format(period->begin, begin));
	const char *to = period->end == DAY_NONE ? tr("without an end date")
						 : tell_format(t, "through %s", day_format(period->end, end));
	tell(t, path, "dates", reason == R_GRANTED, reason == R_GRANTED ? R_NONE : reason,
	     tell_format(t, "The right is valid %s and %s%s.", from, to,
			 reason == R_ENDED           ? tr(": that day has passed")
			 : reason == R_NOT_YET_VALID ? tr(": that day has not come")
						     : ""));
}

void tell_policy(struct teller *t, struct path *path, const struct way_told *way)
{
	tell_person(t, path);
	if (path->number != 0 && path->role != ROLE_NONE)
		tell_words(t, path);
	if (t->person == NONE)
		return;
	t->entry = NULL;
	tell_right(t, path, way);
	if (path->number != 0)
		tell_institution(t, path);
	tell_dates(t, path, way);
}

/* ---- summary and next step ------------------------------------------------------------------------ */

static const char *where_of(struct teller *t, const struct path *path)
{
	if (path->number == 0)
		return "";
	if (path->role == ROLE_NONE)
		return tell_format(t, " at institution %u", path->number);
	return tell_format(t, " as %s at institution %u", role_name(t, path->role), path->number);
}

/* As in the table of reasons, with the institution's number filled in. */
static const char *contact_of(struct teller *t, const struct path *path)
{
	enum reason_contact contact = reason_contact(path->reason);
	if (path->number == 0 || contact == CONTACT_NONE)
		return reason_contact_text(contact);
	if (contact == CONTACT_DEPARTMENT)
		return tell_format(t, "Write to werkplekduaal@vlaanderen.be and name the institution number %u.",
				   path->number);
	return tell_format(t, "%s Institution number: %u.", reason_contact_text(contact), path->number);
}

/* What keeps a path from being in order on the target's side, if anything does. */
static const struct fact *open_fact(const struct path *path)
{
	for (uint32_t i = path->policy_facts; i < path->fact_count; i++)
		if (!path->facts[i].holds && reason_contact(path->facts[i].reason) != CONTACT_NONE)
			return &path->facts[i];
	return NULL;
}

static const struct fact *fact_of(const struct path *path, const char *what)
{
	for (uint32_t i = 0; i < path->fact_count; i++)
		if (strcmp(path->facts[i].what, what) == 0)
			return &path->facts[i];
	return NULL;
}

static const char *step_of(struct teller *t, const struct path *path)
{
	return path->step != NULL ? path->step : path->granted ? "" : contact_of(t, path);
}

/* Given by an override, or by an undo: then that, and until when, belongs to the answer. */
static const char *given_by(struct teller *t, const struct path *best)
{
	const struct fact *why = best->reason == R_INCLUDED       ? fact_of(best, "override")
				 : best->reason == R_UNDONE_GIVEN ? fact_of(best, "undo")
								  : NULL;
	return why != NULL ? tell_format(t, " %s", why->text) : "";
}

/* Who has it without being meant to: the source ended it, people did, or somebody put it in by hand. */
static const char *ended_by(struct teller *t, const struct path *best)
{
	const struct fact *drift = fact_of(best, "drift");
	const char *how = tr("but the source no longer gives it");
	if (drift != NULL && drift->reason == R_DRIFT_ADDED)
		how = tr("put in by hand, and the source does not give it");
	else if (best->reason == R_EXCLUDED || best->reason == R_UNDONE_TAKEN)
		how = tr("but is not to have it any more");
	else if (best->reason == R_INCLUDE_LAPSED || best->reason == R_DIRECTIVE_VANISHED)
		how = tr("but nothing gives it any more");
	return tell_format(t, "%s: %s", how, reason_sentence(best->reason));
}

static void summarize_access(struct teller *t, const struct path *best)
{
	struct explanation *out = t->out;
	if (best->granted && !best->planned) {
		out->summary = tell_format(t, "%s has access%s.%s", out->person, where_of(t, best), given_by(t, best));
		return;
	}
	const char *ends = best->granted ? tr("though it is to be given in another way") : ended_by(t, best);
	const char *then = !best->planned        ? ""
			   : best->waits != NULL ? tell_format(t, " It stays for now: %s.", best->waits)
						 : tr(" It will be taken away.");
	out->summary = tell_format(t, "%s still has access%s, %s.%s", out->person, where_of(t, best), ends, then);
	out->next_step = step_of(t, best);
}

static void summarize_lack(struct teller *t, const struct path *best)
{
	struct explanation *out = t->out;
	if (!best->granted) {
		out->summary = tell_format(t, "%s has no access%s: %s.", out->person, where_of(t, best),
					   reason_sentence(best->reason));
		out->next_step = contact_of(t, best);
		return;
	}
	const struct fact *open = open_fact(best);
	const char *why = best->waits != NULL ? tell_format(t, ": %s.", best->waits)
			  : best->planned     ? tr(": it will be given.")
			  : open != NULL      ? tell_format(t, ": %s", open->text)
					      : ".";
	out->summary = tell_format(t, "%s should have access%s and does not have it yet%s%s", out->person,
				   where_of(t, best), why, given_by(t, best));
	out->next_step = step_of(t, best);
}

void tell_summary(struct teller *t)
{
	struct explanation *out = t->out;
	out->next_step = "";
	if (out->path_count == 0) {
		out->summary = tell_format(t, "Nobody was found for \"%s\".", out->person);
		out->next_step = reason_contact_text(reason_contact(R_PERSON_UNKNOWN));
	} else if (out->paths[0].member) {
		summarize_access(t, &out->paths[0]);
	} else {
		summarize_lack(t, &out->paths[0]);
	}
}
