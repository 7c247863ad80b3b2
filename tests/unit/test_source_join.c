/* SPDX-License-Identifier: EUPL-1.2 */
/* test_source_join.c - several sources as one snapshot: nothing is lost, nothing is guessed, each keeps to itself. */
#include "unit.h"

#include "model/snapshot.h"

static struct entry_builder builder;

static struct uuid id(uint8_t number)
{
	return (struct uuid){{number, 7}};
}

/* One source while it is read. All of them stand below the same bases, as copies of one schema may. */
struct reading {
	struct source_builder *b;
	struct certificate cert;
};

static struct reading begin(const char *name)
{
	const struct source_bases bases = {.name = (char *)(uintptr_t)name,
					   .people = (char *)"ou=people,dc=gov",
					   .institutions = (char *)"ou=institutions,dc=gov",
					   .groups = (char *)"ou=groups,dc=gov",
					   .group_depth = 4};
	struct reading r = {.cert = {.checks = CHECKS_ALL}};
	assert_int_equal(source_begin(&bases, NULL, &r.b, NULL), 0);
	return r;
}

static void add(struct reading *r)
{
	const struct entry *entry = entry_end(&builder);
	assert_int_equal(source_add(r->b, entry, NULL), 0);
	r->cert.counts[entry->kind]++;
}

static void start(enum entry_kind kind, uint8_t uuid_number, enum dn_form form, const char *dn)
{
	struct uuid uuid = id(uuid_number);
	entry_begin(&builder, kind, &uuid, NULL, form, text_of(dn));
}

static void person(struct reading *r, uint8_t uuid_number, const char *uid, const char *vo_id)
{
	start(ENTRY_PERSON, uuid_number, DN_UNDER_BASE, uid);
	entry_add(&builder, FIELD_VO_ID, text_of(vo_id));
	add(r);
}

static void institution(struct reading *r, uint8_t uuid_number, const char *number)
{
	start(ENTRY_INSTITUTION, uuid_number, DN_UNDER_BASE, "o=x");
	entry_add(&builder, FIELD_NUMBER, text_of(number));
	add(r);
}

static void grant(struct reading *r, uint8_t uuid_number, const char *holder)
{
	start(ENTRY_GRANT, uuid_number, DN_WHOLE, "cn=grant,dc=gov");
	entry_add(&builder, FIELD_PERSON, text_of(holder));
	add(r);
}

static void group(struct reading *r, uint8_t uuid_number, const char *dn, const char *number, const char *member)
{
	start(ENTRY_RIGHT_GROUP, uuid_number, DN_WHOLE, dn);
	if (number != NULL)
		entry_add(&builder, FIELD_NUMBER, text_of(number));
	entry_add(&builder, FIELD_MEMBER, text_of(member));
	add(r);
}

static struct source_snapshot *seal(struct reading *r)
{
	struct source_snapshot *s = NULL;
	struct err err = {0};
	if (source_seal(r->b, &r->cert, &s, &err) < 0)
		fail_msg("%s", err.text);
	return s;
}

/* Frees the parts: the whole lives without them. */
static struct source_snapshot *join(struct source_snapshot *one, struct source_snapshot *other)
{
	const struct source_snapshot *parts[] = {one, other};
	struct source_snapshot *whole = NULL;
	struct err err = {0};
	if (source_join(parts, 2, &whole, &err) < 0)
		fail_msg("%s", err.text);
	source_free(one);
	source_free(other);
	return whole;
}

