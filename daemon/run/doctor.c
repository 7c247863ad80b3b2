/* SPDX-License-Identifier: EUPL-1.2 */
/* doctor.c - see doctor.h. */
#include "run/doctor.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/language.h"
#include "base/vec.h"
#include "run/state.h"
#include "wire/finding.h"

#define FINDINGS_BYTES (1u << 20)
#define FINDINGS_MAX   500

struct doctor_waiter {
	struct doctor_waiter *next;
	void (*done)(void *call, const struct ledger_answer *answer);
	void *call;
};

/* ---- findings ------------------------------------------------------------------------------------- */

/* Without memory the answer has fewer findings; the helper's own is among them then. */
static void keep(struct doctor *d, struct text body)
{
	char *copy = d->count < FINDINGS_MAX ? arena_copy(&d->arena, body) : NULL;
	if (copy != NULL && vec_reserve(&d->findings, &d->capacity, d->count + 1u, sizeof *d->findings) == 0)
		d->findings[d->count++] = text_make(copy, body.len);
}

static void add(void *ctx, const struct finding *finding)
{
	struct buf body;
	buf_init(&body);
	finding_encode(&body, finding);
	if (!buf_failed(&body))
		keep(ctx, buf_text(&body));
	buf_done(&body);
}

static void add_helper(struct doctor *d, const char *about, enum finding_severity severity, const char *detail)
{
	const struct finding finding = {
		.check = FINDING_HELPER, .severity = severity, .about = text_of(about), .detail = text_of(detail)};
	add(d, &finding);
}

static int take(struct doctor *d, struct text body, struct err *err)
{
	struct finding finding;
	int e = finding_decode(body.at, body.len, &finding, err);
	if (e == 0)
		keep(d, body);
	return e;
}

/* ---- the end -------------------------------------------------------------------------------------- */

static void tell_all(struct doctor *d, const struct ledger_answer *answer)
{
	struct doctor_waiter *waiters = d->waiters, *next;
	d->waiters = NULL;
	for (; waiters != NULL; waiters = next) {
		next = waiters->next;
		waiters->done(waiters->call, answer);
		free(waiters);
	}
}

static void clear(struct doctor *d)
{
	d->timer = sd_event_source_disable_unref(d->timer);
	d->end = sd_event_source_disable_unref(d->end);
	arena_done(&d->arena);
	free(d->findings);
	d->findings = NULL;
	d->count = 0;
	d->capacity = 0;
	d->busy = d->ledger_asked = false;
}

/* From the loop, so that a helper is never ended within its own call. */
static int on_end(sd_event_source *source, void *ctx)
{
	struct run *run = ctx;
	struct doctor *d = &run->doctor;
	const char *due = d->due;
	(void)source;
	tell_all(d, &(struct ledger_answer){.lines = d->findings, .line_count = d->count});
	clear(d);
	d->due = NULL;
	if (due != NULL)
		cycle_start(run, due, d->due_uid);
	person_search_begin(run);
	return 0;
}

static void end_when_all_have(struct run *run)
{
	struct doctor *d = &run->doctor;
	if (d->ledger_asked || d->end != NULL)
		return;
	for (uint32_t i = 0; i < d->side_count; i++)
		if (d->sides[i].asked)
			return;
	if (sd_event_add_defer(run->loop, &d->end, on_end, run) < 0)
		sd_event_exit(run->loop, 1); /* no memory for the loop: better restarted than silent */
}

/* ---- source and target ---------------------------------------------------------------------------- */

static void side_ended(struct doctor_side *side, const char *trouble)
{
	side->asked = false;
	add_helper(&side->run->doctor, side->name, trouble == NULL ? SEVERITY_OK : SEVERITY_CRITICAL,
		   trouble == NULL ? N_("it answers") : trouble);
	end_when_all_have(side->run);
}

/* A helper does not know that its source is one of several. */
static int take_from(struct doctor_side *side, struct text body, struct err *err)
{
	struct finding finding;
	char about[256];
	if (side->which == NULL)
		return take(&side->run->doctor, body, err);
	int e = finding_decode(body.at, body.len, &finding, err);
	if (e < 0)
		return e;
	snprintf(about, sizeof about, "%s: %.*s", side->which, TEXT_ARG(finding.about));
	finding.about = text_of(about);
	add(&side->run->doctor, &finding);
	return 0;
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct doctor_side *side = ctx;
	struct err err = {0};
	int e = 0;
	if (type == M_EXAMINED) {
		client_finish(side->client);
		side_ended(side, NULL);
		return;
	}
	if (type == M_FINDING)
		e = take_from(side, text_make(body, len), &err);
	else
		e = err_set(&err, ERR_PROTOCOL, "%s answered with a record of type %u", side->client->kind.program,
			    type);
	if (e < 0) {
		client_restart(side->client);
		side_ended(side, err.text);
	}
}

