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

/* Whose each grant is. people_by_vo_id is up to date. */
struct grant_index {
	uint32_t *starts, *order;
};
MUST_USE int grant_index_make(const struct source_bases *bases, const struct source_person *people, uint32_t count,
			      const struct map *people_by_vo_id, struct grant_list *list, struct grant_index *ret);

#endif
