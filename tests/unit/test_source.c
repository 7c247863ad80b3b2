/* SPDX-License-Identifier: EUPL-1.2 */
/* test_source.c - the source's snapshot: whole or not at all (I1), shared, indexed, answered. */
#include "unit.h"

#include "model/snapshot.h"

static const struct source_bases bases = {
	.name = (char *)"source", .people = (char *)"ou=people", .institutions = (char *)"ou=institutions"};
static struct entry_builder builder;

static struct uuid id(uint8_t number)
{
	return (struct uuid){{number, 7}};
}

static const struct entry *person(uint8_t number, const char *vo_id, const char *right)
{
	struct uuid uuid = id(number);
	entry_begin(&builder, ENTRY_PERSON, &uuid, NULL, DN_UNDER_BASE, text_of("uid=x"));
	if (vo_id != NULL)
		entry_add(&builder, FIELD_VO_ID, text_of(vo_id));
	entry_add(&builder, FIELD_RIGHT, text_of(right));
	return entry_end(&builder);
}

static const struct entry *institution(uint8_t uuid_number, const char *number)
{
	struct uuid uuid = id(uuid_number);
	entry_begin(&builder, ENTRY_INSTITUTION, &uuid, NULL, DN_UNDER_BASE, text_of("o=x"));
	entry_add(&builder, FIELD_NUMBER, text_of(number));
	return entry_end(&builder);
}

static const struct entry *absent(uint8_t number)
{
	struct uuid uuid = id(number);
	entry_begin(&builder, ENTRY_ABSENT, &uuid, NULL, DN_WHOLE, text_of(""));
	return entry_end(&builder);
}

static struct certificate proof(uint32_t people, uint32_t institutions)
{
	struct certificate cert = {.checks = CHECKS_ALL};
	cert.counts[ENTRY_PERSON] = people;
	cert.counts[ENTRY_INSTITUTION] = institutions;
	return cert;
}

static struct source_builder *begin(const struct source_snapshot *prev)
{
	struct source_builder *b = NULL;
	assert_int_equal(source_begin(&bases, prev, &b, NULL), 0);
	return b;
}

static void add(struct source_builder *b, const struct entry *entry)
{
	struct err err = {0};
	if (source_add(b, entry, &err) < 0)
		fail_msg("%s", err.text);
}

static struct source_snapshot *seal(struct source_builder *b, uint32_t people, uint32_t institutions)
{
	struct source_snapshot *s = NULL;
	struct certificate cert = proof(people, institutions);
	struct err err = {0};
	if (source_seal(b, &cert, &s, &err) < 0)
		fail_msg("%s", err.text);
	return s;
}

static struct source_snapshot *sample(const struct source_snapshot *prev)
{
	struct source_builder *b = begin(prev);
	add(b, institution(101, "030569"));
	add(b, institution(102, "seven"));
	add(b, institution(103, "7"));
	add(b, person(1, "AAA", "one"));
	add(b, person(2, "bbb", "two"));
	add(b, person(3, NULL, "three"));
	return seal(b, 3, 3);
}

static void finds_what_was_read(void **state)
{
	(void)state;
	struct source_snapshot *s = sample(NULL);
	struct uuid one = id(1), nobody = id(9);
	assert_int_equal(s->people_count, 3);
	assert_int_equal(source_person_by_uuid(s, &one), 0);
	assert_int_equal(source_person_by_uuid(s, &nobody), NONE);
	assert_int_equal(source_person_by_vo_id(s, text_of(" aaa ")), 0);
	assert_int_equal(source_person_by_vo_id(s, text_of("BBB")), 1);
	assert_int_equal(source_person_by_vo_id(s, text_of("")), NONE);
	assert_int_equal(s->institutions[0].number, 0); /* unreadable: first, and names nothing */
	assert_int_equal(s->institutions[1].number, 7);
	assert_int_equal(source_institution_by_number(s, 30569), 2);
	assert_int_equal(source_institution_by_number(s, 8), NONE);
	assert_int_equal(s->institutions[2].same_as, NONE);
	assert_string_equal(s->bases.people, "ou=people");
	assert_true(certificate_is_complete(&s->certificate));
	assert_false(source_is_absent(s, &one));
	assert_null(source_free(s));
	assert_null(source_free(NULL));
}

