/* SPDX-License-Identifier: EUPL-1.2 */
/* word_hear.c - see word_parts.h: requests and overrides that the target shows, and what the three files share. */
#include "core/word_parts.h"

#include "base/vec.h"

/* ---- what is gathered ---------------------------------------------------------------------------- */

int hearing_word(struct hearing *h, const struct word *word)
{
	if (vec_reserve(&h->words, &h->word_capacity, h->word_count + 1, sizeof(*word)) < 0)
		return ERR_NOMEM;
	h->words[h->word_count++] = *word;
	return 0;
}

static int add_remark(struct hearing *h, const struct directive_remark *remark)
{
	if (vec_reserve(&h->remarks, &h->remark_capacity, h->remark_count + 1, sizeof(*remark)) < 0)
		return ERR_NOMEM;
	h->remarks[h->remark_count++] = *remark;
	return 0;
}

int hearing_directive(struct hearing *h, const struct past_directive *directive)
{
	if (vec_reserve(&h->directives, &h->directive_capacity, h->directive_count + 1, sizeof(*directive)) < 0)
		return ERR_NOMEM;
	h->directives[h->directive_count++] = *directive;
	return 0;
}

int hearing_ask(struct hearing *h, struct text vo_id)
{
	for (size_t i = 0; i < h->unknown_count; i++)
		if (text_equal_nocase(h->unknown[i], vo_id))
			return 0;
	if (vec_reserve(&h->unknown, &h->unknown_capacity, h->unknown_count + 1, sizeof(vo_id)) < 0)
		return ERR_NOMEM;
	h->unknown[h->unknown_count++] = vo_id;
	return 0;
}

void hearing_next(struct hearing *h, int64_t at_s)
{
	if (at_s > h->in->now_s && at_s < h->next_s)
		h->next_s = at_s;
}

/* The record of past about this entry, which the target shows; or NULL. */
static const struct past_directive *recall(struct hearing *h, const struct uuid *uuid)
{
	const struct past_directive *known = past_directive(h->in->past, uuid);
	if (known != NULL)
		h->shown[known - h->in->past->directives] = 1;
	return known;
}

/* A date counts from when it was first seen; another date begins anew. */
static int64_t since_of(const struct hearing *h, const struct past_directive *known, int64_t until_s)
{
	return known != NULL && known->until_s == until_s ? known->since_s : h->in->now_s;
}

static int warn(struct hearing *h, const struct directive_remark *about, int64_t until_s)
{
	struct directive_remark remark = *about;
	remark.reason = R_DIRECTIVE_ENDS_SOON;
	remark.at_s = until_s;
	if (until_s == INT64_MAX || until_s - h->in->now_s > h->in->settings->directive_warning_s)
		return 0;
	return add_remark(h, &remark);
}

struct desired_institution *hearing_institution(const struct hearing *h, uint32_t number)
{
	uint32_t at = number == 0 ? NONE : desired_institution_find(h->desired, number);
	return at == NONE ? NULL : &h->desired->institutions[at];
}

enum reason hearing_identify(const struct hearing *h, uint32_t person)
{
	struct person_facts facts;
	person_read(h->judge, h->in->source->people[person].entry, &facts);
	return person_identify(h->judge, person, &facts);
}

/* ---- what the target has ------------------------------------------------------------------------- */

/* Is this member the entry of that person of the source? person: its position there, or NONE. */
static bool is_entry_of(const struct hearing *h, uint32_t entry, const struct uuid *uuid, uint32_t person)
{
	const struct target_snapshot *target = h->in->target;
	struct uuid there;
	if (entry == NONE)
		return false;
	if (uuid_parse(entry_value(target->people[entry].entry, FIELD_SOURCE_UUID), &there))
		return uuid_equal(&there, uuid);
	return person != NONE && target->people[entry].vo_id_key == h->in->source->people[person].entry->vo_id_key;
}

bool hearing_is_member(const struct hearing *h, const struct past_directive *d, uint32_t person)
{
	const struct target_snapshot *target = h->in->target;
	uint32_t at = target_group_find(target, d->number, d->role);
	const struct target_group *group = at != NONE ? &target->groups[at] : NULL;
	for (uint32_t i = 0; group != NULL && i < group->member_count; i++)
		if (is_entry_of(h, target->members[group->first_member + i].person, &d->person, person))
			return true;
	return false;
}

