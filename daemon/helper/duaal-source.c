/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * duaal-source - reads the government's directory for the planner. See wire/message.h for what is said.
 *
 * Holds the reader's credential and nothing else, and writes nothing. Knows no policy: it proves that a read was whole
 * and passes on what it read. Ends itself by alarm(2) when the server makes no progress, and when the planner closes
 * the channel.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/environment.h"
#include "helper/confine.h"
#include "helper/helper.h"
#include "helper/source_read.h"
#include "ldap/connection.h"
#include "ldap/deadline.h"

struct source {
	struct channel *channel;
	struct source_settings set;
	void *set_memory; /* NULL: not greeted yet */
	bool ends;
};

static bool is_unproven(const struct search_settings *search, uint32_t canaries)
{
	return search->base[0] != '\0' && (canaries < 2 || search->filter[0] == '\0');
}

/* The configuration was checked by others; these would turn a mistake into an empty read. */
static int check_settings(const struct source_settings *set, struct err *err)
{
	if (set->canary_count < 2)
		return err_set(err, ERR_INVALID,
			       "at least two canaries are needed: without them nothing proves a read");
	if (set->right[0] == '\0' || (set->grants.base[0] == '\0' && set->groups.base[0] == '\0' &&
				      attribute_of(&set->people.map, FIELD_RIGHT) == NULL))
		return err_set(err, ERR_INVALID, "the right and what holds it must be named");
	if (is_unproven(&set->grants, set->grant_canary_count) || is_unproven(&set->groups, set->group_canary_count))
		return err_set(err, ERR_INVALID,
			       "grants that are entries or groups need a filter and at least two canaries");
	return 0;
}

static int greet(struct source *source, const void *body, size_t len, struct err *err)
{
	int code = source_settings_decode(body, len, &source->set, &source->set_memory, err);
	if (code == 0)
		code = check_settings(&source->set, err);
	if (code == 0)
		code = confine_to_directory(&source->set.connection, err);
	if (code < 0)
		return code;
	deadline_set(source->set.connection.deadline_s);
	return helper_send(source->channel, M_READY, NULL, err);
}

/* An answer that failed is told and the helper goes on; only a channel that is gone ends it. */
static int tell(struct source *source, int code, int result, const struct err *why, struct err *err)
{
	return code == 0 ? 0 : helper_send_failure(source->channel, why, result, err);
}

static int answer_read(struct source *source, const void *body, size_t len, struct err *err)
{
	struct err why = {0};
	struct csn_vector at_least;
	int code = read_decode(body, len, &at_least, err), result = 0;
	if (code < 0)
		return code;
	code = source_read(source->channel, &source->set, &at_least, &result, &why);
	return tell(source, code, result, &why, err);
}

static int answer_ask(struct source *source, const void *body, size_t len, struct err *err)
{
	struct err why = {0};
	struct question question;
	void *memory = NULL;
	int code = ask_decode(body, len, &question, &memory, err), result = 0;
	if (code < 0)
		return code;
	code = source_ask(source->channel, &source->set, &question, &result, &why);
	free(memory);
	return tell(source, code, result, &why, err);
}

/* Libraries keep copies of what they send: all of them end with this process (I24). */
static int answer_find(struct source *source, const void *body, size_t len, struct err *err)
{
	struct err why = {0};
	struct text number;
	int code = find_decode(body, len, &number, err), result = 0;
	if (code < 0)
		return code;
	if (source->set.national_number[0] == '\0')
		return err_set(err, ERR_INVALID, "no attribute is configured that holds the national number");
	code = source_find(source->channel, &source->set, number, &result, &why);
	source->ends = true;
	return tell(source, code, result, &why, err);
}

static int answer(struct source *source, uint16_t type, const void *body, size_t len, struct err *err)
{
	if ((type == M_HELLO) != (source->set_memory == NULL))
		return err_set(err, ERR_PROTOCOL, "record of type %u out of order", type);
	switch (type) {
	case M_HELLO: return greet(source, body, len, err);
	case M_READ: return answer_read(source, body, len, err);
	case M_ASK: return answer_ask(source, body, len, err);
	case M_FIND: return answer_find(source, body, len, err);
	case M_EXAMINE: return source_examine(source->channel, &source->set, err);
	default: return err_set(err, ERR_PROTOCOL, "record of type %u is not for duaal-source", type);
	}
}

/* Until the planner goes (0), a search by national number was answered (0), or something breaks. */
static int serve(struct source *source, struct err *err)
{
	while (!source->ends) {
		uint16_t type;
		const void *body;
		size_t len;
		int code = helper_receive(source->channel, &type, &body, &len, err);
		if (code == ERR_UNAVAILABLE)
			return 0;
		if (code == 0)
			code = answer(source, type, body, len, err);
		if (code < 0)
			return code;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct source source = {0};
	struct err err = {0}, unheard = {0};
	if (environment_clear(&err) < 0 || helper_start(argc, argv, "duaal-source", 0, &source.channel, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	int code = serve(&source, &err);
	if (code < 0)
		(void)!helper_send_failure(source.channel, &err, 0, &unheard);
	channel_free(source.channel);
	free(source.set_memory);
	return code < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
