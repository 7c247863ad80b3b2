/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * help.h - what the table of commands says to a reader.
 */
#ifndef DUAAL_CTL_HELP_H
#define DUAAL_CTL_HELP_H

#include "ctl/command.h"

void help_usage(FILE *to);                              /* all commands, one screen */
void help_one(FILE *to, const struct command *command); /* everything about one */

#endif
