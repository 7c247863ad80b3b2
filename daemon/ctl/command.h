/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command.h - the table of commands: it drives parsing, usage and help. A new command is a line here and its handler.
 */
#ifndef DUAAL_CTL_COMMAND_H
#define DUAAL_CTL_COMMAND_H

#include "base/err.h"
#include "ctl/ctl.h"

#define OPTIONS_MAX 2
#define WORDS_MAX   2

struct option_spec {
	const char *name;  /* long name without dashes; NULL: none */
	char letter;       /* 0: none */
	const char *value; /* what it takes, for the help; NULL: a flag */
	const char *help;
};

struct invocation {
	const char *words[WORDS_MAX];
	int word_count;
	const char *options
		[OPTIONS_MAX]; /* value of the option at that place of the table, "" for a flag; NULL: not given */
};

struct command {
	const char *verb;      /* NULL ends the table */
	const char *arguments; /* "PERSON [INSTITUTION]", or "" */
	const char *summary;   /* half a line */
	const char *text;      /* paragraphs of its help */
	int words_min, words_max;
	struct option_spec options[OPTIONS_MAX];
	int (*run)(struct ctl *ctl, const struct invocation *in);
};

extern const struct command commands[];
extern const struct option_spec global_options[];     /* NULL-ended */
const struct command *command_find(const char *verb); /* NULL: none */

/* Handlers; each returns an exit status. */
int status_command(struct ctl *ctl, const struct invocation *in);
int sync_command(struct ctl *ctl, const struct invocation *in);
int plan_command(struct ctl *ctl, const struct invocation *in);
int why_command(struct ctl *ctl, const struct invocation *in);
int institution_command(struct ctl *ctl, const struct invocation *in);
int history_command(struct ctl *ctl, const struct invocation *in);
int help_command(struct ctl *ctl, const struct invocation *in);

void help_usage(FILE *to);                              /* one screen */
void help_one(FILE *to, const struct command *command); /* everything about one */
int usage_error(struct ctl *ctl, const struct command *command /* or NULL */, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* 1 to 6 digits, leading zeros allowed: 1 to 999999; false: not an institution number. */
bool take_institution(const char *word, long *ret);
bool take_count(const char *word, long max, long *ret); /* 1 to max, at most 6 digits */

#endif
