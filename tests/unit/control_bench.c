/* SPDX-License-Identifier: EUPL-1.2 */
/* control_bench.c - see control_bench.h. */
#include "unit.h"

#include <unistd.h>

#include "control_bench.h"
#include "core/hold.h"
#include "core/identity.h"
#include "core_stories.h"

/* clang-format off */
static const char source[] =
	SCHOOL("1", "030569") "head-admin: vo-an\n\n"
	SCHOOL("2", "112345") "\n"
	"is: institution\nuuid: 3\nnumber: 777\nname: CVO Zonder\nkind: volwassenenonderwijs\nstate: actief\naudience: OV\n\n"
	PERSON("11", "vo-jan", RIGHT("trajectbegeleider", "30569")) "uid: jan\nmail: jan@school.example\n\n"
	PERSON("12", "vo-an", RIGHT("beheerder,trajectbegeleider", "30569")) "\n"
	PERSON("13", "vo-piet", RIGHT("trajectbegeleider", "777")) "\n"
	"is: person\nuuid: 14\nvo-id: vo-evil\ncn: Evil \x1b]0;x\x07 \xe2\x80\xae \xff Name\nsn: x\nstate: actief\n"
	"right: " RIGHT("trajectbegeleider", "112345") "\n\n"
	PERSON("15", "vo-twin1", RIGHT("beheerder", "112345")) "mail: twin@school.example\n\n"
	PERSON("16", "vo-twin2", RIGHT("beheerder", "112345")) "mail: twin@school.example\n";

static const char target[] =
	OUR_SCHOOL("30569") "\n"
	OUR_PERSON("vo-jan", "11") "\n"
	"is: person\nvo-id: vo-gone\ncn: Griet \x1b]0;x\x07 \xe2\x80\xae \xff \\\nsn: x\nsource-uuid: 99\n\n"
	OUR_GUIDES("30569") "member: uid=vo-jan\nmember: uid=vo-gone\nmember: uid=stranger\n";
/* clang-format on */

static const struct view *get_view(void *ctx)
{
	struct control_bench *b = ctx;
	return &b->view;
}

static uint64_t request(void *ctx, uid_t uid)
{
	(void)uid;
	struct control_bench *b = ctx;
	b->requests++;
	b->asked = b->ended + 1;
	return b->asked;
}

static int is_done(void *ctx, uint64_t ticket, const struct cycle_summary **ret)
{
	struct control_bench *b = ctx;
	*ret = &b->summary;
	return b->ended >= ticket;
}

/* Two pages; then it is another plan. */
static int plan_ldif(void *ctx, uint64_t page, struct buf *out, uint64_t *ret_next, struct err *err)
{
	(void)ctx;
	if (page > 1)
		return err_set(err, ERR_CONFLICT, "the plan is another one now");
	buf_add_string(out, page == 0 ? "version: 1\n" : "dn: x\n");
	*ret_next = page == 0 ? 1 : 0;
	return 0;
}

static json_t *settings(void *ctx)
{
	(void)ctx;
	return json_pack("{s:[{s:s,s:s,s:b}]}", "settings", "key", "policy.audience", "digest", "00", "policy", 1);
}

/* The plan is the same; a policy that names "wrong" is. */
static int propose(void *ctx, const struct proposal_asked *asked,
		   void (*tell)(void *call, const struct proposal_told *told), void *call, struct err *err)
{
	const struct control_bench *b = ctx;
	const char *const keys[] = {"policy.audience"};
	const struct proposal_told told = {.now = &b->view,
					   .then = &b->view,
					   .keys = keys,
					   .key_count = json_object_size(asked->settings) > 0 ? 1 : 0,
					   .rescoped = asked->rescoped};
	if (json_object_get(asked->settings, "wrong") != NULL)
		return err_set(err, ERR_INVALID, "wrong: there is no such setting");
	if (b->carrying_out)
		return err_set(err, ERR_CONFLICT, "changes are being carried out");
	tell(call, &told);
	return 0;
}

/* ---- orders and questions --------------------------------------------------------------------------- */

static const char *keep_text(char *out, size_t size, const char *given)
{
	if (given == NULL)
		return NULL;
	snprintf(out, size, "%s", given);
	return out;
}

