/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * csn.h - change sequence numbers of OpenLDAP: "20261124015000.123456Z#000000#001#000000".
 *
 * Only CSNs of the same server id (SID) are ordered; a position is a vector with one CSN a SID, and two
 * vectors may be incomparable. Packed in 16 bytes because one is kept for every source entry.
 */
#ifndef DUAAL_MODEL_CSN_H
#define DUAAL_MODEL_CSN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define CSN_TEXT_SIZE  48
#define CSN_VECTOR_MAX 16

struct csn {
	int64_t time_us; /* microseconds since the epoch; 0 with rest 0 means: no CSN known */
	uint64_t rest;   /* count (24 bits) << 36 | sid (12 bits) << 24 | modification (24 bits) */
};

struct csn_vector {
	uint32_t count;
	struct csn at[CSN_VECTOR_MAX]; /* ascending by SID, one each */
};

/* Newer than any that a server can give: of an entry that we deleted, so that it is old where it stands again. */
#define CSN_NEVER ((struct csn){INT64_MAX, UINT64_MAX})

bool csn_parse(struct text text, struct csn *ret);
const char *csn_format(const struct csn *csn, char out[CSN_TEXT_SIZE]); /* as the server spells it; "-" for none */
bool csn_is_none(const struct csn *csn);
unsigned csn_sid(const struct csn *csn);
int csn_compare(const struct csn *a, const struct csn *b); /* whole order: time, count, sid, modification */

/* Keeps the newer one for the SID. false when the vector is full. */
bool csn_vector_merge(struct csn_vector *vector, const struct csn *csn);

#endif
