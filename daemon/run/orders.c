/* SPDX-License-Identifier: EUPL-1.2 */
/* orders.c - see orders.h: the way of an order from the socket to the ledger and back. */
#include "run/orders.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/said.h"
#include "run/cycle_parts.h"
#include "run/orders_parts.h"
#include "run/outcome_class.h"

/* ---- one order ----------------------------------------------------------------------------------- */

static bool copy_text(struct given *g, const char **text)
{
	if (*text == NULL)
		return true;
	*text = arena_copy(&g->arena, text_of(*text));
	return *text != NULL;
}

/* NULL: no memory. */
static struct given *given_new(const struct order *order, void (*done)(void *, const struct order_result *), void *call)
{
	struct given *g = calloc(1, sizeof *g);
	if (g == NULL)
		return NULL;
	*g = (struct given){.order = *order, .done = done, .call = call};
	arena_init(&g->arena, 0);
	if (copy_text(g, &g->order.digest) && copy_text(g, &g->order.vo_id) && copy_text(g, &g->order.reason) &&
	    copy_text(g, &g->order.owner))
		return g;
	arena_done(&g->arena);
	free(g);
	return NULL;
}

static void append(struct run *run, struct given *g)
{
	struct given **at = &run->orders.first;
	while (*at != NULL)
		at = &(*at)->next;
	g->next = NULL;
	*at = g;
}

static void take_off(struct run *run, struct given *g)
{
	struct given **at = &run->orders.first;
	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
}

static struct given *find(const struct run *run, enum given_state state)
{
	struct given *g = run->orders.first;
	while (g != NULL && g->state != state)
		g = g->next;
	return g;
}

bool order_is_directive(enum order_kind kind)
{
	return kind == ORDER_REQUEST || kind == ORDER_UNREQUEST || kind == ORDER_PIN || kind == ORDER_UNPIN ||
	       kind == ORDER_DRIFT_ADOPT;
}

void order_answer(struct run *run, struct given *g)
{
	take_off(run, g);
	if (g->state == GIVEN_LOOKING)
		ledger_questions_cancel(&run->questions, g);
	order_tell(run, g);
	run_settle(run);
}

/* Its end is on its way into the ledger; the answer waits until it is durable. */
static void store(struct run *run, struct given *g)
{
	struct err err = {0};
	const struct decision_end end = {.decision = g->decision,
					 .result = g->result.code == ORDER_DONE ? 0 : g->failure,
					 .text = text_of(g->sentence.in[LANGUAGE_ENGLISH])};
	g->state = GIVEN_STORING;
	g->token = TOKEN_ORDER | ++run->orders.tokens;
	int e = ledger_client_decision_end(&run->ledger, &end, &err);
	if (e == 0)
		e = ledger_client_commit(&run->ledger, g->token, &err);
	if (e < 0)
		cycle_ledger_failed(run, &err);
}

bool orders_committed(struct run *run, uint32_t token)
{
	struct given *g = run->orders.first;
	if ((token & TOKEN_ORDER) == 0)
		return false;
	while (g != NULL && !(g->state == GIVEN_STORING && g->token == token))
		g = g->next;
	if (g != NULL)
		order_answer(run, g);
	return true;
}

/* ---- given --------------------------------------------------------------------------------------- */

static const char *person_of(const struct given *g)
{
	return g->order.vo_id != NULL ? g->order.vo_id : "";
}

void order_decide(struct run *run, struct given *g)
{
	struct err err = {0};
	const struct decision decision = {.order = (uint8_t)g->order.kind,
					  .role = g->order.role,
					  .uid = (uint32_t)g->order.uid,
					  .number = g->order.number,
					  .object = g->order.id,
					  .until_s = g->order.until_s,
					  .person = text_of(person_of(g)),
					  .entry = text_of(g->result.entry),
					  .said = text_of(g->order.reason)};
	take_off(run, g);
	append(run, g); /* the ledger answers in this order */
	g->state = GIVEN_DECIDING;
	if (ledger_client_decide(&run->ledger, &decision, &err) < 0)
		cycle_ledger_failed(run, &err);
}

static bool is_under_way(const struct run *run, const struct given *g)
{
	const struct order *o = &g->order;
	for (const struct given *at = run->orders.first; at != NULL; at = at->next)
		if (at != g && order_is_directive(at->order.kind) && at->result.code == ORDER_DONE &&
		    at->order.number == o->number && at->order.role == o->role &&
		    text_equal_nocase(text_of(person_of(at)), text_of(person_of(g))))
			return true;
	return false;
}

