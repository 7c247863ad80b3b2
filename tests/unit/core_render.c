/* SPDX-License-Identifier: EUPL-1.2 */
/* core_render.c - see core_world.h: the outcome of a run as lines that read like a story. */
#include "core_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static const char *const verdict_words[] = {"go", "HOLD", "REFUSE"};

static void add_person(struct world *w, struct buf *out, uint32_t person)
{
	if (person == NONE)
		buf_add_string(out, " -");
	else
		buf_format(out, " %.*s", TEXT_ARG(entry_value(w->source_read->people[person].entry, FIELD_VO_ID)));
}

static void add_place(struct world *w, struct buf *out, uint32_t number, uint8_t role)
{
	if (number == NUMBER_EVERYWHERE)
		buf_add_string(out, " everywhere");
	else if (number != 0)
		buf_format(out, " %u", number);
	if (role < w->settings.role_count)
		buf_format(out, " %s", w->settings.roles[role].name);
}

static void add_member(struct world *w, struct buf *out, uint32_t member)
{
	struct buf dn;
	struct text name, rest;
	buf_init(&dn);
	target_member_value(w->target_read, member, &dn);
	if (!text_split(buf_text(&dn), ',', &name, &rest))
		name = buf_text(&dn);
	buf_format(out, " %.*s", TEXT_ARG(name));
	buf_done(&dn);
}

static void render_change(struct world *w, struct buf *out, const struct change *change)
{
	buf_add_string(out, change_kind_name((enum change_kind)change->kind));
	add_place(w, out, change->number, change->role);
	if (change->kind == CHANGE_MEMBER_REMOVE)
		add_member(w, out, change->member);
	else if (change->person != NONE)
		add_person(w, out, change->person);
	buf_format(out, ": %s, %s: %s", reason_code((enum reason)change->cause),
		   reason_code((enum reason)change->reason), verdict_words[change->verdict]);
	if (change->verdict != VERDICT_GO || change->rule == R_RULE_APPROVED)
		buf_format(out, " by %s", reason_code((enum reason)change->rule));
	buf_add_char(out, '\n');
}

static void render_policy(struct world *w, struct buf *out)
{
	for (uint32_t i = 0; i < w->desired->institution_count; i++)
		buf_format(out, "institution %u: %s\n", w->desired->institutions[i].number,
			   reason_code(w->desired->institutions[i].reason));
	for (uint32_t i = 0; i < w->desired->membership_count; i++) {
		const struct desired_membership *m = &w->desired->memberships[i];
		buf_add_string(out, "wanted");
		add_place(w, out, m->number, m->role);
		add_person(w, out, m->person);
		if (m->reason != R_GRANTED)
			buf_format(out, ": %s", reason_code((enum reason)m->reason));
		buf_add_char(out, '\n');
	}
	for (uint32_t i = 0; i < w->desired->refusals_kept; i++) {
		const struct refusal *r = &w->desired->refusals[i];
		buf_add_string(out, "refused");
		add_person(w, out, r->person);
		add_place(w, out, r->number, r->role);
		buf_format(out, ": %s\n", reason_code((enum reason)r->reason));
	}
}

static void add_instant(struct buf *out, int64_t at_s)
{
	char at[GENERALIZED_TIME_SIZE];
	buf_add_string(out, at_s == INT64_MAX ? "-" : instant_format(at_s, at));
}

static void render_directives(struct world *w, struct buf *out)
{
	static const char *const kinds[] = {"?", "request", "include", "exclude"};
	for (uint32_t i = 0; i < w->desired->directive_remark_count; i++) {
		const struct directive_remark *r = &w->desired->directive_remarks[i];
		buf_add_string(out, "directive");
		add_place(w, out, r->number, r->role);
		if (r->person != NONE)
			add_person(w, out, r->person);
		buf_format(out, ": %s\n", reason_code((enum reason)r->reason));
	}
	for (uint32_t i = 0; i < w->desired->directive_count; i++) {
		const struct past_directive *d = &w->desired->directives[i];
		buf_format(out, "remember %s", kinds[d->kind]);
		add_place(w, out, d->number, d->role);
		if (!uuid_is_null(&d->person))
			add_person(w, out, source_person_by_uuid(w->source_read, &d->person));
		buf_add_string(out, " until ");
		add_instant(out, d->until_s);
		buf_add_string(out, " since ");
		add_instant(out, d->since_s);
		buf_add_char(out, '\n');
	}
	for (uint32_t i = 0; i < w->desired->unknown_vo_id_count; i++)
		buf_format(out, "ask for %.*s\n", TEXT_ARG(w->desired->unknown_vo_ids[i]));
}

