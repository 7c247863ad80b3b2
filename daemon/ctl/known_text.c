/* SPDX-License-Identifier: EUPL-1.2 */
/* known_text.c - see known_text.h. */
#include "ctl/known_text.h"

#include "base/search.h"
#include "ctl/known_text_table.h"

/* Place behind the last one that is not greater. */
static size_t upper_bound(const struct known_table *table, struct text wanted)
{
	size_t at;
	LOWER_BOUND(at, 0, table->count, text_compare(table->at[at], wanted) <= 0);
	return at;
}

static size_t common(struct text a, struct text b)
{
	size_t len = 0;
	while (len < a.len && len < b.len && a.at[len] == b.at[len])
		len++;
	return len;
}

/* The nearest one below rest is its longest begin, or tells how much of rest a begin can have in common with it. */
size_t known_text_at(struct text rest)
{
	while (rest.len > 0) {
		size_t behind = upper_bound(&known_texts, rest);
		if (behind == 0)
			return 0;
		size_t shared = common(known_texts.at[behind - 1], rest);
		if (shared == known_texts.at[behind - 1].len)
			return shared;
		rest.len = shared;
	}
	return 0;
}

bool known_word(struct text word)
{
	size_t behind = upper_bound(&known_words, word);
	return behind > 0 && text_equal(known_words.at[behind - 1], word);
}
