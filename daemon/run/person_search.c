/* SPDX-License-Identifier: EUPL-1.2 */
/* person_search.c - see person_search.h. */
#include "run/person_search.h"

#include <string.h>

#include "base/language.h"
#include "base/log.h"
#include "run/state.h"

#define TEXTS_BYTES (64u << 10)

/* ---- the end -------------------------------------------------------------------------------------- */

/* By number of people alone: who was found is no more for the log than the number. */
static void tell_log(const struct person_search *s, const char *trouble)
{
	unsigned uid = s->searcher.uid;
	if (trouble != NULL)
		log_event(LOG_PERSON_SOUGHT_MESSAGE, "uid %u searched by a national number: %s", uid, trouble);
	else
		log_event(LOG_PERSON_SOUGHT_MESSAGE, "uid %u searched by a national number: found %u", uid, s->total);
}

static void tell(struct run *run, struct between_waiter *waiter, const char *trouble)
{
	struct person_search *s = &run->search;
	struct people_found found = {.trouble = trouble,
				     .sought = between_is_asking(run, &s->thing),
				     .people = s->people,
				     .count = s->count,
				     .total = s->total};
	if (trouble == NULL && s->failure.code != 0)
		found.trouble = s->failure.text;
	found.code = found.trouble == NULL ? ORDER_DONE : ORDER_FAILED;
	tell_log(s, found.trouble);
	s->searcher.done(waiter->call, &found);
}

static void clear(struct run *run)
{
	explicit_bzero(run->search.number, sizeof(run->search.number));
	arena_done(&run->search.arena);
}

/* ---- the sources ---------------------------------------------------------------------------------- */

static int keep(struct person_search *s, const struct found_people *found, const char *source, struct err *err)
{
	s->total += found->total;
	for (uint32_t i = 0; i < found->count; i++) {
		struct text vo_id = found->at[i].vo_id;
		char *copy = arena_copy(&s->arena, vo_id);
		if (copy == NULL)
			return err_nomem(err);
		s->people[s->count++] = (struct person_found){found->at[i].uuid, text_make(copy, vo_id.len), source};
	}
	return 0;
}

static int take(struct between_side *side, uint16_t type, const void *body, size_t len, struct err *err)
{
	struct found_people found = {.count = 0};
	int e = type == M_FOUND ? found_decode(body, len, &found, err)
				: err_set(err, ERR_PROTOCOL, "%s answered with a record of type %u",
					  side->client->kind.program, type);
	if (e == 0)
		e = keep(&side->run->search, &found, side->source, err);
	return e < 0 ? e : BETWEEN_ANSWERED;
}

static void ended(struct between_side *side, const struct err *why)
{
	struct person_search *s = &side->run->search;
	if (why == NULL || s->failure.code != 0)
		return;
	s->failure = *why;
	err_prefix(&s->failure, "%s", side->source);
}

static const char *late(const struct between_side *side)
{
	(void)side;
	return N_("no answer in time");
}

/* ---- begin ---------------------------------------------------------------------------------------- */

static bool has_number(const struct source_reader *reader)
{
	return reader->set.national_number != NULL && reader->set.national_number[0] != '\0';
}

static bool have_numbers(const struct sources *sources)
{
	for (uint32_t i = 0; i < sources->count; i++)
		if (has_number(&sources->seats[i].reader))
			return true;
	return false;
}

static void begin(struct run *run)
{
	struct person_search *s = &run->search;
	struct buf body;
	buf_init(&body);
	find_encode(&body, text_make(s->number, strlen(s->number)));
	explicit_bzero(s->number, sizeof(s->number));
	for (uint32_t i = 0; i < run->sources.count; i++) {
		struct source_reader *reader = &run->sources.seats[i].reader;
		if (has_number(reader))
			between_ask(run, &reader->reader.client, reader->bases.name, M_FIND, &body);
	}
	buf_wipe(&body);
}

void person_search_init(struct run *run)
{
	static const struct between_kind kind = {
		.name = "search",
		.delays = N_("a cycle is due and waits for a search by national number"),
		.limit_s = PERSON_SEARCH_LIMIT_S,
		.waited_too_long =
			N_("what runs now did not end in time, and sources are searched between two cycles: try "
			   "again later"),
		.is_secret = true,
		.begin = begin,
		.take = take,
		.ended = ended,
		.late = late,
		.tell = tell,
		.clear = clear,
	};
	between_add(run, &run->search.thing, &kind);
}

static void refuse(enum order_code code, const char *why, void (*done)(void *call, const struct people_found *found),
		   void *call)
{
	done(call, &(struct people_found){.code = code, .trouble = why});
}

void person_search_ask(struct run *run, const char *number, uid_t uid,
		       void (*done)(void *call, const struct people_found *found), void *call)
{
	struct person_search *s = &run->search;
	if (!have_numbers(&run->sources))
		refuse(ORDER_REFUSED,
		       N_("no source is configured with national numbers (source.people.national_number): name the "
			  "person by vo-id, login, mail address or name"),
		       done, call);
	else if (s->thing.waiters != NULL)
		refuse(ORDER_FAILED, N_("another search by national number is under way: try again in a moment"), done,
		       call);
	else {
		arena_init(&s->arena, TEXTS_BYTES);
		s->searcher = (struct searcher){.done = done, .uid = uid};
		s->count = s->total = 0;
		s->failure.code = 0;
		memcpy(s->number, number, sizeof(s->number));
		between_wait(run, &s->thing, &s->searcher.waiter, call);
	}
}
