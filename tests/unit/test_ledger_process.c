/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ledger_process.c - duaal-ledger as the planner meets it: killed at any point, out of space, read beside the writer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "test_ledger.h"
#include "wire/channel.h"
#include "wire/record.h"

static const struct uuid group = {{7, 7, 7}};

struct helper {
	pid_t pid;
	struct channel *channel;
};

static const char *program(void)
{
	static char path[512];
	const char *dir = getenv("top_builddir");
	snprintf(path, sizeof(path), "%s/duaal-ledger", dir != NULL ? dir : ".");
	return path;
}

/* max_file: bytes that a file may grow to; 0: no bound. */
static struct helper start(rlim_t max_file)
{
	struct helper helper = {0};
	struct err err = {0};
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	helper.pid = fork();
	if (helper.pid == 0) {
		const struct rlimit limit = {max_file, max_file};
		signal(SIGXFSZ, SIG_IGN);
		if (max_file > 0 && setrlimit(RLIMIT_FSIZE, &limit) < 0)
			_exit(100);
		if (fds[1] == 3 ? fcntl(3, F_SETFD, 0) < 0 : dup2(fds[1], 3) < 0)
			_exit(101);
		execl(program(), "duaal-ledger", (char *)NULL);
		_exit(102);
	}
	close(fds[1]);
	assert_int_equal(channel_new(fds[0], &helper.channel, &err), 0);
	return helper;
}

static void say(struct helper *helper, uint16_t type, struct buf *body)
{
	struct err err = {0};
	assert_int_equal(
		channel_put(helper->channel, type, body != NULL ? body->at : NULL, body != NULL ? body->len : 0, &err),
		0);
	assert_int_equal(channel_flush(helper->channel, &err), 0);
	if (body != NULL)
		buf_done(body);
}

static void hear(struct helper *helper, uint16_t *type, const void **body, size_t *len)
{
	struct err err = {0};
	if (channel_next(helper->channel, type, body, len, &err) != 1)
		fail_msg("duaal-ledger: %s", err.text);
}

static void expect(struct helper *helper, uint16_t wanted)
{
	uint16_t type;
	const void *body;
	size_t len;
	struct failure failure = {0};
	hear(helper, &type, &body, &len);
	if (type == M_FAILURE)
		(void)!failure_decode(body, len, &failure, NULL);
	if (type != wanted)
		fail_msg("%u instead of %u: %.*s", type, wanted, TEXT_ARG(failure.text));
}

static void expect_failure(struct helper *helper, int code, const char *word)
{
	uint16_t type;
	const void *body;
	size_t len;
	struct failure failure;
	do {
		hear(helper, &type, &body, &len);
	} while (type != M_FAILURE);
	assert_int_equal(failure_decode(body, len, &failure, NULL), 0);
	if (failure.code != code || memmem(failure.text.at, failure.text.len, word, strlen(word)) == NULL)
		fail_msg("%d %.*s", failure.code, TEXT_ARG(failure.text));
}

static int end(struct helper *helper)
{
	int status = 0;
	helper->channel = channel_free(helper->channel);
	assert_int_equal(waitpid(helper->pid, &status, 0), helper->pid);
	return status;
}

static void greet(struct helper *helper, const struct ledger_settings *set)
{
	struct buf body;
	buf_init(&body);
	ledger_settings_encode(&body, set);
	say(helper, M_HELLO, &body);
}

static struct helper open_helper(const struct ledger_settings *set)
{
	struct helper helper = start(0);
	greet(&helper, set);
	expect(&helper, M_READY);
	return helper;
}

static const struct loaded *load(struct helper *helper)
{
	static struct loaded loaded;
	uint16_t type;
	const void *body;
	size_t len;
	loaded_clear(&loaded);
	say(helper, M_LEDGER_LOAD, NULL);
	while (!loaded.complete) {
		hear(helper, &type, &body, &len);
		collect(&loaded, type, body, len);
	}
	return &loaded;
}

