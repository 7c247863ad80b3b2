/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ledger_message.h - what planner and duaal-ledger say to each other.
 *
 *   planner                                   duaal-ledger
 *   HELLO(path, instance, read_only)     ->
 *                                        <-   READY   (opened, migrated, quick-checked)   or FAILURE
 *   LOAD                                 ->
 *                                        <-   PAST_META PAST_GROUP* PAST_OWNED* PAST_SEEN* PAST_REMOVAL* PAST_AMBIGUITY*
 *                                             PAST_GRANTOR* PAST_GRANT* PAST_HOLD* PAST_FREEZE* PAST_PIN* PAST_DIRECTIVE* PAST_DRIFT*
 *                                             CYCLE* LOADED
 *   CYCLE_BEGIN                          ->
 *                                        <-   CYCLE_BEGUN(id)             committed
 *   INTENT* COMMIT(token)                ->
 *                                        <-   COMMITTED(token)            durable: the writes may go (I19)
 *   OUTCOME* SET_*                       ->                               in the open transaction
 *   SET_CLOCK CYCLE_END(summary, certificates) ->
 *                                        <-   HEAD(seq, hash) COMMITTED(0)   everything since is durable (I12)
 *   DECISION                             ->                               at any time, also between and within cycles
 *                                        <-   DECIDED(number)             on record, committed: now it may take effect (I19)
 *   SET_* DECISION_END(number)           ->                               what came of it
 *   FORGET_PERSON(vo-id)                 ->                               not within a cycle
 *                                        <-   FORGOTTEN(rows)             committed; 0: nothing here named the person
 *
 * A second duaal-ledger, opened for reading only, answers long questions, one at a time. A question that fails is
 * answered by FAILURE, possibly behind a part of its answer, and the helper goes on serving:
 *
 *   VERIFY([seq, hash])                  ->                               a head told before, which must be in the chain
 *                                        <-   VERIFIED(seq, hash)         or FAILURE that names the first row that does not fit
 *   EXPORT(from, limit)                  ->                               rows of the chain from seq "from" on
 *                                        <-   EXPORT_LINE* ANSWERED(next) one JSON object each; next 0: that was all
 *   CYCLE_CHANGES(cycle)                 ->
 *                                        <-   PAST_CHANGE* ANSWERED(0)    member changes with result 0, in order
 *   PLACE_CHANGES(number, limit)         ->
 *                                        <-   PAST_CHANGE* ANSWERED(0)    the last ones at an institution, newest first
 *
 * and those of ledger_past.h.
 *
 * Bodies: CYCLE_BEGIN is a cycle_summary (started_s, trigger, trigger_uid count); CYCLE_BEGUN a u32 cycle id; COMMIT
 * and COMMITTED a u32 token (never 0 from the planner); CYCLE, CYCLE_END as the structs below; LOAD, LOADED are empty.
 * The CYCLEs of a load are the last LEDGER_CYCLES_TOLD, oldest first. The body of an EXPORT_LINE is the JSON itself.
 *
 * Several COMMITs may be under way; they are answered in order. But for the questions above any failure answers FAILURE
 * and ends the helper; nothing of the open transaction stays, as when the planner goes in the middle. Every change,
 * outcome, cycle end, decision and turn of a hold carries the hash of the row before it; people are named in side
 * tables, the chain holds salted commitments.
 *
 * DECISION commits what was said before it, too. DECISION_END outside of a cycle commits itself and the SET_* before it.
 * SET_HOLD of a hold that is known changes its state and leaves its list alone, but for the evidence of what is rejected.
 *
 * Ownership follows intents and outcomes by itself, in the same transaction, so that a crash at any instruction leaves
 * it decidable. SET_OWNED and FORGET_OWNED are for what no write of ours tells: confirmations, adopted values, drift.
 *
 *   INTENT of a member in     OWNED_INTENDED     outcome 0: OWNED_HELD    refused: as before    unknown: stays
 *   INTENT of a member out    OWNED_REMOVING     outcome 0: OWNED_REMOVED refused: as before    unknown: stays
 *
 * Refused is a result > 0 or WRITE_NOT_SENT; unknown is another negative one, 80 (other), or no outcome at all. An intent without one, as a crash
 * leaves it, gets WRITE_SEEN_DONE or WRITE_SEEN_UNDONE when a read of the target has shown what became of it (WRITE_SEEN), and counts as
 * told from then on.
 * The group of a member that goes in with it has no uuid yet: such a value is kept under number and role with the
 * null uuid, comes back so in PAST_OWNED, and moves when SET_OWNED names it with the group's uuid, number and role.
 * FORGET_OWNED with the null uuid drops it. FORGET_OWNED with an empty value drops what the source person has in that
 * group. A group with a uuid is told by SET_GROUP before anything is owned in it, so that a load never names a group
 * that it did not describe.
 */