static void refuse(struct source_snapshot *one, struct source_snapshot *other, int code, const char *says)
{
	const struct source_snapshot *parts[] = {one, other};
	struct source_snapshot *whole = NULL;
	struct err err = {0};
	assert_int_equal(source_join(parts, 2, &whole, &err), code);
	assert_null(whole);
	if (strstr(err.text, says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, says);
	source_free(one);
	source_free(other);
}

static void all_of_both_is_there(void **state)
{
	(void)state;
	struct reading one = begin("adults"), other = begin("schools");
	person(&one, 1, "uid=anna", "aaa");
	person(&one, 2, "uid=bart", "bbb");
	institution(&one, 101, "9");
	institution(&one, 102, "5");
	person(&other, 3, "uid=cato", "ccc");
	institution(&other, 103, "7");
	one.cert.started_s = 20, one.cert.ended_s = 30, one.cert.started_boot_ms = 2000, one.cert.duration_ms = 9;
	other.cert.started_s = 10, other.cert.ended_s = 15, other.cert.started_boot_ms = 1000;
	other.cert.position.count = 1;
	struct source_snapshot *s = join(seal(&one), seal(&other));
	struct uuid cato = id(3);
	assert_int_equal(s->people_count, 3);
	assert_int_equal(source_person_by_uuid(s, &cato), 2);
	assert_int_equal(source_person_by_vo_id(s, text_of("BBB")), 1);
	assert_int_equal(s->people[2].source, 1);
	assert_string_equal(source_bases_of(s, s->people[2].source)->name, "schools");
	assert_string_equal(source_bases_of(s, s->people[1].source)->name, "adults");
	assert_int_equal(s->institution_count, 3);
	assert_int_equal(s->institutions[0].number, 5);
	assert_int_equal(s->institutions[1].number, 7);
	assert_int_equal(s->institutions[1].source, 1);
	assert_int_equal(s->institutions[2].number, 9);
	assert_int_equal(s->institutions[0].same_as, NONE);
	assert_true(certificate_is_complete(&s->certificate));
	assert_int_equal(s->certificate.counts[ENTRY_PERSON], 3);
	assert_int_equal(s->certificate.started_s, 10); /* as old as the oldest */
	assert_int_equal(s->certificate.started_boot_ms, 1000);
	assert_int_equal(s->certificate.ended_s, 30);
	assert_int_equal(s->certificate.duration_ms, 9);
	assert_int_equal(s->certificate.position.count, 0);
	assert_int_equal(s->source_count, 2);
	assert_int_equal(s->sources[1].certificate.position.count, 1);
	assert_null(s->grant_starts);
	assert_null(s->tie_starts);
	source_free(s);
}

static void one_entry_in_two_sources_is_no_snapshot(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct reading one = begin("adults"), other = begin("schools");
		struct reading *each[] = {&one, &other};
		for (int i = 0; i < 2; i++) {
			person(each[i], (uint8_t)(20 + i), "uid=anna", "aaa");
			if (kind == 0)
				person(each[i], 1, "uid=bart", i == 0 ? "bbb" : "ccc");
			else if (kind == 1)
				institution(each[i], 1, i == 0 ? "5" : "7");
			else if (kind == 2)
				grant(each[i], 1, "uid=anna,ou=people,dc=gov");
			else
				group(each[i], 1, "cn=g,ou=groups,dc=gov", "5", "uid=anna,ou=people,dc=gov");
		}
		refuse(seal(&one), seal(&other), ERR_INCOMPLETE,
		       "sources adults and schools both show the entry with entryUUID "
		       "01070000-0000-0000-0000-000000000000");
	}
}

static void one_vo_id_in_two_sources_is_ambiguous(void **state)
{
	(void)state;
	struct reading one = begin("adults"), other = begin("schools");
	person(&one, 1, "uid=anna", "aaa");
	person(&one, 2, "uid=bart", "bbb");
	person(&other, 3, "uid=anna", " AAA ");
	struct source_snapshot *s = join(seal(&one), seal(&other));
	assert_int_equal(s->people[0].same_as, 2);
	assert_int_equal(s->people[2].same_as, 0);
	assert_int_equal(s->people[1].same_as, NONE);
	source_free(s);
}

static void one_number_in_two_sources_is_ambiguous(void **state)
{
	(void)state;
	struct reading one = begin("adults"), other = begin("schools");
	institution(&one, 101, "9");
	institution(&one, 102, "7");
	institution(&other, 103, "007");
	struct source_snapshot *s = join(seal(&one), seal(&other));
	uint32_t at = source_institution_by_number(s, 7);
	assert_int_equal(at, 0);
	assert_int_equal(s->institutions[0].same_as, 1);
	assert_int_equal(s->institutions[1].number, 7);
	assert_int_equal(s->institutions[2].same_as, NONE);
	source_free(s);
}

/* Two people of one DN, each in a directory of its own. */
static void grants_and_groups_keep_to_their_source(void **state)
{
	(void)state;
	struct reading one = begin("adults"), other = begin("schools");
	person(&one, 1, "uid=bart", "bbb");
	person(&one, 2, "uid=anna", "aaa");
	grant(&one, 31, "uid=anna,ou=people,dc=gov");
	group(&one, 41, "cn=top,ou=groups,dc=gov", "5", "uid=anna,ou=people,dc=gov");
	person(&other, 3, "uid=anna", "ccc");
	person(&other, 4, "uid=dora", "ddd");
	grant(&other, 32, "uid=anna,ou=people,dc=gov");
	grant(&other, 33, "uid=bart,ou=people,dc=gov"); /* he is not in this one */
	group(&other, 42, "cn=low,ou=groups,dc=gov", NULL, "uid=anna,ou=people,dc=gov");
	group(&other, 43, "cn=top,ou=groups,dc=gov", "5", "cn=low,ou=groups,dc=gov");
	struct source_snapshot *s = join(seal(&one), seal(&other));
	uint32_t first, end;
	source_grants_of(s, 0, &first, &end);
	assert_int_equal(end - first, 0);
	source_grants_of(s, 1, &first, &end);
	assert_int_equal(end - first, 1);
	assert_int_equal(s->grants[s->grant_order[first]].entry->uuid.bytes[0], 31);
	source_grants_of(s, 2, &first, &end);
	assert_int_equal(end - first, 1);
	assert_int_equal(s->grants[s->grant_order[first]].entry->uuid.bytes[0], 32);
	struct uuid nobodys = id(33);
	assert_int_equal(s->grants[source_grant_by_uuid(s, &nobodys)].person, NONE);

	assert_int_equal(s->group_count, 3);
	source_ties_of(s, 1, &first, &end);
	assert_int_equal(end - first, 1);
	assert_int_equal(s->groups[s->steps[s->ties[first].step].group].entry->uuid.bytes[0], 41);
	source_ties_of(s, 2, &first, &end);
	assert_int_equal(end - first, 1);
	const struct source_step *step = &s->steps[s->ties[first].step];
	assert_int_equal(s->groups[step->group].entry->uuid.bytes[0], 42);
	assert_int_equal(s->groups[s->steps[step->up].group].entry->uuid.bytes[0], 43);
	assert_int_equal(s->steps[step->up].up, NONE);
	source_ties_of(s, 3, &first, &end);
	assert_int_equal(end - first, 0);
	struct uuid top = id(43);
	assert_int_equal(source_group_by_uuid(s, &top), 2);
	source_free(s);
}

