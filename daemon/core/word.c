/* SPDX-License-Identifier: EUPL-1.2 */
/* word.c - see word.h: from directives, undos and what past knows of them to one word a membership. */
#include "core/word.h"

#include <stdlib.h>

#include "base/vec.h"

struct hearing {
	const struct judge *judge;
	const struct policy_input *in;
	struct desired *desired;
	int64_t next_s;
	uint8_t *shown; /* one a directive of past: the target shows it, and it can be read */
	struct word *words;
	struct directive_remark *remarks;
	struct past_directive *directives;
	struct text *unknown;
	size_t word_count, remark_count, directive_count, unknown_count;
	size_t word_capacity, remark_capacity, directive_capacity, unknown_capacity;
};

/* ---- what is gathered ---------------------------------------------------------------------------- */

static int add_word(struct hearing *h, const struct word *word)
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

static int add_directive(struct hearing *h, const struct past_directive *directive)
{
	if (vec_reserve(&h->directives, &h->directive_capacity, h->directive_count + 1, sizeof(*directive)) < 0)
		return ERR_NOMEM;
	h->directives[h->directive_count++] = *directive;
	return 0;
}

static int ask_for(struct hearing *h, struct text vo_id)
{
	for (size_t i = 0; i < h->unknown_count; i++)
		if (text_equal_nocase(h->unknown[i], vo_id))
			return 0;
	if (vec_reserve(&h->unknown, &h->unknown_capacity, h->unknown_count + 1, sizeof(vo_id)) < 0)
		return ERR_NOMEM;
	h->unknown[h->unknown_count++] = vo_id;
	return 0;
}

static void note_next(struct hearing *h, int64_t at_s)
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

static bool was_announced(const struct hearing *h, int64_t since_s, int64_t until_s)
{
	return since_s < until_s && since_s <= h->in->now_s - h->in->settings->scheduled_notice_s;
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
	return person != NONE && target->people[entry].vo_id_key == h->in->source->people[person].vo_id_key;
}

static bool is_member(const struct hearing *h, const struct past_directive *d, uint32_t person)
{
	const struct target_snapshot *target = h->in->target;
	uint32_t at = target_group_find(target, d->number, d->role);
	const struct target_group *group = at != NONE ? &target->groups[at] : NULL;
	for (uint32_t i = 0; group != NULL && i < group->member_count; i++)
		if (is_entry_of(h, target->members[group->first_member + i].person, &d->person, person))
			return true;
	return false;
}

static bool has_members(const struct hearing *h, uint32_t number)
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
	return add_directive(h, &directive);
}

static int hear_lapsed_request(struct hearing *h, const struct request *request,
			       struct desired_institution *institution, const struct past_directive *known)
{
	if (known == NULL || institution == NULL || institution->admitted || !has_members(h, request->number))
		return 0;
	institution->request_lapsed |= was_announced(h, since_of(h, known, request->until_s), request->until_s);
	return remember_request(h, request, known);
}

static struct desired_institution *institution_of(const struct hearing *h, uint32_t number)
{
	uint32_t at = number == 0 ? NONE : desired_institution_find(h->desired, number);
	return at == NONE ? NULL : &h->desired->institutions[at];
}

