/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_facts.c - requests of duaal-ledger that store one fact and have no answer; see ledger_server.h. */
#include <stdlib.h>

#include "base/clock.h"
#include "helper/ledger_server.h"
#include "wire/record.h"

/* For a fact of a fixed shape: decoded, stored. */
#define FACT(name, type, decode, store_it)                                                                             \
	static int name(struct server *server, const void *body, size_t len, struct err *err)                          \
	{                                                                                                              \
		type fact;                                                                                             \
		int code = decode(body, len, &fact, err);                                                              \
		return code < 0 ? code : store_it(server->store, &fact, err);                                          \
	}

FACT(on_intent, struct intent, intent_decode, store_intent)
FACT(on_outcome, struct change_outcome, change_outcome_decode, store_outcome)
FACT(on_write_seen, struct owned_record, owned_decode, store_write_seen)
FACT(on_group, struct past_group, past_group_decode, store_set_group)
FACT(on_owned, struct owned_record, owned_decode, store_set_owned)
FACT(on_forget_owned, struct owned_record, owned_decode, store_forget_owned)
FACT(on_seen, struct seen_entry, seen_decode, store_set_seen)
FACT(on_removal, struct past_removal, removal_decode, store_add_removal)
FACT(on_ambiguity, struct past_ambiguity, ambiguity_decode, store_set_ambiguity)
FACT(on_idle, struct past_idle, idle_decode, store_set_idle)
FACT(on_grantor, struct past_grantor, grantor_decode, store_set_grantor)
FACT(on_grant, struct past_grant, past_grant_decode, store_set_grant)
FACT(on_forget_grant, struct past_grant, past_grant_decode, store_forget_grant)
FACT(on_pin, struct past_pin, pin_decode, store_set_pin)
FACT(on_forget_pin, struct past_pin, pin_decode, store_forget_pin)
FACT(on_directive, struct past_directive, directive_decode, store_set_directive)
FACT(on_decision_end, struct decision_end, decision_end_decode, store_end_decision)

/* Those whose texts and lists are allocated. */

static int on_hold(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_hold hold;
	int code = hold_decode(body, len, &hold, err);
	if (code < 0)
		return code;
	code = store_set_hold(server->store, &hold, err);
	free(hold.ops);
	free(hold.said);
	return code;
}

static int on_freeze(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_freeze freeze;
	int code = freeze_decode(body, len, &freeze, err);
	if (code < 0)
		return code;
	code = store_set_freeze(server->store, &freeze, err);
	free(freeze.said);
	return code;
}

/* What is written down from here on is of the planner's time, not of a clock that it does not believe. */
static int on_clock(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_clock clock;
	int code = past_clock_decode(body, len, &clock, err);
	if (code < 0)
		return code;
	clock_know(clock.wall_s, clock_up_s(), CLOCK_STEP_S);
	return store_set_clock(server->store, &clock, err);
}

static int on_drift(struct server *server, const void *body, size_t len, struct err *err)
{
	struct drift_record drift;
	int code = drift_decode(body, len, &drift, err);
	if (code < 0)
		return code;
	code = store_set_drift(server->store, &drift, err);
	free(drift.drift.author);
	return code;
}

/* Those that are named by a number or a uuid. */

static int get_id(const void *body, size_t len, const char *what, uint32_t *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = record_get_u32(&in);
	return record_end(&in, what, err);
}

static int on_forget_freeze(struct server *server, const void *body, size_t len, struct err *err)
{
	uint32_t id;
	int code = get_id(body, len, "end of a freeze", &id, err);
	return code < 0 ? code : store_forget_freeze(server->store, id, err);
}

static int on_forget_drift(struct server *server, const void *body, size_t len, struct err *err)
{
	uint32_t id;
	int code = get_id(body, len, "end of a drift item", &id, err);
	return code < 0 ? code : store_forget_drift(server->store, id, err);
}

static int on_forget_directive(struct server *server, const void *body, size_t len, struct err *err)
{
	struct uuid uuid;
	struct record_in in;
	record_read(&in, body, len);
	record_get_uuid(&in, &uuid);
	int code = record_end(&in, "end of a directive", err);
	return code < 0 ? code : store_forget_directive(server->store, &uuid, err);
}

const struct request ledger_facts[] = {
	{M_INTENT, on_intent},
	{M_CHANGE_OUTCOME, on_outcome},
	{M_WRITE_SEEN, on_write_seen},
	{M_SET_GROUP, on_group},
	{M_SET_OWNED, on_owned},
	{M_FORGET_OWNED, on_forget_owned},
	{M_SET_SEEN, on_seen},
	{M_ADD_REMOVAL, on_removal},
	{M_SET_AMBIGUITY, on_ambiguity},
	{M_SET_GRANTOR, on_grantor},
	{M_SET_IDLE, on_idle},
	{M_SET_CLOCK, on_clock},
	{M_SET_GRANT, on_grant},
	{M_FORGET_GRANT, on_forget_grant},
	{M_SET_HOLD, on_hold},
	{M_SET_FREEZE, on_freeze},
	{M_FORGET_FREEZE, on_forget_freeze},
	{M_SET_PIN, on_pin},
	{M_FORGET_PIN, on_forget_pin},
	{M_SET_DIRECTIVE, on_directive},
	{M_FORGET_DIRECTIVE, on_forget_directive},
	{M_SET_DRIFT, on_drift},
	{M_FORGET_DRIFT, on_forget_drift},
	{M_DECISION_END, on_decision_end},
	{0, NULL},
};
