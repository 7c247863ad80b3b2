/* SPDX-License-Identifier: EUPL-1.2 */
/* sources.c - see sources.h. */
#include "run/sources.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/identity.h"

/* ---- several as one ------------------------------------------------------------------------------ */

static int join(struct sources *s, struct source_snapshot *const parts[SOURCES_MAX], struct err *err)
{
	struct source_snapshot *joined = NULL;
	int e = source_join((const struct source_snapshot *const *)parts, s->count, &joined, err);
	if (e < 0)
		return e;
	source_free(s->next);
	s->next = joined;
	return 0;
}

static int join_again(struct sources *s, struct err *err)
{
	struct source_snapshot *parts[SOURCES_MAX];
	for (uint32_t i = 0; i < s->count; i++)
		parts[i] = s->seats[i].part;
	return s->count == 1 ? 0 : join(s, parts, err);
}

static void replace(struct source_snapshot **present, struct source_snapshot **news)
{
	if (*news == NULL)
		return;
	source_free(*present);
	*present = *news;
	*news = NULL;
}

/* Each as it was read now, or else before; not yet a whole where one never was. */
static int take_reads(struct sources *s, struct err *err)
{
	struct source_snapshot *parts[SOURCES_MAX];
	bool news = false, all = true;
	for (uint32_t i = 0; i < s->count; i++) {
		struct source_seat *seat = &s->seats[i];
		news |= seat->reader.snapshot != NULL;
		parts[i] = seat->reader.snapshot != NULL ? seat->reader.snapshot : seat->part;
		all = all && parts[i] != NULL;
	}
	int e = s->count > 1 && news && all ? join(s, parts, err) : 0;
	for (uint32_t i = 0; i < s->count && e == 0 && s->count > 1; i++)
		replace(&s->seats[i].part, &s->seats[i].reader.snapshot);
	return e;
}

static void drop_reads(struct sources *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		s->seats[i].reader.snapshot = source_free(s->seats[i].reader.snapshot);
}

int sources_join_partly(struct sources *s, struct err *err)
{
	int e = take_reads(s, err);
	drop_reads(s);
	return e;
}

/* ---- their ends ---------------------------------------------------------------------------------- */

static void note_failure(struct source_seat *seat, const struct err *why)
{
	struct sources *s = seat->all;
	if (s->failure.code != 0)
		return;
	s->failure = *why;
	if (s->count > 1)
		(void)err_prefix(&s->failure, "source %s", seat->reader.bases.name);
}

static void end(struct sources *s)
{
	struct err failure = s->failure;
	if (failure.code == 0)
		(void)!(s->asking ? join_again(s, &failure) : take_reads(s, &failure)); /* failure says it */
	s->done(s->ctx, failure.code != 0 ? &failure : NULL);
}

static void on_done(void *ctx, const struct err *why)
{
	struct source_seat *seat = ctx;
	if (why != NULL)
		note_failure(seat, why);
	if (--seat->all->under_way == 0)
		end(seat->all);
}

static void on_progress(void *ctx)
{
	const struct source_seat *seat = ctx;
	seat->all->progress(seat->all->ctx);
}

/* ---- beginnings ---------------------------------------------------------------------------------- */

static void start(struct sources *s, bool asking)
{
	s->asking = asking;
	s->failure = (struct err){0};
	s->under_way = 0;
}

static void count_begun(struct source_seat *seat, int result, const struct err *why)
{
	if (result < 0)
		note_failure(seat, why);
	else
		seat->all->under_way++;
}

/* Where one could not even begin, those that did are awaited, and then all have failed. */
static int started(const struct sources *s, struct err *err)
{
	if (s->under_way > 0)
		return 0;
	*err = s->failure;
	return err->code;
}

int sources_read(struct sources *s, const struct csn_vector *at_least, struct err *err)
{
	start(s, false);
	for (uint32_t i = 0; i < s->count; i++) {
		struct err why = {0};
		struct source_seat *seat = &s->seats[i];
		count_begun(seat, source_reader_read(&seat->reader, seat->part, &at_least[i], &why), &why);
	}
	return started(s, err);
}

/* What somebody accepted is older than what was applied, and must not be waited for; those of the other sources still are. */
static bool waits_for(const struct past *past, const char *source, const struct csn *position)
{
	const struct uuid nobody = {{0}};
	struct change_id id;
	back_identify(&nobody, source, csn_sid(position), &id);
	for (size_t i = 0; i < past->hold_count; i++)
		if (past->holds[i].state == HOLD_ACCEPTED && hold_op_find(&past->holds[i], &id) != NULL)
			return false;
	return true;
}

/* How far this source was applied, as far as it is waited for. */
static struct csn_vector demanded(const struct sources *s, const struct past *past, const char *source)
{
	const struct csn_vector *applied = source_position(&past->positions, source);
	bool waits = true;
	for (uint32_t i = 0; i < applied->count; i++)
		waits = waits && waits_for(past, s->count > 1 ? source : NULL, &applied->at[i]);
	return waits ? *applied : (struct csn_vector){0};
}

