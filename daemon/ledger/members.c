/* SPDX-License-Identifier: EUPL-1.2 */
/* members.c - see members.h. */
#include "ledger/members.h"

#include <stdlib.h>

#include "base/vec.h"
#include "model/dn.h"

#define MEMBERS_MAX   200000      /* of one question */
#define MEMBERS_BYTES (64u << 20) /* of their texts */

/* ---- finding one ------------------------------------------------------------------------------------ */

struct person_key {
	int64_t person;
	uint32_t number;
	uint32_t role;
};

struct subject_key {
	uint32_t number;
	uint32_t role;
	uint8_t subject[COMMITMENT_SIZE];
};

static struct person_key person_key(int64_t person, uint32_t number, uint8_t role)
{
	return (struct person_key){person, number, role};
}

static struct subject_key subject_key(const uint8_t *subject, uint32_t number, uint8_t role)
{
	struct subject_key key = {.number = number, .role = role};
	memcpy(key.subject, subject, COMMITMENT_SIZE);
	return key;
}

static uint64_t hash_of_person(const void *items, uint32_t position)
{
	const struct membership *m = (const struct membership *)items + position;
	const struct person_key key = person_key(m->person, m->told.number, m->told.role);
	return map_hash(&key, sizeof(key));
}

static bool is_person(const void *items, uint32_t position, const void *key)
{
	const struct membership *m = (const struct membership *)items + position;
	const struct person_key *wanted = key;
	return !m->former && m->person == wanted->person && m->told.number == wanted->number &&
	       m->told.role == wanted->role;
}

static uint64_t hash_of_subject(const void *items, uint32_t position)
{
	const struct members_alias *alias = (const struct members_alias *)items + position;
	const struct subject_key key = subject_key(alias->subject, alias->number, alias->role);
	return map_hash(&key, sizeof(key));
}

static bool is_subject(const void *items, uint32_t position, const void *key)
{
	const struct members_alias *alias = (const struct members_alias *)items + position;
	const struct subject_key *wanted = key;
	return alias->number == wanted->number && alias->role == wanted->role &&
	       memcmp(alias->subject, wanted->subject, COMMITMENT_SIZE) == 0;
}

void members_init(struct members *members, int64_t at_s)
{
	*members = (struct members){.at_s = at_s};
	map_init(&members->by_person, hash_of_person, is_person);
	map_init(&members->by_subject, hash_of_subject, is_subject);
	arena_init(&members->arena, MEMBERS_BYTES);
	buf_init(&members->scratch);
}

void members_done(struct members *members)
{
	map_done(&members->by_person);
	map_done(&members->by_subject);
	arena_done(&members->arena);
	buf_done(&members->scratch);
	free(members->at);
	free(members->aliases);
	*members = (struct members){.at_s = 0};
}

static int add(struct members *members, uint32_t number, uint8_t role, uint32_t *ret, struct err *err)
{
	if (members->count >= MEMBERS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d memberships are on record for that: ask for one person",
			       MEMBERS_MAX);
	if (vec_reserve(&members->at, &members->capacity, members->count + 1, sizeof(*members->at)) < 0)
		return err_nomem(err);
	*ret = (uint32_t)members->count++;
	members->at[*ret] = (struct membership){.told = {.number = number, .role = role}};
	return 0;
}

static int copy_text(struct members *members, struct text *ret, struct text text, struct err *err)
{
	if (text_is_empty(text) || !text_is_empty(*ret))
		return 0;
	char *copy = arena_copy(&members->arena, text);
	if (copy == NULL)
		return err_nomem(err);
	*ret = text_make(copy, text.len);
	return 0;
}

/* What is no DN has no canonical form, and is matched by its entryUUID only. */
static int copy_canonical(struct members *members, struct membership *m, struct text value, struct err *err)
{
	buf_clear(&members->scratch);
	if (text_is_empty(value) || !text_is_empty(m->canonical))
		return 0;
	int code = dn_canonical(value, &members->scratch, err);
	if (code == ERR_NOMEM || buf_failed(&members->scratch))
		return err_nomem(err);
	return code < 0 ? 0 : copy_text(members, &m->canonical, buf_text(&members->scratch), err);
}

/* Who has the vo-id, or the name, may be another one now: told by the entryUUID, where both are known. */
static bool is_anothers(const struct membership *m, const struct uuid *source)
{
	return !uuid_is_null(source) && !uuid_is_null(&m->told.source) && !uuid_equal(source, &m->told.source);
}

