/* SPDX-License-Identifier: EUPL-1.2 */
/* test_target.c - the target's snapshot: groups, members, ownership, protection, and how entries are called. */
#include "unit.h"

#include "model/dn.h"
#include "model/number.h"
#include "model/snapshot.h"

#define PEOPLE "ou=people,dc=app"
static char *roles[] = {(char *)"beheerder", (char *)"trajectbegeleider"};
static char *protected_dns[] = {(char *)"UID=Glass, ou=people,dc=app",
				(char *)"cn=beheerder-9,duaalInstitutionNumber=9,ou=institutions,dc=app"};
static const struct target_names names = {
	.base = (char *)"dc=app",
	.institutions = (char *)"ou=institutions,dc=app",
	.people = (char *)PEOPLE,
	.requests = (char *)"ou=requests,dc=app",
	.overrides = (char *)"ou=overrides,dc=app",
	.person_rdn = (char *)"uid",
	.institution_rdn = (char *)"duaalInstitutionNumber",
	.group_rdn = (char *)"cn",
	.group_name = (char *)"%r-%n",
	.instance = (char *)"main",
	.roles = roles,
	.role_count = 2,
	.protected = protected_dns,
	.protected_count = 2,
	.people_provisioned = true,
	.roles_base = (char *)"ou=roles,dc=app",
	.placeholder = (char *)"cn=nobody,dc=app",
};
static struct entry_builder builder;
static uint32_t sent[ENTRY_KINDS];

static const struct entry *make(enum entry_kind kind, uint8_t number, const char *dn)
{
	struct uuid uuid = {{number, (uint8_t)kind}};
	entry_begin(&builder, kind, &uuid, NULL, DN_UNDER_BASE, text_of(dn));
	return entry_end(&builder);
}

static const struct entry *person(uint8_t number, const char *vo_id)
{
	char dn[64];
	snprintf(dn, sizeof(dn), "uid=%s", vo_id);
	make(ENTRY_PERSON, number, dn);
	entry_add(&builder, FIELD_VO_ID, text_of(vo_id));
	entry_add(&builder, FIELD_MANAGED_BY, text_of("main"));
	return entry_end(&builder);
}

static const struct entry *institution(uint8_t number, const char *spelt, const char *owner)
{
	make(ENTRY_INSTITUTION, number, "duaalInstitutionNumber=9");
	entry_add(&builder, FIELD_NUMBER, text_of(spelt));
	entry_add(&builder, FIELD_MANAGED_BY, text_of(owner));
	return entry_end(&builder);
}

static const struct entry *group(uint8_t number, const char *spelt, const char *role, const char *const *members)
{
	char dn[64];
	snprintf(dn, sizeof(dn), "cn=%s-%s,duaalInstitutionNumber=%s", role, spelt, spelt);
	make(ENTRY_GROUP, number, dn);
	entry_add(&builder, FIELD_NUMBER, text_of(spelt));
	entry_add(&builder, FIELD_ROLE, text_of(role));
	for (; members != NULL && *members != NULL; members++)
		entry_add(&builder, FIELD_MEMBER, text_of(*members));
	entry_add(&builder, FIELD_MANAGED_BY, text_of("main"));
	return entry_end(&builder);
}

static struct target_builder *begin(const struct target_snapshot *prev)
{
	struct target_builder *b = NULL;
	memset(sent, 0, sizeof(sent));
	assert_int_equal(target_begin(&names, prev, &b, NULL), 0);
	return b;
}

static void add(struct target_builder *b, const struct entry *entry)
{
	struct err err = {0};
	sent[entry->kind]++;
	if (target_add(b, entry, &err) < 0)
		fail_msg("%s", err.text);
}

static struct target_snapshot *seal(struct target_builder *b)
{
	struct target_snapshot *s = NULL;
	struct certificate cert = {.checks = CHECKS_ALL};
	struct err err = {0};
	memcpy(cert.counts, sent, sizeof(sent));
	if (target_seal(b, &cert, &s, &err) < 0)
		fail_msg("%s", err.text);
	return s;
}

static const char *const three[] = {"uid=ann," PEOPLE, "UID=Ben, " PEOPLE, "uid=gone," PEOPLE, "no dn", NULL};

static struct target_snapshot *sample(const struct target_snapshot *prev)
{
	struct target_builder *b = begin(prev);
	add(b, institution(1, "000009", "main"));
	add(b, institution(2, "?", "main"));
	add(b, person(1, "ann"));
	add(b, person(2, "ben"));
	add(b, person(3, "glass"));
	add(b, group(1, "30569", "trajectbegeleider", three));
	add(b, group(2, "9", "Beheerder", NULL));
	add(b, group(3, "9", "other", NULL));
	add(b, make(ENTRY_REQUEST, 1, "cn=r"));
	add(b, make(ENTRY_FOREIGN, 1, "cn=f"));
	add(b, make(ENTRY_SYNC, 1, "cn=sync"));
	return seal(b);
}

