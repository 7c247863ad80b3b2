/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * apply_outcome.c - what the target answered to one operation: told to the ledger change by change, kept in the past, counted, and
 * classified (outcome_class.h).
 */
#include "base/clock.h"
#include "base/language.h"
#include "base/log.h"
#include "model/dn.h"
#include "model/number.h"
#include "run/apply_parts.h"

/* Of one cycle: grants and revocations, changed entries, and refusals that get a line each; more are counted. */
#define LOGGED_SINGLY          200
#define OBJECT_CLASS_VIOLATION 65
#define NOT_ALLOWED_ON_NONLEAF 66
#define FAILURES_MAX           5 /* of the server in one cycle: then it takes nothing */

/* ---- whose value it is --------------------------------------------------------------------------- */

static uint64_t key_of_person(const struct apply *a, uint32_t person)
{
	const struct target_snapshot *s = a->thought->plan_input.target;
	struct text vo_id = entry_value(a->thought->policy.source->people[person].entry, FIELD_VO_ID);
	uint32_t there = target_person_by_vo_id(s, vo_id);
	struct buf dn;
	if (there != NONE)
		return s->people[there].key;
	buf_init(&dn);
	target_names_person_dn(s->names, vo_id, &dn);
	uint64_t key = dn_key(buf_text(&dn));
	buf_done(&dn);
	return key;
}

static int set_owned_in(struct apply *a, const struct change *c, struct owned_value *value)
{
	const struct uuid *group = &a->thought->plan_input.target->groups[c->target].entry->uuid;
	const struct owned_value *known = past_owned(a->past, group, value->key);
	if (c->person == NONE && known != NULL)
		value->source = known->source;
	return past_set_owned(a->past, group, value);
}

/* The group was made with it: the read that follows tells its entryUUID. */
static int set_pending(struct apply *a, const struct change *c, const struct owned_value *value)
{
	const struct pending_value pending = {.source = value->source,
					      .key = value->key,
					      .number = c->number,
					      .cycle = value->cycle,
					      .role = c->role};
	return pending_add(&a->ledger->pending, &pending, NULL);
}

static void set_owned(struct apply *a, const struct change *c, enum owned_state state)
{
	struct owned_value value = {.cycle = a->cycle, .state = (uint8_t)state};
	if (c->person != NONE)
		value.source = a->thought->policy.source->people[c->person].entry->uuid;
	value.key = c->kind == CHANGE_MEMBER_REMOVE ? a->thought->plan_input.target->members[c->member].key
						    : key_of_person(a, c->person);
	int e = value.key == 0 ? ERR_NOMEM : c->target == NONE ? set_pending(a, c, &value) : set_owned_in(a, c, &value);
	if (e < 0)
		a->stopped = true;
}

static struct past_removal removal_of(const struct change *c)
{
	return (struct past_removal){
		.at_s = clock_wall_s(), .number = c->number, .role = c->role, .sort = change_removal_sort(c)};
}

static void note_unproven(struct apply *a, const struct change *c)
{
	const struct target_snapshot *s = a->thought->plan_input.target;
	const struct unproven_removal removal = {
		.group = s->groups[c->target].entry->uuid, .key = s->members[c->member].key, .removal = removal_of(c)};
	if (removal.removal.sort != 0 && unproven_add(&a->unproven, &removal) < 0)
		a->stopped = true;
}

/* The ledger's rule too: what may have been written is ours if it is there. */
static void change_unknown(struct apply *a, const struct change *c)
{
	if (c->kind == CHANGE_MEMBER_ADD)
		set_owned(a, c, OWNED_INTENDED);
	else if (c->kind == CHANGE_MEMBER_REMOVE) {
		set_owned(a, c, OWNED_REMOVING);
		note_unproven(a, c);
	}
}

static bool is_unknown(int result)
{
	enum outcome_class class = outcome_classify(result);
	return class == OUTCOME_FAILED || class == OUTCOME_UNKNOWN; /* failed: perhaps after it had written */
}

/* ---- one change ---------------------------------------------------------------------------------- */