static void on_failed(void *ctx, const struct err *why)
{
	side_ended(ctx, why->text);
}

static void add_side(struct run *run, struct client *client, const char *name, const char *which)
{
	struct doctor *d = &run->doctor;
	struct doctor_side *side = &d->sides[d->side_count++];
	*side = (struct doctor_side){.run = run, .client = client, .which = which, .asked = true};
	snprintf(side->name, sizeof side->name, "%s%s%s", name, which != NULL ? " " : "", which != NULL ? which : "");
	client->ctx = side;
	client->record = on_record;
	client->failed = on_failed;
}

static void add_sides(struct run *run)
{
	struct sources *sources = &run->sources;
	run->doctor.side_count = 0;
	for (uint32_t i = 0; i < sources->count; i++)
		add_side(run, &sources->seats[i].reader.reader.client, "source",
			 sources->count > 1 ? sources->seats[i].reader.bases.name : NULL);
	add_side(run, &run->target_reader.reader.client, "target", NULL);
}

static void ask_side(struct doctor_side *side)
{
	struct err err = {0};
	if (client_request(side->client, M_EXAMINE, NULL, &err) < 0)
		side_ended(side, err.text);
}

/* ---- the ledger ----------------------------------------------------------------------------------- */

static void on_ledger(void *ctx, const struct ledger_answer *answer)
{
	struct run *run = ctx;
	struct doctor *d = &run->doctor;
	struct err err = {0};
	d->ledger_asked = false;
	for (uint32_t i = 0; i < answer->line_count; i++)
		(void)!take(d, answer->lines[i], &err); /* each was decoded once already */
	add_helper(d, "ledger", answer->trouble == NULL ? SEVERITY_OK : SEVERITY_CRITICAL,
		   answer->trouble == NULL ? N_("it answers") : answer->trouble);
	end_when_all_have(run);
}

static void give_up_ledger(struct run *run)
{
	if (!run->doctor.ledger_asked)
		return;
	ledger_questions_cancel(&run->questions, run);
	run->doctor.ledger_asked = false;
}

/* ---- begin ---------------------------------------------------------------------------------------- */

static int on_timer(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct run *run = ctx;
	struct doctor *d = &run->doctor;
	(void)source, (void)usec;
	if (d->ledger_asked)
		add_helper(d, "ledger", SEVERITY_CRITICAL,
			   N_("it was not done in time; other questions may come first"));
	give_up_ledger(run);
	for (uint32_t i = 0; i < d->side_count; i++)
		if (d->sides[i].asked) {
			client_restart(d->sides[i].client);
			side_ended(&d->sides[i], N_("it was not done in time, and was ended"));
		}
	end_when_all_have(run);
	return 0;
}

void doctor_begin(struct run *run)
{
	static const struct ledger_question question = {.kind = QUESTION_EXAMINE};
	struct doctor *d = &run->doctor;
	if (d->waiters == NULL || d->busy || run->search.busy || run->cycle.running || run->stopping)
		return;
	if (sd_event_add_time_relative(run->loop, &d->timer, CLOCK_BOOTTIME, DOCTOR_LIMIT_S * UINT64_C(1000000), 0,
				       on_timer, run) < 0) {
		tell_all(d, &(struct ledger_answer){.trouble = "out of memory"});
		return;
	}
	arena_init(&d->arena, FINDINGS_BYTES);
	d->busy = d->ledger_asked = true;
	add_sides(run);
	doctor_examine_unit(run->config.helpers.sockets != NULL, add, d);
	for (uint32_t i = 0; i < d->side_count; i++)
		ask_side(&d->sides[i]);
	ledger_questions_ask(&run->questions, &question, on_ledger, run);
}

void doctor_ask(struct run *run, void (*done)(void *call, const struct ledger_answer *answer), void *call)
{
	struct doctor_waiter *waiter = calloc(1, sizeof *waiter);
	if (waiter == NULL) {
		done(call, &(struct ledger_answer){.trouble = N_("out of memory")});
		return;
	}
	*waiter = (struct doctor_waiter){.next = run->doctor.waiters, .done = done, .call = call};
	run->doctor.waiters = waiter;
	doctor_begin(run);
}

bool doctor_delays(struct run *run, const char *trigger, uid_t uid)
{
	struct doctor *d = &run->doctor;
	if (!d->busy)
		return false;
	d->due = trigger;
	d->due_uid = uid;
	return true;
}

void doctor_drop(struct run *run, const char *why)
{
	struct doctor *d = &run->doctor;
	give_up_ledger(run);
	for (uint32_t i = 0; i < d->side_count && d->busy; i++)
		if (d->sides[i].asked) {
			d->sides[i].asked = false;
			client_restart(d->sides[i].client);
		}
	clear(d);
	d->due = NULL;
	tell_all(d, &(struct ledger_answer){.trouble = why});
}