static void keep_order(struct bench_order *last, const struct order *order)
{
	last->order = *order;
	last->order.digest = keep_text(last->digest, sizeof(last->digest), order->digest);
	last->order.vo_id = keep_text(last->vo_id, sizeof(last->vo_id), order->vo_id);
	last->order.reason = keep_text(last->reason, sizeof(last->reason), order->reason);
	last->order.owner = keep_text(last->owner, sizeof(last->owner), order->owner);
}

static void give_order(void *ctx, const struct order *order,
		       void (*done)(void *call, const struct order_result *result), void *call)
{
	struct control_bench *b = ctx;
	keep_order(&b->last, order);
	b->orders++;
	if (!b->later) {
		done(call, &b->result);
		return;
	}
	assert_true(b->waiting < BENCH_WAITING);
	b->wait[b->waiting].done = done;
	b->wait[b->waiting++].call = call;
}

static void ask_question(void *ctx, const struct ledger_question *question,
			 void (*done)(void *call, const struct ledger_answer *answer), void *call)
{
	struct control_bench *b = ctx;
	b->question = *question;
	b->questions++;
	if (!b->later) {
		done(call, &b->ledger);
		return;
	}
	assert_true(b->waiting_questions < BENCH_WAITING);
	b->ask[b->waiting_questions].done = done;
	b->ask[b->waiting_questions++].call = call;
}

static void left(void *ctx, void *call)
{
	struct control_bench *b = ctx;
	b->left = call;
	if (b->ends_if_left)
		b->found_done(call, &b->found);
}

static void find_person(void *ctx, const char *number, uid_t uid,
			void (*done)(void *call, const struct people_found *found), void *call)
{
	struct control_bench *b = ctx;
	memcpy(b->sought, number, sizeof(b->sought));
	b->sought_by = uid;
	b->searches++;
	b->found_done = done;
	b->found_call = call;
	if (!b->later)
		done(call, &b->found);
}

void control_bench_answer(struct control_bench *b)
{
	int orders = b->waiting, questions = b->waiting_questions;
	b->waiting = b->waiting_questions = 0;
	for (int i = 0; i < orders; i++)
		b->wait[i].done(b->wait[i].call, &b->result);
	for (int i = 0; i < questions; i++)
		b->ask[i].done(b->ask[i].call, &b->ledger);
}

/* ---- holds ------------------------------------------------------------------------------------------ */

struct change *control_bench_change(struct control_bench *b, enum reason reason)
{
	for (uint32_t i = 0; i < b->world.plan->change_count; i++)
		if (b->world.plan->changes[i].reason == reason)
			return &b->world.plan->changes[i];
	fail_msg("the plan has no change with reason %s", reason_code(reason));
	return NULL;
}

static int by_id(const void *a, const void *b)
{
	const struct hold_op *x = a, *y = b;
	return change_id_compare(&x->id, &y->id);
}

static struct hold_op line_of(struct control_bench *b, const struct change *change)
{
	struct hold_op op = {.who = change_who(&b->world.plan_input, change),
			     .number = change->number,
			     .cause = change->cause,
			     .reason = change->reason,
			     .kind = change->kind,
			     .role = change->role};
	assert_int_equal(change_identify(&b->world.plan_input, change, &op.id), 0);
	return op;
}

void control_bench_hold(struct control_bench *b, uint32_t id, enum reason rule, enum hold_state state,
			const struct change *const *changes, uint32_t count)
{
	struct hold_op ops[16] = {{.id = {{0x77}},
				   .who = world_uuid(12),
				   .number = 30569,
				   .cause = R_CAUSE_EXPLICIT,
				   .reason = R_ENDED,
				   .kind = CHANGE_MEMBER_REMOVE}};
	for (uint32_t i = 0; i < count; i++)
		ops[i + 1] = line_of(b, changes[i]);
	qsort(ops, count + 1, sizeof(ops[0]), by_id);
	const struct past_hold hold = {.id = id,
				       .rule = (uint16_t)rule,
				       .role = UINT8_MAX,
				       .state = (uint8_t)state,
				       .number = count > 0 ? changes[0]->number : 0,
				       .seen = 4,
				       .allowed = 3,
				       .opened_s = 1793869000,
				       .expires_s = 1794128200, /* 2026-11-08T08:56:40Z */
				       .decided_s = state == HOLD_OPEN ? 0 : 1793869100,
				       .decided_by = 1000,
				       .digest = {0x3f, 0x9a, 0x2b, 0xcd},
				       .said = state == HOLD_OPEN ? NULL : (char *)(uintptr_t) "as agreed\x1b",
				       .ops = ops,
				       .op_count = count + 1};
	assert_int_equal(past_set_hold(&b->world.past, &hold), 0);
}