bool hearing_has_members(const struct hearing *h, uint32_t number)
{
	for (uint32_t role = 0; role < h->in->settings->role_count; role++) {
		uint32_t at = target_group_find(h->in->target, number, (uint8_t)role);
		if (at != NONE && h->in->target->groups[at].member_count > 0)
			return true;
	}
	return false;
}

/* ---- requests ------------------------------------------------------------------------------------ */

static int remember_request(struct hearing *h, const struct request *request, const struct past_directive *known)
{
	const struct past_directive directive = {.uuid = request->entry->uuid,
						 .number = request->number,
						 .kind = DIRECTIVE_REQUEST,
						 .role = ROLE_NONE,
						 .until_s = request->until_s,
						 .since_s = since_of(h, known, request->until_s)};
	return hearing_directive(h, &directive);
}

static int hear_lapsed_request(struct hearing *h, const struct request *request,
			       struct desired_institution *institution, const struct past_directive *known)
{
	if (known == NULL || institution == NULL || institution->admitted || !hearing_has_members(h, request->number))
		return 0;
	institution->request_lapsed |=
		directive_was_announced(h->in, since_of(h, known, request->until_s), request->until_s);
	return remember_request(h, request, known);
}

static int hear_request(struct hearing *h, const struct request *request)
{
	struct desired_institution *institution = hearing_institution(h, request->number);
	struct directive_remark remark = {.entry = request->entry,
					  .reason = R_REQUEST_UNREADABLE,
					  .role = ROLE_NONE,
					  .number = request->number,
					  .person = NONE};
	if (request->reason == R_REQUEST_MALFORMED)
		return add_remark(h, &remark);
	const struct past_directive *known = recall(h, &request->entry->uuid);
	if (request->reason == R_REQUEST_LAPSED)
		return hear_lapsed_request(h, request, institution, known);
	remark.reason = R_REQUEST_UNKNOWN;
	if (institution == NULL && add_remark(h, &remark) < 0)
		return ERR_NOMEM;
	if (institution != NULL && institution->request == request->entry && warn(h, &remark, request->until_s) < 0)
		return ERR_NOMEM;
	return remember_request(h, request, known);
}

/* ---- overrides ----------------------------------------------------------------------------------- */

/* R_INCLUDED, or why the include has no effect; for the report. */
static enum reason judge_include(const struct hearing *h, const struct override *override, uint32_t person)
{
	const struct desired_institution *institution = hearing_institution(h, override->number);
	if (institution == NULL)
		return R_OVERRIDE_NUMBER_UNKNOWN;
	if (!institution->admitted)
		return R_OVERRIDE_NOT_ADMITTED;
	if (person == NONE)
		return R_OVERRIDE_PERSON_UNKNOWN;
	enum reason who = hearing_identify(h, person);
	return who == R_GRANTED ? R_INCLUDED : who;
}

/* What is said of the membership: where the institution is against it, why. */
static enum reason word_of_include(const struct hearing *h, const struct override *override, enum reason judged)
{
	const struct desired_institution *institution = hearing_institution(h, override->number);
	if (judged == R_OVERRIDE_NUMBER_UNKNOWN)
		return R_INSTITUTION_UNKNOWN;
	return judged == R_OVERRIDE_NOT_ADMITTED ? institution->reason : judged;
}

static struct word make_word(const struct override *override, uint32_t person, enum reason reason)
{
	return (struct word){.person = person,
			     .number = override->number,
			     .role = override->role,
			     .reason = (uint16_t)reason,
			     .until_s = override->until_s,
			     .uuid = override->entry->uuid,
			     .entry = override->entry};
}

static int hear_include(struct hearing *h, const struct override *override, uint32_t person,
			struct directive_remark *remark)
{
	enum reason judged = judge_include(h, override, person);
	remark->reason = (uint16_t)judged;
	if (judged == R_OVERRIDE_PERSON_UNKNOWN && hearing_ask(h, override->vo_id) < 0)
		return ERR_NOMEM;
	if ((judged == R_INCLUDED ? warn(h, remark, override->until_s) : add_remark(h, remark)) < 0)
		return ERR_NOMEM;
	struct word word = make_word(override, person, word_of_include(h, override, judged));
	return person != NONE ? hearing_word(h, &word) : 0;
}

