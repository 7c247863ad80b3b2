/* SPDX-License-Identifier: EUPL-1.2 */
/* source_number.c - may the source be searched by national number, and may it not be read? See source_session.h. */
#include "helper/source_session.h"

#define ENOUGH ERR_LIMIT /* ends the search: one is proof */

struct look {
	bool searched, read;
};

static int take(void *ctx, struct search_entry *from, struct err *err)
{
	struct look *look = ctx;
	struct text attribute, options;
	struct berval *values;
	int more = search_entry_next(from, &attribute, &options, &values, err);
	look->searched = true;
	look->read = more > 0;
	return more < 0 ? more : err_set(err, ENOUGH, "one is enough");
}

int source_number_look(const struct source_session *s, bool *ret_searched, bool *ret_read, struct err *err)
{
	const struct search_settings *people = &s->set->people;
	const char *const attributes[] = {s->set->national_number, NULL};
	struct look look = {0};
	struct search_proof proof = {0};
	struct buf filter;
	buf_init(&filter);
	buf_format(&filter, "(&%s(%s=*))", people->filter, s->set->national_number);
	const struct search search = {.base = people->base,
				      .scope = people->one_level ? LDAP_SCOPE_ONELEVEL : LDAP_SCOPE_SUBTREE,
				      .filter = buf_string(&filter),
				      .attributes = attributes,
				      .types_only = true, /* no number comes here, whatever may be read */
				      .each = take,
				      .ctx = &look};
	int code = buf_failed(&filter) ? err_nomem(err) : search_run(s->conn, &search, &proof, err);
	buf_done(&filter);
	*ret_searched = look.searched;
	*ret_read = look.read;
	return look.searched && code == ENOUGH ? 0 : code;
}