/* Whose it is by what is not erased: the first event that names them does so for all. */
static int take_names(struct members *members, struct membership *m, const struct member_event *event, struct err *err)
{
	if (uuid_is_null(&m->told.source))
		m->told.source = event->source;
	int code = copy_text(members, &m->told.value, event->value, err);
	if (code == 0)
		code = copy_text(members, &m->told.person, event->vo_id, err);
	if (code == 0 && !is_anothers(m, &event->named))
		code = copy_text(members, &m->told.name, event->name, err);
	return code < 0 ? code : copy_canonical(members, m, event->value, err);
}

static int take_person(struct members *members, uint32_t position, int64_t person)
{
	struct membership *m = &members->at[position];
	if (person == 0 || m->person != 0)
		return 0;
	m->person = person;
	return map_add(&members->by_person, members->at, hash_of_person(members->at, position), position);
}

static int take_subject(struct members *members, uint32_t position, const struct subject_key *key, uint64_t hash)
{
	if (vec_reserve(&members->aliases, &members->alias_capacity, members->alias_count + 1,
			sizeof(*members->aliases)) < 0)
		return ERR_NOMEM;
	const uint32_t alias = (uint32_t)members->alias_count;
	members->aliases[alias] =
		(struct members_alias){.number = key->number, .position = position, .role = (uint8_t)key->role};
	memcpy(members->aliases[alias].subject, key->subject, COMMITMENT_SIZE);
	int code = map_add(&members->by_subject, members->aliases, hash, alias);
	members->alias_count += code == 0;
	return code;
}

/* Position of the membership that the event is about; it is made when it is the first one. */
static int find(struct members *members, const struct member_event *event, uint32_t *ret, struct err *err)
{
	const struct person_key person = person_key(event->person, event->number, event->role);
	const struct subject_key subject = subject_key(event->subject, event->number, event->role);
	const uint64_t hash = map_hash(&subject, sizeof(subject));
	const uint32_t alias = map_find(&members->by_subject, members->aliases, hash, &subject);
	uint32_t at = MAP_NONE;
	if (event->person != 0)
		at = map_find(&members->by_person, members->at, map_hash(&person, sizeof(person)), &person);
	if (at != MAP_NONE && is_anothers(&members->at[at], &event->source)) {
		members->at[at].former = true;
		at = MAP_NONE;
	}
	if (at == MAP_NONE && alias != MAP_NONE &&
	    !is_anothers(&members->at[members->aliases[alias].position], &event->source))
		at = members->aliases[alias].position;
	int code = at == MAP_NONE ? add(members, event->number, event->role, &at, err) : 0;
	if (code < 0)
		return code;
	if (take_person(members, at, event->person) < 0 ||
	    (alias == MAP_NONE && take_subject(members, at, &subject, hash) < 0))
		return err_nomem(err);
	*ret = at;
	members->at[at].former = false;
	return take_names(members, &members->at[at], event, err);
}

/* ---- events ----------------------------------------------------------------------------------------- */

static void happened_before(struct membership *m, const struct member_event *event)
{
	m->seen = true;
	m->lost = event->lost;
	m->cycle = event->turn.cycle;
	m->open = event->adds;
	if (event->adds)
		m->told.began = event->turn;
	else
		m->told.ended = event->turn;
}

/* A later removal shows that the end of which nobody told had not come, a later grant that it had. */
static void settle_end(struct membership *m, const struct member_event *event)
{
	if (!m->end_lost)
		return;
	if (!event->adds)
		m->told.ended = event->turn;
	m->end_lost = !event->adds && event->lost;
}

/* The first event behind the moment says more about the moment than those that follow. That it was to be made, which a read had shown to be
 * needed, says so even where it may not have happened; only what is new then began with nobody's word. */
static void happened_after(struct membership *m, const struct member_event *event)
{
	if (m->passed)
		settle_end(m, event);
	if (m->passed || (event->lost && event->adds && !m->open))
		return;
	m->passed = true;
	m->next = event->turn.cycle;
	if (event->adds && m->open)
		m->told.doubt = m->lost ? PAST_OUTCOME_LOST : PAST_OUT_BETWEEN;
	else if (event->adds && !m->seen)
		m->told.began = event->turn;
	else if (!event->adds) {
		if (!m->open)
			m->told.doubt = m->lost ? PAST_SURE : PAST_BEGIN_UNKNOWN;
		if (!m->open && !m->lost)
			m->told.began = (struct past_turn){.cycle = 0};
		m->open = m->open || m->lost;
		m->told.ended = event->turn;
		m->end_lost = event->lost;
	}
}