static void incomplete_reads_have_no_snapshot(void **state)
{
	(void)state;
	struct err err = {0};
	struct source_snapshot *s = NULL;
	for (uint32_t bit = 1; bit <= CHECKS_ALL; bit <<= 1) {
		struct source_builder *b = begin(NULL);
		struct certificate cert = proof(0, 0);
		cert.checks &= ~bit;
		assert_int_equal(source_seal(b, &cert, &s, &err), ERR_INCOMPLETE);
		char missing[256];
		assert_non_null(strstr(err.text, certificate_missing(&cert, missing, sizeof(missing))));
	}
	for (uint32_t sent = 0; sent < 3; sent += 2) { /* fewer and more than arrived */
		struct source_builder *b = begin(NULL);
		struct certificate cert = proof(sent, 0);
		add(b, person(1, "a", "x"));
		assert_int_equal(source_seal(b, &cert, &s, &err), ERR_INCOMPLETE);
		assert_non_null(strstr(err.text, "people"));
	}
	struct certificate cert = proof(0, 0);
	cert.counts[ENTRY_GROUP] = 1;
	assert_int_equal(source_seal(begin(NULL), &cert, &s, &err), ERR_INCOMPLETE);
	assert_null(s);
	assert_null(source_abandon(begin(NULL)));
	assert_null(source_abandon(NULL));
}

static void strangers_are_refused(void **state)
{
	(void)state;
	struct err err = {0};
	struct source_builder *b = begin(NULL);
	assert_int_equal(source_add(b, absent(1), &err), ERR_PROTOCOL);
	assert_int_equal(source_add(b, person(1, "a", "x"), &err), 0);
	struct uuid null = {{0}};
	entry_begin(&builder, ENTRY_PERSON, &null, NULL, DN_WHOLE, text_of("uid=x"));
	assert_int_equal(source_add(b, entry_end(&builder), &err), ERR_INCOMPLETE);
	source_abandon(b);
}

static void the_later_of_two_reads_of_one_entry_counts(void **state)
{
	(void)state;
	struct source_builder *b = begin(NULL);
	add(b, person(1, "old", "one"));
	add(b, person(2, "two", "two"));
	add(b, person(1, "new", "changed"));
	add(b, institution(101, "5"));
	add(b, institution(101, "6"));
	struct source_snapshot *s = seal(b, 3, 2);
	assert_int_equal(s->people_count, 2);
	assert_true(entry_has_value(s->people[0].entry, FIELD_RIGHT, text_of("changed")));
	assert_int_equal(source_person_by_vo_id(s, text_of("old")), NONE);
	assert_int_equal(source_person_by_vo_id(s, text_of("new")), 0);
	assert_int_equal(s->institution_count, 1);
	assert_int_equal(source_institution_by_number(s, 6), 0);
	source_free(s);
}

static void claimants_of_one_vo_id_point_at_each_other(void **state)
{
	(void)state;
	struct source_builder *b = begin(NULL);
	add(b, person(1, "same", "x"));
	add(b, person(2, "other", "x"));
	add(b, person(3, "SAME", "x"));
	add(b, person(4, " same", "x"));
	add(b, person(5, NULL, "x"));
	add(b, person(6, NULL, "x"));
	add(b, institution(101, "30569"));
	add(b, institution(102, "030569"));
	struct source_snapshot *s = seal(b, 6, 2);
	uint32_t at = 0, seen = 0;
	do {
		seen |= 1u << at;
		at = s->people[at].same_as;
		assert_true(at < s->people_count);
	} while (at != 0);
	assert_int_equal(seen, 1u << 0 | 1u << 2 | 1u << 3);
	assert_int_equal(s->people[1].same_as, NONE);
	assert_int_equal(s->people[4].same_as, NONE); /* nobody is ambiguous by having no vo-id */
	uint32_t first = source_institution_by_number(s, 30569);
	assert_int_equal(first, 0);
	assert_int_equal(s->institutions[0].same_as, 1);
	assert_int_equal(s->institutions[1].same_as, NONE);
	source_free(s);
}

