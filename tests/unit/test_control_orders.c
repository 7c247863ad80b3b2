/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_control_orders.c - the methods that change something: who may, what is given, what reaches the host, and answers
 * that come late or to nobody.
 */
#include "unit.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/asked.h"
#include "control_ask.h"
#include "national.h"

#define UNTIL        4102444800 /* 2100 */
#define ROLE_GUIDE   0
#define ROLE_MANAGER 1

/* Each method with everything that it takes, and what the host is told then. */
struct order_case {
	const char *method, *parameters;
	struct order order;
};

static const struct order_case cases[] = {
	{"Approve", "{'id':'12-3f9a2b','reason':'r'}", {.kind = ORDER_APPROVE, .id = 12, .digest = "3f9a2b"}},
	{"Reject", "{'id':'12','reason':'r'}", {.kind = ORDER_REJECT, .id = 12}},
	{"AcceptSource",
	 "{'id':' 7-3F9A2BCD ','reason':'r'}",
	 {.kind = ORDER_ACCEPT_SOURCE, .id = 7, .digest = "3f9a2bcd"}},
	{"AcceptClock", "{'today':'2026-09-01','reason':'r'}", {.kind = ORDER_ACCEPT_CLOCK, .id = 20260901}},
	{"Undo", "{'cycle':3,'reason':'r','until':4102444800}", {.kind = ORDER_UNDO, .id = 3, .until_s = UNTIL}},
	{"Redo", "{'cycle':3,'reason':'r'}", {.kind = ORDER_REDO, .id = 3}},
	{"Request",
	 "{'institution':777,'reason':'r','owner':'cn=x','until':4102444800}",
	 {.kind = ORDER_REQUEST, .number = 777, .owner = "cn=x", .until_s = UNTIL}},
	{"Unrequest", "{'institution':777,'reason':'r'}", {.kind = ORDER_UNREQUEST, .number = 777}},
	{"Pin",
	 "{'person':'jan@school.example','institution':30569,'role':'Beheerder','exclude':true,'reason':'r','owner':'o'"
	 ","
	 "'until':4102444800}",
	 {.kind = ORDER_PIN,
	  .number = 30569,
	  .role = ROLE_MANAGER,
	  .vo_id = "vo-jan",
	  .exclude = true,
	  .owner = "o",
	  .until_s = UNTIL}},
	{"Unpin",
	 "{'person':' VO-JAN ','institution':30569,'role':'trajectbegeleider','reason':'r'}",
	 {.kind = ORDER_UNPIN, .number = 30569, .role = ROLE_GUIDE, .vo_id = "vo-jan"}},
	{"DriftAdopt",
	 "{'id':4,'reason':'r','until':4102444800}",
	 {.kind = ORDER_DRIFT_ADOPT, .id = 4, .until_s = UNTIL}},
	{"DriftUndo", "{'id':4,'reason':'r'}", {.kind = ORDER_DRIFT_UNDO, .id = 4}},
	{"Freeze",
	 "{'institution':30569,'reason':'r','until':4102444800}",
	 {.kind = ORDER_FREEZE, .number = 30569, .until_s = UNTIL}},
	{"Thaw", "{'institution':30569,'reason':'r'}", {.kind = ORDER_THAW, .number = 30569}},
	{"Pause", "{'reason':'r','until':4102444800}", {.kind = ORDER_PAUSE, .until_s = UNTIL}},
	{"Resume", "{'reason':'r'}", {.kind = ORDER_RESUME}},
	{"Forget", "{'person':'vo-gone','reason':'r'}", {.kind = ORDER_FORGET, .vo_id = "vo-gone"}},
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

/* The so-manieth request for zeroed memory finds none; 0: each finds some. */
static int fails_at;
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
	return fails_at > 0 && --fails_at == 0 ? NULL : __real_calloc(count, size);
}

