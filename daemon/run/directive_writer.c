/* SPDX-License-Identifier: EUPL-1.2 */
/* directive_writer.c - see directive_writer.h. */
#include "run/directive_writer.h"

#include "run/outcome_class.h"
#include "wire/record.h"

void directive_writer_init(struct directive_writer *w, struct client *target)
{
	*w = (struct directive_writer){.target = target};
	buf_init(&w->records);
}

void directive_writer_drop(struct directive_writer *w)
{
	buf_done(&w->records);
	w->at = 0;
	w->writing = false;
}

void directive_writer_add(struct directive_writer *w, const struct buf *record)
{
	record_put_text(&w->records, buf_text(record));
	w->records.failed = w->records.failed || buf_failed(record);
}

static void end(struct directive_writer *w)
{
	directive_writer_drop(w);
	client_finish(w->target);
	w->written(w->ctx, w->trouble.code != 0 ? &w->trouble : NULL);
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len);
static void on_failed(void *ctx, const struct err *why);

/* The next operation: 1 when it is under way, 0 when there is none, or an error. */
static int send_next(struct directive_writer *w, struct err *err)
{
	struct record_in in;
	struct buf body;
	if (w->at == w->records.len)
		return 0;
	record_read(&in, w->records.at + w->at, w->records.len - w->at);
	struct text record = record_get_text(&in);
	w->at = (size_t)(record.at + record.len - w->records.at);
	w->answered = false;
	buf_init(&body);
	buf_add_text(&body, record);
	w->target->ctx = w;
	w->target->record = on_record;
	w->target->failed = on_failed;
	int e = buf_failed(&body) ? err_nomem(err) : client_request(w->target, M_WRITE, &body, err);
	if (e == 0)
		e = client_put(w->target, M_WRITE_END, NULL, err);
	if (e == 0)
		e = client_flush(w->target, err);
	buf_done(&body);
	return e < 0 ? e : 1;
}

static void take_outcome(struct directive_writer *w, const void *body, size_t len)
{
	struct outcome outcome;
	if (outcome_decode(body, len, &outcome, &w->trouble) < 0)
		return;
	enum outcome_class class = outcome_classify(outcome.result);
	w->answered = true;
	w->unknown = class == OUTCOME_UNKNOWN || class == OUTCOME_FAILED; /* failed: perhaps after it had written */
	w->done += class == OUTCOME_DONE;
	if (class == OUTCOME_DONE)
		return;
	w->result = outcome.result > 0 ? outcome.result : 0;
	if (outcome.result < 0 && outcome.result != WRITE_NOT_SENT)
		err_set(&w->trouble, ERR_UNAVAILABLE, "the connection was lost meanwhile: %.*s",
			TEXT_ARG(outcome.text));
	else {
		outcome_tell(&w->trouble, ERR_DENIED, outcome.result, outcome.text, outcome_advice(outcome.result));
		(void)err_prefix(&w->trouble, "the application's directory refused it");
	}
}

/* What the helper said of the write is not known where it said nothing, or nothing that can be read: it may be written. */
static void take_end(struct directive_writer *w)
{
	if (w->answered)
		return;
	w->unknown = true;
	if (w->trouble.code == 0)
		err_set(&w->trouble, ERR_PROTOCOL, "duaal-target did not say what became of it");
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct directive_writer *w = ctx;
	if (!w->writing)
		return;
	if (type == M_OUTCOME)
		take_outcome(w, body, len);
	if (type != M_WRITE_DONE)
		return;
	client_finish(w->target);
	take_end(w);
	int r = w->trouble.code != 0 ? 0 : send_next(w, &w->trouble);
	if (r < 0) {
		client_restart(w->target); /* it may have heard half of it */
		w->unknown = true;
	}
	if (r <= 0)
		end(w);
}

static void on_failed(void *ctx, const struct err *why)
{
	struct directive_writer *w = ctx;
	if (!w->writing)
		return;
	w->unknown = w->unknown || !w->answered;
	if (w->result == 0) /* what the server said tells more than that the round failed */
		w->trouble = *why;
	end(w);
}

int directive_writer_start(struct directive_writer *w, struct err *err)
{
	w->trouble.code = 0;
	w->result = 0;
	w->answered = w->unknown = false;
	w->done = 0;
	w->at = 0;
	int r = buf_failed(&w->records) ? err_nomem(err) : send_next(w, err);
	w->writing = r > 0;
	if (r > 0)
		return 0;
	client_restart(w->target);
	directive_writer_drop(w);
	return r < 0 ? r : err_set(err, ERR_INVALID, "there is nothing to write");
}
