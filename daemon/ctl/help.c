/* SPDX-License-Identifier: EUPL-1.2 */
/* help.c - see help.h. */
#include "ctl/help.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "ctl/exit_code.h"
#include "ctl/screen.h"

#define LINE_MAX_COLUMNS 76

static void add_words(struct buf *out, const struct command *command)
{
	for (int i = 0; i < WORDS_MAX && command->words[i].name != NULL; i++) {
		bool optional = command->words[i].optional;
		buf_format(out, optional ? " [%s]" : " %s", tr(command->words[i].name));
	}
}

static void add_option(struct buf *out, const struct option_spec *o)
{
	buf_format(out, "--%s%s%s", o->name, o->takes != NULL ? " " : "", o->takes != NULL ? tr(o->takes) : "");
}

/* The options of one need: " --reason TEXT", " (--verify | --export)", " [--until WHEN]". */
static void add_options(struct buf *out, const struct command *command, enum option_need need)
{
	static const char *const before[] = {" [", " ", " ("}, *const between[] = {"] [", " ", " | "},
				 *const after[] = {"]", "", ")"};
	bool any = false;
	for (int i = 0; i < OPTIONS_MAX && command->options[i].name != NULL; i++)
		if (command->options[i].need == need) {
			buf_add_string(out, any ? between[need] : before[need]);
			add_option(out, &command->options[i]);
			any = true;
		}
	buf_add_string(out, any ? after[need] : "");
}

/* "drift adopt ID --reason TEXT [--until WHEN]" */
static void write_synopsis(struct buf *out, const struct command *command)
{
	buf_init(out);
	buf_add_string(out, command->verb);
	add_words(out, command);
	add_options(out, command, OPTION_CHOICE);
	add_options(out, command, OPTION_REQUIRED);
	add_options(out, command, OPTION_FREE);
	for (const struct option_spec *o = table_options; command->columns != NULL && o->name != NULL; o++) {
		buf_add_string(out, " [");
		add_option(out, o);
		buf_add_char(out, ']');
	}
}

#define OPTION_SIZE 64

/* "-n, --number N"; how long that is. */
static int put_option(const struct option_spec *o, char out[OPTION_SIZE])
{
	char letter[8] = "";
	if (o->letter != 0)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	return snprintf(out, OPTION_SIZE, "%-4s--%s%s%s", letter, o->name, o->takes != NULL ? " " : "",
			o->takes != NULL ? tr(o->takes) : "");
}

/* As wide as the widest of them, of at most max. */
static int widest(const struct option_spec *o, int max, int width)
{
	char left[OPTION_SIZE];
	for (int i = 0; i < max && o[i].name != NULL; i++) {
		int len = put_option(&o[i], left);
		width = len > width ? len : width;
	}
	return width;
}

static int width_of_all(const struct command *command)
{
	int width = widest(global_options, INT_MAX, 20);
	if (command != NULL)
		width = widest(command->options, OPTIONS_MAX, width);
	return command != NULL && command->columns != NULL ? widest(table_options, INT_MAX, width) : width;
}

static void print_option(FILE *to, const struct option_spec *o, int width)
{
	char left[OPTION_SIZE];
	put_option(o, left);
	fprintf(to, "  %-*s %s\n", width, left, tr(o->help));
}

static void print_options(FILE *to, const struct command *command)
{
	const int width = width_of_all(command);
	if (command->options[0].name != NULL || command->columns != NULL)
		fputs(tr("\nOptions:\n"), to);
	for (int i = 0; i < OPTIONS_MAX && command->options[i].name != NULL; i++)
		print_option(to, &command->options[i], width);
	for (const struct option_spec *o = table_options; command->columns != NULL && o->name != NULL; o++)
		print_option(to, o, width);
}

static void print_globals(FILE *to, const struct command *command)
{
	const int width = width_of_all(command);
	fputs(tr("\nOptions of every command:\n"), to);
	for (const struct option_spec *o = global_options; o->name != NULL; o++)
		print_option(to, o, width);
}

static void print_exit_codes(FILE *to)
{
	fputs(tr("\nExit status:\n"), to);
#define X(name, code, when) fprintf(to, "  %2d  %s\n", code, tr(when));
	EXIT_CODE_TABLE(X)
#undef X
}