static void check_value(const struct target_snapshot *s, uint32_t member, const char *expected)
{
	struct buf out;
	buf_init(&out);
	target_member_value(s, member, &out);
	assert_string_equal(buf_string(&out), expected);
	assert_int_equal(s->members[member].key, dn_key(text_of(expected)));
	buf_done(&out);
}

static void members_are_resolved(void **state)
{
	(void)state;
	struct target_snapshot *s = sample(NULL);
	uint32_t at = target_group_find(s, 30569, 1);
	assert_int_not_equal(at, NONE);
	const struct target_group *g = &s->groups[at];
	assert_int_equal(g->member_count, 4);
	for (uint32_t i = 0; i < 4; i++)
		check_value(s, g->first_member + i, three[i]); /* byte for byte as read (I6) */
	const struct target_member *m = &s->members[g->first_member];
	assert_int_equal(m[0].person, target_person_by_vo_id(s, text_of("ANN")));
	assert_int_equal(m[0].raw, NONE);
	assert_int_equal(m[1].person, target_person_by_key(s, dn_key(text_of("uid=ben," PEOPLE))));
	assert_int_not_equal(m[1].raw, NONE);
	assert_int_equal(m[2].person, NONE);
	assert_int_equal(m[3].key, 0);
	assert_int_equal(s->raw_count, 3);
	assert_false(entry_has(g->entry, FIELD_MEMBER));
	assert_true(entry_has_value(g->entry, FIELD_MANAGED_BY, text_of("main")));
	assert_int_equal(target_person_by_key(s, 0), NONE);
	assert_int_equal(target_person_by_vo_id(s, text_of("zed")), NONE);
	assert_null(target_free(s));
	assert_null(target_free(NULL));
}

static void each_role_of_an_institution_is_found(void **state)
{
	(void)state;
	struct target_builder *b = begin(NULL);
	add(b, group(1, "10", "trajectbegeleider", NULL));
	add(b, group(2, "9", "trajectbegeleider", NULL));
	add(b, group(3, "9", "beheerder", NULL));
	add(b, group(4, "10", "beheerder", NULL));
	add(b, group(5, "11", "beheerder", NULL));
	struct target_snapshot *s = seal(b);
	for (uint32_t at = 0; at < 4; at++)
		assert_int_equal(target_group_find(s, 9 + at / 2, (uint8_t)(at % 2)), at);
	assert_int_equal(target_group_find(s, 11, 0), 4);
	assert_int_equal(target_group_find(s, 11, 1), NONE);
	target_free(s);
}

static void groups_and_institutions_are_ordered(void **state)
{
	(void)state;
	struct target_snapshot *s = sample(NULL);
	assert_int_equal(s->institutions[0].number, 0);
	assert_int_equal(target_institution_by_number(s, 9), 1);
	assert_int_equal(target_institution_by_number(s, 8), NONE);
	assert_int_equal(target_group_find(s, 9, 0), 0);
	assert_int_equal(s->groups[1].role, UINT8_MAX);
	assert_int_equal(target_group_find(s, 9, 1), NONE);
	assert_int_equal(target_group_find(s, 30569, 1), 2);
	assert_int_equal(s->request_count, 1);
	assert_int_equal(s->foreign_count, 1);
	assert_non_null(s->sync);
	target_free(s);
}

static bool is_protected(const char *dn)
{
	bool protected = false;
	assert_int_equal(target_names_is_protected(&names, dn_key(text_of(dn)), &protected), 0);
	return protected;
}

static void ownership_and_protection(void **state)
{
	(void)state;
	struct target_builder *b = begin(NULL);
	add(b, institution(1, "7", "other"));
	add(b, institution(2, "7", "main"));
	add(b, person(1, "glass"));
	add(b, person(2, "ann"));
	add(b, group(1, "9", "beheerder", NULL));
	add(b, group(2, "8", "beheerder", NULL));
	struct target_snapshot *s = seal(b);
	assert_true(s->institutions[target_institution_by_number(s, 7)].ours); /* ours is found before a stranger's */
	assert_false(s->institutions[1].ours);
	assert_true(s->people[0].protected && !s->people[1].protected);
	assert_true(s->people[0].ours);
	assert_true(s->groups[target_group_find(s, 9, 0)].protected);
	assert_false(s->groups[target_group_find(s, 8, 0)].protected);
	assert_true(is_protected("uid=GLASS,ou=People,dc=app"));
	assert_false(is_protected("cn=x,uid=glass,ou=people,dc=app"));
	assert_false(is_protected(""));
	assert_false(is_protected("no dn"));
	target_free(s);
}

