/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * national_number.h - is there a national number (INSZ) in what somebody typed? It is personal data under a law of its own and must
 * reach neither the daemon nor the ledger nor a directive (I24).
 */
#ifndef DUAAL_CTL_NATIONAL_NUMBER_H
#define DUAAL_CTL_NATIONAL_NUMBER_H

#include <stdbool.h>

/* The word is eleven digits, plain or as on the card ("85.07.30-033.28"); its check digits do not matter. */
bool national_number_is(const char *word);
/* The text holds one: eleven digits in a row, or as on the card, whose check digits are right. A telephone number is none. */
bool national_number_within(const char *text);

#endif
