/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pseudonym.h - names for people that name nobody: "anon-7" for each text that is not known to be harmless, the same one for the same
 * text, and for all that names the same person, as long as the program runs.
 *
 * There is no key: numbers are given in the order in which something is met, and what they stand for is kept in memory only. So
 * nobody can find out by trying all vo-ids. What stays as it is: texts of our own programs (known_text.h), small numbers and
 * dates, and what replies say in fields that are public (pseudonym_reply.c): institutions and roles.
 *
 * A failed allocation is kept and told by pseudonyms_failed: what was made since may not be shown.
 */
#ifndef DUAAL_CTL_PSEUDONYM_H
#define DUAAL_CTL_PSEUDONYM_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/text.h"

struct pseudonyms;

struct pseudonyms *pseudonyms_new(void); /* NULL: no memory */
struct pseudonyms *pseudonyms_free(struct pseudonyms *p);
bool pseudonyms_failed(const struct pseudonyms *p);

/* From now on this text stays as it is wherever it is met, unless it names somebody. */
void pseudonyms_keep(struct pseudonyms *p, const char *text);
/* text names the person whom key names. A name that several people have is a pseudonym of its own. */
void pseudonyms_link(struct pseudonyms *p, const char *key, const char *text);
/* Is anything known about this text? It is added to out as it may be shown. */
bool pseudonyms_find(struct pseudonyms *p, struct text text, struct buf *out);
/* Its pseudonym, a new one where it has none. */
void pseudonym_add(struct pseudonyms *p, struct text text, struct buf *out);

/* A text with what names somebody replaced; see the comments in the files of these names. */
void pseudonym_sentence(struct pseudonyms *p, struct text in, struct buf *out);
void pseudonym_dn(struct pseudonyms *p, struct text in, struct buf *out);
void pseudonym_ldif(struct pseudonyms *p, struct text in, struct buf *out);
void pseudonym_code(struct pseudonyms *p, struct text in, struct buf *out); /* known whole, or replaced whole */
bool pseudonym_is_dn(struct text text);     /* begins as one, with an attribute that we know */
bool pseudonym_is_number(struct text text); /* a number of at most 6 digits, a date, a time */

/* Every text in the parameters of a reply, and the numbers that are user ids, in place. 0 or ERR_NOMEM: then they may not be shown. */
MUST_USE int pseudonym_reply(struct pseudonyms *p, json_t *parameters);

#endif
