/* SPDX-License-Identifier: EUPL-1.2 */
/* ledger_questions.c - see ledger_questions.h. */
#include "run/ledger_questions.h"

#include <stdlib.h>

#include "base/vec.h"
#include "wire/finding.h"
#include "wire/record.h"

#define IDLE_US      (60 * 1000 * 1000)
#define ANSWER_BYTES (16u << 20) /* of one answer */

struct asked_question {
	struct asked_question *next;
	struct ledger_question question;
	void (*done)(void *ctx, const struct ledger_answer *answer); /* NULL: nobody waits any more */
	void *ctx;
};

/* ---- the answer ---------------------------------------------------------------------------------- */

static void clear_answer(struct ledger_questions *q)
{
	arena_done(&q->arena);
	arena_init(&q->arena, ANSWER_BYTES);
	q->answer = (struct ledger_answer){.trouble = NULL};
}

static void tell(struct asked_question *asked, const struct ledger_answer *answer)
{
	if (asked->done != NULL)
		asked->done(asked->ctx, answer);
	free(asked);
}

static void plan_next(struct ledger_questions *q);

static void finish(struct ledger_questions *q, const struct err *trouble)
{
	struct asked_question *asked = q->first;
	struct ledger_answer answer = q->answer;
	answer.trouble = trouble != NULL ? trouble->text : NULL;
	answer.damaged = trouble != NULL && trouble->code == ERR_INVALID;
	answer.lines = q->lines;
	answer.changes = q->changes;
	q->first = asked->next;
	q->asking = false;
	client_finish(&q->client);
	tell(asked, &answer);
	clear_answer(q);
	plan_next(q);
}

static int copy_text(struct ledger_questions *q, struct text *text, struct err *err)
{
	char *copy = arena_copy(&q->arena, *text);
	if (copy == NULL)
		return err_set(err, ERR_LIMIT, "the ledger's answer is too long");
	text->at = copy;
	return 0;
}

static int take_line(struct ledger_questions *q, struct text line, struct err *err)
{
	uint32_t n = q->answer.line_count;
	if (vec_reserve(&q->lines, &q->line_capacity, n + 1u, sizeof *q->lines) < 0)
		return err_nomem(err);
	int e = copy_text(q, &line, err);
	if (e < 0)
		return e;
	q->lines[n] = line;
	q->answer.line_count++;
	return 0;
}

static int take_read(struct ledger_questions *q, const void *body, size_t len, struct err *err)
{
	struct past_read read;
	int e = past_read_decode(body, len, &read, err);
	return e < 0 ? e : take_line(q, text_make(body, len), err);
}

static int take_member(struct ledger_questions *q, const void *body, size_t len, struct err *err)
{
	struct past_member member;
	int e = past_member_decode(body, len, &member, err);
	return e < 0 ? e : take_line(q, text_make(body, len), err);
}

static int take_week(struct ledger_questions *q, const void *body, size_t len, struct err *err)
{
	struct past_week week;
	int e = past_week_decode(body, len, &week, err);
	return e < 0 ? e : take_line(q, text_make(body, len), err);
}

static int take_finding(struct ledger_questions *q, const void *body, size_t len, struct err *err)
{
	struct finding finding;
	int e = finding_decode(body, len, &finding, err);
	return e < 0 ? e : take_line(q, text_make(body, len), err);
}

static int take_change(struct ledger_questions *q, const void *body, size_t len, struct err *err)
{
	uint32_t n = q->answer.change_count;
	struct past_change change;
	int e = past_change_decode(body, len, &change, err);
	if (e == 0 && vec_reserve(&q->changes, &q->change_capacity, n + 1u, sizeof *q->changes) < 0)
		e = err_nomem(err);
	if (e == 0)
		e = copy_text(q, &change.value, err);
	if (e == 0)
		e = copy_text(q, &change.person, err);
	if (e == 0)
		e = copy_text(q, &change.name, err);
	if (e < 0)
		return e;
	q->changes[n] = change;
	q->answer.change_count++;
	return 0;
}

static int take_end(struct ledger_questions *q, const void *body, size_t len, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	q->answer.next = record_get_u64(&in);
	return record_end(&in, "the end of an answer", err);
}

static int take(struct ledger_questions *q, uint16_t type, const void *body, size_t len, struct err *err)
{
	switch (type) {
	case M_EXPORT_LINE: return take_line(q, text_make(body, len), err);
	case M_PAST_READ: return take_read(q, body, len, err);
	case M_PAST_WEEK: return take_week(q, body, len, err);
	case M_FINDING: return take_finding(q, body, len, err);
	case M_EXAMINED: return 0;
	case M_PAST_MEMBER: return take_member(q, body, len, err);
	case M_PAST_EXTENT: return past_extent_decode(body, len, &q->answer.extent, err);
	case M_PAST_CHANGE: return take_change(q, body, len, err);
	case M_VERIFIED: return ledger_head_decode(body, len, &q->answer.head, err);
	case M_ANSWERED: return take_end(q, body, len, err);
	default: return err_set(err, ERR_PROTOCOL, "duaal-ledger answered a question with a record of type %u", type);
	}
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct ledger_questions *q = ctx;
	struct err err = {0};
	if (!q->asking)
		return;
	int e = take(q, type, body, len, &err);
	if (e < 0) {
		client_restart(&q->client); /* the rest of that answer is worth nothing */
		finish(q, &err);
	} else if (type == M_VERIFIED || type == M_ANSWERED || type == M_EXAMINED)
		finish(q, NULL);
}

