/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * metrics_command.c - "duaalctl metrics": for a scraper, or into a file that the node exporter reads.
 *
 * The file is written here and not by the daemon: only somebody else can write that the daemon does not answer, and the planner keeps having
 * nothing to write but its own folder.
 */
#include <errno.h>
#include <string.h>

#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/file_put.h"
#include "ctl/metrics_text.h"
#include "ctl/pseudonym.h"
#include "ctl/request.h"
#include "ctl/screen.h"

static int put_file(struct ctl *ctl, const char *path, struct text text)
{
	if (file_put(path, text, 0644, true) == 0)
		return EXIT_OK;
	if (errno == EINVAL) {
		complain(ctl, "%s: a path of a file is meant, as /var/lib/prometheus/node-exporter/duaalsync.prom",
			 path);
		return EXIT_USAGE;
	}
	complain(
		ctl,
		"%s cannot be written: %s; its folder must be there, and this user must be allowed to make files in it",
		path, strerror(errno));
	return EXIT_CANNOT_WRITE;
}

/* "NAME=VALUE"; a value that was typed may name a place, or somebody. */
static void add_label(struct ctl *ctl, const char *typed, struct buf *out)
{
	const char *value = strchr(typed, '=') + 1;
	if (ctl->pseudonyms == NULL) {
		buf_add_string(out, typed);
		return;
	}
	buf_add(out, typed, (size_t)(value - typed));
	pseudonym_add(ctl->pseudonyms, text_of(value), out);
}

static int put(struct ctl *ctl, const struct invocation *in, const json_t *samples)
{
	struct metrics_form form = {.openmetrics = invocation_option(in, "openmetrics") != NULL};
	const char *path = invocation_option(in, "textfile"), *label = invocation_option(in, "label");
	struct buf out, hidden;
	int code = EXIT_OK;
	buf_init(&out);
	buf_init(&hidden);
	if (label != NULL) {
		add_label(ctl, label, &hidden);
		form.label = buf_string(&hidden);
	}
	metrics_text(&out, &form, samples);
	if (buf_failed(&out) || buf_failed(&hidden))
		code = out_of_memory(ctl);
	else if (path != NULL)
		code = put_file(ctl, path, buf_text(&out));
	else {
		fputs(buf_string(&out), ctl->out);
		code = code_of_answer(ctl, EXIT_OK);
	}
	buf_done(&out);
	buf_done(&hidden);
	return code;
}

static int check(struct ctl *ctl, const struct invocation *in)
{
	struct err err;
	const char *label = invocation_option(in, "label"), *path = invocation_option(in, "textfile");
	if (label != NULL && metrics_label_check(label, &err) != 0)
		return usage_error(ctl, in->command, "%s", err.text);
	if (path != NULL && ctl->json)
		return usage_error(ctl, in->command, "--textfile and --json do not go together");
	return 0;
}

/* That the daemon does not answer is a measurement too; that this user may not ask is none. */
int metrics_command(struct ctl *ctl, const struct invocation *in)
{
	struct varlink_reply reply;
	int code = check(ctl, in);
	if (code != 0)
		return code;
	code = request_ask(ctl, INTERFACE_METHOD("Metrics"), json_incref(in->parameters), NULL, &reply);
	if (code == EXIT_NOT_RUNNING || code == EXIT_PROTOCOL) {
		int put_code = ctl->json ? EXIT_OK : put(ctl, in, NULL);
		return put_code != EXIT_OK ? put_code : code;
	}
	if (code != 0)
		return code;
	if (ctl->json)
		say_json(ctl, reply.parameters);
	else
		code = put(ctl, in, json_object_get(reply.parameters, "samples"));
	json_decref(reply.message);
	return code;
}
