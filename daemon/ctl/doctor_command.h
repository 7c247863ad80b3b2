/* SPDX-License-Identifier: EUPL-1.2 */
/* doctor_command.h - what the help of "duaalctl doctor" tells besides: every check, and what to do. */
#ifndef DUAAL_CTL_DOCTOR_COMMAND_H
#define DUAAL_CTL_DOCTOR_COMMAND_H

#include <stdio.h>

void doctor_help(FILE *to);

#endif
