/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * word_parts.h - the working set of words_hear; seen by daemon/core only.
 *
 *   word_hear.c   what the target shows: requests, overrides
 *   word_past.c   what only past knows: undone cycles, directives that vanished
 *   word.c        one word a membership, in order
 *
 * What is gathered grows on the heap; words_hear hands it over to the arena.
 */
#ifndef DUAAL_CORE_WORD_PARTS_H
#define DUAAL_CORE_WORD_PARTS_H

#include "core/word.h"

struct hearing {
	const struct judge *judge;
	const struct policy_input *in;
	struct desired *desired;
	int64_t next_s;
	uint8_t *shown; /* one a directive of past: the target shows it, and it can be read */
	struct word *words;
	struct directive_remark *remarks;
	struct past_directive *directives;
	struct text *unknown;
	size_t word_count, remark_count, directive_count, unknown_count;
	size_t word_capacity, remark_capacity, directive_capacity, unknown_capacity;
};

MUST_USE int words_hear_directives(struct hearing *h);
MUST_USE int words_hear_past(struct hearing *h); /* after them: it looks at what they have shown */

/* Each appends one finding. ERR_NOMEM. */
MUST_USE int hearing_word(struct hearing *h, const struct word *word);
MUST_USE int hearing_directive(struct hearing *h, const struct past_directive *directive);
MUST_USE int hearing_ask(struct hearing *h, struct text vo_id); /* at the source, once */

void hearing_next(struct hearing *h, int64_t at_s);                                        /* something changes then */
struct desired_institution *hearing_institution(const struct hearing *h, uint32_t number); /* or NULL */
enum reason hearing_identify(const struct hearing *h, uint32_t person); /* R_GRANTED: it is clear who this is */
/* Does the target have whom the directive is about as a member there? person: the position at the source, or NONE. */
bool hearing_is_member(const struct hearing *h, const struct past_directive *d, uint32_t person);
bool hearing_has_members(const struct hearing *h, uint32_t number);

#endif