static void log_member(const struct apply *a, const struct change *c)
{
	struct intent intent;
	struct buf scratch;
	if (a->counts.granted + a->counts.revoked > LOGGED_SINGLY)
		return;
	buf_init(&scratch);
	compose_intent(a->thought, (uint32_t)(c - a->thought->plan->changes), &scratch, &intent);
	log_event(c->kind == CHANGE_MEMBER_ADD ? LOG_MEMBER_GRANTED_MESSAGE : LOG_MEMBER_REVOKED_MESSAGE,
		  "%s at institution %u: %.*s (%.*s), %s (%s)", a->thought->policy.settings->roles[c->role].name,
		  c->number, TEXT_ARG(intent.name), TEXT_ARG(intent.person), reason_code(c->cause),
		  reason_code(c->reason));
	buf_done(&scratch);
}

static void log_entry(const struct apply *a, const struct change *c)
{
	struct intent intent;
	struct buf scratch;
	if (a->counts.structure > LOGGED_SINGLY ||
	    (c->kind != CHANGE_INSTITUTION_MODIFY && c->kind != CHANGE_PERSON_MODIFY && c->kind != CHANGE_GROUP_MODIFY))
		return;
	buf_init(&scratch);
	compose_intent(a->thought, (uint32_t)(c - a->thought->plan->changes), &scratch, &intent);
	log_event(LOG_ENTRY_CHANGED_MESSAGE, "the attributes of %.*s are as they should be now", TEXT_ARG(intent.dn));
	buf_done(&scratch);
}

static int count_removal(struct apply *a, const struct change *c, struct err *err)
{
	const struct past_removal removal = removal_of(c);
	if (removal.sort == 0)
		return 0;
	if (past_add_removal(a->past, &removal) < 0)
		return err_nomem(err);
	return ledger_client_removal(a->ledger, &removal, err);
}

/* What we took out of it stays on record: it goes at once where a backup brings the group back (58). */
static int remember_deleted(struct apply *a, const struct change *c, struct err *err)
{
	const struct past_group gone = {.uuid = a->thought->plan_input.target->groups[c->target].entry->uuid,
					.csn = CSN_NEVER,
					.number = c->number,
					.role = c->role};
	if (past_set_group(a->past, &gone) < 0)
		return err_nomem(err);
	return ledger_client_group(a->ledger, &gone, err);
}

static int change_done(struct apply *a, const struct change *c, struct err *err)
{
	a->counts.done++;
	apply_note_went_through(a, (uint32_t)(c - a->thought->plan->changes));
	if (c->kind != CHANGE_MEMBER_ADD && c->kind != CHANGE_MEMBER_REMOVE) {
		a->counts.structure++;
		log_entry(a, c);
		return c->kind == CHANGE_GROUP_DELETE ? remember_deleted(a, c, err) : 0;
	}
	set_owned(a, c, c->kind == CHANGE_MEMBER_ADD ? OWNED_HELD : OWNED_REMOVED);
	if (c->number == NUMBER_EVERYWHERE) { /* what it follows is counted and told */
		a->counts.structure++;
		return 0;
	}
	a->counts.granted += c->kind == CHANGE_MEMBER_ADD;
	a->counts.revoked += c->kind == CHANGE_MEMBER_REMOVE;
	a->counts.ordinary_grants += change_is_granted(c);
	log_member(a, c);
	if (c->kind == CHANGE_MEMBER_REMOVE && a->thought->plan_input.target->groups[c->target].member_count == 1)
		log_event(LOG_GROUP_EMPTIED_MESSAGE, "nobody is %s at institution %u any more",
			  a->thought->policy.settings->roles[c->role].name, c->number);
	return c->kind == CHANGE_MEMBER_REMOVE ? count_removal(a, c, err) : 0;
}

static int settle_run(struct apply *a, uint32_t first, uint32_t count, uint32_t *number, const struct outcome *outcome,
		      struct err *err)
{
	int e = 0;
	for (uint32_t i = first; i < first + count && e == 0; i++) {
		if (!compose_takes(&a->compose, i))
			continue;
		const struct change_outcome told = {
			.change = (*number)++, .result = outcome->result, .text = outcome->text};
		e = ledger_client_outcome(a->ledger, &told, err);
		const struct change *c = &a->thought->plan->changes[i];
		if (e == 0 && outcome->result == 0)
			e = change_done(a, c, err);
		else if (is_unknown(outcome->result))
			change_unknown(a, c);
	}
	return e;
}