static void unchanged_entries_are_shared(void **state)
{
	(void)state;
	struct source_snapshot *first = sample(NULL);
	struct source_builder *b = begin(first);
	add(b, person(2, "bbb", "two")); /* another order */
	add(b, person(1, "AAA", "changed"));
	add(b, institution(103, "7"));
	add(b, institution(102, "seven"));
	struct source_snapshot *second = seal(b, 2, 2);
	assert_ptr_equal(second->people[0].entry, first->people[1].entry);
	assert_ptr_not_equal(second->people[1].entry, first->people[0].entry);
	assert_ptr_equal(second->institutions[0].entry, first->institutions[0].entry);
	assert_ptr_equal(second->institutions[1].entry, first->institutions[1].entry);
	source_free(first);
	assert_true(entry_has_value(second->people[0].entry, FIELD_RIGHT, text_of("two")));
	source_free(second);
}

/* A read of made-up people: some are gone, new, elsewhere, called otherwise, or come twice. */
struct reading {
	struct {
		uint8_t number, name;
	} people[24];
	uint32_t count;
};

/* Who comes twice is in a read once only again: the indexes of such a read are its own. */
static void drop_doubles(struct reading *r)
{
	for (uint32_t i = 0; i < r->count; i++)
		for (uint32_t j = r->count - 1; j > i; j--)
			if (r->people[j].number == r->people[i].number)
				r->people[j] = r->people[--r->count];
}

static void change(struct reading *r, struct chance *c)
{
	const uint32_t at = r->count > 0 ? chance_below(c, r->count) : 0;
	switch (chance_below(c, 8)) {
	case 0:
		if (r->count < 20) {
			r->people[r->count].number = (uint8_t)(1 + chance_below(c, 30));
			r->people[r->count++].name = (uint8_t)chance_below(c, 12);
		}
		break;
	case 1:
		if (r->count > 0)
			r->people[at] = r->people[--r->count];
		break;
	case 2:
		if (r->count > 0)
			r->people[at].name = (uint8_t)chance_below(c, 12);
		break;
	case 3: drop_doubles(r); break;
	default: break; /* mostly it stays as it is */
	}
}

static struct source_snapshot *take(const struct reading *r, const struct source_snapshot *prev)
{
	struct source_builder *b = begin(prev);
	char name[8];
	for (uint32_t i = 0; i < r->count; i++) {
		snprintf(name, sizeof(name), "n%u", r->people[i].name);
		add(b, person(r->people[i].number, r->people[i].name > 0 ? name : NULL, "x"));
	}
	return seal(b, r->count, 0);
}

static void assert_alike(const struct source_snapshot *one, const struct source_snapshot *other)
{
	char name[8];
	assert_int_equal(one->people_count, other->people_count);
	for (uint32_t i = 0; i < one->people_count; i++) {
		assert_true(uuid_equal(&one->people[i].entry->uuid, &other->people[i].entry->uuid));
		assert_int_equal(one->people[i].same_as, other->people[i].same_as);
	}
	for (uint8_t i = 0; i < 32; i++) {
		const struct uuid uuid = id(i);
		snprintf(name, sizeof(name), "N%u", i);
		assert_int_equal(source_person_by_uuid(one, &uuid), source_person_by_uuid(other, &uuid));
		assert_int_equal(source_person_by_vo_id(one, text_of(name)),
				 source_person_by_vo_id(other, text_of(name)));
	}
}

