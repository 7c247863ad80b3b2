/* SPDX-License-Identifier: EUPL-1.2 */
/* publish_decided.c - what people decided, and what waits for them: parts of the status. See publish_parts.h. */
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "core/hold.h"
#include "model/number.h"
#include "run/publish_parts.h"

/* ---- holds --------------------------------------------------------------------------------------- */

/* Larger is worse. */
static int urgency(const struct past_hold *hold, int64_t now_s)
{
	switch (hold->rule) {
	case R_RULE_SOURCE_WENT_BACK: return 5;
	case R_RULE_LEDGER_OLD: return 4;
	case R_RULE_SHRUNKEN: return 3;
	default: return hold->expires_s - now_s <= HOLD_EXPIRES_SOON_S ? 2 : 1;
	}
}

/* The most urgent of those that wait, or NULL; how many there are. */
static const struct past_hold *find_worst(const struct past *past, int64_t now_s, uint32_t *ret_open)
{
	const struct past_hold *worst = NULL;
	*ret_open = 0;
	for (size_t i = 0; i < past->hold_count; i++) {
		const struct past_hold *hold = &past->holds[i];
		if (hold->state != HOLD_OPEN)
			continue;
		(*ret_open)++;
		if (worst == NULL || urgency(hold, now_s) > urgency(worst, now_s))
			worst = hold;
	}
	return worst;
}

static void tell_hold(const struct past_hold *hold, uint32_t open, struct verdict_on_part *v,
		      char command[COMMAND_SIZE])
{
	char name[HOLD_NAME_SIZE], time[CLOCK_TEXT_SIZE], where[32] = "";
	hold_name(hold, name);
	if (hold->number != 0 && hold->number != NUMBER_EVERYWHERE)
		snprintf(where, sizeof where, tr(" at institution %u"), hold->number);
	snprintf(v->detail, sizeof v->detail,
		 tr_count("%u hold waits for a decision; %s%s expires without effect at %s",
			  "%u holds wait for a decision; the most urgent, %s%s, expires without effect at %s", open),
		 open, name, where, clock_format(hold->expires_s, time));
	if (hold->rule == R_RULE_SOURCE_WENT_BACK)
		snprintf(command, COMMAND_SIZE,
			 tr("duaalctl holds %s shows it; if the source is meant so: duaalctl accept-source %s --reason "
			    "\"WHY\""),
			 name, name);
	else
		snprintf(command, COMMAND_SIZE,
			 tr("duaalctl holds %s shows it; then duaalctl approve %s --reason \"WHY\", or reject"), name,
			 name);
}

/* What a cycle found that then failed is not on record, and has no number to be decided by. */
static void tell_no_hold(const struct run *run, struct verdict_on_part *v)
{
	const uint32_t unnumbered = thought_is_whole(&run->thought) ? run->thought.verdict.opened_count : 0;
	if (unnumbered > 0)
		snprintf(v->detail, sizeof v->detail,
			 tr_count("%u hold gets the number to decide it by with the next cycle that does not fail",
				  "%u holds get the number to decide them by with the next cycle that does not fail",
				  unnumbered),
			 unnumbered);
	else if (run->past.hold_count > 0)
		snprintf(v->detail, sizeof v->detail,
			 tr_count("nothing waits for a decision; %zu decided hold is not over yet",
				  "nothing waits for a decision; %zu decided holds are not over yet",
				  (long long)run->past.hold_count),
			 run->past.hold_count);
	else
		snprintf(v->detail, sizeof v->detail, "%s", tr("nothing waits for a decision"));
}

static void judge_holds(struct run *run)
{
	int64_t now_s = clock_wall_s();
	uint32_t open;
	const struct past_hold *worst = find_worst(&run->past, now_s, &open);
	char command[COMMAND_SIZE] = "";
	struct verdict_on_part v = {PART_OK, "ok", "", ""};
	if (worst != NULL) {
		v = (struct verdict_on_part){urgency(worst, now_s) > 1 ? PART_CRITICAL : PART_WARNING,
					     reason_code((enum reason)worst->rule), command, ""};
		tell_hold(worst, open, &v, command);
	} else if (!publish_past_unknown(run, &v))
		tell_no_hold(run, &v);
	publish_part(&run->publisher, "holds", &v);
}

