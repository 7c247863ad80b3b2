/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_grants.c - see source_parts.h: grants that are entries of their own, and whose each of them is. Right groups are
 * gathered in the same lists.
 *
 * A grant names its person by DN, by vo-id or by uid. All are looked up through one map of what the grants call them, which
 * everybody is held against: O(people + grants), and memory for the grants alone. Who is named twice over, or not shown, is nobody: the policy refuses the grant
 * and tells about it.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "model/dn.h"
#include "model/snapshot_parts.h"
#include "model/source_parts.h"

static uint64_t grant_hash(const void *items, uint32_t at)
{
	return snapshot_hash_uuid(&((const struct source_grant *)items)[at].entry->uuid);
}

static bool grant_equal(const void *items, uint32_t at, const void *key)
{
	return uuid_equal(&((const struct source_grant *)items)[at].entry->uuid, key);
}

void grant_list_init(struct grant_list *list)
{
	*list = (struct grant_list){0};
	entry_index_init(&list->index, grant_hash, grant_equal);
}

int grant_list_follow(struct grant_list *list, const struct source_grant *before, uint32_t count,
		      const struct map *by_uuid)
{
	entry_index_follow(&list->index, by_uuid, before, count);
	return vec_reserve(&list->at, &list->capacity, count, sizeof(*list->at));
}

void grant_list_done(struct grant_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		entry_unref(list->at[i].entry);
	free(list->at);
	map_done(&list->index.by_uuid);
	grant_list_init(list);
}

int grant_list_add(struct grant_list *list, struct entry *grant, struct err *err)
{
	const struct source_grant fresh = {.entry = grant, .person = NONE};
	uint32_t twice = NONE;
	int rc = snapshot_reserve(&list->at, &list->capacity, list->count, sizeof(*list->at), err);
	if (rc == 0 && entry_index_add(&list->index, list->at, list->count, &grant->uuid, &twice) < 0)
		rc = err_nomem(err);
	if (rc < 0) {
		entry_unref(grant);
		return rc;
	}
	if (twice != NONE)
		entry_unref(list->at[twice].entry);
	list->at[twice != NONE ? twice : list->count++] = fresh;
	return 0;
}

/* ---- what grants and groups call people ------------------------------------------------------------- */

static uint64_t name_hash(const void *items, uint32_t at)
{
	return ((const struct name *)items)[at].key;
}

static bool name_equal(const void *items, uint32_t at, const void *key)
{
	return ((const struct name *)items)[at].key == *(const uint64_t *)key;
}

void names_init(struct names *names)
{
	*names = (struct names){0};
	map_init(&names->by_key, name_hash, name_equal);
}

void names_done(struct names *names)
{
	free(names->at);
	map_done(&names->by_key);
}

struct name *names_find(const struct names *names, uint64_t key)
{
	uint32_t at = key != 0 ? map_find(&names->by_key, names->at, key, &key) : NONE;
	return at != NONE ? &names->at[at] : NULL;
}

int names_want(struct names *names, uint64_t key)
{
	if (key == 0 || names_find(names, key) != NULL)
		return 0;
	if (vec_reserve(&names->at, &names->capacity, (size_t)names->count + 1, sizeof(*names->at)) < 0)
		return ERR_NOMEM;
	names->at[names->count] = (struct name){key, NONE, NONE};
	return map_add(&names->by_key, names->at, key, names->count++);
}

void name_meet(uint32_t *who, uint32_t at)
{
	*who = *who == NONE ? at : NAMED_TWICE;
}

uint32_t name_who(uint32_t who)
{
	return who == NAMED_TWICE ? NONE : who;
}

/* A DN costs the most of all that a seal works out; where the read before brought the same entry, it is known. */
static int find_dn_key(struct entry *person, struct text base, struct buf *dn)
{
	if (person->name_key != 0)
		return 0;
	buf_clear(dn);
	entry_dn(person, base, dn);
	return buf_failed(dn) ? ERR_NOMEM : dn_key_of(buf_text(dn), &person->name_key);
}

static int name_person(struct names *names, const struct people_view *view, enum person_reference by, uint32_t at,
		       struct buf *dn)
{
	struct entry *person = view->people[at].entry;
	if (by == PERSON_BY_DN && find_dn_key(person, text_of(view->bases->people), dn) < 0)
		return ERR_NOMEM;
	const uint64_t key = by == PERSON_BY_DN ? person->name_key : snapshot_vo_id_key(entry_value(person, FIELD_UID));
	struct name *name = names_find(names, key);
	if (name != NULL)
		name_meet(&name->person, at);
	return 0;
}

int names_meet_people(struct names *names, const struct people_view *view, enum person_reference by)
{
	struct buf dn;
	int rc = 0;
	buf_init(&dn);
	for (uint32_t i = 0; rc == 0 && i < view->count; i++)
		rc = name_person(names, view, by, i, &dn);
	buf_done(&dn);
	return rc;
}

/* ---- whose? -------------------------------------------------------------------------------------- */

static int find_who(const struct source_bases *bases, struct entry *grant)
{
	struct text who = entry_value(grant, FIELD_PERSON);
	if (grant->name_key != 0 || entry_count(grant, FIELD_PERSON) != 1)
		return 0;
	if (bases->grant_person == PERSON_BY_DN)
		return dn_key_of(who, &grant->name_key);
	grant->name_key = snapshot_vo_id_key(who);
	return 0;
}

