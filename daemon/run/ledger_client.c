/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/ledger_client.h"

#include "run/ledger_client_past.h"
#include "wire/record.h"

#define PATIENCE 4 /* deadlines of the helper */

/* ---- events -------------------------------------------------------------------------------------- */

void ledger_client_drop(struct ledger_client *l)
{
	l->watch = sd_event_source_disable_unref(l->watch);
	l->awaited = 0;
	client_restart(&l->client);
	l->loaded = false;
}

static void fail(struct ledger_client *l, const struct err *why)
{
	ledger_client_drop(l);
	l->events.failed(l->events.ctx, why);
}

static int watch(struct ledger_client *l);

static int on_watch(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct ledger_client *l = ctx;
	struct err err = {0};
	(void)source, (void)usec;
	if (l->heard == l->watched)
		err_set(&err, ERR_TIMEOUT,
			"duaal-ledger gives no answer and does not end itself: is it stopped, or the disk below the "
			"ledger asleep?");
	else if (watch(l) < 0)
		err_nomem(&err);
	if (err.code != 0)
		fail(l, &err);
	return 0;
}

/* One more round in which something must be heard. */
static int watch(struct ledger_client *l)
{
	l->watched = l->heard;
	l->watch = sd_event_source_disable_unref(l->watch);
	return sd_event_add_time_relative(l->client.loop, &l->watch, CLOCK_BOOTTIME, l->patience_us,
					  l->patience_us / 10, on_watch, l) < 0
		       ? ERR_NOMEM
		       : 0;
}

static int await(struct ledger_client *l, struct err *err)
{
	if (l->awaited++ == 0 && watch(l) < 0)
		return err_nomem(err);
	return 0;
}

static void take_answer(struct ledger_client *l)
{
	if (l->awaited > 0 && --l->awaited == 0)
		l->watch = sd_event_source_disable_unref(l->watch);
}

static void give_number(struct ledger_client *l, uint16_t type, uint32_t number)
{
	const struct ledger_events *events = &l->events;
	switch (type) {
	case M_CYCLE_BEGUN: events->begun(events->ctx, number); break;
	case M_DECIDED: events->decided(events->ctx, number); break;
	case M_FORGOTTEN: events->forgotten(events->ctx, number); break;
	default: events->committed(events->ctx, number);
	}
}

static int take_number(struct ledger_client *l, uint16_t type, const void *body, size_t len, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	uint32_t number = record_get_u32(&in);
	if (!record_done(&in))
		return err_set(err, ERR_PROTOCOL, "duaal-ledger sent a malformed answer");
	take_answer(l);
	give_number(l, type, number);
	return 0;
}

static int take_head(struct ledger_client *l, const void *body, size_t len, struct err *err)
{
	struct ledger_head head;
	int e = ledger_head_decode(body, len, &head, err);
	if (e == 0 && l->events.head != NULL)
		l->events.head(l->events.ctx, &head);
	return e;
}

/* From now on a file that has gone is trouble to be told, not a new one to be made. */
static int take_loaded(struct ledger_client *l, struct err *err)
{
	buf_clear(&l->client.hello);
	buf_add_text(&l->client.hello, buf_text(&l->hello_again));
	if (buf_failed(&l->client.hello))
		return err_nomem(err);
	l->loaded = true;
	take_answer(l);
	l->events.loaded(l->events.ctx);
	return 0;
}

static int take_record(struct ledger_client *l, uint16_t type, const void *body, size_t len, struct err *err)
{
	switch (type) {
	case M_CYCLE_BEGUN:
	case M_COMMITTED:
	case M_DECIDED:
	case M_FORGOTTEN: return take_number(l, type, body, len, err);
	case M_LEDGER_HEAD: return take_head(l, body, len, err);
	case M_LEDGER_LOADED: return take_loaded(l, err);
	default: return ledger_client_remember(l, type, body, len, err);
	}
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct ledger_client *l = ctx;
	struct err err = {0};
	l->heard++;
	if (take_record(l, type, body, len, &err) < 0)
		fail(l, &err);
}

static void on_failed(void *ctx, const struct err *why)
{
	fail(ctx, why);
}

