/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * past.h - what the ledger remembers, in memory: the facts that no directory can tell.
 *
 * Loaded from duaal-ledger at start, changed by run/ only after the ledger has stored the change (I12).
 * The pure core reads it. Nothing here is a guess: an empty past means that this instance has never
 * run with this ledger, and then everything found in the target is "adopted".
 */
#ifndef DUAAL_MODEL_PAST_H
#define DUAAL_MODEL_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/uuid.h"
#include "model/source_positions.h"

enum owned_state {
	OWNED_HELD = 1,     /* written by us, or found and confirmed by a certified source read */
	OWNED_INTENDED = 2, /* an add was announced; its outcome is not known (crash): ours if it is there */
	OWNED_REMOVING = 3, /* a removal was announced; its outcome is not known */
	OWNED_ADOPTED = 4,  /* found at first contact, not wanted by the source: kept until decided */
	OWNED_REMOVED = 5,  /* taken out by us: if a restored target shows it again, it goes again (fault 58) */
};

struct owned_value {        /* one value of member that is ours */
	uint32_t group;     /* position in groups */
	uint32_t cycle;     /* that wrote or confirmed it */
	uint64_t key;       /* dn_key of the value */
	struct uuid source; /* entryUUID of the person at the source; null when adopted */
	uint8_t state;      /* enum owned_state; 0: free slot */
};

struct past_group {       /* a role group that we wrote or took over */
	struct uuid uuid; /* target entryUUID */
	struct csn csn;   /* highest entryCSN seen there: an older one means the target was restored (58). CSN_NEVER: we
			     deleted it, and what it held is remembered in case a backup brings it back */
	uint32_t number;
	uint8_t role;
	uint32_t released; /* members when the brake last held nothing (plan_is_released) */
	uint32_t found;    /* the last cycle that saw it in the target; kept by run/facts.c, in no ledger */
};

struct seen_entry { /* a source entry: a person or an institution */
	struct uuid uuid;
	struct csn csn;                     /* highest entryCSN ever applied (I7) */
	int32_t begin_day, end_day;         /* dates last released, or DAY_NONE */
	int64_t begin_since_s, end_since_s; /* since when each of them stands */
	bool end_moved;                     /* it was seen with another end date before, or with none */
};

struct seen_row { /* the same as it is kept: there is one of everybody */
	struct uuid uuid;
	struct csn csn;
	uint64_t begin, end; /* a date and since when it stands, in 64 bits (past_seen.c) */
};

/* How far back a rolling window may look (I4), and how long removals are remembered for it: clocks may be set. */
#define PAST_WINDOW_MAX_S    (30 * 86400)
#define PAST_REMOVALS_KEPT_S (PAST_WINDOW_MAX_S + 7 * 86400)

enum removal_sort {
	REMOVAL_ORDINARY = 1, /* went through by itself */
	REMOVAL_APPROVED = 2, /* somebody approved it: counts for its group and institution, not for the total */
	REMOVAL_EXCLUDED = 3, /* named by an override: counted apart */
	REMOVAL_DRIFT = 4,    /* a value added by hand, taken out again: counts for the total only */
	REMOVAL_BY_DATE = 5,  /* as announced: counts for its group only, which became smaller by it */
};

struct past_removal { /* in the rolling window */
	int64_t at_s;
	uint32_t number;
	uint8_t role;
	uint8_t sort; /* enum removal_sort */
};

struct past_ambiguity { /* two source entries claim one vo-id (R9) */
	struct uuid first;
	int64_t since_s; /* 0: free slot */
};

struct past_idle {         /* an entry of a person, of ours, that nobody needs: no access is left */
	struct uuid entry; /* target entryUUID */
	int64_t since_s;   /* 0: free slot */
};

/* A source entry that gave somebody a membership: as long as that is there, the entry's absence has to be proven before it
 * goes. */
