/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * arguments.h - a command line against the table of commands.
 */
#ifndef DUAAL_CTL_ARGUMENTS_H
#define DUAAL_CTL_ARGUMENTS_H

#include "ctl/command.h"

struct arguments {
	struct invocation in; /* its command is NULL where none was named */
	bool help, version;
};

/* Options may stand anywhere, as "--name VALUE", "--name=VALUE", "-n VALUE" or "-nVALUE"; "--" ends them. A sub-verb is the first word
 * behind its verb. Everything is checked here, also what must be there, so that nothing wrong is ever sent. Sets ctl's socket and json.
 * 0, or an exit status with the reason printed; arguments_done in both cases. */
int arguments_read(struct ctl *ctl, int argc, char *const argv[], struct arguments *ret);
void arguments_done(struct arguments *arguments);

#endif
