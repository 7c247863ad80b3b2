/* SPDX-License-Identifier: EUPL-1.2 */
/* apply_bench.c - see apply_bench.h. */
#include "apply_bench.h"

#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/dn.h"
#include "wire/channel.h"

/* ---- the target ---------------------------------------------------------------------------------- */

static char answer_lines[8][64];
static uint32_t answer_count;
static bool failed; /* like duaal-target: after 80 the rest of the round is not sent */
static int64_t newest_us = 5000000;

static bool is_about(const struct write *write, const char *word)
{
	const struct text *where = word[0] == '@' ? &write->mods : &write->dn;
	word += word[0] == '@';
	return memmem(where->at, where->len, word, strlen(word)) != NULL;
}

static int result_for(const struct write *write, bool *die)
{
	char word[64], result[16];
	for (uint32_t i = 0; i < answer_count && !failed; i++) {
		if (sscanf(answer_lines[i], "%63s %15s", word, result) != 2 || !is_about(write, word))
			continue;
		*die = strcmp(result, "die") == 0;
		return atoi(result);
	}
	return failed ? WRITE_NOT_SENT : 0;
}

static void target_write(struct channel *channel, FILE *told, const void *body, size_t len)
{
	struct write write;
	struct err err;
	struct buf out;
	bool die = false;
	if (write_decode(body, len, &write, &err) < 0)
		_exit(9);
	fprintf(told, "%d %.*s <%lld> [", (int)write.kind, (int)write.dn.len, write.dn.at,
		(long long)write.csn.time_us);
	for (size_t i = 0; i < write.mods.len; i++)
		if (write.mods.at[i] >= ' ' && write.mods.at[i] < 0x7f)
			fputc(write.mods.at[i], told);
	fputs("]\n", told);
	fflush(told);
	struct outcome outcome = {.id = write.id, .result = result_for(&write, &die), .fenced = true};
	if (die)
		_exit(0);
	failed = failed || outcome.result == 80;
	if (outcome.result == 0 && write.kind == WRITE_MODIFY)
		outcome.csn.time_us = ++newest_us;
	buf_init(&out);
	outcome_encode(&out, &outcome);
	if (channel_put(channel, M_OUTCOME, out.at, out.len, &err) < 0 || channel_flush(channel, &err) < 0)
		_exit(9);
	buf_done(&out);
}

int bench_target(void)
{
	struct channel *channel = NULL;
	struct err err;
	FILE *answers = fopen("answers", "r"), *told = fopen("heard", "a");
	if (answers == NULL || told == NULL || channel_new(3, &channel, &err) < 0)
		_exit(9);
	while (answer_count < 8 && fgets(answer_lines[answer_count], sizeof(answer_lines[0]), answers) != NULL)
		answer_count++;
	for (;;) {
		uint16_t type;
		const void *body;
		size_t len;
		if (channel_next(channel, &type, &body, &len, &err) != 1)
			_exit(0);
		if (type == M_WRITE)
			target_write(channel, told, body, len);
		if (type != M_WRITE_END)
			continue;
		failed = false;
		fputs("end\n", told);
		fflush(told);
		if (channel_put(channel, M_WRITE_DONE, NULL, 0, &err) < 0 || channel_flush(channel, &err) < 0)
			_exit(9);
	}
}

/* ---- the planner --------------------------------------------------------------------------------- */

static char dir[] = "/tmp/duaal-apply-XXXXXX";
sd_event *loop;
struct world w;
struct thought thought;
struct client writer;
struct ledger_client ledger;
struct apply apply;
char *heard; /* by the target */

struct bench_events events;

static void on_loaded(void *ctx)
{
	(void)ctx;
	events.loaded = true;
}

static void on_old_cycle(void *ctx, const struct cycle_summary *cycle)
{
	(void)ctx;
	(void)cycle;
}

static void on_begun(void *ctx, uint32_t cycle)
{
	(void)ctx;
	events.begun = true;
	events.cycle = cycle;
}

static void on_committed(void *ctx, uint32_t token)
{
	(void)ctx;
	if (token == 0)
		events.closed = true;
	else
		apply_committed(&apply, token);
}

static void on_ledger_failed(void *ctx, const struct err *why)
{
	(void)ctx;
	(void)why;
	events.failed = true;
	apply_abort(&apply);
}

static void on_finished(void *ctx, const struct err *why)
{
	(void)ctx;
	events.finished = true;
	events.why = why != NULL ? why->code : 0;
}

static void on_progress(void *ctx)
{
	(void)ctx;
}

static void link_into(const char *program, const char *name)
{
	char path[128], target_path[PATH_MAX];
	ssize_t len = readlink(program, target_path, sizeof(target_path) - 1);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (len < 0)
		assert_non_null(realpath(program, target_path));
	else
		target_path[len] = '\0';
	assert_int_equal(symlink(target_path, path), 0);
}