static void say_begin(struct helper *helper)
{
	struct buf body;
	const struct cycle_summary cycle = {.started_s = 1764000000, .trigger = "timer"};
	buf_init(&body);
	cycle_summary_encode(&body, &cycle);
	say(helper, M_CYCLE_BEGIN, &body);
}

static void say_intent(struct helper *helper, uint32_t change, enum intent_kind kind, const char *value)
{
	struct buf body;
	const struct intent intent = member_intent(change, kind, &group, value);
	buf_init(&body);
	intent_encode(&body, &intent);
	say(helper, M_INTENT, &body);
}

static void say_commit(struct helper *helper, uint32_t token)
{
	struct buf body;
	buf_init(&body);
	record_put_u32(&body, token);
	say(helper, M_COMMIT, &body);
}

static void say_outcome(struct helper *helper, uint32_t change, int result)
{
	struct buf body;
	const struct change_outcome outcome = {change, result, {0}};
	buf_init(&body);
	change_outcome_encode(&body, &outcome);
	say(helper, M_CHANGE_OUTCOME, &body);
}

static void say_end(struct helper *helper, uint32_t id)
{
	struct buf body;
	const struct cycle_end end = cycle_end_of(id);
	buf_init(&body);
	cycle_end_encode(&body, &end);
	say(helper, M_CYCLE_END, &body);
}

/* ---- orders and questions -------------------------------------------------------------------------- */

static uint32_t say_decision(struct helper *helper, enum order_kind order)
{
	struct buf body;
	struct decision decision = {.order = (uint8_t)order, .uid = 1000};
	uint16_t type;
	const void *at;
	size_t len;
	decision.person = text_of("Vo-Id-1234");
	decision.said = text_of("because");
	buf_init(&body);
	decision_encode(&body, &decision);
	say(helper, M_DECISION, &body);
	hear(helper, &type, &at, &len);
	assert_int_equal(type, M_DECIDED);
	struct record_in in;
	record_read(&in, at, len);
	uint32_t id = record_get_u32(&in);
	assert_true(record_done(&in));
	return id;
}

static void say_numbers(struct helper *helper, uint16_t type, uint32_t one, uint32_t other)
{
	struct buf body;
	buf_init(&body);
	record_put_u32(&body, one);
	if (other > 0)
		record_put_u32(&body, other);
	say(helper, type, &body);
}

static void say_export(struct helper *helper, uint64_t from, uint32_t limit)
{
	struct buf body;
	buf_init(&body);
	record_put_u64(&body, from);
	record_put_u32(&body, limit);
	say(helper, M_EXPORT, &body);
}

/* Counts the records of one kind until ANSWERED; returns how many, and next. */
static int count_answers(struct helper *helper, uint16_t wanted, uint64_t *next)
{
	for (int count = 0;; count++) {
		uint16_t type;
		const void *body;
		size_t len;
		struct record_in in;
		hear(helper, &type, &body, &len);
		if (type == wanted)
			continue;
		assert_int_equal(type, M_ANSWERED);
		record_read(&in, body, len);
		*next = record_get_u64(&in);
		assert_true(record_done(&in));
		return count;
	}
}

static uint32_t forget(struct helper *helper, const char *vo_id)
{
	struct buf body;
	uint16_t type;
	const void *at;
	size_t len;
	struct record_in in;
	buf_init(&body);
	record_put_string(&body, vo_id);
	say(helper, M_FORGET_PERSON, &body);
	hear(helper, &type, &at, &len);
	assert_int_equal(type, M_FORGOTTEN);
	record_read(&in, at, len);
	return record_get_u32(&in);
}

static struct ledger_head hear_head(struct helper *helper, uint16_t wanted)
{
	struct ledger_head head;
	uint16_t type;
	const void *body;
	size_t len;
	hear(helper, &type, &body, &len);
	assert_int_equal(type, wanted);
	assert_int_equal(ledger_head_decode(body, len, &head, NULL), 0);
	return head;
}

enum point { AFTER_INTENT, AFTER_COMMIT, AFTER_OUTCOME, AFTER_END, POINTS };

