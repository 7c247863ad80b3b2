/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_parts.h - the indexes over a source snapshot's people and grants, made by the seal and made anew when answers
 * join. For the source_* files of this layer only.
 */
#ifndef DUAAL_MODEL_SOURCE_PARTS_H
#define DUAAL_MODEL_SOURCE_PARTS_H

#include "model/snapshot.h"

void source_init_maps(struct map *by_uuid, struct map *by_vo_id);

/* Fills an empty map and the rings of same_as: everybody with one vo-id points at another one of them. */
MUST_USE int source_index_vo_ids(struct source_person *people, uint32_t count, struct map *by_vo_id);

/* By number; those with one number point at each other. */
void source_sort_institutions(struct source_snapshot *s);
/* Into texts that are the callee's own. ERR_NOMEM: some may be there, source_drop_bases takes them. */
MUST_USE int source_copy_bases(struct source_bases *into, const struct source_bases *from);
void source_drop_bases(struct source_bases *bases);

/* Grants while they come in, and again beside the snapshot while answers join (source_grants.c). */
struct grant_list {
	struct source_grant *at; /* each with a reference */
	uint32_t count;
	size_t capacity;
	struct map by_uuid;
};
void grant_list_init(struct grant_list *list);
void grant_list_done(struct grant_list *list);
/* Takes the reference in every case. The later one of two with one entryUUID stays. */
MUST_USE int grant_list_add(struct grant_list *list, struct entry *entry, struct err *err);

/* What people and groups are called by those that name them. */
struct name {
	uint64_t key;    /* 0: none */
	uint32_t person; /* NONE: several go by it */
};
struct names {
	struct name *at;
	uint32_t count;
	struct map by_key;
};
MUST_USE int names_of_people(const struct source_bases *bases, enum person_reference by,
			     const struct source_person *people, uint32_t count, struct names *ret);
void names_done(struct names *names);
uint32_t names_find(const struct names *names, uint64_t key);

/* Whose each grant is, and where each right group leads (source_groups.c). people_by_vo_id is up to date. */
struct people_view {
	const struct source_bases *bases;
	const struct source_person *people;
	uint32_t count;
	const struct map *by_vo_id;
};
struct grant_index {
	uint32_t *starts, *order;
	struct source_right_group *groups; /* entries borrowed from the list */
	struct source_step *steps;
	struct source_tie *ties;
	uint32_t *tie_starts;
	uint32_t step_count, tie_count, unclear_groups;
};
MUST_USE int grant_index_make(const struct people_view *view, struct grant_list *grants,
			      const struct grant_list *groups, struct grant_index *ret);
MUST_USE int group_index_make(const struct people_view *view, const struct grant_list *groups, struct grant_index *ret);
/* Its last steps: each person's grants and ties together. people: how many there are. */
MUST_USE int grant_index_order_grants(const struct grant_list *grants, uint32_t people, struct grant_index *ret);
MUST_USE int grant_index_order_ties(struct grant_index *index, uint32_t people);
void grant_index_done(struct grant_index *index);
/* Into the snapshot, which gives up nothing: it had none, or was asked for them before. */
void grant_index_give(struct source_snapshot *s, struct grant_list *grants, struct grant_list *groups,
		      struct grant_index *index);
void source_drop_grants(struct source_snapshot *s); /* entries and indexes */

#endif
