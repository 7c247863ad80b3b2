/* SPDX-License-Identifier: EUPL-1.2 */
/* target_snapshot.c - see snapshot.h: building the target's snapshot. Groups and members: target_members.c. */
#include <stdlib.h>

#include "base/vec.h"
#include "model/dn.h"
#include "model/snapshot_parts.h"
#include "model/values_key.h"

static uint64_t seen_hash(const void *items, uint32_t at)
{
	return snapshot_hash_uuid(&((const struct target_seen *)items)[at].uuid);
}

static bool seen_equal(const void *items, uint32_t at, const void *key)
{
	return uuid_equal(&((const struct target_seen *)items)[at].uuid, key);
}

static uint64_t key_hash(const void *items, uint32_t at)
{
	return ((const struct target_person *)items)[at].key; /* is a keyed hash already */
}

static bool key_equal(const void *items, uint32_t at, const void *key)
{
	return ((const struct target_person *)items)[at].key == *(const uint64_t *)key;
}

static uint64_t vo_id_hash(const void *items, uint32_t at)
{
	return ((const struct target_person *)items)[at].vo_id_key;
}

static bool vo_id_equal(const void *items, uint32_t at, const void *key)
{
	return ((const struct target_person *)items)[at].vo_id_key == *(const uint64_t *)key;
}

/* Room for as much as the snapshot before held: the usual read then never grows an index. */
static int reserve_as_before(struct target_builder *b)
{
	const struct target_snapshot *prev = b->prev;
	struct target_snapshot *s = b->s;
	if (prev == NULL)
		return 0;
	uint32_t entries = prev->people_count + prev->group_count + prev->institution_count;
	int failed = vec_reserve(&s->people, &b->people_capacity, prev->people_count, sizeof(*s->people));
	failed |= vec_reserve(&s->members, &b->member_capacity, prev->member_count, sizeof(*s->members));
	failed |= vec_reserve(&b->seen, &b->seen_capacity, entries, sizeof(*b->seen));
	failed |= map_reserve(&s->people_by_key, s->people, prev->people_count);
	failed |= map_reserve(&b->seen_by_uuid, b->seen, entries);
	return failed != 0 ? ERR_NOMEM : 0;
}

static int begin(struct target_builder *b, const struct target_names *names, struct err *err)
{
	struct target_snapshot *s = b->s = calloc(1, sizeof(*s));
	if (s == NULL)
		return err_nomem(err);
	s->names = names;
	b->open_group = NONE;
	arena_init(&s->texts, 0);
	map_init(&s->people_by_key, key_hash, key_equal);
	map_init(&s->people_by_vo_id, vo_id_hash, vo_id_equal);
	map_init(&b->seen_by_uuid, seen_hash, seen_equal);
	b->protected_keys = calloc((size_t)names->protected_count + 1, sizeof(*b->protected_keys));
	if (b->protected_keys == NULL || reserve_as_before(b) < 0)
		return err_nomem(err);
	for (uint32_t i = 0; i < names->protected_count; i++) {
		if (dn_key_of(text_of(names->protected[i]), &b->protected_keys[i]) < 0)
			return err_nomem(err);
		if (b->protected_keys[i] == 0)
			return err_set(err, ERR_INVALID, "protected %s: not a DN", names->protected[i]);
	}
	if (names->placeholder != NULL && names->placeholder[0] != '\0' &&
	    dn_key_of(text_of(names->placeholder), &b->placeholder_key) < 0)
		return err_nomem(err);
	return 0;
}

int target_begin(const struct target_names *names, const struct target_snapshot *prev, struct target_builder **ret,
		 struct err *err)
{
	struct target_builder *b = calloc(1, sizeof(*b));
	if (b == NULL)
		return err_nomem(err);
	b->prev = prev;
	int rc = begin(b, names, err);
	if (rc < 0)
		target_abandon(b);
	else
		*ret = b;
	return rc;
}

bool target_is_protected(const struct target_builder *b, uint64_t key)
{
	for (uint32_t i = 0; i < b->s->names->protected_count; i++)
		if (b->protected_keys[i] == key)
			return true;
	return false;
}