static json_t *load(const char *quoted)
{
	char text[1024];
	snprintf(text, sizeof(text), "%s", quoted);
	for (char *at = text; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	json_t *parameters = json_loads(text, 0, NULL);
	assert_non_null(parameters);
	return parameters;
}

static json_t *give(const char *method, json_t *parameters)
{
	char *call = call_of(method, parameters);
	json_t *reply = peer_ask(&peer, call);
	free(call);
	return reply;
}

static const struct order_case *case_of(const char *method)
{
	for (size_t i = 0; i < CASES; i++)
		if (strcmp(cases[i].method, method) == 0)
			return &cases[i];
	fail_msg("no case for %s", method);
	return NULL;
}

/* The method's parameters with one of them changed; value NULL: taken out. */
static json_t *changed(const struct order_case *c, const char *name, json_t *value)
{
	json_t *parameters = load(c->parameters);
	if (value != NULL)
		json_object_set_new(parameters, name, value);
	else
		json_object_del(parameters, name);
	return parameters;
}

static void same_text(const char *there, const char *expected)
{
	if (expected == NULL)
		assert_null(there);
	else
		assert_string_equal(there, expected);
}

static void same_order(const struct order *there, const struct order_case *c)
{
	const struct order *expected = &c->order;
	bool has_role = strcmp(c->method, "Pin") == 0 || strcmp(c->method, "Unpin") == 0;
	assert_int_equal(there->kind, expected->kind);
	assert_int_equal(there->uid, geteuid());
	assert_int_equal(there->number, expected->number);
	assert_int_equal(there->role, has_role ? expected->role : UINT8_MAX);
	assert_int_equal(there->id, expected->id);
	assert_int_equal(there->exclude, expected->exclude);
	assert_true(there->until_s == expected->until_s);
	assert_string_equal(there->reason, "r");
	same_text(there->digest, expected->digest);
	same_text(there->vo_id, expected->vo_id);
	same_text(there->owner, expected->owner);
	const struct uuid jan = world_uuid(11);
	if (has_role)
		assert_int_equal(there->person, source_person_by_uuid(view_source(&bench.view), &jan));
	else
		assert_int_equal(there->person, NONE);
}

static void the_host_is_told_what_was_given(void **state)
{
	(void)state;
	bench.result.entry = "cn=x\x1b,dc=app";
	bench.result.until_s = UNTIL;
	for (size_t i = 0; i < CASES; i++) {
		json_t *reply = give(cases[i].method, load(cases[i].parameters));
		const json_t *parameters = check_reply(cases[i].method, reply);
		assert_string_equal(text(parameters, "done"), "done \\x1B[1m");
		same_order(&bench.last.order, &cases[i]);
		json_decref(reply);
	}
	assert_int_equal(bench.orders, CASES);
}

static void what_may_be_missing_is_not_given(void **state)
{
	(void)state;
	static const struct {
		const char *method, *parameters;
	} less[] = {{"Request", "{'institution':777,'reason':'r'}"},
		    {"Pin", "{'person':'vo-jan','institution':30569,'role':'beheerder','reason':'r'}"},
		    {"DriftAdopt", "{'id':4,'reason':'r'}"},
		    {"Freeze", "{'institution':null,'reason':'r','until':null}"},
		    {"Pause", "{'reason':'r'}"}};
	for (size_t i = 0; i < sizeof(less) / sizeof(less[0]); i++) {
		json_t *reply = give(less[i].method, load(less[i].parameters));
		check_reply(less[i].method, reply);
		assert_null(bench.last.order.owner);
		assert_true(bench.last.order.until_s == 0);
		assert_false(bench.last.order.exclude);
		json_decref(reply);
	}
	json_decref(give("Freeze", load("{'reason':'r'}")));
	assert_int_equal(bench.last.order.number, 0);
	json_decref(give("Thaw", json_object()));
	assert_int_equal(bench.last.order.number, 0);
	assert_string_equal(bench.last.order.reason, "");
	json_decref(give("Resume", json_object()));
	assert_string_equal(bench.last.order.reason, "");
	assert_int_equal(bench.orders, 8);
}

static void expect_bad(const char *method, json_t *parameters, const char *name)
{
	char *call = call_of(method, parameters);
	expect_invalid(call, name);
	free(call);
}

static const struct varlink_method *method_of(const char *name)
{
	const struct varlink_method *m = control_methods;
	while (strcmp(strrchr(m->name, '.') + 1, name) != 0)
		m++;
	return m;
}

static void each_parameter_is_needed_and_has_its_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		const char *method = cases[i].method;
		for (const struct varlink_parameter *p = method_of(method)->parameters; p->name != NULL; p++) {
			json_t *wrong = p->type == VARLINK_STRING ? json_integer(1) : json_string("1");
			expect_bad(method, changed(&cases[i], p->name, wrong), p->name);
			if (p->required)
				expect_bad(method, changed(&cases[i], p->name, NULL), p->name);
			if (p->required)
				expect_bad(method, changed(&cases[i], p->name, json_null()), p->name);
		}
		expect_bad(method, changed(&cases[i], "colour", json_true()), "colour");
	}
	assert_int_equal(bench.orders, 0);
}

