/* SPDX-License-Identifier: EUPL-1.2 */
/* test_date.c - days, instants and the zone, at the edges that decide about access (R8). */
#include "unit.h"

#include "base/buf.h"
#include "model/civil.h"
#include "model/date.h"

/* A TZif file as the system's, made by hand: one listed transition, the rest by the rule. */
static void put32(struct buf *out, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_add_char(out, (char)(value >> shift));
}

static void put_header(struct buf *out, char version, uint32_t leap, uint32_t times, uint32_t types)
{
	char zero[15] = {0};
	buf_add_string(out, "TZif");
	buf_add_char(out, version);
	buf_add(out, zero, sizeof(zero));
	put32(out, 0);
	put32(out, 0);
	put32(out, leap);
	put32(out, times);
	put32(out, types);
	put32(out, 4);
}

static void put_type(struct buf *out, int32_t offset_s)
{
	put32(out, (uint32_t)offset_s);
	buf_add_char(out, 0);
	buf_add_char(out, 0);
}

static void make_file(struct buf *out, const char *rule)
{
	buf_init(out);
	put_header(out, '2', 0, 0, 1);
	put_type(out, 0);
	buf_add(out, "LMT", 4);
	put_header(out, '2', 0, 1, 2);
	put32(out, 0xffffffff); /* -1 s: from LMT to the standard offset, one second before 1970 */
	put32(out, 0xffffffff);
	buf_add_char(out, 1);
	put_type(out, 1050);
	put_type(out, 3600);
	buf_add(out, "LMT", 4);
	buf_format(out, "\n%s\n", rule);
}

static struct zone brussels(void)
{
	struct zone zone = {0};
	struct buf file;
	struct err err = {0};
	make_file(&file, "CET-1CEST,M3.5.0,M10.5.0/3");
	if (zone_parse(buf_text(&file), &zone, &err) < 0)
		fail_msg("%s", err.text);
	buf_done(&file);
	return zone;
}

static int64_t instant(const char *text)
{
	int64_t s = 0;
	assert_true(instant_parse(text_of(text), &s));
	return s;
}

static int32_t day(int64_t year, int month, int of_month)
{
	return (int32_t)civil_to_day(year, month, of_month);
}

static void civil_days_come_back(void **state)
{
	(void)state;
	assert_int_equal(civil_to_day(1970, 1, 1), 0);
	assert_int_equal(civil_to_day(2000, 3, 1), 11017);
	for (int64_t n = -800000; n < 800000; n += 13) {
		int64_t year;
		int month, of_month;
		civil_of_day(n, &year, &month, &of_month);
		assert_true(civil_is_valid(year, month, of_month));
		assert_int_equal(civil_to_day(year, month, of_month), n);
	}
	assert_false(civil_is_valid(2025, 2, 29));
	assert_true(civil_is_valid(2024, 2, 29));
	assert_false(civil_is_valid(2100, 2, 29));
	assert_false(civil_is_valid(2024, 13, 1));
	assert_false(civil_is_valid(2024, 4, 31));
	assert_false(civil_is_valid(2024, 4, 0));
}

static void generalized_time_in_every_precision(void **state)
{
	(void)state;
	int64_t base = instant("20260831120000Z");
	assert_int_equal(base, 1788177600);
	assert_int_equal(instant("2026083112Z"), base);
	assert_int_equal(instant("202608311200Z"), base);
	assert_int_equal(instant("20260831120000.9Z"), base);
	assert_int_equal(instant("20260831120000,25Z"), base);
	assert_int_equal(instant("2026083112.5Z"), base + 1800);
	assert_int_equal(instant("202608311200.5Z"), base + 30);
	assert_int_equal(instant("20260831140000+0200"), base);
	assert_int_equal(instant("20260831140000+02"), base);
	assert_int_equal(instant("20260831063000-0530"), base);
	assert_int_equal(instant("20260831115960Z"), base);
	assert_int_equal(instant("19691231235959Z"), -1);
	assert_int_equal(instant("20260831120000.0000000000000000001Z"), base);
}

static void bad_times_are_refused(void **state)
{
	(void)state;
	const char *const bad[] = {"",
				   "20260831",
				   "20260831120000",
				   "20260831Z",
				   "20260832120000Z",
				   "20260231120000Z",
				   "20260831240000Z",
				   "20260831126000Z",
				   "20260831120061Z",
				   "20260831120000.Z",
				   "20260831120000Zx",
				   "20260831120000+",
				   "20260831120000+24",
				   "20260831120000+0260",
				   "2026083112000Z",
				   " 20260831120000Z",
				   "2026-08-31T12:00:00Z"};
	int64_t s = 42;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(instant_parse(text_of(bad[i]), &s));
	assert_int_equal(s, 42);
}

