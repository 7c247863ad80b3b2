/* SPDX-License-Identifier: EUPL-1.2 */
/* answer.c - see answer.h. */
#include "control/answer.h"
#include "model/number.h"

#include "base/escape.h"
#include "base/national_number.h"

static struct answer begin(json_t *json)
{
	return (struct answer){.json = json, .failed = json == NULL};
}

struct answer answer_object(void)
{
	return begin(json_object());
}

struct answer answer_list(void)
{
	return begin(json_array());
}

/* Takes value; NULL is a failure. */
static void put(struct answer *a, const char *key, json_t *value)
{
	if (a->failed) {
		json_decref(value);
		return;
	}
	int r = key != NULL ? json_object_set_new(a->json, key, value) : json_array_append_new(a->json, value);
	a->failed = r < 0;
}

void answer_add(struct answer *parent, const char *key, struct answer part)
{
	put(parent, key, answer_end(&part));
}

json_t *answer_end(struct answer *a)
{
	json_t *whole = a->json;
	if (a->failed) {
		json_decref(whole);
		whole = NULL;
	}
	*a = (struct answer){.failed = true};
	return whole;
}

void answer_null(struct answer *a, const char *key)
{
	put(a, key, json_null());
}

void answer_word(struct answer *a, const char *key, const char *ours)
{
	put(a, key, ours != NULL ? json_string(ours) : json_null());
}

void answer_text(struct answer *a, const char *key, struct text outside)
{
	struct buf visible;
	buf_init(&visible);
	escape_visible(&visible, outside);
	put(a, key, buf_failed(&visible) ? NULL : json_string(buf_string(&visible)));
	buf_done(&visible);
}

void answer_text_if(struct answer *a, const char *key, struct text outside)
{
	if (text_is_empty(outside))
		answer_null(a, key);
	else
		answer_text(a, key, outside);
}

/* A directory may hold a book where a reason is asked for. Half a character at the cut is escaped. */
void answer_words(struct answer *a, const char *key, struct text outside)
{
	struct buf visible;
	if (outside.len <= ANSWER_WORDS_MAX) {
		answer_text_if(a, key, outside);
		return;
	}
	buf_init(&visible);
	escape_visible(&visible, text_make(outside.at, ANSWER_WORDS_MAX));
	buf_add_string(&visible, "...");
	put(a, key, buf_failed(&visible) ? NULL : json_string(buf_string(&visible)));
	buf_done(&visible);
}

void answer_found(struct answer *a, const char *key, struct text outside)
{
	struct buf shown;
	buf_init(&shown);
	national_number_hide(&shown, outside);
	a->failed = a->failed || buf_failed(&shown);
	answer_words(a, key, buf_text(&shown));
	buf_done(&shown);
}

void answer_string(struct answer *a, const char *key, const char *outside)
{
	if (outside == NULL)
		answer_null(a, key);
	else
		answer_text(a, key, text_of(outside));
}

void answer_int(struct answer *a, const char *key, int64_t value)
{
	put(a, key, json_integer(value));
}

void answer_real(struct answer *a, const char *key, double value)
{
	put(a, key, json_real(value));
}

void answer_int_if(struct answer *a, const char *key, int64_t value)
{
	if (value == 0)
		answer_null(a, key);
	else
		answer_int(a, key, value);
}

void answer_number_if(struct answer *a, const char *key, uint32_t number)
{
	answer_int_if(a, key, number != NUMBER_EVERYWHERE ? number : 0);
}

void answer_bool(struct answer *a, const char *key, bool value)
{
	put(a, key, json_boolean(value));
}

/* A text that was cut may end in half a character: then it is escaped once more. */
void answer_escaped(struct answer *a, const char *key, const char *escaped)
{
	if (escaped == NULL || text_is_utf8(text_of(escaped)))
		answer_word(a, key, escaped);
	else
		answer_string(a, key, escaped);
}