static void answer(struct source_snapshot *s, uint8_t absent, uint8_t found)
{
	struct entry *answers[2];
	struct certificate cert = {.checks = CHECKS_ALL};
	start(ENTRY_ABSENT, absent, DN_WHOLE, "");
	answers[0] = entry_keep(entry_end(&builder));
	if (found != 0)
		start(ENTRY_PERSON, found, DN_UNDER_BASE, "uid=nora");
	else
		start(ENTRY_ABSENT, 99, DN_WHOLE, "");
	answers[1] = entry_keep(entry_end(&builder));
	for (int i = 0; i < 2; i++)
		cert.counts[answers[i]->kind]++;
	assert_int_equal(source_add_answers(s, (const struct entry *const *)answers, 2, 0, &cert, NULL), 0);
	for (int i = 0; i < 2; i++)
		entry_unref(answers[i]);
}

static void absence_is_everybodys_word(void **state)
{
	(void)state;
	struct uuid nowhere = id(8), asked_of_one = id(99), found = id(9);
	struct reading one = begin("adults"), other = begin("schools");
	person(&one, 1, "uid=anna", "aaa");
	grant(&one, 32, "uid=nora,ou=people,dc=gov");
	person(&other, 3, "uid=cato", "ccc");
	grant(&other, 31, "uid=cato,ou=people,dc=gov");
	struct source_snapshot *first = seal(&one), *second = seal(&other);
	answer(first, 8, 9);
	answer(second, 8, 0);
	struct source_snapshot *s = join(first, second);
	assert_true(source_is_absent(s, &nowhere));
	assert_false(source_is_absent(s, &asked_of_one));
	assert_int_equal(s->people_count, 3);
	assert_int_equal(s->asked_count, 1);
	assert_int_equal(source_person_by_uuid(s, &found), 2); /* after those of every read */
	assert_int_equal(s->people[1].source, 1);
	assert_int_equal(s->people[2].source, 0);
	assert_int_equal(s->grants[0].person, 2);
	assert_int_equal(s->grants[1].person, 1);
	struct certificate none = {.checks = CHECKS_ALL};
	assert_int_equal(source_add_answers(s, NULL, 0, 0, &none, NULL), ERR_INVALID);
	source_free(s);
}

static void who_was_found_elsewhere_is_not_absent(void **state)
{
	(void)state;
	struct uuid moved = id(8);
	struct reading one = begin("adults"), other = begin("schools");
	person(&other, 8, "uid=cato", "ccc");
	struct source_snapshot *first = seal(&one);
	answer(first, 8, 0);
	struct source_snapshot *s = join(first, seal(&other));
	assert_false(source_is_absent(s, &moved));
	assert_int_equal(source_person_by_uuid(s, &moved), 0);
	source_free(s);
}

static void wrong_parts_are_refused(void **state)
{
	(void)state;
	struct reading one = begin("adults"), same = begin("adults");
	refuse(seal(&one), seal(&same), ERR_INVALID, "two sources are called adults");
	struct reading a = begin("a"), b = begin("b"), c = begin("c");
	struct source_snapshot *whole = join(seal(&a), seal(&b));
	refuse(seal(&c), whole, ERR_INVALID, "joined anew");
	struct reading alone = begin("alone");
	struct source_snapshot *part = seal(&alone);
	const struct source_snapshot *parts[] = {part};
	assert_int_equal(source_join(parts, 1, &whole, NULL), ERR_INVALID);
	source_free(part);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_both_is_there),
		cmocka_unit_test(one_entry_in_two_sources_is_no_snapshot),
		cmocka_unit_test(one_vo_id_in_two_sources_is_ambiguous),
		cmocka_unit_test(one_number_in_two_sources_is_ambiguous),
		cmocka_unit_test(grants_and_groups_keep_to_their_source),
		cmocka_unit_test(absence_is_everybodys_word),
		cmocka_unit_test(who_was_found_elsewhere_is_not_absent),
		cmocka_unit_test(wrong_parts_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
