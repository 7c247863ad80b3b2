/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * search.h - one whole search, streamed entry by entry, with the proof that it was whole.
 *
 * Unpaged, or paged with the control critical, one page at a time and one paged search on a connection. Each entry is
 * handed to each() as it arrives (LDAP_RES_SEARCH_ENTRY, decoded straight from BER: dn and values are borrowed, valid
 * during the call only). Any reference, result other than 0, lost page control, ranged value (fetched to the end when
 * the server ranges, else incomplete), undecodable message: ERR_INCOMPLETE or the result's code, and the search counts
 * for nothing (I1).
 */
#ifndef DUAAL_LDAP_SEARCH_H
#define DUAAL_LDAP_SEARCH_H

#include "ldap/connection.h"

struct search_entry { /* borrowed from the message */
	struct text dn;
	void *cursor;
};

/* Walks the attributes of the entry in the order received: attribute name without options (options reported apart),
 * values NULL-ended by berval with bv_val NULL. 0 at the end, 1 for an attribute, negative: undecodable. */
MUST_USE int search_entry_next(struct search_entry *entry, struct text *attribute, struct text *options,
			       struct berval **values, struct err *err);

typedef int (*search_fn)(void *ctx, struct search_entry *entry, struct err *err); /* not 0: the search ends with it */

struct search {
	const char *base;
	int scope;
	const char *filter;
	const char *const *attributes; /* NULL-ended */
	bool types_only;               /* names of attributes without their values */
	uint32_t page_size;            /* 0: unpaged */
	uint32_t max_s;                /* asked of the server, which ends with code 3 beyond; 0: none */
	search_fn each;
	void *ctx;
};

struct search_proof {
	uint32_t entries, references, pages;
	int result;
	bool pages_whole, ranges_whole, decoded;
};

MUST_USE int search_run(struct ldap_connection *conn, const struct search *search, struct search_proof *ret,
			struct err *err);

#endif