#ifndef DUAAL_WIRE_LEDGER_MESSAGE_H
#define DUAAL_WIRE_LEDGER_MESSAGE_H

#include "base/buf.h"
#include "base/err.h"
#include "model/certificate.h"
#include "model/past.h"

#define LEDGER_CYCLES_TOLD 200
#define LEDGER_ROLES_MAX   16

enum ledger_message_type {
	M_LEDGER_LOAD = 40,
	M_PAST_META = 41,
	M_PAST_GROUP = 42,
	M_PAST_OWNED = 43, /* group uuid and value; its canonical DN: the planner computes the key */
	M_PAST_SEEN = 44,
	M_PAST_REMOVAL = 45,
	M_PAST_AMBIGUITY = 46,
	M_PAST_GRANTOR = 47,
	M_CYCLE = 48,
	M_LEDGER_LOADED = 49,
	M_CYCLE_BEGIN = 50,
	M_CYCLE_BEGUN = 51,
	M_INTENT = 52,
	M_COMMIT = 53,
	M_COMMITTED = 54,
	M_CHANGE_OUTCOME = 55,
	M_SET_GROUP = 56, /* number 0: the group is gone, and what we owned in it */
	M_SET_OWNED = 57,
	M_FORGET_OWNED = 58,
	M_SET_SEEN = 59,
	M_ADD_REMOVAL = 60,
	M_SET_AMBIGUITY = 61,
	M_SET_GRANTOR = 62,
	M_CYCLE_END = 63,
	M_SET_HOLD = 64, /* its list counts when it is new; HOLD_EXPIRED and HOLD_OVER: it is over */
	M_SET_FREEZE = 65,
	M_FORGET_FREEZE = 66, /* u32 id */
	M_SET_PIN = 67,
	M_FORGET_PIN = 68, /* a past_pin */
	M_SET_DIRECTIVE = 69,
	M_FORGET_DIRECTIVE = 70, /* uuid */
	M_SET_DRIFT = 71,
	M_FORGET_DRIFT = 72, /* u32 id */
	M_PAST_HOLD = 73,
	M_PAST_FREEZE = 74,
	M_PAST_PIN = 75,
	M_PAST_DIRECTIVE = 76,
	M_PAST_DRIFT = 77,
	M_DECISION = 78,
	M_DECIDED = 79,
	M_DECISION_END = 80,
	M_FORGET_PERSON = 81, /* text vo-id */
	M_FORGOTTEN = 82,     /* u32 rows */
	M_LEDGER_HEAD = 83,
	M_PAST_IDLE = 84,
	M_SET_IDLE = 85,
	M_SET_GRANT = 86,    /* a past_grant */
	M_FORGET_GRANT = 87, /* likewise */
	M_PAST_GRANT = 88,
	M_WRITE_SEEN = 89, /* an owned_record without value or cycle: what a read showed, OWNED_HELD or OWNED_REMOVED */
	M_VERIFY = 90,     /* a ledger_head, or nothing */
	M_VERIFIED = 91,   /* a ledger_head */
	M_EXPORT = 92,     /* u64 from, u32 limit */
	M_EXPORT_LINE = 93,
	M_CYCLE_CHANGES = 94, /* u32 */
	M_PLACE_CHANGES = 95, /* u32 number, u32 limit */
	M_PAST_CHANGE = 96,
	M_ANSWERED = 97,   /* u64 next */
	M_SET_CLOCK = 106, /* a past_clock */
};

struct ledger_settings {
	const char *path; /* file in the state directory */
	const char *instance;
	bool read_only;
	uint32_t deadline_s;
	uint32_t
		retention_s; /* names of people, tombstones and the lists of holds that are over go after so long; 0: never */
	bool must_exist; /* the planner has loaded it before: a file that is gone is not made anew behind its back */
	uint32_t role_count;
	const char *roles[LEDGER_ROLES_MAX]; /* words, position = role number in every record */
};
void ledger_settings_encode(struct buf *out, const struct ledger_settings *settings);
MUST_USE int ledger_settings_decode(const void *body, size_t len, struct ledger_settings *ret, void **ret_memory,
				    struct err *err);

