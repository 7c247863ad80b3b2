/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_compose.c - from changes to operations: what shares a request, what is left out, what the ledger hears, and the values
 * of an entry that differ. */
#include "unit.h"

#include "core_stories.h"
#include "run/compose.h"
#include "run/directive.h"
#include "run_thought.h"
#include "wire/record.h"

#define GUIDES "cn=trajectbegeleider-10,duaalInstitutionNumber=10,ou=institutions,ou=werkplekduaal,dc=app"

static struct world w;
static struct thought thought;
static struct group_now *groups; /* as read */
static uint32_t skipped;         /* position of a change, or NONE */

static int setup(void **state)
{
	(void)state;
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	skipped = NONE;
	groups = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(groups);
	world_done(&w);
	return 0;
}

static bool leave_out(void *ctx, uint32_t change)
{
	(void)ctx;
	return change == skipped;
}

static void think(void)
{
	thought = thought_of(&w);
	const struct target_snapshot *s = thought.plan_input.target;
	free(groups);
	groups = calloc(s->group_count + 1u, sizeof(*groups));
	for (uint32_t i = 0; i < s->group_count; i++)
		groups[i] = (struct group_now){.csn = s->groups[i].entry->csn,
					       .members = s->groups[i].member_count,
					       .placeholder = s->groups[i].placeholder.len > 0};
}

/* One line a write: kind, DN, then each modification with its values. */
static void render_write(struct text record, struct buf *out)
{
	struct write write;
	struct err err;
	enum mod_kind kind;
	enum field field;
	uint32_t count;
	struct text values;
	assert_int_equal(write_decode(record.at, record.len, &write, &err), 0);
	buf_format(out, "%u %s %.*s", write.id,
		   write.kind == WRITE_ADD      ? "add"
		   : write.kind == WRITE_DELETE ? "delete"
						: "modify",
		   (int)write.dn.len, write.dn.at);
	struct mod_cursor cursor = {write.mods};
	while (write_next_mod(&cursor, &kind, &field, &count, &values, &err) == 1) {
		struct record_in in;
		record_read(&in, values.at, values.len);
		buf_format(out, " %c%d", kind == MOD_ADD ? '+' : '-', field);
		for (uint32_t i = 0; i < count; i++) {
			struct text value = record_get_text(&in);
			buf_format(out, "%c%.*s", i == 0 ? '=' : '|', (int)value.len, value.at);
		}
		assert_true(record_done(&in));
	}
	buf_add_char(out, '\n');
}

static struct operation operations[64];
static uint32_t operation_count;

/* All operations of a phase; the caller compares the text. */
static char *compose_phase(enum phase phase)
{
	static struct buf out;
	struct compose compose = {.groups = groups, .skip = leave_out};
	struct buf record;
	struct err err = {0};
	int r;
	buf_done(&out);
	buf_init(&record);
	compose_start(&compose, &thought, phase);
	operation_count = 0;
	for (;;) {
		struct operation op = {.id = operation_count};
		buf_clear(&record);
		r = compose_next(&compose, &op, &record, &err);
		if (r <= 0)
			break;
		assert_true(operation_count < 64);
		operations[operation_count++] = op;
		render_write(buf_text(&record), &out);
	}
	assert_int_equal(r, 0);
	buf_done(&record);
	char *copy = arena_copy(&w.arena, buf_text(&out));
	buf_done(&out);
	return copy;
}

#define MEMBER(name) "uid=" name "," WORLD_PEOPLE

static void two_of_each(void)
{
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("12", "bert", RIGHT("trajectbegeleider", "10"))
				 PERSON("13", "carl", RIGHT("trajectbegeleider", "99"))
					 PERSON("14", "dora", RIGHT("trajectbegeleider", "99")));
	world_source(&w, SCHOOL("9", "99"));
	world_target(&w, OUR_SCHOOL("10") OUR_SCHOOL("99") OUR_PERSON("anna", "11") OUR_PERSON("bert", "12"));
	world_target(&w, OUR_PERSON("carl", "13") OUR_PERSON("dora", "14") OUR_PERSON("emma", "15"));
	world_target(&w, OUR_GUIDES("10") "member: uid=carl\nmember: uid=dora\nmember: uid=emma\n");
	world_source(&w, PERSON("15", "emma", RIGHT("trajectbegeleider", "10")));
	world_past(&w, "owned: 10 trajectbegeleider uid=carl 13 held\nowned: 10 trajectbegeleider uid=dora 14 held\n"
		       "owned: 10 trajectbegeleider uid=emma 15 held\n");
	w.guard.halved_percent = 100;
}