/* Whatever a read shares with the one before, also when that is gone: it says what it says after none. */
static void a_read_after_another_finds_the_same(void **state)
{
	(void)state;
	struct chance c = chance_start("reads");
	struct reading reading = {.count = 0};
	struct source_snapshot *before = take(&reading, NULL);
	uint32_t shared = 0;
	for (int round = 0; round < 3000; round++) {
		change(&reading, &c);
		struct source_snapshot *alone = take(&reading, NULL), *after = take(&reading, before);
		shared += after->people_by_uuid.slots == before->people_by_uuid.slots;
		source_free(before);
		assert_alike(after, alone);
		source_free(alone);
		before = after;
	}
	assert_true(shared > 1000);
	source_free(before);
}

static void answer(struct source_snapshot *s, const struct entry *entry, int expected)
{
	struct certificate cert = {.checks = CHECKS_ALL};
	struct err err = {0};
	cert.counts[entry->kind] = 1;
	assert_int_equal(source_add_answers(s, &entry, 1, 0, &cert, &err), expected);
}

static void answers_join(void **state)
{
	(void)state;
	struct source_snapshot *s = sample(NULL);
	struct uuid nine = id(9), eight = id(8), one = id(1), four = id(4);
	answer(s, absent(9), 0);
	answer(s, absent(8), 0);
	answer(s, absent(9), 0);
	assert_int_equal(s->absent_count, 2);
	assert_true(source_is_absent(s, &nine) && source_is_absent(s, &eight) && !source_is_absent(s, &one));
	answer(s, person(4, "aaa", "asked"), 0);
	assert_int_equal(s->people_count, 4);
	assert_int_equal(s->asked_count, 1);
	assert_int_equal(source_person_by_uuid(s, &four), 3);
	assert_int_equal(s->people[0].same_as, 3); /* the answer brought a second claimant */
	assert_int_equal(s->people[3].same_as, 0);
	answer(s, person(1, "free", "replaced"), 0);
	assert_int_equal(s->people_count, 4);
	assert_int_equal(s->asked_count, 1);
	assert_int_equal(s->people[3].same_as, NONE);
	assert_int_equal(source_person_by_vo_id(s, text_of("free")), 0);
	answer(s, person(9, "back", "here"), 0);
	assert_false(source_is_absent(s, &nine));
	assert_int_equal(s->absent_count, 1);
	source_free(s);
}

/* Whoever an override names comes along with the answers and is no part of what the read found. */
static void invited_people_are_counted_apart(void **state)
{
	(void)state;
	struct source_snapshot *s = sample(NULL);
	struct entry *asked = entry_keep(person(8, "asked", "x")), *gone = entry_keep(absent(9));
	struct entry *invited = entry_keep(person(4, "invited", "x")), *again = entry_keep(person(1, "aaa", "x"));
	const struct entry *list[] = {asked, gone, invited, again};
	struct certificate cert = {.checks = CHECKS_ALL};
	cert.counts[ENTRY_PERSON] = 3;
	cert.counts[ENTRY_ABSENT] = 1;
	assert_int_equal(source_add_answers(s, list, 4, 2, &cert, NULL), 0);
	assert_int_equal(s->people_count, 5);
	assert_int_equal(s->asked_count, 2);
	assert_int_equal(s->invited_count, 1); /* the other one was there already */
	assert_int_equal(source_person_by_vo_id(s, text_of("INVITED")), 4);
	assert_int_equal(source_add_answers(s, list, 4, 2, &cert, NULL), 0);
	assert_int_equal(s->people_count, 5);
	assert_int_equal(s->invited_count, 1);
	const struct entry *both[] = {asked,
				      asked}; /* by entryUUID, because a value of the person's would go, and by vo-id */
	cert.counts[ENTRY_PERSON] = 2;
	cert.counts[ENTRY_ABSENT] = 0;
	assert_int_equal(source_add_answers(s, both, 2, 1, &cert, NULL), 0);
	assert_int_equal(source_add_answers(s, both, 2, 1, &cert, NULL), 0);
	assert_int_equal(s->asked_count, 2);
	assert_int_equal(s->invited_count, 2);
	for (size_t i = 0; i < 4; i++)
		entry_unref((struct entry *)(uintptr_t)list[i]);
	source_free(s);
}

