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
	if (trouble != NULL)
		log_event(LOG_PERSON_SOUGHT_MESSAGE, "uid %u searched by a national number: %s", (unsigned)s->uid,
			  trouble);
	else
		log_event(LOG_PERSON_SOUGHT_MESSAGE, "uid %u searched by a national number: found %u", (unsigned)s->uid,
			  s->total);
}

static void clear(struct person_search *s)
{
	s->timer = sd_event_source_disable_unref(s->timer);
	s->end = sd_event_source_disable_unref(s->end);
	explicit_bzero(s->number, sizeof(s->number));
	arena_done(&s->arena);
	s->done = NULL;
	s->busy = false;
}

static void tell(struct person_search *s, enum order_code code, const char *trouble)
{
	const struct people_found found = {.code = code,
					   .trouble = trouble,
					   .sought = s->busy,
					   .people = s->people,
					   .count = s->count,
					   .total = s->total};
	tell_log(s, trouble);
	s->done(s->call, &found);
	clear(s);
}

static void end(struct run *run)
{
	struct person_search *s = &run->search;
	const char *due = s->due;
	char trouble[sizeof(s->failure.text)];
	memcpy(trouble, s->failure.text, sizeof(trouble));
	tell(s, s->failure.code == 0 ? ORDER_DONE : ORDER_FAILED, s->failure.code == 0 ? NULL : trouble);
	s->due = NULL;
	if (due != NULL)
		cycle_start(run, due, s->due_uid);
	doctor_begin(run);
}

/* From the loop, so that a helper is never ended within its own call. */
static int on_end(sd_event_source *source, void *ctx)
{
	(void)source;
	end(ctx);
	return 0;
}

static void end_when_all_have(struct run *run)
{
	struct person_search *s = &run->search;
	for (uint32_t i = 0; i < s->side_count; i++)
		if (s->sides[i].asked)
			return;
	if (s->end == NULL && sd_event_add_defer(run->loop, &s->end, on_end, run) < 0)
		sd_event_exit(run->loop, 1); /* no memory for the loop: better restarted than silent */
}

/* ---- the sources ---------------------------------------------------------------------------------- */

/* The helper heard the number: it ends, and the channel to it. why NULL: it has answered. */
static void side_ended(struct person_search_side *side, const struct err *why)
{
	struct person_search *s = &side->run->search;
	side->asked = false;
	client_restart(side->client);
	if (why != NULL && s->failure.code == 0) {
		s->failure = *why;
		err_prefix(&s->failure, "%s", side->name);
	}
	end_when_all_have(side->run);
}

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

static void on_record(void *ctx, uint16_t type, const void *body, size_t len)
{
	struct person_search_side *side = ctx;
	struct found_people found = {.count = 0};
	struct err err = {0};
	int e = type == M_FOUND ? found_decode(body, len, &found, &err)
				: err_set(&err, ERR_PROTOCOL, "%s answered with a record of type %u",
					  side->client->kind.program, type);
	if (e == 0)
		e = keep(&side->run->search, &found, side->name, &err);
	side_ended(side, e < 0 ? &err : NULL);
}

static void on_failed(void *ctx, const struct err *why)
{
	side_ended(ctx, why);
}

static void add_sides(struct run *run)
{
	struct person_search *s = &run->search;
	s->side_count = 0;
	for (uint32_t i = 0; i < run->sources.count; i++) {
		struct source_reader *reader = &run->sources.seats[i].reader;
		if (reader->set.national_number == NULL || reader->set.national_number[0] == '\0')
			continue;
		struct client *client = &reader->reader.client;
		struct person_search_side *side = &s->sides[s->side_count++];
		*side = (struct person_search_side){run, client, reader->bases.name, true};
		client->ctx = side;
		client->record = on_record;
		client->failed = on_failed;
	}
}

static void ask_side(struct person_search_side *side)
{
	struct err err = {0};
	struct buf body;
	buf_init(&body);
	find_encode(&body, text_of(side->run->search.number));
	if (client_request(side->client, M_FIND, &body, &err) < 0)
		side_ended(side, &err);
	buf_wipe(&body);
}

/* ---- begin ---------------------------------------------------------------------------------------- */

static int on_timer(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct run *run = ctx;
	struct person_search *s = &run->search;
	struct err late = {0};
	(void)source, (void)usec;
	if (!s->busy) {
		tell(s, ORDER_FAILED,
		     N_("what runs now did not end in time, and sources are searched between two cycles: try "
			"again later"));
		return 0;
	}
	err_set(&late, ERR_TIMEOUT, "no answer in time");
	for (uint32_t i = 0; i < s->side_count; i++)
		if (s->sides[i].asked)
			side_ended(&s->sides[i], &late);
	return 0;
}

void person_search_begin(struct run *run)
{
	struct person_search *s = &run->search;
	if (s->done == NULL || s->busy || run->cycle.running || run->doctor.busy || run->stopping)
		return;
	s->busy = true;
	add_sides(run);
	for (uint32_t i = 0; i < s->side_count; i++)
		ask_side(&s->sides[i]);
	explicit_bzero(s->number, sizeof(s->number));
}

static bool has_numbers(const struct run *run)
{
	for (uint32_t i = 0; i < run->sources.count; i++) {
		const char *attribute = run->sources.seats[i].reader.set.national_number;
		if (attribute != NULL && attribute[0] != '\0')
			return true;
	}
	return false;
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
	if (!has_numbers(run))
		refuse(ORDER_REFUSED,
		       N_("no source is configured with national numbers (source.people.national_number): name the "
			  "person by vo-id, login, mail address or name"),
		       done, call);
	else if (s->done != NULL)
		refuse(ORDER_FAILED, N_("another search by national number is under way: try again in a moment"), done,
		       call);
	else if (sd_event_add_time_relative(run->loop, &s->timer, CLOCK_BOOTTIME,
					    PERSON_SEARCH_LIMIT_S * UINT64_C(1000000), 0, on_timer, run) < 0)
		refuse(ORDER_FAILED, N_("out of memory"), done, call);
	else {
		arena_init(&s->arena, TEXTS_BYTES);
		s->done = done;
		s->call = call;
		s->uid = uid;
		s->count = s->total = 0;
		s->failure.code = 0;
		memcpy(s->number, number, sizeof(s->number));
		person_search_begin(run);
	}
}

bool person_search_delays(struct run *run, const char *trigger, uid_t uid)
{
	struct person_search *s = &run->search;
	if (!s->busy)
		return false;
	s->due = trigger;
	s->due_uid = uid;
	return true;
}

void person_search_drop(struct run *run, const char *why)
{
	struct person_search *s = &run->search;
	for (uint32_t i = 0; i < s->side_count && s->busy; i++)
		if (s->sides[i].asked) {
			s->sides[i].asked = false;
			client_restart(s->sides[i].client);
		}
	s->due = NULL;
	if (s->done != NULL)
		tell(s, ORDER_FAILED, why);
}