/* One cycle up to a point, then kill -9. */
static void run_and_kill(const struct ledger_settings *set, enum point point)
{
	struct helper helper = open_helper(set);
	say_begin(&helper);
	expect(&helper, M_CYCLE_BEGUN);
	say_intent(&helper, 1, INTENT_MEMBER_ADD, "uid=a");
	if (point >= AFTER_COMMIT) {
		say_commit(&helper, 1);
		expect(&helper, M_COMMITTED);
	}
	if (point >= AFTER_OUTCOME)
		say_outcome(&helper, 1, 0);
	if (point >= AFTER_END) {
		say_end(&helper, 1);
		expect(&helper, M_LEDGER_HEAD);
		expect(&helper, M_COMMITTED);
	}
	kill(helper.pid, SIGKILL);
	assert_int_equal(WTERMSIG(end(&helper)), SIGKILL);
}

static void test_killed_at_any_point(void **state)
{
	static const struct {
		int owned, first_contact;
	} wanted[POINTS] = {{0, 1}, {OWNED_INTENDED, 1}, {OWNED_INTENDED, 1}, {OWNED_HELD, 0}};
	for (int point = 0; point < POINTS; point++) {
		void *place_state = NULL;
		(void)state;
		assert_int_equal(place_setup(&place_state), 0);
		const struct ledger_place *place = place_state;
		run_and_kill(&place->set, (enum point)point);
		struct helper helper = open_helper(&place->set);
		const struct loaded *loaded = load(&helper);
		assert_int_equal(owned_state_of(loaded, &group, "uid=a"), wanted[point].owned);
		assert_int_equal(loaded->meta.first_contact, wanted[point].first_contact);
		assert_int_equal(loaded->meta.last_cycle, 1);
		assert_int_equal(loaded->cycle_count, 1);
		say_begin(&helper);
		expect(&helper, M_CYCLE_BEGUN);
		assert_int_equal(end(&helper), 0); /* the planner's going is no failure */
		assert_int_equal(place_teardown(&place_state), 0);
	}
}

/* Ends and begins cycles, several intents each, until the helper is gone. Returns the last cycle whose beginning was answered. */
static uint32_t run_until_killed(struct helper *helper, uint32_t id)
{
	struct err err = {0};
	struct buf out;
	buf_init(&out);
	for (uint32_t answered = id;;) {
		uint16_t type;
		const void *body;
		size_t len;
		const struct cycle_summary cycle = {.started_s = 1};
		const struct intent intent = member_intent(1, INTENT_MEMBER_ADD, &group, "uid=a");
		const struct cycle_end end = cycle_end_of(id + 1);
		cycle_summary_encode(&out, &cycle);
		int code = channel_put(helper->channel, M_CYCLE_BEGIN, out.at, out.len, &err);
		buf_clear(&out);
		intent_encode(&out, &intent);
		code = code < 0 ? code : channel_put(helper->channel, M_INTENT, out.at, out.len, &err);
		buf_clear(&out);
		cycle_end_encode(&out, &end);
		code = code < 0 ? code : channel_put(helper->channel, M_CYCLE_END, out.at, out.len, &err);
		buf_clear(&out);
		code = code < 0 ? code : channel_flush(helper->channel, &err);
		for (int answers = 0; code == 0 && answers < 3; answers++)
			code = channel_next(helper->channel, &type, &body, &len, &err) == 1 ? 0 : -1;
		if (code < 0) {
			buf_done(&out);
			return answered;
		}
		answered = ++id;
	}
}

/* Killed at random moments: what was answered is there. */
static void test_killed_at_random(void **state)
{
	const struct ledger_place *place = *state;
	uint32_t answered = 0;
	for (int round = 0; round < 12 || (answered == 0 && round < 300); round++) { /* a slow disk answers later */
		struct helper helper = open_helper(&place->set);
		uint32_t last = load(&helper)->meta.last_cycle;
		if (last < answered)
			fail_msg("cycle %u was answered, and cycle %u is the last", answered, last);
		pid_t killer = fork();
		if (killer == 0) {
			usleep((useconds_t)(3000 + round * 700));
			kill(helper.pid, SIGKILL);
			_exit(0);
		}
		answered = run_until_killed(&helper, last);
		assert_int_equal(WTERMSIG(end(&helper)), SIGKILL);
		assert_int_equal(waitpid(killer, NULL, 0), killer);
	}
	assert_true(answered > 0);
}