/* All values of one kind for one group share a modify; what is taken out never shares one with what is put in. */
static void one_modify_for_each_group_and_kind(void **state)
{
	(void)state;
	two_of_each();
	think();
	assert_string_equal(compose_phase(PHASE_REVOKE),
			    "0 modify " GUIDES " -42=" MEMBER("carl") "|" MEMBER("dora") "\n");
	assert_int_equal(operations[0].count, 2);
	assert_string_equal(compose_phase(PHASE_GRANT),
			    "0 modify " GUIDES " +42=" MEMBER("anna") "|" MEMBER("bert") "\n");
}

/* The modify asserts the entry as read, or as our own last write left it. */
static void asserts_the_newest_csn(void **state)
{
	struct compose compose = {.groups = NULL, .skip = leave_out};
	struct operation op = {.id = 7};
	struct buf record;
	struct write write;
	struct err err;
	(void)state;
	two_of_each();
	think();
	for (uint32_t i = 0; i < thought.plan_input.target->group_count; i++)
		groups[i].csn.time_us += 5;
	compose.groups = groups;
	buf_init(&record);
	compose_start(&compose, &thought, PHASE_GRANT);
	assert_int_equal(compose_next(&compose, &op, &record, &err), 1);
	assert_int_equal(write_decode(record.at, record.len, &write, &err), 0);
	uint32_t group = thought.plan->changes[op.first].target;
	assert_true(uuid_equal(&write.uuid, &thought.plan_input.target->groups[group].entry->uuid));
	assert_int_equal(csn_compare(&write.csn, &groups[group].csn), 0);
	assert_int_equal(write.id, 7);
	buf_done(&record);
}

static void a_skipped_value_stays_out(void **state)
{
	(void)state;
	two_of_each();
	think();
	skipped = thought.plan->by_phase[PHASE_REVOKE]; /* the first after the revocations */
	for (skipped = 0; thought.plan->changes[skipped].phase != PHASE_GRANT; skipped++)
		;
	assert_string_equal(compose_phase(PHASE_GRANT), "0 modify " GUIDES " +42=" MEMBER("bert") "\n");
	assert_int_equal(operations[0].count, 2);
}

static void what_is_held_stays_out(void **state)
{
	(void)state;
	two_of_each();
	think();
	thought.plan->changes[0].verdict = VERDICT_HOLD;
	assert_string_equal(compose_phase(PHASE_REVOKE), "0 modify " GUIDES " -42=" MEMBER("dora") "\n");
	thought.plan->changes[1].verdict = VERDICT_REFUSE;
	assert_string_equal(compose_phase(PHASE_REVOKE), "");
}

/* A new group is added with its members; in the phase of grants nothing is left to do for it. */
static void a_new_group_comes_with_its_members(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("beheerder,trajectbegeleider", "10")));
	world_source(&w, PERSON("12", "bert", RIGHT("trajectbegeleider", "10")));
	think();
	const char *text = compose_phase(PHASE_GROUP);
	assert_non_null(strstr(text, "add " GUIDES " "));
	assert_non_null(strstr(text, " +41=overeenkomst-opmaken|overeenkomst-registreren|overeenkomst-beeindigen"));
	assert_non_null(strstr(text, " +42=" MEMBER("anna") "|" MEMBER("bert")));
	assert_int_equal(operation_count, 2);
	assert_int_equal(operations[0].grant_count + operations[1].grant_count, 3);
	assert_string_equal(compose_phase(PHASE_GRANT), "");
	text = compose_phase(PHASE_PERSON);
	assert_non_null(strstr(text, "0 add " MEMBER("anna") " +1=anna"));
	assert_int_equal(operation_count, 2);
}

/* Without one member that may go, there is no group to make. */
static void no_group_without_members(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("beheerder", "10")));
	think();
	for (uint32_t i = 0; i < thought.plan->change_count; i++)
		if (thought.plan->changes[i].kind == CHANGE_MEMBER_ADD)
			skipped = i;
	assert_int_not_equal(skipped, NONE);
	assert_string_equal(compose_phase(PHASE_GROUP), "");
}