struct past_grant {
	struct uuid entry, person; /* entryUUIDs at the source */
	uint32_t number;
	uint8_t role;
	uint8_t kind;  /* enum entry_kind: what to ask for */
	bool gone;     /* forgotten; the slot stays */
	bool owned;    /* the membership is ours in the target; kept by run/facts.c for one walk */
	uint32_t next; /* another one of the same membership, or MAP_NONE; kept by past_grants.c */
};

struct past_grantor {       /* verdict when the grant was first seen (R4) */
	struct uuid person; /* of a grant that is an entry: a hash of both entryUUIDs (core/policy_grant.c) */
	uint32_t number;
	uint8_t role;
	bool accepted;
};

/* ---- what people decided, and what waits for a decision ------------------------------------------------ */

/* One change in words that mean the same from cycle to cycle (core/identity.h): what a hold lists. */
struct change_id {
	uint8_t bytes[16];
};

/* One line of a hold. kind 0, of a hold because the source went back: an entry (who) or, with who null, a server id
 * (number) of the position, and evidence is the time of its CSN as it was then. */
struct hold_op {
	struct change_id id;
	uint64_t evidence; /* of the source entries behind it: a rejection lasts until it changes */
	struct uuid who;   /* source entryUUID of the person, or null */
	uint32_t number;
	uint16_t cause, reason; /* enum reason */
	uint8_t kind, role;     /* enum change_kind */
};

enum hold_state {
	HOLD_OPEN = 1,
	HOLD_APPROVED = 2,
	HOLD_REJECTED = 3,
	HOLD_ACCEPTED = 4, /* accept-source */
	HOLD_EXPIRED = 5,  /* these two are over: the ledger keeps them, past does not */
	HOLD_OVER = 6,     /* nothing that it lists is wanted any more, or all of it was done */
};

/* Its list never changes: what is new forms another hold. */
struct past_hold {
	uint32_t id; /* never used again */
	uint16_t rule;
	uint8_t role;    /* UINT8_MAX: not one role */
	uint8_t state;   /* enum hold_state */
	uint32_t number; /* institution; 0: not one */
	uint32_t seen, allowed;
	int64_t opened_s, expires_s;
	int64_t decided_s; /* 0: not decided */
	uint32_t decided_by;
	uint8_t digest[32];  /* over the list: the second half of the id that people type */
	char *said;          /* reason of the decision, or NULL; owned */
	struct hold_op *ops; /* ascending by id; owned */
	uint32_t op_count;
};

struct past_freeze { /* an institution, all of them, or the whole daemon */
	uint32_t id;
	uint32_t number;          /* 0: all */
	bool pause;               /* not even end dates and excludes work */
	uint32_t by;              /* uid */
	int64_t since_s, until_s; /* INT64_MAX: until somebody ends it */
	char *said;               /* reason; owned */
};

/* A membership that "undo" put back or took out: it stays so until then, whatever the source says. */
struct past_pin {
	struct uuid person;     /* source entryUUID */
	uint32_t number, cycle; /* the cycle that was undone */
	uint8_t role;
	bool present;
	int64_t until_s; /* 0: somebody ended the undo */
};

/* What an undo still keeps. */
struct past_undone {
	uint32_t cycle, memberships;
	int64_t until_s; /* of the last of them */
};

enum directive_kind { DIRECTIVE_REQUEST = 1, DIRECTIVE_INCLUDE = 2, DIRECTIVE_EXCLUDE = 3 };

/* A directive that was in force when last looked at: it must not vanish without a trace. */
struct past_directive {
	struct uuid uuid;   /* entryUUID in the target */
	struct uuid person; /* source entryUUID; null for requests */
	uint32_t number;
	uint8_t kind; /* enum directive_kind */
	uint8_t role;
	int64_t until_s, since_s; /* INT64_MAX: open; since when this until stands */
};

enum drift_decision { DRIFT_UNDECIDED = 0, DRIFT_UNDO = 1 };