/* NONE where it is nobody whom the source shows. */
static uint32_t holder_of(const struct people_view *view, const struct names *names, uint64_t who)
{
	if (view->bases->grant_person == PERSON_BY_VO_ID)
		return who != 0 ? map_find(view->by_vo_id, view->people, who, &who) : NONE;
	const struct name *name = names_find(names, who);
	return name != NULL ? name_who(name->person) : NONE;
}

static int find_holders(const struct people_view *view, struct grant_list *list, struct names *names)
{
	const enum person_reference by = view->bases->grant_person;
	for (uint32_t i = 0; i < list->count; i++)
		if (find_who(view->bases, list->at[i].entry) < 0 ||
		    (by != PERSON_BY_VO_ID && names_want(names, list->at[i].entry->name_key) < 0))
			return ERR_NOMEM;
	if (by != PERSON_BY_VO_ID && names_meet_people(names, view, by) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < list->count; i++)
		list->at[i].person = holder_of(view, names, list->at[i].entry->name_key);
	return 0;
}

/* Counted, summed up, filled in: each person's grants stand together, in the order in which they came. */
int grant_index_order_grants(const struct grant_list *list, uint32_t people, struct grant_index *ret)
{
	ret->starts = calloc((size_t)people + 2, sizeof(*ret->starts));
	ret->order = calloc((size_t)list->count + 1, sizeof(*ret->order));
	if (ret->starts == NULL || ret->order == NULL)
		return ERR_NOMEM;
	uint32_t *cursors = ret->starts + 1; /* each person's begin, and when it is filled the end */
	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].person != NONE && list->at[i].person + 1 < people)
			cursors[list->at[i].person + 1]++;
	for (uint32_t i = 1; i < people; i++)
		cursors[i] += cursors[i - 1];
	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].person != NONE)
			ret->order[cursors[list->at[i].person]++] = i;
	return 0;
}

static int index_grants(const struct people_view *view, struct grant_list *list, struct grant_index *ret)
{
	struct names names;
	if (list->count == 0)
		return 0;
	names_init(&names);
	int rc = find_holders(view, list, &names);
	if (rc == 0)
		rc = grant_index_order_grants(list, view->count, ret);
	names_done(&names);
	return rc;
}

int grant_index_make(const struct people_view *view, struct grant_list *grants, const struct grant_list *groups,
		     struct grant_index *ret)
{
	*ret = (struct grant_index){0};
	int rc = index_grants(view, grants, ret);
	if (rc == 0)
		rc = group_index_make(view, groups, ret);
	if (rc < 0)
		grant_index_done(ret);
	return rc;
}

void grant_index_done(struct grant_index *index)
{
	free(index->starts);
	free(index->order);
	free(index->groups);
	free(index->steps);
	free(index->ties);
	free(index->tie_starts);
	*index = (struct grant_index){0};
}

/* ---- the snapshot's own --------------------------------------------------------------------------- */

void grant_index_give(struct source_snapshot *s, struct grant_list *grants, struct grant_list *groups,
		      struct grant_index *index)
{
	s->grants = grants->at;
	s->grant_count = grants->count;
	s->grants_by_uuid = grants->index.by_uuid;
	s->grant_starts = index->starts;
	s->grant_order = index->order;
	s->groups = index->groups;
	s->group_count = groups->count;
	s->groups_by_uuid = groups->index.by_uuid;
	s->group_entries = groups->at;
	s->steps = index->steps;
	s->step_count = index->step_count;
	s->ties = index->ties;
	s->tie_count = index->tie_count;
	s->tie_starts = index->tie_starts;
	s->unclear_groups = index->unclear_groups;
	grant_list_init(grants);
	grant_list_init(groups);
	*index = (struct grant_index){0};
}

void source_drop_grants(struct source_snapshot *s)
{
	struct grant_list grants = {.at = s->grants, .count = s->grant_count, .index = {.by_uuid = s->grants_by_uuid}};
	struct grant_list groups = {
		.at = s->group_entries, .count = s->group_count, .index = {.by_uuid = s->groups_by_uuid}};
	struct grant_index index = {.starts = s->grant_starts,
				    .order = s->grant_order,
				    .groups = s->groups,
				    .steps = s->steps,
				    .ties = s->ties,
				    .tie_starts = s->tie_starts};
	grant_list_done(&grants);
	grant_list_done(&groups);
	grant_index_done(&index);
}

uint32_t source_grant_by_uuid(const struct source_snapshot *s, const struct uuid *uuid)
{
	return map_find(&s->grants_by_uuid, s->grants, snapshot_hash_uuid(uuid), uuid);
}

uint32_t source_group_by_uuid(const struct source_snapshot *s, const struct uuid *uuid)
{
	return map_find(&s->groups_by_uuid, s->group_entries, snapshot_hash_uuid(uuid), uuid);
}

bool source_has(const struct source_snapshot *s, const struct source_question *question)
{
	uint32_t at = question->kind == ENTRY_GRANT         ? source_grant_by_uuid(s, &question->uuid)
		      : question->kind == ENTRY_RIGHT_GROUP ? source_group_by_uuid(s, &question->uuid)
							    : source_person_by_uuid(s, &question->uuid);
	return at != NONE;
}
