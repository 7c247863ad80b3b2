/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wait_command.c - "duaalctl wait": for scripts that must not go on before something is so. The daemon answers when it is; the patience is
 * ours. With --sync a cycle is asked for as soon as the daemon says that it watches: so that cycle counts.
 */
#include <string.h>

#include "base/language.h"
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "ctl/show_candidates.h"
#include "ctl/until.h"

#define BEHIND_S 1

#define AMBIGUOUS INTERFACE_ERROR("Ambiguous")

static const struct {
	const char *result, *sentence;
	int code;
} results[] = {
	{"in-step", N_("In step"), EXIT_OK},
	{"applied", N_("Applied: nothing is left to do about this person"), EXIT_OK},
	{"read", N_("Read"), EXIT_OK},
	{"unknown",
	 N_("Neither directory shows anybody of this vo-id with the right: is it spelt as meant? Nothing is there to "
	    "be applied"),
	 EXIT_NOT_FOUND},
	{"held", N_("Held: 'duaalctl holds' shows what waits for a decision, 'duaalctl plan' everything"), EXIT_HELD},
	{"refused", N_("Refused: 'duaalctl plan' shows what, 'duaalctl status' why"), EXIT_REFUSED},
};

static int show_end(struct ctl *ctl, const json_t *reply)
{
	char time[MOMENT_SIZE];
	const char *result = field_text(reply, "result");
	if (ctl->json)
		say_json(ctl, reply);
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		if (strcmp(results[i].result, result) != 0)
			continue;
		if (!ctl->json)
			say(ctl, "%s (cycle %lld, which began at %s).", tr(results[i].sentence),
			    field_int(reply, "cycle"), moment_format(field_int(reply, "read"), ctl->now_s, time));
		return code_of_answer(ctl, results[i].code);
	}
	complain(ctl, "the daemon answered \"%s\"; are duaalctl and duaalsyncd of one version?", result);
	return EXIT_PROTOCOL;
}

/* What kept it from becoming so may be that a directory, or one of several sources, cannot be read. The time is over: nobody is asked who did not
 * answer within it, and nobody is waited for. */
static void tell_failed_cycle(struct ctl *ctl)
{
	struct varlink_reply reply;
	ctl->within_s = 0;
	ctl->until_ms = 0;
	if (request_ask_long(ctl, INTERFACE_METHOD("History"), json_pack("{s:i}", "limit", 1), NULL, BEHIND_S,
			     &reply) != 0)
		return;
	const json_t *last = json_array_get(json_object_get(reply.parameters, "cycles"), 0);
	if (field_text(last, "detail")[0] != '\0')
		complain(ctl, "the last cycle, %lld, ended as %s: %s", field_int(last, "id"),
			 tr(field_text(last, "result")), field_text(last, "detail"));
	json_decref(reply.message);
}

static int ask_for_cycle(struct ctl *ctl)
{
	struct varlink_reply reply;
	int code = request_ask(ctl, INTERFACE_METHOD("Sync"), json_object(), NULL, &reply);
	if (code == 0)
		json_decref(reply.message);
	return code;
}

static int take_end(struct ctl *ctl, const struct varlink_reply *reply)
{
	if (reply->error == NULL)
		return show_end(ctl, reply->parameters);
	if (!ctl->json)
		return code_of_answer(ctl, show_candidates(ctl, reply->parameters));
	say_json(ctl, reply->parameters);
	return code_of_answer(ctl, EXIT_NOT_FOUND);
}

static int wait_for(struct ctl *ctl, const struct invocation *in, struct varlink_client *client)
{
	struct varlink_reply reply;
	int code;
	while ((code = request_next_before(ctl, client, AMBIGUOUS, &reply)) == 0 && reply.continues) {
		json_decref(reply.message);
		if (invocation_option(in, "sync") != NULL && (code = ask_for_cycle(ctl)) != 0)
			return code;
	}
	if (code == EXIT_TIMEOUT && client->answered) {
		complain(ctl,
			 "it did not become so within %s; 'duaalctl status' and 'duaalctl plan' tell how far it is, "
			 "and --sync asks for a cycle",
			 invocation_option(in, "timeout"));
		tell_failed_cycle(ctl);
	}
	if (code != 0)
		return code;
	code = take_end(ctl, &reply);
	json_decref(reply.message);
	return code;
}

int wait_command(struct ctl *ctl, const struct invocation *in)
{
	struct varlink_client client;
	bool person = invocation_option(in, "until-applied") != NULL,
	     in_step = invocation_option(in, "in-step") != NULL;
	if (person && in_step)
		return usage_error(ctl, in->command, "--in-step and --until-applied do not go together");
	if (!person && !in_step && invocation_option(in, "newer-than") == NULL)
		return usage_error(ctl, in->command,
				   "what for? --in-step, --until-applied PERSON or --newer-than TIME is missing");
	int code = request_begin(ctl, INTERFACE_METHOD("Wait"), json_incref(in->parameters), true, 0, &client);
	if (code != 0)
		return code;
	code = wait_for(ctl, in, &client);
	varlink_client_close(&client);
	return code;
}
