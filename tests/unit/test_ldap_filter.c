/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ldap_filter.c - every attribute and rule in a filter is found, and what is no filter is refused. */
#include "ldap/filter_parts.h"
#include "ldap/index.h"

#include <stdio.h>

#include "unit.h"

struct found {
	char names[256];
	size_t len;
};

static int collect(void *ctx, enum filter_part part, struct text name, struct err *err)
{
	struct found *found = ctx;
	(void)err;
	int len = snprintf(found->names + found->len, sizeof(found->names) - found->len, "%s%.*s ",
			   part == FILTER_RULE ? ":" : "", TEXT_ARG(name));
	found->len += (size_t)len;
	return 0;
}

static void names_in_filter(void **state)
{
	static const struct {
		const char *filter, *names;
	} cases[] = {
		{"(voRecht=*)", "voRecht "},
		{"voRecht=*", "voRecht "},
		{"(&(objectClass=voPersoon)(voRecht=WerkplekDuaalGebruiker*))", "objectClass voRecht "},
		{" ( & (a=1) ( | (b>=2) (c<=3) ) (!(d~=4)) ) ", "a b c d "},
		{"(!(x=1))", "x "},
		{"(&)", ""},
		{"(cn;lang-nl=a)", "cn "},
		{"(2.5.4.3=a)", "2.5.4.3 "},
		{"(cn=)", "cn "},
		{"(cn=a\\28b\\29c\\2ad=e)", "cn "},
		{"(cn=*a*b*)", "cn "},
		{"(cn=x=y&|!<>~:)", "cn "},
		{"(cn:=a)", "cn "},
		{"(cn:dn:=a)", "cn "},
		{"(cn:caseExactMatch:=a)", ":caseExactMatch cn "},
		{"(cn:dn:2.5.13.5:=a)", ":2.5.13.5 cn "},
		{"(:caseIgnoreMatch:=a)", ":caseIgnoreMatch "},
		{"(:DN:2.5.13.5:=a)", ":2.5.13.5 "},
		{"(|(a=1)(a=2))", "a a "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct found found = {0};
		struct err err = {0};
		assert_int_equal(filter_each_part(cases[i].filter, collect, &found, &err), 0);
		assert_string_equal(found.names, cases[i].names);
	}
}

static void no_filters(void **state)
{
	static const char *const cases[] = {
		"",          "(",       ")",           "()",       "(cn)",        "(=a)",          "((cn=a))",
		"(cn=a",     "(cn=a))", "(cn=a)(b=c)", "(&(cn=a)", "(cn=a(b)",    "(cn=a\\)",      "(cn=a\\2)",
		"(cn=\\zz)", "(cn:a)",  "(:=a)",       "(:dn:=a)", "(cn:x:y:=a)", "(cn!=a)",       "(c n=a)",
		"(&(a=1)x)", "cn=a)",   "(cn=a)x",     "(cn~a)",   "(cn\n=a)",    "(c\xc3\xa9=a)",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct found found = {0};
		struct err err = {0};
		int code = filter_each_part(cases[i], collect, &found, &err);
		if (code != ERR_SYNTAX)
			print_error("%s: %d\n", cases[i], code);
		assert_int_equal(code, ERR_SYNTAX);
		assert_int_equal(err.code, ERR_SYNTAX);
	}
}

static int stop(void *ctx, enum filter_part part, struct text name, struct err *err)
{
	(void)part, (void)name;
	++*(int *)ctx;
	return err_set(err, ERR_LIMIT, "enough");
}

static void walk_ends_when_told(void **state)
{
	int calls = 0;
	struct err err = {0};
	(void)state;
	assert_int_equal(filter_each_part("(&(a=1)(b=2))", stop, &calls, &err), ERR_LIMIT);
	assert_int_equal(calls, 1);
	calls = 0;
	assert_int_equal(filter_each_part("(a:r:=1)", stop, &calls, &err), ERR_LIMIT);
	assert_int_equal(calls, 1);
}

/* ---- what has to be indexed for it ----------------------------------------------------------------- */

static void collect_use(void *ctx, struct text attribute, enum index_use use)
{
	struct found *found = ctx;
	int len = snprintf(found->names + found->len, sizeof(found->names) - found->len, "%.*s:%s ",
			   TEXT_ARG(attribute), index_use_name(use));
	found->len += (size_t)len;
}

static void uses_in_filter(void **state)
{
	static const struct {
		const char *filter, *uses;
	} cases[] = {
		{"(&(objectClass=voPersoon)(voRecht=Werkplek*))", "objectClass:eq voRecht:sub "},
		{"voRecht=*", "voRecht:pres "},
		{"(|(cn;lang-nl=*)(sn>=a*)(a:caseExactMatch:=b)(c=))", "cn:pres sn:sub a:eq c:eq "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct found found = {0};
		struct err err = {0};
		assert_int_equal(index_each_use(cases[i].filter, collect_use, &found, &err), 0);
		assert_string_equal(found.names, cases[i].uses);
	}
}

static void indexes_are_found(void **state)
{
	struct index_list list = {.seen = true};
	(void)state;
	buf_init(&list.values);
	buf_add_string(&list.values, "objectClass,voId eq\nvoRecht pres,eq,subinitial\nentryUUID eq,\n");
	assert_true(index_list_has(&list, text_of("VOID"), INDEX_EQUAL));
	assert_true(index_list_has(&list, text_of("voRecht"), INDEX_SUBSTRING));
	assert_true(index_list_has(&list, text_of("voRecht"), INDEX_PRESENT));
	assert_true(index_list_has(&list, text_of("entryUUID"), INDEX_EQUAL));
	assert_false(index_list_has(&list, text_of("objectClass"), INDEX_PRESENT));
	assert_false(index_list_has(&list, text_of("vo"), INDEX_EQUAL));
	buf_add_string(&list.values, "default pres,eq\nmail\n");
	assert_true(index_list_has(&list, text_of("mail"), INDEX_EQUAL));
	assert_false(index_list_has(&list, text_of("mail"), INDEX_SUBSTRING));
	index_list_done(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_in_filter),     cmocka_unit_test(no_filters),
		cmocka_unit_test(walk_ends_when_told), cmocka_unit_test(uses_in_filter),
		cmocka_unit_test(indexes_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