/* ---- wrong values ------------------------------------------------------------------------------------- */

static json_t *long_text(size_t len)
{
	char text[1024];
	memset(text, 'x', len);
	text[len] = '\0';
	return json_string(text);
}

static void words_are_one_line_and_say_something(void **state)
{
	(void)state;
	static const char *const bad[] = {"", " \t", "a\nb", "a\x1b[31mb", "a\x7f", "\xe2\x80\xae", "\xc2\x9bm"};
	for (size_t i = 0; i < CASES; i++) {
		for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
			expect_bad(cases[i].method, changed(&cases[i], "reason", json_string(bad[k])), "reason");
		expect_bad(cases[i].method, changed(&cases[i], "reason", long_text(501)), "reason");
		json_decref(give(cases[i].method, changed(&cases[i], "reason", long_text(500))));
	}
	assert_int_equal(bench.orders, CASES);
	expect_bad("Pin", changed(case_of("Pin"), "owner", json_string("")), "owner");
	expect_bad("Request", changed(case_of("Request"), "owner", json_string("a\nb")), "owner");
	expect_bad("Request", changed(case_of("Request"), "owner", long_text(501)), "owner");
	assert_int_equal(bench.orders, CASES);
}

static void until_is_in_the_future(void **state)
{
	(void)state;
	static const char *const methods[] = {"Undo", "Request", "Pin", "DriftAdopt", "Freeze", "Pause"};
	int64_t now = clock_wall_s();
	const int64_t bad[] = {0, -1, 1, now - 1, now, 253402300800, INT64_MAX};
	for (size_t m = 0; m < sizeof(methods) / sizeof(methods[0]); m++)
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
			expect_bad(methods[m], changed(case_of(methods[m]), "until", json_integer(bad[i])), "until");
	assert_int_equal(bench.orders, 0);
	json_decref(give("Pause", changed(case_of("Pause"), "until", json_integer(now + 3600))));
	assert_int_equal(bench.orders, 1);
}

static void holds_are_named_by_number_and_digest(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
					  "x",
					  "-",
					  "12-",
					  "12-3f9a2",
					  "12-3f9a2x",
					  "0",
					  "-1",
					  "4294967295",
					  "+12",
					  "12 - 3f9a2b",
					  "12-3f9a2b-",
					  "99999999999",
					  "1.5",
					  "12-3f9a2b3f9a2b3f9a2b3f9a2b3f9a2b3f9a2b3f9a2b3f9a2b3f9a2b3f9a2b3f9a2b"};
	static const char *const methods[] = {"Approve", "Reject", "AcceptSource"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (size_t m = 0; m < 3; m++)
			expect_bad(methods[m], changed(case_of(methods[m]), "id", json_string(bad[i])), "id");
	assert_int_equal(bench.orders, 0);
}

static void numbers_have_their_range(void **state)
{
	(void)state;
	static const struct {
		const char *method, *name;
		int64_t value;
	} bad[] = {{"Undo", "cycle", 0},
		   {"Redo", "cycle", 0},
		   {"Undo", "cycle", 4294967296},
		   {"DriftAdopt", "id", 0},
		   {"DriftUndo", "id", -1},
		   {"Request", "institution", 0},
		   {"Unrequest", "institution", 1000000},
		   {"Pin", "institution", 4294967297},
		   {"Unpin", "institution", -30569},
		   {"Freeze", "institution", 0},
		   {"Thaw", "institution", 1000000}};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_bad(bad[i].method, changed(case_of(bad[i].method), bad[i].name, json_integer(bad[i].value)),
			   bad[i].name);
	expect_bad("Pin", changed(case_of("Pin"), "role", json_string("koning")), "role");
	expect_bad("Unpin", changed(case_of("Unpin"), "role", json_string("")), "role");
	assert_int_equal(bench.orders, 0);
}

