/* SPDX-License-Identifier: EUPL-1.2 */
/* consequence.c - one sentence on what happens to a hold when nobody decides, or because somebody did. */
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/answers.h"

/* What stays as it is while an open one waits. */
static const char *what_stays(enum reason rule)
{
	switch (rule) {
	case R_RULE_SOURCE_WENT_BACK:
		return tr("nothing from the source is applied until it has caught up or somebody accepts it as it is");
	case R_RULE_FIRST_FILL: return tr("the groups stay empty");
	case R_RULE_GRANTS: return tr("nobody listed gets the access, and nobody loses any");
	case R_RULE_ADOPTED: return tr("the values that were found stay in their groups");
	case R_RULE_BY_HAND: return tr("what was done by hand stays as it was done");
	case R_RULE_DIRECTIVE: return tr("all stays as the vanished request or override had it");
	default: return tr("everybody listed keeps the access");
	}
}

static const char *after_expiry(enum reason rule)
{
	return rule == R_RULE_SOURCE_WENT_BACK ? tr("it forms again for as long as the source is older")
					       : tr("what is still wanted then forms a new hold");
}

/* "" where it has no end. */
static const char *ending(const struct past_hold *hold, const char *before, char *out, size_t size)
{
	char time[CLOCK_TEXT_SIZE];
	out[0] = '\0';
	if (hold->expires_s != 0 && hold->expires_s != INT64_MAX)
		snprintf(out, size, "; %s %s", before, clock_format(hold->expires_s, time));
	return out;
}

const char *hold_consequence(const struct past_hold *hold, char out[CONSEQUENCE_SIZE])
{
	enum reason rule = (enum reason)hold->rule;
	char end[CLOCK_TEXT_SIZE + 100];
	switch ((enum hold_state)hold->state) {
	case HOLD_OPEN:
		snprintf(out, CONSEQUENCE_SIZE, tr("%s%s, and %s"), what_stays(rule),
			 ending(hold, tr("it expires without effect at"), end, sizeof(end)), after_expiry(rule));
		break;
	case HOLD_APPROVED:
		snprintf(out, CONSEQUENCE_SIZE,
			 tr("approved: what is still wanted for the same cause is carried out%s"),
			 ending(hold, tr("the approval ends at"), end, sizeof(end)));
		break;
	case HOLD_REJECTED:
		snprintf(out, CONSEQUENCE_SIZE, tr("rejected: %s until its source changes"), what_stays(rule));
		break;
	case HOLD_ACCEPTED:
		snprintf(out, CONSEQUENCE_SIZE,
			 tr("accepted: what follows from the source as it is now is judged as ever%s"),
			 ending(hold, tr("should it still be older then, it is asked again at"), end, sizeof(end)));
		break;
	case HOLD_EXPIRED:
	case HOLD_OVER: snprintf(out, CONSEQUENCE_SIZE, "%s", tr("it is over")); break;
	}
	return out;
}
