/* SPDX-License-Identifier: EUPL-1.2 */
/* test_pseudonym.c - what is left of texts and replies that name people, and that the same person has one pseudonym. */
#include "unit.h"

#include "base/err.h"
#include "control/interface.h"
#include "ctl/known_text.h"
#include "ctl/pseudonym.h"
#include "ctl/support_parts.h"
#include "national.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

typedef void replacer(struct pseudonyms *p, struct text in, struct buf *out);

/* expected is compared with what becomes of in. */
static void check(struct pseudonyms *p, replacer *replace, const char *in, const char *expected)
{
	struct buf out;
	buf_init(&out);
	replace(p, text_of(in), &out);
	assert_false(buf_failed(&out) || pseudonyms_failed(p));
	assert_string_equal(buf_string(&out), expected);
	buf_done(&out);
}

/* A reply as it is shown, in one line. */
static void check_reply(struct pseudonyms *p, const char *reply, const char *expected)
{
	json_t *parameters = json_loads(reply, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(parameters);
	assert_int_equal(pseudonym_reply(p, parameters), 0);
	char *shown = json_dumps(parameters, JSON_COMPACT | JSON_PRESERVE_ORDER);
	assert_string_equal(shown, expected);
	free(shown);
	json_decref(parameters);
}

static void our_own_words_stay(void **state)
{
	(void)state;
	static const char *const stay[] = {
		"",
		"no admission was requested for this institution (R2)",
		"Institution 30569 is admitted: the institution has an approved programme application (R1).",
		"182 people with the right, 60 institutions",
		"last complete read of the source 0 s ago",
		"2 holds wait for a decision; 2 expires without effect at 2026-11-29T18:45:54Z",
		"rule-shrunken-source",
	};
	struct pseudonyms *p = pseudonyms_new();
	for (size_t i = 0; i < COUNT(stay); i++)
		check(p, pseudonym_sentence, stay[i], stay[i]);
	pseudonyms_free(p);
}

static void everything_else_does_not(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"Nadia El Amrani has no access.", "anon-1 has no access."},
		{"zo\xc3\xab has no access.", "anon-1 has no access."},
		{"Nobody was found for \"0470 12 34 56\".", "Nobody was found for \"anon-1\"."},
		{"Nobody was found for \"85.07.30-033.##\".", "Nobody was found for \"anon-1\"."},
		{"Nobody was found for \"850730033##\".", "Nobody was found for \"anon-1\"."},
		{"Nobody was found for \"jan.peeters@school.example\".", "Nobody was found for \"anon-1\"."},
		{"Nobody was found for \"the person does not hold the right of Jan\".",
		 "Nobody was found for \"the person does not hold the right anon-1\"."},
		{"1-11f818 expires without effect at 2026-11-29T18:45:54Z",
		 "1 expires without effect at 2026-11-29T18:45:54Z"},
		{"The access is membership of uid=jan,ou=people,dc=school.",
		 "The access is membership of uid=anon-1,ou=people,dc=anon-2."},
		{"Jan", "anon-1"},
		{"no accessory", "anon-1"}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pseudonyms *p = pseudonyms_new();
		check(p, pseudonym_sentence, national(cases[i][0]), cases[i][1]);
		pseudonyms_free(p);
	}
}

static void a_dn_keeps_its_form(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	pseudonyms_keep(p, "beheerder");
	check(p, pseudonym_dn, "cn=beheerder-30569,duaalInstitutionNumber=30569,ou=institutions,dc=app",
	      "cn=beheerder-30569,duaalInstitutionNumber=30569,ou=institutions,dc=app");
	check(p, pseudonym_dn, "uid=people, ou=people", "uid=anon-1,ou=people");
	check(p, pseudonym_dn, "uid=123456,cn=Jan\\, de oude+mail=j@x", "uid=anon-2,cn=anon-3+mail=anon-4");
	check(p, pseudonym_dn, "cn=123456,ou=people", "cn=anon-2,ou=people");
	check(p, pseudonym_dn, "Jan=Peeters,cn=jan-30569", "anon-5=anon-6,cn=anon-7");
	check(p, pseudonym_dn, "no name", "anon-8");
	pseudonyms_free(p);
}