static void entries_have_their_names(void **state)
{
	(void)state;
	struct target_snapshot *s = sample(NULL);
	struct buf out;
	buf_init(&out);
	target_names_person_dn(&names, text_of("a,b"), &out);
	assert_string_equal(buf_string(&out), "uid=a\\,b," PEOPLE);
	buf_clear(&out);
	target_names_group_dn(&names, 30569, 1, &out);
	assert_string_equal(buf_string(&out),
			    "cn=trajectbegeleider-30569,duaalInstitutionNumber=30569,ou=institutions,dc=app");
	buf_clear(&out);
	target_group_dn(s, target_group_find(s, 30569, 1), &out);
	assert_string_equal(buf_string(&out),
			    "cn=trajectbegeleider-30569,duaalInstitutionNumber=30569,ou=institutions,dc=app");
	buf_clear(&out);
	target_person_dn(s, 0, &out);
	assert_string_equal(buf_string(&out), "uid=ann," PEOPLE);
	buf_clear(&out);
	target_names_group_dn(&names, 1, 2, &out);
	assert_true(buf_failed(&out)); /* a role that does not exist gives no DN */
	buf_done(&out);
	assert_true(text_equal(target_names_base(&names, ENTRY_REQUEST), text_of("ou=requests,dc=app")));
	assert_true(text_equal(target_names_base(&names, ENTRY_OVERRIDE), text_of("ou=overrides,dc=app")));
	assert_true(text_equal(target_names_base(&names, ENTRY_SYNC), text_of("dc=app")));
	target_free(s);
}

static void large_groups_come_in_blocks(void **state)
{
	(void)state;
	const char *const first[] = {"uid=ann," PEOPLE, NULL}, *const second[] = {"uid=x," PEOPLE, "uid=y," PEOPLE,
										  NULL};
	struct target_builder *b = begin(NULL);
	add(b, person(1, "ann"));
	add(b, group(1, "9", "beheerder", first));
	add(b, group(1, "9", "beheerder", second));
	add(b, group(2, "8", "beheerder", first));
	struct target_snapshot *s = seal(b);
	assert_int_equal(s->group_count, 2);
	const struct target_group *g = &s->groups[target_group_find(s, 9, 0)];
	assert_int_equal(g->member_count, 3);
	check_value(s, g->first_member + 2, "uid=y," PEOPLE);
	target_free(s);
}

static void a_group_read_twice(void **state)
{
	(void)state;
	const char *const old[] = {"uid=ann," PEOPLE, "uid=ben," PEOPLE, NULL}, *const now[] = {"uid=z," PEOPLE, NULL};
	struct err err = {0};
	struct target_snapshot *s = NULL;
	struct target_builder *b = begin(NULL);
	add(b, group(1, "9", "beheerder", old));
	add(b, group(2, "8", "beheerder", old));
	add(b, group(1, "9", "beheerder", now)); /* later, apart: replaces */
	s = seal(b);
	assert_int_equal(s->group_count, 2);
	assert_int_equal(s->member_count, 3);
	const struct target_group *g = &s->groups[target_group_find(s, 9, 0)];
	assert_int_equal(g->member_count, 1);
	check_value(s, g->first_member, "uid=z," PEOPLE);
	g = &s->groups[target_group_find(s, 8, 0)];
	check_value(s, g->first_member + 1, "uid=ben," PEOPLE);
	target_free(s);
	s = NULL;
	b = begin(NULL);
	add(b, group(1, "9", "beheerder", old));
	add(b, group(1, "9", "beheerder", old)); /* right behind: not to be told from two blocks */
	struct certificate cert = {.checks = CHECKS_ALL};
	memcpy(cert.counts, sent, sizeof(sent));
	assert_int_equal(target_seal(b, &cert, &s, &err), ERR_INCOMPLETE);
	assert_null(s);
}

