/* SPDX-License-Identifier: EUPL-1.2 */
/* ctl.c - see ctl.h. */
#include "ctl/ctl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/interface.h"
#include "ctl/arguments.h"
#include "ctl/command.h"
#include "ctl/exit_code.h"
#include "ctl/help.h"
#include "ctl/pseudonym.h"
#include "ctl/screen.h"

/* By the words that the locale is chosen by, because the locale itself is made UTF-8 for measuring columns. */
static bool says_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && value[0] != '\0')
			return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
	}
	return false;
}

bool ctl_only_table(const struct ctl *ctl)
{
	return ctl->form.output != NULL || ctl->form.noheadings || ctl->form.raw;
}

static void look_at_terminal(struct ctl *ctl)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	ctl->terminal = isatty(fileno(ctl->out)) == 1;
	ctl->unicode = ctl->terminal && says_utf8();
	bool dumb = term == NULL || term[0] == '\0' || (term[0] == 'd' && term[1] == 'u');
	ctl->colours = ctl->terminal && !dumb && (no_colour == NULL || no_colour[0] == '\0');
}

struct pseudonyms *ctl_pseudonyms(void)
{
	struct pseudonyms *p = pseudonyms_new();
	if (p == NULL)
		return NULL;
	pseudonyms_keep(p, CONTROL_SOCKET);
	pseudonyms_keep(p, PACKAGE_VERSION);
	return pseudonyms_failed(p) ? pseudonyms_free(p) : p;
}

/* Looked for before anything is read, because what is wrong with an argument is told with the argument. */
static int take_pseudonyms(struct ctl *ctl, char *const argv[])
{
	for (; *argv != NULL && ctl->pseudonyms == NULL; argv++)
		if (strcmp(*argv, "--" OPTION_PSEUDONYMISE) == 0) {
			ctl->pseudonyms = ctl_pseudonyms();
			if (ctl->pseudonyms == NULL)
				return out_of_memory(ctl);
		}
	return 0;
}

static int run(struct ctl *ctl, const struct arguments *arguments)
{
	const struct command *command = arguments->in.command;
	if (arguments->version)
		fputs("duaalctl (duaalsync) " PACKAGE_VERSION "\n", ctl->out);
	else if (arguments->help && command != NULL)
		help_one(ctl->out, command);
	else if (arguments->help)
		help_usage(ctl->out);
	else
		return command->run(ctl, &arguments->in);
	return EXIT_OK;
}

int ctl_main(int argc, char *const argv[], FILE *out, FILE *err)
{
	struct ctl ctl = {.socket = CONTROL_SOCKET, .now_s = clock_wall_s(), .out = out, .err = err};
	struct arguments arguments;
	look_at_terminal(&ctl);
	int code = take_pseudonyms(&ctl, argv);
	if (code != 0)
		return code;
	code = arguments_read(&ctl, argc, argv, &arguments);
	if (code == 0)
		code = run(&ctl, &arguments);
	arguments_done(&arguments);
	pseudonyms_free(ctl.pseudonyms);
	return code;
}