static void print_summary(FILE *to, const struct command *command)
{
	struct buf left;
	buf_init(&left);
	buf_add_string(&left, command->verb);
	add_words(&left, command);
	fprintf(to, "  %-29s %s\n", buf_string(&left), tr(command->summary));
	buf_done(&left);
}

void help_usage(FILE *to)
{
	fputs(tr("Usage: duaalctl [OPTION...] COMMAND [ARGUMENT...]\n"
		 "Shows and steers duaalsyncd. 'duaalctl help COMMAND' tells more about one command.\n"),
	      to);
	for (const struct command *c = commands; c->verb != NULL; c++) {
		if (c->heading != NULL)
			fprintf(to, "\n%s:\n", tr(c->heading));
		if (!c->hidden)
			print_summary(to, c);
	}
	print_globals(to, NULL);
}

/* Words of text, folded. */
static void print_folded(FILE *to, const char *text)
{
	int column = 0;
	while (*text != '\0') {
		int len = (int)strcspn(text, " ");
		if (column > 0 && column + 1 + len > LINE_MAX_COLUMNS) {
			fputc('\n', to);
			column = 0;
		}
		column += fprintf(to, "%s%.*s", column > 0 ? " " : "", len, text);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

/* As it is given to --output, and as it is shown where that is something else. */
static void add_column(struct buf *out, const char *before, const char *name)
{
	bool same = strcmp(tr(name), name) == 0;
	buf_format(out, same ? "%s%s" : "%s%s (%s)", before, name, tr(name));
}

static void print_columns(FILE *to, const struct command *command)
{
	struct buf list;
	buf_init(&list);
	for (size_t i = 0; command->columns != NULL && command->columns[i] != NULL; i++)
		add_column(&list, i > 0 ? ", " : tr("\nColumns: "), command->columns[i]);
	buf_add_string(&list, command->columns != NULL ? ".\n" : "");
	fputs(buf_string(&list), to);
	buf_done(&list);
}

/* "drift adopt" is a sub-verb of "drift". */
static bool is_below(const struct command *command, const struct command *above)
{
	size_t len = strlen(above->verb);
	return strncmp(command->verb, above->verb, len) == 0 && command->verb[len] == ' ';
}

static void print_below(FILE *to, const struct command *above)
{
	bool any = false;
	for (const struct command *c = commands; c->verb != NULL; c++)
		if (is_below(c, above)) {
			fputs(any ? "" : tr("\nBelow it:\n"), to);
			print_summary(to, c);
			any = true;
		}
}

void help_one(FILE *to, const struct command *command)
{
	struct buf synopsis;
	write_synopsis(&synopsis, command);
	fprintf(to, tr("Usage: duaalctl %s\n\n"), buf_string(&synopsis));
	buf_done(&synopsis);
	print_folded(to, tr(command->text));
	print_columns(to, command);
	print_below(to, command);
	if (command->more != NULL)
		command->more(to);
	print_options(to, command);
	print_globals(to, command);
	print_exit_codes(to);
}

int help_command(struct ctl *ctl, const struct invocation *in)
{
	const char *verb = in->words[0], *sub_verb = in->words[1];
	const struct command *command = verb != NULL ? command_find(verb, sub_verb) : NULL;
	if (verb != NULL && command == NULL)
		return usage_error(ctl, NULL, "there is no command \"%s%s%s\"", verb, sub_verb != NULL ? " " : "",
				   sub_verb != NULL ? sub_verb : "");
	if (command != NULL)
		help_one(ctl->out, command);
	else
		help_usage(ctl->out);
	return EXIT_OK;
}

int usage_error(struct ctl *ctl, const struct command *command, const char *format, ...)
{
	char text[768];
	struct buf synopsis;
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), tr(format), args);
	va_end(args);
	complain(ctl, "%s", text);
	if (command == NULL) {
		complain(ctl, "'duaalctl help' shows the commands");
		return EXIT_USAGE;
	}
	write_synopsis(&synopsis, command);
	struct ctl as_it_is = *ctl;
	as_it_is.pseudonyms = NULL; /* nothing of what was typed is in it */
	complain(&as_it_is, "usage: duaalctl %s ('duaalctl help %s' tells more)", buf_string(&synopsis), command->verb);
	buf_done(&synopsis);
	return EXIT_USAGE;
}
