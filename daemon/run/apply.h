/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply.h - carrying out the part of a plan that may go: phase by phase, in chunks, each recorded before it is sent.
 *
 *   chunk:  intents -> ledger -> COMMIT ... COMMITTED -> writes -> target -> outcomes -> ledger, past
 *                                                        next chunk of the phase: intents -> ledger ...
 *
 * While a chunk is written the next one of its phase is recorded, so that neither the target nor the ledger waits for the other.
 * A phase never overlaps another: what it builds on has its outcome.
 * Revocations are the first phase and are finished before anything else is sent. A server that takes nothing stops everything
 * that was not sent yet; a refused entry stops only itself and what cannot be without it (nobody becomes a member whose entry
 * could not be made, fault 57), and is not tried again in this cycle (fault 55).
 *
 * One value that the server refuses keeps nobody else out: what a refused operation carried comes again in the next round of the
 * same cycle, in smaller operations and in the end one by one. What is refused by itself is left alone for the rest of the cycle
 * and remembered over cycles, in memory: it then comes last and alone, so that it costs one operation a cycle.
 *
 *   [a b c d]  refused  ->  next round  [a] [b] [c] refused [d]  ->  next cycle  [e f g], and at its end  [c]
 */
#ifndef DUAAL_RUN_APPLY_H
#define DUAAL_RUN_APPLY_H

#include "run/compose.h"
#include "run/ledger_client.h"
#include "run/outcome_class.h"
#include "run/unproven.h"

struct apply_counts {
	uint32_t granted, revoked, structure;           /* values and entries that were written */
	uint32_t ordinary_grants;                       /* of granted: neither by date nor approved */
	uint32_t conflicts, refused, unknown, not_sent; /* operations; one that comes again in parts is not refused */
	uint32_t done, expected;                        /* changes, for the progress bar */
};

/* What the server did not do, the most urgent last: whoever should have lost access and did not, has it. */
enum refused_sort {
	REFUSED_NOTHING,
	REFUSED_CHANGE,
	REFUSED_REMOVAL,     /* of somebody from a group */
	REFUSED_LAST_REMOVAL /* of the last one: for that the sentence names the setting that ends it */
};

/* What is known of a change that did not go through. */
struct apply_note {
	uint64_t identity;
	uint32_t most;     /* that may share an operation, itself counted; 0: as many as fit */
	uint32_t round;    /* of this cycle, in which what needs it is left alone */
	uint32_t suspect;  /* cycle in which the server last refused it by itself; 0: never. Kept over cycles */
	uint32_t refusals; /* in this cycle */
	bool left_alone;   /* for the rest of this cycle */
};

struct chunk {
	struct operation *operations;
	uint32_t *first_changes; /* number of each operation's first intent */
	size_t operation_capacity, first_capacity;
	uint32_t operation_count; /* 0: an empty chunk */
	struct buf records;       /* u32 length and body of each write */
	bool committed;           /* the ledger has it */
};

struct apply {
	/* set by apply_init */
	struct client *target;
	struct ledger_client *ledger;
	struct past *past;
	void *ctx;
	void (*finished)(void *ctx, const struct err *why); /* why NULL: every operation has an outcome */
	void (*progress)(void *ctx);
	struct unproven unproven; /* removals that may have happened; the next target read settles them */
	/* of a cycle */
	uint32_t cycle, round;
	uint32_t next_change; /* number of the next intent */
	struct map notes;     /* changes that did not go through, by identity */
	struct apply_note *note_items;
	size_t note_capacity;
	uint32_t refusals;         /* operations that were refused in this cycle, those that came again in parts, too */
	uint32_t failures;         /* results "other" among them */
	bool forgive;              /* a suspect went through: the others, too, are worth a try as everybody else */
	bool refused_all;          /* the server took nothing when something was last tried; kept over cycles */
	enum refused_sort refused; /* the most urgent of this cycle: what refusal tells about */
	bool unfenced;             /* the server did not honour the assertion of the last change that it made */
	struct apply_counts counts; /* over the rounds of the cycle */
	struct err refusal;         /* the first one of the most urgent sort, for the status */
	/* of a round */
	const struct thought *thought;
	struct group_now *groups; /* one a target group */
	struct compose compose;
	enum phase phase;
	bool last_turn;                       /* nothing but suspects is left: it is theirs */
	bool learnt;                          /* a refusal told something, so that the next round is another one */
	bool halted;                          /* nothing more is sent in this round */
	bool stopped;                         /* nor in this cycle: the server takes nothing, or the daemon stops */
	struct chunk chunks[2], *sent, *next; /* being written, and being recorded: they take turns */
	bool writing;                         /* sent has not been answered whole */
	uint32_t token;                       /* of the last commit asked for, which is next's */
};

void apply_init(struct apply *a, struct client *target, struct ledger_client *ledger, struct past *past);
void apply_done(struct apply *a);

void apply_begin_cycle(struct apply *a, uint32_t cycle); /* forgets counts and refusals of the cycle before */
/* Starts a round; finished is called later, never from within. ERR_NOT_FOUND: nothing may go, nothing was started. */
MUST_USE int apply_start(struct apply *a, const struct thought *thought, struct err *err);
void apply_committed(struct apply *a, uint32_t token); /* from the ledger's event */
void apply_abort(struct apply *a);                     /* the ledger failed: sends nothing more */
/* Did the server refuse this change, or what it needs, when it was last tried? For showing. */
bool apply_was_refused(const struct apply *a, const struct thought *thought, uint32_t change);

#endif
