/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * word.h - what people decided about single memberships, above what the source says. Seen by daemon/core only.
 *
 *   what they did                       reason                 the membership
 *   exclude, in force                   R_EXCLUDED             is not there
 *   an undo took or gave it             R_UNDONE_TAKEN/_GIVEN  is not there / is there
 *   include, in force                   R_INCLUDED             is there
 *   include, institution not admitted   why not                as the source says; without it, for that reason
 *   include that vanished               R_DIRECTIVE_VANISHED   as the source says; without it, in doubt
 *   include that lapsed                 R_INCLUDE_LAPSED       as the source says; without it, as announced
 *
 * The uppermost counts. An exclude that vanished decides nothing by itself: it only marks what comes back because of it.
 * There is one word a membership at most, ascending by person, number and role, so that policy_apply meets them along its
 * way through the people, and without any it pays one comparison a person.
 *
 * Vanished: past knows it in force, and the target does not show it any more in a form that can be read. It is forgotten
 * when its date passes, when it is there again (also as a new entry of the same content), or when what would follow from
 * it has happened.
 */
#ifndef DUAAL_CORE_WORD_H
#define DUAAL_CORE_WORD_H

#include "core/directive.h"
#include "core/judge.h"

struct word {
	uint32_t person; /* position in source people; NONE: an exclude of somebody whom the source does not show */
	uint32_t number;
	uint64_t vo_id_key; /* where person is NONE */
	uint8_t role;
	bool returns;    /* an exclude of it vanished */
	uint16_t reason; /* see above; R_NONE: it only marks */
	uint32_t cycle;  /* of an undo: the one that was undone */
	int64_t until_s;
	int64_t since_s;           /* R_INCLUDE_LAPSED: since when its date stood */
	struct uuid uuid;          /* of the override; null: an undo */
	const struct entry *entry; /* the override; NULL: an undo, or it is gone */
};

/* Hears requests, overrides, undos and what past knows of them, when the institutions are judged: fills in everything of
 * desired that comes from directives, marks its institutions, and moves *next_s to the next date of a directive.
 * Everything in arena. ERR_NOMEM. */
MUST_USE int words_hear(const struct judge *judge, struct desired *desired, struct arena *arena, int64_t *next_s);
/* When the memberships are known: a lapse from which nothing follows, because the source grants it, is not kept. */
void words_settle(const struct policy_input *in, struct desired *desired);

const struct word *word_find(const struct desired *desired, uint32_t person, uint32_t number,
			     uint8_t role); /* or NULL */
/* An exclude of somebody whom the source does not show, by the key of the vo-id; or NULL. */
const struct word *word_find_unseen(const struct desired *desired, uint64_t vo_id_key, uint32_t number, uint8_t role);
bool word_takes(const struct word *word); /* NULL: no */
bool word_gives(const struct word *word);
/* The reason of a membership for which the source, or else the word, is the reason. */
enum reason word_mark(const struct word *word, enum reason reason);
/* Why there is no membership, when the source says by_source and no word gives or takes it. */
enum reason word_explains(const struct word *word, enum reason by_source, bool source_is_in_doubt);

#endif
