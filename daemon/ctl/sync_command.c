/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sync_command.c - "duaalctl sync [--wait]": a progress bar on a terminal, one line for each phase elsewhere.
 */
#include <string.h>

#include "base/language.h"
#include "control/interface.h"
#include "ctl/bar.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show.h"

#define PHASE_SIZE 32

/* shown: the last one that was. */
static void show_progress(struct ctl *ctl, char shown[PHASE_SIZE], const json_t *reply)
{
	const char *said = field_text(reply, "phase");
	if (ctl->json)
		return;
	said = tr(strcmp(said, "idle") == 0 ? "waiting" : said); /* for its turn */
	if (ctl->redraws)
		bar_draw(ctl, said, field_int(reply, "done"), field_int(reply, "expected"));
	else if (strcmp(shown, said) != 0)
		say(ctl, "%s", said);
	snprintf(shown, PHASE_SIZE, "%s", said);
}

static int code_of_cycle(const json_t *cycle)
{
	const char *result = field_text(cycle, "result");
	if (strcmp(result, "held") == 0)
		return EXIT_HELD;
	if (strcmp(result, "in-step") != 0 && strcmp(result, "applied") != 0)
		return EXIT_FAILED;
	return field_int(cycle, "held") > 0 ? EXIT_HELD : EXIT_OK;
}

static int show_end(struct ctl *ctl, const json_t *reply)
{
	const json_t *summary = json_object_get(reply, "summary");
	if (ctl->json)
		say_json(ctl, reply);
	if (!json_is_object(summary)) {
		complain(ctl, "the daemon did not say how the cycle ended");
		return EXIT_PROTOCOL;
	}
	if (!ctl->json)
		show_cycle(ctl, summary);
	int code = code_of_cycle(summary);
	if (code == EXIT_HELD && !ctl->json)
		say(ctl, "A part is held: 'duaalctl plan' shows what and why, 'duaalctl holds' what of it waits for a "
			 "decision.");
	return code_of_answer(ctl, code);
}

static int wait_for_end(struct ctl *ctl, const struct invocation *in)
{
	struct varlink_client client;
	struct varlink_reply reply;
	char shown[PHASE_SIZE] = "";
	ctl->unheard = N_("the daemon has not answered yet; it is waited for as long as it runs: 'systemctl status "
			  "duaalsyncd' tells whether it works, and Ctrl-C ends the waiting, not the cycle");
	int code = request_begin(ctl, INTERFACE_METHOD("Sync"), json_incref(in->parameters), true, 0, &client);
	if (code != 0)
		return code;
	while ((code = request_next(ctl, &client, NULL, &reply)) == 0 && reply.continues) {
		show_progress(ctl, shown, reply.parameters);
		json_decref(reply.message);
	}
	bar_clear(ctl);
	varlink_client_close(&client);
	if (code != 0)
		return code;
	code = show_end(ctl, reply.parameters);
	json_decref(reply.message);
	return code;
}

static int show_asked(struct ctl *ctl, const struct invocation *in, const json_t *reply)
{
	(void)in;
	(void)reply;
	say(ctl, "The daemon will look now; 'duaalctl status' shows how it went, 'duaalctl sync --wait' waits for it.");
	return EXIT_OK;
}

int sync_command(struct ctl *ctl, const struct invocation *in)
{
	if (invocation_option(in, "wait") != NULL)
		return wait_for_end(ctl, in);
	return ask_method(ctl, in, INTERFACE_METHOD("Sync"), show_asked);
}