static int settle_delete(struct apply *a, const struct operation *op, uint32_t number, const struct outcome *outcome,
			 struct err *err)
{
	const struct change_outcome told = {.change = number, .result = outcome->result, .text = outcome->text};
	int e = ledger_client_outcome(a->ledger, &told, err);
	if (e < 0 || outcome->result != 0)
		return e;
	a->counts.structure++;
	return remember_deleted(a, &a->thought->plan->changes[op->first], err);
}

static int settle(struct apply *a, const struct chunk *chunk, uint32_t at, const struct outcome *outcome,
		  struct err *err)
{
	const struct operation *op = &chunk->operations[at];
	uint32_t number = chunk->first_changes[at];
	int e = settle_run(a, op->first, op->count, &number, outcome, err);
	if (e == 0)
		e = settle_run(a, op->first_grant, op->grant_count, &number, outcome, err);
	return e == 0 && op->deletes ? settle_delete(a, op, number, outcome, err) : e;
}

/* The person who is last is not left in silently: the sentence names the setting that ends it (46). */
static const char *advice_for(const struct apply *a, const struct operation *op, int result)
{
	enum empty_group empty = a->thought->plan_input.target->names->empty_group;
	if (!op->empties)
		return outcome_advice(result);
	if (empty == EMPTY_ALLOWED && result == OBJECT_CLASS_VIOLATION)
		return N_("the class of the group needs a member, so the last one keeps access: set "
			  "target.empty_group to "
			  "\"placeholder\" (with target.placeholder) or to \"delete\"");
	if (empty == EMPTY_PLACEHOLDER)
		return N_("the last one keeps access: may the placeholder be put in? It must exist there as an entry, "
			  "and access rules and constraints must name it");
	if (op->deletes && result == NOT_ALLOWED_ON_NONLEAF)
		return N_("the last one keeps access: the group cannot be deleted while an entry stands below it");
	return outcome_advice(result);
}

static enum refused_sort sort_of(const struct apply *a, const struct operation *op)
{
	if (op->empties)
		return REFUSED_LAST_REMOVAL;
	return a->thought->plan->changes[op->first].kind == CHANGE_MEMBER_REMOVE ? REFUSED_REMOVAL : REFUSED_CHANGE;
}

/* Keeps the first one of the most urgent sort. */
static void keep_refusal(struct apply *a, const struct operation *op, const struct err *why)
{
	enum refused_sort sort = sort_of(a, op);
	if (sort <= a->refused)
		return;
	a->refused = sort;
	a->refusal = *why;
}

static void tell_refusal(struct apply *a, const struct operation *op, uint32_t change, const struct outcome *outcome)
{
	struct intent intent;
	struct buf scratch;
	struct err why = {0};
	buf_init(&scratch);
	compose_intent(a->thought, change, &scratch, &intent);
	outcome_tell(&why, ERR_DENIED, outcome->result, outcome->text, advice_for(a, op, outcome->result));
	if (intent.value.len > 0)
		(void)err_prefix(&why, "member %.*s", TEXT_ARG(intent.value));
	(void)err_prefix(&why, "%.*s", TEXT_ARG(intent.dn));
	buf_done(&scratch);
	if (a->counts.refused <= LOGGED_SINGLY)
		log_event(LOG_TARGET_REFUSED_MESSAGE, "%s", why.text);
	keep_refusal(a, op, &why);
}

static void take_refusal(struct apply *a, const struct operation *op, const struct outcome *outcome)
{
	uint32_t first = op->first;
	while (!compose_takes(&a->compose, first))
		first++;
	if (apply_note_refused(a, op))
		return; /* it comes again in parts */
	a->counts.refused++;
	tell_refusal(a, op, first, outcome);
}

/* What was refused before it, and who keeps access, is no less true for it. */
static void take_stop(struct apply *a, const struct operation *op, const struct outcome *outcome)
{
	if (!a->stopped) {
		bool stays = a->refused >= REFUSED_REMOVAL || sort_of(a, op) >= REFUSED_REMOVAL;
		a->refused = stays ? REFUSED_REMOVAL : REFUSED_CHANGE;
		outcome_tell(&a->refusal, ERR_UNAVAILABLE, outcome->result, text_of(NULL),
			     outcome_advice(outcome->result));
		(void)err_prefix(&a->refusal, "the application's directory takes no changes");
		log_event(LOG_TARGET_STOPPED_MESSAGE, "%s", a->refusal.text);
	}
	a->stopped = a->refused_all = true;
	a->counts.not_sent++;
}