static void end_of_august_as_day_and_as_instant(void **state)
{
	(void)state;
	struct zone zone = brussels();
	int32_t ret = 0, august = day(2026, 8, 31);
	assert_true(date_parse(text_of("20260831235959Z"), DATE_DAY, &zone, &ret));
	assert_int_equal(ret, august);
	assert_true(date_parse(text_of("20260831235959Z"), DATE_INSTANT, &zone, &ret));
	assert_int_equal(ret, august + 1); /* 01:59:59 in Brussels */
	assert_true(date_parse(text_of("20260831215959Z"), DATE_INSTANT, &zone, &ret));
	assert_int_equal(ret, august);
	assert_true(date_parse(text_of("20260831220000Z"), DATE_INSTANT, &zone, &ret));
	assert_int_equal(ret, august + 1);
	assert_true(date_parse(text_of("20260831235959+0200"), DATE_INSTANT, &zone, &ret));
	assert_int_equal(ret, august);
	for (enum date_kind kind = DATE_DAY; kind <= DATE_INSTANT; kind++) {
		assert_true(date_parse(text_of(" 2026-08-31 "), kind, &zone, &ret));
		assert_int_equal(ret, august);
	}
	assert_true(date_parse(text_of("20260831"), DATE_DAY, &zone, &ret));
	assert_true(date_parse(text_of("2026-08-31T23:59:59Z"), DATE_DAY, &zone, &ret));
	assert_int_equal(ret, august);
	zone_done(&zone);
}

static void unreadable_dates_leave_the_result(void **state)
{
	(void)state;
	struct zone zone = brussels();
	int32_t ret = 42;
	const char *const bad[] = {"",         "-",         "31/08/2026", "2026-8-31",    "2026-08-32",
				   "20260229", "2026-0831", "soon",       "20260831 (?)", "2026083"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(date_parse(text_of(bad[i]), DATE_DAY, &zone, &ret));
		assert_false(date_parse(text_of(bad[i]), DATE_INSTANT, &zone, &ret));
	}
	assert_false(date_parse(text_of("20260831"), DATE_INSTANT, &zone, &ret));
	assert_false(date_parse(text_of("2026-08-31T12:00:00Z"), DATE_INSTANT, &zone, &ret));
	assert_false(date_parse(text_make("20260831\0", 9), DATE_DAY, &zone, &ret));
	assert_int_equal(ret, 42);
	zone_done(&zone);
}

static void summer_time_begins_and_ends(void **state)
{
	(void)state;
	struct zone zone = brussels();
	assert_int_equal(zone_day_start(&zone, day(2026, 1, 1)), instant("20251231230000Z"));
	assert_int_equal(zone_day_start(&zone, day(2026, 3, 29)), instant("20260328230000Z"));
	assert_int_equal(zone_day_start(&zone, day(2026, 3, 30)), instant("20260329220000Z"));
	assert_int_equal(zone_day_start(&zone, day(2026, 9, 1)), instant("20260831220000Z"));
	assert_int_equal(zone_day_start(&zone, day(2026, 10, 25)), instant("20261024220000Z"));
	assert_int_equal(zone_day_start(&zone, day(2026, 10, 26)), instant("20261025230000Z"));
	assert_int_equal(zone_day_start(&zone, day(2099, 7, 1)), instant("20990630220000Z"));
	assert_int_equal(zone_day_start(&zone, day(2100, 7, 1)), instant("21000630220000Z"));
	assert_int_equal(zone_day_of(&zone, instant("20260329225959Z")), day(2026, 3, 30));
	assert_int_equal(zone_day_of(&zone, instant("20261025225959Z")), day(2026, 10, 25));
	assert_int_equal(zone_day_of(&zone, instant("19000101000000Z")), day(1900, 1, 1));
	zone_done(&zone);
}

