/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * answer.h - building the JSON of an answer; failure is sticky, so that a builder checks once, at its end.
 *
 * answer_object or answer_list begins; values are added; a part that was built apart is added with answer_add, which
 * takes it and its failure. answer_end gives the whole, or NULL when any allocation in it failed: never a shorter
 * answer. Text from outside is escaped for display, which also makes it valid UTF-8. Absent values are null, so that
 * every field is there.
 */
#ifndef DUAAL_CONTROL_ANSWER_H
#define DUAAL_CONTROL_ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

#define ANSWER_WORDS_MAX 1000 /* bytes of prose that somebody wrote into a directory */

struct answer {
	json_t *json;
	bool failed;
};

struct answer answer_object(void);
struct answer answer_list(void);
/* key NULL: parent is a list. Takes part. */
void answer_add(struct answer *parent, const char *key, struct answer part);
MUST_USE json_t *answer_end(struct answer *a);

void answer_null(struct answer *a, const char *key);
void answer_word(struct answer *a, const char *key, const char *ours);       /* text of our own; NULL: null */
void answer_text(struct answer *a, const char *key, struct text outside);    /* escaped */
void answer_text_if(struct answer *a, const char *key, struct text outside); /* empty: null */
void answer_words(struct answer *a, const char *key, struct text outside);   /* prose: the same, cut with "..." */
void answer_found(struct answer *a, const char *key, struct text outside); /* where anything may stand: the same, I24 */
void answer_string(struct answer *a, const char *key, const char *outside);  /* escaped; NULL: null */
void answer_escaped(struct answer *a, const char *key, const char *escaped); /* before, and cut perhaps; NULL: null */
void answer_int(struct answer *a, const char *key, int64_t value);
void answer_real(struct answer *a, const char *key, double value);
void answer_int_if(struct answer *a, const char *key, int64_t value); /* 0: null */
void answer_number_if(struct answer *a, const char *key,
		      uint32_t number); /* of an institution; null for none and for all */
void answer_bool(struct answer *a, const char *key, bool value);

#endif
