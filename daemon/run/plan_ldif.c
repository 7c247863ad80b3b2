/* SPDX-License-Identifier: EUPL-1.2 */
/* plan_ldif.c - see plan_ldif.h. */
#include "run/plan_ldif.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/language.h"
#include "wire/record.h"

#define PAGE_BYTES                                                                                                     \
	(256 * 1024) /* a page ends behind the operation that reaches it, which may have COMPOSE_VALUES_MAX values */

static const char head[] = "version: 1\n"
			   "# What duaalsyncd would write now: changes that are held are not among them.\n"
			   "# The daemon itself changes an entry only while it stands there as it was read (RFC 4528); "
			   "ldapmodify does not ask for that.\n";

/* ---- LDIF ------------------------------------------------------------------------------------------ */

/* A SAFE-STRING; one that ends in a blank is none either, so that no editor can take it away. */
static bool is_safe(struct text value)
{
	if (value.len == 0)
		return true;
	if (value.at[0] == ' ' || value.at[0] == ':' || value.at[0] == '<' || value.at[value.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] < ' ' || value.at[i] > '~')
			return false;
	return true;
}

static int put_base64(struct buf *out, struct text value, struct err *err)
{
	size_t size = sodium_base64_ENCODED_LEN(value.len, sodium_base64_VARIANT_ORIGINAL);
	char *encoded = malloc(size);
	if (encoded == NULL)
		return err_nomem(err);
	sodium_bin2base64(encoded, size, (const unsigned char *)value.at, value.len, sodium_base64_VARIANT_ORIGINAL);
	buf_add_string(out, encoded);
	free(encoded);
	return 0;
}

/* "name: value", or "name:: base64". */
static int put_line(struct buf *out, const char *name, struct text value, struct err *err)
{
	int r = 0;
	bool safe = is_safe(value);
	buf_format(out, "%s:%s ", name, safe ? "" : ":");
	if (safe)
		buf_add_text(out, value);
	else
		r = put_base64(out, value, err);
	buf_add_char(out, '\n');
	return r;
}

static int put_values(struct buf *out, const char *name, uint32_t count, struct text values, struct err *err)
{
	struct record_in in;
	int r = 0;
	record_read(&in, values.at, values.len);
	for (uint32_t i = 0; i < count && r == 0; i++)
		r = put_line(out, name, record_get_text(&in), err);
	return r;
}

/* 1: one change of an attribute; 0: there are no more. */
static int put_mod(struct buf *out, const struct target_settings *set, const struct write *write,
		   struct mod_cursor *cursor, struct err *err)
{
	enum mod_kind kind;
	enum field field;
	uint32_t count;
	struct text values;
	int more = write_next_mod(cursor, &kind, &field, &count, &values, err);
	if (more <= 0)
		return more;
	const char *name = attribute_of(&set->map, field);
	if (name == NULL)
		return err_set(err, ERR_INVALID, "an attribute of the target is not configured (field %d)", (int)field);
	if (write->kind == WRITE_MODIFY)
		buf_format(out, "%s: %s\n", kind == MOD_ADD ? "add" : "delete", name);
	int r = put_values(out, name, count, values, err);
	if (write->kind == WRITE_MODIFY)
		buf_add_string(out, "-\n");
	return r < 0 ? r : 1;
}

static int put_write(struct buf *out, const struct target_settings *set, const struct write *write, struct err *err)
{
	static const char *const types[] = {[WRITE_ADD] = "add", [WRITE_MODIFY] = "modify", [WRITE_DELETE] = "delete"};
	const char *const *classes = write->kind == WRITE_ADD ? target_classes_of(set, write->entry_kind) : NULL;
	struct mod_cursor cursor = {write->mods};
	int more = put_line(out, "dn", write->dn, err);
	buf_format(out, "changetype: %s\n", types[write->kind]);
	for (; classes != NULL && *classes != NULL; classes++)
		buf_format(out, "objectClass: %s\n", *classes);
	for (more = more < 0 ? more : 1; more > 0;)
		more = put_mod(out, set, write, &cursor, err);
	return more;
}

