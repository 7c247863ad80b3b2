/* SPDX-License-Identifier: EUPL-1.2 */
/* known_text_table.h - the tables that known_text.py makes; sorted by bytes. For known_text.c. */
#ifndef DUAAL_CTL_KNOWN_TEXT_TABLE_H
#define DUAAL_CTL_KNOWN_TEXT_TABLE_H

#include "base/text.h"

struct known_table {
	const struct text *at;
	size_t count;
};

extern const struct known_table known_texts, known_words;

#endif