struct past_meta {
	bool first_contact;
	uint32_t last_cycle, last_complete; /* told by a load: from how the cycles ended */
	struct past_record record;          /* the same */
	uint64_t generation;
	struct source_positions positions;
	uint32_t source_people, source_institutions, released_members;
	uint8_t scope[16];
	uint32_t next_hold, next_drift, next_freeze; /* told by a load; what CYCLE_END says of them does not count */
	struct past_clock clock;                     /* the same: SET_CLOCK says it */
};
void past_meta_encode(struct buf *out, const struct past_meta *meta);
MUST_USE int past_meta_decode(const void *body, size_t len, struct past_meta *ret, struct err *err);

void past_clock_encode(struct buf *out, const struct past_clock *clock);
MUST_USE int past_clock_decode(const void *body, size_t len, struct past_clock *ret, struct err *err);

/* The fixed parts of past.h travel field by field. Group, seen, removal, ambiguity, grantor: */
void past_group_encode(struct buf *out, const struct past_group *group);
MUST_USE int past_group_decode(const void *body, size_t len, struct past_group *ret, struct err *err);
void seen_encode(struct buf *out, const struct seen_entry *seen);
MUST_USE int seen_decode(const void *body, size_t len, struct seen_entry *ret, struct err *err);
void removal_encode(struct buf *out, const struct past_removal *removal);
MUST_USE int removal_decode(const void *body, size_t len, struct past_removal *ret, struct err *err);
void ambiguity_encode(struct buf *out, const struct past_ambiguity *ambiguity); /* since_s 0: gone */
MUST_USE int ambiguity_decode(const void *body, size_t len, struct past_ambiguity *ret, struct err *err);
void idle_encode(struct buf *out, const struct past_idle *idle); /* since_s 0: needed again */
MUST_USE int idle_decode(const void *body, size_t len, struct past_idle *ret, struct err *err);
void past_grant_encode(struct buf *out, const struct past_grant *grant);
MUST_USE int past_grant_decode(const void *body, size_t len, struct past_grant *ret, struct err *err);
void grantor_encode(struct buf *out, const struct past_grantor *grantor);
MUST_USE int grantor_decode(const void *body, size_t len, struct past_grantor *ret, struct err *err);

void hold_encode(struct buf *out, const struct past_hold *hold);
/* Allocates the list and said: the caller frees both. */
MUST_USE int hold_decode(const void *body, size_t len, struct past_hold *ret, struct err *err);
void freeze_encode(struct buf *out, const struct past_freeze *freeze);
MUST_USE int freeze_decode(const void *body, size_t len, struct past_freeze *ret,
			   struct err *err); /* said: the caller's */
void pin_encode(struct buf *out, const struct past_pin *pin);
MUST_USE int pin_decode(const void *body, size_t len, struct past_pin *ret, struct err *err);
void directive_encode(struct buf *out, const struct past_directive *directive);
MUST_USE int directive_decode(const void *body, size_t len, struct past_directive *ret, struct err *err);
/* The key of the value concerned is this process's own: its canonical DN travels. */
struct drift_record {
	struct past_drift drift; /* key: not sent; author: NULL or empty where not known */
	struct text value;
};
void drift_encode(struct buf *out, const struct drift_record *drift);
MUST_USE int drift_decode(const void *body, size_t len, struct drift_record *ret,
			  struct err *err); /* author: the caller's */

/* What somebody ordered over the socket. Stored: never renumber. */
enum order_kind {
	ORDER_APPROVE = 1,
	ORDER_REJECT = 2,
	ORDER_ACCEPT_SOURCE = 3,
	ORDER_REQUEST = 4,
	ORDER_UNREQUEST = 5,
	ORDER_PIN = 6,
	ORDER_UNPIN = 7,
	ORDER_DRIFT_ADOPT = 8,
	ORDER_DRIFT_UNDO = 9,
	ORDER_FREEZE = 10,
	ORDER_THAW = 11,
	ORDER_PAUSE = 12,
	ORDER_RESUME = 13,
	ORDER_UNDO = 14,
	ORDER_FORGET = 15,
	ORDER_SYNC = 16,
	ORDER_ACCEPT_CLOCK = 17,
	ORDER_REDO = 18,
	ORDER_KINDS
};
const char *order_name(enum order_kind kind); /* "accept-source" */

/* One row of the audit, before it takes effect. Texts of people go to the side table. */
struct decision {
	uint8_t order; /* enum order_kind */
	uint8_t role;
	uint32_t uid;
	uint32_t number;    /* institution; 0 */
	uint32_t object;    /* hold, drift item or cycle; the day of accept-clock, as 20260901; 0 */
	int64_t until_s;    /* 0: none */
	struct text person; /* vo-id; empty */
	struct text entry;  /* DN of a directive; empty */
	struct text said;   /* the reason given */
};
void decision_encode(struct buf *out, const struct decision *decision);
MUST_USE int decision_decode(const void *body, size_t len, struct decision *ret, struct err *err);
struct decision_end {
	uint32_t decision;
	int result; /* 0: took effect; else an LDAP result code or a negative enum err_code */
	struct text text;
};
void decision_end_encode(struct buf *out, const struct decision_end *end);
MUST_USE int decision_end_decode(const void *body, size_t len, struct decision_end *ret, struct err *err);

