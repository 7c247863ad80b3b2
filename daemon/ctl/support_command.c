/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * support_command.c - "duaalctl support-bundle": what somebody needs who is to help and may know nobody, in one file.
 *
 * Most of it is what other commands print, so it is made by running them here with their output kept: what they show is pseudonymised
 * before they see it, all by the same numbers, and what goes wrong with one of them stands in its file.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/interface.h"
#include "ctl/arguments.h"
#include "ctl/exit_code.h"
#include "ctl/fields.h"
#include "ctl/file_put.h"
#include "ctl/pseudonym.h"
#include "ctl/request.h"
#include "ctl/screen.h"
#include "ctl/support_parts.h"
#include "ctl/tar_gz.h"

#define ARGUMENTS_MAX 4
#define FOLDER        "duaalsync-support"
#define NAME_SIZE     80

/* The first tells institutions and roles, which stay from then on. */
static const struct part {
	const char *name, *arguments[ARGUMENTS_MAX]; /* of duaalctl; NULL-ended */
	const char *tells;                           /* for README.txt */
} parts[] = {
	{"institutions.txt", {"institution", "--all"}, "every institution: admitted or not and why, people, holds"},
	{"status.txt", {"status"}, "whether all is well, and if not what to do"},
	{"status.json", {"status", "--json"}, "the same, whole"},
	{"plan.txt", {"plan"}, "what would change, and what is held"},
	{"holds.txt", {"holds"}, "what waits for a decision"},
	{"drift.txt", {"drift"}, "what was changed by hand"},
	{"directives.txt", {"directives"}, "requests and overrides"},
	{"history.txt", {"history", "-n20"}, "the last twenty cycles"},
	{"reads.txt", {"reads"}, "what the last reads proved"},
	{"statistics.txt", {"statistics"}, "week by week"},
	{"metrics.txt", {"metrics"}, "numbers for monitoring"},
	{"audit.txt", {"audit", "--verify"}, "whether the record is whole"},
	{"doctor.txt", {"doctor"}, "what the doctor found"},
};

static const char about[] =
	"A support bundle of duaalsync, made by duaalctl support-bundle for somebody who helps.\n"
	"\n"
	"Nobody is named in it. Names, vo-ids, logins, mail addresses, identifiers, hosts, paths and what people typed "
	"are replaced by\n"
	"anon-N: the same N is the same person, or the same text, in all files of this bundle. Another bundle has "
	"other numbers,\n"
	"and nothing was kept by which they could be traced. Institutions, roles, numbers, dates, versions, the name "
	"of the instance and\n"
	"the program's own sentences are as they were. A hold is named by its number alone.\n"
	"There are no passwords, keys or certificates in it: they are in files that were not read.\n"
	"\n"
	"Look through it all the same before you send it: what is here should be fit for a stranger.\n"
	"\n";

static const char about_other[] = "versions.txt        of the programs, the system and the libraries\n"
				  "configuration.txt   the settings, without comments\n"
				  "journal.txt         what the programs told the journal in seven days, by message\n";

/* ctl: of who waits for the file, and reads its path as it is. */
struct bundle {
	struct ctl *ctl;
	struct pseudonyms *pseudonyms;
	struct tar_gz archive;
	struct buf readme, text; /* text: of the file that is being made */
	int worst;               /* exit status of a command that could not ask the daemon; 0: all could */
};

/* What another command prints, complaints too. Its exit status, or -1: no memory. */
static int run_other(const struct bundle *b, const char *const *words, struct buf *out)
{
	struct arguments arguments;
	char *argv[ARGUMENTS_MAX + 2] = {"duaalctl"}, *text = NULL;
	size_t len = 0;
	int argc = 1;
	struct ctl inner = *b->ctl;
	for (; argc <= ARGUMENTS_MAX && words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)words[argc - 1];
	inner.out = inner.err = open_memstream(&text, &len);
	if (inner.out == NULL)
		return -1;
	inner.pseudonyms = b->pseudonyms;
	inner.json = inner.terminal = inner.colours = inner.redraws = inner.unicode = false;
	enum language language = language_use(LANGUAGE_ENGLISH); /* what may stay is looked for in it */
	int code = arguments_read(&inner, argc, argv, &arguments);
	if (code == 0)
		code = arguments.in.command->run(&inner, &arguments.in);
	language_use(language);
	arguments_done(&arguments);
	bool failed = fclose(inner.out) != 0;
	if (!failed)
		buf_add(out, text, len);
	free(text);
	return failed ? -1 : code;
}

static void add(struct bundle *b, const char *name, const char *tells)
{
	if (tells != NULL)
		buf_format(&b->readme, "%-19s %s\n", name, tells);
	tar_gz_add(&b->archive, name, buf_text(&b->text));
	b->archive.tar.failed |= buf_failed(&b->text);
	buf_clear(&b->text);
}

static void add_part(struct bundle *b, const struct part *part)
{
	int code = run_other(b, part->arguments, &b->text);
	b->archive.tar.failed |= code < 0;
	if (code == EXIT_NOT_RUNNING || code >= EXIT_USAGE)
		b->worst = code;
	add(b, part->name, part->tells);
}

static void add_parts(struct bundle *b, bool doctor)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		bool is_doctor = strcmp(parts[i].arguments[0], "doctor") == 0;
		if (is_doctor && doctor && b->worst == 0)
			say(b->ctl, "The doctor examines both directories; that may take a minute.");
		if (!is_doctor || doctor)
			add_part(b, &parts[i]);
	}
}

