/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * metrics_command.c - "duaalctl metrics": for a scraper, or into a file that the node exporter reads.
 *
 * The file is written here and not by the daemon: only somebody else can write that the daemon does not answer, and the planner keeps having
 * nothing to write but its own folder. The file is made beside its place and takes it whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/metrics_text.h"
#include "ctl/request.h"
#include "ctl/screen.h"

/* "/var/lib/x/duaalsync.prom" as "/var/lib/x/.duaalsync.prom.XXXXXX": a name that no collector reads. */
static bool name_beside(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	int len = snprintf(out, PATH_MAX, "%.*s.%s.XXXXXX", (int)(name - path), path, name);
	return name[0] != '\0' && len > 0 && len < PATH_MAX;
}

static bool write_all(int fd, struct text text)
{
	while (text.len > 0) {
		ssize_t put = write(fd, text.at, text.len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		text = text_make(text.at + put, text.len - (size_t)put);
	}
	return true;
}

static bool write_file(const char *path, const char *beside, int fd, struct text text)
{
	bool written = write_all(fd, text) && fchmod(fd, 0644) == 0;
	int why = errno;
	if (close(fd) != 0 && written) {
		written = false;
		why = errno;
	}
	if (written && rename(beside, path) == 0)
		return true;
	why = written ? errno : why;
	unlink(beside);
	errno = why;
	return false;
}

static int put_file(struct ctl *ctl, const char *path, struct text text)
{
	char beside[PATH_MAX];
	if (!name_beside(path, beside)) {
		complain(ctl, "%s: a path of a file is meant, as /var/lib/prometheus/node-exporter/duaalsync.prom",
			 path);
		return EXIT_USAGE;
	}
	int fd = mkostemp(beside, O_CLOEXEC);
	if (fd >= 0 && write_file(path, beside, fd, text))
		return EXIT_OK;
	complain(
		ctl,
		"%s cannot be written: %s; its folder must be there, and this user must be allowed to make files in it",
		path, strerror(errno));
	return EXIT_CANNOT_WRITE;
}

static int put(struct ctl *ctl, const struct invocation *in, const json_t *samples)
{
	const struct metrics_form form = {.openmetrics = invocation_option(in, "openmetrics") != NULL,
					  .label = invocation_option(in, "label")};
	const char *path = invocation_option(in, "textfile");
	struct buf out;
	int code = EXIT_OK;
	buf_init(&out);
	metrics_text(&out, &form, samples);
	if (buf_failed(&out))
		code = out_of_memory(ctl);
	else if (path != NULL)
		code = put_file(ctl, path, buf_text(&out));
	else
		fputs(buf_string(&out), ctl->out);
	buf_done(&out);
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
