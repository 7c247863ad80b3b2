/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * target_entry.h - from one entry of a search to the ENTRY records of it: what it is, which values, in which order.
 *
 * What an entry is, is told by its attributes, whatever its marker says, so that the planner sees a stranger's entry
 * where ours should be:
 *
 *   people        vo-id                    ENTRY_PERSON        looked up: every entry that the filter finds
 *   institutions  number and role          ENTRY_GROUP
 *                 number, no role, no member  ENTRY_INSTITUTION
 *   requests      all                      ENTRY_REQUEST
 *   overrides     all                      ENTRY_OVERRIDE
 *   cn=sync                                ENTRY_SYNC
 *   roles         role, no number          ENTRY_ROLE
 *   anything else below people, institutions, roles  ENTRY_FOREIGN
 *
 * A group with very many members becomes several records of one entryUUID, one after the other; the first has all other
 * values. The base of the search itself is no entry. Values with attribute options (languages) are left out.
 */
#ifndef DUAAL_HELPER_TARGET_ENTRY_H
#define DUAAL_HELPER_TARGET_ENTRY_H

#include "helper/target_tree.h"
#include "ldap/search.h"

struct entry_values_at {
	enum field field;
	size_t first, count; /* in texts */
};

struct target_entry {
	struct text dn;
	struct uuid uuid;
	struct csn csn;
	struct text *texts; /* borrowed from the message */
	size_t text_count, text_capacity;
	struct entry_values_at groups[TREE_NAMES_MAX];
	uint32_t group_count;
	struct text own; /* the DN that we are at the server; of people whom we wrote last, no writer is sent */
	struct entry_builder builder; /* used again for each record */
};

typedef int (*block_fn)(void *ctx, const struct entry *block, struct err *err);

void target_entry_init(struct target_entry *e);
void target_entry_done(struct target_entry *e);

/* Takes the values of the entry; they are valid as long as the message. ERR_INCOMPLETE: no readable entryUUID, or an
 * undecodable attribute. ERR_NOMEM. */
MUST_USE int target_entry_read(struct target_entry *e, const struct tree_search *search, struct search_entry *from,
			       struct err *err);
enum entry_kind target_entry_kind(const struct target_entry *e, const struct target_settings *set, enum tree tree);
/* Calls each with every record of the entry. */
MUST_USE int target_entry_blocks(struct target_entry *e, const struct target_settings *set, enum entry_kind kind,
				 block_fn each, void *ctx, struct err *err);

#endif