/* More values than one request takes: the next operation goes on where this one ended. */
static void values_of_a_request_are_bounded(void **state)
{
	struct compose compose = {.skip = leave_out};
	struct operation op = {.id = 0};
	struct buf record;
	struct err err;
	uint32_t counts[3], n = 0;
	char line[400];
	(void)state;
	world_source(&w, SCHOOL("1", "10"));
	for (uint32_t i = 0; i < COMPOSE_VALUES_MAX + 3; i++) {
		snprintf(line, sizeof(line),
			 "is: person\nuuid: %u\nvo-id: p%u\ncn: p\nsn: p\nstate: actief\n"
			 "right: WerkplekDuaalGebruiker-trajectbegeleider:10\n",
			 1000 + i, i);
		world_source(&w, line);
	}
	w.guard.grants = COMPOSE_VALUES_MAX + 3;
	world_target(&w, OUR_SCHOOL("10") OUR_GUIDES("10"));
	think();
	compose.groups = groups;
	buf_init(&record);
	compose_start(&compose, &thought, PHASE_GRANT);
	while (n < 3 && compose_next(&compose, &op, &record, &err) == 1) {
		counts[n++] = op.count;
		buf_clear(&record);
	}
	assert_int_equal(n, 2);
	assert_int_equal(counts[0], COMPOSE_VALUES_MAX);
	assert_int_equal(counts[1], 3);
	buf_done(&record);
}

/* ---- what the ledger hears ---------------------------------------------------------------------- */

static void intents_tell_who_what_and_why(void **state)
{
	struct intent intent;
	struct buf scratch;
	(void)state;
	two_of_each();
	think();
	buf_init(&scratch);
	compose_intent(&thought, 0, &scratch, &intent);
	assert_int_equal(intent.kind, INTENT_MEMBER_REMOVE);
	assert_int_equal(intent.number, 10);
	assert_int_equal(intent.cause, R_CAUSE_EXPLICIT);
	assert_int_equal(intent.reason, R_OTHER_INSTITUTION);
	assert_true(text_equal(intent.dn, text_of(GUIDES)));
	assert_true(text_equal(intent.value, text_of(MEMBER("carl"))));
	assert_true(text_equal(intent.person, text_of("carl")));
	struct uuid carl = world_uuid(13);
	assert_true(uuid_equal(&intent.source_uuid, &carl));
	assert_false(uuid_is_null(&intent.target_uuid));
	buf_done(&scratch);
}

static void a_person_gone_at_the_source_is_named_by_the_target(void **state)
{
	struct intent intent;
	struct buf scratch;
	(void)state;
	world_source(&w, SCHOOL("1", "10") "is: absent\nuuid: 11\n");
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11") OUR_GUIDES("10") "member: uid=anna\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	think();
	assert_int_equal(thought.plan->changes[0].kind, CHANGE_MEMBER_REMOVE);
	buf_init(&scratch);
	compose_intent(&thought, 0, &scratch, &intent);
	assert_int_equal(intent.cause, R_CAUSE_ABSENT);
	assert_true(text_equal(intent.person, text_of("anna")));
	assert_true(text_equal(intent.value, text_of(MEMBER("anna"))));
	buf_done(&scratch);
}

/* The same change of the next round has the same identity, whatever its position; others have another one. */
static void identity_is_not_position(void **state)
{
	uint64_t all[64], grants[64];
	uint32_t n = 0, again = 0;
	(void)state;
	two_of_each();
	think();
	assert_in_range(thought.plan->change_count, 4, 64);
	for (uint32_t i = 0; i < thought.plan->change_count; i++) {
		all[i] = compose_identity(&thought, i);
		for (uint32_t k = 0; k < i; k++)
			assert_true(all[k] != all[i]);
		if (thought.plan->changes[i].kind == CHANGE_MEMBER_ADD)
			grants[n++] = all[i];
	}
	assert_int_equal(n, 4);
	world_source(&w, SCHOOL("20", "20")); /* positions move */
	think();
	for (uint32_t i = 0; i < thought.plan->change_count; i++) {
		uint64_t id = compose_identity(&thought, i);
		for (uint32_t k = 0; k < n; k++)
			again += id == grants[k];
	}
	assert_int_equal(again, 4);
}

/* A member cannot be without the person's entry, a group not without the institution's. */
static void what_a_change_needs(void **state)
{
	uint64_t person = 0, institution = 0;
	uint32_t needing = 0;
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	think();
	for (uint32_t i = 0; i < thought.plan->change_count; i++) {
		if (thought.plan->changes[i].kind == CHANGE_PERSON_ADD)
			person = compose_identity(&thought, i);
		if (thought.plan->changes[i].kind == CHANGE_INSTITUTION_ADD)
			institution = compose_identity(&thought, i);
	}
	for (uint32_t i = 0; i < thought.plan->change_count; i++) {
		uint64_t needs = compose_needs(&thought, i);
		uint8_t kind = thought.plan->changes[i].kind;
		assert_true(needs == (kind == CHANGE_MEMBER_ADD ? person : kind == CHANGE_GROUP_ADD ? institution : 0));
		needing += needs != 0;
	}
	assert_int_equal(needing, 2);
}

