/* SPDX-License-Identifier: EUPL-1.2 */
/* test_dn.c - the server's equality (faults 35, 36). tests/integration/test_dn_oracle.py asks a real slapd. */
#include "unit.h"

#include "base/map.h"
#include "model/dn.h"

#define T(literal) text_make(literal, sizeof(literal) - 1)

static bool are_equal(struct text a, struct text b)
{
	bool ret;
	assert_int_equal(dn_equal(a, b, &ret), 0);
	return ret;
}

static bool is_below(struct text dn, struct text base)
{
	bool ret;
	assert_int_equal(dn_is_below(dn, base, &ret), 0);
	return ret;
}

static void check(struct text dn, const char *expected)
{
	struct buf out;
	struct err err = {0};
	buf_init(&out);
	buf_add_string(&out, "kept|");
	int rc = dn_canonical(dn, &out, &err);
	if (expected == NULL) {
		assert_int_equal(rc, ERR_SYNTAX);
		assert_string_equal(buf_string(&out), "kept|");
		assert_int_equal(dn_key(dn), 0);
		assert_false(are_equal(dn, dn));
	} else {
		assert_int_equal(rc, 0);
		assert_string_equal(buf_string(&out) + 5, expected);
		assert_int_equal(dn_key(dn), map_hash(expected, strlen(expected)));
		assert_true(are_equal(dn, dn));
	}
	buf_done(&out);
}

static void spellings_of_one_name(void **state)
{
	(void)state;
	const char *const same = "uid=u77,ou=people,dc=ex,dc=be";
	check(T("uid=u77,ou=people,dc=ex,dc=be"), same);
	check(T("UID=U77, OU=People,DC=EX,DC=BE"), same);
	check(T("  uid = u77 , ou = people,dc=ex , dc=be "), same);
	check(T("0.9.2342.19200300.100.1.1=u77,2.5.4.11=people,dc=ex,dc=be"), same);
	check(T("0.9.2342.19200300.100.1.1=u77;organizationalUnitName=people;domainComponent=ex,dc=be"), same);
	check(T("AZaz=u77,ou=people,dc=ex,dc=be"), "azaz=u77,ou=people,dc=ex,dc=be"); /* a type that we do not know */
	check(T("uid=\\u77,ou=people,dc=ex,dc=be"), NULL);
	check(T("uid=\\7577,ou=\\70eople,dc=ex,dc=be"), same);
	check(T(""), "");
}

static void escapes_have_one_form(void **state)
{
	(void)state;
	check(T("cn=De\\2C Wit,dc=x"), "cn=de\\, wit,dc=x");
	check(T("cn=De\\, Wit,dc=x"), "cn=de\\, wit,dc=x");
	check(T("cn=\\23a,dc=x"), "cn=\\#a,dc=x");
	check(T("cn=a\\00b,dc=x"), "cn=a\\00b,dc=x");
	check(T("cn=a\\\\\\+b,dc=x"), "cn=a\\\\\\+b,dc=x");
	check(T("cn=a=b,dc=x"), "cn=a=b,dc=x");
	check(T("cn=\\ a\\ ,dc=x"), "cn=a,dc=x");
	check(T("cn=a  \\  b,dc=x"), "cn=a b,dc=x");
	check(T("cn=An  de   Wit,dc=x"), "cn=an de wit,dc=x");
	check(T("cn=\\ ,dc=x"), "cn=\\ ,dc=x");
}

static void unicode_as_slapd_prepares_it(void **state)
{
	(void)state;
	check(T("cn=Jos\xc3\x89,dc=x"), "cn=jos\xc3\xa9,dc=x");
	check(T("cn=JOSE\xcc\x81,dc=x"), "cn=jos\xc3\xa9,dc=x");
	check(T("cn=Jos\\C3\\A9,dc=x"), "cn=jos\xc3\xa9,dc=x");
	check(T("cn=\xef\xbc\xa1,dc=x"), "cn=a,dc=x");  /* fullwidth A */
	check(T("cn=a\xc2\xa0 b,dc=x"), "cn=a b,dc=x"); /* no-break space */
	check(T("cn=\xe2\x84\xa2,dc=x"), "cn=TM,dc=x"); /* folded before, not after: not "tm" */
	check(T("cn=\xff,dc=x"), NULL);
}

static void distinct_names_stay_distinct(void **state)
{
	(void)state;
	assert_false(are_equal(T("cn=stra\xc3\x9f"
				 "e"),
			       T("cn=strasse")));
	assert_false(are_equal(T("cn=Jos\xc3\xa9"), T("cn=Jose")));
	assert_false(are_equal(T("cn=a\xe2\x80\x8b"
				 "b"),
			       T("cn=ab")));
	assert_false(are_equal(T("cn=\xd0\xbe"), T("cn=o")));
	assert_false(are_equal(T("cn=a b"), T("cn=ab")));
	assert_false(are_equal(T("cn=a,dc=x"), T("dc=x,cn=a")));
	assert_false(are_equal(T("cn=a\\,dc=x"), T("cn=a,dc=x")));
	assert_false(are_equal(T("cn=a"), T("sn=a")));
}