void ledger_client_init(struct ledger_client *l, sd_event *loop, const struct helper_place *place,
			const struct ledger_settings *set, const struct ledger_events *events)
{
	static const struct helper_kind kind = {"duaal-ledger", "ledger"};
	*l = (struct ledger_client){.events = *events, .patience_us = set->deadline_s * 1000000ull * PATIENCE};
	past_init(&l->loading);
	pending_init(&l->pending);
	client_init(&l->client, loop, place, &kind);
	buf_init(&l->scratch);
	l->client.ctx = l;
	l->client.record = on_record;
	l->client.failed = on_failed;
	ledger_settings_encode(&l->client.hello, set);
	struct ledger_settings again = *set;
	again.must_exist = true;
	buf_init(&l->hello_again);
	ledger_settings_encode(&l->hello_again, &again);
}

void ledger_client_done(struct ledger_client *l)
{
	l->watch = sd_event_source_disable_unref(l->watch);
	l->client.process = helper_process_end(l->client.process); /* closes its file: all of it is in one place then */
	client_done_with(&l->client);
	past_done(&l->loading);
	pending_done(&l->pending);
	buf_done(&l->scratch);
	buf_done(&l->hello_again);
}

/* ---- requests ------------------------------------------------------------------------------------ */

int ledger_client_load(struct ledger_client *l, struct err *err)
{
	ledger_client_drop(l);
	past_done(&l->loading);
	past_init(&l->loading);
	pending_done(&l->pending);
	int e = client_request(&l->client, M_LEDGER_LOAD, NULL, err);
	return e < 0 ? e : await(l, err);
}

void ledger_client_take(struct ledger_client *l, struct past *past)
{
	past_done(past);
	*past = l->loading;
	past_init(&l->loading);
}

static int put_scratch(struct ledger_client *l, uint16_t type, struct err *err)
{
	l->told++;
	int e = client_put(&l->client, type, &l->scratch, err);
	buf_clear(&l->scratch);
	return e;
}

static int send_scratch(struct ledger_client *l, uint16_t type, struct err *err)
{
	int e = put_scratch(l, type, err);
	return e < 0 ? e : client_flush(&l->client, err);
}

/* What is answered. */
static int ask_scratch(struct ledger_client *l, uint16_t type, struct err *err)
{
	int e = send_scratch(l, type, err);
	return e < 0 ? e : await(l, err);
}

int ledger_client_begin(struct ledger_client *l, const struct cycle_summary *cycle, struct err *err)
{
	cycle_summary_encode(&l->scratch, cycle);
	return ask_scratch(l, M_CYCLE_BEGIN, err);
}

int ledger_client_intent(struct ledger_client *l, const struct intent *intent, struct err *err)
{
	intent_encode(&l->scratch, intent);
	return put_scratch(l, M_INTENT, err);
}

int ledger_client_commit(struct ledger_client *l, uint32_t token, struct err *err)
{
	record_put_u32(&l->scratch, token);
	return ask_scratch(l, M_COMMIT, err);
}

int ledger_client_outcome(struct ledger_client *l, const struct change_outcome *outcome, struct err *err)
{
	change_outcome_encode(&l->scratch, outcome);
	return put_scratch(l, M_CHANGE_OUTCOME, err);
}

int ledger_client_end(struct ledger_client *l, const struct cycle_end *end, struct err *err)
{
	cycle_end_encode(&l->scratch, end);
	return ask_scratch(l, M_CYCLE_END, err);
}

int ledger_client_group(struct ledger_client *l, const struct past_group *group, struct err *err)
{
	past_group_encode(&l->scratch, group);
	return put_scratch(l, M_SET_GROUP, err);
}

int ledger_client_owned(struct ledger_client *l, const struct owned_record *owned, struct err *err)
{
	owned_encode(&l->scratch, owned);
	return put_scratch(l, M_SET_OWNED, err);
}

int ledger_client_write_seen(struct ledger_client *l, const struct owned_record *seen, struct err *err)
{
	owned_encode(&l->scratch, seen);
	return put_scratch(l, M_WRITE_SEEN, err);
}

int ledger_client_forget(struct ledger_client *l, const struct owned_record *owned, struct err *err)
{
	owned_encode(&l->scratch, owned);
	return put_scratch(l, M_FORGET_OWNED, err);
}

int ledger_client_seen(struct ledger_client *l, const struct seen_entry *seen, struct err *err)
{
	seen_encode(&l->scratch, seen);
	return put_scratch(l, M_SET_SEEN, err);
}

