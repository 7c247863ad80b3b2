/* SPDX-License-Identifier: EUPL-1.2 */
/* propose.c - see propose.h. */
#include "run/propose.h"

#include <assert.h>

#include "run/state.h"

/* What the thought is about in place of what is in force; lives as long as it. */
struct hypothesis {
	struct run_config config;
	struct policy_settings policy; /* with the roles in our order */
	struct target_names names;
	char *roles[POLICY_ROLES_MAX];
	struct target_snapshot target; /* the run's own, under those names */
	struct thought thought;
};

/* ---- roles --------------------------------------------------------------------------------------- */

static uint32_t role_at(const struct policy_settings *policy, const char *name)
{
	uint8_t at = role_find(policy, text_of(name));
	return at == ROLE_NONE ? NONE : at;
}

static void add_role(struct hypothesis *h, const struct policy_role *role)
{
	h->roles[h->policy.role_count] = (char *)(uintptr_t)role->name; /* names own theirs; these are only looked at */
	h->policy.roles[h->policy.role_count++] = *role;
}

/* Snapshots and past name a role by its position: those that are there keep theirs, and new ones come behind them. */
static int order_roles(struct hypothesis *h, const struct policy_settings *now, const struct policy_settings *then,
		       struct err *err)
{
	h->policy = *then;
	h->policy.role_count = 0;
	for (uint32_t i = 0; i < now->role_count; i++) {
		uint32_t at = role_at(then, now->roles[i].name);
		if (at == NONE)
			return err_set(err, ERR_INVALID,
				       "policy.roles: the role \"%s\" is left out, and what is known of it cannot be "
				       "thought away: duaalsyncd --plan -c FILE reads anew",
				       now->roles[i].name);
		add_role(h, &then->roles[at]);
	}
	for (uint32_t i = 0; i < then->role_count; i++)
		if (role_at(now, then->roles[i].name) == NONE)
			add_role(h, &then->roles[i]);
	return 0;
}

/* ---- the thought --------------------------------------------------------------------------------- */

static int suppose(const struct run *run, const struct run_proposal *proposal, bool rescoped, struct hypothesis *h,
		   struct err *err)
{
	assert(proposal->policy != NULL);
	int rc = order_roles(h, run->config.policy, proposal->policy, err);
	if (rc < 0)
		return rc;
	h->names = *run->config.names;
	h->names.roles = h->roles;
	h->names.role_count = h->policy.role_count;
	h->target = *run->target;
	h->target.names = &h->names;
	h->config = run->config;
	h->config.policy = &h->policy;
	h->config.names = &h->names;
	h->config.guard = proposal->guard;
	h->config.drift = proposal->drift;
	for (size_t i = 0; i < sizeof(h->config.scope) && (rescoped || proposal->rescoped); i++)
		h->config.scope[i] ^= UINT8_MAX; /* another one: which, does not matter */
	return 0;
}

/* The moment is the one of the thought in force, so that what differs is the policy's doing; as in the first round of a cycle. */
static int think(struct run *run, struct hypothesis *h, struct err *err)
{
	const struct thought *now = &run->thought;
	const struct thought_about about = {.config = &h->config,
					    .past = &run->past,
					    .source = run->source,
					    .target = &h->target,
					    .stale_source = now->stale_source,
					    .no_ledger = run->cycle.blind,
					    .ledger_old = now->guard_past.ledger_old,
					    .cycle = run->past.last_cycle + 1,
					    .now_s = now->policy.now_s};
	return thought_make(&h->thought, &about, err);
}

static void show(struct run *run, const struct hypothesis *h, const struct run_proposal *proposal,
		 void (*tell)(void *ctx, const struct proposal_told *told), void *ctx)
{
	const struct view *now = publish_view(run);
	struct view then = *now;
	then.supposed = true;
	then.explain = &h->thought.explain;
	then.policy = &h->policy;
	then.names = &h->names;
	then.guard = proposal->guard;
	const struct proposal_told told = {.now = now,
					   .then = &then,
					   .keys = proposal->keys,
					   .key_count = proposal->key_count,
					   .rescoped = h->thought.guard_past.scope_changed};
	tell(ctx, &told);
}

static int check_moment(const struct run *run, struct err *err)
{
	if (!run->thought.made || run->source == NULL || run->target == NULL || !cycle_shows_thought(run))
		return err_set(err, ERR_UNAVAILABLE, "nothing is known yet: the first complete cycle has not ended");
	if (cycle_uses_thought(run))
		return err_set(err, ERR_CONFLICT, "changes are being carried out just now");
	return 0;
}

int propose(struct run *run, const struct proposal_asked *asked,
	    void (*tell)(void *ctx, const struct proposal_told *told), void *ctx, struct err *err)
{
	const struct run_proposer *proposer = run->config.proposer;
	struct run_proposal proposal = {.key_count = 0};
	struct hypothesis h = {.policy = {.right = NULL}};
	int rc = check_moment(run, err);
	if (rc == 0)
		rc = proposer->take(run->config.present, asked->settings, &proposal, err);
	if (rc < 0)
		return rc;
	rc = suppose(run, &proposal, asked->rescoped, &h, err);
	if (rc == 0)
		rc = think(run, &h, err);
	if (rc == 0)
		show(run, &h, &proposal, tell, ctx);
	thought_drop(&h.thought);
	proposer->drop(&proposal);
	return rc;
}