/* Key of the entry's DN; ERR_SYNTAX does not stop a read: such an entry has key 0 and is found by nobody. */
static int key_of(struct target_builder *b, const struct entry *entry, uint64_t *ret, struct err *err)
{
	buf_clear(&b->dn);
	entry_dn(entry, target_names_base(b->s->names, (enum entry_kind)entry->kind), &b->dn);
	if (buf_failed(&b->dn) || dn_key_of(buf_text(&b->dn), ret) < 0)
		return err_nomem(err);
	return 0;
}

static bool is_ours(const struct target_builder *b, const struct entry *entry)
{
	return entry_has_value(entry, FIELD_MANAGED_BY, text_of(b->s->names->instance));
}

/* What stands beside what the entry says: how it was found, whose it is, and who wrote it last. */
static bool is_beside(enum field field)
{
	return field == FIELD_VO_ID || field == FIELD_MANAGED_BY || field == FIELD_MODIFIERS_NAME ||
	       field == FIELD_MODIFY_TIMESTAMP;
}

static uint64_t values_key_of(const struct entry *entry)
{
	struct entry_cursor cursor = entry_values(entry);
	struct values_key key;
	enum field field;
	struct text value;
	values_key_begin(&key);
	while (entry_next(&cursor, &field, &value))
		if (!is_beside(field))
			values_key_add(&key, field, value);
	return values_key_end(&key);
}

/* What add_person works out, or what the snapshot before worked out for the same bytes: reads mostly come in the
 * same order, so the person at the same place there is tried first. */
static int make_person(struct target_builder *b, const struct entry *entry, struct target_person *ret, struct err *err)
{
	const struct target_snapshot *prev = b->prev;
	uint32_t at = b->s->people_count;
	if (prev != NULL && prev->names == b->s->names && at < prev->people_count &&
	    entry_same(prev->people[at].entry, entry)) {
		*ret = prev->people[at];
		entry_ref(ret->entry);
		return 0;
	}
	struct target_person person = {.vo_id_key = snapshot_vo_id_key(entry_value(entry, FIELD_VO_ID)),
				       .values_key = values_key_of(entry),
				       .ours = is_ours(b, entry)};
	int rc = key_of(b, entry, &person.key, err);
	if (rc < 0)
		return rc;
	person.protected = target_is_protected(b, person.key);
	uint32_t before = prev == NULL ? NONE : target_person_by_key(prev, person.key);
	person.entry = snapshot_keep(entry, before == NONE ? NULL : prev->people[before].entry);
	*ret = person;
	return person.entry == NULL ? err_nomem(err) : 0;
}

static int add_person(struct target_builder *b, const struct entry *entry, struct target_seen *seen, struct err *err)
{
	struct target_snapshot *s = b->s;
	struct target_person person = {0};
	if (s->group_count > 0)
		return err_set(err, ERR_PROTOCOL, "people must come before groups");
	int rc = snapshot_reserve(&s->people, &b->people_capacity, s->people_count, sizeof(*s->people), err);
	if (rc == 0)
		rc = make_person(b, entry, &person, err);
	if (rc < 0)
		return rc;
	uint32_t at = seen->position == NONE ? s->people_count : seen->position;
	if (at < s->people_count)
		entry_unref(s->people[at].entry);
	else
		s->people_count++;
	s->people[at] = person;
	seen->position = at;
	/* A person that moved during the read leaves an old index slot, which from now on leads to nobody. */
	if (person.key != 0 && target_person_by_key(s, person.key) == NONE &&
	    map_add(&s->people_by_key, s->people, person.key, at) < 0)
		return err_nomem(err);
	return 0;
}