static void later_reads_of_one_entry_count(void **state)
{
	(void)state;
	struct target_builder *b = begin(NULL);
	add(b, person(1, "old"));
	add(b, person(1, "new"));
	add(b, institution(1, "5", "main"));
	add(b, institution(1, "6", "main"));
	add(b, make(ENTRY_REQUEST, 1, "cn=a"));
	add(b, make(ENTRY_REQUEST, 1, "cn=b"));
	add(b, make(ENTRY_OVERRIDE, 1, "cn=a"));
	add(b, make(ENTRY_OVERRIDE, 2, "cn=c"));
	add(b, make(ENTRY_OVERRIDE, 1, "cn=b"));
	add(b, make(ENTRY_SYNC, 1, "cn=sync"));
	add(b, make(ENTRY_SYNC, 1, "cn=sync"));
	struct target_snapshot *s = seal(b);
	assert_int_equal(s->people_count, 1);
	assert_int_equal(target_person_by_key(s, dn_key(text_of("uid=old," PEOPLE))), NONE);
	assert_int_equal(target_person_by_key(s, dn_key(text_of("uid=new," PEOPLE))), 0);
	assert_int_equal(target_institution_by_number(s, 5), NONE);
	assert_int_equal(target_institution_by_number(s, 6), 0);
	assert_int_equal(s->request_count, 1);
	assert_true(text_equal(entry_dn_part(s->requests[0]), text_of("cn=b")));
	assert_int_equal(s->override_count, 2);
	assert_true(text_equal(entry_dn_part(s->overrides[0]), text_of("cn=b")));
	assert_true(text_equal(entry_dn_part(s->overrides[1]), text_of("cn=c")));
	target_free(s);
}

/* A certificate that speaks of other directives than those that came proves nothing. */
static void directives_are_counted(void **state)
{
	(void)state;
	struct err err = {0};
	struct target_snapshot *s = NULL;
	struct target_builder *b = begin(NULL);
	add(b, make(ENTRY_REQUEST, 1, "cn=a"));
	add(b, make(ENTRY_OVERRIDE, 1, "cn=a"));
	struct certificate cert = {.checks = CHECKS_ALL};
	cert.counts[ENTRY_REQUEST] = 1;
	cert.counts[ENTRY_OVERRIDE] = 2;
	assert_int_equal(target_seal(b, &cert, &s, &err), ERR_INCOMPLETE);
	assert_non_null(strstr(err.text, "2 overrides were sent, 1 arrived"));
	assert_null(s);
}

static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	struct err err = {0};
	struct target_snapshot *s = NULL;
	struct target_builder *b = begin(NULL);
	add(b, group(1, "9", "beheerder", three));
	assert_int_equal(target_add(b, person(1, "late"), &err), ERR_PROTOCOL);
	assert_int_equal(target_add(b, make(ENTRY_ABSENT, 1, ""), &err), ERR_PROTOCOL);
	target_abandon(b);
	b = begin(NULL);
	add(b, make(ENTRY_FOREIGN, 1, "cn=x"));
	struct uuid uuid = {{1, ENTRY_FOREIGN}};
	entry_begin(&builder, ENTRY_REQUEST, &uuid, NULL, DN_WHOLE, text_of("cn=x"));
	assert_int_equal(target_add(b, entry_end(&builder), &err), ERR_INCOMPLETE); /* it changed its kind */
	struct certificate cert = {.checks = CHECKS_ALL & ~(uint32_t)CHECK_RANGE};
	memcpy(cert.counts, sent, sizeof(sent));
	assert_int_equal(target_seal(b, &cert, &s, &err), ERR_INCOMPLETE);
	cert.checks = CHECKS_ALL;
	assert_int_equal(target_seal(begin(NULL), &cert, &s, &err), ERR_INCOMPLETE);
	assert_non_null(strstr(err.text, "foreign"));
	assert_null(s);
	struct target_names bad = names;
	char *no_dn[] = {(char *)"glass"};
	bad.protected = no_dn;
	bad.protected_count = 1;
	assert_int_equal(target_begin(&bad, NULL, &b, &err), ERR_INVALID);
	assert_null(target_abandon(NULL));
}

static void unchanged_entries_are_shared(void **state)
{
	(void)state;
	const char *const fewer[] = {"uid=ann," PEOPLE, NULL};
	struct target_snapshot *first = sample(NULL);
	struct target_builder *b = begin(first);
	add(b, person(2, "ben")); /* another order */
	add(b, person(1, "ann"));
	add(b, person(3, "glass"));
	add(b, institution(1, "000009", "main"));
	add(b, group(1, "30569", "trajectbegeleider", fewer));
	struct target_snapshot *second = seal(b);
	assert_ptr_equal(second->people[0].entry, first->people[1].entry);
	assert_ptr_equal(second->people[2].entry, first->people[2].entry);
	assert_true(second->people[2].protected && second->people[2].key == first->people[2].key);
	assert_ptr_equal(second->institutions[0].entry, first->institutions[1].entry);
	assert_ptr_equal(second->groups[0].entry, first->groups[2].entry); /* only its members differ */
	assert_int_equal(second->groups[0].member_count, 1);
	target_free(first);
	check_value(second, second->groups[0].first_member, "uid=ann," PEOPLE);
	target_free(second);
}