static int hear_request(struct hearing *h, const struct request *request)
{
	struct desired_institution *institution = institution_of(h, request->number);
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

static enum reason identify(const struct hearing *h, uint32_t person)
{
	struct person_facts facts;
	person_read(h->judge, h->in->source->people[person].entry, &facts);
	return person_identify(h->judge, person, &facts);
}

/* R_INCLUDED, or why the include has no effect; for the report. */
static enum reason judge_include(const struct hearing *h, const struct override *override, uint32_t person)
{
	const struct desired_institution *institution = institution_of(h, override->number);
	if (institution == NULL)
		return R_OVERRIDE_NUMBER_UNKNOWN;
	if (!institution->admitted)
		return R_OVERRIDE_NOT_ADMITTED;
	if (person == NONE)
		return R_OVERRIDE_PERSON_UNKNOWN;
	enum reason who = identify(h, person);
	return who == R_GRANTED ? R_INCLUDED : who;
}

/* What is said of the membership: where the institution is against it, why. */
static enum reason word_of_include(const struct hearing *h, const struct override *override, enum reason judged)
{
	const struct desired_institution *institution = institution_of(h, override->number);
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
	if (judged == R_OVERRIDE_PERSON_UNKNOWN && ask_for(h, override->vo_id) < 0)
		return ERR_NOMEM;
	if ((judged == R_INCLUDED ? warn(h, remark, override->until_s) : add_remark(h, remark)) < 0)
		return ERR_NOMEM;
	struct word word = make_word(override, person, word_of_include(h, override, judged));
	return person != NONE ? add_word(h, &word) : 0;
}

/* Everybody who goes by that key. Whom the source does not show now may still be a member. */
static int hear_exclude(struct hearing *h, const struct override *override, uint32_t person,
			struct directive_remark *remark)
{
	const struct source_person *people = h->in->source->people;
	struct word word = make_word(override, person, R_EXCLUDED);
	remark->reason = institution_of(h, override->number) == NULL ? R_OVERRIDE_NUMBER_UNKNOWN : R_OVERRIDE_NOBODY;
	bool wrong = remark->reason == R_OVERRIDE_NUMBER_UNKNOWN || person == NONE;
	if ((wrong ? add_remark(h, remark) : warn(h, remark, override->until_s)) < 0)
		return ERR_NOMEM;
	if (person == NONE)
		word.vo_id_key = snapshot_vo_id_key(override->vo_id);
	uint32_t steps = 0;
	do {
		if (add_word(h, &word) < 0)
			return ERR_NOMEM;
		word.person = word.person != NONE ? people[word.person].same_as : NONE;
	} while (word.person != NONE && word.person != person && steps++ < h->in->source->people_count);
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
	return uuid_is_null(&directive.person) ? 0 : add_directive(h, &directive);
}

/* One that was in force when last looked at, and about somebody who is a member still: its lapse is why that ends. */
static int hear_lapsed(struct hearing *h, const struct override *override, uint32_t person,
		       const struct past_directive *known)
{
	if (known == NULL || override->reason != R_INCLUDED || !is_member(h, known, person))
		return 0;
	struct word word = make_word(override, person, R_INCLUDE_LAPSED);
	word.since_s = since_of(h, known, override->until_s);
	if (person != NONE && add_word(h, &word) < 0)
		return ERR_NOMEM;
	return remember_override(h, override, person, known);
}

/* Of several who claim the key the one with the lowest entryUUID, so that the order of the read does not matter. */
static uint32_t find_person(const struct hearing *h, struct text vo_id)
{
	const struct source_person *people = h->in->source->people;
	uint32_t first = source_person_by_vo_id(h->in->source, vo_id), best = first, steps = 0;
	for (uint32_t at = first; at != NONE && (at != first || steps == 0) && steps < h->in->source->people_count;
	     at = people[at].same_as, steps++)
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
	note_next(h, override.until_s);
	if ((override.reason == R_INCLUDED ? hear_include : hear_exclude)(h, &override, person, &remark) < 0)
		return ERR_NOMEM;
	return remember_override(h, &override, person, known);
}

/* ---- undone, vanished ---------------------------------------------------------------------------- */

/* What an undo gave back stands whatever the source says of it; whom and where must be clear. */
static bool can_be_given(struct hearing *h, uint32_t person, uint32_t number)
{
	struct desired_institution *institution = institution_of(h, number);
	if (institution == NULL || institution->ambiguous || identify(h, person) != R_GRANTED)
		return false;
	institution->kept |= !institution->admitted;
	return true;
}

/* Who lost the right is not in a filtered read. The ledger still knows the value that was the person's, and with it the
 * entry in the target, which knows the vo-id to ask for. */
static int ask_for_owner(struct hearing *h, const struct uuid *person)
{
	const struct past *past = h->in->past;
	for (size_t i = 0; h->in->target != NULL && i < past->owned_count; i++) {
		const struct owned_value *owned = &past->owned[i];
		if (owned->state == 0 || !uuid_equal(&owned->source, person))
			continue;
		uint32_t at = target_person_by_key(h->in->target, owned->key);
		struct text vo_id = text_of(NULL);
		if (at != NONE)
			vo_id = text_trim(entry_value(h->in->target->people[at].entry, FIELD_VO_ID));
		if (vo_id_is_usable(vo_id))
			return ask_for(h, vo_id);
	}
	return 0;
}

static int hear_pin(struct hearing *h, const struct past_pin *pin)
{
	const struct word word = {.person = source_person_by_uuid(h->in->source, &pin->person),
				  .number = pin->number,
				  .role = pin->role,
				  .reason = pin->present ? R_UNDONE_GIVEN : R_UNDONE_TAKEN,
				  .until_s = pin->until_s};
	if (pin->until_s <= h->in->now_s || pin->role >= h->in->settings->role_count)
		return 0;
	note_next(h, pin->until_s);
	if (word.person == NONE)
		return pin->present ? ask_for_owner(h, &pin->person) : 0;
	if (pin->present && !can_be_given(h, word.person, pin->number))
		return 0;
	return add_word(h, &word);
}

static int keep_request(struct hearing *h, const struct past_directive *d)
{
	struct desired_institution *institution = institution_of(h, d->number);
	bool lapsed = d->until_s <= h->in->now_s;
	if ((institution != NULL && institution->admitted) || !has_members(h, d->number))
		return 0;
	if (institution != NULL) {
		institution->request_vanished |= !lapsed;
		institution->request_lapsed |= lapsed && was_announced(h, d->since_s, d->until_s);
	}
	note_next(h, d->until_s);
	return add_directive(h, d);
}

/* The same content stands there as another entry. */
static bool is_there_again(const struct hearing *h, const struct past_directive *d, uint32_t person)
{
	for (size_t i = 0; i < h->word_count; i++) {
		const struct word *word = &h->words[i];
		bool exclude = word->reason == R_EXCLUDED, kind = exclude == (d->kind == DIRECTIVE_EXCLUDE);
		if (kind && word->entry != NULL && word->reason != R_INCLUDE_LAPSED && word->person == person &&
		    word->number == d->number && word->role == d->role)
			return true;
	}
	return false;
}

static int keep_override(struct hearing *h, const struct past_directive *d)
{
	uint32_t person = source_person_by_uuid(h->in->source, &d->person);
	bool lapsed = d->until_s <= h->in->now_s, include = d->kind == DIRECTIVE_INCLUDE;
	struct word word = {.person = person,
			    .number = d->number,
			    .role = d->role,
			    .returns = !include,
			    .reason = R_NONE,
			    .until_s = d->until_s,
			    .since_s = d->since_s,
			    .uuid = d->uuid};
	if (include)
		word.reason = lapsed ? R_INCLUDE_LAPSED : R_DIRECTIVE_VANISHED;
	if ((lapsed && !include) || is_member(h, d, person) != include ||
	    (person != NONE && is_there_again(h, d, person)))
		return 0;
	note_next(h, d->until_s);
	if (person != NONE && add_word(h, &word) < 0)
		return ERR_NOMEM;
	return add_directive(h, d);
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static int hear_all(struct hearing *h)
{
	const struct past *past = h->in->past;
	const struct target_snapshot *target = h->in->target;
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < h->judge->request_count; i++)
		rc = hear_request(h, &h->judge->requests[i]);
	for (uint32_t i = 0; rc == 0 && target != NULL && i < target->override_count; i++)
		rc = hear_override(h, target->overrides[i]);
	for (size_t i = 0; rc == 0 && i < past->pin_count; i++)
		rc = hear_pin(h, &past->pins[i]);
	for (size_t i = 0; rc == 0 && target != NULL && i < past->directive_count; i++) {
		const struct past_directive *d = &past->directives[i];
		if (!h->shown[i])
			rc = d->kind == DIRECTIVE_REQUEST ? keep_request(h, d) : keep_override(h, d);
	}
	return rc;
}

static int weight_of(const struct word *word)
{
	switch (word->reason) {
	case R_EXCLUDED: return 6;
	case R_UNDONE_GIVEN:
	case R_UNDONE_TAKEN: return 5;
	case R_INCLUDED: return 4;
	case R_DIRECTIVE_VANISHED: return 2;
	case R_INCLUDE_LAPSED: return 1;
	case R_NONE: return 0;
	default: return 3;
	}
}

static int compare_places(const struct word *a, const struct word *b)
{
	if (a->person != b->person)
		return a->person < b->person ? -1 : 1;
	if (a->vo_id_key != b->vo_id_key)
		return a->vo_id_key < b->vo_id_key ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->role - b->role;
}

/* The uppermost first; of equals the one that lasts longest. */
static int compare_words(const void *a, const void *b)
{
	const struct word *left = a, *right = b;
	int place = compare_places(left, right);
	if (place != 0)
		return place;
	if (weight_of(left) != weight_of(right))
		return weight_of(right) - weight_of(left);
	if (left->until_s != right->until_s)
		return left->until_s > right->until_s ? -1 : 1;
	return uuid_compare(&left->uuid, &right->uuid);
}

static int compare_remarks(const void *a, const void *b)
{
	const struct directive_remark *left = a, *right = b;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	if (left->role != right->role)
		return left->role - right->role;
	return uuid_compare(&left->entry->uuid, &right->entry->uuid);
}

static size_t keep_uppermost(struct word *words, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && compare_places(&words[kept - 1], &words[i]) == 0)
			words[kept - 1].returns |= words[i].returns;
		else
			words[kept++] = words[i];
	}
	return kept;
}

