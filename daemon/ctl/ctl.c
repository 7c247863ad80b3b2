/* SPDX-License-Identifier: EUPL-1.2 */
/* ctl.c - see ctl.h. */
#include "ctl/ctl.h"

#include <stdlib.h>
#include <unistd.h>

#include "control/interface.h"
#include "ctl/arguments.h"
#include "ctl/exit_code.h"

static void look_at_terminal(struct ctl *ctl)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	ctl->terminal = isatty(fileno(ctl->out)) == 1;
	bool dumb = term == NULL || term[0] == '\0' || (term[0] == 'd' && term[1] == 'u');
	ctl->colours = ctl->terminal && !dumb && (no_colour == NULL || no_colour[0] == '\0');
}

int ctl_main(int argc, char *const argv[], FILE *out, FILE *err)
{
	struct ctl ctl = {.socket = CONTROL_SOCKET, .out = out, .err = err};
	struct arguments arguments;
	look_at_terminal(&ctl);
	int code = arguments_read(&ctl, argc, argv, &arguments);
	if (code != 0)
		return code;
	if (arguments.version)
		fputs("duaalctl (duaalsync) " PACKAGE_VERSION "\n", out);
	else if (arguments.help && arguments.command != NULL)
		help_one(out, arguments.command);
	else if (arguments.help)
		help_usage(out);
	else
		code = arguments.command->run(&ctl, &arguments.in);
	return code;
}
