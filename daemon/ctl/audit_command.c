/* SPDX-License-Identifier: EUPL-1.2 */
/* audit_command.c - "duaalctl audit": is the record whole, and its rows for somebody else to keep. */
#include "base/language.h"
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/request.h"
#include "ctl/screen.h"

#define SILENCE_S 300
/* A chain of years takes its time. Whoever reads it ends by itself when it makes no progress (ledger.deadline), and then the daemon answers; so
 * it is waited for as long as there is a daemon. */
#define VERIFY_SILENCE_S 0

static int status_of_verify(const json_t *reply)
{
	return field_text(reply, "broken")[0] != '\0' ? EXIT_BROKEN : EXIT_OK;
}

static void show_verify(struct ctl *ctl, const json_t *reply)
{
	const char *broken = field_text(reply, "broken");
	if (broken[0] != '\0')
		say_in(ctl, COLOUR_BAD, "BROKEN: %s", broken);
	else
		say_in(ctl, COLOUR_GOOD, "OK: the record is whole.");
	if (field_text(reply, "head")[0] != '\0') {
		say(ctl, "  rows  %lld", field_int(reply, "rows"));
		say(ctl, "  head  %s", field_text(reply, "head"));
	}
	if (broken[0] != '\0')
		say(ctl, "Next: keep the file as it is; 'journalctl -u duaalsyncd -g DS0403' has the heads of every "
			 "hour.");
	else
		say(ctl, "Next: to know that nobody wrote all of it anew, look for this or an earlier head in "
			 "'journalctl -u duaalsyncd -g DS0403'.");
}

/* Prints the rows of one reply. *next: the row to go on from; 0: that was all. */
static int print_rows(struct ctl *ctl, const json_t *reply, int64_t *next)
{
	size_t i;
	json_t *line;
	int64_t from = *next;
	*next = field_int(reply, "next");
	json_array_foreach(json_object_get(reply, "lines"), i, line)
	{
		if (!json_is_string(line) || !say_json_line(ctl, json_string_value(line))) {
			complain(ctl, "the daemon sent a row that is no JSON object");
			return EXIT_PROTOCOL;
		}
	}
	if (*next != 0 && *next <= from) {
		complain(ctl, "the daemon sends the same rows again and again");
		return EXIT_PROTOCOL;
	}
	return code_of_answer(ctl, EXIT_OK);
}

static int take_reply(struct ctl *ctl, struct varlink_client *client, int64_t *next)
{
	struct varlink_reply reply;
	int code = request_next(ctl, client, NULL, &reply);
	if (code != 0)
		return code;
	if (ctl->json) {
		say_json(ctl, reply.parameters);
		*next = 0;
	} else {
		code = print_rows(ctl, reply.parameters, next);
	}
	json_decref(reply.message);
	return code;
}

static int export_rows(struct ctl *ctl, const struct invocation *in)
{
	struct varlink_client client;
	int64_t next = 0;
	int code = request_begin(ctl, INTERFACE_METHOD("AuditExport"), json_incref(in->parameters), false, SILENCE_S,
				 &client);
	if (code != 0)
		return code;
	while ((code = take_reply(ctl, &client, &next)) == 0 && next != 0) {
		code = request_again(ctl, &client, INTERFACE_METHOD("AuditExport"),
				     json_pack("{s:I}", "from", (json_int_t)next));
		if (code != 0)
			break;
	}
	varlink_client_close(&client);
	return code;
}

static int verify(struct ctl *ctl)
{
	struct varlink_reply reply;
	ctl->unheard =
		N_("the daemon has not answered yet; a long record takes its time, and it is waited for as long as "
		   "the daemon runs: 'duaalctl status' tells whether it works, and Ctrl-C ends the waiting");
	int code =
		request_ask_long(ctl, INTERFACE_METHOD("AuditVerify"), json_object(), NULL, VERIFY_SILENCE_S, &reply);
	if (code != 0)
		return code;
	if (ctl->json)
		say_json(ctl, reply.parameters);
	else
		show_verify(ctl, reply.parameters);
	code = code_of_answer(ctl, status_of_verify(reply.parameters));
	json_decref(reply.message);
	return code;
}

int audit_command(struct ctl *ctl, const struct invocation *in)
{
	if (invocation_option(in, "export") != NULL)
		return export_rows(ctl, in);
	if (invocation_option(in, "from") != NULL)
		return usage_error(ctl, in->command, "--from goes with --export; the whole chain is verified");
	return verify(ctl);
}
