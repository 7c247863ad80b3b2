/* SPDX-License-Identifier: EUPL-1.2 */
/* target_write.c - see target_write.h. */
#include "helper/target_write.h"

#include "base/language.h"
#include "helper/helper.h"
#include "ldap/choice.h"
#include "ldap/deadline.h"

void target_writing_init(struct target_writing *w, struct channel *channel, const struct target_settings *set)
{
	*w = (struct target_writing){.channel = channel, .set = set};
	buf_init(&w->body);
}

void target_writing_done(struct target_writing *w)
{
	w->writer = ldap_writer_free(w->writer);
	w->conn = ldap_connection_close(w->conn);
	buf_done(&w->body);
}

static int tell_outcome(void *ctx, const struct outcome *outcome, struct err *err)
{
	struct target_writing *w = ctx;
	if (outcome == NULL)
		return channel_flush(w->channel, err);
	buf_clear(&w->body);
	outcome_encode(&w->body, outcome);
	if (buf_failed(&w->body))
		return err_nomem(err);
	return channel_put(w->channel, M_OUTCOME, w->body.at, w->body.len, err);
}

/* A writer for this round; without one, failure says why. */
static int begin_round(struct target_writing *w)
{
	if (w->writer != NULL || w->failure.code != 0)
		return w->failure.code;
	if (w->conn == NULL && ldap_choice_open(&w->set->connection, &w->conn, NULL, &w->failure) < 0)
		return w->failure.code;
	return ldap_writer_new(w->conn, w->set, tell_outcome, w, &w->writer, &w->failure);
}

int target_write(struct target_writing *w, const void *body, size_t len, struct err *err)
{
	struct write write;
	int code = write_decode(body, len, &write, err);
	if (code < 0)
		return code;
	if (begin_round(w) == 0)
		return ldap_writer_put(w->writer, &write, err);
	const struct outcome outcome = {
		.id = write.id, .result = WRITE_NOT_SENT, .text = text_of(N_("not sent: there is no connection"))};
	return tell_outcome(w, &outcome, err);
}

static int drain(struct target_writing *w, struct err *err)
{
	if (w->writer == NULL)
		return 0;
	int code = ldap_writer_drain(w->writer, err);
	if (code < 0 && ldap_writer_is_lost(w->writer)) {
		w->failure = *err;
		code = 0;
	}
	w->writer = ldap_writer_free(w->writer);
	return code;
}

int target_write_end(struct target_writing *w, struct err *err)
{
	int code = drain(w, err);
	deadline_off();
	if (code < 0)
		return code;
	if (w->failure.code == 0)
		return helper_send(w->channel, M_WRITE_DONE, NULL, err);
	w->conn = ldap_connection_close(w->conn);
	code = helper_send_failure(w->channel, &w->failure, 0, err);
	w->failure = (struct err){0};
	return code;
}