static void on_failed(void *ctx, const struct err *why)
{
	struct ledger_questions *q = ctx;
	if (q->asking)
		finish(q, why);
}

/* ---- one after the other ------------------------------------------------------------------------- */

static uint16_t encode(const struct ledger_question *question, struct buf *out)
{
	switch (question->kind) {
	case QUESTION_VERIFY: ledger_head_encode(out, &question->noted); return M_VERIFY;
	case QUESTION_EXPORT:
		record_put_u64(out, question->from);
		record_put_u32(out, question->limit);
		return M_EXPORT;
	case QUESTION_PLACE:
		record_put_u32(out, question->number);
		record_put_u32(out, question->limit);
		return M_PLACE_CHANGES;
	case QUESTION_CHANGES: past_filter_encode(out, &question->filter); return M_CHANGES;
	case QUESTION_READS: past_filter_encode(out, &question->filter); return M_READS;
	case QUESTION_MEMBERS: past_filter_encode(out, &question->filter); return M_MEMBERS;
	case QUESTION_EXAMINE: return M_EXAMINE;
	case QUESTION_WEEKS: past_weeks_encode(out, &question->weeks); return M_WEEKS;
	case QUESTION_CYCLE: break;
	}
	record_put_u32(out, question->number);
	return M_CYCLE_CHANGES;
}

static void ask_next(struct ledger_questions *q)
{
	struct err err = {0};
	struct buf body;
	if (q->asking || q->first == NULL)
		return;
	buf_init(&body);
	uint16_t type = encode(&q->first->question, &body);
	q->asking = true;
	int e = buf_failed(&body) ? err_nomem(&err) : client_request(&q->client, type, &body, &err);
	buf_done(&body);
	if (e < 0)
		finish(q, &err);
}

static int on_next(sd_event_source *source, void *ctx)
{
	struct ledger_questions *q = ctx;
	(void)source;
	q->next = sd_event_source_disable_unref(q->next);
	ask_next(q);
	return 0;
}

static int on_idle(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct ledger_questions *q = ctx;
	(void)source;
	(void)usec;
	q->idle = sd_event_source_disable_unref(q->idle);
	client_restart(&q->client);
	return 0;
}

/* From the loop, never from within a call or another answer. Without memory for a timer a helper stays, which does no harm. */
static void plan_next(struct ledger_questions *q)
{
	q->idle = sd_event_source_disable_unref(q->idle);
	if (q->first == NULL)
		(void)!(sd_event_add_time_relative(q->loop, &q->idle, CLOCK_BOOTTIME, IDLE_US, IDLE_US / 10, on_idle,
						   q) < 0);
	else if (q->next == NULL && sd_event_add_defer(q->loop, &q->next, on_next, q) < 0)
		ask_next(q);
}

void ledger_questions_ask(struct ledger_questions *q, const struct ledger_question *question,
			  void (*done)(void *ctx, const struct ledger_answer *answer), void *ctx)
{
	struct asked_question *asked = calloc(1, sizeof *asked), **at = &q->first;
	if (asked == NULL) {
		done(ctx, &(struct ledger_answer){.trouble = "out of memory"});
		return;
	}
	*asked = (struct asked_question){.question = *question, .done = done, .ctx = ctx};
	while (*at != NULL)
		at = &(*at)->next;
	*at = asked;
	if (!q->asking)
		plan_next(q);
}

void ledger_questions_cancel(struct ledger_questions *q, const void *ctx)
{
	for (struct asked_question *at = q->first; at != NULL; at = at->next)
		if (at->ctx == ctx)
			at->done = NULL;
}

/* ---- begin and end ------------------------------------------------------------------------------- */

void ledger_questions_init(struct ledger_questions *q, sd_event *loop, const struct helper_place *place,
			   const struct ledger_settings *set)
{
	static const struct helper_kind kind = {"duaal-ledger", "ledger-reader"};
	struct ledger_settings reading = *set;
	*q = (struct ledger_questions){.loop = loop};
	reading.read_only = true;
	arena_init(&q->arena, ANSWER_BYTES);
	client_init(&q->client, loop, place, &kind);
	q->client.ctx = q;
	q->client.record = on_record;
	q->client.failed = on_failed;
	ledger_settings_encode(&q->client.hello, &reading);
}

void ledger_questions_done(struct ledger_questions *q, const char *why)
{
	struct asked_question *asked;
	q->next = sd_event_source_disable_unref(q->next);
	q->idle = sd_event_source_disable_unref(q->idle);
	client_done_with(&q->client);
	q->asking = false;
	while ((asked = q->first) != NULL) {
		q->first = asked->next;
		if (why == NULL)
			asked->done = NULL;
		tell(asked, &(struct ledger_answer){.trouble = why});
	}
	arena_done(&q->arena);
	free(q->lines);
	free(q->changes);
	*q = (struct ledger_questions){.loop = NULL};
}
