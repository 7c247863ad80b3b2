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
#define ABOUT_SIZE     (16 + SOURCE_NAME_SIZE)

struct asker {
	struct between_waiter waiter; /* first */
	void (*done)(void *call, const struct ledger_answer *answer);
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

static int take(struct doctor *d, struct text body, struct err *err)
{
	struct finding finding;
	int e = finding_decode(body.at, body.len, &finding, err);
	if (e == 0)
		keep(d, body);
	return e;
}

/* ---- source and target ---------------------------------------------------------------------------- */

/* Of several sources; else NULL. */
static const char *which_source(const struct between_side *side)
{
	return side->run->sources.count > 1 ? side->source : NULL;
}

/* "source", "target", "ledger"; of several sources: "source basis" */
static const char *about_side(const struct between_side *side, char out[ABOUT_SIZE])
{
	const char *which = which_source(side);
	snprintf(out, ABOUT_SIZE, "%s%s%s",
		 side->client == NULL   ? "ledger"
		 : side->source == NULL ? "target"
					: "source",
		 which != NULL ? " " : "", which != NULL ? which : "");
	return out;
}

static void ended(struct between_side *side, const struct err *why)
{
	char about[ABOUT_SIZE];
	const struct finding finding = {.check = FINDING_HELPER,
					.severity = why == NULL ? SEVERITY_OK : SEVERITY_CRITICAL,
					.about = text_of(about_side(side, about)),
					.detail = text_of(why == NULL ? N_("it answers") : why->text)};
	add(&side->run->doctor, &finding);
}

static const char *late(const struct between_side *side)
{
	return side->client == NULL ? N_("it was not done in time; other questions may come first")
				    : N_("it was not done in time, and was ended");
}

/* A helper does not know that its source is one of several. */
static int take_from(const struct between_side *side, struct text body, struct err *err)
{
	struct finding finding;
	char about[256];
	const char *which = which_source(side);
	if (which == NULL)
		return take(&side->run->doctor, body, err);
	int e = finding_decode(body.at, body.len, &finding, err);
	if (e < 0)
		return e;
	snprintf(about, sizeof about, "%s: %.*s", which, TEXT_ARG(finding.about));
	finding.about = text_of(about);
	add(&side->run->doctor, &finding);
	return 0;
}

static int take_record(struct between_side *side, uint16_t type, const void *body, size_t len, struct err *err)
{
	if (type == M_EXAMINED)
		return BETWEEN_ANSWERED;
	if (type != M_FINDING)
		return err_set(err, ERR_PROTOCOL, "%s answered with a record of type %u", side->client->kind.program,
			       type);
	int e = take_from(side, text_make(body, len), err);
	return e < 0 ? e : BETWEEN_MORE;
}

/* ---- the ledger ----------------------------------------------------------------------------------- */

static void on_ledger(void *ctx, const struct ledger_answer *answer)
{
	struct between_side *side = ctx;
	struct err err = {0};
	for (uint32_t i = 0; i < answer->line_count; i++)
		(void)!take(&side->run->doctor, answer->lines[i], &err); /* each was decoded once already */
	if (answer->trouble != NULL)
		err_set(&err, ERR_UNAVAILABLE, "%s", answer->trouble);
	between_ended(side, answer->trouble != NULL ? &err : NULL);
}

static void give_up_ledger(struct between_side *side)
{
	ledger_questions_cancel(&side->run->questions, side);
}

static void ask_ledger(struct run *run)
{
	static const struct ledger_question question = {.kind = QUESTION_EXAMINE};
	ledger_questions_ask(&run->questions, &question, on_ledger, between_await(run, give_up_ledger));
}

/* ---- begin and end -------------------------------------------------------------------------------- */

static void begin(struct run *run)
{
	struct doctor *d = &run->doctor;
	arena_init(&d->arena, FINDINGS_BYTES);
	doctor_examine_unit(run->config.helpers.sockets != NULL, add, d);
	for (uint32_t i = 0; i < run->sources.count; i++) {
		struct source_reader *reader = &run->sources.seats[i].reader;
		between_ask(run, &reader->reader.client, reader->bases.name, M_EXAMINE, NULL);
	}
	between_ask(run, &run->target_reader.reader.client, NULL, M_EXAMINE, NULL);
	ask_ledger(run);
}

static void tell(struct run *run, struct between_waiter *waiter, const char *trouble)
{
	const struct doctor *d = &run->doctor;
	struct asker *asker = (struct asker *)waiter;
	struct ledger_answer answer = {.trouble = trouble};
	if (trouble == NULL) {
		answer.lines = d->findings;
		answer.line_count = d->count;
	}
	asker->done(waiter->call, &answer);
	free(asker);
}

static void clear(struct run *run)
{
	struct doctor *d = &run->doctor;
	arena_done(&d->arena);
	free(d->findings);
	d->findings = NULL;
	d->count = 0;
	d->capacity = 0;
}

void doctor_init(struct run *run)
{
	static const struct between_kind kind = {
		.name = "doctor",
		.delays = N_("a cycle is due and waits for the doctor"),
		.limit_s = DOCTOR_LIMIT_S,
		.begin = begin,
		.take = take_record,
		.ended = ended,
		.late = late,
		.tell = tell,
		.clear = clear,
	};
	between_add(run, &run->doctor.thing, &kind);
}

void doctor_ask(struct run *run, void (*done)(void *call, const struct ledger_answer *answer), void *call)
{
	struct asker *asker = calloc(1, sizeof *asker);
	if (asker == NULL) {
		done(call, &(struct ledger_answer){.trouble = N_("out of memory")});
		return;
	}
	asker->done = done;
	between_wait(run, &run->doctor.thing, &asker->waiter, call);
}
