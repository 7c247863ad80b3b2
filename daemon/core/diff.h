/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * diff.h - the working set of plan_build; seen by daemon/core only.
 *
 * Order: diff_init, diff_standings, diff_gone_people, diff_institutions, diff_groups, diff_people, diff_idle, diff_tidy, then
 * plan.c orders what was found; diff_done always. Everything here is on the heap or in the scratch arena and
 * goes with diff_done; positions refer to the snapshots of the input.
 *
 *   standings     where each source person with a membership stands in the target
 *   gone people   whose entry was ours and was deleted by hand
 *   institutions  entries wanted against entries there
 *   groups        one walk over both sides, ascending by number and role: values in, out, drift, ownership
 *   flat          the same over the flat role groups, once it is known who is in the others
 *   people        entries needed by the grants that were found
 *   idle          people's entries that nobody needs any more
 *   tidy          empty groups and institutions that are no longer admitted
 */
#ifndef DUAAL_CORE_DIFF_H
#define DUAAL_CORE_DIFF_H

#include "core/judge.h"
#include "core/plan.h"

/* How a source person can become a member. */
enum way {
	WAY_UNASKED, /* no membership: never looked at */
	WAY_THERE,   /* has an entry in the target */
	WAY_NEW,     /* will get one */
	WAY_REUSED, /* the entry is a former person's, or another entry is this one's still: nothing before that has ended (I8) */
	WAY_BLOCKED, /* cannot: why says it */
};

struct standing {
	struct uuid uuid; /* the source's entryUUID, so that no comparison has to visit the entry */
	uint64_t key;     /* dn_key of the member value; 0: not known */
	uint32_t target;  /* position in target people, or NONE */
	uint16_t why;     /* enum reason, of WAY_BLOCKED */
	uint8_t way;
	bool needed;  /* a grant was planned: the entry must be there */
	bool differs; /* our entry does not say what it should */
	bool told;    /* a remark was made about why */
	bool claimed; /* WAY_REUSED: the former person is not known to have let go of the key */
	/* By hand, see by_hand_of: */
	uint8_t gone;    /* the entry was deleted */
	uint8_t changed; /* an attribute of it was changed, and is put right */
};

#define WANTED_FIELDS 64

/* What an entry of ours should say. */
struct wanted {
	uint64_t fields;               /* bit n: field n has a value */
	struct text at[WANTED_FIELDS]; /* single-valued fields */
	const char *const *actions;    /* values of FIELD_ACTION; NULL: none */
	char number[16], since[GENERALIZED_TIME_SIZE], uuid[UUID_TEXT_SIZE];
};

struct diff {
	const struct plan_input *in;
	const struct source_snapshot *source;
	const struct target_snapshot *target;
	const struct target_names *names;
	const struct past *past;
	const struct desired *desired;
	struct judge judge;
	struct arena scratch;
	bool no_memory; /* a key could not be worked out: there will be no plan */

	struct wanted wanted; /* of the person at hand: too large to be cleared for each */

	struct standing *standings; /* of those with a membership, from 1; the first is everybody else's */
	uint32_t *standing_at;      /* one a source person: position in standings */
	uint8_t *blocked;           /* one a desired institution: nothing can be made below it */
	uint8_t *gone;              /* the same: its entry was deleted by hand, see by_hand_of */
	uint32_t *wanted_at;        /* one a target person: its membership in the group at hand */
	uint8_t *
		present; /* one a desired membership: the target has it, or is given it and nobody is asked about a hand edit */
	struct desired_membership *flat; /* wanted in flat groups; ascending by role, person's entryUUID */
	uint32_t flat_count;
	uint32_t *owned_first; /* past groups + 1: where each group's values begin in owned_order */
	uint32_t *owned_order; /* positions in past->owned, by group */
	uint8_t *owned_seen;   /* one a past value: in the target, or wanted */
	uint32_t *lost;        /* number << 8 | role of groups of which past holds values; ascending */
	uint32_t lost_count;
	bool emptied; /* we deleted a group of whose values past still holds some: people had taken those out before */
	uint32_t *past_of;      /* one a target group: position in past groups, or NONE */
	uint8_t *past_there;    /* one a past group: the target has it */
	struct map drift_index; /* past->drifts, by what they are about */
	uint64_t own_key;       /* dn_key of who we are at the target; 0: not known */
	struct buf left, right; /* for two DNs that are compared */
	uint64_t *in_the_way;   /* keys of foreign entries and protected DNs, ascending */
	uint64_t *protected_keys;
	uint64_t *above_foreign; /* keys of every DN above a foreign entry, ascending */
	uint64_t *
		displaced; /* keys of our groups' DNs whose number or role says another DN, ascending; made when asked for */
	uint32_t in_the_way_count, above_foreign_count, displaced_count;

	struct change *changes[PHASES];
	size_t change_count[PHASES], change_capacity[PHASES];
	struct remark *remarks;
	struct confirmation *confirmations;
	struct source_question *questions;
	uint32_t *endings;
	struct past_drift *drifts;
	size_t remark_count, confirmation_count, question_count, ending_count, drift_count;
	size_t remark_capacity, confirmation_capacity, question_capacity, ending_capacity, drift_capacity;
	struct past_idle *idle;
	size_t idle_count, idle_capacity;
	int64_t next_s; /* the earliest end of a grace; INT64_MAX: none */
};

MUST_USE int diff_init(struct diff *diff, const struct plan_input *in);
void diff_done(struct diff *diff);

