/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * national_number.h - is there a Belgian national number (INSZ) in what somebody typed? It is personal data under a law of its own
 * and must reach neither the ledger nor a directive nor a log (I24).
 *
 * Eleven digits, together or as on the card: 85.07.30-033.61. The last two are 97 minus the first nine modulo 97, where those born
 * from 2000 on have a 2 in front of the nine.
 */
#ifndef DUAAL_BASE_NATIONAL_NUMBER_H
#define DUAAL_BASE_NATIONAL_NUMBER_H

#include "base/buf.h"
#include "base/text.h"

/* Somewhere in the text stand eleven digits whose check digits are right, with single . - or / between them, or also spaces where the
 * card has a separator. One run of digits in some fifty is caught for nothing: it can be written otherwise, a number that was let in cannot be taken back. */
bool national_number_within(struct text text);
/* The whole word is eleven digits with . - / or spaces between them, whatever its check digits: nothing else that names a person
 * looks like that. */
bool national_number_is(struct text word);
/* Appends the text with a * for each digit of what either of them finds: for what a directory says where anything may stand. */
void national_number_hide(struct buf *out, struct text text);

#define NATIONAL_NUMBER_SIZE 12 /* its digits, with the NUL */
/* The digits of a word that is one, as directories hold them. false: it is none, or its check digits are wrong; out is zeros then. Whoever
 * asked wipes out. */
bool national_number_read(struct text word, char out[NATIONAL_NUMBER_SIZE]);

#endif
