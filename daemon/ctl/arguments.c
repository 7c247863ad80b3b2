/* SPDX-License-Identifier: EUPL-1.2 */
/* arguments.c - see arguments.h. */
#include "ctl/arguments.h"

#include <string.h>

#include "ctl/exit_code.h"

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
	if (o->value == NULL && *value != NULL)
		return usage_error(r->ctl, r->ret->command, "--%s takes no value", o->name);
	if (o->value == NULL)
		*value = "";
	else if (*value == NULL)
		*value = *r->left != NULL ? *r->left++ : NULL;
	return *value != NULL ? 0 : usage_error(r->ctl, r->ret->command, "--%s needs a value: %s", o->name, o->value);
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

static int read_option(struct reading *r, const char *arg)
{
	const struct command *command = r->ret->command;
	const char *value;
	for (int i = 0; command != NULL && i < OPTIONS_MAX; i++)
		if (is_option(&command->options[i], arg, &value)) {
			int code = complete(r, &command->options[i], &value);
			r->ret->in.options[i] = value;
			return code;
		}
	for (const struct option_spec *o = global_options; o->name != NULL; o++)
		if (is_option(o, arg, &value)) {
			int code = complete(r, o, &value);
			if (code == 0)
				set_global(r, o, value);
			return code;
		}
	return usage_error(r->ctl, command, "there is no option \"%s\"%s%s", arg, command != NULL ? " of " : "",
			   command != NULL ? command->verb : " before the command");
}

static int read_word(struct reading *r, const char *arg)
{
	struct arguments *ret = r->ret;
	if (ret->command == NULL) {
		ret->command = command_find(arg);
		return ret->command != NULL ? 0 : usage_error(r->ctl, NULL, "there is no command \"%s\"", arg);
	}
	if (ret->in.word_count == ret->command->words_max)
		return usage_error(r->ctl, ret->command, "\"%s\" is one argument too many", arg);
	ret->in.words[ret->in.word_count++] = arg;
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

int arguments_read(struct ctl *ctl, int argc, char *const argv[], struct arguments *ret)
{
	*ret = (struct arguments){0};
	struct reading r = {.ctl = ctl, .ret = ret, .left = argv + (argc > 0 ? 1 : 0)};
	int code = 0;
	while (code == 0 && *r.left != NULL)
		code = read_argument(&r, *r.left++);
	if (code != 0 || ret->help || ret->version)
		return code;
	if (ret->command == NULL)
		return usage_error(ctl, NULL, "a command is missing");
	if (ret->in.word_count < ret->command->words_min)
		return usage_error(ctl, ret->command, "an argument is missing: %s", ret->command->arguments);
	return 0;
}
