/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_parts.h - the indexes over a source snapshot's people and grants, made by the seal and made anew when answers
 * join. For the source_* files of this layer only.
 */
#ifndef DUAAL_MODEL_SOURCE_PARTS_H
#define DUAAL_MODEL_SOURCE_PARTS_H

#include "model/entry_index.h"
#include "model/snapshot.h"

void source_init_maps(struct map *by_uuid, struct map *by_vo_id);
/* snapshot_keep of a person, whose vo_id_key is known then. */
struct entry *source_keep_person(const struct entry *entry, struct entry *candidate);

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
	struct entry_index index;
};
void grant_list_init(struct grant_list *list);
/* The same of the read before; ERR_NOMEM: there is no room for as many. */
MUST_USE int grant_list_follow(struct grant_list *list, const struct source_grant *before, uint32_t count,
			       const struct map *by_uuid);
void grant_list_done(struct grant_list *list);
/* Takes its reference in every case; its person is still to be found. The later one of two with one entryUUID stays. */
MUST_USE int grant_list_add(struct grant_list *list, struct entry *grant, struct err *err);

/* What grants and groups call people and groups: only what is wanted is kept, and those who go by it are met. */
struct name {
	uint64_t key;
	uint32_t person, group; /* NONE: nobody goes by it; NAMED_TWICE: several do */
};
#define NAMED_TWICE (NONE - 1)
struct names {
	struct name *at;
	uint32_t count;
	size_t capacity;
	struct map by_key;
};
void names_init(struct names *names);
void names_done(struct names *names);
MUST_USE int names_want(struct names *names, uint64_t key);       /* 0 is no name */
struct name *names_find(const struct names *names, uint64_t key); /* NULL: it was not wanted */
void name_meet(uint32_t *who, uint32_t at);                       /* one more goes by it: person or group of a name */
uint32_t name_who(uint32_t who);                                  /* NONE: nobody, or several */

/* Whose each grant is, and where each right group leads (source_groups.c). people_by_vo_id is up to date. */
struct people_view {
	const struct source_bases *bases;
	struct source_person *people;
	uint32_t count;
	const struct map *by_vo_id;
};
/* Everybody whose name was wanted. By DN: works out each name_key that is not known yet. */
MUST_USE int names_meet_people(struct names *names, const struct people_view *view, enum person_reference by);
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
