/* SPDX-License-Identifier: EUPL-1.2 */
/* test_said.c - what was said in English is said again: sentences as the daemon and its helpers compose them, and each text of the catalogue. */
#include "unit.h"

#include "base/escape.h"
#include "base/language.h"
#include "base/said.h"

static int use_catalogue(void **state)
{
	(void)state;
	const char *built = getenv("top_builddir");
	char folder[1024];
	snprintf(folder, sizeof(folder), "%s/po", built != NULL ? built : ".");
	language_open(folder);
	language_use(LANGUAGE_DUTCH);
	return 0;
}

static int close_catalogue(void **state)
{
	(void)state;
	language_close();
	return 0;
}

static void expect(const char *english, const char *dutch)
{
	assert_string_equal(said(english), dutch);
}

/* ---- sentences ------------------------------------------------------------------------------------------- */

static void sentences_are_taken_apart(void **state)
{
	(void)state;
	expect("it answers", "het antwoordt");
	expect("1 entry", "1 entry");
	expect("6 entries", "6 entry's");
	expect("cannot connect to ldapi://%2Frun%2Fldapi: Connection refused",
	       "geen verbinding met ldapi://%2Frun%2Fldapi: Connection refused");
	expect("ou=people,dc=x, after 3 entries: search: sizeLimitExceeded (result 4): \"enough\"; the server's size "
	       "limit "
	       "for this identity must be unlimited",
	       "ou=people,dc=x, na 3 entry's: zoekopdracht: sizeLimitExceeded (resultaat 4): \"enough\"; de "
	       "groottelimiet "
	       "van de server voor deze identiteit moet onbeperkt zijn");
	expect("cn=g,dc=x: member uid=u,dc=x: result 50, \"no write access\": the access rules of the server do not "
	       "allow "
	       "it to this identity",
	       "cn=g,dc=x: lid uid=u,dc=x: resultaat 50, \"no write access\": de toegangsregels van de server staan "
	       "het "
	       "deze identiteit niet toe");
	expect("source basis: none of the 2 servers can be used: ldap://a: search: busy (result 51); ldap://b: the TLS "
	       "handshake failed",
	       "bron basis: geen van de 2 servers is bruikbaar: ldap://a: zoekopdracht: busy (resultaat 51); ldap://b: "
	       "de TLS-handshake is mislukt");
	expect("ldap://a is behind: for server id 0af it stands at A, and B was applied already",
	       "ldap://a loopt achter: voor server-id 0af staat ze op A, en B werd al toegepast");
	expect("the chain is broken: row 12, of changes, was changed",
	       "de keten is gebroken: rij 12, van changes, werd "
	       "gewijzigd");
}

/* A Dutch sentence with English words of a helper in it, as the status composes it. */
static void what_is_known_within_a_sentence_is_said_again(void **state)
{
	(void)state;
	expect("er is niets geschreven: the application's directory refused it: result 50: the access rules of the "
	       "server do not allow it to this identity",
	       "er is niets geschreven: de directory van de toepassing weigerde het: resultaat 50: de toegangsregels "
	       "van de server staan het deze identiteit niet toe");
	expect("the disk fell off; it answers", "the disk fell off; het antwoordt");
}

static void what_others_say_stays(void **state)
{
	(void)state;
	static const char *const others[] = {
		"",
		"Connection refused",
		"no write access to parent",
		"wait: start: open",
		"%s %s %s: %u",
		"; : ; : ",
		"5",
		"it answer",
		"it answers!",
		"six entries",
		"beef entries",
	};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		expect(others[i], others[i]);
	assert_null(said((const char *)NULL));
}

/* A word that was filled in is part of a name or of a command that somebody types. */
static void words_that_were_filled_in_stay(void **state)
{
	(void)state;
	expect("duaal-source has ended; 'journalctl -u duaalsync-source*' says why",
	       "duaal-source is geëindigd; 'journalctl -u duaalsync-source*' zegt waarom");
	expect("source people: it cannot be read", "bron people: het kan niet gelezen worden");
}