/* The daemon knows which file it reads, and is asked without pseudonyms; why it does not answer, if so, is told with everything else. */
static void ask_for_path(const struct ctl *ctl, char out[PATH_MAX])
{
	struct varlink_reply reply;
	struct ctl quiet = *ctl;
	char *complaint = NULL;
	size_t len = 0;
	out[0] = '\0';
	quiet.pseudonyms = NULL;
	quiet.err = open_memstream(&complaint, &len);
	if (quiet.err == NULL)
		return;
	if (request_ask(&quiet, INTERFACE_METHOD("Status"), json_object(), NULL, &reply) == 0) {
		snprintf(out, PATH_MAX, "%s", field_text(reply.parameters, "configuration"));
		json_decref(reply.message);
	}
	fclose(quiet.err);
	free(complaint);
}

static void find_configuration(struct ctl *ctl, const struct invocation *in, char out[PATH_MAX])
{
	const char *given = invocation_option(in, "config");
	if (given != NULL) {
		snprintf(out, PATH_MAX, "%s", given);
		return;
	}
	ask_for_path(ctl, out);
	if (out[0] != '\0')
		return;
	snprintf(out, PATH_MAX, "%s", CONFIGURATION_PATH);
	if (strcmp(ctl->socket, CONTROL_SOCKET) != 0)
		complain(ctl,
			 "no daemon says which configuration is its own, so %s is taken, which may be another "
			 "instance's: --config names it",
			 out);
}

static void add_configuration(struct bundle *b, const struct invocation *in)
{
	char path[PATH_MAX];
	struct err err = {0};
	find_configuration(b->ctl, in, path);
	if (support_configuration(b->pseudonyms, path, &b->text, &err) != 0)
		complain(b->ctl, "the configuration %s is not in the bundle: %s", path, err.text);
	add(b, "configuration.txt", NULL);
}

static void add_own(struct bundle *b, const struct invocation *in)
{
	support_versions(&b->text);
	add(b, "versions.txt", NULL);
	add_configuration(b, in);
	support_journal(b->pseudonyms, invocation_option(in, "journal"), b->ctl->now_s, &b->text);
	add(b, "journal.txt", NULL);
	buf_add_string(&b->readme, about_other);
	buf_add_text(&b->text, buf_text(&b->readme));
	add(b, "README.txt", NULL);
	b->archive.tar.failed |= buf_failed(&b->readme) || pseudonyms_failed(b->pseudonyms);
}

static int cannot_write(struct ctl *ctl, const char *path)
{
	if (errno == EEXIST)
		complain(ctl, "%s is there already and stays as it is: give another name", path);
	else
		complain(ctl, "%s cannot be written: %s", path, strerror(errno));
	return EXIT_CANNOT_WRITE;
}

static int write_bundle(struct bundle *b, const char *path)
{
	struct text whole;
	struct err err;
	if (tar_gz_end(&b->archive, &whole, &err) != 0)
		return out_of_memory(b->ctl);
	if (file_put(path, whole, 0600, false) != 0)
		return cannot_write(b->ctl, path);
	if (b->worst != 0)
		say_in(b->ctl, COLOUR_WARN, "The daemon did not answer everything; the files say what, and why.");
	say(b->ctl, "%s: nobody is named in it. Look through it before you send it: tar -xzf %s", path, path);
	return EXIT_OK;
}

/* "duaalsync-support-20261124T0250.tar.gz", of now in UTC. */
static const char *name_of_now(int64_t now_s, char out[NAME_SIZE])
{
	char time[CLOCK_TEXT_SIZE], digits[CLOCK_TEXT_SIZE];
	size_t len = 0;
	for (const char *at = clock_format(now_s, time); *at != '\0' && len < 15; at++)
		if (*at != '-' && *at != ':')
			digits[len++] = *at;
	digits[len] = '\0';
	snprintf(out, NAME_SIZE, FOLDER "-%s.tar.gz", digits);
	return out;
}

/* Said before the daemon has been asked for everything. */
static bool folder_takes_it(const char *path)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	if (slash != NULL)
		snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	return access(folder, W_OK | X_OK) == 0;
}

int support_command(struct ctl *ctl, const struct invocation *in)
{
	char name[NAME_SIZE];
	struct bundle b = {.ctl = ctl};
	const char *path = in->word_count > 0 ? in->words[0] : name_of_now(ctl->now_s, name);
	if (ctl->json)
		return usage_error(ctl, in->command, "a bundle is no JSON");
	if (access(path, F_OK) == 0) {
		errno = EEXIST;
		return cannot_write(ctl, path);
	}
	if (!folder_takes_it(path))
		return cannot_write(ctl, path);
	b.pseudonyms = ctl_pseudonyms();
	if (b.pseudonyms == NULL)
		return out_of_memory(ctl);
	tar_gz_init(&b.archive, FOLDER, ctl->now_s);
	buf_init(&b.readme);
	buf_init(&b.text);
	buf_add_string(&b.readme, about);
	add_parts(&b, invocation_option(in, "no-doctor") == NULL);
	add_own(&b, in);
	int code = write_bundle(&b, path);
	tar_gz_done(&b.archive);
	buf_done(&b.readme);
	buf_done(&b.text);
	pseudonyms_free(b.pseudonyms);
	return code;
}