static void ldif_keeps_its_form(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	check(p, pseudonym_ldif,
	      "version: 1\n# Jan Peeters\n\ndn: uid=jan-met-de-lange\n -naam,ou=people\nchangetype: modify\nadd: "
	      "cn\ncn: Jan\n"
	      "sn:: SmFu\nuid: 123456\n-\nwhat is this\n",
	      "version: 1\n# anon-1\n\ndn: uid=anon-2,ou=people\nchangetype: modify\nadd: cn\ncn: anon-3\n"
	      "sn: anon-4\nuid: anon-5\n-\n#\n");
	pseudonyms_free(p);
}

static void one_person_has_one_pseudonym(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	check_reply(
		p,
		"{\"sentence\":\"Jan Peeters has no access\",\"person\":{\"name\":\"Jan Peeters\",\"vo_id\":\"vo-1\"},"
		"\"entry\":\"uid=VO-1,ou=people\"}",
		"{\"sentence\":\"anon-1 has no access\",\"person\":{\"name\":\"anon-1\",\"vo_id\":\"anon-1\"},"
		"\"entry\":\"uid=anon-1,ou=people\"}");
	check_reply(p, "{\"person\":{\"name\":\"Jan P.\",\"vo_id\":\"vo-1\"},\"mail\":\"jan@x\",\"uid\":\"jan p.\"}",
		    "{\"person\":{\"name\":\"anon-1\",\"vo_id\":\"anon-1\"},\"mail\":\"anon-1\",\"uid\":\"anon-1\"}");
	pseudonyms_free(p);
}

static void a_name_that_two_people_have_is_a_third_one(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	check_reply(p,
		    "{\"candidates\":[{\"name\":\"Jan Peeters\",\"vo_id\":\"vo-1\"},{\"name\":\"Jan "
		    "Peeters\",\"vo_id\":\"vo-2\"}],"
		    "\"sentence\":\"Jan Peeters has no access\"}",
		    "{\"candidates\":[{\"name\":\"anon-1\",\"vo_id\":\"anon-1\"},{\"name\":\"anon-3\",\"vo_id\":\"anon-"
		    "3\"}],"
		    "\"sentence\":\"anon-2 has no access\"}");
	pseudonyms_free(p);
}

static void a_number_is_kept_when_more_is_known(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	check_reply(p, "{\"person\":{\"name\":\"Jan Peeters\",\"vo_id\":null}}",
		    "{\"person\":{\"name\":\"anon-1\",\"vo_id\":null}}");
	check_reply(p, "{\"person\":{\"name\":\"Jan Peeters\",\"vo_id\":\"vo-1\"}}",
		    "{\"person\":{\"name\":\"anon-1\",\"vo_id\":\"anon-1\"}}");
	pseudonyms_free(p);
}

static void what_people_typed_is_replaced_whole(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	check_reply(p,
		    "{\"holds\":[{\"id\":\"12-3f9a2b\",\"reason\":\"the source\",\"decided_by\":1000,\"changes\":3}]}",
		    "{\"holds\":[{\"id\":\"12\",\"reason\":\"anon-1\",\"decided_by\":null,\"changes\":3}]}");
	check_reply(p, "{\"institutions\":[{\"name\":\"Atheneum\",\"changes\":[{\"reason\":\"no-right\"}]}]}",
		    "{\"institutions\":[{\"name\":\"Atheneum\",\"changes\":[{\"reason\":\"no-right\"}]}]}");
	pseudonyms_free(p);
}

