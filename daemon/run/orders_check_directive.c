/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * orders_check_directive.c - may this request or override be written, changed or taken out? See orders_parts.h.
 *
 * What an administrator wrote with a tool of their own is not ours to change: it is named, with what to do. What would have no
 * effect is refused before it is written, where that is known.
 */
#include "base/clock.h"
#include "model/number.h"
#include "run/directive.h"
#include "run/orders_parts.h"

#define SLACK_S 3600 /* the server that notes when an override was written may have another clock (I20) */

struct directive_key order_directive(const struct given *g)
{
	bool request = g->order.kind == ORDER_REQUEST || g->order.kind == ORDER_UNREQUEST;
	return (struct directive_key){.request = request,
				      .number = g->order.number,
				      .role = g->order.role,
				      .vo_id = text_of(request ? NULL : g->order.vo_id)};
}

/* ---- what stands there --------------------------------------------------------------------------- */

static bool has_read(const struct run *run, struct given *g)
{
	if (run->source != NULL && run->target != NULL && thought_is_whole(&run->thought))
		return true;
	return order_refuse(g, ORDER_FAILED, "nothing was read yet: try again after the first cycle");
}

/* NULL: no memory. */
static const char *keep(struct given *g, struct buf *text)
{
	const char *copy = buf_failed(text) ? NULL : arena_copy(&g->arena, buf_text(text));
	buf_done(text);
	return copy;
}

static const char *copy_dn(const struct run *run, struct given *g, const struct entry *entry)
{
	struct buf dn;
	buf_init(&dn);
	directive_dn(&run->config, entry, &dn);
	return keep(g, &dn);
}

static bool no_memory(struct given *g)
{
	return order_refuse(g, ORDER_FAILED, "out of memory: nothing was done");
}

/* The first one of ours becomes the order's entry. false: somebody else's is in force, or no memory. */
static bool find_standing(const struct run *run, struct given *g)
{
	const struct directive_key key = order_directive(g);
	const struct entry *entry;
	int64_t now_s = clock_wall_s();
	g->result.entry = NULL;
	for (uint32_t at = 0; (entry = directive_next(&run->config, run->target, &key, &at)) != NULL;) {
		bool ours = directive_is_ours(&run->config, entry);
		if ((ours && g->result.entry != NULL) || (!ours && directive_has_lapsed(entry, now_s)))
			continue;
		const char *dn = copy_dn(run, g, entry);
		if (dn == NULL)
			return no_memory(g);
		if (!ours)
			return order_refuse(g, ORDER_REFUSED,
					    "%s is about the same, and an administrator wrote it: change or delete it "
					    "with an LDAP tool",
					    dn);
		g->result.entry = dn;
	}
	return true;
}

/* Its name stays the same from the record to the write. */
static bool choose_new(const struct run *run, struct given *g)
{
	const struct directive_key key = order_directive(g);
	struct buf text;
	buf_init(&text);
	if (g->new_name == NULL) {
		directive_new_name(&run->config, run->target, &key, &text);
		g->new_name = keep(g, &text);
	}
	if (g->new_name == NULL)
		return no_memory(g);
	directive_named_dn(&run->config, &key, text_of(g->new_name), &text);
	g->result.entry = keep(g, &text);
	return g->result.entry != NULL || no_memory(g);
}

/* The entry that stands there, or the one that is to be. */
static bool choose_entry(const struct run *run, struct given *g)
{
	return find_standing(run, g) && (g->result.entry != NULL || choose_new(run, g));
}

/* ---- requests ------------------------------------------------------------------------------------ */

static const struct desired_institution *find_institution(const struct run *run, uint32_t number)
{
	const struct desired *desired = run->thought.desired;
	uint32_t at = desired_institution_find(desired, number);
	return at != NONE ? &desired->institutions[at] : NULL;
}

/* NULL: refused, because the source does not show it. */
static const struct desired_institution *find_shown(const struct run *run, struct given *g)
{
	const struct desired_institution *there = find_institution(run, g->order.number);
	if (there == NULL)
		(void)order_refuse(g, ORDER_REFUSED, "the source does not show institution %u: is the number right?",
				   g->order.number);
	return there;
}

/* Would a request decide anything there? */
static bool needs_request(const struct desired_institution *there, struct given *g)
{
	switch (there->reason) {
	case R_ADMITTED_PROGRAMME:
	case R_ADMITTED_ALWAYS:
		return order_refuse(g, ORDER_REFUSED, "institution %u needs no request: %s", there->number,
				    reason_sentence(there->reason));
	case R_NO_PROGRAMME:
	case R_KIND_NEVER:
	case R_KIND_UNKNOWN:
		return order_refuse(g, ORDER_REFUSED, "a request would not admit institution %u: %s", there->number,
				    reason_sentence(there->reason));
	default: return true;
	}
}

bool check_request(const struct run *run, struct given *g)
{
	if (!has_read(run, g))
		return false;
	const struct desired_institution *there = find_shown(run, g);
	return there != NULL && needs_request(there, g) && choose_entry(run, g);
}

/* Known as in force, and no entry is there any more: it is enough to forget it. */
static bool has_vanished(const struct run *run, const struct given *g)
{
	struct uuid uuid;
	return order_next_known(run, g, &(size_t){0}, &uuid);
}

static bool check_taking_out(const struct run *run, struct given *g, const char *what)
{
	if (!has_read(run, g) || !find_standing(run, g))
		return false;
	if (g->result.entry != NULL || has_vanished(run, g))
		return true;
	return order_refuse(g, ORDER_NOT_FOUND, "there is no %s: duaalctl directives lists what stands there",
			    tr(what));
}