static bool can_record(const struct run *run, struct given *g)
{
	if (run->stopping)
		return order_refuse(g, ORDER_STOPPING, "the daemon is stopping: nothing was done");
	if (!run->ledger.loaded)
		return order_refuse(g, ORDER_FAILED,
				    "the ledger is not loaded, and nothing is done that is not on record: duaalctl "
				    "status tells why, or try again in a moment");
	return true;
}

static bool may_begin(const struct run *run, struct given *g)
{
	if (!order_check(run, g))
		return false;
	if (order_is_directive(g->order.kind) && is_under_way(run, g))
		return order_refuse(g, ORDER_REFUSED,
				    "another order about the same is being carried out: wait for its end");
	return true;
}

void orders_give(struct run *run, const struct order *order, void (*done)(void *, const struct order_result *),
		 void *call)
{
	struct given *g = given_new(order, done, call);
	if (g == NULL) {
		const struct order_result none = {.code = ORDER_FAILED,
						  .sentence = N_("out of memory: nothing was done")};
		done(call, &none);
		return;
	}
	append(run, g);
	if (!can_record(run, g))
		order_answer(run, g);
	else if (may_begin(run, g) && g->order.kind == ORDER_UNDO)
		undo_look(run, g);
	else
		order_decide(run, g); /* what is refused is on record, too */
}

void orders_record_sync(struct run *run, uid_t uid)
{
	const struct order order = {.kind = ORDER_SYNC, .uid = uid, .role = UINT8_MAX, .person = NONE, .reason = ""};
	struct given *g = given_new(&order, NULL, NULL);
	if (g == NULL)
		return; /* the cycle itself records who asked */
	append(run, g);
	order_decide(run, g);
}

/* ---- on record ----------------------------------------------------------------------------------- */

void orders_decided(void *ctx, uint32_t decision)
{
	struct run *run = ctx;
	struct given *g = find(run, GIVEN_DECIDING);
	if (g == NULL)
		return;
	g->decision = decision;
	g->state = GIVEN_DECIDED;
	if (g->result.code == ORDER_DONE)
		orders_go_on(run);
	else
		store(run, g); /* it was refused */
}

static bool wants_writing(const struct given *g)
{
	return g->state == GIVEN_DECIDED && order_is_directive(g->order.kind) && g->result.entry != NULL;
}

/* Decided, and carried out in memory; a person is forgotten between two cycles only. */
static struct given *find_ready(const struct run *run)
{
	struct given *g = run->orders.first;
	while (g != NULL &&
	       (g->state != GIVEN_DECIDED || wants_writing(g) || (g->order.kind == ORDER_FORGET && run->cycle.running)))
		g = g->next;
	return g;
}

/* So that what was ordered is seen soon; a cycle that has yet to think sees it anyway. */
static void want_cycle(struct run *run, const struct given *g)
{
	bool thinks = run->cycle.running && !run->cycle.closing && run->cycle.phase != RUN_RECORDING;
	if (g->order.kind != ORDER_SYNC && g->order.kind != ORDER_FORGET && (!thinks || wants_writing(g)))
		run_want_cycle(run, g->order.uid);
}

static int forget(struct run *run, struct given *g, struct err *err)
{
	g->state = GIVEN_FORGETTING;
	return ledger_client_forget_person(&run->ledger, text_of(g->order.vo_id), err);
}

/* false: the ledger failed, and everybody was answered. */
static bool carry_out(struct run *run, struct given *g)
{
	struct err err = {0};
	int e = 0;
	g->result = (struct order_result){.code = ORDER_DONE};
	bool may = order_check(run, g);
	if (may && wants_writing(g)) { /* what was to be taken out is there again */
		want_cycle(run, g);
		return true;
	}
	if (may)
		e = g->order.kind == ORDER_FORGET ? forget(run, g, &err) : order_take_effect(run, g, &err);
	if (e < 0)
		cycle_ledger_failed(run, &err);
	else if (g->state != GIVEN_FORGETTING)
		store(run, g);
	return e == 0;
}

void orders_go_on(struct run *run)
{
	struct given *g;
	bool moved = false;
	for (g = run->orders.first; g != NULL; g = g->next)
		if (wants_writing(g))
			want_cycle(run, g);
	if (cycle_uses_thought(run)) {
		if (find_ready(run) != NULL)
			cycle_interrupt(run);
		return;
	}
	while ((g = find_ready(run)) != NULL) {
		want_cycle(run, g);
		moved = moved || g->order.kind != ORDER_SYNC;
		if (!carry_out(run, g))
			return; /* the ledger failed: all were answered */
	}
	if (moved)
		run_think_again(run);
}