static void a_field_that_nobody_knows_is_replaced(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	check_reply(p, "{\"new\":\"Jan\",\"more\":{\"new\":[\"Jan\",[\"Piet\"],null,true,1]}}",
		    "{\"new\":\"anon-1\",\"more\":{\"new\":[\"anon-1\",[\"anon-2\"],null,true,1]}}");
	check_reply(p,
		    "{\"lines\":[\"{\\\"table\\\":\\\"changes\\\",\\\"trigger_uid\\\":7,\\\"details\\\":{"
		    "\\\"person\\\":\\\"vo-9\\\"}}\",\"Jan\"]}",
		    "{\"lines\":[\"{\\\"table\\\":\\\"changes\\\",\\\"trigger_uid\\\":null,\\\"details\\\":{"
		    "\\\"person\\\":\\\"anon-3\\\"}}\",\"\"]}");
	pseudonyms_free(p);
}

static void a_name_of_an_institution_stays_unless_it_names_somebody(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	check_reply(p,
		    "{\"institution_name\":\"Atheneum Geel\",\"detail\":\"Institution 7 is \\\"Atheneum Geel\\\", of "
		    "the kind \\\"x\\\".\"}",
		    "{\"institution_name\":\"Atheneum Geel\",\"detail\":\"Institution 7 is \\\"Atheneum Geel\\\", of "
		    "the kind \\\"anon-1\\\".\"}");
	check_reply(p,
		    "{\"institution_name\":\"An Claes\",\"person\":{\"name\":\"An Claes\",\"vo_id\":\"vo-1\"},"
		    "\"detail\":\"An Claes has no access\"}",
		    "{\"institution_name\":\"An Claes\",\"person\":{\"name\":\"anon-2\",\"vo_id\":\"anon-2\"},"
		    "\"detail\":\"anon-2 has no access\"}");
	pseudonyms_free(p);
}

static void settings_keep_their_form(void **state)
{
	(void)state;
	struct pseudonyms *p = pseudonyms_new();
	check(p, support_settings,
	      "# Jan schreef dit\nsource: { uri = [ \"ldaps://a.school.example:636\", \"ldap://10.0.0.1\" ]; // Jan\n"
	      "\tdeadline = \"30s\"; page_size = 1000; starttls = false; /* Jan\n */ share = 0.5; }\n",
	      "\nsource: { uri = [ \"ldaps://anon-1:636\", \"ldap://anon-2\" ]; \n"
	      "\tdeadline = \"30s\"; page_size = 1000; starttls = false;  share = 0.5; }\n");
	check(p, support_settings, "bind_dn = \"uid=123456,ou=people\"; filter = \"(&(objectClass=*)(sn=Peeters))\";",
	      "bind_dn = \"uid=anon-3,ou=people\"; filter = \"(&(objectClass=*)(sn=anon-4))\";");
	check(p, support_settings, "password = \"ge\\\"heim # nee\"; Jan = 3; open = \"Jan\n# Jan", /* faults in it */
	      "anon-5 = \"anon-6\"anon-7 # anon-8\"; anon-9 = 3; open = \"anon-9\n");
	check(p, support_settings, "", "");
	check(p, support_settings, "\"", "\"");
	pseudonyms_free(p);
}

static void the_longest_text_is_found(void **state)
{
	(void)state;
	assert_int_equal(known_text_at(text_of("no admission was requested for this institution (R2), and more")),
			 strlen("no admission was requested for this institution (R2)"));
	assert_int_equal(known_text_at(text_of("")), 0);
	assert_int_equal(known_text_at(text_of("\x01")), 0);
	assert_int_equal(known_text_at(text_of("~~~")), 0);
	assert_true(known_word(text_of("no-right")));
	assert_false(known_word(text_of("no-righ")));
	assert_false(known_word(text_of("")));
}

