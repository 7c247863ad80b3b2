/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * orders_check.c - may an order be carried out as things stand? Each refusal says why, and what to do instead. Directives and holds
 * have files of their own. See orders_parts.h.
 */
#include <stdio.h>

#include "base/clock.h"
#include "model/number.h"
#include "run/host_clock.h"
#include "run/orders_parts.h"

#define UNDO_MAX_S (30 * 86400)

static bool has_reason(struct given *g)
{
	if (g->order.reason != NULL && !text_is_empty(text_trim(text_of(g->order.reason))))
		return true;
	return order_refuse(g, ORDER_REFUSED, "no reason is given: it goes on record with who ordered it");
}

static bool is_ahead(struct given *g)
{
	char time[CLOCK_TEXT_SIZE];
	if (g->order.until_s == 0 || g->order.until_s > clock_wall_s())
		return true;
	return order_refuse(g, ORDER_REFUSED, "until %s has passed already", clock_format(g->order.until_s, time));
}

/* ---- standing still ------------------------------------------------------------------------------ */

static bool check_freeze(const struct run *run, struct given *g)
{
	(void)run;
	if (g->order.number > NUMBER_MAX)
		return order_refuse(g, ORDER_REFUSED, "%u is not an institution number", g->order.number);
	return true;
}

static bool check_nothing(const struct run *run, struct given *g)
{
	(void)run;
	(void)g;
	return true;
}

static const struct past_freeze *find_freeze(const struct past *past, uint32_t number, bool pause)
{
	for (size_t i = 0; i < past->freeze_count; i++)
		if (past->freezes[i].pause == pause && (pause || past->freezes[i].number == number))
			return &past->freezes[i];
	return NULL;
}

const struct past_freeze *order_freeze(const struct run *run, const struct given *g)
{
	bool pause = g->order.kind == ORDER_PAUSE || g->order.kind == ORDER_RESUME;
	return find_freeze(&run->past, g->order.number, pause);
}

static bool check_thaw(const struct run *run, struct given *g)
{
	const struct past *past = &run->past;
	if (order_freeze(run, g) != NULL)
		return true;
	if (g->order.number == 0)
		return order_refuse(g, ORDER_NOT_FOUND, "there is no freeze of all institutions%s",
				    past->freeze_count > 0 ? tr(": duaalctl status lists what is frozen or paused")
							   : "");
	if (find_freeze(past, 0, false) != NULL)
		return order_refuse(
			g, ORDER_NOT_FOUND,
			"institution %u is not frozen by itself: all of them are; duaalctl thaw all ends that",
			g->order.number);
	return order_refuse(g, ORDER_NOT_FOUND, "institution %u is not frozen", g->order.number);
}

static bool check_resume(const struct run *run, struct given *g)
{
	return order_freeze(run, g) != NULL || order_refuse(g, ORDER_NOT_FOUND, "the daemon is not paused");
}

/* ---- hand edits, undo, forgetting ---------------------------------------------------------------- */

static bool check_drift_undo(const struct run *run, struct given *g)
{
	const struct past_drift *drift = past_drift(&run->past, g->order.id);
	if (drift == NULL)
		return order_refuse(g, ORDER_NOT_FOUND,
				    "there is no hand edit %u (any more): duaalctl drift lists them", g->order.id);
	if (!thought_is_whole(&run->thought))
		return order_refuse(g, ORDER_FAILED, "nothing was read yet: try again after the first cycle");
	if (drift->reason == R_DRIFT_RENAMED || drift->reason == R_DRIFT_ENTRY_CHANGED)
		return order_refuse(
			g, ORDER_REFUSED,
			"%s: the daemon does not put this back; rename or change the entry with an LDAP tool",
			reason_sentence((enum reason)drift->reason));
	if (drift->decision == DRIFT_UNDO)
		return order_refuse(g, ORDER_REFUSED, "hand edit %u is being undone already", drift->id);
	if (drift->reason == R_DRIFT_REMOVED && drift->number != NUMBER_EVERYWHERE &&
	    desired_membership_find(run->thought.desired, run->source, drift->number, drift->role, &drift->person) ==
		    NONE)
		return order_refuse(g, ORDER_REFUSED,
				    "what hand edit %u took out is not wanted now: there is nothing to put back",
				    drift->id);
	g->order.number = drift->number;
	g->order.role = drift->role;
	return true;
}

static bool check_undo(const struct run *run, struct given *g)
{
	if (!thought_is_whole(&run->thought))
		return order_refuse(g, ORDER_FAILED, "nothing was read yet: try again after the first cycle");
	if (g->order.until_s == 0)
		return order_refuse(g, ORDER_REFUSED,
				    "until when it is to stay so must be given: without it the next cycle would do the "
				    "same again");
	if (g->order.until_s > clock_wall_s() + UNDO_MAX_S)
		return order_refuse(
			g, ORDER_REFUSED,
			"an undo stays for at most %d days: what should last belongs at the source, or in an "
			"override",
			UNDO_MAX_S / 86400);
	if (g->order.id > run->past.last_cycle)
		return order_refuse(g, ORDER_NOT_FOUND, "there is no cycle %u: the last one was %u", g->order.id,
				    run->past.last_cycle);
	return true;
}