/* A copy in the arena. NULL: no memory. */
static void *hand_over(struct arena *arena, const void *items, size_t count, size_t size)
{
	void *copy = arena_array(arena, count, size);
	if (copy != NULL && count > 0)
		memcpy(copy, items, count * size);
	return copy;
}

static int finish(struct hearing *h, struct arena *arena)
{
	struct desired *desired = h->desired;
	if (h->word_count > 1)
		qsort(h->words, h->word_count, sizeof(*h->words), compare_words);
	h->word_count = keep_uppermost(h->words, h->word_count);
	if (h->remark_count > 1)
		qsort(h->remarks, h->remark_count, sizeof(*h->remarks), compare_remarks);
	desired->words = hand_over(arena, h->words, h->word_count, sizeof(*h->words));
	desired->directive_remarks = hand_over(arena, h->remarks, h->remark_count, sizeof(*h->remarks));
	desired->directives = hand_over(arena, h->directives, h->directive_count, sizeof(*h->directives));
	desired->unknown_vo_ids = hand_over(arena, h->unknown, h->unknown_count, sizeof(*h->unknown));
	desired->word_count = (uint32_t)h->word_count;
	desired->directive_remark_count = (uint32_t)h->remark_count;
	desired->directive_count = (uint32_t)h->directive_count;
	desired->unknown_vo_id_count = (uint32_t)h->unknown_count;
	bool enough = desired->words != NULL && desired->directive_remarks != NULL && desired->directives != NULL &&
		      desired->unknown_vo_ids != NULL;
	return enough ? 0 : ERR_NOMEM;
}

