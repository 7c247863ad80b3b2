/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * target_tree.h - the six parts of the application's tree that a read asks for, and for which attributes.
 *
 * A table: where, with which scope and filter, which fields. The attributes of the fields come from the settings' map;
 * entryUUID and entryCSN are always asked for, and of a server without assertions modifyTimestamp and entryUSN, which
 * then say whether an entry is as it was read (model/csn.h).
 */
#ifndef DUAAL_HELPER_TARGET_TREE_H
#define DUAAL_HELPER_TARGET_TREE_H

#include "wire/message.h"

enum tree { TREE_PEOPLE, TREE_INSTITUTIONS, TREE_REQUESTS, TREE_OVERRIDES, TREE_SYNC, TREE_ROLES, TREES };

#define TREE_NAMES_MAX 32

struct tree_search {
	enum tree tree;
	const char *base; /* borrowed from the settings, as everything here */
	const char *filter;
	int scope; /* LDAP_SCOPE_... */
	uint32_t name_count;
	const char *names[TREE_NAMES_MAX]; /* asked for, NULL-ended */
	enum field fields[TREE_NAMES_MAX]; /* names[i] feeds fields[i]; 0 for what says who and which state it is */
};

/* Is there such a part? Flat role groups are a choice. */
bool tree_is_asked(const struct target_settings *set, enum tree tree);
/* stamps: ask for modifyTimestamp and entryUSN of every entry. */
void tree_search_make(const struct target_settings *set, enum tree tree, bool stamps, struct tree_search *ret);

/* Every attribute that a read asks for or filters on, once, NULL-ended, for the schema check. */
#define TREE_ATTRIBUTES_MAX (TREES * TREE_NAMES_MAX)
void tree_attributes(const struct target_settings *set, const char *ret[TREE_ATTRIBUTES_MAX]);

/* The fields that an entry of this kind is sent with, ascending, 0-ended. */
const enum field *kind_fields(enum entry_kind kind);

#endif
