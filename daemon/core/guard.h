/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * guard.h - may this plan run? The brake, made for small groups.
 *
 * Pure: no I/O, clock, log or globals; equal inputs, equal verdict. Total: every change gets GO, HOLD or
 * REFUSE with the rule, and each rule that held something says the count seen and the count allowed.
 * Holds only the suspect slice: grants elsewhere never wait, and revocations that pass every rule go.
 * More removals never soften a verdict. O(changes).
 */
#ifndef DUAAL_CORE_GUARD_H
#define DUAAL_CORE_GUARD_H

#include <stdint.h>

#include "core/plan.h"

enum verdict { VERDICT_GO, VERDICT_HOLD, VERDICT_REFUSE };

struct guard_settings {
	uint32_t institution_removals; /* 3: explicit removals an institution in the window that pass by themselves */
	uint32_t removals;             /* 50: explicit removals in all in the window */
	uint32_t removals_percent;     /* 5: of the last released state */
	uint32_t window_s;             /* 86400 */
	uint32_t shrink_percent;       /* 10: source smaller than the last accepted by more than this, and by more than
	                                  institution_removals; people found when asked for are not missing */
	uint32_t halved_percent;       /* 50: a role group losing more than this in the window */
	bool first_fill_go;            /* first_fill = go */
	uint32_t grants,
		grants_percent; /* 50, 20: grants in one cycle beyond both are held; those by date do not count */
	/* 20: of all members, or institution_removals where that is more, may leave by date on one day when their dates came or
	 * were moved ... */
	uint32_t dates_percent;
	uint32_t dates_window_s; /* 7 days: ... within this */
	uint32_t hold_s;         /* 72 h: a hold that nobody decided expires, and what it lists forms another */
};

/* What the source did since last time. */
struct guard_past {
	const struct past *past;
	bool source_went_back; /* any entryCSN or contextCSN older than applied, and not accepted (timeline.h) */
	bool scope_changed;    /* first thinking with these scope settings (I15) */
	bool ledger_old;       /* the target shows writes of ours that the ledger does not know (95) */
	uint32_t granted;      /* grants that this cycle has carried out in earlier rounds: see change_is_granted */
	bool first_fill;       /* an earlier round of this cycle began to fill an empty target: so is what is left */
};

struct guard_hold { /* one for each rule and institution that held something */
	uint16_t rule;
	uint32_t number;  /* institution, or 0: all */
	uint8_t role;     /* UINT8_MAX: all */
	uint32_t changes; /* how many it holds */
	uint32_t seen, allowed;
	/* by hold.h: */
	uint32_t
		id; /* of the hold in past; 0: not on record yet, or a rule that nobody decides (frozen, paused, grace) */
	uint8_t state; /* enum hold_state; 0: no hold */
	int64_t opened_s, expires_s;
};

struct guard_verdict {
	struct guard_hold *holds; /* in the plan's arena; ascending by rule, number, role */
	uint32_t hold_count;
	uint32_t go, held, refused;
	uint32_t notices; /* removals that go and empty a role group of one member: worth telling */
	bool first_fill;  /* the target was empty of us and the plan fills it */
	/* by hold.h: what the ledger has to be told at the end of the cycle; in the plan's arena */
	struct past_hold *opened; /* new ones; id 0, numbered when told */
	struct past_hold *ended;  /* copies with HOLD_EXPIRED or HOLD_OVER; lists shared with past */
	uint32_t opened_count, ended_count;
	uint32_t expiring; /* open holds that expire within a day */
	int64_t next_s;    /* when a hold expires, a freeze or a grace ends; INT64_MAX */
};

/* Writes verdict and rule into the plan's changes. ERR_NOMEM only. */
MUST_USE int guard_judge(struct plan *plan, const struct plan_input *in, const struct guard_settings *set,
			 const struct guard_past *past, int64_t now_s, struct arena *arena, struct guard_verdict *ret,
			 struct err *err);

/* Would this freeze or pause, which concerns the change's institution, hold it if it were the only one? unread: plan_input.source_unread. */
bool freeze_holds(const struct past_freeze *freeze, const struct change *change, bool unread);
/* So much smaller than the last one accepted (in people or institutions) that the guard holds all removals? */
bool source_is_shrunken(const struct guard_settings *set, uint32_t before, uint32_t now);
#define RULE_SENTENCE_SIZE 256
/* What a rule says, as it is now: reason_sentence, but of several sources the one that shrank is named, where it did by itself. */
const char *rule_sentence(enum reason rule, const struct guard_settings *set, const struct past *past,
			  const struct source_snapshot *source, char out[RULE_SENTENCE_SIZE]);
/* What a removal that goes counts as in the rolling window, once it is carried out (enum removal_sort); 0: not at all. */
uint8_t change_removal_sort(const struct change *change);
/* Does a grant that goes count for guard_past.granted? Not those by date, and not those that somebody approved. */
bool change_is_granted(const struct change *change);

#endif
