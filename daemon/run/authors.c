/* SPDX-License-Identifier: EUPL-1.2 */
/* authors.c - see authors.h. */
#include "run/authors.h"

#include "run/facts_parts.h"

#define QUESTIONS_MAX 20 /* a cycle */

void authors_init(struct authors *a, struct client *target, struct ledger_client *ledger, struct past *past)
{
	*a = (struct authors){.target = target, .ledger = ledger, .past = past};
}

void authors_drop(struct authors *a)
{
	a->asking = false;
}

static const struct past_drift *next_drift(const struct authors *a)
{
	const struct past *past = a->past;
	for (size_t i = 0; i < past->drift_count; i++)
		if (past->drifts[i].id > a->asked_until && past->drifts[i].author == NULL)
			return &past->drifts[i];
	return NULL;
}

/* ---- the question -------------------------------------------------------------------------------- */

/* Where our entry stands, or stood. */
static void put_entry(const struct thought *t, const struct past_drift *drift, struct buf *out)
{
	const struct target_snapshot *s = t->plan_input.target;
	uint32_t group = drift->role != UINT8_MAX ? target_group_find(s, drift->number, drift->role) : NONE;
	uint32_t person = source_person_by_uuid(t->policy.source, &drift->person);
	if (group != NONE)
		target_group_dn(s, group, out);
	else if (drift->role < s->names->role_count)
		target_names_group_dn(s->names, drift->number, drift->role, out);
	else if (drift->number != 0)
		target_names_institution_dn(s->names, drift->number, out);
	else if (person != NONE)
		target_names_person_dn(s->names, entry_value(t->policy.source->people[person].entry, FIELD_VO_ID), out);
}

static bool is_of_a_value(const struct past_drift *drift)
{
	return drift->reason == R_DRIFT_ADDED || drift->reason == R_DRIFT_REMOVED;
}

/* false: accesslog would not tell more than the entry's last writer does. */
static bool compose(const struct thought *t, const struct past_drift *drift, struct buf *out)
{
	struct buf dn, value;
	buf_init(&dn);
	buf_init(&value);
	put_entry(t, drift, &dn);
	if (is_of_a_value(drift))
		facts_put_value(t, drift, &value);
	const struct author_question question = {
		.dn = buf_text(&dn), .value = buf_text(&value), .added = drift->reason == R_DRIFT_ADDED};
	bool fit = dn.len > 0 && (is_of_a_value(drift) ? value.len > 0 : drift->reason == R_DRIFT_ENTRY_GONE);
	if (fit)
		author_question_encode(out, &question);
	fit = fit && !buf_failed(&dn) && !buf_failed(&value) && !buf_failed(out);
	buf_done(&dn);
	buf_done(&value);
	return fit;
}

/* ---- the answer ---------------------------------------------------------------------------------- */

static bool ask_next(struct authors *a);

static void end(struct authors *a, const struct err *why)
{
	a->asking = false;
	a->finished(a->ctx, why);
}

static int take(struct authors *a, const void *body, size_t len, struct err *err)
{
	const struct facts about = {.ledger = a->ledger, .past = a->past, .thought = a->thought};
	const struct past_drift *known = past_drift(a->past, a->asked_until);
	struct author author;
	struct buf name;
	int e = author_decode(body, len, &author, err);
	if (e < 0 || !author.found || known == NULL || !thought_is_whole(a->thought))
		return e;
	buf_init(&name);
	buf_add_text(&name, author.dn);
	struct past_drift drift = *known;
	drift.author = name.at;
	drift.author_s = author.at_s;
	e = buf_failed(&name) ? err_nomem(err) : facts_set_drift(&about, &drift, err);
	buf_done(&name);
	a->found = a->found || e == 0;
	return e;
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct authors *a = ctx;
	struct err err = {0};
	if (!a->asking || type != M_AUTHORED)
		return;
	client_finish(a->target);
	if (take(a, body, len, &err) < 0 && err.code != ERR_PROTOCOL)
		end(a, &err);
	else if (!ask_next(a))
		end(a, NULL);
}

/* It may be asked again after a restart: what is not known does no harm. */
static void on_failed(void *ctx, const struct err *why)
{
	struct authors *a = ctx;
	(void)why;
	if (a->asking)
		end(a, NULL);
}

/* ---- one after the other ------------------------------------------------------------------------- */

static bool send(struct authors *a, const struct buf *body)
{
	struct err err = {0};
	a->target->ctx = a;
	a->target->record = on_record;
	a->target->failed = on_failed;
	return client_request(a->target, M_AUTHOR, body, &err) == 0;
}

static bool ask_next(struct authors *a)
{
	const struct past_drift *drift;
	bool sent = false;
	while (!sent && thought_is_whole(a->thought) && a->left > 0 && (drift = next_drift(a)) != NULL) {
		struct buf body;
		buf_init(&body);
		a->asked_until = drift->id;
		if (compose(a->thought, drift, &body)) {
			a->left--;
			sent = send(a, &body);
		}
		buf_done(&body);
	}
	return sent;
}

bool authors_ask(struct authors *a, const struct thought *thought)
{
	a->thought = thought;
	a->left = QUESTIONS_MAX;
	a->found = false;
	a->asking = thought_is_whole(thought) && ask_next(a);
	return a->asking;
}