static void render_findings(struct world *w, struct buf *out)
{
	for (uint32_t i = 0; i < w->plan->remark_count; i++) {
		const struct remark *r = &w->plan->remarks[i];
		buf_add_string(out, "remark");
		add_place(w, out, r->number, r->role);
		if (r->member != NONE)
			add_member(w, out, r->member);
		else if (r->person != NONE)
			add_person(w, out, r->person);
		buf_format(out, ": %s", reason_code((enum reason)r->reason));
		if (r->drift != 0)
			buf_format(out, ", drift %u", r->drift);
		buf_add_char(out, '\n');
	}
	for (uint32_t i = 0; i < w->plan->confirmation_count; i++) {
		const struct confirmation *c = &w->plan->confirmations[i];
		buf_add_string(out, c->state == OWNED_HELD ? "confirm held" : "confirm adopted");
		add_place(w, out, w->target_read->groups[c->group].number, w->target_read->groups[c->group].role);
		add_member(w, out, c->member);
		buf_add_char(out, '\n');
	}
	for (uint32_t i = 0; i < w->plan->question_count; i++)
		buf_format(
			out, "question %u\n",
			(unsigned)(w->plan->questions[i].uuid.bytes[15] | w->plan->questions[i].uuid.bytes[14] << 8));
	if (w->plan->ending_count > 0)
		buf_format(out, "endings %u\n", w->plan->ending_count);
	if (w->plan->next_s != INT64_MAX) {
		char at[GENERALIZED_TIME_SIZE];
		buf_format(out, "grace ends %s\n", instant_format(w->plan->next_s, at));
	}
}

/* A hold on record has a number, and its state unless it is open. */
static void render_hold_state(struct buf *out, const struct guard_hold *h)
{
	if (h->id != 0)
		buf_format(out, ", hold %u%s", h->id, h->state == HOLD_REJECTED ? " rejected" : "");
	buf_add_char(out, '\n');
}

static void render_ended(struct world *w, struct buf *out)
{
	for (uint32_t i = 0; i < w->verdict.ended_count; i++)
		buf_format(out, "hold %u %s\n", w->verdict.ended[i].id,
			   w->verdict.ended[i].state == HOLD_EXPIRED ? "expired" : "over");
}

static void render_holds(struct world *w, struct buf *out)
{
	for (uint32_t i = 0; i < w->verdict.hold_count; i++) {
		const struct guard_hold *h = &w->verdict.holds[i];
		buf_format(out, "hold %s", reason_code((enum reason)h->rule));
		add_place(w, out, h->number, h->role);
		buf_format(out, ": %u changes, seen %u, allowed %u", h->changes, h->seen, h->allowed);
		render_hold_state(out, h);
	}
	render_ended(w, out);
	if (w->verdict.notices > 0)
		buf_format(out, "notices %u\n", w->verdict.notices);
	if (w->desired->next_change_s != INT64_MAX) {
		char at[GENERALIZED_TIME_SIZE];
		buf_format(out, "next %s\n", instant_format(w->desired->next_change_s, at));
	}
}

static const char *render(struct world *w, bool policy)
{
	struct buf out;
	buf_init(&out);
	if (policy) {
		render_policy(w, &out);
		render_directives(w, &out);
	}
	for (uint32_t i = 0; i < w->plan->change_count; i++)
		render_change(w, &out, &w->plan->changes[i]);
	render_findings(w, &out);
	render_holds(w, &out);
	char *copy = arena_copy(&w->arena, buf_text(&out));
	buf_done(&out);
	assert_non_null(copy);
	return copy;
}

const char *world_render(struct world *w)
{
	return render(w, true);
}

const char *world_render_outcome(struct world *w)
{
	return render(w, false);
}

static uint32_t count_lines(const char *text, const char *part, bool whole)
{
	uint32_t count = 0;
	for (const char *at = text, *end; *at != '\0'; at = end + 1) {
		end = strchr(at, '\n');
		struct text line = text_make(at, (size_t)(end - at));
		if (whole)
			count += text_equal(line, text_of(part));
		else
			count += memmem(line.at, line.len, part, strlen(part)) != NULL;
	}
	return count;
}

uint32_t world_count(struct world *w, const char *part)
{
	return count_lines(world_render(w), part, false);
}

void world_expect(struct world *w, const char *line)
{
	if (count_lines(world_render(w), line, true) == 0)
		fail_msg("no line \"%s\" in:\n%s", line, world_render(w));
}

void world_refuse(struct world *w, const char *part)
{
	if (world_count(w, part) != 0)
		fail_msg("a line with \"%s\" in:\n%s", part, world_render(w));
}