struct ledger_head { /* of the chain */
	uint64_t seq;
	uint8_t hash[32];
};
void ledger_head_encode(struct buf *out, const struct ledger_head *head);
MUST_USE int ledger_head_decode(const void *body, size_t len, struct ledger_head *ret, struct err *err);

struct past_change { /* a member change that went through */
	uint32_t cycle, number;
	int64_t at_s;
	uint8_t kind, role;
	uint16_t cause, reason;
	struct uuid source;
	struct text value, person, name; /* member DN, vo-id, name; empty once forgotten */
};
void past_change_encode(struct buf *out, const struct past_change *change);
MUST_USE int past_change_decode(const void *body, size_t len, struct past_change *ret, struct err *err);

struct owned_record {
	struct uuid group; /* null: a group that was to be made, see above */
	struct text value; /* member DN, any spelling; the ledger knows it by its canonical form */
	struct uuid source;
	uint32_t cycle;
	uint32_t number; /* of the group; SET_OWNED: 0 when nothing waits under number and role */
	uint8_t role;
	uint8_t state; /* enum owned_state */
};
void owned_encode(struct buf *out, const struct owned_record *owned);
MUST_USE int owned_decode(const void *body, size_t len, struct owned_record *ret, struct err *err);

/* The kinds that change ownership: the same values as CHANGE_MEMBER_REMOVE and CHANGE_MEMBER_ADD of core/plan.h. Kinds
 * are stored: never renumber. */
enum intent_kind { INTENT_MEMBER_REMOVE = 1, INTENT_MEMBER_ADD = 8 };

/* Before a write: who, what, why. */
struct intent {
	uint32_t change; /* number within the cycle, from 1; the outcome names it */
	uint8_t kind;    /* enum change_kind of core/plan.h */
	uint8_t role;
	uint16_t cause, reason; /* enum reason */
	uint32_t number;
	struct uuid source_uuid; /* evidence: source entry and its position */
	struct csn source_csn;
	struct uuid target_uuid; /* null for an entry to be made */
	struct text dn;          /* target entry */
	struct text value;       /* member DN as written, or empty */
	struct text person;      /* vo-id or empty: side table */
	struct text name;        /* display name or empty: side table */
};
void intent_encode(struct buf *out, const struct intent *intent);
MUST_USE int intent_decode(const void *body, size_t len, struct intent *ret, struct err *err);

struct change_outcome {
	uint32_t change;
	int result;
	struct text text;
};
void change_outcome_encode(struct buf *out, const struct change_outcome *outcome);
MUST_USE int change_outcome_decode(const void *body, size_t len, struct change_outcome *ret, struct err *err);

/* One line of "duaalctl history". */
struct cycle_summary {
	uint32_t id;
	int64_t started_s, ended_s; /* ended 0: it never ended (crash) */
	char trigger[32];           /* start, timer, expiry, operator, conflict */
	uint32_t trigger_uid;       /* operator: who asked; else UINT32_MAX */
	char result[32];            /* in-step, applied, held, source-unread, target-unread, failed, ... */
	char detail[512];           /* sentence for result, whole as a struct err has it; or empty */
	uint32_t grants, removals, structure, held, failed, refusals, remarks;
	uint32_t source_people, source_institutions, memberships;
	uint32_t read_ms, think_ms, apply_ms;
	uint8_t plan_digest[32];
	uint64_t generation;
};
void cycle_summary_encode(struct buf *out, const struct cycle_summary *cycle);
MUST_USE int cycle_summary_decode(const void *body, size_t len, struct cycle_summary *ret, struct err *err);

struct cycle_end {
	struct cycle_summary summary;
	struct past_meta meta; /* what the next LOAD's PAST_META says */
	struct cycle_read {
		char name[SOURCE_NAME_SIZE]; /* empty where there is only one */
		struct certificate certificate;
	} sources[SOURCES_MAX]; /* kept with the cycle, as is target */
	uint32_t source_count;  /* 0: they could not be read */
	bool has_target;
	struct certificate target;
};
void cycle_end_encode(struct buf *out, const struct cycle_end *end);
MUST_USE int cycle_end_decode(const void *body, size_t len, struct cycle_end *ret, struct err *err);

#endif