bool check_unrequest(const struct run *run, struct given *g)
{
	return check_taking_out(run, g, N_("request of this institution"));
}

/* ---- overrides ----------------------------------------------------------------------------------- */

static bool is_known_role(const struct run *run, struct given *g)
{
	if (g->order.role < run->config.policy->role_count)
		return true;
	return order_refuse(g, ORDER_REFUSED, "the role is not given, or not one that this application knows");
}

/* Whom the source does not show now is asked for by vo-id before the override counts as one of nobody. */
static bool is_usable_person(const struct run *run, struct given *g)
{
	uint32_t person = source_person_by_vo_id(run->source, text_of(g->order.vo_id));
	int32_t begin, end;
	if (text_is_empty(text_of(g->order.vo_id)))
		return order_refuse(g, ORDER_REFUSED, "the person's vo-id is not known");
	if (person == NONE)
		return true;
	enum reason reason = policy_judge_person(&run->thought.policy, person, &begin, &end);
	if (run->source->people[person].same_as != NONE)
		reason = R_PERSON_AMBIGUOUS;
	if (reason == R_PERSON_AMBIGUOUS || reason == R_PERSON_WITHOUT_KEY || reason == R_PERSON_UNUSABLE)
		return order_refuse(g, ORDER_REFUSED, "%s: an override of this person would have no effect",
				    reason_sentence(reason));
	return true;
}

static bool is_admitted(const struct run *run, struct given *g)
{
	if (g->order.exclude && target_institution_by_number(run->target, g->order.number) != NONE)
		return true;
	const struct desired_institution *there = find_shown(run, g);
	if (there == NULL)
		return false;
	if (g->order.exclude || there->admitted)
		return true;
	bool request = there->reason == R_NO_REQUEST || there->reason == R_REQUEST_LAPSED;
	return order_refuse(g, ORDER_REFUSED, "institution %u is not admitted: %s%s", there->number,
			    reason_sentence(there->reason), request ? tr("; duaalctl request admits it") : "");
}

/* At most so far ahead, and never so near to it that the server's clock could make it too far. */
static bool choose_until(const struct run *run, struct given *g)
{
	uint32_t max_s = run->config.policy->override_max_s;
	int64_t now_s = clock_wall_s(), last_s = now_s + max_s - (max_s > 2 * SLACK_S ? SLACK_S : 0);
	if (g->order.until_s > now_s + max_s)
		return order_refuse(g, ORDER_REFUSED, "an override ends at most %u days ahead", max_s / 86400);
	if (g->order.until_s == 0 || g->order.until_s > last_s)
		g->order.until_s = last_s;
	g->result.until_s = g->order.until_s;
	return true;
}

static bool check_override(const struct run *run, struct given *g)
{
	return is_known_role(run, g) && (g->order.exclude || is_usable_person(run, g)) && is_admitted(run, g) &&
	       choose_until(run, g) && choose_entry(run, g);
}

bool check_pin(const struct run *run, struct given *g)
{
	return has_read(run, g) && check_override(run, g);
}

bool check_unpin(const struct run *run, struct given *g)
{
	return is_known_role(run, g) && check_taking_out(run, g, N_("override of this person in this role there"));
}

/* ---- hand edits ---------------------------------------------------------------------------------- */

/* The vo-id of whom a hand edit is about, or empty: nobody whom either directory knows. */
static struct text person_of_drift(const struct run *run, const struct past_drift *drift)
{
	uint32_t person = uuid_is_null(&drift->person) ? NONE : source_person_by_uuid(run->source, &drift->person);
	if (person != NONE)
		return text_trim(entry_value(run->source->people[person].entry, FIELD_VO_ID));
	person = target_person_by_key(run->target, drift->key);
	return person != NONE ? text_trim(entry_value(run->target->people[person].entry, FIELD_VO_ID)) : text_of(NULL);
}

static bool check_adoptable(const struct past_drift *drift, struct given *g)
{
	if (drift == NULL)
		return order_refuse(g, ORDER_NOT_FOUND,
				    "there is no hand edit %u (any more): duaalctl drift lists them", g->order.id);
	if (drift->number == NUMBER_EVERYWHERE)
		return order_refuse(
			g, ORDER_REFUSED,
			"a flat group follows the role groups of the institutions: pin the person at one of them, or "
			"\"duaalctl drift undo %u\"",
			g->order.id);
	if (drift->reason == R_DRIFT_ADDED || drift->reason == R_DRIFT_REMOVED)
		return true;
	return order_refuse(
		g, ORDER_REFUSED,
		"only a membership that was added or removed by hand can be kept as an override; this is: %s",
		reason_sentence((enum reason)drift->reason));
}

/* It becomes the override that says the same. */
bool check_adopt(const struct run *run, struct given *g)
{
	const struct past_drift *drift = past_drift(&run->past, g->order.id);
	if (!check_adoptable(drift, g) || !has_read(run, g))
		return false;
	struct text vo_id = person_of_drift(run, drift);
	if (text_is_empty(vo_id))
		return order_refuse(g, ORDER_REFUSED,
				    "the value leads to nobody with a vo-id, so no override can name the person");
	if (g->order.vo_id == NULL && (g->order.vo_id = arena_copy(&g->arena, vo_id)) == NULL)
		return no_memory(g);
	g->order.number = drift->number;
	g->order.role = drift->role;
	g->order.exclude = drift->reason == R_DRIFT_REMOVED;
	return check_override(run, g);
}
