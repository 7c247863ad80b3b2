/* SPDX-License-Identifier: EUPL-1.2 */
/* target_members.c - see snapshot.h: groups and their members while a target snapshot is built. */
#include <stdlib.h>

#include "model/dn.h"
#include "model/number.h"
#include "model/snapshot_parts.h"

static uint8_t role_of(const struct target_names *names, const struct entry *entry)
{
	struct text word = entry_value(entry, FIELD_ROLE);
	if (entry_count(entry, FIELD_ROLE) != 1)
		return UINT8_MAX;
	for (uint32_t i = 0; i < names->role_count && i < UINT8_MAX; i++)
		if (text_equal_nocase(word, text_of(names->roles[i])))
			return (uint8_t)i;
	return UINT8_MAX;
}

/* The group's entry without its members, shared with the snapshot before when nothing else changed. */
static struct entry *keep_stripped(struct target_builder *b, const struct entry *entry, uint32_t number, uint8_t role)
{
	struct entry_cursor cursor = entry_values(entry);
	enum field field;
	struct text value;
	entry_begin(&b->stripped, (enum entry_kind)entry->kind, &entry->uuid, &entry->csn, (enum dn_form)entry->dn_form,
		    entry_dn_part(entry));
	while (entry_next(&cursor, &field, &value))
		if (field != FIELD_MEMBER)
			entry_add(&b->stripped, field, value);
	const struct entry *stripped = entry_end(&b->stripped);
	if (stripped == NULL)
		return NULL;
	uint32_t before = b->prev == NULL ? NONE : target_group_find(b->prev, number, role);
	return snapshot_keep(stripped, before == NONE ? NULL : b->prev->groups[before].entry);
}

/* Are the value's bytes exactly those of the person's DN? Compared piece by piece, without building it. */
static bool is_person_dn(const struct target_snapshot *s, uint32_t person, struct text value)
{
	const struct entry *entry = s->people[person].entry;
	struct text part = entry_dn_part(entry), base = target_names_base(s->names, ENTRY_PERSON);
	if (entry->dn_form != DN_UNDER_BASE)
		return text_equal(part, value);
	return part.len > 0 && value.len == part.len + 1 + base.len && memcmp(value.at, part.at, part.len) == 0 &&
	       value.at[part.len] == ',' && memcmp(value.at + part.len + 1, base.at, base.len) == 0;
}

static int keep_raw(struct target_builder *b, struct text value, uint32_t *ret, struct err *err)
{
	struct target_snapshot *s = b->s;
	int rc = snapshot_reserve(&s->raw, &b->raw_capacity, s->raw_count, sizeof(*s->raw), err);
	if (rc < 0)
		return rc;
	char *copy = arena_copy(&s->texts, value);
	if (copy == NULL)
		return err_nomem(err);
	s->raw[s->raw_count] = text_make(copy, value.len);
	*ret = s->raw_count++;
	return 0;
}

/* It stands for nobody: known as it stands there, so that it can be taken out again, and else nowhere. */
static int keep_placeholder(struct target_builder *b, struct target_group *group, struct text value, struct err *err)
{
	char *copy = arena_copy(&b->s->texts, value);
	if (copy == NULL)
		return err_nomem(err);
	group->placeholder = text_make(copy, value.len);
	return 0;
}

static int add_member(struct target_builder *b, struct target_group *group, struct text value, struct err *err)
{
	struct target_snapshot *s = b->s;
	uint64_t key = 0;
	/* The DN of the root leads to nobody, and no record can name it. */
	if (!text_is_empty(text_trim(value)) && dn_key_of(value, &key) < 0)
		return err_nomem(err);
	if (key != 0 && key == b->placeholder_key)
		return keep_placeholder(b, group, value, err);
	int rc = snapshot_reserve(&s->members, &b->member_capacity, s->member_count, sizeof(*s->members), err);
	if (rc < 0)
		return rc;
	struct target_member member = {.key = key, .person = NONE, .raw = NONE};
	member.person = target_person_by_key(s, member.key);
	if (member.person == NONE || !is_person_dn(s, member.person, value))
		rc = keep_raw(b, value, &member.raw, err);
	if (rc < 0)
		return rc;
	s->members[s->member_count++] = member;
	group->member_count++;
	return 0;
}

