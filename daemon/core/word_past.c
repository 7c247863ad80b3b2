/* SPDX-License-Identifier: EUPL-1.2 */
/* word_past.c - see word_parts.h: what an undo set, and directives that past knows in force and the target does not show any more. */
#include "core/word_parts.h"

#include <stdlib.h>

#include "base/search.h"

/* What an undo gave back stands whatever the source says of it; whom and where must be clear. */
static bool can_be_given(struct hearing *h, uint32_t person, uint32_t number)
{
	struct desired_institution *institution = hearing_institution(h, number);
	if (institution == NULL || institution->ambiguous || hearing_identify(h, person) != R_GRANTED)
		return false;
	institution->kept |= !institution->admitted;
	return true;
}

static bool counts(const struct hearing *h, const struct past_pin *pin)
{
	return pin->until_s > h->in->now_s && pin->role < h->in->settings->role_count;
}

/* ---- whom an undo gave back, and the source does not show ------------------------------------------ */

/* Somebody to be asked for. */
struct missing {
	struct uuid person;
	bool asked;
};

struct missing_list {
	struct missing *at; /* by person, a person may be there twice */
	uint32_t count;
};

static int compare_missing(const void *a, const void *b)
{
	const struct missing *left = a, *right = b;
	return uuid_compare(&left->person, &right->person);
}

static void list_missing(const struct hearing *h, struct missing_list *list)
{
	const struct past *past = h->in->past;
	for (size_t i = 0; i < past->pin_count; i++) {
		const struct past_pin *pin = &past->pins[i];
		if (counts(h, pin) && pin->present && source_person_by_uuid(h->in->source, &pin->person) == NONE)
			list->at[list->count++] = (struct missing){.person = pin->person};
	}
	if (list->count > 1)
		qsort(list->at, list->count, sizeof(*list->at), compare_missing);
}

static struct missing *find_missing(const struct missing_list *list, const struct uuid *person)
{
	uint32_t at;
	LOWER_BOUND(at, 0, list->count, uuid_compare(&list->at[at].person, person) < 0);
	return at < list->count && uuid_equal(&list->at[at].person, person) ? &list->at[at] : NULL;
}

static int ask_for_owner(struct hearing *h, const struct missing_list *list, const struct owned_value *owned)
{
	struct missing *missing = owned->state == 0 ? NULL : find_missing(list, &owned->source);
	if (missing == NULL || missing->asked)
		return 0;
	uint32_t at = target_person_by_key(h->in->target, owned->key);
	struct text vo_id = text_of(NULL);
	if (at != NONE)
		vo_id = text_trim(entry_value(h->in->target->people[at].entry, FIELD_VO_ID));
	missing->asked = vo_id_is_usable(vo_id);
	return missing->asked ? hearing_ask(h, vo_id) : 0;
}

/* Who lost the right is not in a filtered read. The ledger still knows the value that was the person's, and with it the
 * entry in the target, which knows the vo-id to ask for. One walk over the values, however many are missing. */
static int ask_for_missing(struct hearing *h)
{
	const struct past *past = h->in->past;
	struct missing_list list = {.at = calloc(past->pin_count + 1, sizeof(*list.at))};
	if (list.at == NULL)
		return ERR_NOMEM;
	list_missing(h, &list);
	int rc = 0;
	for (size_t i = 0; rc == 0 && list.count > 0 && i < past->owned_count; i++)
		rc = ask_for_owner(h, &list, &past->owned[i]);
	free(list.at);
	return rc;
}

/* ---- what an undo set ------------------------------------------------------------------------------ */

static int hear_pin(struct hearing *h, const struct past_pin *pin)
{
	const struct word word = {.person = source_person_by_uuid(h->in->source, &pin->person),
				  .number = pin->number,
				  .role = pin->role,
				  .reason = pin->present ? R_UNDONE_GIVEN : R_UNDONE_TAKEN,
				  .cycle = pin->cycle,
				  .until_s = pin->until_s};
	if (!counts(h, pin))
		return 0;
	hearing_next(h, pin->until_s);
	if (word.person == NONE)
		return 0;
	if (pin->present && !can_be_given(h, word.person, pin->number))
		return 0;
	return hearing_word(h, &word);
}

/* ---- directives that are gone ---------------------------------------------------------------------- */

static int keep_request(struct hearing *h, const struct past_directive *d)
{
	struct desired_institution *institution = hearing_institution(h, d->number);
	bool lapsed = d->until_s <= h->in->now_s;
	if ((institution != NULL && institution->admitted) || !hearing_has_members(h, d->number))
		return 0;
	if (institution != NULL) {
		institution->request_vanished |= !lapsed;
		institution->request_lapsed |= lapsed && directive_was_announced(h->in, d->since_s, d->until_s);
	}
	hearing_next(h, d->until_s);
	return hearing_directive(h, d);
}

/* The same content stands there as another entry. */
static bool is_there_again(const struct hearing *h, const struct past_directive *d, uint32_t person)
{
	for (size_t i = 0; i < h->word_count; i++) {
		const struct word *word = &h->words[i];
		bool exclude = word->reason == R_EXCLUDED, kind = exclude == (d->kind == DIRECTIVE_EXCLUDE);
		if (kind && word->entry != NULL && word->reason != R_INCLUDE_LAPSED && word->person == person &&
		    word->number == d->number && word->role == d->role)
			return true;
	}
	return false;
}

static int keep_override(struct hearing *h, const struct past_directive *d)
{
	uint32_t person = source_person_by_uuid(h->in->source, &d->person);
	bool lapsed = d->until_s <= h->in->now_s, include = d->kind == DIRECTIVE_INCLUDE;
	struct word word = {.person = person,
			    .number = d->number,
			    .role = d->role,
			    .returns = !include,
			    .reason = R_NONE,
			    .until_s = d->until_s,
			    .since_s = d->since_s,
			    .uuid = d->uuid};
	if (include)
		word.reason = lapsed ? R_INCLUDE_LAPSED : R_DIRECTIVE_VANISHED;
	if ((lapsed && !include) || hearing_is_member(h, d, person) != include ||
	    (person != NONE && is_there_again(h, d, person)))
		return 0;
	hearing_next(h, d->until_s);
	if (person != NONE && hearing_word(h, &word) < 0)
		return ERR_NOMEM;
	return hearing_directive(h, d);
}

int words_hear_past(struct hearing *h)
{
	const struct past *past = h->in->past;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < past->pin_count; i++)
		rc = hear_pin(h, &past->pins[i]);
	if (rc == 0)
		rc = ask_for_missing(h);
	for (size_t i = 0; rc == 0 && i < past->directive_count; i++) {
		const struct past_directive *d = &past->directives[i];
		if (!h->shown[i])
			rc = d->kind == DIRECTIVE_REQUEST ? keep_request(h, d) : keep_override(h, d);
	}
	return rc;
}