static void bad_answers_change_nothing(void **state)
{
	(void)state;
	struct source_snapshot *s = sample(NULL);
	struct source_person *people = s->people;
	answer(s, institution(9, "5"), ERR_PROTOCOL);
	struct entry *good = entry_keep(person(4, "new", "x"));
	const struct entry *list[] = {good, good};
	struct certificate cert = {.checks = CHECKS_ALL};
	cert.counts[ENTRY_PERSON] = 1;
	assert_int_equal(source_add_answers(s, list, 2, 0, &cert, NULL), ERR_INCOMPLETE);
	cert.counts[ENTRY_PERSON] = 2;
	cert.checks = CHECKS_ALL & ~(uint32_t)CHECK_IDENTITY;
	assert_int_equal(source_add_answers(s, list, 2, 0, &cert, NULL), ERR_INCOMPLETE);
	assert_ptr_equal(s->people, people);
	assert_int_equal(s->people_count, 3);
	assert_int_equal(s->absent_count + s->asked_count, 0);
	cert.checks = CHECKS_ALL;
	cert.counts[ENTRY_PERSON] = 0;
	assert_int_equal(source_add_answers(s, NULL, 0, 0, &cert, NULL), 0);
	assert_int_equal(s->people_count, 3);
	entry_unref(good);
	source_free(s);
}

/* "cn=N,ou=groups", which holds cn=first to cn=last. */
static void add_group(struct source_builder *b, unsigned n, const char *number, unsigned first, unsigned last)
{
	char dn[40];
	const struct uuid uuid = {{9, (uint8_t)(n >> 8), (uint8_t)n}};
	snprintf(dn, sizeof(dn), "cn=%u,ou=groups", n);
	entry_begin(&builder, ENTRY_RIGHT_GROUP, &uuid, NULL, DN_WHOLE, text_of(dn));
	if (number != NULL)
		entry_add(&builder, FIELD_NUMBER, text_of(number));
	for (unsigned i = first; i <= last; i++) {
		snprintf(dn, sizeof(dn), "cn=%u,ou=groups", i);
		entry_add(&builder, FIELD_MEMBER, text_of(dn));
	}
	add(b, entry_end(&builder));
}

/* Each of many groups holds one that holds many: what is not followed any more is told, and nobody's memory is the bound. */
static void groups_in_groups_are_bounded(void **state)
{
	(void)state;
	enum { HUB = 2100, LAST = 4200 };
	const struct source_bases deep = {.name = (char *)"source",
					  .people = (char *)"ou=people",
					  .institutions = (char *)"ou=institutions",
					  .groups = (char *)"ou=groups",
					  .group_depth = 8};
	struct source_builder *b = NULL;
	struct source_snapshot *s = NULL;
	struct certificate cert = proof(0, 0);
	cert.counts[ENTRY_RIGHT_GROUP] = LAST + 1;
	assert_int_equal(source_begin(&deep, NULL, &b, NULL), 0);
	for (unsigned i = 0; i < HUB; i++)
		add_group(b, i, "30569", HUB, HUB);
	add_group(b, HUB, NULL, HUB + 1, LAST);
	for (unsigned i = HUB + 1; i <= LAST; i++)
		add_group(b, i, NULL, 1, 0);
	assert_int_equal(source_seal(b, &cert, &s, NULL), 0);
	assert_int_equal(s->step_count, 1u << 22);
	assert_false(s->groups[0].cut);
	assert_true(s->groups[HUB - 1].cut);
	assert_true(s->unclear_groups > 0 && s->unclear_groups < HUB);
	source_free(s);
}

