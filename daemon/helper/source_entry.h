/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_entry.h - turns an entry as the directory sent it into a packed one.
 *
 * The map says which attribute feeds which field. Values of another right than ours stay here: the planner has no
 * business with them. Whether a value is ours is right_parse's word, so that helper and policy never differ; odd
 * spellings of our right go along, to be refused where they can be shown (R9).
 */
#ifndef DUAAL_HELPER_SOURCE_ENTRY_H
#define DUAAL_HELPER_SOURCE_ENTRY_H

#include "ldap/search.h"
#include "model/entry.h"

struct source_value {
	uint8_t field;
	struct text value;
};

struct source_entry {                /* filled from one directory entry, used again for the next */
	struct text dn;              /* borrowed from the message, as are the values */
	struct uuid uuid;            /* null: the server showed none, or none that can be read */
	struct csn csn;              /* all zero: likewise */
	bool has_right;              /* the rights attribute had a value, ours or not */
	struct source_value *values; /* owned */
	size_t count, capacity;
	struct entry_builder builder;
};

void source_entry_done(struct source_entry *entry);

/* What to ask the server for: the attributes of the map, those that name the entry and its position; NULL-ended, each once. */
#define SOURCE_ATTRIBUTES_MAX (MAP_MAX + 3)
void source_entry_attributes(const struct source_settings *set, const struct attribute_map *map,
			     const char *ret[SOURCE_ATTRIBUTES_MAX]);

struct source_map { /* an attribute_map with its names taken apart once, not for each entry */
	enum entry_id entry_id;
	bool counts;         /* positions are USN, */
	uint64_t usn_server; /* and of this server: see csn_of_usn */
	uint32_t count;
	struct {
		uint8_t field;
		struct text name, options;
	} at[MAP_MAX];
};
/* Borrows the names. usn_server: of the server that is read; 0 where positions are no USN. */
void source_map_init(struct source_map *map, const struct source_settings *set, const struct attribute_map *from,
		     uint64_t usn_server);

/* right: NULL where entries carry none. */
MUST_USE int source_entry_read(struct source_entry *entry, const struct source_map *map, const char *right,
			       struct search_entry *from, struct err *err);

/* Of a canary: the first attribute of the map that the entry does not show, dates apart; NULL: it shows all. */
const char *source_entry_hides(const struct source_entry *entry, const struct attribute_map *map);
/* One value more, e.g. FIELD_OUTSIDE; value is borrowed. */
MUST_USE int source_entry_add(struct source_entry *entry, enum field field, struct text value, struct err *err);

/* The packed entry, valid until the next one. The DN is told without base when it ends in exactly those bytes. */
MUST_USE int source_entry_pack(struct source_entry *entry, enum entry_kind kind, struct text base,
			       const struct entry **ret, struct err *err);

/* Takes "," and base off the end of dn. false: dn does not end in these bytes. */
bool source_dn_under_base(struct text dn, struct text base, struct text *ret);

#endif