static void test_reader_beside_the_writer(void **state)
{
	struct ledger_place *place = *state;
	struct helper writer = open_helper(&place->set);
	struct ledger_settings set = place->set;
	say_begin(&writer);
	expect(&writer, M_CYCLE_BEGUN);
	say_intent(&writer, 1, INTENT_MEMBER_ADD, "uid=a");
	say_commit(&writer, 1);
	expect(&writer, M_COMMITTED);
	say_intent(&writer, 2, INTENT_MEMBER_ADD, "uid=b"); /* in the open transaction */
	set.read_only = true;
	struct helper reader = open_helper(&set);
	assert_int_equal(load(&reader)->owned_count, 1);
	say_outcome(&writer, 1, 0);
	say_outcome(&writer, 2, 0);
	say_end(&writer, 1);
	expect(&writer, M_LEDGER_HEAD);
	expect(&writer, M_COMMITTED);
	assert_int_equal(load(&reader)->owned_count, 2);
	say_begin(&reader);
	expect_failure(&reader, ERR_DENIED, "reading only");
	assert_int_not_equal(end(&reader), 0);
	assert_int_equal(end(&writer), 0);
}

/* One whole cycle with a member that goes in; the head as it was told. */
static struct ledger_head pass_cycle(struct helper *helper, uint32_t id)
{
	say_begin(helper);
	expect(helper, M_CYCLE_BEGUN);
	say_intent(helper, 1, INTENT_MEMBER_ADD, "uid=a");
	say_outcome(helper, 1, 0);
	say_end(helper, id);
	struct ledger_head head = hear_head(helper, M_LEDGER_HEAD);
	expect(helper, M_COMMITTED);
	return head;
}

static void test_orders(void **state)
{
	struct ledger_place *place = *state;
	struct helper helper = open_helper(&place->set);
	assert_int_equal(say_decision(&helper, ORDER_FREEZE), 1);
	say_begin(&helper);
	expect(&helper, M_CYCLE_BEGUN);
	say_intent(&helper, 1, INTENT_MEMBER_ADD, "uid=a");
	assert_int_equal(say_decision(&helper, ORDER_PIN), 2); /* within a cycle */
	kill(helper.pid, SIGKILL);
	end(&helper);
	helper = open_helper(&place->set);
	assert_int_equal(say_decision(&helper, ORDER_PAUSE), 3); /* both were on record */
	assert_int_equal(owned_state_of(load(&helper), &group, "uid=a"), OWNED_INTENDED);
	assert_int_equal(forget(&helper, "nobody-at-all"), 0);
	assert_true(forget(&helper, "vo-id-1234") > 0);
	assert_int_equal(forget(&helper, "vo-id-1234"), 0);
	pass_cycle(&helper, 2); /* it goes on serving */
	assert_int_equal(end(&helper), 0);
}

