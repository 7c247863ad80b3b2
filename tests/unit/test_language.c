/* SPDX-License-Identifier: EUPL-1.2 */
/* test_language.c - which language is spoken, and what a catalogue gives: a small one, made here, also with each byte of it spoilt. */
#include "unit.h"

#include <endian.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/language.h"
#include "base/said.h"

static char folder[64], file[160];

/* ---- a catalogue ---------------------------------------------------------------------------------------- */

#define TEXT(bytes)                                                                                                    \
	{                                                                                                              \
		bytes, sizeof(bytes) - 1                                                                               \
	}
static const struct {
	const char *at;
	size_t len;
} originals[] = {TEXT(""), TEXT("%u day\0%u days"), TEXT("empty"), TEXT("it is over"), TEXT("one\0two")},
  translations[] = {TEXT("Content-Type: text/plain; charset=UTF-8\n"), TEXT("%u dag\0%u dagen"), TEXT(""),
		    TEXT("het is voorbij"), TEXT("een")};
#define TEXTS (sizeof(originals) / sizeof(originals[0]))

static size_t put_number(unsigned char *out, size_t at, size_t number)
{
	uint32_t little = htole32((uint32_t)number);
	memcpy(out + at, &little, sizeof(little));
	return at + sizeof(little);
}

static size_t make_catalogue(unsigned char *out)
{
	const size_t tables = 28, texts = tables + 2 * 8 * TEXTS;
	const size_t head[] = {0x950412deu, 0, TEXTS, tables, tables + 8 * TEXTS, 0, 0};
	size_t at = 0, end = texts;
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		at = put_number(out, at, head[i]);
	for (size_t i = 0; i < 2 * TEXTS; i++) {
		const char *bytes = i < TEXTS ? originals[i].at : translations[i - TEXTS].at;
		size_t len = i < TEXTS ? originals[i].len : translations[i - TEXTS].len;
		at = put_number(out, at, len);
		at = put_number(out, at, end);
		memcpy(out + end, bytes, len + 1);
		end += len + 1;
	}
	return end;
}

