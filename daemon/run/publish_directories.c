/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * publish_directories.c - the parts "source", "target" and "freshness": what came of reading the directories and of writing. See publish_parts.h.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/said.h"
#include "run/publish_parts.h"

/* ---- a server of a list ---------------------------------------------------------------------------- */

/* Whatever else is fine: the first server of the list is not. source: the name of one of several, or NULL. */
static bool judge_server(struct verdict_on_part *v, const char *source, const struct certificate *cert)
{
	if (cert->passed_over[0] == '\0')
		return false;
	*v = (struct verdict_on_part){PART_WARNING, "passed-over", tr("mend the server that the sentence names"), ""};
	if (source != NULL)
		snprintf(v->detail, sizeof v->detail, tr("source %s, read from %.100s: %s"), source, cert->server,
			 said(cert->passed_over));
	else
		snprintf(v->detail, sizeof v->detail, tr("read from %.100s: %s"), cert->server,
			 said(cert->passed_over));
	return true;
}

static bool judge_servers(struct verdict_on_part *v, const struct source_snapshot *source)
{
	for (uint32_t i = 0; i < source_number(source); i++)
		if (judge_server(v, source->sources != NULL ? source_bases_of(source, i)->name : NULL,
				 source_certificate_of(source, i)))
			return true;
	return false;
}

/* ---- the source ------------------------------------------------------------------------------------- */

/* One server, or the servers of several sources with their names. */
static void tell_source(struct verdict_on_part *v, const struct source_snapshot *source)
{
	char servers[sizeof v->detail] = "";
	for (uint32_t i = 0; i < source_number(source); i++) {
		const char *server = source_certificate_of(source, i)->server;
		size_t len = strlen(servers);
		if (source->sources == NULL)
			snprintf(servers, sizeof servers, "%s", server);
		else
			snprintf(servers + len, sizeof servers - len, "%s%s (%.100s)", i > 0 ? ", " : "",
				 source_bases_of(source, i)->name, server);
	}
	const uint32_t holders = source->people_count - source->asked_count, places = source->institution_count;
	char people[64], institutions[48];
	snprintf(people, sizeof people, tr_count("%u person with the right", "%u people with the right", holders),
		 holders);
	snprintf(institutions, sizeof institutions, tr_count("%u institution", "%u institutions", places), places);
	snprintf(v->detail, sizeof v->detail, tr("%s, %s, from %.400s"), people, institutions, servers);
}

/* "basis, volwassenen": those of several sources that have a bit. */
static const char *name_sources(const struct source_snapshot *source, uint32_t bits, char *out, size_t size)
{
	out[0] = '\0';
	for (uint32_t i = 0; i < source->source_count; i++) {
		size_t len = strlen(out);
		if ((bits & 1u << i) != 0)
			snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", source->sources[i].bases.name);
	}
	return out;
}

static void tell_back(struct verdict_on_part *v, const struct source_snapshot *source, const struct timeline *t)
{
	char names[SOURCES_MAX * (SOURCE_NAME_SIZE + 1)], back[256];
	if (t->position_went_back)
		snprintf(back, sizeof back,
			 tr_count("older than what was applied: %u entry, and its position",
				  "older than what was applied: %u entries, and its position", t->entries_back),
			 t->entries_back);
	else
		snprintf(back, sizeof back,
			 tr_count("older than what was applied: %u entry", "older than what was applied: %u entries",
				  t->entries_back),
			 t->entries_back);
	if (source->sources == NULL)
		snprintf(v->detail, sizeof v->detail, "%s", back);
	else
		snprintf(v->detail, sizeof v->detail, tr("source %s: %s"),
			 name_sources(source, t->back_sources, names, sizeof names), back);
}

void publish_source(struct run *run)
{
	struct publisher *p = &run->publisher;
	const struct thought *t = &run->thought;
	struct verdict_on_part v = {PART_OK, "ok", "", ""};
	if (p->source_err.code != 0) {
		v = (struct verdict_on_part){
			PART_WARNING, "unread",
			thought_is_whole(t)
				? tr("mend what the sentence names; meanwhile only end dates and excludes take access")
			: run->past.source_on_record
				? tr("mend what the sentence names; until the first complete read only excludes and "
				     "people's own end dates take access: take out by hand who should lose it for "
				     "another reason")
				: tr("mend what the sentence names; until the first complete read only excludes take "
				     "access, because end dates may have been put off unseen: take out by hand who "
				     "should lose it"),
			""};
		snprintf(v.detail, sizeof v.detail, "%s", said(p->source_err.text));
	} else if (run->source == NULL)
		v = (struct verdict_on_part){PART_NOTICE, "not-yet-read", tr("wait for the first read"),
					     N_("not read yet")};
	else if (thought_is_whole(t) && timeline_went_back(&t->timeline)) {
		v = (struct verdict_on_part){PART_CRITICAL, "went-back",
					     tr("ask the source's administrators: was a backup restored, or does a "
						"replica lag? Everything waits until the source has caught up"),
					     ""};
		tell_back(&v, run->source, &t->timeline);
	} else if (thought_is_whole(t) && t->desired->by_reason[R_PERSON_AMBIGUOUS] > 0) {
		v = (struct verdict_on_part){
			PART_CRITICAL, "ambiguous",
			tr("ask the Edison helpdesk to clear it; both keep what they have for at most 7 days"), ""};
		snprintf(v.detail, sizeof v.detail,
			 tr_count("%u source entry claims to be somebody that another entry claims to be",
				  "%u source entries claim to be somebody that another entry claims to be",
				  t->desired->by_reason[R_PERSON_AMBIGUOUS]),
			 t->desired->by_reason[R_PERSON_AMBIGUOUS]);
	} else if (!judge_servers(&v, run->source))
		tell_source(&v, run->source);
	publish_thought(run, "source", &v);
}