/* ---- operations ------------------------------------------------------------------------------------ */

static bool skips_nothing(void *ctx, uint32_t change)
{
	(void)ctx, (void)change;
	return false;
}

static int begin(struct plan_ldif *l, const struct thought *thought, struct err *err)
{
	plan_ldif_done(l);
	l->groups = compose_groups(thought->plan_input.target);
	if (l->groups == NULL)
		return err_nomem(err);
	l->thought = thought->number;
	l->compose = (struct compose){.groups = l->groups, .skip = skips_nothing};
	compose_start(&l->compose, thought, PHASE_REVOKE);
	return 0;
}

static uint32_t count_taken(const struct compose *c, uint32_t first, uint32_t count)
{
	uint32_t n = 0;
	for (uint32_t i = first; i < first + count; i++)
		n += compose_takes(c, i);
	return n;
}

static int put_operation(struct plan_ldif *l, const struct target_settings *set, const struct operation *op,
			 struct text record, struct buf *out, struct err *err)
{
	struct write write;
	const struct change *c = &l->compose.thought->plan->changes[op->first];
	int r = write_decode(record.at, record.len, &write, err);
	if (r < 0)
		return r;
	compose_move_on(&l->compose, l->groups, op);
	l->composed += count_taken(&l->compose, op->first, op->count) +
		       count_taken(&l->compose, op->first_grant, op->grant_count);
	buf_format(out, "\n# %s: %s\n",
		   op->deletes ? change_kind_name(CHANGE_GROUP_DELETE) : change_kind_name((enum change_kind)c->kind),
		   reason_sentence((enum reason)c->reason));
	return put_write(out, set, &write, err);
}

/* What needs another look first: it is composed when that was written and read again. */
static void put_end(const struct plan_ldif *l, struct buf *out)
{
	uint32_t go = l->compose.thought->verdict.go;
	if (go > l->composed)
		buf_format(out, "\n# Of %u changes %u follow when these were written and read again.\n", go,
			   go - l->composed);
}

static int put_page(struct plan_ldif *l, const struct target_settings *set, struct buf *record, struct buf *out,
		    struct err *err)
{
	while (l->phase < PHASES && out->len < PAGE_BYTES) {
		struct operation op = {.id = 0};
		buf_clear(record);
		int r = compose_next(&l->compose, &op, record, err);
		if (r > 0)
			r = put_operation(l, set, &op, buf_text(record), out, err);
		else if (r == 0 && ++l->phase < PHASES)
			compose_start(&l->compose, l->compose.thought, l->phase);
		if (r < 0)
			return r;
	}
	return 0;
}

int plan_ldif_page(struct plan_ldif *l, const struct thought *thought, const struct target_settings *set, uint64_t page,
		   struct buf *out, uint64_t *ret_next, struct err *err)
{
	struct buf record;
	int r = page == 0 ? begin(l, thought, err) : 0;
	if (r == 0 && (l->thought != thought->number || l->page != page))
		r = err_set(
			err, ERR_CONFLICT,
			N_("the plan is another one now, or somebody else reads it: ask for it again from its begin"));
	if (r < 0)
		return r;
	if (page == 0)
		buf_add_string(out, head);
	buf_init(&record);
	r = put_page(l, set, &record, out, err);
	bool over = l->phase == PHASES;
	if (r == 0 && over)
		put_end(l, out);
	if (r == 0 && (buf_failed(out) || buf_failed(&record)))
		r = err_nomem(err);
	buf_done(&record);
	l->page = page + 1;
	*ret_next = over ? 0 : l->page;
	if (r < 0 || over)
		plan_ldif_done(l);
	return r;
}

void plan_ldif_done(struct plan_ldif *l)
{
	free(l->groups);
	*l = (struct plan_ldif){.thought = 0};
}
