/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * screen.h - the only way of text to the screen: lines and tables, every one of them escaped here (I17).
 *
 * The daemon has escaped what came from directories, writing \xNN; the backslash is therefore left alone here,
 * everything else that could move a cursor or hide a letter is not.
 */
#ifndef DUAAL_CTL_SCREEN_H
#define DUAAL_CTL_SCREEN_H

#include <jansson.h>

#include "base/buf.h"
#include "ctl/ctl.h"

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_WARN, COLOUR_BAD, COLOUR_HEAD };

void screen_escape(struct buf *out, struct text in);

/* Both print nothing where only the table is asked for. */
void say(struct ctl *ctl, const char *format, ...) PRINTF_LIKE(2, 3); /* one line; a newline in it is escaped */
void say_in(struct ctl *ctl, enum colour colour, const char *format, ...) PRINTF_LIKE(3, 4);
void complain(struct ctl *ctl, const char *format, ...) PRINTF_LIKE(2, 3); /* "duaalctl: ..." on err */
int out_of_memory(struct ctl *ctl);                                        /* complains; EXIT_SOFTWARE */
enum colour colour_of_state(const char *state);                            /* ok, notice, warning, critical */

/* Says that the output cannot be written; returns EXIT_CANNOT_WRITE. */
int output_unwritten(struct ctl *ctl);

/* Did all that was printed so far get where it should? */
bool output_is_written(struct ctl *ctl);
/* The exit status that the answer carries which was just printed: code, or, because an answer that was cut off carries none,
 * EXIT_CANNOT_WRITE with the reason printed. Not for what was complained of: that was told, and its code says more. */
int code_of_answer(struct ctl *ctl, int code);

/* The reply's parameters as one object; ASCII only, so that it is safe on a terminal. */
void say_json(struct ctl *ctl, const json_t *parameters);

/* The same on one line, given to whoever reads before this returns. */
void say_json_at_once(struct ctl *ctl, const json_t *parameters);

/* A line that is JSON, byte for byte where it is printable ASCII, else written anew in ASCII: the same object, and safe on a
 * terminal. false: it is no JSON object; nothing is printed. */
bool say_json_line(struct ctl *ctl, const char *line);

/* A table; a failed allocation is noticed by table_end. */
struct table;
struct table *table_new(struct ctl *ctl, const char *const *columns); /* NULL-ended names; NULL: no memory */
void table_row(struct table *table, enum colour colour, const char *const *cells); /* as many as columns */
/* Prints and frees. 0, or EXIT_SOFTWARE with the reason printed. */
int table_end(struct table *table);

#endif
