/* SPDX-License-Identifier: EUPL-1.2 */
/* source_snapshot.c - see snapshot.h: building the source's snapshot. Answers to questions: source_answers.c. */
#include "model/source_parts.h"

#include <stdlib.h>

#include "base/search.h"
#include "base/vec.h"
#include "model/snapshot_parts.h"

const struct source_snapshot source_unread = {.people_count = 0};

struct source_builder {
	struct source_snapshot *s;
	const struct source_snapshot *prev; /* may be NULL */
	size_t institution_capacity, people_capacity;
	struct entry_index people; /* by_uuid is s's in the end */
	struct map institutions_by_uuid;
	struct grant_list grants, groups;
	uint32_t added[ENTRY_KINDS];
};

static uint64_t person_hash(const void *items, uint32_t at)
{
	return snapshot_hash_uuid(&((const struct source_person *)items)[at].entry->uuid);
}

static bool person_equal(const void *items, uint32_t at, const void *key)
{
	return uuid_equal(&((const struct source_person *)items)[at].entry->uuid, key);
}

static uint64_t institution_hash(const void *items, uint32_t at)
{
	return snapshot_hash_uuid(&((const struct source_institution *)items)[at].entry->uuid);
}

static bool institution_equal(const void *items, uint32_t at, const void *key)
{
	return uuid_equal(&((const struct source_institution *)items)[at].entry->uuid, key);
}

static uint64_t vo_id_hash(const void *items, uint32_t at)
{
	return ((const struct source_person *)items)[at].entry->vo_id_key;
}

static bool vo_id_equal(const void *items, uint32_t at, const void *key)
{
	return ((const struct source_person *)items)[at].entry->vo_id_key == *(const uint64_t *)key;
}

void source_init_maps(struct map *by_uuid, struct map *by_vo_id)
{
	map_init(by_uuid, person_hash, person_equal);
	map_init(by_vo_id, vo_id_hash, vo_id_equal);
}

static char *copy_text(const char *text)
{
	return strdup(text != NULL ? text : "");
}

int source_copy_bases(struct source_bases *into, const struct source_bases *from)
{
	*into = (struct source_bases){.name = copy_text(from->name),
				      .people = copy_text(from->people),
				      .institutions = copy_text(from->institutions),
				      .groups = copy_text(from->groups),
				      .timed = from->timed,
				      .grant_person = from->grant_person,
				      .group_depth = from->group_depth};
	return into->name != NULL && into->people != NULL && into->institutions != NULL && into->groups != NULL
		       ? 0
		       : ERR_NOMEM;
}

void source_drop_bases(struct source_bases *bases)
{
	free(bases->name);
	free(bases->people);
	free(bases->institutions);
	free(bases->groups);
}

static int follow(struct source_builder *b, const struct source_snapshot *prev)
{
	entry_index_follow(&b->people, &prev->people_by_uuid, prev->people, prev->people_count);
	if (vec_reserve(&b->s->people, &b->people_capacity, prev->people_count, sizeof(*b->s->people)) < 0 ||
	    grant_list_follow(&b->grants, prev->grants, prev->grant_count, &prev->grants_by_uuid) < 0)
		return ERR_NOMEM;
	return grant_list_follow(&b->groups, prev->group_entries, prev->group_count, &prev->groups_by_uuid);
}

static int begin(struct source_builder *b, const struct source_bases *bases, struct err *err)
{
	struct source_snapshot *s = b->s = calloc(1, sizeof(*s));
	grant_list_init(&b->grants);
	grant_list_init(&b->groups);
	entry_index_init(&b->people, person_hash, person_equal);
	if (s == NULL)
		return err_nomem(err);
	source_init_maps(&s->people_by_uuid, &s->people_by_vo_id);
	map_init(&b->institutions_by_uuid, institution_hash, institution_equal);
	if (source_copy_bases(&s->bases, bases) < 0 || (b->prev != NULL && follow(b, b->prev) < 0))
		return err_nomem(err);
	return 0;
}

int source_begin(const struct source_bases *bases, const struct source_snapshot *prev, struct source_builder **ret,
		 struct err *err)
{
	struct source_builder *b = calloc(1, sizeof(*b));
	if (b == NULL)
		return err_nomem(err);
	b->prev = prev;
	int rc = begin(b, bases, err);
	if (rc < 0)
		source_abandon(b);
	else
		*ret = b;
	return rc;
}

struct entry *source_keep_person(const struct entry *entry, struct entry *candidate)
{
	struct entry *kept = snapshot_keep(entry, candidate);
	if (kept != NULL && kept->vo_id_key == 0)
		kept->vo_id_key = snapshot_vo_id_key(entry_value(kept, FIELD_VO_ID));
	return kept;
}

