/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command.h - the table of commands: it drives parsing, checking, usage, help and what the daemon is asked.
 *
 * A new command is a row here: its summary and text, its words and options with their kinds (value.h), the method, a function that
 * shows the reply, and as run ask_command, which does the rest. A command that asks more than one question has a run function of its own.
 */
#ifndef DUAAL_CTL_COMMAND_H
#define DUAAL_CTL_COMMAND_H

#include <jansson.h>

#include "base/err.h"
#include "ctl/ctl.h"
#include "ctl/value.h"

#define CONFIGURATION_PATH  PACKAGE_SYSCONFDIR "/duaalsync/duaalsyncd.conf"
#define OPTION_PSEUDONYMISE "pseudonymise" /* a global one */

#define WORDS_MAX   3
#define OPTIONS_MAX 8

struct word_spec {
	const char *name; /* "PERSON"; NULL: no more words */
	struct value_spec value;
	bool optional; /* only optional ones follow */
};

enum option_need {
	OPTION_FREE,
	OPTION_REQUIRED,
	OPTION_CHOICE /* exactly one of the command's choices */
};

struct option_spec {
	const char *name;  /* long name without dashes; NULL: none */
	char letter;       /* 0: none */
	const char *takes; /* for the help; NULL: a flag */
	const char *help;
	struct value_spec value;
	enum option_need need;
};

/* What was typed, checked. Texts are borrowed from argv. */
struct invocation {
	const struct command *command; /* NULL: none was named */
	const char *words[WORDS_MAX];
	int word_count;
	const char *options[OPTIONS_MAX]; /* by place in the table; "" for a flag, NULL: not given */
	json_t *parameters;               /* of the method: words and options that name one */
	char number
		[NATIONAL_NUMBER_SIZE]; /* of the person, typed at the prompt: to be found before the command runs; else empty */
};

struct command {
	const char *heading; /* of the group that begins here in the overview; NULL: the same group */
	const char *verb;    /* "drift adopt": a sub-verb follows its verb; NULL ends the table */
	const char *summary; /* half a line */
	const char *text;    /* of its help */
	struct word_spec words[WORDS_MAX];
	struct option_spec options[OPTIONS_MAX];
	int (*run)(struct ctl *ctl, const struct invocation *in);
	const char *method; /* for ask_command */
	int (*show)(struct ctl *ctl, const struct invocation *in, const json_t *reply);
	/* Exit status of a reply that could be shown; NULL: 0. */
	int (*status)(const struct invocation *in, const json_t *reply);
	void (*more)(FILE *to);     /* what its help tells besides; NULL: nothing */
	const char *const *columns; /* of the table that it shows (columns.h); NULL: none to choose from */
	bool hidden;                /* for programs: in no overview */
	bool order;                 /* changes something: where it is refused, that nothing was done is worth saying */
	const char *next;           /* of an order: what happens now, for show_order */
};

extern const struct command commands[];
extern const struct option_spec global_options[]; /* NULL-ended, as the next */
extern const struct option_spec table_options[];  /* of a command with columns */
const struct command *command_find(const char *verb, const char *sub_verb /* or NULL */); /* NULL: none */
/* Value of the command's option of that name; NULL: not given. */
const char *invocation_option(const struct invocation *in, const char *name);
/* The same, read as a span in seconds; 0: not given. 0, or EXIT_USAGE with the reason printed. */
int invocation_span(struct ctl *ctl, const struct invocation *in, const char *name, unsigned *ret_s);

/* Asks the command's method with what was typed, and shows the reply or prints it as JSON. An exit status. */
int ask_command(struct ctl *ctl, const struct invocation *in);
int ask_method(struct ctl *ctl, const struct invocation *in, const char *method,
	       int (*show)(struct ctl *ctl, const struct invocation *in, const json_t *reply));
/* The same with another meaning of the exit status than the command's own; status NULL: 0. */
int ask_other(struct ctl *ctl, const struct invocation *in, const char *method,
	      int (*show)(struct ctl *ctl, const struct invocation *in, const json_t *reply),
	      int (*status)(const struct invocation *in, const json_t *reply));

/* Commands that do more than that. */
int why_command(struct ctl *ctl, const struct invocation *in);
int institution_command(struct ctl *ctl, const struct invocation *in);
int places_command(struct ctl *ctl, const struct invocation *in); /* institution --all */
int refusals_command(struct ctl *ctl, const struct invocation *in);
int sync_command(struct ctl *ctl, const struct invocation *in);
int changes_command(struct ctl *ctl, const struct invocation *in);
int plan_command(struct ctl *ctl, const struct invocation *in);
int plan_with_file(struct ctl *ctl, const struct invocation *in, const char *file); /* plan --config */
int holds_command(struct ctl *ctl, const struct invocation *in);
int audit_command(struct ctl *ctl, const struct invocation *in);
int wait_command(struct ctl *ctl, const struct invocation *in);
int watch_command(struct ctl *ctl, const struct invocation *in);
int complete_command(struct ctl *ctl, const struct invocation *in);
int doctor_command(struct ctl *ctl, const struct invocation *in);
int support_command(struct ctl *ctl, const struct invocation *in);
int metrics_command(struct ctl *ctl, const struct invocation *in);
int help_command(struct ctl *ctl, const struct invocation *in);

/* What replies look like on the screen. */
void status_help(FILE *to);
int show_status(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_plan(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_why(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_institution(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_unclear(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_history(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_past_changes(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_reads(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_statistics(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_directives(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_drift(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_order(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_forgotten(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_freeze(struct ctl *ctl, const struct invocation *in, const json_t *reply);
int show_pause(struct ctl *ctl, const struct invocation *in, const json_t *reply);

int status_of_status(const struct invocation *in, const json_t *reply);
int status_of_plan(const struct invocation *in, const json_t *reply);
int status_of_doctor(const struct invocation *in, const json_t *reply);
int status_of_why(const struct invocation *in, const json_t *reply);
int status_of_forget(const struct invocation *in, const json_t *reply);

/* Prints the sentence and the usage; returns EXIT_USAGE. */
int usage_error(struct ctl *ctl, const struct command *command /* or NULL */, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
