/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * language.h - texts for people, in their language: gettext's catalogues (po/nl.po), looked up by the English text.
 *
 * What is said, and to whom, decides about the language: duaalctl speaks that of its terminal, the daemon answers a client in the one
 * that the client named, and the log, the ledger and every word for programs are English. So the language is one thing of the whole
 * process that is changed for as long as one text is composed (language_use), and put back after it; only one thread composes.
 *
 * The catalogues are read by us and not by libintl: that finds none under a locale that this host has not generated, nor, from glibc
 * 2.39 on, under C.UTF-8, and one process would have one language. Whoever does not call language_open speaks English.
 *
 *   tr("text")                       the text in the language that is used now; a format stays one with the same conversions
 *   tr_count("%u day", "%u days", n) the one of both that fits n, in that language; n is an argument of the format besides
 *   N_("text")                       marks a text in a table for the catalogue; it is looked up where it is shown
 */
#ifndef DUAAL_BASE_LANGUAGE_H
#define DUAAL_BASE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum language { LANGUAGE_ENGLISH, LANGUAGE_DUTCH, LANGUAGES };

/* Reads the catalogues, once, so that nothing is read later. folder: where they are installed, as /usr/share/locale; the variable
 * DUAALSYNC_LOCALEDIR comes before it. One that is missing or damaged is as good as empty. */
void language_open(const char *folder);
void language_close(void);

/* Of "nl", "nl_BE.UTF-8", ...; LANGUAGE_ENGLISH where we have no other. */
enum language language_of(const char *locale);
/* As the locale's variables say: LC_ALL, LC_MESSAGES or LANG, and before these LANGUAGE unless they say C. */
enum language language_of_environment(void);
const char *language_name(enum language language); /* "en", "nl" */

enum language language_use(enum language language); /* what was used before */
enum language language_used(void);

#define N_(text) text
/* NULL and "" stay what they are. The result lives until language_close. */
const char *tr(const char *text) __attribute__((format_arg(1)));
const char *tr_count(const char *one, const char *many, long long count) __attribute__((format_arg(1), format_arg(2)));

/* A text in every language, for whoever hears it later: its format and the arguments are looked up once in each. Then English is used. */
#define SAYING_SIZE 1024
struct saying {
	char in[LANGUAGES][SAYING_SIZE];
};
#define saying_put(saying, ...)                                                                                        \
	((void)language_use(LANGUAGE_DUTCH), saying_format((saying)->in[LANGUAGE_DUTCH], __VA_ARGS__),                 \
	 (void)language_use(LANGUAGE_ENGLISH), saying_format((saying)->in[LANGUAGE_ENGLISH], __VA_ARGS__))
void saying_format(char out[SAYING_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One text of the catalogue that is used now: for base/said.h, which looks for texts by what was made of them. Of one with two forms the second
 * stands behind the NUL of the first, within the length. */
struct language_text {
	const char *english, *own;
	size_t english_len, own_len;
};
/* In the order of strcmp of the (first) English form, from 0; false: there are no more. */
bool language_text_at(uint32_t row, struct language_text *ret);
/* What said.c keeps about this catalogue, from malloc: NULL at first, freed with it. */
void **language_note(void);

#endif
