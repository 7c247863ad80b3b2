/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * between.h - what the helpers of the cycles are asked between two cycles, one thing at a time: an examination (doctor.h), a search by national
 * number (person_search.h).
 *
 * A kind says what is asked, what becomes of the answers and for how long; here is when. Nothing begins while a cycle runs. A cycle that comes
 * due meanwhile begins when the thing has ended, before the next one, so that it waits for one limit at most. What has not ended by its limit is
 * given up with the helpers that have not answered.
 *
 * Whoever waits is told exactly once: at the end, at the limit, when the configuration changes or the daemon stops (between_drop), when they
 * leave (between_left). What nobody waits for any more delays nothing: a cycle or another thing takes its place at once. It goes on until then,
 * because whoever asks next may join it, and because a client that asks and leaves all the time would else start helpers all the time. A
 * secret one ends with the last who waits.
 *
 *   between_add (once) -> between_wait -> kind.begin: between_ask, between_await -> kind.take, kind.ended -> kind.tell -> kind.clear
 *
 * Loop thread only. No helper ends within the record of another one, and no cycle begins within one.
 */
#ifndef DUAAL_RUN_BETWEEN_H
#define DUAAL_RUN_BETWEEN_H

#include "model/source_positions.h"
#include "run/client.h"

struct run;
struct between_side;
struct between_waiter;

enum between_taken { BETWEEN_MORE, BETWEEN_ANSWERED };

struct between_kind {
	const char *name;   /* a stable word, shown as what delays a cycle, */
	const char *delays; /* and the sentence about a cycle that waits for it, of the catalogue */
	unsigned limit_s;
	/* The limit counts from when somebody waits, and this is what they are told when it has not even begun by then. NULL: it counts from the
	 * beginning, and for that is waited as long as the cycle takes. */
	const char *waited_too_long;
	bool is_secret; /* a helper that heard the question ends with its answer, or with the last who waits */
	void (*begin)(struct run *run);
	/* One record. BETWEEN_MORE, BETWEEN_ANSWERED, or an error: then the helper is ended, and so is the side. */
	int (*take)(struct between_side *side, uint16_t type, const void *body, size_t len, struct err *err);
	void (*ended)(struct between_side *side, const struct err *why); /* once for each; why NULL: it answered */
	const char *(*late)(const struct between_side *side);            /* why a side ends at the limit: a sentence */
	/* trouble NULL: what was gathered is the answer. Takes waiter. */
	void (*tell)(struct run *run, struct between_waiter *waiter, const char *trouble);
	void (*clear)(struct run *run); /* gives back what was asked and gathered, if anything was */
};

/* Somebody who waits: the first member of the kind's own struct, which knows how to tell them. call: who it is. */
struct between_waiter {
	struct between_waiter *next;
	void *call;
};

struct between_thing { /* of each kind one */
	const struct between_kind *kind;
	struct between_thing *next;
	struct run *run;
	struct between_waiter *waiters;
	sd_event_source *timer;
	int64_t ends_s; /* the limit, while there is a timer */
};

struct between_side {
	struct run *run;
	struct client *client;                      /* NULL: no helper of the cycles, and */
	void (*give_up)(struct between_side *side); /* what ends it */
	const char *source;                         /* name of the source that is asked, borrowed; NULL: none is */
	bool asked;                                 /* and has not ended */
};

struct between {
	struct between_thing *things;               /* the first one goes first */
	struct between_thing *now;                  /* being asked; NULL: none */
	struct between_side sides[SOURCES_MAX + 2]; /* of it: each source, the target, the ledger */
	uint32_t side_count;
	sd_event_source *end;
	const char *due; /* trigger of the cycle that waits; NULL: none does */
	uid_t due_uid;
};

void between_add(struct run *run, struct between_thing *thing, const struct between_kind *kind); /* behind the others */

/* ---- for a kind ---- */

void between_wait(struct run *run, struct between_thing *thing, struct between_waiter *waiter, void *call);
bool between_is_asking(const struct run *run, const struct between_thing *thing);
/* body: not needed after the call. A request that fails ends its side. */
void between_ask(struct run *run, struct client *client, const char *source, uint16_t type, const struct buf *body);
/* Something else that is waited for until between_ended. give_up: it must not come any more. */
struct between_side *between_await(struct run *run, void (*give_up)(struct between_side *side));
void between_ended(struct between_side *side, const struct err *why); /* why NULL: it answered */

/* ---- for cycles and the daemon ---- */

void between_begin(struct run *run); /* whoever waits is served, unless a cycle runs */
/* true: the cycle begins afterwards. trigger outlives it. */
bool between_delays(struct run *run, const char *trigger, uid_t uid);
/* What a cycle that is due waits for, by name, and until when at most; NULL: none waits, or none begins any more. */
const char *between_delayed_by(const struct run *run, int64_t *ret_until_s);
void between_left(struct run *run, const void *call); /* whoever waited has left */
void between_drop(struct run *run, const char *why);  /* whoever waits is told why; no cycle waits any more */

#endif
