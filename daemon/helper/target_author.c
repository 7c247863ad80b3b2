/* SPDX-License-Identifier: EUPL-1.2 */
/* target_author.c - see target_author.h. The attributes are those of slapo-accesslog(5). */
#include "helper/target_author.h"

#include "base/escape.h"
#include "helper/helper.h"
#include "ldap/choice.h"
#include "ldap/deadline.h"
#include "ldap/search.h"
#include "model/date.h"
#include "model/dn.h"

#define RECORDS_MAX 5000 /* a server may refuse to be asked for a limit above its own */
#define SECONDS_MAX 10

struct looking {
	struct author_question question;
	const char *member; /* the attribute that holds members; NULL: not configured */
	struct buf dn;      /* of the newest author so far */
	char start[GENERALIZED_TIME_SIZE + 16];
	int64_t at_s;
	uint32_t records;
	bool found, no_memory;
};

/* What one record says. */
struct told {
	struct text author;
	struct text start;
	bool put_in, taken_out, replaced;
};

/* "member:+ uid=an,ou=people", "member:- ...", "member:= ..."; "member:-" and "member:=" alone: every value. */
static void hear_change(struct looking *l, struct text change, struct told *told)
{
	struct text name, rest;
	if (!text_split(change, ':', &name, &rest) || !text_equal_nocase(name, text_of(l->member)) || rest.len == 0)
		return;
	struct text value = text_trim(text_make(rest.at + 1, rest.len - 1));
	bool same = false;
	if (!text_is_empty(value) && dn_equal(value, l->question.value, &same) < 0)
		l->no_memory = true;
	told->put_in |= same && (rest.at[0] == '+' || rest.at[0] == '=');
	told->taken_out |= rest.at[0] == '-' && (same || text_is_empty(value));
	told->replaced |= rest.at[0] == '=';
}

static void hear_attribute(struct looking *l, struct text name, const struct berval *values, struct told *told)
{
	bool changes = text_equal_nocase(name, text_of("reqMod"));
	for (; values != NULL && values->bv_val != NULL; values++) {
		struct text value = text_make(values->bv_val, values->bv_len);
		if (changes)
			hear_change(l, value, told);
		else if (text_equal_nocase(name, text_of("reqAuthzID")))
			told->author = value;
		else if (text_equal_nocase(name, text_of("reqStart")))
			told->start = value;
	}
}

static bool fits(const struct looking *l, const struct told *told)
{
	if (text_is_empty(l->question.value))
		return true; /* the filter said it */
	return l->question.added ? told->put_in : told->taken_out || (told->replaced && !told->put_in);
}

/* Starts of one server have one width: the later one is the larger text. */
static int keep_if_newer(struct looking *l, const struct told *told, struct err *err)
{
	int64_t at_s;
	bool newer = !l->found || text_compare(told->start, text_of(l->start)) > 0;
	if (!newer || text_is_empty(told->start) || told->start.len >= sizeof(l->start) ||
	    !instant_parse(told->start, &at_s))
		return 0;
	l->found = true;
	l->at_s = at_s;
	memcpy(l->start, told->start.at, told->start.len);
	l->start[told->start.len] = '\0';
	buf_clear(&l->dn);
	buf_add_text(&l->dn, told->author);
	return buf_failed(&l->dn) ? err_nomem(err) : 0;
}

static int on_record(void *ctx, struct search_entry *from, struct err *err)
{
	struct looking *l = ctx;
	struct told told = {0};
	struct text name, options;
	struct berval *values;
	int more;
	if (l->records++ == RECORDS_MAX)
		return err_set(err, ERR_LIMIT, "too many changes");
	while ((more = search_entry_next(from, &name, &options, &values, err)) > 0)
		hear_attribute(l, name, values, &told);
	if (l->no_memory)
		return err_nomem(err);
	if (more < 0 || text_is_empty(told.author) || !fits(l, &told))
		return more;
	return keep_if_newer(l, &told, err);
}

/* ---- the search ----------------------------------------------------------------------------------- */

static void build_filter(const struct author_question *question, struct buf *filter)
{
	bool whole = text_is_empty(question->value);
	buf_add_string(filter, !whole            ? "(&(|(objectClass=auditModify)(objectClass=auditAdd))"
			       : question->added ? "(&(objectClass=auditAdd)"
						 : "(&(objectClass=auditDelete)");
	buf_add_string(filter, "(reqResult=0)(reqDN=");
	escape_filter(filter, question->dn);
	buf_add_string(filter, "))");
}

static int search_log(struct looking *l, const struct target_settings *set, const char *filter, struct err *err)
{
	static const char *const attributes[] = {"reqMod", "reqAuthzID", "reqStart", NULL};
	const struct search search = {.base = set->accesslog_base,
				      .scope = LDAP_SCOPE_ONELEVEL,
				      .filter = filter,
				      .attributes = attributes,
				      .max_s = SECONDS_MAX,
				      .each = on_record,
				      .ctx = l};
	struct ldap_connection *conn = NULL;
	struct search_proof proof;
	int code = ldap_choice_open(&set->connection, &conn, NULL, err);
	if (code == 0)
		code = search_run(conn, &search, &proof, err);
	ldap_connection_close(conn);
	deadline_off();
	return code;
}

/* Half a log may end before the change that is looked for: then nobody is named. */
static int look(struct looking *l, const struct target_settings *set, struct err *err)
{
	struct err why = {0};
	struct buf filter;
	buf_init(&filter);
	build_filter(&l->question, &filter);
	int code = buf_failed(&filter) ? ERR_NOMEM : search_log(l, set, buf_string(&filter), &why);
	buf_done(&filter);
	l->found &= code == 0;
	return code == ERR_NOMEM ? err_nomem(err) : 0;
}

static int answer(struct channel *channel, const struct looking *l, struct err *err)
{
	const struct author author = {
		.found = l->found, .at_s = l->at_s, .dn = l->found ? buf_text(&l->dn) : text_of(NULL)};
	struct buf body;
	buf_init(&body);
	author_encode(&body, &author);
	int code = buf_failed(&body) ? err_nomem(err) : helper_send(channel, M_AUTHORED, &body, err);
	buf_done(&body);
	return code;
}

int target_author(struct channel *channel, const struct target_settings *set, const void *body, size_t len,
		  struct err *err)
{
	struct looking l = {.member = attribute_of(&set->map, FIELD_MEMBER)};
	int code = author_question_decode(body, len, &l.question, err);
	if (code < 0)
		return code;
	buf_init(&l.dn);
	if (set->accesslog_base[0] != '\0')
		code = look(&l, set, err);
	if (code == 0)
		code = answer(channel, &l, err);
	buf_done(&l.dn);
	return code;
}
