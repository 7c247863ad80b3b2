/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * completion.h - the script for bash, made from the table of commands when the tree is built.
 */
#ifndef DUAAL_CTL_COMPLETION_H
#define DUAAL_CTL_COMPLETION_H

#include <stdio.h>

void completion_bash(FILE *to);

#endif