int members_event(struct members *members, const struct member_event *event, struct err *err)
{
	uint32_t at = 0;
	int code = find(members, event, &at, err);
	if (code < 0)
		return code;
	if (event->turn.at_s <= members->at_s)
		happened_before(&members->at[at], event);
	else
		happened_after(&members->at[at], event);
	return 0;
}

/* ---- what is ours, and what people did -------------------------------------------------------------- */

/* By entryUUID or name; what was erased by the cycle that added it, each such membership once. */
static struct membership *match(struct members *members, const struct member_now *now, uint32_t cycle)
{
	struct membership *erased = NULL;
	for (size_t i = 0; i < members->count; i++) {
		struct membership *m = &members->at[i];
		if (m->told.number != now->number || m->told.role != now->role)
			continue;
		if ((!uuid_is_null(&now->source) && uuid_equal(&m->told.source, &now->source)) ||
		    (!text_is_empty(m->canonical) && text_equal(m->canonical, now->value) &&
		     !is_anothers(m, &now->source)))
			return m;
		if (erased == NULL && m->person == 0 && text_is_empty(m->canonical) && m->told.began.cycle == cycle &&
		    cycle != 0)
			erased = m;
	}
	return erased;
}

static int find_or_add(struct members *members, const struct member_now *now, uint32_t cycle, struct membership **ret,
		       struct err *err)
{
	uint32_t at = 0;
	struct membership *m = match(members, now, cycle);
	int code = m == NULL ? add(members, now->number, now->role, &at, err) : 0;
	if (code < 0)
		return code;
	*ret = m = m != NULL ? m : &members->at[at];
	if (uuid_is_null(&m->told.source))
		m->told.source = now->source;
	code = copy_text(members, &m->canonical, now->value, err);
	return code < 0 ? code : copy_text(members, &m->told.value, now->value, err);
}

/* Found in the directory and taken over: since that cycle, as far as the ledger knows. */
static void take_over(struct membership *m, const struct past_turn *turn, int64_t at_s)
{
	m->told.began = *turn;
	m->told.ended = (struct past_turn){.cycle = 0};
	m->told.doubt = PAST_SURE;
	m->open = turn->at_s <= at_s;
	m->lost = false;
}

int members_owned(struct members *members, const struct member_now *owned, struct err *err)
{
	struct membership *m;
	int code = find_or_add(members, owned, owned->turn.cycle, &m, err);
	if (code < 0)
		return code;
	m->owned = true;
	m->pending = owned->pending;
	if (m->end_lost) /* nobody knows whether it came, or it did not */
		m->told.ended = (struct past_turn){.cycle = 0};
	if (owned->pending)
		return 0;
	if (!m->passed && m->lost) { /* so the write that was lost did happen, or the removal did not */
		m->lost = false;
		m->open = true;
	}
	if (!m->passed && !m->open && owned->turn.cycle > m->told.ended.cycle)
		take_over(m, &owned->turn, members->at_s);
	return 0;
}

static void end_by_hand(struct members *members, struct membership *m, const struct past_turn *turn)
{
	if (m->passed || !m->open)
		return;
	m->owned = true; /* what became of it is on record */
	m->told.ended = *turn;
	m->open = turn->at_s > members->at_s;
}

/* Also what we gave and is not ours any more, or took out perhaps: where it was before that moment is not known, but since. */
static bool is_put_back(const struct members *members, const struct membership *m, const struct past_turn *turn)
{
	if (m->passed || m->owned)
		return false;
	return (!m->open && !m->lost) || turn->at_s <= members->at_s;
}

int members_drift(struct members *members, const struct member_now *drift, bool adds, struct err *err)
{
	struct membership *m;
	int code = find_or_add(members, drift, 0, &m, err);
	if (code < 0)
		return code;
	if (!adds)
		end_by_hand(members, m, &drift->turn);
	else if (is_put_back(members, m, &drift->turn)) {
		m->owned = true;
		take_over(m, &drift->turn, members->at_s);
	}
	return 0;
}

static bool is_about(const struct membership *m, const struct member_now *gone)
{
	return (gone->number == 0 || m->told.number == gone->number) &&
	       (gone->role == PAST_ROLE_ANY || m->told.role == gone->role) &&
	       (uuid_is_null(&gone->source) || uuid_equal(&m->told.source, &gone->source));
}