/* A day's start is on that day, and the second before is not: for every day, in zones of all sorts. */
static void day_starts_are_exact(void **state)
{
	(void)state;
	const char *const rules[] = {"CET-1CEST,M3.5.0,M10.5.0/3",     "UTC0",
				     "<-03>3<-02>,M10.3.0/0,M2.3.0/0", "IST-1GMT0,M10.5.0,M3.5.0/1",
				     "EST5EDT,J60/0,J300/0",           "XXX-10:30YYY-11,59/0,299/0",
				     "AAA4BBB,M9.1.6/24,M4.1.6/24"};
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct zone zone;
		struct buf file;
		struct err err = {0};
		make_file(&file, rules[i]);
		assert_int_equal(zone_parse(buf_text(&file), &zone, &err), 0);
		for (int32_t d = day(1971, 1, 1); d < day(2100, 1, 1); d++) {
			int64_t start = zone_day_start(&zone, d);
			assert_int_equal(zone_day_of(&zone, start), d);
			assert_int_equal(zone_day_of(&zone, start - 1), d - 1);
		}
		zone_done(&zone);
		buf_done(&file);
	}
}

static void broken_zones_are_refused(void **state)
{
	(void)state;
	struct zone zone = {.count = 7};
	struct err err = {0};
	struct buf file;
	make_file(&file, "CET-1CEST,M3.5.0,M10.5.0/3");
	for (size_t len = 0; len < file.len; len++) {
		char *part = malloc(len + 1); /* so that a read beyond the end is seen */
		memcpy(part, file.at, len);
		assert_int_equal(zone_parse(text_make(part, len), &zone, &err), ERR_SYNTAX);
		free(part);
	}
	file.at[4] = '\0'; /* version 1 */
	assert_int_equal(zone_parse(buf_text(&file), &zone, &err), ERR_SYNTAX);
	buf_done(&file);
	const char *const bad[] = {"",
				   "CET",
				   "CE-1",
				   "CET-25",
				   "CET-1CEST",
				   "CET-1CEST,M3.5.0",
				   "CET-1CEST,M13.5.0,M10.5.0",
				   "CET-1CEST,M3.6.0,M10.5.0",
				   "CET-1CEST,M3.5.7,M10.5.0",
				   "CET-1CEST,J0,J1",
				   "CET-1CEST,J366,J1",
				   "CET-1CEST,M3.5.0/168,M10.5.0",
				   "CET-1CEST,M3.5.0,M10.5.0 ",
				   "<CET-1"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		make_file(&file, bad[i]);
		assert_int_equal(zone_parse(buf_text(&file), &zone, &err), ERR_SYNTAX);
		buf_done(&file);
	}
	assert_int_equal(zone.count, 7);
}

static void mutated_zones_never_crash(void **state)
{
	(void)state;
	struct chance c = chance_start("zone_parse");
	for (int round = 0; round < 20000; round++) {
		struct zone zone;
		struct buf file;
		make_file(&file, "CET-1CEST,M3.5.0,M10.5.0/3");
		for (uint32_t n = 1 + chance_below(&c, 3); n > 0; n--)
			file.at[chance_below(&c, (uint32_t)file.len)] = (char)chance_below(&c, 256);
		if (zone_parse(buf_text(&file), &zone, NULL) == 0) {
			for (uint32_t i = 1; i < zone.count; i++)
				assert_true(zone.transitions[i - 1].at_s < zone.transitions[i].at_s);
			zone_done(&zone);
		}
		buf_done(&file);
	}
}

static void formats(void **state)
{
	(void)state;
	char time[GENERALIZED_TIME_SIZE], out[DAY_TEXT_SIZE];
	assert_string_equal(instant_format(1795485000, time), "20261124015000Z");
	assert_string_equal(instant_format(-1, time), "19691231235959Z");
	assert_string_equal(instant_format(INT64_MAX / 2, time), "-");
	assert_string_equal(day_format(day(2026, 11, 24), out), "2026-11-24");
	assert_string_equal(day_format(DAY_NONE, out), "-");
	assert_string_equal(day_format(INT32_MAX, out), "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(civil_days_come_back),
		cmocka_unit_test(generalized_time_in_every_precision),
		cmocka_unit_test(bad_times_are_refused),
		cmocka_unit_test(end_of_august_as_day_and_as_instant),
		cmocka_unit_test(unreadable_dates_leave_the_result),
		cmocka_unit_test(summer_time_begins_and_ends),
		cmocka_unit_test(day_starts_are_exact),
		cmocka_unit_test(broken_zones_are_refused),
		cmocka_unit_test(mutated_zones_never_crash),
		cmocka_unit_test(formats),
	};
	return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
