/* SPDX-License-Identifier: EUPL-1.2 */
/* test_number.c - institution numbers, change sequence numbers and certificates. */
#include "unit.h"

#include "model/certificate.h"
#include "model/csn.h"
#include "model/number.h"

static void leading_zeros_do_not_count(void **state)
{
	(void)state;
	uint32_t a = 0, b = 1;
	assert_true(number_parse(text_of("030569"), &a));
	assert_true(number_parse(text_of(" 30569 "), &b));
	assert_int_equal(a, 30569);
	assert_int_equal(a, b);
	assert_true(number_parse(text_of("7"), &a));
	assert_int_equal(a, 7);
	assert_true(number_parse(text_of("999999"), &a));
	assert_int_equal(a, 999999);
}

static void unreadable_numbers_leave_the_result(void **state)
{
	(void)state;
	const char *const bad[] = {"",   " ",      "0",      "000000", "1234567", "0030569",  "-1",
				   "+1", "30.569", "30 569", "3056x",  "\t30569", "\xd9\xa3", "0x1"};
	uint32_t number = 42;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(number_parse(text_of(bad[i]), &number));
	assert_false(number_parse(text_make("1\0", 2), &number));
	assert_false(number_parse(text_of(NULL), &number));
	assert_int_equal(number, 42);
}

static void csn_comes_back(void **state)
{
	(void)state;
	struct csn csn, early, later_sid;
	char out[CSN_TEXT_SIZE];
	assert_true(csn_parse(text_of("20261124015000.123456Z#00000a#001#abcdef"), &csn));
	assert_string_equal(csn_format(&csn, out), "20261124015000.123456Z#00000a#001#abcdef");
	assert_int_equal(csn_sid(&csn), 1);
	assert_int_equal(csn.time_us, 1795485000123456);
	assert_true(csn_parse(text_of("20261124015000Z#000000#FFF#000000"), &early));
	assert_string_equal(csn_format(&early, out), "20261124015000.000000Z#000000#fff#000000");
	assert_true(csn_compare(&early, &csn) < 0 && csn_compare(&csn, &early) > 0);
	assert_true(csn_parse(text_of("20261124015000.123456Z#00000a#002#000000"), &later_sid));
	assert_true(csn_compare(&csn, &later_sid) < 0);
	assert_int_equal(csn_compare(&csn, &csn), 0);
	struct csn none = {0};
	assert_true(csn_is_none(&none));
	assert_string_equal(csn_format(&none, out), "-");
}

static void bad_csns_are_refused(void **state)
{
	(void)state;
	const char *const bad[] = {"",
				   "20261124015000.123456Z",
				   "20261124015000.123456Z#000000#001",
				   "20261124015000.123456Z#000000#0001#000000",
				   "20261124015000.123456Z#00000g#001#000000",
				   "20261324015000.123456Z#000000#001#000000",
				   "20261124015000.12345xZ#000000#001#000000",
				   "20261124015000,123456Z#000000#001#000000",
				   "20261124015000.123456Z#000000#001#000000#",
				   "2026112401500Z#000000#001#000000"};
	struct csn csn = {1, 2};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(csn_parse(text_of(bad[i]), &csn));
	assert_true(csn.time_us == 1 && csn.rest == 2);
}

/* Only what one server counted is older than something else; what is not there is older than nothing. */
static void only_one_servers_times_are_compared(void **state)
{
	const struct csn none = {0}, csn = {1795484000000000, 1u << 24}, later = {1795484000000001, 1u << 24};
	const struct csn usn = csn_of_usn(5, 0xc0ffee), next = csn_of_usn(6, 0xc0ffee), other = csn_of_usn(9, 0xbeef);
	(void)state;
	assert_true(csn_is_older(&csn, &later) && !csn_is_older(&later, &csn) && !csn_is_older(&csn, &csn));
	assert_true(csn_is_older(&usn, &next) && !csn_is_older(&next, &usn));
	assert_false(csn_is_older(&usn, &csn) || csn_is_older(&csn, &usn));
	assert_false(csn_is_older(&usn, &other) || csn_is_older(&other, &usn));
	assert_false(csn_is_older(&none, &csn) || csn_is_older(&csn, &none) || csn_is_older(&none, &usn) ||
		     csn_is_older(&usn, &none));
}

static void stamps_stand_in_for_csns(void **state)
{
	(void)state;
	struct csn stamp, plain, later, csn;
	char text[CSN_TEXT_SIZE];
	assert_true(csn_stamp_parse(text_of("20261124015000Z"), text_of("19"), &stamp));
	assert_true(csn_is_stamp(&stamp));
	assert_int_equal(csn_stamp_usn(&stamp), 19);
	assert_string_equal(csn_format(&stamp, text), "20261124015000Z#19");
	assert_true(csn_stamp_parse(text_of("20261124015000Z"), text_of(""), &plain));
	assert_int_equal(csn_stamp_usn(&plain), 0);
	assert_true(csn_compare(&plain, &stamp) < 0);
	assert_true(csn_stamp_parse(text_of("20261124015000Z"), text_of("20"), &later));
	assert_true(csn_compare(&stamp, &later) < 0);
	assert_true(csn_stamp_parse(text_of("20261124015001Z"), text_of("1"), &stamp));
	assert_true(csn_compare(&later, &stamp) < 0);
	assert_true(csn_parse(text_of("20261124015000.999999Z#ffffff#fff#ffffff"), &csn));
	assert_false(csn_is_stamp(&csn));
	csn = (struct csn){1, 2};
	assert_false(csn_stamp_parse(text_of(""), text_of("19"), &csn));
	assert_false(csn_stamp_parse(text_of("20261124015000Z"), text_of("-1"), &csn));
	assert_true(csn_stamp_parse(text_of("20261124015000Z"), text_of("461168601842738789"), &stamp));
	assert_int_equal(csn_stamp_usn(&stamp), 461168601842738789);
	assert_false(csn_stamp_parse(text_of("20261124015000Z"), text_of("4611686018427387904"), &csn));
	assert_false(csn_stamp_parse(text_of("20261124015000Z"), text_of("99999999999999999999"), &csn));
	assert_true(csn.time_us == 1 && csn.rest == 2);
}