/* ---- whose a grant is, from read to read ---------------------------------------------------------- */

static void add_named(struct source_builder *b, uint8_t number, const char *name)
{
	const struct uuid uuid = id(number);
	char rdn[32];
	snprintf(rdn, sizeof(rdn), "uid=%s", name);
	entry_begin(&builder, ENTRY_PERSON, &uuid, NULL, DN_UNDER_BASE, text_of(rdn));
	entry_add(&builder, FIELD_VO_ID, text_of(name));
	entry_add(&builder, FIELD_UID, text_of(name));
	add(b, entry_end(&builder));
}

static void add_grant_of(struct source_builder *b, enum person_reference by, const char *name)
{
	const struct uuid uuid = id(200);
	char who[64];
	snprintf(who, sizeof(who), by == PERSON_BY_DN ? "UID=%s, ou=People" : "%s", name);
	entry_begin(&builder, ENTRY_GRANT, &uuid, NULL, DN_WHOLE, text_of("cn=grant"));
	entry_add(&builder, FIELD_PERSON, text_of(who));
	add(b, entry_end(&builder));
}

/* Reads two people with these names and a grant of that one after the snapshot before, which goes. Whose is it? */
static uint32_t whose(struct source_snapshot **s, enum person_reference by, const char *one, const char *two,
		      const char *grant)
{
	struct source_bases with = bases;
	struct certificate cert = proof(2, 0);
	struct source_snapshot *before = *s;
	struct source_builder *b;
	struct err err = {0};
	with.grant_person = by;
	cert.counts[ENTRY_GRANT] = 1;
	assert_int_equal(source_begin(&with, before, &b, &err), 0);
	add_named(b, 1, one);
	add_named(b, 2, two);
	add_grant_of(b, by, grant);
	assert_int_equal(source_seal(b, &cert, s, &err), 0);
	source_free(before);
	return (*s)->grants[0].person;
}

static void a_grant_is_whose_name_it_says_now(void **state)
{
	(void)state;
	for (enum person_reference by = PERSON_BY_DN; by <= PERSON_BY_UID; by++) {
		struct source_snapshot *s = NULL;
		assert_int_equal(whose(&s, by, "anna", "bart", "anna"), 0);
		assert_int_equal(whose(&s, by, "anna", "bart", "anna"), 0);
		assert_int_equal(whose(&s, by, "chris", "bart", "anna"), NONE);
		assert_int_equal(whose(&s, by, "chris", "anna", "anna"), 1);
		assert_int_equal(whose(&s, by, "chris", "anna", "chris"), 0);
		if (by != PERSON_BY_VO_ID) /* there the first of equals is found, and refused as ambiguous */
			assert_int_equal(whose(&s, by, "chris", "chris", "chris"), NONE);
		assert_int_equal(whose(&s, by, "dirk", "chris", "chris"), 1);
		source_free(s);
	}
}

static int done(void **state)
{
	(void)state;
	entry_builder_done(&builder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_read),
		cmocka_unit_test(incomplete_reads_have_no_snapshot),
		cmocka_unit_test(strangers_are_refused),
		cmocka_unit_test(the_later_of_two_reads_of_one_entry_counts),
		cmocka_unit_test(claimants_of_one_vo_id_point_at_each_other),
		cmocka_unit_test(unchanged_entries_are_shared),
		cmocka_unit_test(a_read_after_another_finds_the_same),
		cmocka_unit_test(answers_join),
		cmocka_unit_test(invited_people_are_counted_apart),
		cmocka_unit_test(bad_answers_change_nothing),
		cmocka_unit_test(groups_in_groups_are_bounded),
		cmocka_unit_test(a_grant_is_whose_name_it_says_now),
	};
	return cmocka_run_group_tests_name("source", tests, NULL, done);
}