/* ---- values of an entry -------------------------------------------------------------------------- */

/* Only what differs, value by value; what is wanted no longer goes; key and marker stay as they are. */
static void only_differences_are_written(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") "is: person\nuuid: 11\nvo-id: anna\ncn: Anna New\nsn: anna\nstate: actief\n"
					   "right: WerkplekDuaalGebruiker-trajectbegeleider:10\n");
	world_target(&w, OUR_SCHOOL("10") "is: person\nvo-id: ANNA\ncn: anna\nsn: anna\nmail: old@school.be\n"
					  "source-uuid: 11\n" OUR_GUIDES("10") "member: uid=anna\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	think();
	assert_string_equal(compose_phase(PHASE_PERSON),
			    "0 modify uid=ANNA," WORLD_PEOPLE " -3=anna +3=Anna New -6=old@school.be\n");
}

static void actions_of_a_role_follow_the_configuration(void **state)
{
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_PERSON("anna", "11"));
	world_target(&w, "is: group\nnumber: 10\nrole: trajectbegeleider\naction: overeenkomst-opmaken\n"
			 "action: something-old\nmember: uid=anna\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	think();
	assert_string_equal(compose_phase(PHASE_GROUP),
			    "0 modify " GUIDES
			    " -41=something-old +41=overeenkomst-registreren|overeenkomst-beeindigen\n");
}

/* Whatever the core calls a difference is at least one modification, for each field that it compares: else it would be there
 * again in the next round, for ever. */
static void every_difference_can_be_written(void **state)
{
	static const enum field fields[] = {
		FIELD_CN,   FIELD_SN,          FIELD_GIVEN_NAME,      FIELD_MAIL,      FIELD_NAME,
		FIELD_KIND, FIELD_SOURCE_UUID, FIELD_NUMBER_RECEIVED, FIELD_ADMISSION, FIELD_ADMITTED_SINCE};
	(void)state;
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_SCHOOL("10") "uuid: 50\n" OUR_PERSON("anna", "11") "uuid: 51\n");
	world_target(&w, OUR_GUIDES("10") "uuid: 52\nmember: uid=anna\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=anna 11 held\n");
	uint32_t differences = 0;
	for (uint32_t uuid = 50; uuid <= 52; uuid++)
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
			struct record *record = world_find(&w, false, uuid);
			struct record before = *record;
			record_set(&w, record, fields[i], fields[i] == FIELD_SOURCE_UUID ? "x" : "something else");
			think();
			for (enum phase phase = 0; phase < PHASES; phase++) {
				const char *text = compose_phase(phase);
				assert_int_equal(operation_count, thought.plan->by_phase[phase]);
				differences += operation_count;
				for (const char *at = text; *at != '\0'; at = strchr(at, '\n') + 1)
					assert_true(memchr(at, '+', strcspn(at, "\n")) != NULL ||
						    strstr(at, " -") != NULL);
			}
			*world_find(&w, false, uuid) = before;
		}
	assert_true(differences >= 20); /* each of the fields is compared in most entries */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* The entry's name is in its DN, escaped, and in its cn, as it is. */
static void a_directive_has_one_name(void **state)
{
	(void)state;
	const struct policy_settings policy = {.roles = {{.name = "a, b+c"}}, .role_count = 1};
	const struct target_names names = {.overrides = "ou=o", .directive_rdn = "cn", .instance = "test"};
	const struct run_config config = {.policy = &policy, .names = &names};
	const struct target_snapshot nothing = {.names = &names};
	const struct directive_key key = {.number = 7, .vo_id = text_of("ann")};
	const struct directive_text said = {.reason = text_of("why")};
	struct buf name, record, seen, wanted;
	buf_init(&name);
	buf_init(&record);
	buf_init(&seen);
	buf_init(&wanted);
	directive_new_name(&config, &nothing, &key, &name);
	directive_compose_add(&config, &key, buf_text(&name), &said, &record);
	render_write(buf_text(&record), &seen);
	const char *random = strrchr(buf_string(&name), '-');
	buf_format(&wanted, "0 add cn=override-7-a\\, b\\+c%s,ou=o +%d=override-7-a, b+c%s ", random, FIELD_CN, random);
	assert_ptr_equal(strstr(buf_string(&seen), buf_string(&wanted)), buf_string(&seen));
	buf_done(&name);
	buf_done(&record);
	buf_done(&seen);
	buf_done(&wanted);
}