/* ---- freezes ------------------------------------------------------------------------------------- */

static const char *until_text(int64_t until_s, char out[64])
{
	char time[CLOCK_TEXT_SIZE];
	if (until_s == INT64_MAX)
		snprintf(out, 64, "%s", tr("until somebody ends it"));
	else
		snprintf(out, 64, tr("until %s"), clock_format(until_s, time));
	return out;
}

static void tell_freeze(const struct past_freeze *freeze, uint32_t others, struct verdict_on_part *v,
			char command[COMMAND_SIZE])
{
	char until[64];
	const char *reason = freeze->said != NULL ? freeze->said : "";
	until_text(freeze->until_s, until);
	if (freeze->pause)
		snprintf(v->detail, sizeof v->detail, tr("the daemon is paused by uid %u %s: %.200s"), freeze->by,
			 until, reason);
	else if (freeze->number == 0)
		snprintf(v->detail, sizeof v->detail, tr("all institutions are frozen by uid %u %s: %.200s"),
			 freeze->by, until, reason);
	else
		snprintf(v->detail, sizeof v->detail, tr("institution %u is frozen by uid %u %s: %.200s"),
			 freeze->number, freeze->by, until, reason);
	if (others > 0) {
		size_t len = strlen(v->detail);
		snprintf(v->detail + len, sizeof v->detail - len, tr("; and %u more"), others);
	}
	if (freeze->pause)
		snprintf(command, COMMAND_SIZE, "%s", tr("duaalctl resume ends it"));
	else if (freeze->number != 0)
		snprintf(command, COMMAND_SIZE, tr("duaalctl thaw %u ends it"), freeze->number);
	else
		snprintf(command, COMMAND_SIZE, "%s", tr("duaalctl thaw all ends it"));
}

/* A pause first, then a freeze of all, then any. */
static const struct past_freeze *widest(const struct past *past, int64_t now_s, uint32_t *ret_count)
{
	const struct past_freeze *found = past_frozen(past, 0, now_s);
	*ret_count = 0;
	for (size_t i = 0; i < past->freeze_count; i++) {
		if (past->freezes[i].until_s <= now_s)
			continue;
		(*ret_count)++;
		if (found == NULL)
			found = &past->freezes[i];
	}
	return found;
}

#define UNDONE_TOLD 2 /* one by name, and whether there are more */

/* Is something kept as an undo left it? Then that is said instead. */
static bool tell_undone(const struct past *past, struct verdict_on_part *v, char command[COMMAND_SIZE])
{
	struct past_undone undone[UNDONE_TOLD];
	char until[CLOCK_TEXT_SIZE];
	const size_t count = past_undone(past, clock_wall_s(), undone, UNDONE_TOLD);
	if (count == 0)
		return false;
	*v = (struct verdict_on_part){PART_NOTICE, "undone", command, ""};
	snprintf(command, COMMAND_SIZE, tr("duaalctl redo %u ends it"), undone[0].cycle);
	snprintf(v->detail, sizeof v->detail,
		 tr("cycle %u was undone: memberships that stay as they were before it, until %s: %u"), undone[0].cycle,
		 clock_format(undone[0].until_s, until), undone[0].memberships);
	if (count > 1) {
		const size_t len = strlen(v->detail);
		snprintf(v->detail + len, sizeof v->detail - len, "%s", tr("; and of other cycles, too"));
	}
	return true;
}

static void judge_freezes(struct run *run)
{
	uint32_t count;
	const struct past_freeze *first = widest(&run->past, clock_wall_s(), &count);
	char command[COMMAND_SIZE] = "";
	struct verdict_on_part v = {PART_OK, "ok", "", N_("nothing is frozen")};
	if (first != NULL) {
		bool wide = first->pause || first->number == 0;
		v = (struct verdict_on_part){wide ? PART_WARNING : PART_NOTICE, first->pause ? "paused" : "frozen",
					     command, ""};
		tell_freeze(first, count - 1, &v, command);
	} else if (!tell_undone(&run->past, &v, command))
		(void)publish_past_unknown(run, &v);
	publish_part(&run->publisher, "freezes", &v);
}

/* ---- directives ---------------------------------------------------------------------------------- */

struct directive_counts {
	uint32_t bad, soon, vanished, effective;
	int64_t first_s; /* when the first of those lapses */
};