void members_gone(struct members *members, const struct member_now *gone)
{
	for (size_t i = 0; i < members->count; i++)
		if (is_about(&members->at[i], gone))
			end_by_hand(members, &members->at[i], &gone->turn);
}

/* ---- hand edits that are over ----------------------------------------------------------------------- */

static void stand(const struct members *members, struct membership *m, const struct past_turn *turn, bool adds)
{
	if (m->cycle >= turn->cycle)
		return;
	m->owned = true; /* what became of it is on record */
	m->lost = false;
	m->open = adds;
	m->told.doubt = PAST_SURE;
	if (!adds)
		m->told.ended = *turn;
	else if (m->told.ended.at_s <= members->at_s)
		m->told.ended = (struct past_turn){.cycle = 0};
	if (adds)
		m->told.began = *turn;
}

/* Over before the moment: put back by hand, which what is ours now says, or never. */
static void was_out(struct membership *m, const struct past_turn *turn)
{
	if (m->open && !m->owned && m->told.doubt == PAST_SURE && m->cycle < turn->cycle)
		m->told.doubt = PAST_END_UNKNOWN;
}

/* Behind the moment: it was in until it was taken out, and out before it was put in. */
static void comes_next(struct membership *m, const struct past_turn *turn, bool adds)
{
	if (!m->open || (m->passed && m->next <= turn->cycle))
		return;
	m->passed = true;
	m->next = turn->cycle;
	m->told.doubt = adds ? PAST_END_UNKNOWN : m->lost ? PAST_OUTCOME_LOST : PAST_SURE;
	if (!adds)
		m->told.ended = *turn;
}

int members_stood(struct members *members, const struct member_now *drift, int64_t ended_s, bool adds, struct err *err)
{
	const bool begun = drift->turn.at_s <= members->at_s, over = ended_s <= members->at_s;
	struct membership *m;
	if (begun && !over) {
		int code = find_or_add(members, drift, 0, &m, err);
		if (code == 0)
			stand(members, m, &drift->turn, adds);
		return code;
	}
	m = match(members, drift, 0);
	if (m != NULL && !begun)
		comes_next(m, &drift->turn, adds);
	else if (m != NULL && !adds)
		was_out(m, &drift->turn);
	return 0;
}

void members_stood_gone(struct members *members, const struct member_now *gone, int64_t ended_s)
{
	if (gone->turn.at_s > members->at_s || ended_s <= members->at_s)
		return;
	for (size_t i = 0; i < members->count; i++)
		if (is_about(&members->at[i], gone) && members->at[i].open)
			stand(members, &members->at[i], &gone->turn, false);
}

/* ---- the answer ------------------------------------------------------------------------------------- */

static enum past_state settle(struct membership *m, bool is_now)
{
	enum past_doubt *doubt = &m->told.doubt;
	if (*doubt == PAST_SURE && m->lost && !m->passed)
		*doubt = PAST_OUTCOME_LOST;
	if (*doubt == PAST_SURE && m->open && !m->passed && !m->owned)
		*doubt = PAST_END_UNKNOWN;
	if (is_now && !m->pending && (*doubt == PAST_END_UNKNOWN || *doubt == PAST_OUTCOME_LOST)) {
		*doubt = PAST_SURE;
		return PAST_ABSENT;
	}
	if (*doubt != PAST_SURE)
		return PAST_UNSURE;
	return m->open ? PAST_PRESENT : PAST_ABSENT;
}

static int compare(const void *a, const void *b)
{
	const struct past_member *left = &((const struct membership *)a)->told,
				 *right = &((const struct membership *)b)->told;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	if (left->role != right->role)
		return left->role < right->role ? -1 : 1;
	int order = text_compare(left->name, right->name);
	return order != 0 ? order : text_compare(left->value, right->value);
}

void members_settle(struct members *members, int64_t ends_s)
{
	for (size_t i = 0; i < members->count; i++) {
		struct membership *m = &members->at[i];
		m->told.state = settle(m, members->at_s >= ends_s);
		if (m->told.state == PAST_PRESENT && !m->passed && m->told.ended.at_s <= members->at_s)
			m->told.ended = (struct past_turn){.cycle = 0};
	}
	if (members->count > 1)
		qsort(members->at, members->count, sizeof(*members->at), compare);
}
