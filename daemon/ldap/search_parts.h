/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * search_parts.h - what the files behind search.h share. Nobody else includes it.
 *
 *   search.c          pages, the loop over messages, the proof
 *   search_entry.c    one entry, decoded in place
 *   search_range.c    the rest of a value list that the server sent in ranges (fault 16)
 */
#ifndef DUAAL_LDAP_SEARCH_PARTS_H
#define DUAAL_LDAP_SEARCH_PARTS_H

#include "base/arena.h"
#include "ldap/connection_parts.h"
#include "ldap/search.h"

/* The cursor behind struct search_entry. */
struct entry_reader {
	LDAP *handle;
	struct search_proof *proof;
	LDAPMessage *message;
	struct text dn;
	BerElement *ber;         /* position in the message */
	BerVarray values;        /* of the current attribute; its bytes lie in the message */
	struct berval no_values; /* only an end: for an attribute without values */
	struct berval *joined;   /* of a ranged attribute: values, */
	size_t joined_capacity;
	struct arena bytes; /* and their bytes */
	int failed;         /* what next once said; it never says anything better again */
};

void entry_reader_init(struct entry_reader *reader, LDAP *handle, struct search_proof *proof);
MUST_USE int entry_reader_open(struct entry_reader *reader, LDAPMessage *entry, struct search_entry *ret,
			       struct err *err);
/* Reads on to the end, so that nothing undecodable or ranged stays unseen because the caller had enough. */
MUST_USE int entry_reader_finish(struct entry_reader *reader, struct search_entry *entry, struct err *err);
void entry_reader_close(struct entry_reader *reader); /* may be opened again */
void entry_reader_done(struct entry_reader *reader);

/* Is there a "range=" in the options, and does it leave something open? */
bool range_parse(struct text options, struct text *ret_others, size_t *ret_first, size_t *ret_last, bool *ret_open);
/* Reads the values after last (of the first part, values) and puts all of them in reader->joined. */
MUST_USE int range_fetch_rest(struct entry_reader *reader, struct text attribute, struct text others, size_t last,
			      const struct berval *values, struct err *err);

#endif