static struct csn at(int64_t time_us, uint64_t sid)
{
	return (struct csn){time_us, sid << 24};
}

static void vectors_keep_the_newest_per_sid(void **state)
{
	(void)state;
	struct csn_vector v = {0};
	struct csn list[] = {at(50, 2), at(10, 1), at(40, 2), at(60, 3), at(20, 1)}, none = {0};
	for (size_t i = 0; i < 5; i++)
		assert_true(csn_vector_merge(&v, &list[i]));
	assert_true(csn_vector_merge(&v, &none));
	assert_int_equal(v.count, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(csn_sid(&v.at[i]), i + 1);
	assert_int_equal(v.at[0].time_us, 20);
	assert_int_equal(v.at[1].time_us, 50);
	for (uint64_t sid = 4; sid <= CSN_VECTOR_MAX; sid++) {
		struct csn more = at(1, sid);
		assert_true(csn_vector_merge(&v, &more));
	}
	struct csn one_too_many = at(1, 99);
	assert_false(csn_vector_merge(&v, &one_too_many));
	assert_int_equal(v.count, CSN_VECTOR_MAX);
}

static void certificate_tells_our_dn(void **state)
{
	(void)state;
	static const char *const answers[][2] = {{"dn:cn=a,dc=x", "cn=a,dc=x"},
						 {"dn: cn=a,dc=x", "cn=a,dc=x"},
						 {"DN:cn=a,dc=x", "cn=a,dc=x"},
						 {"u:OVERHEID\\a", ""},
						 {"dn:", ""},
						 {"", ""}};
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct certificate cert = {0};
		snprintf(cert.identity, sizeof(cert.identity), "%s", answers[i][0]);
		assert_true(text_equal(certificate_own_dn(&cert), text_of(answers[i][1])));
	}
}

static void certificate_names_what_is_missing(void **state)
{
	(void)state;
	static const char *const names[] = {"result",   "references", "pages",    "ranges",     "decoding", "schema",
					    "canaries", "floor",      "identity", "connection", "base"};
	struct certificate cert = {.checks = CHECKS_ALL};
	char out[256], small[16], wanted[64];
	assert_true(certificate_is_complete(&cert));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cert.checks = CHECKS_ALL & ~(1u << i);
		assert_false(certificate_is_complete(&cert));
		snprintf(wanted, sizeof(wanted), "no proof of: %s", names[i]);
		assert_string_equal(certificate_missing(&cert, out, sizeof(out)), wanted);
	}
	cert.checks = CHECKS_ALL & ~(uint32_t)(CHECK_SCHEMA | CHECK_CANARIES);
	assert_string_equal(certificate_missing(&cert, out, sizeof(out)), "no proof of: schema, canaries");
	cert.checks = 0;
	assert_int_equal(strlen(certificate_missing(&cert, small, sizeof(small))), sizeof(small) - 1);
	assert_string_equal(certificate_missing(&cert, small, 0), "");
}

struct demand { /* with padding behind the vector */
	struct csn_vector vector;
	bool flag;
};

static bool holds(const struct demand *demand, const struct csn_vector *vector)
{
	return demand->flag && demand->vector.count == vector->count &&
	       memcmp(demand->vector.at, vector->at, sizeof(vector->at)) == 0;
}

static bool copy_into_demand(const struct csn_vector *vector,
			     bool (*volatile look)(const struct demand *demand, const struct csn_vector *vector))
{
	const struct demand demand = {.vector = *vector, .flag = true};
	return look(&demand, vector);
}

/* The compiler's part: see DUAAL_FLAG_SOUND. */
static void vectors_are_copied_whole(void **state)
{
	(void)state;
	struct csn_vector v = {.count = CSN_VECTOR_MAX};
	for (uint32_t i = 0; i < CSN_VECTOR_MAX; i++)
		v.at[i] = CSN_NEVER;
	assert_true(copy_into_demand(&v, holds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leading_zeros_do_not_count),
		cmocka_unit_test(unreadable_numbers_leave_the_result),
		cmocka_unit_test(csn_comes_back),
		cmocka_unit_test(bad_csns_are_refused),
		cmocka_unit_test(only_one_servers_times_are_compared),
		cmocka_unit_test(stamps_stand_in_for_csns),
		cmocka_unit_test(vectors_keep_the_newest_per_sid),
		cmocka_unit_test(vectors_are_copied_whole),
		cmocka_unit_test(certificate_tells_our_dn),
		cmocka_unit_test(certificate_names_what_is_missing),
	};
	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
