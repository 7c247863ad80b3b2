/* SPDX-License-Identifier: EUPL-1.2 */
/* command.c - the table of commands and what its help prints. */
#include "ctl/command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "control/interface.h"
#include "ctl/exit_code.h"
#include "ctl/screen.h"

const struct option_spec global_options[] = {
	{"socket", 's', "PATH", "talk to the daemon at this socket (default " CONTROL_SOCKET ")"},
	{"json", 'j', NULL, "print the daemon's reply as one JSON object"},
	{"help", 'h', NULL, "show help"},
	{"version", 'V', NULL, "show the version"},
	{0},
};

const struct command commands[] = {
	{"status",
	 "",
	 "is everything in order, and when was it last looked at",
	 "The state is that of the worst part. Exit status: 0 ok or notice, 1 warning, 2 critical, 3 not running, so "
	 "that it serves "
	 "as a monitoring check as it is.",
	 0,
	 0,
	 {{0}},
	 status_command},
	{"sync",
	 "",
	 "look now, do not wait for the next run",
	 "Asks for a cycle that begins after now; many at once are one cycle. With --wait the progress is shown until "
	 "it has ended: "
	 "exit status 0 in step or applied, 2 failed, 4 a part is held.",
	 0,
	 0,
	 {{"wait", 'w', NULL, "stay until the cycle has ended, and show its progress"}},
	 sync_command},
	{"plan",
	 "",
	 "what would change now, why, and what is held",
	 "Shows the changes that are not carried out yet, by institution, with cause and verdict, and the rules that "
	 "hold some back. "
	 "At most 1000 changes are shown.",
	 0,
	 0,
	 {{"limit", 'n', "N", "show at most N changes"}},
	 plan_command},
	{"why",
	 "PERSON [INSTITUTION]",
	 "why somebody has, or lacks, access",
	 "PERSON is a vo-id, a login, a mail address or a name. Shows each way to access with its facts, or the "
	 "nearest condition that "
	 "fails and who can mend it. Exit status: 0 has access, 1 has not, 2 nobody or several people answer to it.",
	 1,
	 2,
	 {{"role", 'r', "ROLE", "only this role"}},
	 why_command},
	{"institution",
	 "NUMBER",
	 "one institution: admission, administrators, groups, people",
	 "NUMBER has 1 to 6 digits; leading zeros do not matter. Exit status 2: neither directory knows it.",
	 1,
	 1,
	 {{0}},
	 institution_command},
	{"history",
	 "",
	 "the last cycles",
	 "Newest first.",
	 0,
	 0,
	 {{"number", 'n', "N", "show N cycles (default 20, at most 200)"}},
	 history_command},
	{"help", "[COMMAND]", "show help", "Shows all commands, or everything about one.", 0, 1, {{0}}, help_command},
	{0},
};

const struct command *command_find(const char *verb)
{
	for (const struct command *c = commands; c->verb != NULL; c++)
		if (strcmp(c->verb, verb) == 0)
			return c;
	return NULL;
}

static void print_option(FILE *to, const struct option_spec *o)
{
	char left[64];
	snprintf(left, sizeof(left), "-%c, --%s%s%s", o->letter, o->name, o->value != NULL ? " " : "",
		 o->value != NULL ? o->value : "");
	fprintf(to, "  %-20s %s\n", left, o->help);
}

static void print_globals(FILE *to)
{
	fputs("\nOptions of every command:\n", to);
	for (const struct option_spec *o = global_options; o->name != NULL; o++)
		print_option(to, o);
}

static void print_exit_codes(FILE *to)
{
	fputs("\nExit status:\n", to);
#define X(name, code, when) fprintf(to, "  %2d  %s\n", code, when);
	EXIT_CODE_TABLE(X)
#undef X
}

void help_usage(FILE *to)
{
	fputs("Usage: duaalctl [OPTION...] COMMAND [ARGUMENT...]\n"
	      "Shows and steers duaalsyncd, which keeps access groups equal to the government's "
	      "directory.\n\nCommands:\n",
	      to);
	for (const struct command *c = commands; c->verb != NULL; c++) {
		char left[64];
		snprintf(left, sizeof(left), "%s %s", c->verb, c->arguments);
		fprintf(to, "  %-28s %s\n", left, c->summary);
	}
	print_globals(to);
	fputs("\n'duaalctl help COMMAND' tells more about one command.\n", to);
}

/* Words of text, folded at 76 columns. */
static void print_folded(FILE *to, const char *text)
{
	int column = 0;
	while (*text != '\0') {
		int len = (int)strcspn(text, " ");
		if (column > 0 && column + 1 + len > 76) {
			fputc('\n', to);
			column = 0;
		}
		column += fprintf(to, "%s%.*s", column > 0 ? " " : "", len, text);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

void help_one(FILE *to, const struct command *command)
{
	fprintf(to, "Usage: duaalctl %s%s%s%s\n\n", command->verb,
		command->options[0].name != NULL ? " [OPTION...]" : "", command->arguments[0] != '\0' ? " " : "",
		command->arguments);
	print_folded(to, command->text);
	if (command->options[0].name != NULL)
		fputs("\nOptions:\n", to);
	for (int i = 0; i < OPTIONS_MAX && command->options[i].name != NULL; i++)
		print_option(to, &command->options[i]);
	print_globals(to);
	print_exit_codes(to);
}

int help_command(struct ctl *ctl, const struct invocation *in)
{
	const struct command *command = in->word_count > 0 ? command_find(in->words[0]) : NULL;
	if (in->word_count > 0 && command == NULL)
		return usage_error(ctl, NULL, "there is no command \"%s\"", in->words[0]);
	if (command != NULL)
		help_one(ctl->out, command);
	else
		help_usage(ctl->out);
	return EXIT_OK;
}

int usage_error(struct ctl *ctl, const struct command *command, const char *format, ...)
{
	char text[512];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	complain(ctl, "%s", text);
	if (command != NULL)
		complain(ctl, "usage: duaalctl %s %s ('duaalctl help %s' tells more)", command->verb,
			 command->arguments, command->verb);
	else
		complain(ctl, "'duaalctl help' shows the commands");
	return EXIT_USAGE;
}

bool take_count(const char *word, long max, long *ret)
{
	size_t len = strlen(word);
	if (len < 1 || len > 6 || strspn(word, "0123456789") != len)
		return false;
	*ret = strtol(word, NULL, 10);
	return *ret >= 1 && *ret <= max;
}

bool take_institution(const char *word, long *ret)
{
	return take_count(word, 999999, ret);
}
