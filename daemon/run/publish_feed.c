/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * publish_feed.c - the part "feed": the approved programmes that admit institutions (R1). See publish_parts.h.
 *
 * They come from one attribute of the institutions at the source, or at each of several. What goes wrong with it looks like schools that
 * lost their programmes: an attribute that this identity may not read any more, another word for "approved". Each source is judged by
 * itself and the worst is told. Which schools were admitted by a programme is what our own entries in the target say, so that a
 * restart forgets nothing.
 */
#include <stdio.h>

#include "base/language.h"
#include "run/publish_parts.h"

#define FROM_SIZE 200

/* Ascending by how bad it is. */
enum feed_finding { FEED_OK, FEED_INCOMPLETE, FEED_EMPTY, FEED_NONE_APPROVED, FEED_WITHDRAWN, FEED_VANISHED };

static const struct {
	enum part_state state;
	const char *code;
} findings[] = {[FEED_OK] = {PART_OK, "ok"},
		[FEED_INCOMPLETE] = {PART_WARNING, "incomplete"},
		[FEED_EMPTY] = {PART_WARNING, "empty"},
		[FEED_NONE_APPROVED] = {PART_WARNING, "none-approved"},
		[FEED_WITHDRAWN] = {PART_CRITICAL, "none-approved"},
		[FEED_VANISHED] = {PART_CRITICAL, "vanished"}};

static enum feed_finding judge(const struct programmes *n)
{
	if (n->institutions == 0)
		return FEED_OK;
	if (n->named == 0)
		return n->hidden > 0 ? FEED_VANISHED : FEED_EMPTY;
	if (n->approved == 0)
		return n->hidden + n->withdrawn > 0 ? FEED_WITHDRAWN : FEED_NONE_APPROVED;
	return n->hidden > 0 ? FEED_INCOMPLETE : FEED_OK;
}

static struct programmes add(struct programmes a, const struct programmes *b)
{
	return (struct programmes){.institutions = a.institutions + b->institutions,
				   .named = a.named + b->named,
				   .approved = a.approved + b->approved,
				   .values = a.values + b->values,
				   .values_approved = a.values_approved + b->values_approved};
}

/* "voProgrammatie of the source": of the only one, of the one that is told about, or (NONE) of all. */
static void say_from(char from[FROM_SIZE], const char *attribute, const struct source_snapshot *source, uint32_t which)
{
	if (source->sources == NULL)
		snprintf(from, FROM_SIZE, tr("%.100s of the source"), attribute);
	else if (which == NONE)
		snprintf(from, FROM_SIZE, tr("%.100s of all sources"), attribute);
	else
		snprintf(from, FROM_SIZE, tr("%.100s of source %s"), attribute, source_bases_of(source, which)->name);
}

static void tell_counts(struct verdict_on_part *v, const struct programmes *n, const char *from)
{
	snprintf(v->detail, sizeof v->detail,
		 tr("institutions that need a programme: %u, show one: %u, approved: %u (%u of %u values); %s"),
		 n->institutions, n->named, n->approved, n->values_approved, n->values, from);
}

/* Where removals wait for it, nobody should approve them because a hold asks. */
static void advise_hidden(char step[COMMAND_SIZE], const char *attribute)
{
	snprintf(step, COMMAND_SIZE,
		 tr("ask the source's administrators whether this identity may still read %.80s of institutions; "
		    "approve none of the holds that follow before that is clear"),
		 attribute);
}

static void tell_finding(struct verdict_on_part *v, enum feed_finding finding, const struct programmes *n,
			 const char *from, const char *attribute, char step[COMMAND_SIZE])
{
	switch (finding) {
	case FEED_VANISHED:
		snprintf(v->detail, sizeof v->detail,
			 tr("no institution shows a programme any more (%s); admitted by one until now: %u"), from,
			 n->hidden);
		advise_hidden(step, attribute);
		break;
	case FEED_INCOMPLETE:
		snprintf(v->detail, sizeof v->detail,
			 tr("institutions that were admitted by a programme and show none any more: %u; that show one: "
			    "%u; from %s"),
			 n->hidden, n->named, from);
		advise_hidden(step, attribute);
		break;
	case FEED_EMPTY:
		snprintf(v->detail, sizeof v->detail,
			 tr("no institution shows a programme (%s); that need one: %u, and none is admitted"), from,
			 n->institutions);
		snprintf(
			step, COMMAND_SIZE,
			tr("is %.80s the attribute with the programmes, and may this identity read it of institutions? "
			   "duaalctl doctor looks whether the server knows it"),
			attribute);
		break;
	case FEED_NONE_APPROVED:
	case FEED_WITHDRAWN:
		tell_counts(v, n, from);
		snprintf(step, COMMAND_SIZE,
			 tr("compare what %.80s says with policy.programme_approved: does the source use another word "
			    "now?"),
			 attribute);
		break;
	case FEED_OK: break;
	}
}

/* What the last complete read showed. */
static void judge_read(const struct run *run, const char *attribute, struct verdict_on_part *v, char step[COMMAND_SIZE])
{
	const struct source_snapshot *source = run->thought.policy.source;
	const struct programmes *by_source = run->thought.desired->programmes;
	struct programmes all = {0};
	uint32_t worst = 0;
	char from[FROM_SIZE];
	for (uint32_t i = 0; i < source_number(source); i++) {
		all = add(all, &by_source[i]);
		if (judge(&by_source[i]) > judge(&by_source[worst]))
			worst = i;
	}
	const enum feed_finding finding = judge(&by_source[worst]);
	*v = (struct verdict_on_part){findings[finding].state, findings[finding].code, step, ""};
	say_from(from, attribute, source, finding != FEED_OK ? worst : NONE);
	if (all.institutions == 0) {
		v->state = PART_NOTICE;
		v->code = "no-institution";
		snprintf(v->detail, sizeof v->detail, tr("no institution is of a kind that needs a programme (%s)"),
			 from);
	} else if (finding == FEED_OK)
		tell_counts(v, &all, from);
	else
		tell_finding(v, finding, &by_source[worst], from, attribute, step);
}

static bool is_used(const struct policy_settings *policy)
{
	for (uint32_t i = 0; i < policy->kind_count; i++)
		if (policy->kinds[i].admission == ADMISSION_PROGRAMME)
			return true;
	return false;
}

/* Of a source that cannot be read nobody knows what its programmes are now. */
static void mark_unread(struct verdict_on_part *v, bool known)
{
	if (v->state >= PART_WARNING)
		return;
	v->state = PART_WARNING;
	v->code = "unread";
	v->next_step = N_("mend what the part source says; meanwhile admissions stay as they are");
	if (!known)
		snprintf(v->detail, sizeof v->detail, "%s", tr("not known: the source could not be read"));
}

void publish_feed(struct run *run)
{
	const struct source_settings *source = &run->config.sources[0]; /* attributes are the same for all */
	char step[COMMAND_SIZE] = "";
	struct verdict_on_part v = {PART_NOTICE, "not-yet-read", N_("wait for the first read"), N_("not read yet")};
	if (!is_used(run->config.policy))
		v = (struct verdict_on_part){PART_OK, "not-used", "",
					     N_("no kind of institution is admitted by a programme")};
	else {
		if (run->thought.made)
			judge_read(run, attribute_of(&source->institutions.map, FIELD_PROGRAMME), &v, step);
		if (run->publisher.source_err.code != 0)
			mark_unread(&v, run->thought.made);
	}
	publish_thought(run, "feed", &v);
}