static void types_have_their_own_rules(void **state)
{
	(void)state;
	check(T("duaalInstitutionNumber=03 05 69,dc=x"), "duaalinstitutionnumber=030569,dc=x");
	assert_false(are_equal(T("duaalInstitutionNumber=030569"), T("duaalInstitutionNumber=30569")));
	check(T("duaalInstitutionNumber=x,dc=x"), NULL);
	check(T("telephoneNumber=02-553 90,dc=x"), "telephonenumber=0255390,dc=x");
	check(T("mail=A@B.be,dc=x"), "mail=a@b.be,dc=x");
	check(T("mail=\xc3\xa9@b.be,dc=x"), NULL);
	check(T("fooBar=A  B,dc=x"), "foobar=A  B,dc=x");
	check(T("fooBar=A\\20,dc=x"), "foobar=A\\ ,dc=x");
	check(T("cn=#0C0161,dc=x"), NULL);
}

static void avas_have_no_order(void **state)
{
	(void)state;
	check(T("uid=b+CN=a,dc=x"), "cn=a+uid=b,dc=x");
	check(T("cn=a + uid=b,dc=x"), "cn=a+uid=b,dc=x");
	check(T("uid=1+cn=2+sn=3+o=4"), "cn=2+o=4+sn=3+uid=1");
	check(T("cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1+cn=1"), NULL);
}

static void what_is_no_dn(void **state)
{
	(void)state;
	const char *const bad[] = {"a",          "=a",     "cn",          "cn=",     "cn=,dc=x", "cn=a,",  ",cn=a",
				   "cn=a,,dc=x", "cn=a+",  "cn=a\\",      "cn=a\\x", "cn=\"a\"", "cn=a<b", "cn=#",
				   "cn=#1",      "cn=#0g", "oid.2.5.4.3", "c n=a",   "cn=a\\2",  "+",      " , "};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(text_of(bad[i]), NULL);
	check(T("cn=a\0,dc=x"), NULL);
	check(T("cn=a\\\0,dc=x"), NULL);
}

static void below_means_whole_rdns(void **state)
{
	(void)state;
	assert_true(is_below(T("uid=a,OU=People,dc=x"), T("ou=people,dc=x")));
	assert_true(is_below(T("ou=people,dc=x"), T("OU=people, dc=x")));
	assert_true(is_below(T("dc=x"), T("")));
	assert_false(is_below(T("dc=x"), T("ou=people,dc=x")));
	assert_false(is_below(T("uid=a,xou=people,dc=x"), T("ou=people,dc=x")));
	assert_false(is_below(T("cn=a\\,dc=x"), T("dc=x")));
	assert_true(is_below(T("cn=a\\\\,dc=x"), T("dc=x")));
	assert_false(is_below(T("cn=a\\"), T("")));
}

static void rdns_are_escaped(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out);
	dn_add_rdn(&out, "uid", T(" a,b\0\xff#"));
	assert_string_equal(buf_string(&out), "uid=\\ a\\,b\\00\\FF#");
	buf_done(&out);
}

/* Random strings rich in special characters: canonical twice is canonical once; a name built from any UTF-8
 * is a DN; memory of exactly the size, so that a read beyond the end is seen. */
static void canonical_is_idempotent(void **state)
{
	(void)state;
	struct chance c = chance_start("dn_canonical");
	const char *const pieces[] = {"cn=",
				      "uid=",
				      "o=",
				      "x-y=",
				      "2.5.4.3=",
				      ",",
				      "+",
				      ";",
				      "\\",
				      "\\2C",
				      "\\20",
				      " ",
				      "A",
				      "b",
				      "#",
				      "\"",
				      "=",
				      "<",
				      "\xc3\x89",
				      "e\xcc\x81",
				      "\xe1\xb2\x90",
				      "0f",
				      "\xef\xac\x81",
				      "\xe1\xba\x9e",
				      "\xff",
				      "telephoneNumber=",
				      "-",
				      "\xcc\x87"};
	uint32_t read = 0;
	for (int round = 0; round < 100000; round++) {
		char text[200];
		size_t len = (size_t)sprintf(text, "%s", chance_below(&c, 8) > 0 ? "cn=a" : "");
		for (uint32_t n = chance_below(&c, 10); n > 0; n--)
			len += (size_t)sprintf(text + len, "%s",
					       pieces[chance_below(&c, sizeof(pieces) / sizeof(*pieces))]);
		char *exact = malloc(len);
		memcpy(exact, text, len);
		struct buf once, twice;
		buf_init(&once);
		buf_init(&twice);
		if (dn_canonical(text_make(exact, len), &once, NULL) == 0) {
			assert_int_equal(dn_canonical(buf_text(&once), &twice, NULL), 0);
			if (!text_equal(buf_text(&once), buf_text(&twice)))
				fail_msg("%.*s: %s, then %s", (int)len, text, buf_string(&once), buf_string(&twice));
			assert_int_equal(dn_key(text_make(exact, len)), dn_key(buf_text(&once)));
			read++;
		}
		buf_done(&once);
		buf_done(&twice);
		free(exact);
	}
	assert_true(read > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings_of_one_name),
		cmocka_unit_test(escapes_have_one_form),
		cmocka_unit_test(unicode_as_slapd_prepares_it),
		cmocka_unit_test(distinct_names_stay_distinct),
		cmocka_unit_test(types_have_their_own_rules),
		cmocka_unit_test(avas_have_no_order),
		cmocka_unit_test(what_is_no_dn),
		cmocka_unit_test(below_means_whole_rdns),
		cmocka_unit_test(rdns_are_escaped),
		cmocka_unit_test(canonical_is_idempotent),
	};
	return cmocka_run_group_tests_name("dn", tests, NULL, NULL);
}
