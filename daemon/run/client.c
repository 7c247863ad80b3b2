/* SPDX-License-Identifier: EUPL-1.2 */
#include "run/client.h"

#include "base/log.h"
#include "control/priority.h"
#include "run/helper_spawn.h"

void client_init(struct client *c, sd_event *loop, const struct helper_place *place, const struct helper_kind *kind)
{
	*c = (struct client){.loop = loop, .place = *place, .kind = *kind};
	buf_init(&c->hello);
}

static void stop_listening(struct client *c)
{
	c->busy = false;
	c->silence = sd_event_source_disable_unref(c->silence);
}

void client_restart(struct client *c)
{
	c->process = helper_process_free(c->process);
	stop_listening(c);
}

void client_done_with(struct client *c)
{
	client_restart(c);
	buf_done(&c->hello);
}

static void fail(struct client *c, const struct err *why)
{
	if (!c->busy)
		return;
	stop_listening(c);
	c->failed(c->ctx, why);
}

static void on_failure(struct client *c, const void *body, size_t len)
{
	struct failure failure;
	struct err err = {0};
	if (failure_decode(body, len, &failure, &err) == 0)
		err_set(&err, failure.code < 0 ? failure.code : ERR_PROTOCOL, "%.*s", TEXT_ARG(failure.text));
	fail(c, &err);
}

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct client *c = ctx;
	c->heard = true;
	if (type == M_READY)
		return;
	if (type == M_FAILURE)
		on_failure(c, body, len);
	else if (c->busy)
		c->record(c->ctx, type, body, len);
}

static void on_gone(void *ctx, const struct err *why)
{
	struct client *c = ctx;
	c->process = helper_process_free(c->process);
	log_event(LOG_HELPER_ENDED_MESSAGE, "%s", why->text);
	fail(c, why);
}

static void on_drained(void *ctx)
{
	struct client *c = ctx;
	if (c->drained != NULL)
		c->drained(c->ctx);
}

static int start(struct client *c, struct err *err)
{
	const struct helper_events events = {.ctx = c, .record = on_record, .gone = on_gone, .drained = on_drained};
	if (c->process != NULL)
		return 0;
	int r = helper_process_new(c->loop, &c->place, &c->kind, &events, &c->process, err);
	if (r < 0)
		return r;
	log_event(LOG_HELPER_STARTED_MESSAGE, "%s was started", c->kind.program);
	return helper_process_put(c->process, M_HELLO, &c->hello, err);
}

/* ---- silence ------------------------------------------------------------------------------------- */

static void give_up(struct client *c)
{
	struct err err = {0};
	char unit[HELPER_UNIT_SIZE];
	helper_unit_name(c->kind.socket, unit);
	if (c->place.sockets == NULL)
		err_set(&err, ERR_TIMEOUT, "%s said nothing for %u s and did not end itself: it was ended",
			c->kind.program, c->silence_s);
	else
		err_set(&err, ERR_TIMEOUT,
			"%s said nothing for %u s and did not end itself: it hangs, or somebody stopped it "
			"('systemctl kill --signal=KILL duaalsync-%s*.service' ends it)",
			c->kind.program, c->silence_s, unit);
	c->process = helper_process_free(c->process);
	log_event(LOG_HELPER_ENDED_MESSAGE, "%s", err.text);
	fail(c, &err);
}

static int listen_on(struct client *c);

static int on_silence(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct client *c = ctx;
	(void)source;
	(void)usec;
	if (!c->heard)
		give_up(c);
	else if (listen_on(c) < 0)
		return -1;
	return 0;
}

/* Behind what it may have said already, when we ourselves were late. */
static int listen_on(struct client *c)
{
	c->heard = false;
	c->silence = sd_event_source_disable_unref(c->silence);
	if (c->silence_s == 0)
		return 0;
	int r = sd_event_add_time_relative(c->loop, &c->silence, CLOCK_BOOTTIME, c->silence_s * 1000000ull, 0,
					   on_silence, c);
	return r < 0 ? r : sd_event_source_set_priority(c->silence, PRIORITY_HELPER + 1);
}

int client_request(struct client *c, uint16_t type, const struct buf *body, struct err *err)
{
	int r = start(c, err);
	if (r == 0)
		r = helper_process_put(c->process, type, body, err);
	if (r == 0)
		r = helper_process_flush(c->process, err);
	if (r == 0 && listen_on(c) < 0)
		r = err_nomem(err);
	if (r < 0)
		client_restart(c); /* half a request, or half a greeting, is worth nothing */
	c->busy = r == 0;
	return r;
}

int client_put(struct client *c, uint16_t type, const struct buf *body, struct err *err)
{
	if (c->process == NULL)
		return err_set(err, ERR_UNAVAILABLE, "%s has ended", c->kind.program);
	return helper_process_put(c->process, type, body, err);
}

int client_flush(struct client *c, struct err *err)
{
	return c->process != NULL ? helper_process_flush(c->process, err) : 0;
}

bool client_is_full(const struct client *c)
{
	return c->process != NULL && helper_process_is_full(c->process);
}

void client_finish(struct client *c)
{
	stop_listening(c);
}
