/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_read.h - what duaal-source does: read the whole source, ask for single entries again, and find a person.
 *
 * Each uses a connection of its own; the first two end with a certificate, or with an error: then what was sent counts for
 * nothing. ret_result: the LDAP result code of a search that failed, else 0.
 */
#ifndef DUAAL_HELPER_SOURCE_READ_H
#define DUAAL_HELPER_SOURCE_READ_H

#include "wire/channel.h"
#include "wire/message.h"

/* READ: institutions, then people with the selective filter. at_least: what was applied already; see source_server.c. */
MUST_USE int source_read(struct channel *channel, const struct source_settings *set, const struct csn_vector *at_least,
			 int *ret_result, struct err *err);

/* ASK: one ENTRY_PERSON or ENTRY_ABSENT for each entryUUID, in any order; then an ENTRY_PERSON for everybody who carries
 * one of the vo-ids. Without the selective filter: who lost the right, or never had it, is still there. */
MUST_USE int source_ask(struct channel *channel, const struct source_settings *set, const struct question *question,
			int *ret_result, struct err *err);

/* FIND: everybody below the base of people, with the right or without, who has this national number: FOUND. Needs no certificate, because nothing
 * is decided by it. The helper ends afterwards. */
MUST_USE int source_find(struct channel *channel, const struct source_settings *set, struct text number,
			 int *ret_result, struct err *err);

/* EXAMINE: what is right and wrong here (examine.h). */
MUST_USE int source_examine(struct channel *channel, const struct source_settings *set, struct err *err);

#endif