static bool check_redo(const struct run *run, struct given *g)
{
	const int64_t now_s = clock_wall_s();
	for (size_t i = 0; i < run->past.pin_count; i++)
		if (run->past.pins[i].cycle == g->order.id && run->past.pins[i].until_s > now_s)
			return true;
	return order_refuse(g, ORDER_NOT_FOUND,
			    "no undo of cycle %u keeps anything (any more): duaalctl status names those that do",
			    g->order.id);
}

static bool is_member(const struct target_snapshot *target, struct text vo_id)
{
	uint32_t person = target_person_by_vo_id(target, vo_id);
	for (uint32_t i = 0; person != NONE && i < target->member_count; i++)
		if (target->members[i].person == person)
			return true;
	return false;
}

static bool is_named(const struct target_snapshot *target, struct text vo_id)
{
	for (uint32_t i = 0; i < target->override_count; i++)
		if (text_equal_nocase(text_trim(entry_value(target->overrides[i], FIELD_VO_ID)), vo_id))
			return true;
	return false;
}

static bool has_grant(const struct source_snapshot *source, uint32_t person)
{
	uint32_t first, end;
	source_grants_of(source, person, &first, &end);
	if (first == end)
		source_ties_of(source, person, &first, &end);
	return first < end || entry_has(source->people[person].entry, FIELD_RIGHT);
}

static bool check_forget(const struct run *run, struct given *g)
{
	struct text vo_id = text_of(g->order.vo_id);
	if (run->source == NULL || run->target == NULL)
		return order_refuse(g, ORDER_FAILED, "nothing was read yet: try again after the first cycle");
	if (text_is_empty(vo_id))
		return order_refuse(g, ORDER_REFUSED, "the person's vo-id is not given");
	uint32_t person = source_person_by_vo_id(run->source, vo_id);
	if (person != NONE && has_grant(run->source, person))
		return order_refuse(
			g, ORDER_REFUSED,
			"the source shows this person with the right: what names somebody is forgotten when "
			"the right is gone");
	if (is_member(run->target, vo_id))
		return order_refuse(g, ORDER_REFUSED,
				    "this person has access now: what names somebody is forgotten when that is gone");
	if (is_named(run->target, vo_id))
		return order_refuse(g, ORDER_REFUSED,
				    "an override names this person: duaalctl directives shows it; take it out first");
	return true;
}

/* ---- the clock ------------------------------------------------------------------------------------ */

/* Whoever accepts it says which day it is, and so looked at a calendar. */
static bool check_accept_clock(const struct run *run, struct given *g)
{
	uint32_t day = host_clock_day(run);
	if (clock_agrees())
		return order_refuse(g, ORDER_REFUSED,
				    "dates go by the clock of this machine: there is nothing to accept");
	if (g->order.id != day)
		return order_refuse(
			g, ORDER_REFUSED,
			"the clock of this machine says that it is %04u-%02u-%02u: if that is not today, put "
			"the clock right, and nothing needs to be accepted",
			day / 10000, day / 100 % 100, day % 100);
	return true;
}

/* ---- all of them --------------------------------------------------------------------------------- */

static const struct {
	bool (*check)(const struct run *run, struct given *g);
	bool needs_reason;
} checks[ORDER_KINDS] = {
	[ORDER_APPROVE] = {check_hold, true},
	[ORDER_REJECT] = {check_hold, true},
	[ORDER_ACCEPT_SOURCE] = {check_hold, true},
	[ORDER_REQUEST] = {check_request, true},
	[ORDER_UNREQUEST] = {check_unrequest, true},
	[ORDER_PIN] = {check_pin, true},
	[ORDER_UNPIN] = {check_unpin, true},
	[ORDER_DRIFT_ADOPT] = {check_adopt, true},
	[ORDER_DRIFT_UNDO] = {check_drift_undo, true},
	[ORDER_FREEZE] = {check_freeze, true},
	[ORDER_THAW] = {check_thaw, false},
	[ORDER_PAUSE] = {check_nothing, true},
	[ORDER_RESUME] = {check_resume, false},
	[ORDER_UNDO] = {check_undo, true},
	[ORDER_REDO] = {check_redo, true},
	[ORDER_FORGET] = {check_forget, true},
	[ORDER_SYNC] = {check_nothing, false},
	[ORDER_ACCEPT_CLOCK] = {check_accept_clock, true},
};

bool order_check(const struct run *run, struct given *g)
{
	enum order_kind kind = g->order.kind;
	if (kind >= ORDER_KINDS || checks[kind].check == NULL)
		return order_refuse(g, ORDER_REFUSED, "this order is not known");
	return (!checks[kind].needs_reason || has_reason(g)) && is_ahead(g) && checks[kind].check(run, g);
}