/* ---- the bench -------------------------------------------------------------------------------------- */

static void think(struct control_bench *b)
{
	struct world *w = &b->world;
	world_init(w);
	world_source(w, source);
	world_target(w, target);
	world_past(w, "owned: 30569 trajectbegeleider uid=vo-jan 11 held\n"
		      "owned: 30569 trajectbegeleider uid=vo-gone 99 held\n");
	world_think(w);
	control_bench_look(b);
}

void control_bench_look(struct control_bench *b)
{
	b->explain = (struct explain_input){
		.plan_input = &b->world.plan_input, .plan = b->world.plan, .verdict = &b->world.verdict};
}

static void show(struct control_bench *b)
{
	b->parts[0] = (struct part){"source", PART_OK, "ok", 1000, "6 people with the right, 3 institutions", ""};
	b->parts[1] =
		(struct part){"plan", PART_WARNING, "held", 2000, "1 change held", "duaalctl plan shows what is held"};
	b->parts[2] = (struct part){"target", PART_NOTICE, "unfenced", 2000, "line\nbreak \x1b[31m", ""};
	for (uint32_t i = 0; i < 3; i++)
		b->cycles[i] = (struct cycle_summary){.id = i + 1,
						      .started_s = 1793869000 + i,
						      .ended_s = i == 1 ? 0 : 1793869001 + i,
						      .trigger = "timer",
						      .trigger_uid = i == 2 ? 1000 : UINT32_MAX,
						      .result = "in-step",
						      .detail = "all\x1b well"};
	b->view = (struct view){.instance = "duaalsync",
				.version = "0.1.0",
				.configuration = "/etc/duaalsync/duaalsyncd.conf",
				.started_s = 1793860000,
				.last_attempt_s = 1793869100,
				.last_read_s = 1793869100,
				.next_run_s = 1793870000,
				.next_change_s = INT64_MAX,
				.parts = b->parts,
				.part_count = 3,
				.explain = &b->explain,
				.policy = &b->world.settings,
				.names = &b->world.names,
				.past = &b->world.past,
				.guard = &b->world.guard,
				.cycles = b->cycles,
				.cycle_count = 3};
}

void control_bench_start(struct control_bench *b)
{
	*b = (struct control_bench){.dir = "/tmp/test_control.XXXXXX",
				    .result = {.code = ORDER_DONE, .sentence = "done \x1b[1m", .covered = 1}};
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof(b->path), "%s/control", b->dir);
	b->set = (struct control_settings){.socket = b->path,
					   .group = "",
					   .operate_group = "",
					   .connections = 16,
					   .idle_s = 60,
					   .request_max = 4096};
	think(b);
	show(b);
	assert_true(sd_event_new(&b->loop) >= 0);
	control_bench_serve(b);
}

void control_bench_serve(struct control_bench *b)
{
	struct err err = {0};
	const struct control_host host = {.ctx = b,
					  .view = get_view,
					  .request_sync = request,
					  .ticket_done = is_done,
					  .give_order = give_order,
					  .plan_ldif = plan_ldif,
					  .settings = settings,
					  .propose = propose,
					  .ask_ledger = ask_question,
					  .find_person = find_person,
					  .left = left};
	if (control_new(b->loop, &b->set, &host, &b->control, &err) != 0)
		fail_msg("control_new: %s", err.text);
}

void control_bench_stop(struct control_bench *b)
{
	control_free(b->control);
	sd_event_unref(b->loop);
	world_done(&b->world);
	assert_int_equal(rmdir(b->dir), 0); /* the socket is gone */
}

void control_bench_end_cycle(struct control_bench *b, const char *result)
{
	b->summary = (struct cycle_summary){
		.id = 4, .started_s = 5000, .ended_s = 5001, .trigger = "operator", .trigger_uid = 0};
	snprintf(b->summary.result, sizeof(b->summary.result), "%s", result);
	b->ended = b->asked;
	b->view.phase = RUN_IDLE;
	b->view.cycle = 0;
	control_changed(b->control);
}