/* A server may say what reads like one of our sentences, or like the end of one. */
static void words_of_others_are_never_ours(void **state)
{
	(void)state;
	static const char *const words[] = {
		"it answers",
		"enough: it answers; it answers",
		"it cannot be read, which is in use",
		"none of the 2 servers can be used: ldap://a",
		"search: busy (result 51)",
		"x; the server closed it or cannot be reached",
		"1 entry",
		"it answers' : 'it answers",
		"approve",
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char english[512], dutch[512], quoted[128];
		escape_quoted(quoted, sizeof(quoted), text_of(words[i]));
		snprintf(english, sizeof(english),
			 "source basis: none of the 2 servers can be used: ldap://a: search: busy (result 51): %s; "
			 "the server closed it or cannot be reached",
			 quoted);
		snprintf(dutch, sizeof(dutch),
			 "bron basis: geen van de 2 servers is bruikbaar: ldap://a: zoekopdracht: busy (resultaat 51): "
			 "%s; "
			 "de server heeft ze gesloten of is niet te bereiken",
			 quoted);
		expect(english, dutch);
		snprintf(english, sizeof(english),
			 "result 50, %s: the access rules of the server do not allow it to this identity", quoted);
		snprintf(dutch, sizeof(dutch),
			 "resultaat 50, %s: de toegangsregels van de server staan het deze identiteit niet toe",
			 quoted);
		expect(english, dutch);
		snprintf(english, sizeof(english), "x: who-am-i answers %s and not \"dn:cn=x\"", quoted);
		snprintf(dutch, sizeof(dutch), "x: who-am-i antwoordt %s en niet \"dn:cn=x\"", quoted);
		expect(english, dutch);
	}
	/* Cut off in the middle of them. */
	expect("x: search: busy (result 51): \"busy; it answers",
	       "x: zoekopdracht: busy (resultaat 51): \"busy; it answers");
	/* Single words behind a sentence are an answer or a code. */
	expect("it answers: approve", "het antwoordt: approve");
	expect("source: people", "bron: personen");
}

/* In English it is open what is the one and what is the other, and each translation would say. */
static void what_can_be_read_in_two_ways_stays(void **state)
{
	(void)state;
	expect("the certificate of a ended at b", "het certificaat van a is geëindigd op b");
	expect("the certificate of a ended at b ended at c", "the certificate of a ended at b ended at c");
	expect("a was taken, because b", "a werd genomen, omdat b");
	expect("a was taken, because b was taken, because c", "a was taken, because b was taken, because c");
	expect("x: who-am-i answers \"a\" and not \"b\" and not \"c\"",
	       "x: who-am-i answers \"a\" and not \"b\" and not \"c\"");
}

static void english_stays_english(void **state)
{
	(void)state;
	const char *sentence = "it answers";
	language_use(LANGUAGE_ENGLISH);
	assert_ptr_equal(said(sentence), sentence);
	language_use(LANGUAGE_DUTCH);
}

/* ---- bounds ---------------------------------------------------------------------------------------------- */

static void there_is_a_bound_to_everything(void **state)
{
	(void)state;
	char *deep = malloc(SAID_SIZE + 64), out[SAID_SIZE];
	assert_non_null(deep);
	/* Nested, and with more parts than are taken apart. */
	deep[0] = '\0';
	while (strlen(deep) < SAID_SIZE - 64)
		strcat(deep, "none of the 2 servers can be used: ");
	strcat(deep, "it answers");
	assert_non_null(strstr(said(deep), "geen van de 2 servers"));
	deep[0] = '\0';
	while (strlen(deep) < SAID_SIZE - 16)
		strcat(deep, "a; b: ");
	assert_ptr_equal(said(deep), deep);
	/* What would become longer than there is room stays as it is, and so does what is longer already. */
	memset(deep, 'x', SAID_SIZE);
	memcpy(deep, "ledger ", 7);
	strcpy(deep + SAID_SIZE - 14, ": it answers");
	assert_ptr_equal(said(deep), deep);
	memset(deep, 'x', SAID_SIZE + 32);
	deep[SAID_SIZE + 32] = '\0';
	assert_ptr_equal(said(deep), deep);
	memset(deep, 'x', SAID_SIZE + 32);
	memcpy(deep, "valid until ", 12); /* shorter in Dutch */
	strcpy(deep + SAID_SIZE - 17, ", 4 days from now");
	assert_ptr_equal(said(deep), deep);
	/* A text is not read past its end. */
	const struct text cut = text_make("it answersXYZ", 10);
	const struct text again = said_text_into(out, cut);
	assert_int_equal(again.len, strlen("het antwoordt"));
	assert_memory_equal(again.at, "het antwoordt", again.len);
	free(deep);
}

/* ---- the whole catalogue ------------------------------------------------------------------------------------ */

/* The format with its places filled in, by the rules of printf as far as our formats use them. */
static void fill_with(char *out, size_t size, const char *format, const char *number, const char *const texts[4])
{
	size_t len = 0, text = 0;
	for (; *format != '\0' && len + 512 < size; format++) {
		size_t width = strspn(format + 1, "-+#0123456789.*hlzjt");
		char kind = format[0] == '%' ? format[1 + width] : '\0';
		if (kind == '%' && width == 0) {
			out[len++] = '%';
			format++;
		} else if (kind == 's' || kind == 'c') {
			len += (size_t)sprintf(out + len, "%s", texts[text++ % 4]);
			format += 1 + width;
		} else if (kind != '\0' && strchr("diuxXfg", kind) != NULL) {
			len += (size_t)sprintf(out + len, "%s", number);
			format += 1 + width;
		} else
			out[len++] = *format;
	}
	out[len] = '\0';
}

