/* SPDX-License-Identifier: EUPL-1.2 */
/* examine_write.c - see examine.h: may this identity write, found out without writing. */
#include <sys/time.h>

#include "base/escape.h"
#include "ldap/connection_parts.h"
#include "ldap/deadline.h"
#include "ldap/examine.h"
#include "ldap/write_assert.h"

#define SEARCH_S 30

struct trial {
	struct ldap_connection *conn;
	const char *attribute, *below;
	struct buf absent; /* a value that no entry has */
	bool asserts;
	struct write_trial *ret;
};

static int count_result(struct trial *t, int result, struct text dn)
{
	t->ret->tried++;
	if (result == LDAP_TYPE_OR_VALUE_EXISTS)
		t->ret->allowed++;
	else if (result == LDAP_ASSERTION_FAILED || result == LDAP_NO_SUCH_OBJECT || result == LDAP_NO_SUCH_ATTRIBUTE)
		t->ret->changed++;
	else if (result == LDAP_INSUFFICIENT_ACCESS)
		t->ret->denied++;
	else if (result == LDAP_SUCCESS)
		t->ret->written++;
	else
		t->ret->other = result;
	if (result == LDAP_SUCCESS || result == LDAP_INSUFFICIENT_ACCESS || result == t->ret->other)
		(void)escape_short(t->ret->dn, sizeof(t->ret->dn), dn);
	return 0;
}

/* The assertion names the value itself, so that a value that has gone is not put back by this. */
static int assertion_of(struct trial *t, const struct berval *value, struct text dn, LDAPControl *ret, struct err *err)
{
	struct buf filter;
	buf_init(&filter);
	buf_format(&filter, "(|(%s=", t->attribute);
	escape_filter(&filter, text_make(value->bv_val, value->bv_len));
	buf_add_string(&filter, ")(!(entryDN=");
	escape_filter(&filter, dn);
	buf_add_string(&filter, ")))");
	int code = buf_failed(&filter) ? err_nomem(err)
				       : write_assert_control(t->conn->handle, buf_string(&filter), ret, err);
	buf_done(&filter);
	return code;
}

static int try_value(struct trial *t, const char *dn, struct berval *value, struct err *err)
{
	struct berval none = {.bv_val = (char *)t->absent.at, .bv_len = t->absent.len};
	struct berval *values[] = {value, NULL}, *nones[] = {&none, NULL};
	LDAPMod add = {.mod_op = LDAP_MOD_ADD | LDAP_MOD_BVALUES, .mod_type = (char *)t->attribute};
	LDAPMod delete = {.mod_op = LDAP_MOD_DELETE | LDAP_MOD_BVALUES, .mod_type = (char *)t->attribute};
	LDAPMod *mods[] = {&add, &delete, NULL};
	LDAPControl assertion = {0}, *controls[] = {&assertion, NULL};
	add.mod_bvalues = values;
	delete.mod_bvalues = nones;
	int code = t->asserts ? assertion_of(t, value, text_of(dn), &assertion, err) : 0;
	if (code < 0)
		return code;
	deadline_progress();
	int result = ldap_modify_ext_s(t->conn->handle, dn, mods, t->asserts ? controls : NULL, NULL);
	ber_memfree(assertion.ldctl_value.bv_val);
	return result < 0 ? ldap_result_err(err, t->conn->handle, result, dn) : count_result(t, result, text_of(dn));
}

static bool is_below(const struct berval *value, struct text base)
{
	const size_t len = value->bv_len;
	return len > base.len + 1 && value->bv_val[len - base.len - 1] == ',' &&
	       text_equal_nocase(text_make(value->bv_val + len - base.len, base.len), base);
}

static struct berval *find_value(const struct trial *t, struct berval **values)
{
	for (size_t i = 0; values != NULL && values[i] != NULL; i++)
		if (is_below(values[i], text_of(t->below)))
			return values[i];
	return NULL;
}

static int try_entry(struct trial *t, LDAPMessage *entry, struct err *err)
{
	char *dn = ldap_get_dn(t->conn->handle, entry);
	struct berval **values = ldap_get_values_len(t->conn->handle, entry, t->attribute);
	struct berval *value = find_value(t, values);
	int code = dn == NULL ? err_nomem(err) : 0;
	if (code == 0 && value != NULL)
		code = try_value(t, dn, value, err);
	ldap_value_free_len(values);
	ldap_memfree(dn);
	return code;
}

static int try_all(struct trial *t, const char *base, const char *filter, uint32_t sample, struct err *err)
{
	const char *const attributes[] = {t->attribute, NULL};
	struct timeval limit = {.tv_sec = SEARCH_S};
	LDAP *handle = t->conn->handle;
	LDAPMessage *found = NULL;
	deadline_progress();
	int result = ldap_search_ext_s(handle, base, LDAP_SCOPE_SUBTREE, filter, (char **)attributes, 0, NULL, NULL,
				       &limit, (int)sample, &found);
	int code = result == LDAP_SIZELIMIT_EXCEEDED ? 0 : ldap_result_err(err, handle, result, base);
	for (LDAPMessage *entry = found != NULL ? ldap_first_entry(handle, found) : NULL; entry != NULL && code == 0;
	     entry = ldap_next_entry(handle, entry))
		code = try_entry(t, entry, err);
	ldap_msgfree(found);
	return code;
}

int ldap_try_write(struct ldap_connection *conn, const char *base, const char *filter, const char *attribute,
		   const char *below, uint32_t sample, struct write_trial *ret, struct err *err)
{
	struct trial t = {.conn = conn,
			  .attribute = attribute,
			  .below = below,
			  .asserts = ldap_connection_supports(conn, LDAP_CONTROL_ASSERT),
			  .ret = ret};
	*ret = (struct write_trial){0};
	buf_init(&t.absent);
	buf_format(&t.absent, "uid=duaalsync-doctor-writes-nothing,%s", below);
	int code = buf_failed(&t.absent) ? err_nomem(err) : try_all(&t, base, filter, sample, err);
	buf_done(&t.absent);
	return code;
}