void orders_forgotten(void *ctx, uint32_t rows)
{
	struct run *run = ctx;
	struct given *g = find(run, GIVEN_FORGETTING);
	if (g == NULL)
		return;
	g->result.covered = rows;
	if (rows == 0)
		order_say(g, "the record names nobody by this vo-id: nothing was taken out");
	else
		order_say(
			g,
			tr_count(
				"what names this person was taken out of %u row; the chain of the audit stays provable",
				"what names this person was taken out of %u rows; the chain of the audit stays "
				"provable",
				rows),
			rows);
	store(run, g);
}

/* ---- directives ---------------------------------------------------------------------------------- */

static struct given *find_writable(const struct run *run)
{
	struct given *g = run->orders.first;
	while (g != NULL && !wants_writing(g))
		g = g->next;
	return g;
}

bool orders_want_writing(const struct run *run)
{
	return find_writable(run) != NULL;
}

/* What was to be taken out has gone meanwhile. */
static void forget_gone(struct run *run, struct given *g)
{
	struct err err = {0};
	if (order_take_effect(run, g, &err) < 0)
		cycle_ledger_failed(run, &err);
	else
		store(run, g);
}

/* true: its writes are under way; false: it is over, or the ledger failed. */
static bool begin_writing(struct run *run, struct given *g)
{
	struct err err = {0};
	bool may = order_check(run, g);
	if (may && g->result.entry == NULL) {
		forget_gone(run, g);
		return false;
	}
	int writes = may ? order_compose(run, g, &err) : 0;
	int e = writes > 0 ? directive_writer_start(&run->directives, &err) : writes;
	if (e == 0 && writes > 0) {
		g->state = GIVEN_WRITING;
		return true;
	}
	if (e < 0)
		order_refuse(g, ORDER_FAILED, "nothing was written: %s", said(err.text));
	store(run, g);
	return false;
}

bool orders_write(struct run *run)
{
	struct given *g;
	while ((g = find_writable(run)) != NULL)
		if (begin_writing(run, g))
			return true;
	return false;
}

static void take_trouble(struct run *run, struct given *g, const struct err *why)
{
	const struct directive_writer *w = &run->directives;
	if (w->unknown)
		order_refuse(g, ORDER_FAILED,
			     "%s; whether the entry was written is not known: duaalctl directives shows it",
			     said(why->text));
	else if (w->done > 0)
		order_refuse(g, ORDER_FAILED,
			     "%s; a part of it was written before that: duaalctl directives shows what stands there",
			     said(why->text));
	else if (outcome_classify(w->result) == OUTCOME_CONFLICT)
		order_refuse(g, ORDER_FAILED,
			     "nothing was written: %s; look at duaalctl directives and, if it is still wanted, give it "
			     "again",
			     said(why->text));
	else
		order_refuse(g, ORDER_FAILED, "nothing was written: %s; when that is mended, give it again",
			     said(why->text));
	if (w->result != 0)
		g->failure = w->result;
}

void orders_written(void *ctx, const struct err *why)
{
	struct run *run = ctx;
	struct given *g = find(run, GIVEN_WRITING);
	struct err err = {0};
	if (g != NULL) {
		if (why != NULL)
			take_trouble(run, g, why);
		else if (order_forget_directives(run, g, &err) < 0) {
			cycle_ledger_failed(run, &err);
			return;
		}
		store(run, g);
	}
	if (!orders_write(run) && run->cycle.running) /* the ledger may have failed over one of them */
		cycle_orders_written(run);
}

/* ---- the end ------------------------------------------------------------------------------------- */

static const char *what_is_known(enum given_state state)
{
	switch (state) {
	case GIVEN_WRITING: return tr("whether the entry was written is not known: duaalctl directives shows it");
	case GIVEN_STORING: return tr("whether it stays in force is not known: look again and, if not, give it again");
	case GIVEN_FORGETTING: return tr("whether it was done is not known: give it again");
	default: return tr("nothing was done");
	}
}

void orders_fail(struct run *run, enum order_code code, const char *why)
{
	struct given *g;
	directive_writer_drop(&run->directives);
	while ((g = run->orders.first) != NULL) {
		if (g->state != GIVEN_STORING || g->result.code == ORDER_DONE)
			order_refuse(g, code, "%s: %s", tr(why), what_is_known(g->state));
		order_answer(run, g);
	}
}

bool orders_call_off(struct run *run, const char *why)
{
	struct given *g;
	while (run->ledger.loaded && (g = find_writable(run)) != NULL) {
		order_refuse(g, ORDER_FAILED, "%s: %s", tr(why), what_is_known(g->state));
		store(run, g);
	}
	return orders_are_busy(run);
}

bool orders_are_busy(const struct run *run)
{
	return find(run, GIVEN_DECIDING) != NULL || find(run, GIVEN_WRITING) != NULL ||
	       find(run, GIVEN_FORGETTING) != NULL || find(run, GIVEN_STORING) != NULL;
}