/* The server failed: over this operation only, or altogether. The round ends, and the next look tells: a server that goes on
 * answering is asked for the rest, as long as it does not fail again and again. */
static void take_failure(struct apply *a, const struct operation *op, const struct outcome *outcome)
{
	if (a->failures == FAILURES_MAX) {
		take_stop(a, op, outcome);
		return;
	}
	a->failures++;
	a->halted = true;
	take_refusal(a, op, outcome);
}

static void take_class(struct apply *a, const struct operation *op, const struct outcome *outcome)
{
	enum outcome_class class = outcome_classify(outcome->result);
	if (op->deletes && outcome->result == NOT_ALLOWED_ON_NONLEAF)
		class = OUTCOME_REFUSED; /* it does not pass by itself, and somebody keeps access meanwhile */
	if (class == OUTCOME_DONE && !a->stopped)
		a->refused_all = false;
	switch (class) {
	case OUTCOME_DONE: break;
	case OUTCOME_CONFLICT: a->counts.conflicts++; break;
	case OUTCOME_REFUSED: take_refusal(a, op, outcome); break;
	case OUTCOME_FAILED: take_failure(a, op, outcome); break;
	case OUTCOME_STOP: take_stop(a, op, outcome); break;
	case OUTCOME_UNKNOWN: a->counts.unknown++; break;
	case OUTCOME_NOT_SENT: a->counts.not_sent++; break;
	}
	/* Somebody else may have made it, or nobody: what needs it waits for the next look. */
	if (class != OUTCOME_DONE && class != OUTCOME_REFUSED)
		apply_note_waits(a, op->first);
}

static void move_group_on(struct apply *a, const struct change *c, const struct operation *op,
			  const struct outcome *outcome)
{
	bool of_group = c->phase == PHASE_REVOKE || c->phase == PHASE_GROUP || c->phase == PHASE_GRANT;
	if (c->target != NONE && of_group && !csn_is_none(&outcome->csn))
		a->groups[c->target].csn = outcome->csn;
	compose_move_on(&a->compose, a->groups, op);
}

int apply_take_outcome(struct apply *a, const void *body, size_t len, struct err *err)
{
	struct outcome outcome;
	int e = outcome_decode(body, len, &outcome, err);
	if (e < 0)
		return e;
	if (outcome.id >= a->sent->operation_count || a->sent->operations[outcome.id].answered)
		return err_set(err, ERR_PROTOCOL, "duaal-target answered a write that was not asked");
	struct operation *op = &a->sent->operations[outcome.id];
	const struct change *c = &a->thought->plan->changes[op->first];
	op->answered = true;
	if (outcome.result == 0)
		move_group_on(a, c, op, &outcome);
	if (outcome.result == 0 && c->target != NONE)
		a->unfenced = !outcome.fenced;
	e = settle(a, a->sent, outcome.id, &outcome, err);
	take_class(a, op, &outcome);
	return e;
}

/* ---- without an outcome -------------------------------------------------------------------------- */

int apply_take_unsent(struct apply *a, struct err *err)
{
	const struct outcome unsent = {.result = WRITE_NOT_SENT, .text = text_of(N_("not sent: writing was stopped"))};
	int e = 0;
	for (uint32_t k = 0; k < a->next->operation_count && e == 0; k++)
		e = settle(a, a->next, k, &unsent, err);
	a->next->operation_count = 0;
	return e;
}

static void run_unknown(struct apply *a, uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++)
		if (compose_takes(&a->compose, i))
			change_unknown(a, &a->thought->plan->changes[i]);
}

void apply_take_unknown(struct apply *a)
{
	for (uint32_t k = 0; k < a->sent->operation_count; k++) {
		struct operation *op = &a->sent->operations[k];
		if (op->answered)
			continue;
		op->answered = true;
		a->counts.unknown++;
		run_unknown(a, op->first, op->count);
		run_unknown(a, op->first_grant, op->grant_count);
	}
}