/* ---- the last one, and the next ---------------------------------------------------------------------- */

#define NOBODY "cn=niemand,ou=werkplekduaal,dc=app"

/* carl and dora are all who are in it, and go; anna comes. */
static void all_change(const char *settings)
{
	world_source(&w, SCHOOL("1", "10") SCHOOL("9", "99") PERSON("13", "carl", RIGHT("beheerder", "99")));
	world_source(&w, PERSON("14", "dora", RIGHT("beheerder", "99"))
				 PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_target(&w, OUR_SCHOOL("10") OUR_SCHOOL("99") OUR_PERSON("anna", "11") OUR_PERSON("carl", "13"));
	world_target(&w, OUR_PERSON("dora", "14") OUR_GUIDES("10") "member: uid=carl\nmember: uid=dora\n");
	world_past(&w, "owned: 10 trajectbegeleider uid=carl 13 held\nowned: 10 trajectbegeleider uid=dora 14 held\n");
	world_settings(&w, settings);
	think();
	for (uint32_t i = 0; i < thought.plan->change_count; i++)
		thought.plan->changes[i].verdict = VERDICT_GO;
}

static void the_placeholder_takes_the_last_ones_place(void **state)
{
	(void)state;
	all_change("empty-group: placeholder\nplaceholder: " NOBODY "\n");
	assert_string_equal(compose_phase(PHASE_REVOKE),
			    "0 modify " GUIDES " -42=" MEMBER("carl") "|" MEMBER("dora") " +42=" NOBODY "\n");
	assert_true(operations[0].empties);
	groups[0].members = 0;
	groups[0].placeholder = true;
	assert_string_equal(compose_phase(PHASE_GRANT), "0 modify " GUIDES " +42=" MEMBER("anna") " -42=" NOBODY "\n");
}

/* One of two goes: nobody need stand in for anybody. */
static void somebody_who_stays_is_enough(void **state)
{
	(void)state;
	all_change("empty-group: placeholder\nplaceholder: " NOBODY "\n");
	thought.plan->changes[0].verdict = VERDICT_HOLD;
	assert_string_equal(compose_phase(PHASE_REVOKE), "0 modify " GUIDES " -42=" MEMBER("dora") "\n");
	assert_false(operations[0].empties);
}

/* The whole group, and not before its members are known. */
static void the_group_goes_with_its_last_members(void **state)
{
	(void)state;
	all_change("empty-group: delete\n");
	assert_string_equal(compose_phase(PHASE_REVOKE), "0 delete " GUIDES "\n");
	assert_true(operations[0].deletes);
	assert_int_equal(operations[0].taken, 2);
	groups[0].gone = true;
	assert_string_equal(compose_phase(PHASE_GRANT), "");
}

/* What cannot be asserted is not deleted: somebody may have come in. */
static void without_an_entry_csn_nothing_is_deleted(void **state)
{
	(void)state;
	all_change("empty-group: delete\n");
	groups[0].csn = (struct csn){0};
	assert_string_equal(compose_phase(PHASE_REVOKE),
			    "0 modify " GUIDES " -42=" MEMBER("carl") "|" MEMBER("dora") "\n");
	assert_true(operations[0].empties);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_modify_for_each_group_and_kind),
		TEST(asserts_the_newest_csn),
		TEST(a_skipped_value_stays_out),
		TEST(what_is_held_stays_out),
		TEST(a_new_group_comes_with_its_members),
		TEST(no_group_without_members),
		TEST(values_of_a_request_are_bounded),
		TEST(intents_tell_who_what_and_why),
		TEST(a_person_gone_at_the_source_is_named_by_the_target),
		TEST(identity_is_not_position),
		TEST(what_a_change_needs),
		TEST(only_differences_are_written),
		TEST(actions_of_a_role_follow_the_configuration),
		TEST(every_difference_can_be_written),
		TEST(a_directive_has_one_name),
		TEST(the_placeholder_takes_the_last_ones_place),
		TEST(somebody_who_stays_is_enough),
		TEST(the_group_goes_with_its_last_members),
		TEST(without_an_entry_csn_nothing_is_deleted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
