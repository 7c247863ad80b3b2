/* SPDX-License-Identifier: EUPL-1.2 */
/* positions.c - see positions.h. */
#include "ledger/positions.h"

void positions_put(struct buf *out, const struct csn_vector *positions)
{
	char csn[CSN_TEXT_SIZE];
	for (uint32_t i = 0; i < positions->count; i++) {
		if (i > 0)
			buf_add_char(out, ' ');
		buf_add_string(out, csn_format(&positions->at[i], csn));
	}
}

bool positions_parse(struct text text, struct csn_vector *ret)
{
	*ret = (struct csn_vector){0};
	while (!text_is_empty(text)) {
		struct text one, rest = {0};
		if (!text_split(text, ' ', &one, &rest))
			one = text;
		if (ret->count == CSN_VECTOR_MAX ||
		    (!csn_parse(one, &ret->at[ret->count]) && !csn_parse_usn(one, &ret->at[ret->count])))
			return false;
		ret->count++;
		text = rest;
	}
	return true;
}