/* Something that people changed by hand in what is ours, for as long as it is so. */
struct past_drift {
	uint32_t id;            /* never used again */
	uint16_t reason;        /* enum reason: R_DRIFT_... */
	uint8_t role, decision; /* enum drift_decision */
	uint32_t number;
	uint32_t first_cycle; /* that saw it first: only a source read of a later cycle began after it */
	int64_t first_s;
	struct uuid entry;  /* target entryUUID of the group or entry; null when the entry is gone */
	struct uuid person; /* source entryUUID; null: not known */
	uint64_t key;       /* dn_key of the value concerned; 0: none */
	char *author;       /* who, exactly, where accesslog told; NULL; owned */
	int64_t author_s;
};

/* How the cycles behind the last complete one ended, none of which could remember what it read. */
struct past_record {
	uint32_t unread_cycles;
	int64_t longest_gap_s; /* between the end of one and the beginning of the next; INT64_MAX: not all of them say that the source
				* could not be read, or time went back */
	int64_t ended_s; /* the last one; 0: it did not end */
};

struct past_clock {       /* the time that the planner went by last */
	int64_t wall_s;   /* 0: not on record */
	int64_t up_s;     /* how long its host had been up then */
	int64_t ahead_s;  /* how much further the host's clock might be, which may have been off before */
	uint8_t boot[16]; /* which start of the host; zero: not known */
};

struct past {
	bool first_contact; /* the ledger has no finished cycle yet */
	uint32_t last_cycle;
	uint32_t
		last_complete; /* the last cycle behind which all that it learnt of the source was remembered; 0: none */
	struct past_record record;
	struct past_clock clock;
	bool source_on_record; /* what it remembers of the source is the source's last word to us, see run/last_word.h */
	uint64_t generation;   /* of cn=sync */
	struct source_positions positions; /* of the sources, as last applied */
	uint32_t source_people;            /* in the last accepted source snapshot */
	uint32_t source_institutions;
	uint32_t released_members; /* whole baseline of the percent rules */
	uint8_t scope[16];         /* fingerprint of the scope settings last thought with (I15); zero: never */
	uint32_t next_hold, next_drift, next_freeze; /* numbers for the next ones, from 1 */
	struct owned_value *owned;
	struct past_group *groups;
	struct seen_row *seen;
	struct past_removal *removals; /* ascending by time */
	struct past_ambiguity *ambiguities;
	struct past_grantor *grantors;
	struct past_idle *idles;
	struct past_grant *grants;
	struct past_hold *holds;     /* ascending by id */
	struct past_freeze *freezes; /* the same */
	struct past_pin *pins;
	struct past_directive *directives;
	struct past_drift *drifts; /* ascending by id */
	size_t owned_count, group_count, seen_count, removal_count, ambiguity_count, grantor_count, idle_count;
	size_t owned_capacity, group_capacity, seen_capacity, removal_capacity, ambiguity_capacity, grantor_capacity,
		idle_capacity;
	size_t hold_count, freeze_count, pin_count, directive_count, drift_count;
	size_t hold_capacity, freeze_capacity, pin_capacity, directive_capacity, drift_capacity;
	size_t grant_count, grant_capacity;
	struct map owned_by_value, groups_by_uuid, seen_by_uuid, ambiguities_by_first, grantors_by_key, idles_by_entry,
		grants_by_membership;
};

void past_init(struct past *past);
void past_done(struct past *past);
void past_decided_done(struct past *past); /* of past_done: what people decided */
void past_seen_init(struct past *past);    /* of past_init */
void past_seen_done(struct past *past);
void past_grants_init(struct past *past); /* of past_init */
void past_grants_done(struct past *past);

const struct owned_value *past_owned(const struct past *past, const struct uuid *group, uint64_t key);
const struct past_group *past_group(const struct past *past, const struct uuid *group);
const struct past_idle *past_idle(const struct past *past, const struct uuid *entry);           /* or NULL */
const struct past_ambiguity *past_ambiguity(const struct past *past, const struct uuid *first); /* or NULL */
bool past_group_is_deleted(const struct past_group *group);                                     /* by us: see csn */
/* Fills in ret and returns it; NULL: it was never seen. */
const struct seen_entry *past_seen(const struct past *past, const struct uuid *uuid, struct seen_entry *ret);
/* The same for one entry after the other, *next 0 at first: they mostly come in the order in which they were told. */
const struct seen_entry *past_seen_next(const struct past *past, const struct uuid *uuid, size_t *next,
					struct seen_entry *ret);