int sources_read_after(struct sources *s, const struct past *past, struct err *err)
{
	struct csn_vector at_least[SOURCES_MAX] = {0};
	for (uint32_t i = 0; i < s->count; i++)
		at_least[i] = demanded(s, past, s->seats[i].reader.bases.name);
	return sources_read(s, at_least, err);
}

int sources_ask(struct sources *s, const struct question *question, struct err *err)
{
	start(s, true);
	for (uint32_t i = 0; i < s->count; i++) {
		struct err why = {0};
		struct source_seat *seat = &s->seats[i];
		struct question one = *question;
		one.at_least = seat->part->certificate.position;
		count_begun(seat, source_reader_ask(&seat->reader, seat->part, &one, &why), &why);
	}
	return started(s, err);
}

/* ---- absence proven by a whole read -------------------------------------------------------------- */

static int say_absent(struct source_snapshot *part, struct entry *const *absent, uint32_t count, struct err *err)
{
	struct certificate cert = part->certificate;
	memset(cert.counts, 0, sizeof(cert.counts));
	cert.counts[ENTRY_ABSENT] = count;
	return source_add_answers(part, (const struct entry *const *)absent, count, 0, &cert, err);
}

static struct entry *absent_entry(struct entry_builder *builder, const struct uuid *uuid)
{
	entry_begin(builder, ENTRY_ABSENT, uuid, &(struct csn){0}, DN_WHOLE, text_of(NULL));
	const struct entry *built = entry_end(builder);
	return built != NULL ? entry_keep(built) : NULL;
}

static int prove_absent(struct source_snapshot *part, const struct source_question *doubted, uint32_t count,
			struct err *err)
{
	struct entry **absent = calloc((size_t)count + 1, sizeof(*absent));
	struct entry_builder builder = {.last_field = 0};
	uint32_t n = 0;
	int e = 0;
	if (absent == NULL)
		return err_nomem(err);
	for (uint32_t i = 0; i < count && e == 0; i++) {
		if (source_has(part, &doubted[i]))
			continue;
		absent[n] = absent_entry(&builder, &doubted[i].uuid);
		if (absent[n++] == NULL)
			e = err_nomem(err);
	}
	if (e == 0)
		e = say_absent(part, absent, n, err);
	for (uint32_t i = 0; i < n; i++)
		entry_unref(absent[i]);
	entry_builder_done(&builder);
	free(absent);
	return e;
}

int sources_prove_absent(struct sources *s, const struct source_question *doubted, uint32_t count, struct err *err)
{
	int e = 0;
	for (uint32_t i = 0; i < s->count && e == 0; i++)
		e = prove_absent(s->seats[i].part, doubted, count, err);
	return e < 0 ? e : join_again(s, err);
}

/* ---- what there is ------------------------------------------------------------------------------- */

bool sources_have_news(const struct sources *s)
{
	return s->count == 1 ? s->seats[0].reader.snapshot != NULL : s->next != NULL;
}

struct source_snapshot *sources_take(struct sources *s)
{
	struct source_seat *first = &s->seats[0];
	struct source_snapshot **present = s->count == 1 ? &first->part : &s->joined;
	replace(present, s->count == 1 ? &first->reader.snapshot : &s->next);
	return *present;
}

uint32_t sources_parts(const struct sources *s, const struct source_snapshot *ret[SOURCES_MAX])
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < s->count; i++)
		if (s->seats[i].part != NULL)
			ret[count++] = s->seats[i].part;
	return count;
}

void sources_rewind(struct sources *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		reader_rewind(&s->seats[i].reader.reader);
}

void sources_add_progress(const struct sources *s, struct progress *progress)
{
	for (uint32_t i = 0; i < s->count; i++)
		reader_add_progress(&s->seats[i].reader.reader, progress);
}

/* ---- from begin to end --------------------------------------------------------------------------- */

void sources_init(struct sources *s, sd_event *loop, const struct helper_place *place,
		  const struct source_settings *settings, const struct source_bases *bases, uint32_t count)
{
	s->count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct source_seat *seat = &s->seats[i];
		seat->all = s;
		snprintf(seat->socket, sizeof(seat->socket), "source%s%s", i > 0 ? "-" : "",
			 i > 0 ? bases[i].name : "");
		source_reader_init(&seat->reader, loop, place, seat->socket, &settings[i], &bases[i]);
		seat->reader.bases.timed = settings[i].position != POSITION_NONE;
		seat->reader.reader.ctx = seat;
		seat->reader.reader.done = on_done;
		seat->reader.reader.progress = on_progress;
	}
}

void sources_done(struct sources *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		source_reader_done(&s->seats[i].reader);
	s->next = source_free(s->next);
	s->under_way = 0;
}

void sources_drop(struct sources *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		s->seats[i].part = source_free(s->seats[i].part);
	s->joined = source_free(s->joined);
}

void sources_abandon(struct sources *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		reader_abandon(&s->seats[i].reader.reader);
	s->under_way = 0;
}
