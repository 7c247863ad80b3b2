/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * number.h - institution numbers (instellingsnummer): 1 to 6 digits, leading zeros without meaning.
 *
 * 030569 and 30569 are one school. Compared as integers; the spelling received is kept elsewhere. The last
 * digit is mostly a check digit, but not always: it is no reason to reject. 0 (and "000000") is not a number.
 */
#ifndef DUAAL_MODEL_NUMBER_H
#define DUAAL_MODEL_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define NUMBER_MAX 999999u
/* In the place of an institution's number: the flat group of a role, over all institutions (ou=roles). No institution has it. */
#define NUMBER_EVERYWHERE 0xffffffu

bool number_parse(struct text text, uint32_t *ret); /* ASCII space around it is allowed; false leaves ret */

#endif