/* The verdict when the grant was first seen (R4), or NULL. */
const struct past_grantor *past_grantor(const struct past *past, const struct uuid *person, uint32_t number,
					uint8_t role);

/* The first entry on record that gave this membership, or MAP_NONE; then each next one. Those that are gone are passed over. */
uint32_t past_grant_first(const struct past *past, const struct uuid *person, uint32_t number, uint8_t role);
uint32_t past_grant_next(const struct past *past, uint32_t at);
bool past_has_grant(const struct past *past, const struct past_grant *grant);

/* Changes, after the ledger stored them. 0 or ERR_NOMEM. */
MUST_USE int past_set_group(struct past *past, const struct past_group *group);
/* value->group is filled in from group; ERR_NOT_FOUND: past_set_group has not made the group known. */
MUST_USE int past_set_owned(struct past *past, const struct uuid *group, const struct owned_value *value);
void past_forget_owned(struct past *past, const struct uuid *group, uint64_t key);
/* Days that no calendar has and times before 1970 come back as the nearest that it can keep. */
MUST_USE int past_set_seen(struct past *past, const struct seen_entry *seen);
MUST_USE int past_add_removal(struct past *past, const struct past_removal *removal);
void past_forget_removals_before(struct past *past, int64_t before_s);
/* since_s 0: it is clear again and forgotten. */
MUST_USE int past_set_ambiguity(struct past *past, const struct uuid *first, int64_t since_s);
MUST_USE int past_set_idle(struct past *past, const struct past_idle *idle); /* since_s 0: it is needed again */
/* Person, number and role name it; a second verdict replaces the first. */
MUST_USE int past_set_grantor(struct past *past, const struct past_grantor *grantor);
MUST_USE int past_set_grant(struct past *past, const struct past_grant *grant);
void past_forget_grant(struct past *past, const struct past_grant *grant);

/* Each of these takes a copy of texts and lists; on ERR_NOMEM nothing changed. next_hold, next_drift and next_freeze
 * move on behind the id by themselves. A hold that is over (HOLD_EXPIRED, HOLD_OVER) leaves. */
MUST_USE int past_set_hold(struct past *past, const struct past_hold *hold);
MUST_USE int past_set_freeze(struct past *past, const struct past_freeze *freeze);
void past_forget_freeze(struct past *past, uint32_t id);
MUST_USE int past_set_pin(struct past *past, const struct past_pin *pin); /* person, number and role name it */
void past_forget_pin(struct past *past, const struct uuid *person, uint32_t number, uint8_t role);
/* The undone cycles of which memberships stay now as the undo left them, in the order of their first pins and at most max of them: how many are in
 * ret. O(pins * max). */
size_t past_undone(const struct past *past, int64_t now_s, struct past_undone *ret, size_t max);
MUST_USE int past_set_directive(struct past *past, const struct past_directive *directive);
void past_forget_directive(struct past *past, const struct uuid *uuid);
MUST_USE int past_set_drift(struct past *past, const struct past_drift *drift);
void past_forget_drift(struct past *past, uint32_t id);

const struct past_hold *past_hold(const struct past *past, uint32_t id);   /* or NULL */
const struct past_drift *past_drift(const struct past *past, uint32_t id); /* or NULL */
const struct past_directive *past_directive(const struct past *past, const struct uuid *uuid);
/* The freeze that concerns this institution now: a pause first, then one of all, then its own; or NULL. */
const struct past_freeze *past_frozen(const struct past *past, uint32_t number, int64_t now_s);
/* Does this one concern the institution now, whatever others do? */
bool past_freeze_concerns(const struct past_freeze *freeze, uint32_t number, int64_t now_s);

#endif