static int add_members(struct target_builder *b, struct target_group *group, const struct entry *entry, struct err *err)
{
	struct entry_cursor cursor = entry_values(entry);
	struct text value;
	while (entry_next_of(&cursor, FIELD_MEMBER, &value)) {
		int rc = add_member(b, group, value, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int make_group(struct target_builder *b, const struct entry *entry, struct target_group *ret, struct err *err)
{
	bool flat = entry->kind == ENTRY_ROLE;
	struct target_group group = {.number = flat ? NUMBER_EVERYWHERE : snapshot_number(entry),
				     .role = role_of(b->s->names, entry)};
	group.ours = entry_has_value(entry, FIELD_MANAGED_BY, text_of(b->s->names->instance));
	group.first_member = b->s->member_count;
	buf_clear(&b->dn);
	entry_dn(entry, target_names_base(b->s->names, (enum entry_kind)entry->kind), &b->dn);
	group.entry = keep_stripped(b, entry, group.number, group.role);
	uint64_t key;
	if (group.entry == NULL || buf_failed(&b->dn) || dn_key_of(buf_text(&b->dn), &key) < 0) {
		entry_unref(group.entry);
		return err_nomem(err);
	}
	group.protected = b->s->names->protected_count > 0 && target_is_protected(b, key);
	*ret = group;
	return 0;
}

int target_add_group(struct target_builder *b, const struct entry *entry, struct target_seen *seen, struct err *err)
{
	struct target_snapshot *s = b->s;
	struct target_group group = {0};
	if (seen->position != NONE && seen->position == b->open_group) {
		b->open_group_split = true;
		return add_members(b, &s->groups[b->open_group], entry, err);
	}
	int rc = target_end_group(b, err);
	if (rc == 0)
		rc = snapshot_reserve(&s->groups, &b->group_capacity, s->group_count, sizeof(*s->groups), err);
	if (rc == 0)
		rc = make_group(b, entry, &group, err);
	if (rc < 0)
		return rc;
	if (seen->position == NONE) {
		seen->position = s->group_count++;
	} else {
		b->lost_members += s->groups[seen->position].member_count;
		entry_unref(s->groups[seen->position].entry);
	}
	s->groups[seen->position] = group;
	b->open_group = seen->position;
	return add_members(b, &s->groups[seen->position], entry, err);
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return left < right ? -1 : left > right;
}

/* Two blocks of one group and the same group read twice in a row look alike; only the second repeats members. */
int target_end_group(struct target_builder *b, struct err *err)
{
	bool split = b->open_group_split, repeated = false;
	const struct target_group *group = b->open_group == NONE ? NULL : &b->s->groups[b->open_group];
	b->open_group = NONE;
	b->open_group_split = false;
	if (!split || group == NULL || group->member_count == 0)
		return 0;
	uint64_t *keys = malloc(group->member_count * sizeof(*keys));
	if (keys == NULL)
		return err_nomem(err);
	for (uint32_t i = 0; i < group->member_count; i++)
		keys[i] = b->s->members[group->first_member + i].key;
	qsort(keys, group->member_count, sizeof(*keys), compare_keys);
	for (uint32_t i = 1; i < group->member_count; i++)
		repeated |= keys[i] == keys[i - 1] && keys[i] != 0;
	free(keys);
	if (repeated)
		return err_set(err, ERR_INCOMPLETE, "a group came twice in one read");
	return 0;
}

int target_pack_members(struct target_builder *b, struct err *err)
{
	struct target_snapshot *s = b->s;
	if (b->lost_members == 0)
		return 0;
	uint32_t left = s->member_count - b->lost_members, at = 0;
	struct target_member *packed = calloc((size_t)left + 1, sizeof(*packed));
	if (packed == NULL)
		return err_nomem(err);
	for (uint32_t i = 0; i < s->group_count; i++) {
		struct target_group *group = &s->groups[i];
		if (group->member_count > 0)
			memcpy(packed + at, s->members + group->first_member, group->member_count * sizeof(*packed));
		group->first_member = at;
		at += group->member_count;
	}
	free(s->members);
	s->members = packed;
	s->member_count = at;
	return 0;
}
