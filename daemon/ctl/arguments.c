/* SPDX-License-Identifier: EUPL-1.2 */
/* arguments.c - see arguments.h. */
#include "ctl/arguments.h"

#include <string.h>

#include "base/language.h"
#include "ctl/columns.h"
#include "ctl/exit_code.h"
#include "ctl/request.h"
#include "ctl/screen.h"

struct reading {
	struct ctl *ctl;
	struct arguments *ret;
	char *const *left; /* the next argument; NULL-ended as argv is */
	bool no_more_options;
};

static bool is_option(const struct option_spec *o, const char *arg, const char **value)
{
	size_t len = o->name != NULL ? strlen(o->name) : 0;
	*value = NULL;
	if (len == 0)
		return false;
	if (arg[1] != '-') {
		*value = arg[2] != '\0' ? arg + 2 : NULL;
		return arg[1] == o->letter;
	}
	if (strncmp(arg + 2, o->name, len) != 0 || (arg[2 + len] != '\0' && arg[2 + len] != '='))
		return false;
	*value = arg[2 + len] == '=' ? arg + 3 + len : NULL;
	return true;
}

/* Completes an option's value: from the same argument, the next one, or none for a flag. */
static int complete(struct reading *r, const struct option_spec *o, const char **value)
{
	if (o->takes == NULL && *value != NULL)
		return usage_error(r->ctl, r->ret->in.command, "--%s takes no value", o->name);
	if (o->takes == NULL)
		*value = "";
	else if (*value == NULL)
		*value = *r->left != NULL ? *r->left++ : NULL;
	return *value != NULL
		       ? 0
		       : usage_error(r->ctl, r->ret->in.command, "--%s needs a value: %s", o->name, tr(o->takes));
}

static void set_global(struct reading *r, const struct option_spec *o, const char *value)
{
	switch (o->letter) {
	case 's': r->ctl->socket = value; return;
	case 'j': r->ctl->json = true; return;
	case 'h': r->ret->help = true; return;
	case 'V': r->ret->version = true; return;
	default: return;
	}
}

/* How the table is printed; a wrong name is said before anything is asked. */
static int set_table(struct reading *r, const struct option_spec *o, const char *value)
{
	struct err err;
	const struct command *command = r->ret->in.command;
	struct table_form *form = &r->ctl->form;
	if (strcmp(o->name, "noheadings") == 0)
		form->noheadings = true;
	else if (strcmp(o->name, "raw") == 0)
		form->raw = true;
	else if (form->output != NULL)
		return usage_error(r->ctl, command, "--%s is given twice", o->name);
	else if (columns_check(command->columns, value, &err) != 0)
		return usage_error(r->ctl, command, "--%s: %s", o->name, err.text);
	else
		form->output = value;
	return 0;
}

/* Twice is a mistake: two reasons, of which one would be forgotten. */
static int set_option(struct reading *r, int at, const char *value)
{
	struct invocation *in = &r->ret->in;
	int code = complete(r, &in->command->options[at], &value);
	if (code == 0 && in->options[at] != NULL)
		return usage_error(r->ctl, in->command, "--%s is given twice", in->command->options[at].name);
	in->options[at] = value;
	return code;
}

static int read_option(struct reading *r, const char *arg)
{
	const struct command *command = r->ret->in.command;
	const char *value;
	for (int i = 0; command != NULL && i < OPTIONS_MAX; i++)
		if (is_option(&command->options[i], arg, &value))
			return set_option(r, i, value);
	for (const struct option_spec *o = table_options;
	     command != NULL && command->columns != NULL && o->name != NULL; o++)
		if (is_option(o, arg, &value)) {
			int code = complete(r, o, &value);
			return code != 0 ? code : set_table(r, o, value);
		}
	for (const struct option_spec *o = global_options; o->name != NULL; o++)
		if (is_option(o, arg, &value)) {
			int code = complete(r, o, &value);
			if (code == 0)
				set_global(r, o, value);
			return code;
		}
	if (command == NULL)
		return usage_error(r->ctl, command, "there is no option \"%s\" before the command", arg);
	return usage_error(r->ctl, command, "there is no option \"%s\" of %s", arg, command->verb);
}

static int read_word(struct reading *r, const char *arg)
{
	struct invocation *in = &r->ret->in;
	if (in->command == NULL) {
		in->command = command_find(arg, NULL);
		return in->command != NULL ? 0 : usage_error(r->ctl, NULL, "there is no command \"%s\"", arg);
	}
	const struct command *below = in->word_count == 0 ? command_find(in->command->verb, arg) : NULL;
	if (below != NULL) {
		in->command = below;
		return 0;
	}
	if (in->word_count == WORDS_MAX || in->command->words[in->word_count].name == NULL)
		return usage_error(r->ctl, in->command, "\"%s\" is one argument too many", arg);
	in->words[in->word_count++] = arg;
	return 0;
}