static void write_catalogue(const unsigned char *bytes, size_t len)
{
	FILE *f = fopen(file, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static int open_stage(void **state)
{
	(void)state;
	char path[128];
	memcpy(folder, "/tmp/test_language.XXXXXX", sizeof("/tmp/test_language.XXXXXX"));
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/nl", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/nl/LC_MESSAGES", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(file, sizeof(file), "%s/duaalsync.mo", path);
	unsetenv("DUAALSYNC_LOCALEDIR");
	return 0;
}

static int close_stage(void **state)
{
	(void)state;
	char path[128];
	language_close();
	unlink(file);
	snprintf(path, sizeof(path), "%s/nl/LC_MESSAGES", folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/nl", folder);
	rmdir(path);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static void open_catalogue(void)
{
	unsigned char bytes[1024];
	write_catalogue(bytes, make_catalogue(bytes));
	language_open(folder);
	language_use(LANGUAGE_DUTCH);
}

/* ---- looking up ------------------------------------------------------------------------------------------ */

static void texts_are_found_in_the_language_that_is_used(void **state)
{
	(void)state;
	open_catalogue();
	assert_string_equal(tr("it is over"), "het is voorbij");
	assert_string_equal(tr("nobody translated this"), "nobody translated this");
	assert_string_equal(tr("empty"), "empty");
	assert_string_equal(tr(""), "");
	assert_null(tr(NULL));
	assert_int_equal(language_use(LANGUAGE_ENGLISH), LANGUAGE_DUTCH);
	assert_string_equal(tr("it is over"), "it is over");
	language_use(LANGUAGE_DUTCH);
	language_close();
	assert_string_equal(tr("it is over"), "it is over");
}

static void counts_have_their_form(void **state)
{
	(void)state;
	static const struct {
		long long count;
		const char *english, *dutch;
	} cases[] = {{0, "%u days", "%u dagen"}, {1, "%u day", "%u dag"},     {2, "%u days", "%u dagen"},
		     {-1, "%u day", "%u dag"},   {21, "%u days", "%u dagen"}, {-2, "%u days", "%u dagen"}};
	open_catalogue();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		language_use(LANGUAGE_DUTCH);
		assert_string_equal(tr_count("%u day", "%u days", cases[i].count), cases[i].dutch);
		language_use(LANGUAGE_ENGLISH);
		assert_string_equal(tr_count("%u day", "%u days", cases[i].count), cases[i].english);
	}
	language_use(LANGUAGE_DUTCH);
	assert_string_equal(tr_count("one", "two", 2), "two"); /* it has one form only, and nothing stands behind it */
	assert_string_equal(tr_count("one hour", "%u hours", 2), "%u hours");
}

static void errors_are_told_in_the_language_that_is_used(void **state)
{
	(void)state;
	struct err err = {0};
	open_catalogue();
	assert_int_equal(err_set(&err, ERR_INVALID, "it is over"), ERR_INVALID);
	assert_string_equal(err.text, "het is voorbij");
	language_use(LANGUAGE_ENGLISH);
	err_set(&err, ERR_INVALID, "it is over");
	assert_string_equal(err.text, "it is over");
}

/* ---- the file -------------------------------------------------------------------------------------------- */

static void use_everything(void)
{
	language_open(folder);
	language_use(LANGUAGE_DUTCH);
	for (size_t i = 0; i < TEXTS; i++) {
		assert_non_null(tr(originals[i].at));
		assert_true(strlen(tr_count(originals[i].at, "other", 2)) < 1024);
		assert_true(strlen(said(originals[i].at)) < 1024);
	}
	assert_non_null(said("7 days: it is over"));
}

static void a_damaged_catalogue_is_as_good_as_none(void **state)
{
	(void)state;
	unsigned char bytes[1024];
	size_t size = make_catalogue(bytes);
	for (size_t len = 0; len < size; len++) {
		write_catalogue(bytes, len);
		use_everything();
		assert_string_equal(tr("it is over"), "it is over");
	}
	for (size_t at = 0; at < size; at++)
		for (int value = 0; value < 256; value += 51) {
			unsigned char kept = bytes[at];
			bytes[at] = (unsigned char)(kept ^ value ^ 0xff);
			write_catalogue(bytes, size);
			use_everything();
			bytes[at] = kept;
		}
}

static void no_catalogue_is_english(void **state)
{
	(void)state;
	language_open("/nonexistent");
	language_use(LANGUAGE_DUTCH);
	assert_string_equal(tr("it is over"), "it is over");
	open_catalogue();
	setenv("DUAALSYNC_LOCALEDIR", folder, 1);
	language_open("/nonexistent");
	language_use(LANGUAGE_DUTCH);
	assert_string_equal(tr("it is over"), "het is voorbij");
	unsetenv("DUAALSYNC_LOCALEDIR");
}

/* ---- which ----------------------------------------------------------------------------------------------- */

static void locales_name_a_language(void **state)
{
	(void)state;
	static const char *const dutch[] = {"nl", "nl_BE.UTF-8", "nl_NL", "nl.UTF-8", "nl_BE@euro", "nl-BE"};
	static const char *const other[] = {"",      "n",       "en",  "en_GB.UTF-8", "C",
					    "POSIX", "C.UTF-8", "nld", "fr_BE.UTF-8", "de:nl"};
	for (size_t i = 0; i < sizeof(dutch) / sizeof(dutch[0]); i++)
		assert_int_equal(language_of(dutch[i]), LANGUAGE_DUTCH);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_int_equal(language_of(other[i]), LANGUAGE_ENGLISH);
	assert_string_equal(language_name(LANGUAGE_DUTCH), "nl");
	assert_string_equal(language_name(LANGUAGE_ENGLISH), "en");
}

static void the_environment_is_asked_as_gettext_asks_it(void **state)
{
	(void)state;
	static const struct {
		const char *all, *messages, *lang, *list;
		enum language language;
	} cases[] = {
		{NULL, NULL, NULL, NULL, LANGUAGE_ENGLISH},
		{NULL, NULL, "nl_BE.UTF-8", NULL, LANGUAGE_DUTCH},
		{NULL, "nl_BE.UTF-8", "en_GB.UTF-8", NULL, LANGUAGE_DUTCH},
		{"en_GB.UTF-8", "nl_BE.UTF-8", "nl_BE.UTF-8", NULL, LANGUAGE_ENGLISH},
		{"", "", "nl_BE.UTF-8", NULL, LANGUAGE_DUTCH},
		{"C", NULL, "nl_BE.UTF-8", "nl", LANGUAGE_ENGLISH},
		{NULL, NULL, "C", "nl", LANGUAGE_ENGLISH},
		{NULL, NULL, NULL, "nl", LANGUAGE_ENGLISH},
		{NULL, NULL, "C.UTF-8", "nl", LANGUAGE_DUTCH},
		{NULL, NULL, "fr_BE.UTF-8", "fr:nl_BE:en", LANGUAGE_DUTCH},
		{NULL, NULL, "nl_BE.UTF-8", "en:nl", LANGUAGE_ENGLISH},
		{NULL, NULL, "nl_BE.UTF-8", "fr:de", LANGUAGE_DUTCH},
		{NULL, NULL, "nl_BE.UTF-8", "", LANGUAGE_DUTCH},
	};
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const values[] = {cases[i].all, cases[i].messages, cases[i].lang, cases[i].list};
		for (size_t v = 0; v < 4; v++) {
			if (values[v] != NULL)
				setenv(names[v], values[v], 1);
			else
				unsetenv(names[v]);
		}
		if (language_of_environment() != cases[i].language)
			fail_msg("case %zu", i);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(texts_are_found_in_the_language_that_is_used),
		T(counts_have_their_form),
		T(errors_are_told_in_the_language_that_is_used),
		T(a_damaged_catalogue_is_as_good_as_none),
		T(no_catalogue_is_english),
		T(locales_name_a_language),
		T(the_environment_is_asked_as_gettext_asks_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
