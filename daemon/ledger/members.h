/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * members.h - who was a member at a moment, worked out from what the ledger has on record.
 *
 * Order: members_init, members_event for each change of a membership in the chain's order, members_owned for each value
 * that is ours now, members_drift for each hand edit that is not settled, members_gone for each entry of ours that was deleted by hand, members_settle, then read members.at. Events come
 * first, because only they say when; what is ours without ever having been added by us was found in the directory.
 *
 * One membership is one institution, role and person. A person is known by the row of "people" or, once that was erased, by the
 * commitment that stands in the chain: the same for the same person under the same name. A row of "people" is a vo-id; whoever has it under
 * another entryUUID is somebody else, with memberships of their own. Texts are copied.
 */
#ifndef DUAAL_LEDGER_MEMBERS_H
#define DUAAL_LEDGER_MEMBERS_H

#include "base/arena.h"
#include "base/map.h"
#include "ledger/people.h"
#include "wire/ledger_past.h"

struct membership {
	struct past_member told; /* its role as the ledger keeps it */
	struct text canonical;   /* of the value; empty: erased */
	int64_t person;          /* row of "people"; 0: erased */
	bool former;             /* somebody else has that vo-id since */
	bool open;               /* at the moment, by what was seen up to it */
	bool seen;               /* an event up to the moment was seen */
	bool passed;             /* the first event behind the moment was seen */
	bool owned;              /* is ours now */
	bool lost;               /* the last event up to the moment has no outcome on record */
	uint32_t cycle, next;    /* of that event; of the first one behind the moment */
	bool end_lost;           /* nor has the removal that told.ended is */
	bool pending;            /* nor did a read tell since what became of the last one */
};

struct members_alias { /* a commitment, and whose it is */
	uint8_t subject[COMMITMENT_SIZE];
	uint32_t number, position; /* position in at */
	uint8_t role;
};

struct members {
	int64_t at_s;
	struct membership *at;
	struct members_alias *aliases;
	size_t count, capacity, alias_count, alias_capacity;
	struct map by_person, by_subject;
	struct arena arena;
	struct buf scratch;
};

void members_init(struct members *members, int64_t at_s);
void members_done(struct members *members);

struct member_event { /* texts borrowed */
	uint32_t number;
	uint8_t role;
	bool adds, lost; /* lost: it may not have happened */
	struct past_turn turn;
	int64_t person; /* 0: erased */
	uint8_t subject[COMMITMENT_SIZE];
	struct uuid source; /* null: not known */
	struct uuid named;  /* whose the name is, which goes with the vo-id from one to the next; likewise */
	struct text value, vo_id, name;
};
/* ERR_LIMIT: more people than are told about. */
MUST_USE int members_event(struct members *members, const struct member_event *event, struct err *err);

struct member_now { /* something that is so now */
	uint32_t number;
	uint8_t role;
	struct past_turn
		turn; /* since when: the begin of the cycle that wrote or found it; when a hand edit was first seen */
	struct uuid source;
	struct text value; /* canonical DN */
	bool pending;      /* owned: written or taken out perhaps, which no read has told yet */
};
MUST_USE int members_owned(struct members *members, const struct member_now *owned, struct err *err);
MUST_USE int members_drift(struct members *members, const struct member_now *drift, bool adds, struct err *err);
/* An entry that somebody deleted, and with it the memberships there. number 0, PAST_ROLE_ANY and a null source: any. */
void members_gone(struct members *members, const struct member_now *gone);

/* Hand edits that are over, by when they were first seen, after all of the above: from turn on until ended_s, unless we did something
 * meanwhile. What is before one that adds, and behind one that removes, is not known where nothing else says it. */
MUST_USE int members_stood(struct members *members, const struct member_now *drift, int64_t ended_s, bool adds,
			   struct err *err);
void members_stood_gone(struct members *members, const struct member_now *gone, int64_t ended_s);

/* Says of each membership whether it was there. ends_s: the end of the last cycle; what is not ours then is not there any more. */
void members_settle(struct members *members, int64_t ends_s);

#endif