static int done(void **state)
{
	(void)state;
	entry_builder_done(&builder);
	return 0;
}

/* Whatever its spelling it is nobody: no member, no person, and known as it stands there. */
static void the_placeholder_is_no_member(void **state)
{
	static const char *const with[] = {"uid=ann," PEOPLE, "CN=Nobody , dc=app", NULL};
	static const char *const alone[] = {"cn=nobody,dc=app", NULL};
	struct target_builder *b = begin(NULL);
	(void)state;
	add(b, person(1, "ann"));
	add(b, group(1, "30569", "trajectbegeleider", with));
	add(b, group(2, "9", "beheerder", alone));
	struct target_snapshot *s = seal(b);
	const struct target_group *first = &s->groups[target_group_find(s, 9, 0)],
				  *second = &s->groups[target_group_find(s, 30569, 1)];
	assert_int_equal(s->member_count, 1);
	assert_int_equal(first->member_count, 0);
	assert_int_equal(second->member_count, 1);
	assert_true(text_equal(first->placeholder, text_of("cn=nobody,dc=app")));
	assert_true(text_equal(second->placeholder, text_of("CN=Nobody , dc=app")));
	target_free(s);
}

/* The flat group of a role is a group of every institution, and its members are counted apart. */
static void flat_groups_stand_apart(void **state)
{
	struct target_builder *b = begin(NULL);
	struct buf dn;
	(void)state;
	add(b, person(1, "ann"));
	add(b, group(1, "999999", "beheerder", three));
	make(ENTRY_ROLE, 2, "cn=beheerder");
	entry_add(&builder, FIELD_ROLE, text_of("Beheerder"));
	entry_add(&builder, FIELD_MEMBER, text_of("uid=ann," PEOPLE));
	entry_add(&builder, FIELD_MANAGED_BY, text_of("main"));
	add(b, entry_end(&builder));
	struct target_snapshot *s = seal(b);
	uint32_t at = target_group_find(s, NUMBER_EVERYWHERE, 0);
	assert_int_equal(at, 1);
	assert_true(s->groups[at].ours);
	assert_int_equal(target_memberships(s), 4);
	buf_init(&dn);
	target_group_dn(s, at, &dn);
	assert_string_equal(buf_string(&dn), "cn=beheerder,ou=roles,dc=app");
	buf_clear(&dn);
	target_names_group_dn(&names, NUMBER_EVERYWHERE, 0, &dn);
	assert_string_equal(buf_string(&dn), "cn=beheerder,ou=roles,dc=app");
	buf_done(&dn);
	target_free(s);
}

static void a_group_is_called_as_the_pattern_says(void **state)
{
	struct target_names other = names;
	struct buf dn;
	(void)state;
	other.group_rdn = (char *)"description";
	other.institution_rdn = (char *)"ou";
	other.group_name = (char *)"school %n, %r";
	buf_init(&dn);
	target_names_group_dn(&other, 9, 1, &dn);
	assert_string_equal(buf_string(&dn), "description=school 9\\, trajectbegeleider,ou=9,ou=institutions,dc=app");
	buf_done(&dn);
	assert_true(target_names_is_pattern("%r-%n"));
	assert_true(target_names_is_pattern("%n.%r"));
	assert_false(target_names_is_pattern("%r"));
	assert_false(target_names_is_pattern("%r%n"));
	assert_false(target_names_is_pattern("%n42%r"));
	assert_false(target_names_is_pattern("%r-%n%"));
	assert_false(target_names_is_pattern("%r-%n-%r"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_resolved),
		cmocka_unit_test(each_role_of_an_institution_is_found),
		cmocka_unit_test(groups_and_institutions_are_ordered),
		cmocka_unit_test(ownership_and_protection),
		cmocka_unit_test(entries_have_their_names),
		cmocka_unit_test(large_groups_come_in_blocks),
		cmocka_unit_test(a_group_read_twice),
		cmocka_unit_test(later_reads_of_one_entry_count),
		cmocka_unit_test(directives_are_counted),
		cmocka_unit_test(the_placeholder_is_no_member),
		cmocka_unit_test(flat_groups_stand_apart),
		cmocka_unit_test(a_group_is_called_as_the_pattern_says),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(unchanged_entries_are_shared),
	};
	return cmocka_run_group_tests_name("target", tests, NULL, done);
}
