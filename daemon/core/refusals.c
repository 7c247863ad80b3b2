/* SPDX-License-Identifier: EUPL-1.2 */
/* refusals.c - see refusals.h. */
#include "core/refusals.h"

#include "core/policy_run.h"

struct refusals {
	struct run run;
	struct desired desired; /* a copy: of the thought's own nothing is changed */
	uint32_t last;          /* place that was looked at */
};

int refusals_begin(const struct policy_input *in, const struct desired *desired, struct arena *arena,
		   void (*tell)(void *ctx, const struct refusal *refusal), void *ctx, struct refusals **ret)
{
	struct refusals *r = arena_alloc(arena, sizeof(*r));
	int32_t *ends = arena_array(arena, in->source->institution_count, sizeof(*ends));
	if (r == NULL || ends == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < in->source->institution_count; i++)
		ends[i] = DAY_NONE; /* when a membership would end makes it no finding */
	r->desired = *desired;
	r->run.desired = &r->desired;
	r->run.ends = ends;
	r->run.tell = tell;
	r->run.ctx = ctx;
	judge_init(&r->run.judge, in, &r->run.no_memory);
	if (judge_read_requests(&r->run.judge, arena) < 0 || run_index_institutions(&r->run, arena) < 0)
		return ERR_NOMEM;
	*ret = r;
	return 0;
}

void refusals_end(struct refusals *r)
{
	if (r != NULL)
		run_done(&r->run);
}

uint32_t refusals_places(const struct source_snapshot *source)
{
	return source->institution_count + source->people_count + source->grant_count + source->group_count;
}

static int look_at_institution(struct run *run, uint32_t at)
{
	struct institution_facts facts;
	institution_judge(&run->judge, at, &facts);
	if (reason_kind(facts.reason) != REASON_DOUBT)
		return 0;
	return run_refuse_institution(run, &run->judge.in->source->institutions[at], facts.reason);
}

static int look(struct run *run, uint32_t place)
{
	const struct source_snapshot *source = run->judge.in->source;
	struct person_facts facts;
	if (place < source->institution_count)
		return look_at_institution(run, place);
	place -= source->institution_count;
	if (place < source->people_count)
		return run_add_source(run, place, &facts);
	place -= source->people_count;
	if (place < source->grant_count)
		return run_refuse_grant(run, place);
	return run_refuse_group(run, place - source->grant_count);
}

int refusals_of(struct refusals *r, uint32_t place)
{
	if (place <= r->last)
		r->run.word_end = 0; /* what people decided is looked through from the front once more */
	r->last = place;
	int e = look(&r->run, place);
	r->run.raw_count = 0;
	r->desired.grantor_count = r->desired.grant_count = 0;
	return r->run.no_memory ? ERR_NOMEM : e;
}

/* ---- evidence ------------------------------------------------------------------------------------ */

static enum date_kind dates_of(const struct policy_settings *set, const struct entry *entry)
{
	return entry->kind == ENTRY_PERSON        ? set->person_dates
	       : entry->kind == ENTRY_INSTITUTION ? set->institution_dates
						  : set->grant_dates;
}

/* The first date that period_add would not take. */
static struct text malformed_date(const struct policy_input *in, const struct entry *entry)
{
	struct judge judge;
	struct period period = {.begin = DAY_NONE, .end = DAY_NONE};
	struct entry_cursor cursor = entry_values(entry);
	enum field field;
	struct text value = text_of(NULL);
	judge_init(&judge, in, NULL);
	while (!period.malformed && entry_next(&cursor, &field, &value))
		if (field == FIELD_BEGIN || field == FIELD_END)
			period_add(&period, &judge, field, value, dates_of(in->settings, entry));
	return period.malformed ? value : text_of(NULL);
}

/* A key that is not usable, or one of several, or else a name that is not clean. */
static struct text unusable_value(const struct entry *entry)
{
	struct person_facts facts;
	person_read(NULL, entry, &facts);
	if (facts.vo_ids > 1 || !vo_id_is_usable(facts.vo_id))
		return facts.vo_id;
	if (!text_is_clean(facts.cn))
		return facts.cn;
	return text_is_clean(facts.sn) ? facts.given_name : facts.sn;
}

static struct text first_of(struct text value, struct text other)
{
	return text_is_empty(value) ? other : value;
}

struct text refusal_evidence(const struct policy_input *in, const struct refusal *refusal)
{
	const struct entry *entry = refusal->entry;
	/* The DN of an entry of its own stands beside it anyway. */
	const struct text said = entry->kind == ENTRY_PERSON ? refusal->value : text_of(NULL);
	switch (refusal->reason) {
	case R_DATE_MALFORMED: return first_of(malformed_date(in, entry), said);
	case R_PERSON_UNUSABLE: return unusable_value(entry);
	case R_PERSON_AMBIGUOUS: return entry_value(entry, FIELD_VO_ID);
	case R_GRANT_PERSON_UNKNOWN: return entry_value(entry, FIELD_PERSON);
	case R_NUMBER_MALFORMED:
	case R_INSTITUTION_UNKNOWN:
	case R_INSTITUTION_AMBIGUOUS: return first_of(said, entry_value(entry, FIELD_NUMBER));
	default: return said;
	}
}