static int add_person(struct source_builder *b, const struct entry *entry, struct err *err)
{
	struct source_snapshot *s = b->s;
	const uint32_t before = entry_index_before(&b->people, s->people_count, &entry->uuid);
	uint32_t twice = NONE;
	int rc = snapshot_reserve(&s->people, &b->people_capacity, s->people_count, sizeof(*s->people), err);
	if (rc < 0)
		return rc;
	struct entry *kept = source_keep_person(entry, before != NONE ? b->prev->people[before].entry : NULL);
	if (kept == NULL || entry_index_add(&b->people, s->people, s->people_count, &kept->uuid, &twice) < 0) {
		entry_unref(kept);
		return err_nomem(err);
	}
	if (twice != NONE)
		entry_unref(s->people[twice].entry);
	s->people[twice != NONE ? twice : s->people_count++] = (struct source_person){.entry = kept, .same_as = NONE};
	return 0;
}

/* The same institution in the snapshot before, found through its number. */
static struct entry *institution_before(const struct source_snapshot *prev, uint32_t number, const struct uuid *uuid)
{
	uint32_t at = prev == NULL ? NONE : source_institution_by_number(prev, number);
	while (at != NONE && !uuid_equal(&prev->institutions[at].entry->uuid, uuid))
		at = prev->institutions[at].same_as;
	return at == NONE ? NULL : prev->institutions[at].entry;
}

static int add_institution(struct source_builder *b, const struct entry *entry, struct err *err)
{
	struct source_snapshot *s = b->s;
	uint64_t hash = snapshot_hash_uuid(&entry->uuid);
	uint32_t number = snapshot_number(entry);
	int rc = snapshot_reserve(&s->institutions, &b->institution_capacity, s->institution_count,
				  sizeof(*s->institutions), err);
	if (rc < 0)
		return rc;
	struct entry *kept = snapshot_keep(entry, institution_before(b->prev, number, &entry->uuid));
	if (kept == NULL)
		return err_nomem(err);
	uint32_t twice = map_find(&b->institutions_by_uuid, s->institutions, hash, &entry->uuid);
	if (twice != NONE) {
		entry_unref(s->institutions[twice].entry);
		s->institutions[twice] = (struct source_institution){kept, number, NONE, 0};
		return 0;
	}
	if (map_add(&b->institutions_by_uuid, s->institutions, hash, s->institution_count) < 0) {
		entry_unref(kept);
		return err_nomem(err);
	}
	s->institutions[s->institution_count++] = (struct source_institution){kept, number, NONE, 0};
	return 0;
}

static int add_grant(struct source_builder *b, const struct entry *entry, struct err *err)
{
	struct grant_list *list = entry->kind == ENTRY_GRANT ? &b->grants : &b->groups;
	const struct source_grant *prev = list->index.items_before;
	const uint32_t before = entry_index_before(&list->index, list->count, &entry->uuid);
	struct entry *kept = snapshot_keep(entry, before != NONE ? prev[before].entry : NULL);
	return kept != NULL ? grant_list_add(list, kept, err) : err_nomem(err);
}

int source_add(struct source_builder *b, const struct entry *entry, struct err *err)
{
	int rc = snapshot_check_uuid(entry, err);
	if (rc == 0 && entry->kind == ENTRY_PERSON)
		rc = add_person(b, entry, err);
	else if (rc == 0 && entry->kind == ENTRY_INSTITUTION)
		rc = add_institution(b, entry, err);
	else if (rc == 0 && (entry->kind == ENTRY_GRANT || entry->kind == ENTRY_RIGHT_GROUP))
		rc = add_grant(b, entry, err);
	else if (rc == 0)
		rc = err_set(err, ERR_PROTOCOL, "an entry of kind %u does not belong in a source read", entry->kind);
	if (rc == 0)
		b->added[entry->kind]++;
	return rc;
}

static int compare_institutions(const void *a, const void *b)
{
	const struct source_institution *left = a, *right = b;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return uuid_compare(&left->entry->uuid, &right->entry->uuid);
}

void source_sort_institutions(struct source_snapshot *s)
{
	if (s->institution_count > 0)
		qsort(s->institutions, s->institution_count, sizeof(*s->institutions), compare_institutions);
	for (uint32_t i = 1; i < s->institution_count; i++)
		if (s->institutions[i].number == s->institutions[i - 1].number)
			s->institutions[i - 1].same_as = i;
}

int source_index_vo_ids(struct source_person *people, uint32_t count, struct map *by_vo_id)
{
	if (map_reserve(by_vo_id, people, count) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t key = people[i].entry->vo_id_key;
		people[i].same_as = NONE;
		if (key == 0)
			continue;
		uint32_t first = map_find(by_vo_id, people, key, &key);
		if (first == NONE) {
			if (map_add(by_vo_id, people, key, i) < 0)
				return ERR_NOMEM;
			continue;
		}
		people[i].same_as = people[first].same_as == NONE ? first : people[first].same_as;
		people[first].same_as = i;
	}
	return 0;
}