/* ---- people ------------------------------------------------------------------------------------------- */

static void expect_refused(json_t *reply, const char *code, const char *part)
{
	const json_t *parameters = json_object_get(reply, "parameters");
	check_error(reply, INTERFACE_ERROR("OrderRefused"));
	assert_string_equal(text(parameters, "code"), code);
	if (strstr(text(parameters, "what"), part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text(parameters, "what"), part);
	json_decref(reply);
}

static void somebody_whom_the_source_does_not_show_goes_by_vo_id(void **state)
{
	(void)state;
	json_t *reply = give("Pin", changed(case_of("Pin"), "person", json_string(" vo-{new}/1 ")));
	bench.result.until_s = UNTIL;
	check_reply("Pin", reply);
	json_decref(reply);
	assert_string_equal(bench.last.order.vo_id, "vo-{new}/1");
	assert_int_equal(bench.last.order.person, NONE);
	static const char *const nobody[] = {"Nobody Here", "a,b", "a+b", "a\"b", "a\\b", "a<b", "a>b",
					     "a;b",         "a#b", "a=b", "a(b",  "a)b",  "a*b", "\xc3\xa9"};
	for (size_t i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++) {
		json_t *answer = give("Pin", changed(case_of("Pin"), "person", json_string(nobody[i])));
		check_error(answer, INTERFACE_ERROR("NotFound"));
		assert_string_equal(text_in(answer, "what"), "person");
		json_decref(answer);
		expect_bad("Forget", changed(case_of("Forget"), "person", json_string(nobody[i])), "person");
	}
	json_decref(give("Forget", changed(case_of("Forget"), "person", long_text(64))));
	assert_int_equal(bench.orders, 2);
	expect_bad("Forget", changed(case_of("Forget"), "person", long_text(65)), "person");
	expect_bad("Pin", changed(case_of("Pin"), "person", json_string("  ")), "person");
	expect_bad("Pin", changed(case_of("Pin"), "person", long_text(201)), "person");
	assert_int_equal(bench.orders, 2);
}

static void several_people_are_listed(void **state)
{
	(void)state;
	json_t *reply = give("Unpin", changed(case_of("Unpin"), "person", json_string("twin@school.example")));
	check_error(reply, INTERFACE_ERROR("Ambiguous"));
	assert_int_equal(number(json_object_get(reply, "parameters"), "total"), 2);
	json_decref(reply);
	assert_int_equal(bench.orders, 0);
}

static void a_key_that_cannot_be_written_down_is_refused(void **state)
{
	(void)state;
	world_source(&bench.world, "is: person\nuuid: 31\nvo-id: a=b\nuid: odd\ncn: Odd\n");
	world_think(&bench.world);
	control_bench_look(&bench);
	expect_refused(give("Pin", changed(case_of("Pin"), "person", json_string("odd"))), "refused", "vo-id");
	assert_int_equal(bench.orders, 0);
}

static void national_numbers_are_kept_nowhere(void **state)
{
	(void)state;
	static const char *const numbers[] = {"850730033##", "born 85.07.30-033.## in Gent", "x850730033##y",
					      "85.07.30.033.##", "000101001@@"};
	static const char *const fine[] = {"85073003329", "850730033281", "8507300332", "12-3f9a2b", "02/553.90.90"};
	for (size_t n = 0; n < sizeof(numbers) / sizeof(numbers[0]); n++) {
		const char *one = national(numbers[n]);
		for (size_t i = 0; i < CASES; i++)
			expect_refused(give(cases[i].method, changed(&cases[i], "reason", json_string(one))), "refused",
				       "national number");
		expect_refused(give("Pin", changed(case_of("Pin"), "person", json_string(one))), "refused", "vo-id");
		expect_refused(give("Pin", changed(case_of("Pin"), "owner", json_string(one))), "refused", "vo-id");
		expect_refused(give("Forget", changed(case_of("Forget"), "person", json_string(one))), "refused",
			       "vo-id");
		expect_refused(give("Why", json_pack("{s:s}", "person", one)), "refused", "vo-id");
	}
	assert_int_equal(bench.orders, 0);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		json_decref(give("Pause", changed(case_of("Pause"), "reason", json_string(fine[i]))));
	assert_int_equal(bench.orders, sizeof(fine) / sizeof(fine[0]));
}

static void people_are_known_after_the_first_cycle(void **state)
{
	(void)state;
	bench.view.explain = NULL;
	for (size_t i = 0; i < CASES; i++) {
		json_t *reply = give(cases[i].method, load(cases[i].parameters));
		if (strcmp(cases[i].method, "Pin") == 0 || strcmp(cases[i].method, "Unpin") == 0)
			check_error(reply, INTERFACE_ERROR("NotReady"));
		else
			check_reply(cases[i].method, reply);
		json_decref(reply);
	}
	assert_int_equal(bench.orders, CASES - 2);
}

/* ---- what came of it ---------------------------------------------------------------------------------- */

static void what_was_not_carried_out_says_why(void **state)
{
	(void)state;
	static const struct {
		enum order_code code;
		const char *word;
	} codes[] = {{ORDER_NOT_FOUND, "not-found"}, {ORDER_REFUSED, "refused"}, {ORDER_FAILED, "failed"}};
	for (size_t c = 0; c < 3; c++)
		for (size_t i = 0; i < CASES; i++) {
			bench.result = (struct order_result){.code = codes[c].code, .sentence = "because\n"};
			expect_refused(give(cases[i].method, load(cases[i].parameters)), codes[c].word, "because\\x0A");
		}
}

static void what_is_left_is_named(void **state)
{
	(void)state;
	static struct order_item items[600];
	for (size_t i = 0; i < 600; i++)
		items[i] = (struct order_item){.number = 30569,
					       .role = ROLE_GUIDE,
					       .kind = CHANGE_MEMBER_REMOVE,
					       .reason = R_GRANTED,
					       .name = "Jan\x1b",
					       .vo_id = "vo-jan"};
	items[1] = (struct order_item){.role = UINT8_MAX, .kind = CHANGE_INSTITUTION_DELETE, .reason = R_NONE};
	bench.result = (struct order_result){
		.code = ORDER_DONE, .sentence = "3 covered", .covered = 3, .items = items, .item_count = 2};
	json_t *reply = give("Approve", load(case_of("Approve")->parameters));
	const json_t *parameters = check_reply("Approve", reply), *left = json_object_get(parameters, "left");
	assert_int_equal(number(parameters, "covered"), 3);
	assert_int_equal(json_array_size(left), 2);
	assert_string_equal(text(json_array_get(left, 0), "person"), "Jan\\x1B");
	assert_string_equal(text(json_array_get(left, 0), "kind"), "member-remove");
	assert_string_equal(text(json_array_get(left, 0), "code"), "granted");
	assert_true(is_null(json_array_get(left, 1), "institution"));
	assert_true(is_null(json_array_get(left, 1), "person"));
	json_decref(reply);
	bench.result.item_count = 600;
	reply = give("Undo", load(case_of("Undo")->parameters));
	parameters = check_reply("Undo", reply);
	assert_int_equal(length(parameters, "left"), 500);
	assert_string_equal(text(parameters, "done"), "3 covered; 100 more are not covered and not listed");
	json_decref(reply);
}

static void entries_times_and_rows_are_told(void **state)
{
	(void)state;
	bench.result = (struct order_result){
		.code = ORDER_DONE, .sentence = "written", .entry = "cn=x\n,dc=app", .until_s = 5000, .covered = 17};
	json_t *reply = give("Pin", load(case_of("Pin")->parameters));
	const json_t *parameters = check_reply("Pin", reply);
	assert_string_equal(text(parameters, "entry"), "cn=x\\x0A,dc=app");
	assert_int_equal(number(parameters, "until"), 5000);
	json_decref(reply);
	reply = give("Forget", load(case_of("Forget")->parameters));
	assert_int_equal(number(check_reply("Forget", reply), "rows"), 17);
	json_decref(reply);
}

/* ---- later, and to nobody ----------------------------------------------------------------------------- */

static void say_order(struct peer *p, const char *method)
{
	char *call = call_of(method, load(case_of(method)->parameters));
	peer_say(p, call);
	free(call);
}

static void an_answer_may_come_later(void **state)
{
	(void)state;
	bench.later = true;
	for (size_t i = 0; i < CASES; i++) {
		say_order(&peer, cases[i].method);
		assert_true(peer_is_quiet(&peer));
		control_bench_answer(&bench);
		json_t *reply = peer_next(&peer);
		check_reply(cases[i].method, reply);
		json_decref(reply);
	}
	say_order(&peer, "Approve");
	while (bench.waiting == 0)
		turn(bench.loop, 1);
	bench.view.explain = NULL; /* what the answer looks at may have changed meanwhile */
	control_bench_answer(&bench);
	json_t *reply = peer_next(&peer);
	check_reply("Approve", reply);
	json_decref(reply);
}

static void an_order_stands_when_the_client_leaves(void **state)
{
	(void)state;
	bench.later = true;
	for (size_t i = 0; i < CASES; i++) {
		struct peer p = peer_open(bench.loop, bench.path);
		say_order(&p, cases[i].method);
		while (bench.waiting == (int)i)
			turn(bench.loop, 1);
		peer_close(&p);
	}
	turn(bench.loop, 20);
	assert_int_equal(bench.orders, CASES);
	control_bench_answer(&bench);
	json_decref(peer_ask(&peer, CALL("Status")));
}

static void an_order_without_an_answer_is_carried_out(void **state)
{
	(void)state;
	peer_say(&peer,
		 "{\"method\":\"" INTERFACE_METHOD("Pause") "\",\"oneway\":true,\"parameters\":{\"reason\":\"r\"}}");
	json_decref(peer_ask(&peer, CALL("Status")));
	assert_int_equal(bench.orders, 1);
}

/* As at a reload: what the host still answers is for nobody. */
static void an_answer_after_the_service_has_gone_is_dropped(void **state)
{
	(void)state;
	bench.later = true;
	say_order(&peer, "Approve");
	peer_say(&peer, "");
	struct peer other = peer_open(bench.loop, bench.path), gone = peer_open(bench.loop, bench.path);
	peer_say(&other, CALL("AuditVerify"));
	say_order(&gone, "Freeze");
	while (bench.waiting < 2 || bench.waiting_questions < 1)
		turn(bench.loop, 1);
	peer_close(&gone);
	bench.control = control_free(bench.control);
	control_bench_answer(&bench);
	json_t *reply = peer_next(&peer);
	check_error(reply, INTERFACE_ERROR("Stopping"));
	json_decref(reply);
	assert_true(peer_is_closed(&peer));
	peer_close(&other);
}

static void leave_waiting(const char *call, const int *counter, int count)
{
	for (int i = 0; i < count; i++) {
		int before = *counter;
		struct peer p = peer_open(bench.loop, bench.path);
		peer_say(&p, call);
		while (*counter == before)
			turn(bench.loop, 1);
		peer_close(&p);
	}
}

static void whoever_asks_and_leaves_fills_nothing(void **state)
{
	(void)state;
	char *pause = call_of("Pause", load(case_of("Pause")->parameters));
	bench.later = true;
	leave_waiting(CALL("AuditVerify"), &bench.questions, QUESTIONS_MAX);
	expect_refused(peer_ask(&peer, CALL("AuditVerify")), "failed", "try again");
	leave_waiting(pause, &bench.orders, ORDERS_MAX); /* questions that wait keep no order away */
	expect_refused(peer_ask(&peer, pause), "failed", "try again");
	assert_int_equal(bench.orders, ORDERS_MAX);
	control_bench_answer(&bench);
	bench.later = false;
	json_t *reply = peer_ask(&peer, pause);
	check_reply("Pause", reply);
	json_decref(reply);
	reply = peer_ask(&peer, CALL("AuditVerify"));
	assert_true(is_null(check_reply("AuditVerify", reply), "broken"));
	json_decref(reply);
	free(pause);
}

/* ---- rights ------------------------------------------------------------------------------------------- */

/* Bits: 1 may read, 2 may operate, 4 may approve. 90: cannot connect, 91: a refusal does not name right and group. */
static int try_rights(void *ctx)
{
	static const struct {
		const char *call, *refusal;
	} tries[] = {
		{CALL("Holds"), "\"right\":\"read\",\"group\":\"games\""},
		{CALL_WITH("Freeze", "{\"reason\":\"r\"}"), "\"right\":\"operate\",\"group\":\"daemon\""},
		{CALL_WITH("Approve", "{\"id\":\"1\",\"reason\":\"r\"}"), "\"right\":\"approve\",\"group\":\"mail\""}};
	const struct control_bench *b = ctx;
	char reply[65536];
	int may = 0;
	for (int i = 0; i < 3; i++) {
		if (peer_ask_plainly(b->path, tries[i].call, reply, sizeof(reply)) <= 0)
			return 90;
		if (strstr(reply, "PermissionDenied") == NULL)
			may |= 1 << i;
		else if (strstr(reply, tries[i].refusal) == NULL)
			return 91;
	}
	return may;
}

static gid_t gid_of(const char *name)
{
	const struct group *group = getgrnam(name);
	return group != NULL ? group->gr_gid : 0;
}

static void serve_groups(const char *operators, const char *approvers)
{
	control_free(bench.control);
	peer_close(&peer);
	bench.set.group = "games";
	bench.set.operate_group = operators;
	bench.set.approve_group = approvers;
	control_bench_serve(&bench);
	peer = peer_open(bench.loop, bench.path);
	assert_int_equal(chmod(bench.dir, 0755), 0);
	assert_int_equal(chmod(bench.path, 0666), 0); /* as a socket unit might have it: the groups decide */
}

static int as(uid_t uid, gid_t gid, gid_t more)
{
	return uid_runs(uid, gid, more, try_rights, &bench, bench.loop);
}

static void groups_decide_who_may_approve(void **state)
{
	(void)state;
	gid_t readers = gid_of("games"), operators = gid_of("daemon"), approvers = gid_of("mail");
	if (geteuid() != 0 || readers == 0 || operators == 0 || approvers == 0)
		skip();
	serve_groups("daemon", "mail");
	assert_int_equal(as(4000, 4000, 0), 0);
	assert_int_equal(as(4000, readers, 0), 1);
	assert_int_equal(as(4000, readers, operators), 3);
	assert_int_equal(as(4000, readers, approvers), 5); /* a right gives no other */
	assert_int_equal(as(4000, approvers, 0), 4);
	assert_int_equal(as(0, 0, 0), 7);
}

static int approve_is_roots(void *ctx)
{
	const struct control_bench *b = ctx;
	char reply[4096];
	peer_ask_plainly(b->path, CALL_WITH("Approve", "{\"id\":\"1\",\"reason\":\"r\"}"), reply, sizeof(reply));
	return strstr(reply, "\"right\":\"approve\",\"group\":\"root\"") != NULL ? 0 : 1;
}

static void without_a_group_only_root_approves(void **state)
{
	(void)state;
	gid_t readers = gid_of("games"), operators = gid_of("daemon");
	if (geteuid() != 0 || readers == 0 || operators == 0)
		skip();
	serve_groups("daemon", "");
	assert_int_equal(uid_runs(4000, readers, operators, approve_is_roots, &bench, bench.loop), 0);
	assert_int_equal(bench.orders, 0);
	assert_int_equal(as(0, 0, 0), 7);
}

static int operate_is_roots(void *ctx)
{
	const struct control_bench *b = ctx;
	char reply[65536];
	if (peer_ask_plainly(b->path, CALL_WITH("Pause", "{\"reason\":\"r\"}"), reply, sizeof(reply)) <= 0)
		return 90;
	return strstr(reply, "\"right\":\"operate\",\"group\":\"root\"") != NULL ? 0 : 1;
}

/* Whoever may ask may not yet keep somebody's access as it is. */
static void without_a_group_only_root_operates(void **state)
{
	(void)state;
	gid_t readers = gid_of("games"), approvers = gid_of("mail");
	if (geteuid() != 0 || readers == 0 || approvers == 0)
		skip();
	serve_groups("", "mail");
	assert_int_equal(uid_runs(4000, readers, approvers, operate_is_roots, &bench, bench.loop), 0);
	assert_int_equal(bench.orders, 0);
	assert_int_equal(as(0, 0, 0), 7);
}

/* The first request is of the call itself, the second of what waits. */
static void without_memory_nobody_is_told_that_too_many_wait(void **state)
{
	(void)state;
	static const char *const calls[] = {CALL_WITH("Pause", "{\"reason\":\"r\"}"), CALL("AuditVerify")};
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		json_t *reply = peer_ask(&peer, CALL("Status")); /* this client is known by now */
		json_decref(reply);
		fails_at = 2;
		reply = peer_ask(&peer, calls[i]);
		assert_int_equal(fails_at, 0);
		check_error(reply, INTERFACE_ERROR("OrderRefused"));
		assert_string_equal(text_in(reply, "code"), "failed");
		assert_string_equal(text_in(reply, "what"), "out of memory: nothing was done");
		json_decref(reply);
	}
	assert_int_equal(bench.orders, 0);
}

