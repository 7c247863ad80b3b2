/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * people.h - the side tables: who a change was about, and the salted commitments that stand in the chain instead.
 *
 * A person has one random salt. The commitment of a change is BLAKE2b-256, keyed with the salt, over key, source uuid,
 * target uuid and DN as kept in "people" and "details": it can be checked as long as those rows are there, and tells
 * nothing once they are gone.
 */
#ifndef DUAAL_LEDGER_PEOPLE_H
#define DUAAL_LEDGER_PEOPLE_H

#include "ledger/store_parts.h"

#define COMMITMENT_SIZE 32
#define SALT_SIZE       16

struct subject {
	bool present; /* false: the change is about no person */
	int64_t person;
	uint8_t salt[SALT_SIZE];
	uint8_t commitment[COMMITMENT_SIZE];
	struct uuid source, target; /* target: null unless the person's own entry is changed */
	struct text dn;             /* of the person: member value, or own entry */
};

/* Who the intent is about: by vo-id or, when that is not known, by member DN. Adds or updates the row of "people". */
MUST_USE int people_subject(struct store *store, const struct intent *intent, struct subject *ret, struct err *err);

/* Fills in the commitment from the rest and the key of the person. scratch is used. */
MUST_USE int people_commit_subject(struct subject *subject, struct text key, struct buf *scratch, struct err *err);

/* Commitment to what a server said about a change; salt NULL: about no person. */
void people_commit_said(struct text said, const uint8_t *salt, uint8_t ret[COMMITMENT_SIZE]);

/* Commitment to the texts of a decision: person, entry and reason. scratch is used. */
MUST_USE int people_commit_decision(const struct decision *decision, const uint8_t salt[SALT_SIZE], struct buf *scratch,
				    uint8_t ret[COMMITMENT_SIZE], struct err *err);

#endif