/* Is everybody called what whoever stands there in the read before was called? */
static bool has_same_vo_ids(const struct source_snapshot *s, const struct source_snapshot *prev)
{
	if (prev == NULL || prev->people_count != s->people_count)
		return false;
	for (uint32_t i = 0; i < s->people_count; i++) {
		const struct entry *now = s->people[i].entry, *before = prev->people[i].entry;
		if (now != before && now->vo_id_key != before->vo_id_key)
			return false;
	}
	return true;
}

static int index_people(struct source_builder *b)
{
	struct source_snapshot *s = b->s;
	if (entry_index_end(&b->people, s->people, s->people_count) < 0)
		return ERR_NOMEM;
	s->people_by_uuid = b->people.by_uuid;
	entry_index_init(&b->people, person_hash, person_equal);
	if (!has_same_vo_ids(s, b->prev))
		return source_index_vo_ids(s->people, s->people_count, &s->people_by_vo_id);
	map_share(&s->people_by_vo_id, &b->prev->people_by_vo_id);
	for (uint32_t i = 0; i < s->people_count; i++)
		s->people[i].same_as = b->prev->people[i].same_as;
	return 0;
}

static int seal_grants(struct source_builder *b)
{
	struct source_snapshot *s = b->s;
	const struct people_view view = {&s->bases, s->people, s->people_count, &s->people_by_vo_id};
	struct grant_index index;
	if (entry_index_end(&b->grants.index, b->grants.at, b->grants.count) < 0 ||
	    entry_index_end(&b->groups.index, b->groups.at, b->groups.count) < 0 ||
	    grant_index_make(&view, &b->grants, &b->groups, &index) < 0)
		return ERR_NOMEM;
	grant_index_give(s, &b->grants, &b->groups, &index);
	return 0;
}

int source_seal(struct source_builder *b, const struct certificate *cert, struct source_snapshot **ret, struct err *err)
{
	struct source_snapshot *s = b->s;
	int rc = snapshot_check(cert, b->added, err);
	if (rc == 0 && (index_people(b) < 0 || seal_grants(b) < 0))
		rc = err_nomem(err);
	if (rc == 0) {
		source_sort_institutions(s);
		s->certificate = *cert;
		*ret = s;
		b->s = NULL;
	}
	source_abandon(b);
	return rc;
}

struct source_builder *source_abandon(struct source_builder *b)
{
	if (b == NULL)
		return NULL;
	map_done(&b->people.by_uuid);
	map_done(&b->institutions_by_uuid);
	grant_list_done(&b->grants);
	grant_list_done(&b->groups);
	source_free(b->s);
	free(b);
	return NULL;
}

struct source_snapshot *source_free(struct source_snapshot *s)
{
	if (s == NULL)
		return NULL;
	for (uint32_t i = 0; i < s->people_count; i++)
		entry_unref(s->people[i].entry);
	for (uint32_t i = 0; i < s->institution_count; i++)
		entry_unref(s->institutions[i].entry);
	source_drop_grants(s);
	map_done(&s->people_by_uuid);
	map_done(&s->people_by_vo_id);
	free(s->people);
	free(s->institutions);
	free(s->absent);
	source_drop_bases(&s->bases);
	for (uint32_t i = 0; i < s->source_count; i++)
		source_drop_bases(&s->sources[i].bases);
	free(s->sources);
	free(s);
	return NULL;
}

struct source_size source_size_of(const struct source_snapshot *s, uint32_t source)
{
	struct source_size size = {.people = 0};
	for (uint32_t i = 0; i < s->people_count; i++) {
		const bool counts = s->people[i].source == source;
		size.people += counts && i < s->people_count - s->asked_count;
		size.shown += counts && !s->people[i].invited;
	}
	for (uint32_t i = 0; i < s->institution_count; i++)
		size.institutions += s->institutions[i].source == source;
	return size;
}

uint32_t source_person_by_uuid(const struct source_snapshot *s, const struct uuid *uuid)
{
	return map_find(&s->people_by_uuid, s->people, snapshot_hash_uuid(uuid), uuid);
}

uint32_t source_person_by_vo_id(const struct source_snapshot *s, struct text vo_id)
{
	uint64_t key = snapshot_vo_id_key(vo_id);
	return key == 0 ? NONE : map_find(&s->people_by_vo_id, s->people, key, &key);
}

uint32_t source_institution_by_number(const struct source_snapshot *s, uint32_t number)
{
	uint32_t at;
	LOWER_BOUND(at, 0, s->institution_count, s->institutions[at].number < number);
	return at < s->institution_count && s->institutions[at].number == number ? at : NONE;
}
