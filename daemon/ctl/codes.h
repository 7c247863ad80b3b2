/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * codes.h - the codes of reasons (core/reason.h) that an argument may be: they are known here, so a wrong one is said with those that there are,
 * and no daemon is asked for that.
 */
#ifndef DUAAL_CTL_CODES_H
#define DUAAL_CTL_CODES_H

#include <stdio.h>

#include "ctl/value.h"

/* kind: VALUE_UNCLEAR or VALUE_CAUSE. given: a code in any case, or the word that tables show for it in this language. The code, which every
 * daemon understands in any language; NULL: ERR_INVALID with a sentence that says what there is. */
const char *code_of(enum value_kind kind, const char *label, const char *given, struct err *err);

/* For the help of the commands that take them: each code with its sentence. */
void codes_unclear_help(FILE *to);
void codes_of_changes_help(FILE *to);

#endif
