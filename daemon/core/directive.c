/* SPDX-License-Identifier: EUPL-1.2 */
/* directive.c - see directive.h. */
#include "core/directive.h"

#include "core/judge.h"

static bool single(const struct entry *entry, enum field field, struct text *value)
{
	*value = text_trim(entry_value(entry, field));
	return entry_count(entry, field) == 1;
}

static bool read_number(const struct entry *entry, uint32_t *ret)
{
	struct text value;
	return single(entry, FIELD_NUMBER, &value) && number_parse(value, ret);
}

static bool read_until(const struct entry *entry, int64_t *ret)
{
	struct text value;
	return single(entry, FIELD_VALID_UNTIL, &value) && instant_parse(value, ret);
}

/* An override or a group that stands among the requests asks for nothing, and casts no doubt on who did. */
static bool is_about_people(const struct entry *entry)
{
	return entry_has(entry, FIELD_VO_ID) || entry_has(entry, FIELD_ROLE) || entry_has(entry, FIELD_EFFECT);
}

void request_read(const struct policy_input *in, const struct entry *entry, struct request *ret)
{
	*ret = (struct request){.reason = R_REQUEST_MALFORMED, .until_s = INT64_MAX, .entry = entry};
	if (is_about_people(entry) || !read_number(entry, &ret->number) ||
	    (entry_has(entry, FIELD_VALID_UNTIL) && !read_until(entry, &ret->until_s)))
		return;
	ret->reason = in->now_s < ret->until_s ? R_ADMITTED_REQUEST : R_REQUEST_LAPSED;
}

/* ---- overrides ----------------------------------------------------------------------------------- */

static enum reason read_effect(const struct entry *entry)
{
	struct text word;
	if (!single(entry, FIELD_EFFECT, &word))
		return R_OVERRIDE_MALFORMED;
	if (text_equal_nocase(word, text_of("include")))
		return R_INCLUDED;
	return text_equal_nocase(word, text_of("exclude")) ? R_EXCLUDED : R_OVERRIDE_MALFORMED;
}

/* When the server says that it was written; now, where it does not tell. */
static int64_t written_at(const struct policy_input *in, const struct entry *entry)
{
	struct text value;
	int64_t at_s;
	return single(entry, FIELD_MODIFY_TIMESTAMP, &value) && instant_parse(value, &at_s) ? at_s : in->now_s;
}

static bool is_too_long(const struct policy_input *in, const struct override *override)
{
	return override->until_s - written_at(in, override->entry) > in->settings->override_max_s;
}

static bool read_all(struct override *ret, struct text *role)
{
	ret->reason = read_effect(ret->entry);
	bool number = read_number(ret->entry, &ret->number), until = read_until(ret->entry, &ret->until_s);
	bool who = single(ret->entry, FIELD_VO_ID, &ret->vo_id) && vo_id_is_usable(ret->vo_id);
	bool where = single(ret->entry, FIELD_ROLE, role);
	return number && until && who && where && ret->reason != R_OVERRIDE_MALFORMED;
}

void override_read(const struct policy_input *in, const struct entry *entry, struct override *ret)
{
	struct text role;
	*ret = (struct override){.until_s = INT64_MAX, .entry = entry};
	bool readable = read_all(ret, &role);
	ret->role = role_find(in->settings, role);
	if (!readable)
		ret->reason = R_OVERRIDE_MALFORMED;
	else if (ret->role == ROLE_NONE)
		ret->reason = R_OVERRIDE_ROLE_UNKNOWN;
	else if (ret->until_s <= in->now_s)
		ret->lapsed = true;
	else if (is_too_long(in, ret))
		ret->reason = R_OVERRIDE_TOO_LONG;
}

bool directive_was_announced(const struct policy_input *in, int64_t since_s, int64_t until_s)
{
	return since_s < until_s && since_s <= in->now_s - in->settings->scheduled_notice_s;
}