static const char *const right_words[] = {"open", "read", "operate", "approve"};

static void a_day_that_is_none(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",         "x",          "2026-9-1",   "2026-02-30", "2026-09-01 ", "2026-09-01T08:00",
		"20260901", "0000-01-01", "+026-09-01", "2026-09-0x"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_bad("AcceptClock", changed(case_of("AcceptClock"), "today", json_string(bad[i])), "today");
	assert_int_equal(bench.orders, 0);
}

static void each_method_has_the_right_that_the_interface_says(void **state)
{
	(void)state;
	static const char *const operate[] = {"Sync",   "Doctor", "FindPerson", "Settings", "PlanWith",
					      "Freeze", "Thaw",   "Pause",      "Resume"};
	for (const struct varlink_method *m = control_methods; m->name != NULL; m++) {
		const char *name = strrchr(m->name, '.') + 1;
		enum varlink_right right = strncmp(m->name, "org.", 4) == 0 ? VARLINK_OPEN : VARLINK_READ;
		for (size_t i = 0; i < CASES; i++)
			if (strcmp(name, cases[i].method) == 0)
				right = VARLINK_APPROVE;
		for (size_t i = 0; i < sizeof(operate) / sizeof(operate[0]); i++)
			if (strcmp(name, operate[i]) == 0)
				right = VARLINK_OPERATE;
		if (strcmp(name, "SetLanguage") ==
		    0) /* whoever got through the socket's mode is told so in their language */
			right = VARLINK_OPEN;
		if (m->right != right)
			fail_msg("%s needs %s, not %s", name, right_words[right], right_words[m->right]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_host_is_told_what_was_given),
		T(what_may_be_missing_is_not_given),
		T(each_parameter_is_needed_and_has_its_type),
		T(words_are_one_line_and_say_something),
		T(until_is_in_the_future),
		T(holds_are_named_by_number_and_digest),
		T(numbers_have_their_range),
		T(somebody_whom_the_source_does_not_show_goes_by_vo_id),
		T(several_people_are_listed),
		T(a_key_that_cannot_be_written_down_is_refused),
		T(national_numbers_are_kept_nowhere),
		T(people_are_known_after_the_first_cycle),
		T(what_was_not_carried_out_says_why),
		T(what_is_left_is_named),
		T(entries_times_and_rows_are_told),
		T(an_answer_may_come_later),
		T(an_order_stands_when_the_client_leaves),
		T(an_order_without_an_answer_is_carried_out),
		T(an_answer_after_the_service_has_gone_is_dropped),
		T(whoever_asks_and_leaves_fills_nothing),
		T(without_memory_nobody_is_told_that_too_many_wait),
		T(groups_decide_who_may_approve),
		T(without_a_group_only_root_approves),
		T(without_a_group_only_root_operates),
		T(a_day_that_is_none),
		T(each_method_has_the_right_that_the_interface_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