static const char *ledger_program(void)
{
	static char path[512];
	const char *top = getenv("top_builddir");
	snprintf(path, sizeof(path), "%s/duaal-ledger", top != NULL ? top : ".");
	return path;
}

void begin_cycle(void)
{
	const struct cycle_summary cycle = {.started_s = w.now_s, .trigger = "timer", .trigger_uid = UINT32_MAX};
	struct err err = {0};
	events.begun = false;
	assert_int_equal(ledger_client_begin(&ledger, &cycle, &err), 0);
	RUN_UNTIL(events.begun);
	apply_begin_cycle(&apply, events.cycle);
}

void load(void)
{
	struct err err = {0};
	events.loaded = false;
	assert_int_equal(ledger_client_load(&ledger, &err), 0);
	RUN_UNTIL(events.loaded || events.failed);
	assert_true(ledger.loaded);
}

void end_cycle(void)
{
	struct cycle_end end = {.summary = {.id = events.cycle, .started_s = w.now_s, .ended_s = w.now_s}};
	struct err err = {0};
	snprintf(end.summary.result, sizeof(end.summary.result), "applied");
	assert_int_equal(ledger_client_end(&ledger, &end, &err), 0);
	RUN_UNTIL(events.closed);
}

void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

int setup(void **state)
{
	const struct ledger_events calls = {.loaded = on_loaded,
					    .cycle = on_old_cycle,
					    .begun = on_begun,
					    .committed = on_committed,
					    .failed = on_ledger_failed};
	static char path[128];
	const struct ledger_settings settings = {.path = path, .instance = "duaalsync", .deadline_s = 10};
	(void)state;
	memset(&events, 0, sizeof(events));
	world_init(&w);
	world_past(&w, "first-contact: no\n");
	snprintf(path, sizeof(path), "%s/ledger.db", dir);
	const struct helper_place place = {.programs = dir};
	const struct helper_kind kind = {"duaal-target", "target"};
	client_init(&writer, loop, &place, &kind);
	ledger_client_init(&ledger, loop, &place, &settings, &calls);
	apply_init(&apply, &writer, &ledger, &w.past);
	apply.finished = on_finished;
	apply.progress = on_progress;
	write_file("answers", "");
	write_file("heard", "");
	load();
	begin_cycle();
	return 0;
}

int teardown(void **state)
{
	(void)state;
	apply_done(&apply);
	ledger_client_done(&ledger);
	client_done_with(&writer);
	world_done(&w);
	free(heard);
	heard = NULL;
	unlink("ledger.db");
	unlink("ledger.db-wal");
	unlink("ledger.db-shm");
	return 0;
}

void read_heard(void)
{
	FILE *file = fopen("heard", "r");
	assert_non_null(file);
	free(heard);
	heard = calloc(1, 65536);
	assert_non_null(heard);
	heard[fread(heard, 1, 65535, file)] = '\0';
	fclose(file);
}

/* One round, to its end. */
int apply_round(void)
{
	struct err err = {0};
	events.finished = false;
	thought = thought_of(&w);
	int e = apply_start(&apply, &thought, &err);
	if (e == 0)
		RUN_UNTIL(events.finished);
	read_heard();
	return e;
}

bool is_heard(const char *word)
{
	return strstr(heard, word) != NULL;
}

void anna_and_bert_are_new(void)
{
	world_source(&w, SCHOOL("1", "10") PERSON("11", "anna", RIGHT("trajectbegeleider", "10")));
	world_source(&w, PERSON("12", "bert", RIGHT("trajectbegeleider", "10")));
}

void a_group_for_anna_and_bert(void)
{
	anna_and_bert_are_new();
	world_target(&w, OUR_SCHOOL("10") OUR_GUIDES("10"));
}

const struct owned_value *owned(const char *name)
{
	char dn[128];
	uint32_t group = target_group_find(w.target_read, 10, 0);
	assert_int_not_equal(group, NONE);
	snprintf(dn, sizeof(dn), "uid=%s," WORLD_PEOPLE, name);
	return past_owned(&w.past, &w.target_read->groups[group].entry->uuid, dn_key(text_of(dn)));
}

/* ---- group --------------------------------------------------------------------------------------- */

int group_setup(void **state)
{
	sigset_t set;
	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (mkdtemp(dir) == NULL || sd_event_new(&loop) < 0)
		return -1;
	link_into("/proc/self/exe", "duaal-target");
	link_into(ledger_program(), "duaal-ledger");
	return chdir(dir);
}

int group_teardown(void **state)
{
	static const char *const files[] = {"duaal-target", "duaal-ledger", "answers", "heard"};
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(files[i]);
	sd_event_unref(loop);
	return chdir("/") == 0 ? rmdir(dir) : -1;
}
