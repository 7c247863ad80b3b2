/* SPDX-License-Identifier: EUPL-1.2 */
/* target_seal.c - see snapshot.h: the end of a target snapshot's building, and of the snapshot itself. */
#include <stdlib.h>

#include "model/dn.h"
#include "model/snapshot_parts.h"

static int compare_institutions(const void *a, const void *b)
{
	const struct target_institution *left = a, *right = b;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	if (left->ours != right->ours)
		return left->ours ? -1 : 1; /* a lookup finds ours before a stranger's */
	return uuid_compare(&left->entry->uuid, &right->entry->uuid);
}

struct order {
	const struct target_names *names;
	bool no_memory; /* the order is none */
};

/* Does the group stand where its number and role say? */
static bool is_at_home(struct order *order, const struct target_group *group)
{
	const struct target_names *names = order->names;
	uint64_t there_key = 0, home_key = 0;
	struct buf there, home;
	if (group->number == 0 || group->role >= names->role_count)
		return false;
	buf_init(&there);
	buf_init(&home);
	entry_dn(group->entry, target_names_base(names, (enum entry_kind)group->entry->kind), &there);
	target_names_group_dn(names, group->number, group->role, &home);
	if (buf_failed(&there) || buf_failed(&home) || dn_key_of(buf_text(&there), &there_key) < 0 ||
	    dn_key_of(buf_text(&home), &home_key) < 0)
		order->no_memory = true;
	buf_done(&there);
	buf_done(&home);
	return there_key != 0 && there_key == home_key;
}

/* Two that say the same: the one that stands where it should goes before one that was changed by hand. */
static int compare_groups(const void *a, const void *b, void *order)
{
	const struct target_group *left = a, *right = b;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	if (left->role != right->role)
		return left->role < right->role ? -1 : 1;
	if (left->ours != right->ours)
		return left->ours ? -1 : 1;
	int home = is_at_home(order, right) - is_at_home(order, left);
	return home != 0 ? home : uuid_compare(&left->entry->uuid, &right->entry->uuid);
}

static int sort_groups(struct target_snapshot *s)
{
	struct order order = {.names = s->names};
	if (s->group_count > 0)
		qsort_r(s->groups, s->group_count, sizeof(*s->groups), compare_groups, &order);
	return order.no_memory ? ERR_NOMEM : 0;
}

static int index_vo_ids(struct target_snapshot *s)
{
	if (map_reserve(&s->people_by_vo_id, s->people, s->people_count) < 0)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < s->people_count; i++) {
		uint64_t key = s->people[i].vo_id_key;
		if (key != 0 && map_find(&s->people_by_vo_id, s->people, key, &key) == NONE &&
		    map_add(&s->people_by_vo_id, s->people, key, i) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

int target_seal(struct target_builder *b, const struct certificate *cert, struct target_snapshot **ret, struct err *err)
{
	struct target_snapshot *s = b->s;
	int rc = snapshot_check(cert, b->added, err);
	if (rc == 0)
		rc = target_end_group(b, err);
	if (rc == 0)
		rc = target_pack_members(b, err);
	if (rc == 0 && (index_vo_ids(s) < 0 || sort_groups(s) < 0))
		rc = err_nomem(err);
	if (rc == 0) {
		if (s->institution_count > 0)
			qsort(s->institutions, s->institution_count, sizeof(*s->institutions), compare_institutions);
		s->certificate = *cert;
		*ret = s;
		b->s = NULL;
	}
	target_abandon(b);
	return rc;
}

struct target_builder *target_abandon(struct target_builder *b)
{
	if (b == NULL)
		return NULL;
	target_free(b->s);
	map_done(&b->seen_by_uuid);
	entry_builder_done(&b->stripped);
	buf_done(&b->dn);
	free(b->seen);
	free(b->protected_keys);
	free(b);
	return NULL;
}

static void free_entries(struct entry **entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		entry_unref(entries[i]);
	free(entries);
}

struct target_snapshot *target_free(struct target_snapshot *s)
{
	if (s == NULL)
		return NULL;
	for (uint32_t i = 0; i < s->institution_count; i++)
		entry_unref(s->institutions[i].entry);
	for (uint32_t i = 0; i < s->group_count; i++)
		entry_unref(s->groups[i].entry);
	for (uint32_t i = 0; i < s->people_count; i++)
		entry_unref(s->people[i].entry);
	free_entries(s->requests, s->request_count);
	free_entries(s->overrides, s->override_count);
	free_entries(s->foreign, s->foreign_count);
	entry_unref(s->sync);
	map_done(&s->people_by_key);
	map_done(&s->people_by_vo_id);
	arena_done(&s->texts);
	free(s->institutions);
	free(s->groups);
	free(s->members);
	free(s->people);
	free(s->raw);
	free(s);
	return NULL;
}