static int read_argument(struct reading *r, const char *arg)
{
	if (!r->no_more_options && strcmp(arg, "--") == 0) {
		r->no_more_options = true;
		return 0;
	}
	if (!r->no_more_options && arg[0] == '-' && arg[1] != '\0')
		return read_option(r, arg);
	return read_word(r, arg);
}

/* ---- what was typed, against its kinds ---------------------------------------------------------------- */

static int take_value(struct ctl *ctl, struct invocation *in, const struct value_spec *spec, const char *label,
		      const char *given)
{
	struct err err;
	json_t *value;
	if (spec->parameter == NULL)
		return 0;
	if (value_goes_by_clock(spec, given, ctl->now_s))
		request_time(ctl);
	int r = value_read(spec, label, given, ctl->now_s, in->number, &value, &err);
	if (r == 0 && json_object_set_new(in->parameters, spec->parameter, value) < 0)
		r = err_nomem(&err);
	if (r == ERR_NOMEM)
		return out_of_memory(ctl);
	return r == 0 ? 0 : usage_error(ctl, in->command, "%s", err.text);
}

static int take_words(struct ctl *ctl, struct invocation *in)
{
	int code = 0;
	for (int i = 0; code == 0 && i < WORDS_MAX && in->command->words[i].name != NULL; i++) {
		const struct word_spec *word = &in->command->words[i];
		if (i < in->word_count)
			code = take_value(ctl, in, &word->value, tr(word->name), in->words[i]);
		else if (!word->optional)
			return usage_error(ctl, in->command, "an argument is missing: %s", tr(word->name));
	}
	return code;
}

static int take_option(struct ctl *ctl, struct invocation *in, int at)
{
	char label[32];
	const struct option_spec *o = &in->command->options[at];
	if (in->options[at] == NULL && o->need == OPTION_REQUIRED)
		return usage_error(ctl, in->command, "--%s %s is missing: %s", o->name, tr(o->takes), tr(o->help));
	if (in->options[at] == NULL && o->value.fallback > 0 &&
	    json_object_set_new(in->parameters, o->value.parameter, json_integer(o->value.fallback)) < 0)
		return out_of_memory(ctl);
	if (in->options[at] == NULL)
		return 0;
	snprintf(label, sizeof(label), "--%s", o->name);
	return take_value(ctl, in, &o->value, label, in->options[at]);
}

/* Exactly one of the choices, where the command has any. */
static int check_choice(struct ctl *ctl, const struct invocation *in)
{
	int choices = 0, given = 0;
	for (int i = 0; i < OPTIONS_MAX && in->command->options[i].name != NULL; i++)
		if (in->command->options[i].need == OPTION_CHOICE) {
			choices++;
			given += in->options[i] != NULL;
		}
	if (choices == 0 || given == 1)
		return 0;
	return usage_error(ctl, in->command, "%s",
			   given == 0 ? tr("one of its choices must be given") : tr("only one of them at a time"));
}

/* First of all: what is asked to understand the others takes its part of that time. */
static int take_patience(struct ctl *ctl, const struct invocation *in)
{
	int code = 0;
	for (int i = 0; code == 0 && i < OPTIONS_MAX && in->command->options[i].name != NULL; i++)
		if (in->command->options[i].value.patience)
			code = invocation_span(ctl, in, in->command->options[i].name, &ctl->within_s);
	return code;
}

static int take_all(struct ctl *ctl, struct invocation *in)
{
	in->parameters = json_object();
	if (in->parameters == NULL)
		return out_of_memory(ctl);
	int code = take_patience(ctl, in);
	if (code == 0)
		code = take_words(ctl, in);
	if (code == 0)
		code = check_choice(ctl, in);
	for (int i = 0; code == 0 && i < OPTIONS_MAX && in->command->options[i].name != NULL; i++)
		code = take_option(ctl, in, i);
	return code;
}

int arguments_read(struct ctl *ctl, int argc, char *const argv[], struct arguments *ret)
{
	*ret = (struct arguments){0};
	struct reading r = {.ctl = ctl, .ret = ret, .left = argv + (argc > 0 ? 1 : 0)};
	int code = 0;
	while (code == 0 && *r.left != NULL)
		code = read_argument(&r, *r.left++);
	if (code != 0 || ret->help || ret->version)
		return code;
	if (ret->in.command == NULL)
		return usage_error(ctl, NULL, "a command is missing");
	if (ctl->json && ctl_only_table(ctl))
		return usage_error(ctl, ret->in.command,
				   "--json is not a table: leave --output, --noheadings and --raw out");
	return take_all(ctl, &ret->in);
}

void arguments_done(struct arguments *arguments)
{
	explicit_bzero(arguments->in.number, sizeof(arguments->in.number));
	json_decref(arguments->in.parameters);
}