void publish_freshness(struct run *run)
{
	const struct publisher *p = &run->publisher;
	const struct run_settings *set = run->config.run;
	struct verdict_on_part v = {PART_OK, "ok", "", ""};
	int64_t since = p->last_read_s > 0 ? p->last_read_s : p->started_s;
	int64_t age = clock_wall_s() - since;
	if (age >= set->stale_critical_s)
		v = (struct verdict_on_part){PART_CRITICAL, "stale", tr("look at the part that is unread"), ""};
	else if (age >= set->stale_warning_s)
		v = (struct verdict_on_part){PART_WARNING, "stale", tr("look at the part that is unread"), ""};
	snprintf(v.detail, sizeof v.detail, tr("last complete read of the source %lld s ago"), (long long)age);
	if (p->last_read_s == 0)
		snprintf(v.detail, sizeof v.detail, "%s", tr("no complete read of the source yet"));
	publish_part(&run->publisher, "freshness", &v);
}

/* ---- the target ------------------------------------------------------------------------------------- */

/* People with access whom the application's directory does not know, or knows twice. Only somebody there can mend it. */
static uint32_t unplaced_count(const struct thought *t)
{
	uint32_t n = 0;
	for (uint32_t i = 0; thought_is_whole(t) && i < t->plan->remark_count; i++)
		n += t->plan->remarks[i].reason == R_PERSON_NOT_IN_TARGET ||
		     t->plan->remarks[i].reason == R_PERSON_TWICE_IN_TARGET;
	return n;
}

/* Whoever should have lost access and did not has it now: that is no warning. */
static void judge_refused(struct verdict_on_part *v, const struct apply *apply)
{
	*v = (struct verdict_on_part){PART_WARNING, "refused",
				      tr("mend what the sentence names; it is tried again by itself, and duaalctl plan "
					 "shows what is still to be done"),
				      ""};
	if (apply->refused >= REFUSED_REMOVAL) {
		v->state = PART_CRITICAL;
		v->code = apply->refused == REFUSED_LAST_REMOVAL ? "last-member-stays" : "removal-refused";
		v->next_step =
			tr("somebody keeps access that was to go: mend what the sentence names; it is tried again "
			   "by itself, and duaalctl plan shows what is still to be done");
	}
	snprintf(v->detail, sizeof v->detail, "%s", said(apply->refusal.text));
}

void publish_target(struct run *run)
{
	uint32_t unplaced = unplaced_count(&run->thought);
	struct publisher *p = &run->publisher;
	struct verdict_on_part v = {PART_OK, "ok", "", ""};
	if (p->target_err.code != 0) {
		v = (struct verdict_on_part){PART_WARNING, "unread",
					     tr("mend what the sentence names; nothing is written meanwhile"), ""};
		snprintf(v.detail, sizeof v.detail, "%s", said(p->target_err.text));
	} else if (run->target == NULL)
		v = (struct verdict_on_part){PART_NOTICE, "not-yet-read", tr("wait for the first read"),
					     N_("not read yet")};
	else if (run->apply.refusal.code != 0)
		judge_refused(&v, &run->apply);
	else if (unplaced > 0) {
		v = (struct verdict_on_part){
			PART_WARNING, "people-waiting",
			tr("the directory administrators of the application must see to it that each of "
			   "them has one entry; they are named below"),
			""};
		snprintf(v.detail, sizeof v.detail,
			 tr_count("%u person has the right and waits: no entry of theirs stands there, or two do",
				  "%u people have the right and wait: no entry of theirs stands there, or two do",
				  unplaced),
			 unplaced);
	} else if (run_is_unfenced(run)) {
		v = (struct verdict_on_part){
			PART_NOTICE, "unfenced",
			tr("a server with assertions (RFC 4528) would refuse late writes itself; 389 "
			   "Directory Server has none: switch on its USN plugin, and the look is exact"),
			""};
		snprintf(v.detail, sizeof v.detail, "%s",
			 tr("the directory does not know assertions: each entry is looked at just before it is "
			    "changed"));
	} else if (!judge_server(&v, NULL, &run->target->certificate))
		snprintf(v.detail, sizeof v.detail,
			 tr("%u memberships in %u role groups, %u institutions, %u people, in %s"),
			 target_memberships(run->target), run->target->group_count, run->target->institution_count,
			 run->target->people_count, run->target->certificate.server);
	publish_thought(run, "target", &v);
}
