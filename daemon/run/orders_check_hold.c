/* SPDX-License-Identifier: EUPL-1.2 */
/* orders_check_hold.c - may this hold be decided so? See orders_parts.h. */
#include <stdio.h>
#include <strings.h>

#include "base/clock.h"
#include "core/hold.h"
#include "run/orders_parts.h"

static const char *state_word(enum hold_state state)
{
	switch (state) {
	case HOLD_APPROVED: return tr("approved");
	case HOLD_REJECTED: return tr("rejected");
	case HOLD_ACCEPTED: return tr("accepted");
	default: return tr("over");
	}
}

/* A decision is not taken back; what was rejected can still be done for each person by itself. */
static const char *what_helps(const struct past_hold *hold)
{
	if (hold->state != HOLD_REJECTED)
		return "";
	return tr("; that lasts until the source says something else; before that, duaalctl pin lets one person in, or "
		  "keeps one out with --exclude");
}

static bool digest_fits(const struct past_hold *hold, const char *typed)
{
	char hex[2 * sizeof hold->digest + 1];
	for (size_t i = 0; i < sizeof hold->digest; i++)
		snprintf(hex + 2 * i, 3, "%02x", hold->digest[i]);
	return strncasecmp(hex, typed, strlen(typed)) == 0;
}

/* A source that went back is no matter of single changes, and the other way round. */
static bool is_fitting_word(const struct past_hold *hold, struct given *g)
{
	char name[HOLD_NAME_SIZE];
	bool back = hold->rule == R_RULE_SOURCE_WENT_BACK, accepts = g->order.kind == ORDER_ACCEPT_SOURCE;
	if (back && !accepts)
		return order_refuse(
			g, ORDER_REFUSED,
			"hold %u is there because the source shows older data than before: if that is meant "
			"so, duaalctl accept-source %s; else it ends when the source has caught up",
			hold->id, hold_name(hold, name));
	if (accepts && !back)
		return order_refuse(g, ORDER_REFUSED,
				    "hold %u is not about a source that went back (%s): duaalctl approve %s, or reject",
				    hold->id, reason_code((enum reason)hold->rule), hold_name(hold, name));
	return true;
}

bool check_hold(const struct run *run, struct given *g)
{
	const struct past_hold *hold = past_hold(&run->past, g->order.id);
	char name[HOLD_NAME_SIZE], time[CLOCK_TEXT_SIZE];
	if (hold == NULL)
		return order_refuse(g, ORDER_NOT_FOUND, "there is no hold %u (any more): duaalctl holds lists them",
				    g->order.id);
	if (g->order.digest != NULL && !digest_fits(hold, g->order.digest))
		return order_refuse(g, ORDER_REFUSED,
				    "hold %u lists something else than %u-%s did: it is %s; look at it before deciding",
				    hold->id, hold->id, g->order.digest, hold_name(hold, name));
	if (hold->state != HOLD_OPEN)
		return order_refuse(g, ORDER_REFUSED, "hold %s was %s by uid %u at %s%s", hold_name(hold, name),
				    state_word((enum hold_state)hold->state), hold->decided_by,
				    clock_format(hold->decided_s, time), what_helps(hold));
	if (hold->expires_s <= clock_wall_s())
		return order_refuse(g, ORDER_REFUSED,
				    "hold %s expired at %s; what is still wanted forms another one with the next cycle",
				    hold_name(hold, name), clock_format(hold->expires_s, time));
	if (!is_fitting_word(hold, g))
		return false;
	if (!thought_is_whole(&run->thought))
		return order_refuse(g, ORDER_FAILED, "nothing was read yet: try again after the first cycle");
	g->order.number = hold->number;
	g->order.role = hold->role;
	return true;
}
