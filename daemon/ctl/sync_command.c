/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sync_command.c - "duaalctl sync [--wait]": a progress bar on a terminal, one line for each phase elsewhere.
 */
#include <string.h>

#include "base/language.h"
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/show.h"

#define BAR_WIDTH 30

struct progress {
	char phase[32]; /* the last one that was shown */
	bool bar;       /* one stands on the last line of the screen */
};

static void draw_bar(struct ctl *ctl, struct progress *p, const char *phase, long long done, long long expected)
{
	char bar[BAR_WIDTH + 1];
	long long filled = expected > 0 && done > 0 ? (done < expected ? done : expected) * BAR_WIDTH / expected : 0;
	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < filled ? '#' : '-';
	bar[BAR_WIDTH] = '\0';
	fprintf(ctl->out, "\r\033[K%-10s [%s] ", phase, bar);
	if (expected > 0)
		fprintf(ctl->out, tr("%lld of %lld"), done, expected);
	else if (done > 0)
		fprintf(ctl->out, "%lld", done);
	fflush(ctl->out);
	p->bar = true;
}

static void clear_bar(struct ctl *ctl, struct progress *p)
{
	if (p->bar)
		fputs("\r\033[K", ctl->out);
	p->bar = false;
}

static void show_progress(struct ctl *ctl, struct progress *p, const json_t *reply)
{
	struct buf phase;
	const char *said = field_text(reply, "phase");
	if (ctl->json)
		return;
	buf_init(&phase);
	screen_escape(&phase, text_of(strcmp(said, "idle") == 0 ? tr("waiting") : tr(said))); /* for its turn */
	if (ctl->terminal)
		draw_bar(ctl, p, buf_string(&phase), field_int(reply, "done"), field_int(reply, "expected"));
	else if (strcmp(p->phase, buf_string(&phase)) != 0)
		say(ctl, "%s", buf_string(&phase));
	snprintf(p->phase, sizeof(p->phase), "%s", buf_string(&phase));
	buf_done(&phase);
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
		say(ctl,
		    "A part is held: 'duaalctl holds' shows what waits for a decision, 'duaalctl plan' everything.");
	return code;
}

static int wait_for_end(struct ctl *ctl, const struct invocation *in)
{
	struct varlink_client client;
	struct varlink_reply reply;
	struct progress progress = {0};
	int code = request_begin(ctl, INTERFACE_METHOD("Sync"), json_incref(in->parameters), true, 0, &client);
	if (code != 0)
		return code;
	while ((code = request_next(ctl, &client, NULL, &reply)) == 0 && reply.continues) {
		show_progress(ctl, &progress, reply.parameters);
		json_decref(reply.message);
	}
	clear_bar(ctl, &progress);
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
