/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_parts.h - the indexes over a source snapshot's people, made by the seal and made anew when answers
 * join. For the source_* files of this layer only.
 */
#ifndef DUAAL_MODEL_SOURCE_PARTS_H
#define DUAAL_MODEL_SOURCE_PARTS_H

#include "model/snapshot.h"

void source_init_maps(struct map *by_uuid, struct map *by_vo_id);

/* Fills an empty map and the rings of same_as: everybody with one vo-id points at another one of them. */
MUST_USE int source_index_vo_ids(struct source_person *people, uint32_t count, struct map *by_vo_id);

#endif