static int add_institution(struct target_builder *b, const struct entry *entry, struct target_seen *seen,
			   struct err *err)
{
	struct target_snapshot *s = b->s;
	struct target_institution institution = {.number = snapshot_number(entry), .ours = is_ours(b, entry)};
	uint64_t key = 0;
	int rc = snapshot_reserve(&s->institutions, &b->institution_capacity, s->institution_count,
				  sizeof(*s->institutions), err);
	if (rc == 0)
		rc = key_of(b, entry, &key, err);
	if (rc < 0)
		return rc;
	institution.protected = target_is_protected(b, key);
	uint32_t before = b->prev == NULL ? NONE : target_institution_by_number(b->prev, institution.number);
	institution.entry = snapshot_keep(entry, before == NONE ? NULL : b->prev->institutions[before].entry);
	if (institution.entry == NULL)
		return err_nomem(err);
	if (seen->position == NONE)
		seen->position = s->institution_count++;
	else
		entry_unref(s->institutions[seen->position].entry);
	s->institutions[seen->position] = institution;
	return 0;
}

/* Directives and foreign entries are few: copied, never shared. */
static int add_plain(struct entry ***items, size_t *capacity, uint32_t *count, const struct entry *entry,
		     struct target_seen *seen, struct err *err)
{
	int rc = snapshot_reserve(items, capacity, *count, sizeof(**items), err);
	if (rc < 0)
		return rc;
	struct entry *kept = entry_keep(entry);
	if (kept == NULL)
		return err_nomem(err);
	if (seen->position == NONE) {
		seen->position = (*count)++;
		(*items)[seen->position] = NULL;
	}
	entry_unref((*items)[seen->position]);
	(*items)[seen->position] = kept;
	return 0;
}

static int add_sync(struct target_builder *b, const struct entry *entry, struct target_seen *seen, struct err *err)
{
	struct entry *kept = entry_keep(entry);
	if (kept == NULL)
		return err_nomem(err);
	entry_unref(b->s->sync);
	b->s->sync = kept;
	seen->position = 0;
	return 0;
}

static int dispatch(struct target_builder *b, const struct entry *entry, struct target_seen *seen, struct err *err)
{
	struct target_snapshot *s = b->s;
	switch (entry->kind) {
	case ENTRY_PERSON: return add_person(b, entry, seen, err);
	case ENTRY_INSTITUTION: return add_institution(b, entry, seen, err);
	case ENTRY_ROLE:
	case ENTRY_GROUP: return target_add_group(b, entry, seen, err);
	case ENTRY_REQUEST: return add_plain(&s->requests, &b->request_capacity, &s->request_count, entry, seen, err);
	case ENTRY_OVERRIDE:
		return add_plain(&s->overrides, &b->override_capacity, &s->override_count, entry, seen, err);
	case ENTRY_FOREIGN: return add_plain(&s->foreign, &b->foreign_capacity, &s->foreign_count, entry, seen, err);
	case ENTRY_SYNC: return add_sync(b, entry, seen, err);
	default: return err_set(err, ERR_PROTOCOL, "an entry of kind %u does not belong in a target read", entry->kind);
	}
}

int target_add(struct target_builder *b, const struct entry *entry, struct err *err)
{
	int rc = snapshot_check_uuid(entry, err);
	if (rc == 0)
		rc = snapshot_reserve(&b->seen, &b->seen_capacity, b->seen_count, sizeof(*b->seen), err);
	if (rc == 0 && entry->kind != ENTRY_GROUP && entry->kind != ENTRY_ROLE)
		rc = target_end_group(b, err);
	if (rc < 0)
		return rc;
	uint64_t hash = snapshot_hash_uuid(&entry->uuid);
	uint32_t at = map_find(&b->seen_by_uuid, b->seen, hash, &entry->uuid);
	struct target_seen fresh = {entry->uuid, entry->kind, NONE};
	struct target_seen *seen = at == NONE ? &fresh : &b->seen[at];
	if (seen->kind != entry->kind)
		return err_set(err, ERR_INCOMPLETE, "an entry changed what it is while it was read");
	rc = dispatch(b, entry, seen, err);
	if (rc < 0)
		return rc;
	if (at == NONE) {
		b->seen[b->seen_count] = fresh;
		if (map_add(&b->seen_by_uuid, b->seen, hash, b->seen_count) < 0)
			return err_nomem(err);
		b->seen_count++;
	}
	b->added[entry->kind]++;
	return 0;
}