/* Everybody who goes by that key. Whom the source does not show now may still be a member. */
static int hear_exclude(struct hearing *h, const struct override *override, uint32_t person,
			struct directive_remark *remark)
{
	const struct source_person *people = h->in->source->people;
	struct word word = make_word(override, person, R_EXCLUDED);
	remark->reason =
		hearing_institution(h, override->number) == NULL ? R_OVERRIDE_NUMBER_UNKNOWN : R_OVERRIDE_NOBODY;
	bool wrong = remark->reason == R_OVERRIDE_NUMBER_UNKNOWN || person == NONE;
	if ((wrong ? add_remark(h, remark) : warn(h, remark, override->until_s)) < 0)
		return ERR_NOMEM;
	if (person == NONE)
		word.vo_id_key = snapshot_vo_id_key(override->vo_id);
	do {
		if (hearing_word(h, &word) < 0)
			return ERR_NOMEM;
		word.person = word.person != NONE ? people[word.person].same_as : NONE;
	} while (word.person != NONE && word.person != person);
	return 0;
}

/* Past keeps whom it is about while the source does not show the person. */
static int remember_override(struct hearing *h, const struct override *override, uint32_t person,
			     const struct past_directive *known)
{
	struct past_directive directive = {.uuid = override->entry->uuid,
					   .number = override->number,
					   .kind = override->reason == R_INCLUDED ? DIRECTIVE_INCLUDE
										  : DIRECTIVE_EXCLUDE,
					   .role = override->role,
					   .until_s = override->until_s,
					   .since_s = since_of(h, known, override->until_s)};
	if (person != NONE)
		directive.person = h->in->source->people[person].entry->uuid;
	else if (known != NULL)
		directive.person = known->person;
	return uuid_is_null(&directive.person) ? 0 : hearing_directive(h, &directive);
}

/* One that was in force when last looked at, and about somebody who is a member still: its lapse is why that ends. */
static int hear_lapsed(struct hearing *h, const struct override *override, uint32_t person,
		       const struct past_directive *known)
{
	if (known == NULL || override->reason != R_INCLUDED || !hearing_is_member(h, known, person))
		return 0;
	struct word word = make_word(override, person, R_INCLUDE_LAPSED);
	word.since_s = since_of(h, known, override->until_s);
	if (person != NONE && hearing_word(h, &word) < 0)
		return ERR_NOMEM;
	return remember_override(h, override, person, known);
}

/* Of several who claim the key the one with the lowest entryUUID, so that the order of the read does not matter. */
static uint32_t find_person(const struct hearing *h, struct text vo_id)
{
	const struct source_person *people = h->in->source->people;
	uint32_t first = source_person_by_vo_id(h->in->source, vo_id), best = first;
	if (first == NONE)
		return NONE;
	for (uint32_t at = people[first].same_as; at != NONE && at != first; at = people[at].same_as)
		if (uuid_compare(&people[at].entry->uuid, &people[best].entry->uuid) < 0)
			best = at;
	return best;
}

static int hear_override(struct hearing *h, const struct entry *entry)
{
	struct override override;
	override_read(h->in, entry, &override);
	struct directive_remark remark = {.entry = entry,
					  .reason = (uint16_t) override.reason,
					  .role = override.role,
					  .number = override.number,
					  .person = NONE};
	if (override.reason != R_INCLUDED && override.reason != R_EXCLUDED)
		return add_remark(h, &remark);
	uint32_t person = remark.person = find_person(h, override.vo_id);
	const struct past_directive *known = recall(h, &entry->uuid);
	if (override.lapsed)
		return hear_lapsed(h, &override, person, known);
	hearing_next(h, override.until_s);
	if ((override.reason == R_INCLUDED ? hear_include : hear_exclude)(h, &override, person, &remark) < 0)
		return ERR_NOMEM;
	return remember_override(h, &override, person, known);
}

int words_hear_directives(struct hearing *h)
{
	const struct target_snapshot *target = h->in->target;
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < h->judge->request_count; i++)
		rc = hear_request(h, &h->judge->requests[i]);
	for (uint32_t i = 0; rc == 0 && i < target->override_count; i++)
		rc = hear_override(h, target->overrides[i]);
	return rc;
}
