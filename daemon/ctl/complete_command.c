/* SPDX-License-Identifier: EUPL-1.2 */
/* complete_command.c - "duaalctl complete": a word a line for the shell, or the shell's script. Whoever presses TAB does not wait long. */
#include <string.h>

#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/completion.h"
#include "ctl/request.h"
#include "ctl/screen.h"

#define SILENCE_S 2

static int ask_words(struct ctl *ctl, const struct invocation *in, struct varlink_reply *reply)
{
	struct varlink_client client;
	int code =
		request_begin(ctl, INTERFACE_METHOD("Words"), json_incref(in->parameters), false, SILENCE_S, &client);
	if (code != 0)
		return code;
	code = request_next(ctl, &client, NULL, reply);
	varlink_client_close(&client);
	return code;
}

int complete_command(struct ctl *ctl, const struct invocation *in)
{
	struct varlink_reply reply;
	size_t i;
	json_t *word;
	if (strcmp(in->words[0], "bash") == 0) {
		completion_bash(ctl->out);
		return 0;
	}
	int code = ask_words(ctl, in, &reply);
	if (code != 0)
		return code;
	if (ctl->json)
		say_json(ctl, reply.parameters);
	json_array_foreach(ctl->json ? NULL : json_object_get(reply.parameters, "words"), i, word)
	{
		if (json_is_string(word))
			say(ctl, "%s", json_string_value(word));
	}
	json_decref(reply.message);
	return 0;
}
