/* SPDX-License-Identifier: EUPL-1.2 */
/* word_past.c - see word_parts.h: what an undo set, and directives that past knows in force and the target does not show any more. */
#include "core/word_parts.h"

/* What an undo gave back stands whatever the source says of it; whom and where must be clear. */
static bool can_be_given(struct hearing *h, uint32_t person, uint32_t number)
{
	struct desired_institution *institution = hearing_institution(h, number);
	if (institution == NULL || institution->ambiguous || hearing_identify(h, person) != R_GRANTED)
		return false;
	institution->kept |= !institution->admitted;
	return true;
}

/* Who lost the right is not in a filtered read. The ledger still knows the value that was the person's, and with it the
 * entry in the target, which knows the vo-id to ask for. */
static int ask_for_owner(struct hearing *h, const struct uuid *person)
{
	const struct past *past = h->in->past;
	for (size_t i = 0; i < past->owned_count; i++) {
		const struct owned_value *owned = &past->owned[i];
		if (owned->state == 0 || !uuid_equal(&owned->source, person))
			continue;
		uint32_t at = target_person_by_key(h->in->target, owned->key);
		struct text vo_id = text_of(NULL);
		if (at != NONE)
			vo_id = text_trim(entry_value(h->in->target->people[at].entry, FIELD_VO_ID));
		if (vo_id_is_usable(vo_id))
			return hearing_ask(h, vo_id);
	}
	return 0;
}

static int hear_pin(struct hearing *h, const struct past_pin *pin)
{
	const struct word word = {.person = source_person_by_uuid(h->in->source, &pin->person),
				  .number = pin->number,
				  .role = pin->role,
				  .reason = pin->present ? R_UNDONE_GIVEN : R_UNDONE_TAKEN,
				  .cycle = pin->cycle,
				  .until_s = pin->until_s};
	if (pin->until_s <= h->in->now_s || pin->role >= h->in->settings->role_count)
		return 0;
	hearing_next(h, pin->until_s);
	if (word.person == NONE)
		return pin->present ? ask_for_owner(h, &pin->person) : 0;
	if (pin->present && !can_be_given(h, word.person, pin->number))
		return 0;
	return hearing_word(h, &word);
}

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
	for (size_t i = 0; rc == 0 && i < past->directive_count; i++) {
		const struct past_directive *d = &past->directives[i];
		if (!h->shown[i])
			rc = d->kind == DIRECTIVE_REQUEST ? keep_request(h, d) : keep_override(h, d);
	}
	return rc;
}
