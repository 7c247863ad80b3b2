/* SPDX-License-Identifier: EUPL-1.2 */
/* directive.c - see directive.h. */
#include "run/directive.h"

#include <sodium.h>

#include "model/date.h"
#include "model/dn.h"
#include "model/number.h"
#include "wire/message.h"

/* ---- which of them stand there ------------------------------------------------------------------- */

static struct text value_of(const struct entry *entry, enum field field)
{
	return text_trim(entry_value(entry, field));
}

static bool is_about(const struct run_config *config, const struct entry *entry, const struct directive_key *key)
{
	uint32_t number;
	if (!number_parse(entry_value(entry, FIELD_NUMBER), &number) || number != key->number)
		return false;
	if (key->request)
		return true;
	return key->role < config->policy->role_count &&
	       text_equal_nocase(value_of(entry, FIELD_ROLE), text_of(config->policy->roles[key->role].name)) &&
	       text_equal_nocase(value_of(entry, FIELD_VO_ID), key->vo_id);
}

const struct entry *directive_next(const struct run_config *config, const struct target_snapshot *target,
				   const struct directive_key *key, uint32_t *at)
{
	struct entry *const *entries = key->request ? target->requests : target->overrides;
	uint32_t count = key->request ? target->request_count : target->override_count;
	while (*at < count) {
		const struct entry *entry = entries[(*at)++];
		if (is_about(config, entry, key))
			return entry;
	}
	return NULL;
}

bool directive_is_ours(const struct run_config *config, const struct entry *entry)
{
	return entry_has_value(entry, FIELD_MANAGED_BY, text_of(config->names->instance));
}

bool directive_has_lapsed(const struct entry *entry, int64_t now_s)
{
	int64_t until_s;
	return instant_parse(value_of(entry, FIELD_VALID_UNTIL), &until_s) && until_s <= now_s;
}

void directive_dn(const struct run_config *config, const struct entry *entry, struct buf *out)
{
	entry_dn(entry, target_names_base(config->names, (enum entry_kind)entry->kind), out);
}

/* ---- the operations ------------------------------------------------------------------------------ */

static struct text base_of(const struct run_config *config, const struct directive_key *key)
{
	return text_of(key->request ? config->names->requests : config->names->overrides);
}

/* A request has a plain name, which an administrator finds, as long as nobody else's entry is about the same. */
void directive_new_name(const struct run_config *config, const struct target_snapshot *target,
			const struct directive_key *key, struct buf *out)
{
	uint32_t at = 0;
	bool unique = !key->request || directive_next(config, target, key, &at) != NULL;
	buf_format(out, "%s-%u", key->request ? "request" : "override", key->number);
	if (!key->request)
		buf_format(out, "-%s", config->policy->roles[key->role].name);
	if (unique)
		buf_format(out, "-%08x", randombytes_random());
}

void directive_named_dn(const struct run_config *config, const struct directive_key *key, struct text name,
			struct buf *out)
{
	dn_add_rdn(out, config->names->directive_rdn, name);
	buf_add_char(out, ',');
	buf_add_text(out, base_of(config, key));
}

static int put(struct buf *out, const struct entry *there, enum field field, struct text value)
{
	struct text old = there != NULL ? entry_value(there, field) : text_of(NULL);
	if (text_equal(old, value))
		return 0;
	if (old.len > 0) {
		write_mod(out, MOD_DELETE, field, 1);
		write_value(out, old);
	}
	if (value.len > 0) {
		write_mod(out, MOD_ADD, field, 1);
		write_value(out, value);
	}
	return 1;
}

static int put_text(struct buf *out, const struct directive_key *key, const struct entry *there,
		    const struct directive_text *text)
{
	char until[GENERALIZED_TIME_SIZE] = "";
	int64_t there_s;
	int moved = put(out, there, FIELD_REASON, text->reason);
	moved |= put(out, there, FIELD_OWNER, text->owner);
	if (text->until_s > 0)
		instant_format(text->until_s, until);
	bool same = there != NULL && instant_parse(entry_value(there, FIELD_VALID_UNTIL), &there_s) &&
		    there_s == text->until_s; /* spelt differently */
	if (!same)
		moved |= put(out, there, FIELD_VALID_UNTIL, text_of(until));
	if (!key->request)
		moved |= put(out, there, FIELD_EFFECT, text_of(text->exclude ? "exclude" : "include"));
	return moved;
}

void directive_compose_add(const struct run_config *config, const struct directive_key *key, struct text name,
			   const struct directive_text *text, struct buf *out)
{
	char number[16];
	struct buf dn;
	buf_init(&dn);
	directive_named_dn(config, key, name, &dn);
	const struct write write = {
		.kind = WRITE_ADD, .entry_kind = key->request ? ENTRY_REQUEST : ENTRY_OVERRIDE, .dn = buf_text(&dn)};
	snprintf(number, sizeof number, "%u", key->number);
	write_encode(out, &write);
	out->failed = out->failed || buf_failed(&dn);
	buf_done(&dn);
	put(out, NULL, FIELD_CN, name);
	put(out, NULL, FIELD_MANAGED_BY, text_of(config->names->instance));
	put(out, NULL, FIELD_NUMBER, text_of(number));
	if (!key->request) {
		put(out, NULL, FIELD_ROLE, text_of(config->policy->roles[key->role].name));
		put(out, NULL, FIELD_VO_ID, key->vo_id);
	}
	put_text(out, key, NULL, text);
}

static void begin_change(const struct run_config *config, enum write_kind kind, const struct entry *there,
			 struct buf *out)
{
	struct buf dn;
	buf_init(&dn);
	directive_dn(config, there, &dn);
	const struct write write = {.kind = kind,
				    .entry_kind = (enum entry_kind)there->kind,
				    .uuid = there->uuid,
				    .csn = there->csn,
				    .dn = buf_text(&dn)};
	write_encode(out, &write);
	out->failed = out->failed || buf_failed(&dn);
	buf_done(&dn);
}

int directive_compose_modify(const struct run_config *config, const struct directive_key *key,
			     const struct entry *there, const struct directive_text *text, struct buf *out)
{
	begin_change(config, WRITE_MODIFY, there, out);
	return put_text(out, key, there, text);
}

void directive_compose_delete(const struct run_config *config, const struct entry *there, struct buf *out)
{
	begin_change(config, WRITE_DELETE, there, out);
}
