/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_grants.c - see source_parts.h: grants that are entries of their own, and whose each of them is. Right groups are
 * gathered in the same lists.
 *
 * A grant names its person by DN, by vo-id or by uid. All are looked up through one map over the people, made only when
 * there are grants: O(people + grants). Who is named twice over, or not shown, is nobody: the policy refuses the grant
 * and tells about it.
 */
#include <stdlib.h>

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
	map_init(&list->by_uuid, grant_hash, grant_equal);
}

void grant_list_done(struct grant_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		entry_unref(list->at[i].entry);
	free(list->at);
	map_done(&list->by_uuid);
	grant_list_init(list);
}

int grant_list_add(struct grant_list *list, struct entry *entry, struct err *err)
{
	uint64_t hash = snapshot_hash_uuid(&entry->uuid);
	uint32_t twice = map_find(&list->by_uuid, list->at, hash, &entry->uuid);
	if (twice != NONE) {
		entry_unref(list->at[twice].entry);
		list->at[twice].entry = entry;
		return 0;
	}
	int rc = snapshot_reserve(&list->at, &list->capacity, list->count, sizeof(*list->at), err);
	if (rc == 0 && map_add(&list->by_uuid, list->at, hash, list->count) < 0)
		rc = err_nomem(err);
	if (rc < 0) {
		entry_unref(entry);
		return rc;
	}
	list->at[list->count++] = (struct source_grant){entry, NONE};
	return 0;
}

/* ---- people by what grants call them ------------------------------------------------------------- */

static uint64_t name_hash(const void *items, uint32_t at)
{
	return ((const struct name *)items)[at].key;
}

static bool name_equal(const void *items, uint32_t at, const void *key)
{
	return ((const struct name *)items)[at].key == *(const uint64_t *)key;
}

static int name_of(enum person_reference by, const struct entry *entry, struct text base, struct buf *dn, uint64_t *ret)
{
	if (by == PERSON_BY_UID) {
		*ret = snapshot_vo_id_key(entry_value(entry, FIELD_UID));
		return 0;
	}
	buf_clear(dn);
	entry_dn(entry, base, dn);
	return buf_failed(dn) ? ERR_NOMEM : dn_key_of(buf_text(dn), ret);
}

static int add_name(struct names *names, uint64_t key, uint32_t person)
{
	uint32_t twice = key != 0 ? map_find(&names->by_key, names->at, key, &key) : NONE;
	if (twice != NONE)
		names->at[twice].person = NONE;
	if (key == 0 || twice != NONE)
		return 0;
	names->at[names->count] = (struct name){key, person};
	return map_add(&names->by_key, names->at, key, names->count++);
}

int names_of_people(const struct source_bases *bases, enum person_reference by, const struct source_person *people,
		    uint32_t count, struct names *ret)
{
	struct buf dn;
	int rc = 0;
	map_init(&ret->by_key, name_hash, name_equal);
	ret->count = 0;
	ret->at = calloc((size_t)count + 1, sizeof(*ret->at));
	if (ret->at == NULL || map_reserve(&ret->by_key, ret->at, count) < 0)
		return ERR_NOMEM;
	buf_init(&dn);
	for (uint32_t i = 0; rc == 0 && i < count; i++) {
		uint64_t key;
		rc = name_of(by, people[i].entry, text_of(bases->people), &dn, &key);
		if (rc == 0)
			rc = add_name(ret, key, i);
	}
	buf_done(&dn);
	return rc;
}

void names_done(struct names *names)
{
	free(names->at);
	map_done(&names->by_key);
}

uint32_t names_find(const struct names *names, uint64_t key)
{
	uint32_t at = key != 0 ? map_find(&names->by_key, names->at, key, &key) : NONE;
	return at != NONE ? names->at[at].person : NONE;
}

/* ---- whose? -------------------------------------------------------------------------------------- */

/* *ret: NONE where it is nobody whom the source shows. */
static int holder_of(const struct people_view *view, const struct names *names, const struct entry *entry,
		     uint32_t *ret)
{
	struct text who = entry_value(entry, FIELD_PERSON);
	uint64_t key;
	*ret = NONE;
	if (entry_count(entry, FIELD_PERSON) != 1)
		return 0;
	if (view->bases->grant_person != PERSON_BY_DN)
		key = snapshot_vo_id_key(who);
	else if (dn_key_of(who, &key) < 0)
		return ERR_NOMEM;
	if (view->bases->grant_person != PERSON_BY_VO_ID)
		*ret = names_find(names, key);
	else if (key != 0)
		*ret = map_find(view->by_vo_id, view->people, key, &key);
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
	struct names names = {0};
	int rc = 0;
	if (list->count == 0)
		return 0;
	if (view->bases->grant_person != PERSON_BY_VO_ID)
		rc = names_of_people(view->bases, view->bases->grant_person, view->people, view->count, &names);
	for (uint32_t i = 0; rc == 0 && i < list->count; i++)
		rc = holder_of(view, &names, list->at[i].entry, &list->at[i].person);
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
	s->grants_by_uuid = grants->by_uuid;
	s->grant_starts = index->starts;
	s->grant_order = index->order;
	s->groups = index->groups;
	s->group_count = groups->count;
	s->groups_by_uuid = groups->by_uuid;
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
	struct grant_list grants = {.at = s->grants, .count = s->grant_count, .by_uuid = s->grants_by_uuid};
	struct grant_list groups = {.at = s->group_entries, .count = s->group_count, .by_uuid = s->groups_by_uuid};
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