int words_hear(const struct judge *judge, struct desired *desired, struct arena *arena, int64_t *next_s)
{
	struct hearing h = {.judge = judge, .in = judge->in, .desired = desired, .next_s = *next_s};
	h.shown = calloc(judge->in->past->directive_count + 1, sizeof(*h.shown));
	int rc = h.shown == NULL ? ERR_NOMEM : hear_all(&h);
	if (rc == 0)
		rc = finish(&h, arena);
	*next_s = h.next_s;
	free(h.shown);
	free(h.words);
	free(h.remarks);
	free(h.directives);
	free(h.unknown);
	return rc;
}

void words_settle(const struct policy_input *in, struct desired *desired)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < desired->directive_count; i++) {
		const struct past_directive *d = &desired->directives[i];
		bool lapsed = d->kind == DIRECTIVE_INCLUDE && d->until_s <= in->now_s;
		if (lapsed && desired_membership_find(desired, in->source, d->number, d->role, &d->person) != NONE)
			continue;
		desired->directives[kept++] = *d;
	}
	desired->directive_count = kept;
}

/* ---- asking -------------------------------------------------------------------------------------- */

static const struct word *find(const struct desired *desired, const struct word *key)
{
	uint32_t low = 0, high = desired->word_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = compare_places(&desired->words[middle], key);
		if (order == 0)
			return &desired->words[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct word *word_find(const struct desired *desired, uint32_t person, uint32_t number, uint8_t role)
{
	const struct word key = {.person = person, .number = number, .role = role};
	return find(desired, &key);
}

const struct word *word_find_unseen(const struct desired *desired, uint64_t vo_id_key, uint32_t number, uint8_t role)
{
	const struct word key = {.person = NONE, .vo_id_key = vo_id_key, .number = number, .role = role};
	return vo_id_key == 0 ? NULL : find(desired, &key);
}

bool word_takes(const struct word *word)
{
	return word != NULL && (word->reason == R_EXCLUDED || word->reason == R_UNDONE_TAKEN);
}

bool word_gives(const struct word *word)
{
	return word != NULL && (word->reason == R_INCLUDED || word->reason == R_UNDONE_GIVEN);
}

enum reason word_mark(const struct word *word, enum reason reason)
{
	return word != NULL && word->returns ? R_DIRECTIVE_VANISHED : reason;
}

enum reason word_explains(const struct word *word, enum reason by_source, bool source_is_in_doubt)
{
	if (word == NULL || word->reason == R_NONE || source_is_in_doubt)
		return by_source;
	return (enum reason)word->reason;
}