static const char *const names[4] = {"Ypsilon", "Zeta", "Xi", "Psi"};

static void fill(char *out, size_t size, const char *format, const char *number)
{
	fill_with(out, size, format, number, names);
}

/* Whatever was made of a format is said in the words of its translation, or not at all: never in those of another one. */
static void no_text_is_taken_for_another(void **state)
{
	(void)state;
	static char english[1 << 16], dutch[1 << 16];
	struct language_text text;
	unsigned known = 0, all = 0;
	for (uint32_t row = 0; language_text_at(row, &text); row++)
		for (int form = 0; form < 2; form++) {
			const bool two = strlen(text.english) < text.english_len;
			fill(english, sizeof(english),
			     form == 0 ? text.english
			     : two     ? strchr(text.english, 0) + 1
				       : "",
			     form == 0 ? "1" : "7");
			fill(dutch, sizeof(dutch),
			     form == 0 ? text.own
			     : two     ? strchr(text.own, 0) + 1
				       : "",
			     form == 0 ? "1" : "7");
			if (strlen(english) >= SAID_SIZE || english[0] == '\0')
				continue;
			const char *again = said(english);
			all++;
			known += strcmp(again, dutch) == 0;
			if (strcmp(again, dutch) != 0 && strcmp(again, english) != 0)
				fail_msg("\"%s\": \"%s\" and not \"%s\"", english, again, dutch);
		}
	fprintf(stderr, "# %u of %u texts are known again\n", known, all);
	assert_true(known > all * 9 / 10);
}

/* What the format says by itself between two places, the nth of them. false: there are not so many. */
static bool nth_piece(const char *format, unsigned n, char out[256])
{
	size_t len = 0;
	for (;; format++) {
		size_t width = strspn(format + 1, "-+#0123456789.*hlzjt");
		const bool place =
			format[0] == '%' && format[1 + width] != '\0' && strchr("scdiuxXfg", format[1 + width]) != NULL;
		if (!place && *format != '\0' && len + 1 < 200) {
			out[len++] = *format;
			continue;
		}
		out[len] = '\0';
		if (len > 0 && n-- == 0)
			return true;
		if (*format == '\0')
			return false;
		len = 0;
		format += place ? 1 + width : 0;
	}
}

/* Somebody whose name reads like what a format says: it is the name that it is, or everything stays English. */
static void a_name_like_a_format_moves_nothing(void **state)
{
	(void)state;
	static char english[1 << 16], dutch[1 << 16];
	struct language_text text;
	unsigned known = 0, all = 0;
	for (uint32_t row = 0; language_text_at(row, &text); row++) {
		char piece[256], name[300];
		/* What ": " and "; " part is said part by part, wherever it stands. */
		if (text.english_len > 400 || strstr(text.english, ": ") != NULL || strstr(text.english, "; ") != NULL)
			continue;
		for (unsigned n = 0; nth_piece(text.english, n, piece) && strchr(piece, '"') == NULL; n++)
			for (unsigned place = 0; place < 4; place++) {
				const char *with[4] = {names[0], names[1], names[2], names[3]};
				snprintf(name, sizeof(name), "Q%sR", piece);
				with[place] = name;
				fill_with(english, sizeof(english), text.english, "1", with);
				fill_with(dutch, sizeof(dutch), text.own, "1", with);
				if (strstr(english, name) == NULL || strlen(english) >= SAID_SIZE)
					continue;
				const char *again = said(english);
				all++;
				known += strcmp(again, dutch) == 0;
				if (strcmp(again, dutch) != 0 && strcmp(again, english) != 0)
					fail_msg("\"%s\": \"%s\" and not \"%s\"", english, again, dutch);
			}
	}
	fprintf(stderr, "# %u of %u are known again\n", known, all);
	assert_true(all > 500 && known > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_are_taken_apart),
		cmocka_unit_test(what_is_known_within_a_sentence_is_said_again),
		cmocka_unit_test(what_others_say_stays),
		cmocka_unit_test(words_that_were_filled_in_stay),
		cmocka_unit_test(words_of_others_are_never_ours),
		cmocka_unit_test(what_can_be_read_in_two_ways_stays),
		cmocka_unit_test(english_stays_english),
		cmocka_unit_test(there_is_a_bound_to_everything),
		cmocka_unit_test(no_text_is_taken_for_another),
		cmocka_unit_test(a_name_like_a_format_moves_nothing),
	};
	const char *catalogues = getenv("CATALOGUES");
	if (catalogues != NULL && catalogues[0] == '\0') {
		puts("1..0 # SKIP this build has no catalogues");
		return 0;
	}
	return cmocka_run_group_tests(tests, use_catalogue, close_catalogue);
}