static void test_facts_of_what_was_decided(void **state)
{
	struct ledger_place *place = *state;
	struct helper helper = open_helper(&place->set);
	struct buf body;
	struct hold_op op = {.id = {{1}}};
	const struct past_hold hold = {.id = 4, .state = HOLD_OPEN, .ops = &op, .op_count = 1};
	const struct past_freeze freeze = {.id = 2, .until_s = 9, .said = (char *)"why"};
	const struct past_pin pin = {.person = {{1}}, .number = 5};
	const struct past_directive directive = {.uuid = {{1}}, .kind = DIRECTIVE_REQUEST};
	const struct drift_record drift = {.drift = {.id = 3}};
	const struct past_grantor grantor = {.person = {{1}}, .number = 5, .accepted = true};
#define SAY(type, encode, fact)                                                                                        \
	do {                                                                                                           \
		buf_init(&body);                                                                                       \
		encode(&body, fact);                                                                                   \
		say(&helper, type, &body);                                                                             \
	} while (0)
	SAY(M_SET_HOLD, hold_encode, &hold);
	SAY(M_SET_FREEZE, freeze_encode, &freeze);
	SAY(M_SET_PIN, pin_encode, &pin);
	SAY(M_SET_DIRECTIVE, directive_encode, &directive);
	SAY(M_SET_DRIFT, drift_encode, &drift);
	SAY(M_SET_GRANTOR, grantor_encode, &grantor);
	const struct loaded *loaded = load(&helper);
	assert_int_equal(loaded->decided.hold_count + loaded->decided.freeze_count + loaded->decided.pin_count +
				 loaded->decided.directive_count + loaded->decided.drift_count + loaded->grantor_count,
			 6);
	say_numbers(&helper, M_FORGET_FREEZE, 2, 0);
	say_numbers(&helper, M_FORGET_DRIFT, 3, 0);
	SAY(M_FORGET_PIN, pin_encode, &pin);
	SAY(M_FORGET_DIRECTIVE, record_put_uuid, &directive.uuid);
	loaded = load(&helper);
	assert_int_equal(loaded->decided.freeze_count + loaded->decided.pin_count + loaded->decided.directive_count +
				 loaded->decided.drift_count,
			 0);
	assert_int_equal(loaded->meta.next_freeze, 3);
	say_commit(&helper, 7);
	expect(&helper, M_COMMITTED);
	assert_int_equal(end(&helper), 0);
#undef SAY
}

/* Beside a writer with an open transaction; what a question fails on is told, and the next one is answered. */
static void test_questions(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_settings set = place->set;
	struct helper writer = open_helper(&place->set);
	struct ledger_head told = pass_cycle(&writer, 1);
	uint64_t next = 9;
	set.read_only = true;
	struct helper reader = open_helper(&set);
	say_begin(&writer);
	expect(&writer, M_CYCLE_BEGUN); /* one row more */
	say_intent(&writer, 1, INTENT_MEMBER_ADD, "uid=b");
	say(&reader, M_VERIFY, NULL);
	struct ledger_head found = hear_head(&reader, M_VERIFIED);
	assert_int_equal(found.seq, told.seq + 1);
	say_export(&reader, 1, 3);
	assert_int_equal(count_answers(&reader, M_EXPORT_LINE, &next), 3);
	assert_int_equal(next, 4);
	say_export(&reader, 4, 0);
	assert_int_equal(count_answers(&reader, M_EXPORT_LINE, &next), (int)found.seq - 3);
	assert_int_equal(next, 0);
	say_numbers(&reader, M_CYCLE_CHANGES, 1, 0);
	assert_int_equal(count_answers(&reader, M_PAST_CHANGE, &next), 1);
	say_numbers(&reader, M_PLACE_CHANGES, 30569, 5);
	assert_int_equal(count_answers(&reader, M_PAST_CHANGE, &next), 1);
	say_numbers(&reader, M_VERIFY, 1, 0); /* says more than it should */
	expect_failure(&reader, ERR_PROTOCOL, "verify");
	say(&reader, M_EXPORT, NULL);
	expect_failure(&reader, ERR_PROTOCOL, "export");
	say(&reader, M_VERIFY, NULL);
	expect(&reader, M_VERIFIED);
	say_end(&writer, 2);
	expect(&writer, M_LEDGER_HEAD);
	expect(&writer, M_COMMITTED);
	say(&reader, M_VERIFY, NULL); /* sees what is new */
	assert_int_equal(hear_head(&reader, M_VERIFIED).seq, found.seq + 4);
	assert_int_equal(end(&reader), 0);
	assert_int_equal(end(&writer), 0);
}

