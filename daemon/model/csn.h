/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * csn.h - change sequence numbers of OpenLDAP: "20261124015000.123456Z#000000#001#000000".
 *
 * Only CSNs of the same server id (SID) are ordered; a position is a vector with one CSN a SID, and two
 * vectors may be incomparable. Packed in 16 bytes because one is kept for every source entry.
 *
 * A server without entryCSN (389 Directory Server) has a stamp in its place: the second of modifyTimestamp and, where the
 * server counts, entryUSN. It says "as it was read" as exactly as that server can, and is ordered like a CSN.
 *
 * A server that counts its changes instead (Active Directory) has update sequence numbers. They take the place of a CSN, with
 * the server's identity: numbers of two servers say nothing about each other, so neither is older (csn_is_older).
 */
#ifndef DUAAL_MODEL_CSN_H
#define DUAAL_MODEL_CSN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define CSN_TEXT_SIZE  48
#define CSN_VECTOR_MAX 16
#define CSN_USN_DIGITS 18 /* of any count that a server gives: it fits beside the marks below */

struct csn {
	int64_t time_us; /* microseconds since the epoch; 0 with rest 0 means: no CSN known */
	uint64_t
		rest; /* count (24 bits) << 36 | sid (12 bits) << 24 | modification (24 bits); a stamp: CSN_STAMP | entryUSN */
};

struct csn_vector {
	uint32_t count;
	struct csn at[CSN_VECTOR_MAX]; /* ascending by SID, one each */
};

#define CSN_STAMP (UINT64_C(1) << 62)
/* Newer than any that a server can give: of an entry that we deleted, so that it is old where it stands again. */
#define CSN_NEVER ((struct csn){INT64_MAX, CSN_STAMP / 4})

bool csn_parse(struct text text, struct csn *ret);
/* modified: modifyTimestamp. usn: digits of entryUSN, or empty. false: modified cannot be read. */
bool csn_stamp_parse(struct text modified, struct text usn, struct csn *ret);
bool csn_is_stamp(const struct csn *csn);
uint64_t csn_stamp_usn(const struct csn *stamp); /* 0: the server does not count */
const char *
csn_format(const struct csn *csn,
	   char out[CSN_TEXT_SIZE]); /* as the server spells it; "-" for none; a stamp: "20261124015000Z#19" */
bool csn_is_none(const struct csn *csn);
/* Does another state of the entry always have another one? Not of a stamp without entryUSN: that is a second. */
bool csn_is_exact(const struct csn *csn);
unsigned csn_sid(const struct csn *csn);
int csn_compare(const struct csn *a, const struct csn *b); /* whole order: time, count, sid, modification */

#define CSN_USN (UINT64_C(1) << 63) /* in rest: time_us is a USN, what follows tells the server */
/* server: any number that tells servers apart. The SID is 0. */
struct csn csn_of_usn(uint64_t usn, uint64_t server);
bool csn_is_usn(const struct csn *csn);
bool csn_parse_usn(struct text text, struct csn *ret); /* as csn_format writes one: "usn:4711@00c0ffee00c0ffee" */
/* Was a seen before b? false where the two cannot be compared: one of them none, of two servers, or of two kinds. */
bool csn_is_older(const struct csn *a, const struct csn *b);

/* Keeps the newer one for the SID; of two servers that count, the one given. false when the vector is full. */
bool csn_vector_merge(struct csn_vector *vector, const struct csn *csn);

/* The one of this server id, or NULL. */
const struct csn *csn_vector_find(const struct csn_vector *vector, unsigned sid);
/* Is now older than then for some server id, or without it? Which: *ret_sid. Newer ones elsewhere make up for nothing.
 * Numbers of another server, or of another kind, are no proof of it. */
bool csn_vector_is_behind(const struct csn_vector *now, const struct csn_vector *then, unsigned *ret_sid);

#endif
