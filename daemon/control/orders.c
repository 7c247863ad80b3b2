/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * orders.c - the methods that change something: what was given is checked here; whether it can be done, the host says.
 *
 * Every one of them names who ordered it (the peer's uid, from the kernel) and why; the host has both in the audit
 * before it takes effect.
 */
#include <string.h>

#include "control/asked.h"
#include "control/parameters.h"
#include "model/civil.h"
#include "model/date.h"

static struct order order_of(const struct varlink_call *call, enum order_kind kind)
{
	return (struct order){.kind = kind,
			      .uid = varlink_call_uid(call),
			      .role = UINT8_MAX,
			      .person = NONE,
			      .reason = "",
			      .language = varlink_call_language(call)};
}

/* ---- holds -------------------------------------------------------------------------------------------- */

static void decide(struct varlink_call *call, void *ctx, enum order_kind kind)
{
	struct hold_key key;
	struct order order = order_of(call, kind);
	if (!take_hold(call, &key) || !take_words(call, "reason", &order.reason))
		return;
	order.id = key.id;
	order.digest = key.digest[0] != '\0' ? key.digest : NULL;
	ask_order(ctx, call, &order, answer_decided);
}

void approve_method(struct varlink_call *call, void *ctx)
{
	decide(call, ctx, ORDER_APPROVE);
}

void reject_method(struct varlink_call *call, void *ctx)
{
	decide(call, ctx, ORDER_REJECT);
}

void accept_source_method(struct varlink_call *call, void *ctx)
{
	decide(call, ctx, ORDER_ACCEPT_SOURCE);
}

void undo_method(struct varlink_call *call, void *ctx)
{
	struct order order = order_of(call, ORDER_UNDO);
	if (take_id(call, "cycle", &order.id) && take_words(call, "reason", &order.reason) &&
	    take_until(call, &order.until_s))
		ask_order(ctx, call, &order, answer_decided);
}

void redo_method(struct varlink_call *call, void *ctx)
{
	struct order order = order_of(call, ORDER_REDO);
	if (take_id(call, "cycle", &order.id) && take_words(call, "reason", &order.reason))
		ask_order(ctx, call, &order, answer_done);
}

/* ---- directives --------------------------------------------------------------------------------------- */

void request_method(struct varlink_call *call, void *ctx)
{
	struct order order = order_of(call, ORDER_REQUEST);
	if (take_number(call, "institution", &order.number) && take_words(call, "reason", &order.reason) &&
	    take_owner(call, &order.owner) && take_until(call, &order.until_s))
		ask_order(ctx, call, &order, answer_written);
}

void unrequest_method(struct varlink_call *call, void *ctx)
{
	struct order order = order_of(call, ORDER_UNREQUEST);
	if (take_number(call, "institution", &order.number) && take_words(call, "reason", &order.reason))
		ask_order(ctx, call, &order, answer_written);
}

/* What pin and unpin have in common. somebody is borrowed by the order. */
static bool take_membership(struct varlink_call *call, void *ctx, struct somebody *somebody, struct order *order)
{
	const struct view *view = ready_view(call, ctx);
	if (view == NULL || !take_number(call, "institution", &order->number) || !take_role(call, view, &order->role) ||
	    !take_words(call, "reason", &order->reason) || !take_person(call, view, somebody))
		return false;
	order->person = somebody->person;
	order->vo_id = somebody->vo_id;
	return true;
}

void pin_method(struct varlink_call *call, void *ctx)
{
	struct somebody somebody;
	struct order order = order_of(call, ORDER_PIN);
	order.exclude = varlink_call_bool(call, "exclude");
	if (take_owner(call, &order.owner) && take_until(call, &order.until_s) &&
	    take_membership(call, ctx, &somebody, &order))
		ask_order(ctx, call, &order, answer_written_until);
}

void unpin_method(struct varlink_call *call, void *ctx)
{
	struct somebody somebody;
	struct order order = order_of(call, ORDER_UNPIN);
	if (take_membership(call, ctx, &somebody, &order))
		ask_order(ctx, call, &order, answer_written);
}

/* ---- hand edits --------------------------------------------------------------------------------------- */

void drift_adopt_method(struct varlink_call *call, void *ctx)
{
	struct order order = order_of(call, ORDER_DRIFT_ADOPT);
	if (take_id(call, "id", &order.id) && take_words(call, "reason", &order.reason) &&
	    take_until(call, &order.until_s))
		ask_order(ctx, call, &order, answer_written_until);
}

void drift_undo_method(struct varlink_call *call, void *ctx)
{
	struct order order = order_of(call, ORDER_DRIFT_UNDO);
	if (take_id(call, "id", &order.id) && take_words(call, "reason", &order.reason))
		ask_order(ctx, call, &order, answer_done);
}

/* ---- standing still ----------------------------------------------------------------------------------- */

/* Of all four; the methods that have no such parameter do not get here with one. */
static void stand_still(struct varlink_call *call, void *ctx, enum order_kind kind)
{
	struct order order = order_of(call, kind);
	if (take_number(call, "institution", &order.number) && take_words(call, "reason", &order.reason) &&
	    take_until(call, &order.until_s))
		ask_order(ctx, call, &order, answer_done);
}

void freeze_method(struct varlink_call *call, void *ctx)
{
	stand_still(call, ctx, ORDER_FREEZE);
}

void thaw_method(struct varlink_call *call, void *ctx)
{
	stand_still(call, ctx, ORDER_THAW);
}

void pause_method(struct varlink_call *call, void *ctx)
{
	stand_still(call, ctx, ORDER_PAUSE);
}

void resume_method(struct varlink_call *call, void *ctx)
{
	stand_still(call, ctx, ORDER_RESUME);
}

/* ---- the clock ---------------------------------------------------------------------------------------- */

/* "2026-09-01" as 20260901; 0: it is no day. */
static uint32_t read_day(const char *text)
{
	char again[DAY_TEXT_SIZE];
	int32_t day;
	int64_t year;
	int month, of_month;
	if (!date_parse(text_of(text), DATE_DAY, NULL, &day) || strcmp(day_format(day, again), text) != 0)
		return 0;
	civil_of_day(day, &year, &month, &of_month);
	return year > 0 ? (uint32_t)(year * 10000 + month * 100 + of_month) : 0;
}

void accept_clock_method(struct varlink_call *call, void *ctx)
{
	struct order order = order_of(call, ORDER_ACCEPT_CLOCK);
	const char *today = NULL;
	if (!take_words(call, "today", &today) || !take_words(call, "reason", &order.reason))
		return;
	order.id = read_day(today);
	if (order.id == 0)
		varlink_call_invalid(call, "today");
	else
		ask_order(ctx, call, &order, answer_done);
}

/* ---- forgetting --------------------------------------------------------------------------------------- */

void forget_method(struct varlink_call *call, void *ctx)
{
	struct somebody somebody;
	struct order order = order_of(call, ORDER_FORGET);
	if (!take_words(call, "reason", &order.reason) || !take_vo_id(call, &somebody))
		return;
	order.vo_id = somebody.vo_id;
	ask_order(ctx, call, &order, answer_forgotten);
}
