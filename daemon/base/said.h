/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * said.h - what was said in English already, said again in the language that is used now (base/language.h).
 *
 * Helpers, cycles and the ledger speak English: their sentences go on record, and come to whoever shows them as finished text. They are made
 * of formats that the catalogue knows, put in front of one another by ": " and "; ". So a sentence is taken apart again: a part of it that is a
 * format with its places filled in is composed anew from the translation of that format and from what stands in those places, which is taken
 * apart in its turn. The longest part is looked for first, and of the formats that fit the one with most words of its own.
 *
 * What fits none stays as it is: the words of a server, of a library and of the system, names, codes; and so does a single word that was
 * filled in, because it may be part of a name or of a command that somebody types. Nothing is guessed: the result says
 * of the same things what the English does, because it is the translation of a format that gives exactly that English with them. A format with
 * less than a few letters of its own is not looked for (it would fit anything), and neither is a part that two formats fit equally well, or one in
 * two ways: its translation would choose. What stands between quotation marks is not looked into: the words of a server do (escape_quoted), so that
 * none of them is taken for ours. A single word that a sentence ends with stays, too.
 */
#ifndef DUAAL_BASE_SAID_H
#define DUAAL_BASE_SAID_H

#include "base/text.h"

#define SAID_SIZE 1536 /* a struct err has 512 bytes, and few languages take three times as many */

/* sentence itself where nothing of it is known, there is no room for the result, or the language is English; NULL stays NULL. Costs nothing in
 * English, and else some 0.1 ms for a sentence, some ms for one of many parts of which nothing is known. */
const char *said_into(char out[SAID_SIZE], const char *sentence);
/* The result lives as long as the block in which it stands. */
#define said(sentence) said_into((char[SAID_SIZE]){""}, sentence)

/* The same for a text that is not NUL-ended; one that is longer than SAID_SIZE stays as it is. */
struct text said_text_into(char out[SAID_SIZE], struct text sentence);
#define said_text(sentence) said_text_into((char[SAID_SIZE]){""}, sentence)

#endif
