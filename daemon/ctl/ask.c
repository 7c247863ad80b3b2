/* SPDX-License-Identifier: EUPL-1.2 */
/* ask.c - one question, as the table of commands has it, and its reply on the screen. */
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show_candidates.h"

#define AMBIGUOUS INTERFACE_ERROR("Ambiguous")

/* That an order did nothing is no state that somebody reads off, and its code tells it whole. */
static int code_of_reply(struct ctl *ctl, const struct invocation *in, int code)
{
	return in->command->order && code != EXIT_OK ? code : code_of_answer(ctl, code);
}

static int show_several(struct ctl *ctl, const struct invocation *in, const json_t *parameters)
{
	int code = EXIT_NOT_FOUND;
	if (ctl->json)
		say_json(ctl, parameters);
	else
		code = show_candidates(ctl, parameters);
	return code_of_reply(ctl, in, code);
}

/* Whoever is not told that may order it again. */
static int code_of_done(struct ctl *ctl)
{
	if (output_is_written(ctl))
		return EXIT_OK;
	complain(ctl, "it was done, but what came of it cannot be written: is the disk full?");
	return EXIT_CANNOT_WRITE;
}

static int show_reply(struct ctl *ctl, const struct invocation *in, const struct varlink_reply *reply,
		      int (*show)(struct ctl *ctl, const struct invocation *in, const json_t *reply),
		      int (*status)(const struct invocation *in, const json_t *reply))
{
	int code = EXIT_OK;
	if (reply->error != NULL && !ctl->json && in->command->order)
		say(ctl, "Nothing was done.");
	if (reply->error != NULL)
		return show_several(ctl, in, reply->parameters);
	if (ctl->json)
		say_json(ctl, reply->parameters);
	else
		code = show(ctl, in, reply->parameters);
	if (code == EXIT_OK && status != NULL)
		code = code_of_reply(ctl, in, status(in, reply->parameters));
	return code == EXIT_OK && in->command->order ? code_of_done(ctl) : code;
}

/* Where no end is typed the daemon may set one, by its clock, and then it is shown by that clock. */
static bool sets_end(const struct command *command)
{
	bool sets = false;
	for (size_t i = 0; i < OPTIONS_MAX; i++)
		sets = sets || command->options[i].value.kind == VALUE_WHEN;
	return sets;
}

int ask_other(struct ctl *ctl, const struct invocation *in, const char *method,
	      int (*show)(struct ctl *ctl, const struct invocation *in, const json_t *reply),
	      int (*status)(const struct invocation *in, const json_t *reply))
{
	struct varlink_reply reply;
	if (sets_end(in->command))
		request_time(ctl);
	int code = request_ask(ctl, method, json_incref(in->parameters), AMBIGUOUS, &reply);
	if (code != 0)
		return code;
	code = show_reply(ctl, in, &reply, show, status);
	json_decref(reply.message);
	return code;
}

int ask_method(struct ctl *ctl, const struct invocation *in, const char *method,
	       int (*show)(struct ctl *ctl, const struct invocation *in, const json_t *reply))
{
	return ask_other(ctl, in, method, show, in->command->status);
}

int ask_command(struct ctl *ctl, const struct invocation *in)
{
	return ask_method(ctl, in, in->command->method, in->command->show);
}