int ledger_client_removal(struct ledger_client *l, const struct past_removal *removal, struct err *err)
{
	removal_encode(&l->scratch, removal);
	return put_scratch(l, M_ADD_REMOVAL, err);
}

int ledger_client_ambiguity(struct ledger_client *l, const struct past_ambiguity *ambiguity, struct err *err)
{
	ambiguity_encode(&l->scratch, ambiguity);
	return put_scratch(l, M_SET_AMBIGUITY, err);
}

int ledger_client_clock(struct ledger_client *l, const struct past_clock *clock, struct err *err)
{
	past_clock_encode(&l->scratch, clock);
	return put_scratch(l, M_SET_CLOCK, err);
}

int ledger_client_idle(struct ledger_client *l, const struct past_idle *idle, struct err *err)
{
	idle_encode(&l->scratch, idle);
	return put_scratch(l, M_SET_IDLE, err);
}

int ledger_client_grantor(struct ledger_client *l, const struct past_grantor *grantor, struct err *err)
{
	grantor_encode(&l->scratch, grantor);
	return put_scratch(l, M_SET_GRANTOR, err);
}

int ledger_client_grant(struct ledger_client *l, const struct past_grant *grant, struct err *err)
{
	past_grant_encode(&l->scratch, grant);
	return put_scratch(l, M_SET_GRANT, err);
}

int ledger_client_forget_grant(struct ledger_client *l, const struct past_grant *grant, struct err *err)
{
	past_grant_encode(&l->scratch, grant);
	return put_scratch(l, M_FORGET_GRANT, err);
}

int ledger_client_hold(struct ledger_client *l, const struct past_hold *hold, struct err *err)
{
	hold_encode(&l->scratch, hold);
	return put_scratch(l, M_SET_HOLD, err);
}

int ledger_client_freeze(struct ledger_client *l, const struct past_freeze *freeze, struct err *err)
{
	freeze_encode(&l->scratch, freeze);
	return put_scratch(l, M_SET_FREEZE, err);
}

int ledger_client_thaw(struct ledger_client *l, uint32_t id, struct err *err)
{
	record_put_u32(&l->scratch, id);
	return put_scratch(l, M_FORGET_FREEZE, err);
}

int ledger_client_pin(struct ledger_client *l, const struct past_pin *pin, struct err *err)
{
	pin_encode(&l->scratch, pin);
	return put_scratch(l, M_SET_PIN, err);
}

int ledger_client_unpin(struct ledger_client *l, const struct past_pin *pin, struct err *err)
{
	pin_encode(&l->scratch, pin);
	return put_scratch(l, M_FORGET_PIN, err);
}

int ledger_client_directive(struct ledger_client *l, const struct past_directive *directive, struct err *err)
{
	directive_encode(&l->scratch, directive);
	return put_scratch(l, M_SET_DIRECTIVE, err);
}

int ledger_client_forget_directive(struct ledger_client *l, const struct uuid *uuid, struct err *err)
{
	record_put_uuid(&l->scratch, uuid);
	return put_scratch(l, M_FORGET_DIRECTIVE, err);
}

int ledger_client_drift(struct ledger_client *l, const struct drift_record *drift, struct err *err)
{
	drift_encode(&l->scratch, drift);
	return put_scratch(l, M_SET_DRIFT, err);
}

int ledger_client_forget_drift(struct ledger_client *l, uint32_t id, struct err *err)
{
	record_put_u32(&l->scratch, id);
	return put_scratch(l, M_FORGET_DRIFT, err);
}

int ledger_client_decide(struct ledger_client *l, const struct decision *decision, struct err *err)
{
	decision_encode(&l->scratch, decision);
	return ask_scratch(l, M_DECISION, err);
}

int ledger_client_decision_end(struct ledger_client *l, const struct decision_end *end, struct err *err)
{
	decision_end_encode(&l->scratch, end);
	return send_scratch(l, M_DECISION_END, err);
}

int ledger_client_forget_person(struct ledger_client *l, struct text vo_id, struct err *err)
{
	record_put_text(&l->scratch, vo_id);
	return ask_scratch(l, M_FORGET_PERSON, err);
}

bool ledger_client_is_full(const struct ledger_client *l)
{
	return client_is_full(&l->client);
}