static inline struct standing *diff_standing(const struct diff *diff, uint32_t person)
{
	return &diff->standings[diff->standing_at[person]];
}
MUST_USE int diff_standings(struct diff *diff);
MUST_USE int diff_gone_people(struct diff *diff);
MUST_USE int diff_institutions(struct diff *diff);
MUST_USE int diff_groups(struct diff *diff);
/* Those below ou=roles, with desired and present being theirs; and the whole of it. */
MUST_USE int diff_flat_groups(struct diff *diff);
MUST_USE int diff_flat(struct diff *diff);
MUST_USE int diff_forget_lost(struct diff *diff); /* values in groups that are not there, and not wanted either */
MUST_USE int diff_people(struct diff *diff);
MUST_USE int diff_idle(struct diff *diff);
MUST_USE int diff_tidy(struct diff *diff);

/* Instead of all these, where no source was read since the start. */
MUST_USE int diff_unread(struct diff *diff);

/* Each appends one finding. ERR_NOMEM. */
MUST_USE int diff_change(struct diff *diff, enum phase phase, const struct change *change);
MUST_USE int diff_remark(struct diff *diff, const struct remark *remark);
MUST_USE int diff_confirm(struct diff *diff, const struct confirmation *confirmation);
MUST_USE int diff_ask(struct diff *diff, const struct uuid *uuid); /* for a person */
MUST_USE int diff_ask_for(struct diff *diff, const struct uuid *uuid, enum entry_kind kind);
MUST_USE int diff_forget(struct diff *diff, uint32_t owned);

/* dn_key_of, with a failure that stays: no_memory, asked once at the end. */
uint64_t diff_key(struct diff *diff, struct text dn);
/* R_NONE, or why nothing can be made at this DN: R_FOREIGN_ENTRY or R_PROTECTED. */
enum reason diff_in_the_way(const struct diff *diff, uint64_t key);
/* Does one of our groups stand at the DN of this key that says to be another one? ERR_NOMEM. */
MUST_USE int diff_is_displaced(struct diff *diff, uint64_t key, bool *ret);
/* Does a foreign entry stand below the DN of this key? */
bool diff_is_above_foreign(const struct diff *diff, uint64_t key);
/* Does past hold values in a role group of this number (role ROLE_NONE: any role)? Not of groups that we deleted ourselves. */
bool diff_is_lost(const struct diff *diff, uint32_t number, uint8_t role);
/* Does past hold values in the group of this position in past groups? */
bool diff_holds_values(const struct diff *diff, uint32_t group);
bool owned_is_ours(const struct owned_value *owned); /* held, intended or being removed; not adopted */

/* Why an owned value goes: cause and finding, and the person where the source still shows one. */
struct ending {
	uint16_t cause, reason;
	uint32_t person;
};
/* Has the person who had a key before let go of it: proven absent, or shown by the source? Else it is asked. */
MUST_USE int diff_is_former_gone(struct diff *diff, const struct uuid *former, bool *ret);
/* Does an override exclude somebody whom the source does not show now? */
bool diff_is_excluded(const struct diff *diff, uint32_t target_person, uint32_t number, uint8_t role);
MUST_USE int diff_cause(struct diff *diff, const struct owned_value *owned, uint32_t target_person, uint32_t number,
			uint8_t role, struct ending *ret);

/* Has this end date of a person, a grant or an institution stood there long enough, and since before it passed? One that was entered
 * afterwards announced nothing, however long it stands. seen: NULL: no. */
bool diff_was_announced(const struct diff *diff, const struct seen_entry *seen, int32_t end);
/* A value of somebody whose entry is never touched, or that names a protected DN (I5). */
bool diff_is_protected_value(const struct diff *diff, uint32_t member);

/* ---- diff_drift.c ------------------------------------------------------------------------------------ */

MUST_USE int diff_index_drifts(struct diff *diff); /* of diff_init */
/* Takes down something that people changed by hand, and the remark about it. key: of the value concerned, 0: none.
 * ret: as it is on record, or new with id 0. */
MUST_USE int diff_drift(struct diff *diff, const struct remark *remark, uint64_t key, struct past_drift *ret);
/* On record under this person as taken out of this group by hand? */
bool diff_is_taken_out(const struct diff *diff, const struct entry *group, const struct uuid *person);
/* Is the group's entry older than the one that we saw there last, as after a restored backup (58)? */
bool diff_is_restored(const struct past_group *then, const struct entry *now);
/* Did somebody else than us write this entry last? */
bool diff_is_by_hand(struct diff *diff, const struct entry *entry);
/* Did we, for certain, write this person's entry last? Where that cannot be read neither this nor the other is true. */
bool diff_is_last_by_us(struct diff *diff, const struct entry *person);
/* 0: it is only reported, no change follows; else 1 + enum drift_decision, for the change that puts it right. */
uint8_t by_hand_of(const struct diff *diff, const struct past_drift *drift);
/* Of two reasons to wait, each as by_hand_of says and 0 for none: what holds for a change that both concern. */
uint8_t by_hand_both(uint8_t a, uint8_t b);
/* Makes the change one that puts a hand edit right. by_hand 0: it stays what it is. */
void change_by_hand(struct change *change, uint8_t by_hand, enum reason reason);

/* ---- wanted.c ---------------------------------------------------------------------------------------- */

void wanted_fill_institution(const struct plan_input *in, uint32_t desired_institution, struct wanted *ret);
void wanted_fill_person(const struct plan_input *in, uint32_t person, struct wanted *ret);
void wanted_fill_group(const struct plan_input *in, uint32_t number, uint8_t role, struct wanted *ret);
/* Does an entry of ours differ in a managed field? Its key and its marker are not compared. */
bool wanted_differs_from(const struct wanted *wanted, const struct entry *entry);
/* Does the entry of this role group allow something that it should not allow any more? */
bool wanted_takes_actions(const struct plan_input *in, uint32_t number, uint8_t role, const struct entry *entry);

#endif