/* Each "NAME: int" and "NAME: ?int" of a line: is NAME in the list? Returns how many there were. */
static size_t look_at_numbers(char *line, const char *const *list, size_t count)
{
	size_t numbers = 0;
	char *rest = NULL;
	for (char *field = strtok_r(line, "(,)\n", &rest); field != NULL; field = strtok_r(NULL, "(,)\n", &rest)) {
		char name[64], type[64];
		bool found = false;
		if (sscanf(field, " %63[a-z_]: %63s", name, type) != 2 || strstr(type, "int") == NULL)
			continue;
		for (size_t i = 0; i < count; i++)
			found |= strcmp(list[i], name) == 0;
		if (!found)
			fail_msg("is the number \"%s\" about one person? If not, it belongs in the list here", name);
		numbers++;
	}
	return numbers;
}

/* Numbers are shown as they are, so each that a reply may hold was looked at: none of these is about one person alone, and those that are
 * users' numbers are replaced. */
static void every_number_of_the_interface_was_looked_at(void **state)
{
	(void)state;
	static const char *const looked_at[] = {"absent",
						"added",
						"allowed",
						"as_of",
						"apply_ms",
						"at",
						"authored",
						"began",
						"begins",
						"by",
						"canaries_expected",
						"canaries_seen",
						"changes",
						"changes_omitted",
						"count",
						"covered",
						"cycle",
						"cycles",
						"decided",
						"decided_by",
						"delayed_until",
						"directives",
						"directives_omitted",
						"done",
						"drift",
						"drift_omitted",
						"duration_ms",
						"ended",
						"erased",
						"expected",
						"expired",
						"expires",
						"failed",
						"findings",
						"freezes_omitted",
						"go",
						"grace",
						"grants",
						"groups",
						"held",
						"holds",
						"holds_omitted",
						"id",
						"institution",
						"institutions",
						"institutions_admitted",
						"known",
						"last_applied",
						"last_attempt",
						"last_read",
						"longest",
						"median",
						"members_omitted",
						"memberships",
						"memberships_present",
						"memberships_wanted",
						"next",
						"next_change",
						"next_run",
						"now",
						"number",
						"opened",
						"operations_omitted",
						"pages",
						"people",
						"pins",
						"read",
						"read_ms",
						"refusals",
						"refusals_omitted",
						"refused",
						"remarks",
						"remarks_omitted",
						"removals",
						"removals_that_empty_a_group",
						"request_max",
						"time",
						"sequence",
						"troubled_omitted",
						"ends",
						"requested_by",
						"requests",
						"rows",
						"seen",
						"since",
						"since_cycle",
						"started",
						"structure",
						"think_ms",
						"total",
						"until",
						"waiting",
						"will_at",
						"written",
						"page",
						"limit",
						"after",
						"weeks",
						"from",
						"newer_than"};
	char path[512], line[512];
	const char *root = getenv("top_srcdir");
	snprintf(path, sizeof(path), "%s/daemon/control/" INTERFACE_NAME ".varlink", root != NULL ? root : ".");
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	size_t numbers = 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (line[0] != '#')
			numbers += look_at_numbers(line, looked_at, COUNT(looked_at));
	fclose(f);
	assert_true(numbers > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_words_stay),
		cmocka_unit_test(everything_else_does_not),
		cmocka_unit_test(a_dn_keeps_its_form),
		cmocka_unit_test(ldif_keeps_its_form),
		cmocka_unit_test(one_person_has_one_pseudonym),
		cmocka_unit_test(a_name_that_two_people_have_is_a_third_one),
		cmocka_unit_test(a_number_is_kept_when_more_is_known),
		cmocka_unit_test(what_people_typed_is_replaced_whole),
		cmocka_unit_test(a_field_that_nobody_knows_is_replaced),
		cmocka_unit_test(a_name_of_an_institution_stays_unless_it_names_somebody),
		cmocka_unit_test(settings_keep_their_form),
		cmocka_unit_test(the_longest_text_is_found),
		cmocka_unit_test(every_number_of_the_interface_was_looked_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