static bool is_there(const struct target_snapshot *target, const struct uuid *uuid)
{
	for (uint32_t i = 0; i < target->request_count; i++)
		if (uuid_equal(&target->requests[i]->uuid, uuid))
			return true;
	for (uint32_t i = 0; i < target->override_count; i++)
		if (uuid_equal(&target->overrides[i]->uuid, uuid))
			return true;
	return false;
}

static void count_directives(const struct thought *t, struct directive_counts *n)
{
	const struct desired *desired = t->desired;
	*n = (struct directive_counts){.first_s = INT64_MAX};
	for (uint32_t i = 0; i < desired->directive_remark_count; i++) {
		const struct directive_remark *remark = &desired->directive_remarks[i];
		if (remark->reason != R_DIRECTIVE_ENDS_SOON) {
			n->bad++;
			continue;
		}
		n->soon++;
		if (remark->at_s < n->first_s)
			n->first_s = remark->at_s;
	}
	for (uint32_t i = 0; i < desired->directive_count; i++) {
		bool over = desired->directives[i].until_s <= t->policy.now_s;
		bool gone = !is_there(t->policy.target, &desired->directives[i].uuid);
		n->vanished += gone && !over;
		n->effective += !gone && !over;
	}
}

static void tell_directives(const struct directive_counts *n, struct verdict_on_part *v)
{
	char time[CLOCK_TEXT_SIZE];
	if (n->vanished > 0)
		*v = (struct verdict_on_part){PART_WARNING, "vanished",
					      tr("duaalctl holds: was it meant? Else write it again"), ""};
	else if (n->bad > 0)
		*v = (struct verdict_on_part){PART_WARNING, "without-effect",
					      tr("duaalctl directives names each with what is wrong about it"), ""};
	else if (n->soon > 0)
		*v = (struct verdict_on_part){PART_NOTICE, "ends-soon",
					      tr("duaalctl directives; move its date where it should last"), ""};
	int len = snprintf(v->detail, sizeof v->detail, tr("requests and overrides in force: %u"), n->effective);
	if (n->vanished > 0)
		len += snprintf(v->detail + len, sizeof v->detail - (size_t)len, tr("; vanished without a trace: %u"),
				n->vanished);
	if (n->bad > 0)
		len += snprintf(v->detail + len, sizeof v->detail - (size_t)len, tr("; without effect: %u"), n->bad);
	if (n->soon > 0)
		snprintf(v->detail + len, sizeof v->detail - (size_t)len, tr("; lapsing soon: %u, the first %s"),
			 n->soon, clock_format(n->first_s, time));
}

static void judge_directives(struct run *run)
{
	struct verdict_on_part v = {PART_OK, "ok", "", N_("not read yet")};
	struct directive_counts n;
	if (thought_is_whole(&run->thought)) {
		count_directives(&run->thought, &n);
		tell_directives(&n, &v);
	}
	publish_thought(run, "directives", &v);
}

/* ---- configuration ------------------------------------------------------------------------------- */

static void judge_config(struct run *run)
{
	char command[COMMAND_SIZE] = "";
	struct verdict_on_part v = {PART_OK, "ok", "", N_("the newest configuration is in force")};
	if (run->config_kept[0] != '\0') {
		v = (struct verdict_on_part){PART_WARNING, "refused", command, ""};
		snprintf(v.detail, sizeof v.detail,
			 tr("%s was changed and has faults: the configuration from before stays in force"),
			 run->config_kept);
		snprintf(command, sizeof command,
			 tr("duaalsyncd --check-config -c %.160s names each; then: systemctl reload duaalsyncd"),
			 run->config_kept);
	} else if (run->config.restart != NULL) {
		v = (struct verdict_on_part){
			PART_NOTICE, "restart",
			N_("systemctl restart duaalsyncd, or the old value in the file and: systemctl reload "
			   "duaalsyncd"),
			""};
		snprintf(v.detail, sizeof v.detail,
			 tr("the newest configuration is in force, but for what takes a restart of the daemon: %s"),
			 run->config.restart);
	}
	publish_part(&run->publisher, "config", &v);
}

void publish_decided(struct run *run)
{
	judge_holds(run);
	judge_freezes(run);
	judge_directives(run);
	judge_config(run);
}