static void test_a_broken_chain_is_told_and_serving_goes_on(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_settings set = place->set;
	struct helper helper = open_helper(&place->set);
	sqlite3 *handle = NULL;
	uint64_t next;
	pass_cycle(&helper, 1);
	assert_int_equal(end(&helper), 0);
	assert_int_equal(sqlite3_open(place->path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, "UPDATE outcomes SET result = 50", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(handle);
	set.read_only = true;
	helper = open_helper(&set);
	for (int i = 0; i < 3; i++) {
		say(&helper, M_VERIFY, NULL);
		expect_failure(&helper, ERR_INVALID, "row 3, of outcomes, was changed");
	}
	say_export(&helper, 1, 0);
	assert_true(count_answers(&helper, M_EXPORT_LINE, &next) > 3);
	assert_int_equal(end(&helper), 0);
}

static void test_taken_away_while_it_serves(void **state)
{
	struct ledger_place *place = *state;
	struct ledger_settings set = place->set;
	struct helper helper = open_helper(&place->set);
	pass_cycle(&helper, 1);
	set.read_only = true;
	struct helper reader = open_helper(&set);
	assert_int_equal(unlink(place->path), 0);
	say(&reader, M_VERIFY, NULL); /* nor is an answer given from what is no longer there */
	expect_failure(&reader, ERR_CONFLICT, "put back");
	assert_int_not_equal(end(&reader), 0);
	say_begin(&helper);
	expect_failure(&helper, ERR_CONFLICT, "put back");
	assert_int_not_equal(end(&helper), 0);
	place->set.must_exist = true; /* as the planner asks from then on */
	assert_int_equal(access(place->path, F_OK), -1);
	helper = start(0);
	greet(&helper, &place->set);
	expect_failure(&helper, ERR_NOT_FOUND, "start duaalsyncd anew");
	assert_int_not_equal(end(&helper), 0);
	place->set.must_exist = false;
	helper = open_helper(&place->set);
	assert_true(load(&helper)->meta.first_contact);
	assert_int_equal(end(&helper), 0);
}

/* Fills until it fails; then nothing of the last batch is there, and everything before is. */
static void fill_until_failure(struct helper *helper)
{
	struct err err = {0};
	uint16_t type = 0;
	const void *body;
	size_t len;
	uint32_t change = 1;
	say_begin(helper);
	expect(helper, M_CYCLE_BEGUN);
	for (uint32_t token = 1; token < 10000; token++) {
		struct buf out;
		for (int i = 0; i < 50; i++) {
			const struct intent intent = member_intent(change++, INTENT_MEMBER_ADD, &group, "uid=a");
			buf_init(&out);
			intent_encode(&out, &intent);
			(void)!channel_put(helper->channel, M_INTENT, out.at, out.len, &err);
			buf_done(&out);
		}
		buf_init(&out);
		record_put_u32(&out, token);
		(void)!channel_put(helper->channel, M_COMMIT, out.at, out.len, &err);
		(void)!channel_flush(helper->channel, &err);
		buf_done(&out);
		hear(helper, &type, &body, &len);
		if (type == M_FAILURE)
			break;
		assert_int_equal(type, M_COMMITTED);
	}
	struct failure failure = {0};
	assert_int_equal(type, M_FAILURE);
	assert_int_equal(failure_decode(body, len, &failure, NULL), 0);
	if (failure.code != ERR_IO ||
	    memmem(failure.text.at, failure.text.len, "no space left for it; nothing is written", 40) == NULL)
		fail_msg("%d %.*s", failure.code, TEXT_ARG(failure.text));
}

static void expect_usable(const struct ledger_settings *set)
{
	struct helper helper = open_helper(set);
	assert_int_equal(owned_state_of(load(&helper), &group, "uid=a"), OWNED_INTENDED);
	say(&helper, M_VERIFY, NULL);
	expect(&helper, M_VERIFIED);
	assert_true(say_decision(&helper, ORDER_SYNC) > 0);
	say_begin(&helper);
	expect(&helper, M_CYCLE_BEGUN);
	assert_int_equal(end(&helper), 0);
}

static void test_file_that_cannot_grow(void **state)
{
	const struct ledger_place *place = *state;
	struct helper helper = start(600 * 1024);
	greet(&helper, &place->set);
	expect(&helper, M_READY);
	fill_until_failure(&helper);
	assert_int_not_equal(end(&helper), 0);
	expect_usable(&place->set);
}

static void test_full_disk(void **state)
{
	struct ledger_place *place = *state;
	if (mount("none", place->dir, "tmpfs", 0, "size=1m") < 0) {
		print_message("# no tmpfs can be mounted here: the full disk is not tried\n");
		skip();
	}
	struct helper helper = open_helper(&place->set);
	fill_until_failure(&helper);
	int status = end(&helper);
	int enlarged = mount("none", place->dir, "tmpfs", MS_REMOUNT, "size=8m");
	if (enlarged == 0)
		expect_usable(&place->set);
	assert_int_equal(umount2(place->dir, MNT_DETACH), 0);
	assert_int_not_equal(status, 0);
	assert_int_equal(enlarged, 0);
}

static void test_read_only_disk(void **state)
{
	struct ledger_place *place = *state;
	if (mount("none", place->dir, "tmpfs", 0, "size=4m") < 0) {
		print_message("# no tmpfs can be mounted here: the read-only disk is not tried\n");
		skip();
	}
	struct helper helper = open_helper(&place->set);
	pass_cycle(&helper, 1);
	int ended = end(&helper), locked = mount("none", place->dir, "tmpfs", MS_REMOUNT | MS_RDONLY, "size=4m");
	helper = start(0);
	greet(&helper, &place->set);
	expect_failure(&helper, ERR_DENIED, "cannot be written");
	int status = end(&helper);
	assert_int_equal(umount2(place->dir, MNT_DETACH), 0);
	assert_int_equal(ended, 0);
	assert_int_equal(locked, 0);
	assert_int_not_equal(status, 0);
}

static void test_what_is_not_understood_ends_it(void **state)
{
	const struct ledger_place *place = *state;
	static const uint16_t types[] = {
		0,          M_HELLO,        M_READ,          M_LEDGER_LOADED,    M_INTENT,
		M_COMMIT,   M_CYCLE_END,    M_SET_HOLD,      M_SET_FREEZE,       M_FORGET_FREEZE,
		M_SET_PIN,  M_FORGET_PIN,   M_SET_DIRECTIVE, M_SET_DRIFT,        M_FORGET_DRIFT,
		M_DECISION, M_DECISION_END, M_FORGET_PERSON, M_FORGET_DIRECTIVE, 999};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct helper helper = open_helper(&place->set);
		struct buf body;
		buf_init(&body);
		buf_add_string(&body, "xyz");
		say(&helper, types[i], &body);
		expect_failure(&helper, ERR_PROTOCOL, "");
		assert_int_not_equal(end(&helper), 0);
	}
	struct helper helper = start(0);
	say(&helper, M_LEDGER_LOAD, NULL);
	expect_failure(&helper, ERR_PROTOCOL, "not greeted");
	assert_int_not_equal(end(&helper), 0);
}

static void test_refusal_reaches_the_planner(void **state)
{
	struct ledger_place *place = *state;
	struct helper helper = open_helper(&place->set);
	assert_int_equal(end(&helper), 0);
	place->set.instance = "other";
	helper = start(0);
	greet(&helper, &place->set);
	expect_failure(&helper, ERR_INVALID, "belongs to the instance");
	assert_int_not_equal(end(&helper), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_at_any_point),
		TEST(test_killed_at_random),
		TEST(test_reader_beside_the_writer),
		TEST(test_file_that_cannot_grow),
		TEST(test_full_disk),
		TEST(test_read_only_disk),
		TEST(test_orders),
		TEST(test_facts_of_what_was_decided),
		TEST(test_questions),
		TEST(test_a_broken_chain_is_told_and_serving_goes_on),
		TEST(test_taken_away_while_it_serves),
		TEST(test_what_is_not_understood_ends_it),
		TEST(test_refusal_reaches_the_planner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
