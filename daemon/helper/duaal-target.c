/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * duaal-target - reads and writes the application's directory for the planner. See wire/message.h for what is said.
 *
 * Holds the writer's credential and nothing else; knows no policy: it reads what is there and carries out single,
 * asserted operations. Ends itself by alarm(2) when a server makes no progress, and when the planner closes the
 * channel.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/environment.h"
#include "helper/confine.h"
#include "helper/helper.h"
#include "helper/target_author.h"
#include "helper/target_read.h"
#include "helper/target_write.h"
#include "ldap/deadline.h"

struct target {
	struct channel *channel;
	struct target_settings set;
	void *set_memory; /* NULL: not greeted yet */
	struct target_writing writing;
};

static int greet(struct target *t, const void *body, size_t len, struct err *err)
{
	if (t->set_memory != NULL)
		return err_set(err, ERR_PROTOCOL, "greeted twice");
	int code = target_settings_decode(body, len, &t->set, &t->set_memory, err);
	if (code == 0)
		code = confine_to_directory(&t->set.connection, err);
	if (code < 0)
		return code;
	deadline_set(t->set.connection.deadline_s);
	target_writing_init(&t->writing, t->channel, &t->set);
	return helper_send(t->channel, M_READY, NULL, err);
}

/* A read that failed is told and the helper goes on; only a channel that is gone ends it. */
static int answer_read(struct target *t, struct err *err)
{
	struct err why = {0};
	if (target_read(t->channel, &t->set, &why) == 0)
		return 0;
	return helper_send_failure(t->channel, &why, 0, err);
}

/* Looking into the right to write sends a write, too, though one that every server refuses. */
static bool may_write(uint16_t type)
{
	return type == M_WRITE || type == M_WRITE_END || type == M_EXAMINE;
}

static int answer(struct target *t, uint16_t type, const void *body, size_t len, struct err *err)
{
	if ((type == M_HELLO) != (t->set_memory == NULL))
		return err_set(err, ERR_PROTOCOL, "record of type %u out of order", type);
	if (t->set.read_only && may_write(type))
		return err_set(err, ERR_DENIED, "duaal-target was started for reading only");
	switch (type) {
	case M_HELLO: return greet(t, body, len, err);
	case M_READ: return answer_read(t, err);
	case M_EXAMINE: return target_examine(t->channel, &t->set, err);
	case M_AUTHOR: return target_author(t->channel, &t->set, body, len, err);
	case M_WRITE: return target_write(&t->writing, body, len, err);
	case M_WRITE_END: return target_write_end(&t->writing, err);
	default: return err_set(err, ERR_PROTOCOL, "record of type %u is not for duaal-target", type);
	}
}

/* Until the planner goes (0) or something breaks. */
static int serve(struct target *t, struct err *err)
{
	for (;;) {
		uint16_t type;
		const void *body;
		size_t len;
		deadline_off(); /* the planner may take as long as it likes */
		int code = helper_receive(t->channel, &type, &body, &len, err);
		if (code == ERR_UNAVAILABLE)
			return 0;
		if (code == 0)
			code = answer(t, type, body, len, err);
		if (code < 0)
			return code;
	}
}

int main(int argc, char **argv)
{
	struct target t = {0};
	struct err err = {0}, unheard = {0};
	if (environment_clear(&err) < 0 || helper_start(argc, argv, "duaal-target", 0, &t.channel, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	int code = serve(&t, &err);
	if (code < 0)
		(void)!helper_send_failure(t.channel, &err, 0, &unheard);
	target_writing_done(&t.writing);
	channel_free(t.channel);
	free(t.set_memory);
	return code < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
