/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * question.h - long questions about what was recorded, for the duaal-ledger that reads beside the writer.
 *
 * Each question sees one state of the file from its beginning to its end and leaves no transaction open, so that the
 * writer's log can always be emptied afterwards. An error leaves the database usable for the next question. Bounded: by a
 * limit, by one cycle, or (verify) by the file, at some hundred thousand rows a second.
 */
#ifndef DUAAL_LEDGER_QUESTION_H
#define DUAAL_LEDGER_QUESTION_H

#include "ledger/store.h"
#include "wire/ledger_past.h"

#define QUESTION_ROWS_MAX 10000 /* of one answer; a limit of 0, or a higher one, means this */

/* The words for what the ledger stores as numbers; given, because the table of reasons is not this layer's. */
struct question_words {
	const char *(*reason)(unsigned number);
	const char *(*kind)(unsigned number);
};

/* Is the whole chain as it was written, and do the texts in the side tables fit it? ERR_INVALID with a sentence that names
 * the first row that does not. noted: a head that was told before, which must be in it; NULL or seq 0: none. ret_head: the last
 * row. */
MUST_USE int question_verify(struct db *db, const struct ledger_head *noted, struct ledger_head *ret_head,
			     struct err *err);

/* EXPORT_LINE for each row of the chain from seq from on, in order. ret_next: seq of the first one that was left out, or
 * 0. A line has the row's number, table, hash and columns, words for the numbers, and under "details" what the side
 * tables still know of it. */
MUST_USE int question_export(struct db *db, uint64_t from, uint32_t limit, const struct question_words *words,
			     load_sink *sink, void *ctx, uint64_t *ret_next, struct err *err);

/* Does the ledger name anybody so? */
MUST_USE int question_knows(struct db *db, const char *person, bool *ret, struct err *err);

/* PAST_CHANGE for each member change that went through: all of one cycle in their order, or the last limit ones at an
 * institution, newest first. */
MUST_USE int question_cycle(struct db *db, const struct roles *roles, uint32_t cycle, load_sink *sink, void *ctx,
			    struct err *err);
MUST_USE int question_place(struct db *db, const struct roles *roles, uint32_t number, uint32_t limit, load_sink *sink,
			    void *ctx, struct err *err);

uint32_t question_limit(uint32_t limit); /* as it counts */

/* SQL with one parameter: ids in "people" of whom a vo-id means; of everybody of that name, where nobody has that vo-id. */
#define QUESTION_PERSON                                                                                                \
	"(SELECT p.id FROM people p, (SELECT ? AS asked) a WHERE p.key = a.asked OR (p.name = a.asked COLLATE NOCASE"  \
	" AND NOT EXISTS (SELECT 1 FROM people WHERE key = a.asked)))"

/* SQL, likewise: seq of each change that is about them. Led by the index, as a list of conditions would not be. */
#define QUESTION_PERSON_ROWS                                                                                           \
	"(SELECT x.seq FROM details y CROSS JOIN changes x ON x.cycle = y.cycle AND x.n = y.n WHERE y.person "         \
	"IN " QUESTION_PERSON ")"

/* PAST_CHANGE for each member change that went through and fits the filter, newest first. Cost: by the indexes of institution
 * or person; else the chain is walked back from its end until there are enough. ret_more: the limit left some out. */
MUST_USE int question_changes(struct db *db, const struct roles *roles, const struct past_filter *filter,
			      load_sink *sink, void *ctx, bool *ret_more, struct err *err);

/* PAST_READ for the last certificates, newest first; limit as above. */
MUST_USE int question_reads(struct db *db, uint32_t limit, load_sink *sink, void *ctx, bool *ret_more, struct err *err);

struct question_hand { /* the reasons of hand edits, which are not this layer's */
	uint16_t added, removed, entry_gone;
};

/* PAST_EXTENT, then PAST_MEMBER for each membership at the moment filter->until_s: of one institution those that were there or may
 * have been; of one person all, also those that ended before or began afterwards. None where the ledger begins after the moment. Cost: the
 * changes of that institution or person, one pass over the values that are ours now, and one over the changes for what was erased, of a
 * person one more for what was given under another vo-id. */
MUST_USE int question_members(struct db *db, const struct roles *roles, const struct past_filter *filter,
			      const struct question_hand *hand, load_sink *sink, void *ctx, bool *ret_more,
			      struct err *err);

/* PAST_WEEK for each of the weeks. Cost: the cycles once a week that is asked for, and the changes in them. */
MUST_USE int question_weeks(struct db *db, const struct past_weeks *weeks, load_sink *sink, void *ctx, struct err *err);

#endif
