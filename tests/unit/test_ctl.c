/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_ctl.c - duaalctl as its user sees it: what it asks, what it prints, how it exits.
 *
 * tests/unit/ctl/<case>.json holds the daemon's messages, <case>.txt what is printed, nl/<case>.txt the same in Dutch; every message is held against the interface
 * file first, and so is what was asked. It is always 2026-11-05 09:00 UTC here. With GOLDEN_UPDATE=1 the texts are written anew: read the difference before it is committed.
 */
#include "unit.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/language.h"
#include "base/said.h"
#include "control/interface.h"
#include "ctl/command.h"
#include "ctl/fields.h"
#include "ctl/moment.h"
#include "ctl/until.h"
#include "interface_check.h"
#include "national.h"

#define TEXT_MAX 65536
#define NOW      1793869200 /* 2026-11-05T09:00:00Z */

int64_t __wrap_clock_wall_s(void);
int64_t __wrap_clock_wall_s(void)
{
	return NOW;
}

struct stage {
	char dir[32], path[64];
	int listener;
	pid_t daemon;
	struct interface *interface;
	char out[TEXT_MAX], err[TEXT_MAX];
	char asked[4096]; /* the first request, NUL, the second, ... */
	int64_t now_s;    /* what time its daemon goes by */
	bool status;      /* a question for the status is what is to be answered, and not one for the time */
	enum { TELLS, BREAKS_OFF, LEAVES_UNREAD, IS_NOT_THERE } manner;
	FILE *terminal;         /* print there instead of into a file */
	bool together;          /* complaints, too */
	unsigned short columns; /* of it; 0: it does not say */
};

static struct stage stage;

static char *source_path(const char *name, char *out, size_t size)
{
	const char *root = getenv("top_srcdir");
	snprintf(out, size, "%s/%s", root != NULL ? root : ".", name);
	return out;
}

static void read_file(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "re");
	if (f == NULL)
		fail_msg("%s cannot be read", path);
	size_t len = fread(out, 1, size - 1, f);
	out[len] = '\0';
	fclose(f);
}

static json_t *load(const char *name)
{
	char path[512], file[64];
	snprintf(file, sizeof(file), "tests/unit/ctl/%s.json", name);
	json_t *messages = json_load_file(source_path(file, path, sizeof(path)), 0, NULL);
	if (messages == NULL)
		fail_msg("%s is no JSON", path);
	return messages;
}

/* ---- a daemon that says what it is told ------------------------------------------------------------- */

/* Notes one request, or as much of it as came; 0 at the end. */
static ssize_t take_request(int fd, int asked)
{
	char request[4096];
	ssize_t len = 0, got = 1;
	while (len < (ssize_t)sizeof(request) && got > 0 && (len == 0 || request[len - 1] != '\0')) {
		got = read(fd, request + len, sizeof(request) - (size_t)len);
		len += got > 0 ? got : 0;
	}
	if (write(asked, request, (size_t)len) < 0)
		_exit(1);
	return len;
}

/* Whoever asks for the time is answered at once, and another connection follows. */
static int accept_first(void)
{
	char request[4096], now[64];
	for (;;) {
		int fd = accept(stage.listener, NULL, NULL);
		ssize_t len = recv(fd, request, sizeof(request) - 1, MSG_PEEK);
		request[len > 0 ? len : 0] = '\0';
		if (stage.status || strstr(request, INTERFACE_METHOD("Status")) == NULL)
			return fd;
		snprintf(now, sizeof(now), "{\"parameters\":{\"now\":%lld}}", (long long)stage.now_s);
		if (write(fd, now, strlen(now) + 1) < 0)
			_exit(1);
		close(fd);
	}
}

/* As a socket of the service manager whose daemon cannot start, or as a daemon that ends before it reads what came. */
static void go_away(void)
{
	struct pollfd fd = {.fd = stage.listener, .events = POLLIN};
	if (stage.manner == LEAVES_UNREAD)
		fd.fd = accept(stage.listener, NULL, NULL);
	poll(&fd, 1, -1);
	_exit(0);
}

static void answer(const char *bytes, size_t len)
{
	char path[80];
	if (stage.manner == LEAVES_UNREAD || stage.manner == IS_NOT_THERE)
		go_away();
	int fd = accept_first();
	snprintf(path, sizeof(path), "%s/asked", stage.dir);
	int asked = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (asked < 0 || take_request(fd, asked) == 0)
		_exit(1);
	while (len > 0) { /* in small pieces, as a socket may give them */
		size_t piece = len < 1000 ? len : 1000;
		if (write(fd, bytes, piece) < 0)
			_exit(1);
		bytes += piece;
		len -= piece;
	}
	if (stage.manner == BREAKS_OFF)
		_exit(0);
	shutdown(fd, SHUT_WR);
	while (take_request(fd, asked) > 0)
		;
	_exit(0);
}

static void start_daemon(const char *bytes, size_t len)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, stage.path, sizeof(stage.path));
	stage.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(stage.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(stage.listener, 4), 0);
	stage.daemon = fork();
	if (stage.daemon == 0)
		answer(bytes, len);
	close(stage.listener);
}

/* Who was asked something ends by itself, when it has noted all of it. */
static void end_daemon(void)
{
	char path[80];
	stage.asked[0] = '\0';
	snprintf(path, sizeof(path), "%s/asked", stage.dir);
	bool asked = access(path, R_OK) == 0;
	if (stage.daemon > 0) {
		if (!asked)
			kill(stage.daemon, SIGKILL);
		waitpid(stage.daemon, NULL, 0);
	}
	stage.daemon = 0;
	if (asked)
		read_file(path, stage.asked, sizeof(stage.asked));
	unlink(path);
	unlink(stage.path);
}

/* The messages as frames. The caller frees. */
static char *to_frames(const json_t *messages, size_t *len)
{
	char *frames = calloc(1, TEXT_MAX);
	size_t i;
	json_t *message;
	*len = 0;
	json_array_foreach(messages, i, message)
	{
		char *frame = json_dumps(message, JSON_COMPACT);
		assert_true(*len + strlen(frame) + 1 < TEXT_MAX);
		memcpy(frames + *len, frame, strlen(frame) + 1);
		*len += strlen(frame) + 1;
		free(frame);
	}
	return frames;
}

/* ---- running duaalctl -------------------------------------------------------------------------------- */

static void take_output(FILE *f, char *out)
{
	rewind(f);
	out[fread(out, 1, TEXT_MAX - 1, f)] = '\0';
	fclose(f);
}

/* line: words between single spaces; a '_' in a word stands for a space. */
static int run(const char *line)
{
	char copy[2048], *words[20] = {copy, (char[]){"--socket"}, stage.path};
	int count = 3;
	FILE *out = stage.terminal != NULL ? stage.terminal : tmpfile(), *err = stage.together ? out : tmpfile();
	snprintf(copy, sizeof(copy), "%s", line);
	words[0] = (char[]){"duaalctl"};
	for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
		for (char *at = word; (at = strchr(at, '_')) != NULL;)
			*at = ' ';
		words[count++] = word;
	}
	int code = ctl_main(count, words, out, err);
	if (stage.terminal == NULL)
		take_output(out, stage.out);
	if (err != out)
		take_output(err, stage.err);
	return code;
}

static int run_with(const char *line, const json_t *messages)
{
	size_t len;
	char *frames = to_frames(messages, &len);
	stage.status = strstr(line, "status") != NULL;
	start_daemon(frames, len);
	int code = run(line);
	end_daemon();
	free(frames);
	return code;
}

static int run_with_bytes(const char *line, const char *bytes, size_t len)
{
	stage.status = strstr(line, "status") != NULL;
	start_daemon(bytes, len);
	int code = run(line);
	end_daemon();
	return code;
}

static void expect_golden(const char *name, const char *printed)
{
	char path[512], file[64], expected[TEXT_MAX];
	snprintf(file, sizeof(file), "tests/unit/ctl/%s.txt", name);
	source_path(file, path, sizeof(path));
	if (getenv("GOLDEN_UPDATE") != NULL) {
		FILE *f = fopen(path, "we");
		assert_non_null(f);
		fputs(printed, f);
		fclose(f);
	}
	read_file(path, expected, sizeof(expected));
	assert_string_equal(printed, expected);
}

static int open_stage(void **state)
{
	(void)state;
	char file[512], text[TEXT_MAX];
	stage = (struct stage){.dir = "/tmp/test_ctl.XXXXXX", .now_s = NOW};
	assert_non_null(mkdtemp(stage.dir));
	snprintf(stage.path, sizeof(stage.path), "%s/control", stage.dir);
	read_file(source_path("daemon/control/" INTERFACE_NAME ".varlink", file, sizeof(file)), text, sizeof(text));
	stage.interface = interface_read(text);
	return 0;
}

static int close_stage(void **state)
{
	(void)state;
	interface_free(stage.interface);
	end_daemon();
	assert_int_equal(rmdir(stage.dir), 0);
	return 0;
}

/* ---- each command ------------------------------------------------------------------------------------ */

struct story {
	const char *name, *line, *method, *parameters; /* parameters: what must have been asked */
	int code;
};

static const struct story stories[] = {
	{"status", "status", "Status", "{}", 1},
	{"status_first", "status", "Status", "{}", 0},
	{"status_verbose", "status -v", "Status", "{}", 1},
	{"status_worst", "status", "Status", "{}", 2},
	{"status_stopped", "status", "Status", "{}", 1},
	{"status_paused", "status", "Status", "{}", 2},
	{"status_delayed", "status", "Status", "{}", 0},
	{"status_delayed_search", "status", "Status", "{}", 0},
	{"status_delayed_other", "status", "Status", "{}", 0},
	{"sync", "sync", "Sync", "{}", 0},
	{"sync_wait", "sync --wait", "Sync", "{\"wait\":true}", 0},
	{"sync_held", "sync -w", "Sync", "{\"wait\":true}", 4},
	{"sync_failed", "sync --wait", "Sync", "{\"wait\":true}", 2},
	{"plan", "plan", "Plan", "{\"limit\":1000}", 0},
	{"plan_empty", "plan", "Plan", "{\"limit\":1000}", 0},
	{"plan_cut", "plan -n 4", "Plan", "{\"limit\":4}", 0},
	{"why_yes", "why Jan_Peeters", "Why", "{\"person\":\"Jan Peeters\"}", 0},
	{"why_unread", "why Jan_Peeters", "Why", "{\"person\":\"Jan Peeters\"}", 0},
	{"why_no", "why vo-piet 000777 --role=trajectbegeleider", "Why",
	 "{\"person\":\"vo-piet\",\"institution\":777,\"role\":\"trajectbegeleider\"}", 1},
	{"why_nobody", "why -- -niemand", "Why", "{\"person\":\"-niemand\"}", 2},
	{"why_several", "why twin@school.example", "Why", "{\"person\":\"twin@school.example\"}", 2},
	{"why_claimed", "why vo-noor", "Why", "{\"person\":\"vo-noor\"}", 2},
	{"institution", "institution 030569", "Institution", "{\"number\":30569}", 0},
	{"institution_not", "institution 30569", "Institution", "{\"number\":30569}", 0},
	{"history", "history", "History", "{\"limit\":20}", 0},
	{"history_none", "history -n200", "History", "{\"limit\":200}", 0},
	{"why_at", "why Jan_Peeters --at 2026-11-04T12:00", "AccessAt",
	 "{\"person\":\"Jan Peeters\",\"at\":1793793600}", 0},
	{"why_at_not", "why vo-jan 30569 -r beheerder -a 3d", "AccessAt",
	 "{\"person\":\"vo-jan\",\"institution\":30569,\"role\":\"beheerder\",\"at\":1793610000}", 1},
	{"why_at_unknown", "why vo-jan --at 2026-01-01", "AccessAt", "{\"person\":\"vo-jan\",\"at\":1767311999}", 2},
	{"why_at_erased", "why vo-jan --at now", "AccessAt", "{\"person\":\"vo-jan\",\"at\":1793869200}", 2},
	{"institution_at", "institution 30569 --at 1w", "AccessAt", "{\"institution\":30569,\"at\":1793264400}", 0},
	{"institution_at_empty", "institution 30569 --at 1w", "AccessAt", "{\"institution\":30569,\"at\":1793264400}",
	 2},
	{"institution_all", "institution --all", "Institutions", "{}", 0},
	{"institution_unread", "institution 030569", "Institution", "{\"number\":30569}", 0},
	{"institution_all_unread", "institution --all", "Institutions", "{}", 0},
	{"institution_all_none", "institution --all --not-admitted --held --kind Centrum_x", "Institutions",
	 "{\"held\":true,\"kind\":\"Centrum x\",\"admitted\":false}", 0},
	{"refusals", "refusals", "Refusals", "{\"limit\":200}", 0},
	{"refusals_unread", "refusals", "Refusals", "{\"limit\":200}", 0},
	{"refusals_none_unread", "refusals", "Refusals", "{\"limit\":200}", 0},
	{"refusals_none", "refusals -r Grant-Malformed -i 030569", "Refusals",
	 "{\"reason\":\"grant-malformed\",\"institution\":30569,\"limit\":200}", 0},
	{"refusals_elsewhere", "refusals --institution 777", "Refusals", "{\"institution\":777,\"limit\":200}", 0},
	{"refusals_more", "refusals --reason person-ambiguous -n 2", "Refusals",
	 "{\"reason\":\"person-ambiguous\",\"limit\":2}", 0},
	{"changes", "changes", "Changes", "{\"limit\":50}", 0},
	{"changes_none",
	 "changes -p Jan_Peeters -i 030569 -r beheerder --since 2026-11-01 --until 2026-11-05 -c no-right -n 5",
	 "Changes",
	 "{\"person\":\"Jan Peeters\",\"institution\":30569,\"role\":\"beheerder\",\"since\":1793491200,"
	 "\"until\":1793869200,\"cause\":\"no-right\",\"limit\":5}",
	 0},
	{"doctor", "doctor", "Doctor", "{}", 2},
	{"doctor_ok", "doctor", "Doctor", "{}", 0},
	{"reads", "reads", "Reads", "{\"limit\":20}", 0},
	{"reads_none", "reads -n 500", "Reads", "{\"limit\":500}", 0},
	{"statistics", "statistics", "Statistics", "{\"weeks\":8}", 0},
	{"statistics_none", "statistics -w 1", "Statistics", "{\"weeks\":1}", 0},
	{"plan_pending", "plan --exit-code", "Plan", "{\"limit\":1000}", 4},
	{"plan_unnumbered", "plan", "Plan", "{\"limit\":1000}", 0},
	{"plan_in_step", "plan --exit-code", "Plan", "{\"limit\":1000}", 0},
	{"plan_unread", "plan --exit-code", "Plan", "{\"limit\":1000}", 4},
	{"plan_ldif", "plan --ldif", "PlanLdif", "{}", 0},
	{"wait", "wait --in-step", "Wait", "{\"in_step\":true}", 0},
	{"wait_unknown", "wait --until-applied vo-nobody", "Wait", "{\"person\":\"vo-nobody\"}", 2},
	{"wait_held", "wait --until-applied Jan_Peeters --newer-than 10min --timeout 30s", "Wait",
	 "{\"person\":\"Jan Peeters\",\"newer_than\":1793868600}", 4},
	{"wait_refused", "wait --newer-than 2026-11-05T08:00 --in-step --timeout=2h", "Wait",
	 "{\"in_step\":true,\"newer_than\":1793865600}", 5},
	{"words", "complete holds 1", "Words", "{\"kind\":\"holds\",\"begin\":\"1\"}", 0},
	{"metrics", "metrics", "Metrics", "{}", 0},
	{"metrics_open", "metrics --openmetrics --label daemon=west", "Metrics", "{}", 0},
	/* holds */
	{"holds", "holds", "Holds", "{}", 0},
	{"holds_none", "holds", "Holds", "{}", 0},
	{"holds_many", "holds", "Holds", "{}", 0},
	{"holds_none_unread", "holds", "Holds", "{}", 0},
	{"holds_none_first", "holds", "Holds", "{}", 0},
	{"holds_ledger", "holds", "Holds", "{}", 0},
	{"holds_unnumbered", "holds", "Holds", "{}", 0},
	{"holds_some_unnumbered", "holds", "Holds", "{}", 0},
	{"hold_unread", "holds 12-3f9a2b", "Hold", "{\"id\":\"12-3f9a2b\"}", 0},
	{"hold", "holds 12-3f9a2b", "Hold", "{\"id\":\"12-3f9a2b\"}", 0},
	{"hold_back", "holds 14", "Hold", "{\"id\":\"14\"}", 0},
	{"hold_decided", "holds 9", "Hold", "{\"id\":\"9\"}", 0},
	{"approve", "approve 12-3f9a2b --reason gevraagd_aan_de_school", "Approve",
	 "{\"id\":\"12-3f9a2b\",\"reason\":\"gevraagd aan de school\"}", 0},
	{"reject", "reject 12-3f9a2b --reason=x", "Reject", "{\"id\":\"12-3f9a2b\",\"reason\":\"x\"}", 0},
	{"accept_source", "accept-source 14-00c1d2 -r x", "AcceptSource", "{\"id\":\"14-00c1d2\",\"reason\":\"x\"}", 0},
	{"accept_clock", "accept-clock 2026-11-05 -r x", "AcceptClock", "{\"reason\":\"x\",\"today\":\"2026-11-05\"}",
	 0},
	/* directives */
	{"directives", "directives", "Directives", "{}", 0},
	{"directives_none", "directives", "Directives", "{}", 0},
	{"directives_none_unread", "directives", "Directives", "{}", 0},
	{"directives_critical", "directives", "Directives", "{}", 0},
	{"request", "request 112345 --reason x --owner An_Claes", "Request",
	 "{\"institution\":112345,\"reason\":\"x\",\"owner\":\"An Claes\"}", 0},
	{"unrequest", "unrequest 112345 --reason x", "Unrequest", "{\"institution\":112345,\"reason\":\"x\"}", 0},
	{"pin", "pin Noor_De_Smet 030569 beheerder --reason x", "Pin",
	 "{\"person\":\"Noor De Smet\",\"institution\":30569,\"role\":\"beheerder\",\"reason\":\"x\"}", 0},
	{"pin_exclude", "pin --exclude Piet 30569 trajectbegeleider --reason x -o directie --until 2026-12-01", "Pin",
	 "{\"person\":\"Piet\",\"institution\":30569,\"role\":\"trajectbegeleider\",\"exclude\":true,\"reason\":\"x\","
	 "\"owner\":"
	 "\"directie\",\"until\":1796169599}",
	 0},
	{"pin_several", "pin Noor 30569 beheerder --reason x", "Pin",
	 "{\"person\":\"Noor\",\"institution\":30569,\"role\":\"beheerder\",\"reason\":\"x\"}", 2},
	{"unpin", "unpin Piet 30569 trajectbegeleider --reason x", "Unpin",
	 "{\"person\":\"Piet\",\"institution\":30569,\"role\":\"trajectbegeleider\",\"reason\":\"x\"}", 0},
	/* hand edits */
	{"drift", "drift", "Drift", "{}", 0},
	{"drift_none", "drift", "Drift", "{}", 0},
	{"drift_none_unread", "drift", "Drift", "{}", 0},
	{"drift_unread", "drift", "Drift", "{}", 0},
	{"drift_unnumbered", "drift", "Drift", "{}", 0},
	{"drift_adopt", "drift adopt 3 --reason x --until 20d", "DriftAdopt",
	 "{\"id\":3,\"reason\":\"x\",\"until\":1795597200}", 0},
	{"drift_undo", "drift undo 3 --reason x", "DriftUndo", "{\"id\":3,\"reason\":\"x\"}", 0},
	/* steering */
	{"freeze", "freeze 30569 --reason fusie --until 2026-11-06T18:00", "Freeze",
	 "{\"institution\":30569,\"reason\":\"fusie\",\"until\":1793988000}", 0},
	{"freeze_all", "freeze all --reason x", "Freeze", "{\"institution\":null,\"reason\":\"x\"}", 0},
	{"thaw", "thaw 30569", "Thaw", "{\"institution\":30569}", 0},
	{"thaw_all", "thaw all --reason klaar", "Thaw", "{\"institution\":null,\"reason\":\"klaar\"}", 0},
	{"pause", "pause --reason x --until 2h", "Pause", "{\"reason\":\"x\",\"until\":1793876400}", 0},
	{"resume", "resume", "Resume", "{}", 0},
	{"undo", "undo 41 --until 3d --reason x", "Undo", "{\"cycle\":41,\"until\":1794128400,\"reason\":\"x\"}", 0},
	{"redo", "redo 41 --reason x", "Redo", "{\"cycle\":41,\"reason\":\"x\"}", 0},
	/* the record */
	{"audit_verify", "audit --verify", "AuditVerify", "{}", 0},
	{"audit_broken", "audit --verify", "AuditVerify", "{}", 2},
	{"audit_export", "audit --export --from 1", "AuditExport", "{\"from\":1}", 0},
	{"forget", "forget 5f2c1e9a-0b44-4c1e-9d0e-6a1f5a3b7c02 --reason x", "Forget",
	 "{\"person\":\"5f2c1e9a-0b44-4c1e-9d0e-6a1f5a3b7c02\",\"reason\":\"x\"}", 0},
	{"forget_none", "forget vo-nobody --reason x", "Forget", "{\"person\":\"vo-nobody\",\"reason\":\"x\"}", 2},
};

/* Those that end with a complaint: the golden text is what is said on stderr, and nothing is printed. */
static const struct story complaints[] = {
	{"hold_unknown", "holds 99", "Hold", "{\"id\":\"99\"}", 2},
	{"approve_refused", "approve -rx 12-3F9A2B", "Approve", "{\"id\":\"12-3F9A2B\",\"reason\":\"x\"}", 5},
	{"wait_full", "wait --newer-than now", "Wait", "{\"newer_than\":1793869200}", 5},
	{"watch_full", "watch --for 1h", "Monitor", "{}", 5},
	{"changes_nowhere", "changes -i 99999 -c No-Right", "Changes",
	 "{\"institution\":99999,\"cause\":\"no-right\",\"limit\":50}", 2},
	{"refusals_nowhere", "refusals -i 99999", "Refusals", "{\"institution\":99999,\"limit\":200}", 2},
	{"why_long", "why vo-jan", "Why", "{\"person\":\"vo-jan\"}", 64},
	{"approve_gone", "approve 12 -r x", "Approve", "{\"id\":\"12\",\"reason\":\"x\"}", 2},
	{"approve_failed", "approve 12 -r x", "Approve", "{\"id\":\"12\",\"reason\":\"x\"}", 2},
	{"approve_long", "approve 12 -r x", "Approve", "{\"id\":\"12\",\"reason\":\"x\"}", 64},
	{"status_full", "status", "Status", "{}", 76},
	{"status_stopping", "status --json", "Status", "{}", 3},
	{"wait_stopping", "wait --in-step", "Wait", "{\"in_step\":true}", 3},
	{"freeze_stopping", "freeze 030569 -r x", "Freeze", "{\"institution\":30569,\"reason\":\"x\"}", 3},
	{"approve_denied", "approve 12 -r x", "Approve", "{\"id\":\"12\",\"reason\":\"x\"}", 77},
	{"pin_unknown", "pin Noor 30569 beheerder --reason x", "Pin",
	 "{\"person\":\"Noor\",\"institution\":30569,\"role\":\"beheerder\",\"reason\":\"x\"}", 2},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
static void check_messages(const struct story *s, const json_t *messages)
{
	size_t i;
	json_t *message;
	json_array_foreach(messages, i, message)
	{
		const json_t *parameters = json_object_get(message, "parameters");
		const char *error = json_string_value(json_object_get(message, "error"));
		if (error != NULL)
			interface_check_error(stage.interface, strrchr(error, '.') + 1, parameters);
		else
			interface_check_reply(stage.interface, s->method, parameters);
	}
}

/* Missing parameters count as null. */
static void check_asked(const struct story *s)
{
	json_t *asked = json_loads(stage.asked, JSON_REJECT_DUPLICATES, NULL),
	       *wanted = json_loads(s->parameters, 0, NULL);
	char method[128];
	snprintf(method, sizeof(method), INTERFACE_NAME ".%s", s->method);
	assert_string_equal(json_string_value(json_object_get(asked, "method")), method);
	if (!json_equal(json_object_get(asked, "parameters"), wanted))
		fail_msg("%s asked %s", s->name, stage.asked);
	interface_check_input(stage.interface, s->method, json_object_get(asked, "parameters"));
	json_decref(asked);
	json_decref(wanted);
}

static void check_story(const struct story *s, const char *printed, const char *silent)
{
	json_t *messages = load(s->name);
	check_messages(s, messages);
	int code = run_with(s->line, messages);
	json_decref(messages);
	if (code != s->code || silent[0] != '\0')
		fail_msg("%s: exit status %d, %s%s", s->name, code, stage.err, stage.out);
	check_asked(s);
	expect_golden(s->name, printed);
}

static void commands_print_what_their_goldens_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stories); i++)
		check_story(&stories[i], stage.out, stage.err);
	for (size_t i = 0; i < COUNT(complaints); i++)
		check_story(&complaints[i], stage.err, stage.out);
}

/* ---- in Dutch ------------------------------------------------------------------------------------------ */

static bool speak_dutch(void)
{
	char folder[512];
	const char *built = getenv("top_builddir"), *catalogues = getenv("CATALOGUES");
	snprintf(folder, sizeof(folder), "%s/po", built != NULL ? built : ".");
	if (catalogues != NULL && catalogues[0] == '\0')
		return false; /* this build has none */
	language_open(folder);
	language_use(LANGUAGE_DUTCH);
	assert_string_not_equal(tr("in step"), "in step");
	return true;
}

/* As the daemon would have said it: a sentence of an answer is a format with its facts. Looked up where they stand. */
static void translate(json_t *value)
{
	const char *key;
	size_t i;
	json_t *inner;
	if (json_is_string(value) && strchr(json_string_value(value), ' ') != NULL)
		json_string_set(value, said(json_string_value(value)));
	json_array_foreach(value, i, inner)
	{
		translate(inner);
	}
	json_object_foreach(value, key, inner)
	{
		translate(inner);
	}
}

/* Before anything else the daemon is told the language. */
static void check_dutch(const struct story *s, const char *printed, const char *silent)
{
	char golden[96];
	json_t *messages = load(s->name);
	translate(messages);
	json_array_insert_new(messages, 0, json_pack("{s:{s:s}}", "parameters", "language", "nl"));
	int code = run_with(s->line, messages);
	json_decref(messages);
	if (code != s->code || silent[0] != '\0')
		fail_msg("%s: exit status %d, %s%s", s->name, code, stage.err, stage.out);
	assert_string_equal(stage.asked, "{\"method\":\"" INTERFACE_NAME
					 ".SetLanguage\",\"parameters\":{\"language\":\"nl\"},\"more\":false}");
	snprintf(golden, sizeof(golden), "nl/%s", s->name);
	expect_golden(golden, printed);
}

static void each_command_has_its_golden_in_dutch(void **state)
{
	(void)state;
	if (!speak_dutch())
		return;
	for (size_t i = 0; i < COUNT(stories); i++)
		check_dutch(&stories[i], stage.out, stage.err);
	for (size_t i = 0; i < COUNT(complaints); i++)
		check_dutch(&complaints[i], stage.err, stage.out);
	language_close();
}

static void expect_dutch(const char *of, const char *text)
{
	if (text != NULL && strchr(text, ' ') != NULL && strcmp(tr(text), text) == 0)
		fail_msg("%s: \"%s\" is English in Dutch, too", of, text);
}

static void help_is_dutch_throughout(void **state)
{
	(void)state;
	if (!speak_dutch())
		return;
	for (const struct command *c = commands; c->verb != NULL; c++) {
		expect_dutch(c->verb, c->heading);
		expect_dutch(c->verb, c->summary);
		expect_dutch(c->verb, c->text);
		expect_dutch(c->verb, c->next);
		for (int i = 0; i < OPTIONS_MAX && c->options[i].name != NULL; i++)
			expect_dutch(c->verb, c->options[i].help);
	}
	assert_int_equal(run("help approve"), 0);
	assert_non_null(strstr(stage.out, "Gebruik: duaalctl approve ID --reason TEKST\n"));
	assert_non_null(strstr(stage.out, "  77  niet toegestaan: "));
	language_close();
}

/* As the tables show them; the daemon is told the code. */
static void causes_are_known_in_dutch_too(void **state)
{
	(void)state;
	char line[64];
	if (!speak_dutch())
		return;
	json_t *messages = load("changes");
	json_array_insert_new(messages, 0, json_pack("{s:{s:s}}", "parameters", "language", "nl"));
	assert_string_not_equal(tr("explicit"), "explicit");
	snprintf(line, sizeof(line), "changes --cause %s", tr("explicit"));
	for (char *at = strchr(line + 16, ' '); at != NULL; at = strchr(at, ' '))
		*at = '_'; /* see run */
	assert_int_equal(run_with(line, messages), 0);
	json_decref(messages);
	assert_non_null(strstr(stage.asked + strlen(stage.asked) + 1, "\"cause\":\"explicit\""));
	language_close();
}

static void help_lists_the_codes(void **state)
{
	(void)state;
	assert_int_equal(run("help refusals"), 0);
	assert_non_null(strstr(stage.out, "\nCodes:\n  right-malformed "));
	assert_non_null(strstr(stage.out, "\n  group-cut "));
	assert_null(strstr(stage.out, "\n  request-malformed "));
	assert_int_equal(run("help changes"), 0);
	const char *reasons = strstr(stage.out, "\nReasons:\n");
	assert_non_null(strstr(stage.out, "\nCauses:\n  grant "));
	assert_non_null(reasons);
	assert_null(strstr(reasons, "\n  explicit ")); /* a cause */
	assert_non_null(strstr(reasons, "\n  no-right "));
	assert_non_null(strstr(reasons, "\n  added-by-hand "));
	assert_null(strstr(stage.out, "\n  rule-count "));
	assert_null(strstr(stage.out, "\n  none "));
}

/* Whoever wants only the table wants it the same everywhere, and is complained to in words for people. */
static void a_table_for_programs_is_english(void **state)
{
	(void)state;
	if (!speak_dutch())
		return;
	json_t *messages = load("status");
	assert_int_equal(run_with("status --raw --output part,state", messages), 1);
	json_decref(messages);
	assert_non_null(strstr(stage.out, "PART STATE\nsource "));
	assert_non_null(strstr(stage.asked, ".Status\""));
	assert_int_equal(language_used(), LANGUAGE_ENGLISH);
	language_use(LANGUAGE_DUTCH);
	assert_int_equal(run("status --output what,deel"), 64);
	assert_non_null(strstr(stage.err, "er is geen kolom \"deel\""));
	language_close();
}

static json_t *all_ldif(const json_t *messages)
{
	size_t i;
	json_t *message;
	struct buf whole;
	buf_init(&whole);
	json_array_foreach(messages, i, message)
	{
		buf_add_string(&whole, field_text(json_object_get(message, "parameters"), "ldif"));
	}
	const json_t *last = json_array_get(messages, json_array_size(messages) - 1);
	json_t *all = json_deep_copy(json_object_get(last, "parameters"));
	json_object_set_new(all, "ldif", json_string(buf_string(&whole)));
	buf_done(&whole);
	return all;
}

/* Rows of the record come in parts; as JSON the first is printed, with the row to go on from. Of LDIF nobody can go on later: it is the
 * whole. */
static json_t *shown_as_json(const struct story *s, const json_t *messages)
{
	bool one = strcmp(s->method, "AuditExport") == 0;
	if (strcmp(s->method, "PlanLdif") == 0)
		return all_ldif(messages);
	return json_incref(
		json_object_get(json_array_get(messages, one ? 0 : json_array_size(messages) - 1), "parameters"));
}

static void json_is_the_reply_as_one_object(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		char line[256];
		const struct story *s = &stories[i];
		snprintf(line, sizeof(line), "--json %s", s->line);
		json_t *messages = load(s->name);
		int code = run_with(line, messages);
		json_t *printed = json_loads(stage.out, JSON_REJECT_DUPLICATES, NULL);
		json_t *shown = shown_as_json(s, messages);
		if (code != s->code || !json_equal(printed, shown))
			fail_msg("%s: exit status %d, printed %.200s", s->name, code, stage.out);
		json_decref(shown);
		json_decref(printed);
		json_decref(messages);
		for (const char *at = stage.out; *at != '\0'; at++)
			assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
	}
}

static void nothing_hostile_reaches_the_screen(void **state)
{
	(void)state;
	json_t *messages = load("status_worst");
	run_with("status", messages);
	json_decref(messages);
	assert_null(strpbrk(stage.out, "\x1b\x07\x7f"));
	assert_null(strstr(stage.out, "\xe2\x80\xae"));
	assert_null(strstr(stage.out, "\xc2\x9b"));
	assert_non_null(strstr(stage.out, "evil \\x1B]0;title\\x07 \\xE2\\x80\\xAE \\xC2\\x9B31m \\x1B name\\x0Aline"));
}

static void status_follows_the_state(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		int code;
	} states[] = {{"ok", 0}, {"notice", 0}, {"warning", 1}, {"critical", 2}, {"purple", 2}};
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		json_t *messages = load("status");
		json_t *parameters = json_object_get(json_array_get(messages, 0), "parameters");
		json_object_set_new(parameters, "state", json_string(states[i].word));
		assert_int_equal(run_with("status", messages), states[i].code);
		json_decref(messages);
	}
}

/* ---- what goes wrong --------------------------------------------------------------------------------- */

static void a_daemon_that_is_not_there_is_named(void **state)
{
	(void)state;
	assert_int_equal(run("status"), 3);
	assert_non_null(strstr(stage.err, stage.path));
	assert_non_null(strstr(stage.err, "systemctl status duaalsyncd"));
	assert_string_equal(stage.out, "");
}

static void errors_of_the_daemon_have_their_own_codes(void **state)
{
	(void)state;
	static const struct {
		const char *reply, *says;
		int code;
	} cases[] = {
		{"{\"error\":\"" INTERFACE_ERROR("NotReady") "\",\"parameters\":{}}", "no cycle was complete yet", 75},
		{"{\"error\":\"" INTERFACE_ERROR("NotFound") "\",\"parameters\":{\"what\":\"institution\"}}",
		 "knows this institution", 2},
		{"{\"error\":\"" INTERFACE_ERROR("PermissionDenied") "\",\"parameters\":{\"right\":\"read\",\"group\":"
								     "\"duaalsync\"}}",
		 "usermod --append --groups duaalsync USER", 77},
		{"{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":{\"parameter\":\"owner\"}}",
		 "does not accept this owner", 64},
		{"{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":{\"parameter\":\"role\"}}",
		 "there is no role \"\"\n", 64}, /* and the daemon says no more */
		{"{\"error\":\"org.varlink.service.MethodNotFound\",\"parameters\":{}}", "of one version?", 76},
		{"{\"error\":\"x\\u001b[31m\",\"parameters\":{}}", "x\\x1B[31m", 76},
		{"{\"parameters\":[]}", "not duaalsyncd", 76},
		{"nonsense", "not duaalsyncd", 76},
		{"", "not duaalsyncd", 76},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int code = run_with_bytes("institution 4", cases[i].reply, strlen(cases[i].reply) + 1);
		if (code != cases[i].code || strstr(stage.err, cases[i].says) == NULL)
			fail_msg("%s: exit status %d, %s", cases[i].reply, code, stage.err);
		assert_string_equal(stage.out, "");
	}
	assert_int_equal(run_with_bytes("status", "", 0), 76);
	assert_non_null(strstr(stage.err, "closed the connection without an answer"));
	assert_int_equal(run_with_bytes("sync --wait", "{\"parameters\":{},\"continues\":true}", 34), 76);
}

/* Which roles and kinds there are the daemon says, when it was given another. */
static void a_wrong_word_is_said_with_those_that_there_are(void **state)
{
	(void)state;
	static const struct {
		const char *line, *parameter, *words, *says;
	} cases[] = {
		{"changes --role baas", "role", "[\"beheerder\",\"trajectbegeleider\"]",
		 "there is no role \"baas\"; there are beheerder, trajectbegeleider\nduaalctl: usage: duaalctl changes "
		 "["},
		{"pin Noor 30569 baas -r x", "role", "[\"beheerder\"]",
		 "there is no role \"baas\"; there are beheerder\n"},
		{"unpin Noor 30569 baas -r x", "role", "[]",
		 "there is no role \"baas\"\nduaalctl: usage: duaalctl unpin "},
		{"--json why Noor -r baas", "role", "[\"x\\u001b[31m\"]", "there are x\\x1B[31m\n"},
		{"institution --all --kind nergens", "kind", "[\"secundair onderwijs\",\"CLB\"]",
		 "no institution is of the kind \"nergens\"; there are secundair onderwijs, CLB\n"},
		{"institution --all --kind nergens", "kind", "[]", "no institution is of the kind \"nergens\"\n"},
		{"--pseudonymise pin Noor 30569 baas -r x", "role", "[\"trajectbegeleider\"]",
		 "there is no role \"anon-1\"; there are trajectbegeleider\n"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char words[64];
		json_t *list = json_loads(cases[i].words, 0, NULL),
		       *messages =
			       json_pack("[{s:s,s:{s:s}},{s:{s:o}}]", "error", "org.varlink.service.InvalidParameter",
					 "parameters", "parameter", cases[i].parameter, "parameters", "words", list);
		int code = run_with(cases[i].line, messages);
		json_decref(messages);
		if (code != 64 || strstr(stage.err, cases[i].says) == NULL)
			fail_msg("%s: exit status %d, %s", cases[i].line, code, stage.err);
		assert_string_equal(stage.out, "");
		snprintf(words, sizeof(words), "\"kind\":\"%ss\"", cases[i].parameter);
		assert_non_null(strstr(stage.asked + strlen(stage.asked) + 1, words)); /* the second call */
	}
}

/* Hundreds of kinds are no help. */
static void of_many_words_some_are_said(void **state)
{
	(void)state;
	json_t *list = json_array();
	for (int i = 100; i < 300; i++)
		json_array_append_new(list, json_sprintf("soort %d", i));
	json_t *messages = json_pack("[{s:s,s:{s:s}},{s:{s:o}}]", "error", "org.varlink.service.InvalidParameter",
				     "parameters", "parameter", "kind", "parameters", "words", list);
	assert_int_equal(run_with("institution --all -k x", messages), 64);
	json_decref(messages);
	assert_non_null(strstr(stage.err, "there are soort 100, soort 101, "));
	assert_non_null(strstr(stage.err, ", ...\n"));
	assert_null(strstr(stage.err, "soort 299"));
}

static int status_as_nobody(void)
{
	if (setgid(4000) < 0 || setuid(4000) < 0)
		return 99;
	FILE *out = tmpfile(), *err = tmpfile();
	int code = ctl_main(4, (char *const[]){"duaalctl", "-s", stage.path, "status", NULL}, out, err);
	take_output(err, stage.err);
	return strstr(stage.err, "usermod --append --groups games USER") != NULL ? code : 98;
}

static void the_sockets_group_is_named(void **state)
{
	(void)state;
	int status;
	if (geteuid() != 0)
		skip();
	start_daemon("", 0);
	assert_int_equal(chmod(stage.dir, 0755), 0);
	assert_int_equal(chown(stage.path, 0, 60), 0); /* games */
	assert_int_equal(chmod(stage.path, 0660), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(status_as_nobody());
	waitpid(pid, &status, 0);
	end_daemon();
	assert_int_equal(WEXITSTATUS(status), 77);
}

static void a_person_is_not_endless(void **state)
{
	(void)state;
	char line[2048] = "why ";
	memset(line + 4, 'x', 201);
	assert_int_equal(run(line), 64);
	assert_non_null(strstr(stage.err, "longer than 200 bytes"));
	snprintf(line, sizeof(line), "resume --reason ");
	memset(line + 16, 'x', 501);
	assert_int_equal(run(line), 64);
	assert_non_null(strstr(stage.err, "longer than 500 bytes"));
}

static void wrong_arguments_are_64(void **state)
{
	(void)state;
	static const struct {
		const char *line, *says;
	} cases[] = {
		{"", "a command is missing"},
		{"stauts", "there is no command \"stauts\""},
		{"wait", "what for?"},
		{"wait --in-step --until-applied x", "do not go together"},
		{"wait --newer-than tomorrow", "is no time: write now, 2h"},
		{"wait --in-step --timeout 10", "is no span"},
		{"wait --in-step --timeout 0s", "is no span"},
		{"wait --in-step --timeout 99999w", "is no span"},
		{"plan --ldif --exit-code", "goes with no other option"},
		{"plan --ldif -n 3", "goes with no other option"},
		{"plan --ldif --raw", "goes with no other option"},
		{"status now", "\"now\" is one argument too many"},
		{"status --loud", "there is no option \"--loud\" of status"},
		{"--wait sync", "there is no option \"--wait\" before the command"},
		{"sync --wait=yes", "--wait takes no value"},
		{"sync -wx", "--wait takes no value"},
		{"history -n", "--number needs a value"},
		{"history -n 0", "from 1 to 200"},
		{"history --number=201", "from 1 to 200"},
		{"history -n 1x", "from 1 to 200"},
		{"why Jan --at", "--at needs a value"},
		{"why Jan --at tomorrow", "--at \"tomorrow\" is no time"},
		{"institution 30569 --at 2026-11-06", "is still to come"},
		{"institution --all 30569", "--all is for all institutions"},
		{"institution --all --at now", "--all is for all institutions"},
		{"institution 30569 --kind x", "--kind goes with --all"},
		{"institution --all --admitted --not-admitted", "leave nothing"},
		{"statistics --weeks 105", "from 1 to 104"},
		{"changes --since tomorrow", "--since \"tomorrow\" is no time"},
		{"changes --since 2026-11-06", "is still to come"},
		{"changes --until 2030-01-01T00:00Z", "is still to come"},
		{"changes --since 99999w", "is too long ago"},
		{"changes -n 1001", "from 1 to 1000"},
		{"changes Jan", "one argument too many"},
		{"reads -n 501", "from 1 to 500"},
		{"plan --limit 1001", "from 1 to 1000"},
		{"why", "an argument is missing"},
		{"why a 1 2", "one argument too many"},
		{"why a school", "\"school\" is not an institution number"},
		{"why a -- -1", "\"-1\" is not an institution number"},
		{"why \xff", "UTF-8"},
		{"institution", "an argument is missing"},
		{"institution 0000000", "is not an institution number"},
		{"institution 000", "is not an institution number"},
		{"help stauts", "there is no command \"stauts\""},
		{"help drift adapt", "there is no command \"drift adapt\""},
		{"approve", "an argument is missing: ID"},
		{"approve 12", "--reason TEXT is missing"},
		{"approve 12 --reason", "--reason needs a value"},
		{"approve 12 --reason=", "--reason is empty"},
		{"approve 12 --reason ___", "--reason is empty"},
		{"approve 12 -r a -r b", "--reason is given twice"},
		{"approve 12 -r \xff", "--reason is not written in UTF-8"},
		{"approve twelve -r x", "\"twelve\" is not the id of a hold"},
		{"approve 12- -r x", "is not the id of a hold"},
		{"approve 12-xyz -r x", "is not the id of a hold"},
		{"approve 12-3f9a2b-1 -r x", "is not the id of a hold"},
		{"approve 12-00000000000000000000000000000000000000000000000000000000000000000 -r x",
		 "is not the id of a hold"},
		{"approve 12345678901 -r x", "is not the id of a hold"},
		{"approve 12-3f9a2 -r x", "is not the id of a hold"},
		{"approve 12:3f9a2b -r x", "is not the id of a hold"},
		{"approve 12 -r two\nlines", "--reason holds a line break"},
		{"holds -12", "there is no option"},
		{"request 112345 -r x --until yesterday", "\"yesterday\" is no time"},
		{"request 112345 -r x --until 2026-11-04", "has passed already"},
		{"request 112345 -r x --until 0h", "has passed already"},
		{"request all -r x", "\"all\" is not an institution number"},
		{"pin Noor 30569 -r x", "an argument is missing: ROLE"},
		{"pin Noor 30569 beheerder extra -r x", "\"extra\" is one argument too many"},
		{"drift adopt -r x", "an argument is missing: ID"},
		{"drift adopt 0 -r x", "ID takes a number from 1 to 4294967295"},
		{"drift adopt 4294967296 -r x", "ID takes a number from 1 to 4294967295"},
		{"drift 3", "\"3\" is one argument too many"},
		{"drift adopt 3", "--reason TEXT is missing"},
		{"freeze -r x", "an argument is missing: INSTITUTION|all"},
		{"freeze most -r x", "nor \"all\""},
		{"undo 41 -r x", "--until WHEN is missing"},
		{"undo 41 --until 2h", "--reason TEXT is missing"},
		{"pause", "--reason TEXT is missing"},
		{"audit", "one of its choices must be given"},
		{"audit --verify --export", "only one of them"},
		{"audit --verify --from 3", "--from goes with --export"},
		{"audit --export --from 0", "--from takes a number"},
		{"forget vo-jan", "--reason TEXT is missing"},
		{"bad\x1b[31m", "bad\\x1B[31m"},
		{"status --socket", "--socket needs a value"},
		{"watch --for soon", "--for \"soon\" is no span"},
		{"watch --for 0s", "--for \"0s\" is no span"},
		{"watch source", "\"source\" is one argument too many"},
		{"watch --wait", "there is no option"},
		{"status --socket=", "too long or empty"},
		{"refusals --reason nonsense",
		 "nothing unclear has the code \"nonsense\"; there are right-malformed, number-malformed, "},
		{"refusals --reason nonsense", ", group-unread, group-cut\nduaalctl: usage: duaalctl refusals ["},
		{"refusals -r no-right", "nothing unclear has the code"},
		{"refusals -r request-malformed", "nothing unclear has the code"}, /* of the application's directory */
		{"refusals -r =", "nothing unclear has the code"},
		{"refusals --reason=", "--reason is empty"},
		{"changes --cause nonsense",
		 "\"nonsense\" is no cause and no reason; the causes are grant, scheduled, "},
		{"changes --cause nonsense", "'duaalctl help changes' lists the reasons, too\n"},
		{"changes -c none", "\"none\" is no cause and no reason"},
		{"changes -c \xff", "UTF-8"},
		{"complete nonsense", "there is no KIND \"nonsense\"; there are bash, institutions, kinds, roles, "},
		{"complete Roles", "there is no KIND \"Roles\""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int code = run(cases[i].line);
		if (code != 64 || strstr(stage.err, cases[i].says) == NULL)
			fail_msg("%s: exit status %d, %s", cases[i].line, code, stage.err);
		assert_string_equal(stage.out, "");
	}
}

/* It would be in the history of the shell, in the audit, in the directory: said before anything is sent, and not said again. */
static void national_numbers_are_refused(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"why 850730033##",
		"why 85.07.30-033.##",
		"pin 850730033## 30569 beheerder -r x",
		"unpin 85073003300 30569 beheerder -r x", /* whatever its check digits */
		"forget 85_07_30_033_## -r x",
		"approve 12 -r voor_850730033##_gevraagd",
		"approve 12 -r voor_85.07.30-033.##_gevraagd",
		"pin Noor 30569 beheerder -r x -o 850730033##",
		"changes --cause 850730033##",
		"refusals --reason 850730033##",
		"complete 850730033##",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		json_t *messages = load("approve");
		int code = run_with(national(lines[i]), messages);
		json_decref(messages);
		if (code != 64 || strstr(stage.err, "nothing was sent") == NULL ||
		    strstr(stage.err, "national") == NULL)
			fail_msg("%s: exit status %d, %s", lines[i], code, stage.err);
		assert_string_equal(stage.asked, "");
		assert_null(strstr(stage.err, "033"));
	}
}

static void until_is_read_as_people_write_it(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		int64_t at_s;
	} cases[] = {
		{"30min", NOW + 1800},
		{"2h", NOW + 7200},
		{"3d", NOW + 3 * 86400},
		{"2w", NOW + 14 * 86400},
		{"2026-12-01", 1796165999},
		{"2026-12-01T12:00", 1796122800},
		{"2026-12-01 12:00:30", 1796122830},
		{"2026-12-01T12:00Z", 1796126400},
		{"2026-12-01t12:00:00+05:30", 1796106600},
		{"2026-12-01T12:00:00-01:00", 1796130000},
		{"2026-07-01", 1782943199}, /* summer time */
	};
	static const char *const bad[] = {"",
					  "h",
					  "2",
					  "2x",
					  "90s",
					  "2hh",
					  "-2h",
					  "2 h",
					  "123456h",
					  "2026",
					  "2026-12",
					  "2026-1-1",
					  "2026-13-01",
					  "2026-02-30",
					  "20261201",
					  "2026-12-01T",
					  "2026-12-01T12",
					  "2026-12-01T24:00",
					  "2026-12-01T12:60",
					  "2026-12-01T12:00:60",
					  "2026-12-01T12:00:0",
					  "2026-12-01T12:00Zx",
					  "2026-12-01T12:00+1",
					  "2026-12-01T12:00+01:60",
					  "2026-12-01T12:00+0100",
					  "2026-12-01 ",
					  "2026-12-01x",
					  "0000-01-01",
					  "2026-03-29T02:30" /* the hour that summer time leaves out */};
	int64_t at_s;
	setenv("TZ", "Europe/Brussels", 1);
	tzset();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!until_read(cases[i].word, NOW, &at_s) || at_s != cases[i].at_s)
			fail_msg("%s was read as %lld", cases[i].word, (long long)at_s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (until_read(bad[i], NOW, &at_s))
			fail_msg("%s was read as %lld", bad[i], (long long)at_s);
	setenv("TZ", "UTC", 1);
	tzset();
}

/* Of the past a span is so long ago, and of a day that is not over yet only what was counts. */
static void times_of_the_past(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		int64_t begin_s, end_s; /* behind NOW */
	} cases[] = {
		{"now", 0, 0},
		{"2h", -7200, -7200},
		{"3d", -3 * 86400, -3 * 86400},
		{"2026-11-05", -9 * 3600, 0},
		{"2026-11-04", -33 * 3600, -9 * 3600 - 1},
		{"2026-11-06", 15 * 3600, 15 * 3600},
		{"2026-11-05T08:00", -3600, -3600},
		{"2026-11-05T08:00:00+01:00", -7200, -7200},
		{"2026-11-05T08:00CET", -7200, -7200},
		{"2026-11-05 08:00:00 CET", -7200, -7200},
		{"2026-11-05T08:00 CEST", -3 * 3600, -3 * 3600},
		{"2026-11-05 08:00:00 UTC", -3600, -3600},
	};
	int64_t at_s;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(until_read_past(cases[i].word, NOW, true, &at_s));
		assert_int_equal(at_s - NOW, cases[i].begin_s);
		assert_true(until_read_past(cases[i].word, NOW, false, &at_s));
		assert_int_equal(at_s - NOW, cases[i].end_s);
	}
	assert_false(until_read_past("2026-11-31", NOW, true, &at_s));
	assert_false(until_read_past("gisteren", NOW, true, &at_s));
	assert_false(until_read_past("2026-11-05T08:00PST", NOW, true, &at_s));
	assert_false(until_read_past("2026-11-05T08:00 ", NOW, true, &at_s));
}

/* 2026-10-25, when 02:30 comes twice in Belgium; a zone says which. */
#define ADVICE  "duaalctl: 'systemctl status duaalsyncd' tells whether it runs again; then try again\n"
#define STOPPED "duaalctl: the daemon has stopped\n" ADVICE

static void expect_not_running(const char *line, const char *says)
{
	int code = run(line);
	end_daemon();
	if (code != 3 || strstr(stage.err, says) == NULL)
		fail_msg("%s: exit status %d, %s", line, code, stage.err);
	assert_string_equal(stage.out, "");
}

static void expect_asked(const char *line, const char *parameters)
{
	static const char done[] = "{\"parameters\":{\"done\":\"\"}}", changes[] = "{\"parameters\":{\"changes\":[]}}";
	bool past = strncmp(line, "changes", 7) == 0;
	int code = run_with_bytes(line, past ? changes : done, past ? sizeof(changes) : sizeof(done));
	json_t *asked = json_loads(stage.asked, 0, NULL), *expected = json_loads(parameters, 0, NULL);
	if (code != 0 || !json_equal(json_object_get(asked, "parameters"), expected))
		fail_msg("%s: exit status %d, %s, %s", line, code, stage.asked, stage.err);
	json_decref(asked);
	json_decref(expected);
}

static void expect_wrong(const char *line, const char *says)
{
	start_daemon("", 0);
	int code = run(line);
	end_daemon();
	if (code != 64 || strstr(stage.err, says) == NULL)
		fail_msg("%s: exit status %d, %s", line, code, stage.err);
}

/* Its host's clock, which duaalctl has too, may be wrong: 2026-11-05 is what that shows here, and the daemon knows better. */
static void times_go_by_the_daemons_clock(void **state)
{
	(void)state;
	stage.now_s = NOW - 200 * 86400; /* 2026-04-19T09:00:00Z */
	expect_asked("pause -r x --until 2h", "{\"reason\":\"x\",\"until\":1776596400}");
	assert_non_null(strstr(stage.out, "11:00:00 UTC, in 2 h"));
	expect_asked("freeze 30569 -r x -u 2026-05-01",
		     "{\"institution\":30569,\"reason\":\"x\",\"until\":1777679999}");
	expect_asked("changes --since 1d --until now", "{\"since\":1776502800,\"until\":1776589200,\"limit\":50}");
	expect_asked("changes --until 2026-04-19", "{\"until\":1776589200,\"limit\":50}");
	expect_wrong("changes --since 2026-04-20", "is still to come");
	expect_wrong("pause -r x --until 2026-04-18", "has passed already");
}

/* Nothing was typed, and the end is the daemon's. */
static void an_end_that_the_daemon_sets_is_shown_by_its_clock(void **state)
{
	(void)state;
	json_t *messages = load("pin");
	stage.now_s = NOW - 200 * 86400;
	assert_int_equal(run_with("pin Noor 30569 beheerder -r x", messages), 0);
	assert_non_null(strstr(stage.out, "2027-02-03 09:00:00 UTC, in 290 days"));
	json_decref(messages);
}

/* What is wrong with an argument is said first; and what the daemon could not be asked, once. */
static void without_its_time_nothing_is_asked(void **state)
{
	(void)state;
	expect_wrong("changes --since 1d -n x", "--number takes a number");
	assert_int_equal(run("wait --newer-than now --in-step --until-applied x"), 64);
	stage.manner = LEAVES_UNREAD;
	start_daemon("", 0);
	expect_not_running("pause -r x --until 2h", "nobody took the call");
	assert_ptr_equal(strstr(strstr(stage.err, "nobody took") + 1, "nobody took"), NULL);
	stage.manner = TELLS;
	stage.status = true; /* the answer to the question for the time, and nobody comes again */
	static const char stops[] = "{\"error\":\"" INTERFACE_ERROR("Stopping") "\",\"parameters\":{\"what\":null}}";
	start_daemon(stops, sizeof(stops));
	expect_not_running("pause -r x --until 2h", STOPPED);
}

static void an_hour_that_comes_twice(void **state)
{
	(void)state;
	const int64_t first_s = 1792888200, second_s = first_s + 3600;
	int64_t at_s;
	setenv("TZ", "Europe/Brussels", 1);
	tzset();
	assert_true(until_read_past("2026-10-25T02:30", NOW, true, &at_s));
	assert_int_equal(at_s, first_s);
	assert_true(until_read_past("2026-10-25T02:30", NOW, false, &at_s));
	assert_int_equal(at_s, second_s);
	assert_true(until_read("2026-10-25T02:30", first_s - 86400, &at_s));
	assert_int_equal(at_s, second_s);
	assert_true(until_read_past("2026-10-25T02:30CEST", NOW, false, &at_s));
	assert_int_equal(at_s, first_s);
	assert_true(until_read_past("2026-10-25 02:30:00 CET", NOW, true, &at_s));
	assert_int_equal(at_s, second_s);
	assert_true(until_read_past("2026-10-25T03:30", NOW, true, &at_s));
	assert_int_equal(at_s, second_s + 3600);
	assert_true(until_read_past("2026-07-01T12:00", NOW, true, &at_s)); /* in summer */
	assert_int_equal(at_s, 1782900000);
	assert_false(until_read_past("2026-03-29T02:30", NOW, true, &at_s)); /* the hour that there is not */
	setenv("TZ", "UTC", 1);
	tzset();
}

/* However long one of them is called. */
static void what_options_do_is_told_below_one_another(void **state)
{
	(void)state;
	assert_int_equal(run("help wait"), 0);
	assert_non_null(
		strstr(stage.out, "\n      --until-applied PERSON until nothing is left to do about this person\n"));
	assert_non_null(strstr(stage.out, "\n  -h, --help                 show help\n"));
}

/* A verb with sub-verbs takes no words and no options: else the sub-verb would be one of its words. */
static void the_table_is_sound(void **state)
{
	(void)state;
	for (const struct command *c = commands; c->verb != NULL; c++) {
		const char *space = strchr(c->verb, ' ');
		bool order = c->show == show_order || c->show == show_forgotten;
		assert_ptr_equal(command_find(c->verb, NULL), c);
		if (c->run == NULL || c->summary == NULL || c->text == NULL ||
		    (c->run == ask_command && c->method == NULL))
			fail_msg("\"%s\" has no run, summary or text, or nothing that ask_command could ask", c->verb);
		assert_int_equal(c->method != NULL, c->show != NULL);
		assert_int_equal(order, c->next != NULL);
		assert_int_equal(c->order,
				 order || c->show == show_freeze || c->show == show_pause || c->run == sync_command);
		if (c->method != NULL)
			assert_true(interface_has_method(stage.interface, strrchr(c->method, '.') + 1));
		if (space == NULL)
			continue;
		char verb[32];
		snprintf(verb, sizeof(verb), "%.*s", (int)(space - c->verb), c->verb);
		const struct command *above = command_find(verb, NULL);
		assert_true(above != NULL && above->words[0].name == NULL && above->options[0].name == NULL);
		assert_ptr_equal(command_find(verb, space + 1), c);
	}
}

/* Runs a story's line with more behind it; the exit status. */
static int run_story(const char *name, const char *line)
{
	json_t *messages = load(name);
	int code = run_with(line, messages);
	json_decref(messages);
	return code;
}

static void what_is_no_ldif_is_not_printed(void **state)
{
	(void)state;
	json_t *messages = load("plan_ldif");
	json_t *second = json_object_get(json_array_get(messages, 1), "parameters");
	json_object_set_new(second, "next", json_integer(1));
	assert_int_equal(run_with("plan --ldif", messages), 76);
	assert_non_null(strstr(stage.err, "the same page again"));
	json_object_set_new(second, "ldif", json_string("dn: x\x1b[31m\n"));
	assert_int_equal(run_with("plan --ldif", messages), 76);
	assert_null(strstr(stage.out, "\x1b"));
	json_decref(messages);
}

static void only_the_table_is_printed_when_its_form_is_asked_for(void **state)
{
	(void)state;
	assert_int_equal(run_story("holds", "holds --output state,ID"), 0);
	assert_ptr_equal(strstr(stage.out, "STATE "), stage.out);
	assert_null(strstr(stage.out, "RULE"));
	assert_null(strstr(stage.out, "waiting for a decision"));
	assert_int_equal(run_story("holds", "holds --raw --noheadings -oID"), 0);
	expect_golden("holds_raw", stage.out);
	assert_int_equal(run_story("plan", "plan --raw"), 0);
	expect_golden("plan_raw", stage.out);
	assert_int_equal(run_story("plan_cut", "plan -n 4 --noheadings"), 0);
	assert_non_null(strstr(stage.err, "are not in the table"));
	assert_int_equal(run_story("status_worst", "status --noheadings --output PART,STATE"), 2);
	expect_golden("status_columns", stage.out);
	assert_int_equal(run_story("history_none", "history --raw -n 200"), 0);
	assert_string_equal(stage.out, "");
	assert_int_equal(run_story("directives", "directives --output BECAUSE,KIND"), 0);
	assert_ptr_equal(strstr(stage.out, "BECAUSE"), stage.out);
	assert_int_equal(run_story("changes", "changes --output WHO,CYCLE"), 0);
	assert_ptr_equal(strstr(stage.out, "WHO "), stage.out);
	assert_null(strstr(stage.out, "There are more"));
	assert_non_null(strstr(stage.err, "there are more than the table has"));
	assert_int_equal(run_story("reads", "reads --raw -o result"), 0);
	assert_ptr_equal(strstr(stage.out, "RESULT\n"), stage.out);
	assert_int_equal(run_story("doctor", "doctor --output severity,ID --noheadings"), 2);
	assert_ptr_equal(strstr(stage.out, "critical D02\ncritical D13\n"), stage.out);
	assert_non_null(strstr(stage.out, "ok       D01\n"));
	assert_int_equal(run_story("statistics", "statistics --raw -o week,LONGEST"), 0);
	assert_ptr_equal(strstr(stage.out, "WEEK LONGEST\n2026-10-19 11\\x20min\n"), stage.out);
	assert_null(strstr(stage.out, "#"));
	assert_int_equal(run_story("institution_all", "institution --all --noheadings -o CODE,number"), 0);
	assert_string_equal(stage.out, "ok                     777\nrule-institution-count 30569\n"
				       "rule-frozen            40022\n");
}

/* A table stays one; that it may be old is a complaint. */
static void a_table_of_what_was_read_before_comes_with_a_complaint(void **state)
{
	(void)state;
	static const char *const lines[][2] = {{"drift_unread", "drift --raw -o NR,WHAT"},
					       {"directives_critical", "directives --output KIND"},
					       {"holds_none_unread", "holds --raw"},
					       {"institution_all_unread", "institution --all --noheadings -o number"},
					       {"refusals_unread", "refusals -o CODE"},
					       {"plan_unread", "plan --raw"}};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(run_story(lines[i][0], lines[i][1]), 0);
		assert_null(strstr(stage.out, "This "));
		assert_null(strstr(stage.out, " is warning"));
		assert_null(strstr(stage.out, " is critical"));
		assert_non_null(strstr(stage.err, "duaalctl: "));
		assert_non_null(strstr(stage.err, i == 1 ? "target is critical (removal-refused): result 50"
							 : "(unread): cannot connect to"));
	}
}

static void a_wrong_column_is_said_with_those_that_there_are(void **state)
{
	(void)state;
	static const char *const lines[] = {"drift -o",
					    "drift -o NR,BYE",
					    "drift --output=",
					    "drift -o ,",
					    "drift -o NR,",
					    "drift -o NR -o BY",
					    "drift --raw=x",
					    "drift --raw --json",
					    "why x -o NAME",
					    "-o NR drift",
					    "institution 1 --raw",
					    "holds 12 --raw",
					    "drift undo 1 -r x --raw"};
	for (size_t i = 0; i < COUNT(lines); i++)
		if (run(lines[i]) != 64 || stage.out[0] != '\0')
			fail_msg("%s", lines[i]);
	assert_int_equal(run("drift -o NR,BYE"), 64);
	assert_non_null(strstr(stage.err, "no column \"BYE\"; there are NR, WHAT, WHERE, WHO, WHEN, BY"));
}

/* The rows after the first part are asked for on the same connection. */
static void rows_are_asked_for_until_there_are_no_more(void **state)
{
	(void)state;
	json_t *messages = load("audit_export");
	assert_int_equal(run_with("audit --export", messages), 0);
	json_t *second = json_loads(stage.asked + strlen(stage.asked) + 1, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(second, "parameters"), "from")), 3);
	json_decref(second);
	json_t *first = json_object_get(json_array_get(messages, 0), "parameters");
	json_object_set_new(json_object_get(json_array_get(messages, 1), "parameters"), "next", json_integer(3));
	assert_int_equal(run_with("audit --export", messages), 76);
	assert_non_null(strstr(stage.err, "the same rows again"));
	json_array_set_new(json_object_get(first, "lines"), 0, json_string("no JSON"));
	assert_int_equal(run_with("audit --export", messages), 76);
	assert_string_equal(stage.out, "");
	json_decref(messages);
}

/* So are pages of institutions; a daemon that does not go on is not asked for ever. */
static void pages_are_asked_for_until_there_are_no_more(void **state)
{
	(void)state;
	json_t *messages = load("institution_pages");
	json_object_set_new(json_object_get(json_array_get(messages, 1), "parameters"), "as_of", json_integer(7));
	assert_int_equal(run_with("institution --all --json --kind x", messages), 0);
	json_t *second = json_loads(stage.asked + strlen(stage.asked) + 1, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(second, "parameters"), "after")), 30569);
	assert_string_equal(json_string_value(json_object_get(json_object_get(second, "parameters"), "kind")), "x");
	json_decref(second);
	json_t *whole = json_loads(stage.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(json_object_get(whole, "institutions")), 3);
	assert_int_equal(json_integer_value(json_object_get(whole, "as_of")), 7);
	assert_true(json_is_null(json_object_get(whole, "next")));
	json_decref(whole);
	json_object_set_new(json_object_get(json_array_get(messages, 1), "parameters"), "next", json_integer(30569));
	assert_int_equal(run_with("institution --all", messages), 76);
	assert_non_null(strstr(stage.err, "the same institutions again"));
	assert_string_equal(stage.out, "");
	json_decref(messages);
}

static void pages_of_what_is_unclear_are_put_together(void **state)
{
	(void)state;
	json_t *messages = load("refusals_pages");
	json_object_set_new(json_object_get(json_array_get(messages, 1), "parameters"), "as_of", json_integer(7));
	assert_int_equal(run_with("refusals --json", messages), 0);
	json_t *second = json_loads(stage.asked + strlen(stage.asked) + 1, JSON_REJECT_DUPLICATES, NULL);
	const json_t *asked = json_object_get(second, "parameters");
	assert_string_equal(json_string_value(json_object_get(asked, "after")), "7.12.0");
	assert_int_equal(json_integer_value(json_object_get(asked, "limit")), 200);
	json_decref(second);
	json_t *whole = json_loads(stage.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(json_object_get(whole, "refusals")), 3);
	assert_int_equal(json_integer_value(json_object_get(whole, "as_of")), 7);
	assert_int_equal(json_array_size(json_object_get(whole, "counts")), 2);
	assert_true(json_is_null(json_object_get(whole, "next")));
	json_decref(whole);
	assert_int_equal(run_with("refusals --raw -o CODE,ENTRY --noheadings -n 2", messages), 0);
	assert_string_equal(stage.out, "number-malformed uid=jan,ou=gebruikers,dc=overheid,dc=example\n"
				       "person-ambiguous uid=an,ou=gebruikers,dc=overheid,dc=example\n");
	assert_non_null(strstr(stage.err, "--number asks for more"));
	json_object_set_new(json_object_get(json_array_get(messages, 1), "parameters"), "next", json_string("7.12.0"));
	assert_int_equal(run_with("refusals", messages), 76);
	assert_non_null(strstr(stage.err, "the same page again"));
	assert_string_equal(stage.out, "");
	json_decref(messages);
}

static void help_and_version_need_no_daemon(void **state)
{
	(void)state;
	assert_int_equal(run("help"), 0);
	expect_golden("help", stage.out);
	assert_int_equal(run("--help"), 0);
	expect_golden("help", stage.out);
	assert_int_equal(run("why --help"), 0);
	expect_golden("help_why", stage.out);
	assert_int_equal(run("help drift"), 0);
	expect_golden("help_drift", stage.out);
	assert_int_equal(run("drift adopt -h"), 0);
	expect_golden("help_drift_adopt", stage.out);
	assert_int_equal(run("help audit"), 0);
	expect_golden("help_audit", stage.out);
	for (const struct command *c = commands; c->verb != NULL; c++) {
		char line[64], usage[64];
		snprintf(line, sizeof(line), "help %s", c->verb);
		snprintf(usage, sizeof(usage), "Usage: duaalctl %s", c->verb);
		assert_int_equal(run(line), 0);
		assert_ptr_equal(strstr(stage.out, usage), stage.out);
	}
	assert_int_equal(run("--version"), 0);
	assert_string_equal(stage.out, "duaalctl (duaalsync) " PACKAGE_VERSION "\n");
}

/* ---- watching ---------------------------------------------------------------------------------------- */

/* What the daemon says last is that it stops: the last event, and then the answer to the call. */
static void events_are_lines(void **state)
{
	(void)state;
	const struct story s = {"watch", "watch", "Monitor", "{}", 3};
	json_t *messages = load("watch");
	check_messages(&s, messages);
	assert_int_equal(run_with("watch", messages), 3);
	json_decref(messages);
	check_asked(&s);
	expect_golden("watch", stage.out);
	assert_string_equal(stage.err, ADVICE); /* the event has said it */
}

/* And where no event said that it stops the error does. */
static void what_delays_a_cycle_is_told(void **state)
{
	(void)state;
	const struct story s = {"watch_delayed", "watch", "Monitor", "{}", 3};
	json_t *messages = load("watch_delayed");
	check_messages(&s, messages);
	assert_int_equal(run_with("watch", messages), 3);
	expect_golden("watch_delayed", stage.out);
	assert_string_equal(stage.err, STOPPED);
	if (speak_dutch()) {
		translate(messages);
		json_array_insert_new(messages, 0, json_pack("{s:{s:s}}", "parameters", "language", "nl"));
		assert_int_equal(run_with("watch", messages), 3);
		expect_golden("nl/watch_delayed", stage.out);
		language_close();
	}
	json_decref(messages);
}

static void events_are_lines_in_dutch(void **state)
{
	(void)state;
	if (!speak_dutch())
		return;
	json_t *messages = load("watch");
	translate(messages);
	json_array_insert_new(messages, 0, json_pack("{s:{s:s}}", "parameters", "language", "nl"));
	assert_int_equal(run_with("watch", messages), 3);
	json_decref(messages);
	expect_golden("nl/watch", stage.out);
	assert_non_null(strstr(stage.err, "duaalctl: 'systemctl status duaalsyncd' zegt"));
	assert_null(strstr(stage.err, "gestopt"));
	language_close();
}

static void each_event_is_one_object_a_line(void **state)
{
	(void)state;
	json_t *messages = load("watch"), *message;
	size_t i;
	assert_int_equal(run_with("watch --json", messages), 3);
	assert_string_equal(stage.err, STOPPED);
	assert_int_equal(json_array_remove(messages, json_array_size(messages) - 1), 0); /* that is no event */
	char *line = stage.out;
	json_array_foreach(messages, i, message)
	{
		char *end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		assert_true(text_is_plain(text_of(line)));
		json_t *printed = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		assert_true(json_equal(printed, json_object_get(message, "parameters")));
		json_decref(printed);
		line = end + 1;
	}
	assert_string_equal(line, "");
	json_decref(messages);
}

/* The connection ends, and the process that answered lives. */
static void who_is_closed_is_told_so(void **state)
{
	(void)state;
	json_t *messages = load("watch_lost");
	assert_int_equal(run_with("watch", messages), 76);
	assert_non_null(strstr(stage.out, "2026-11-05 08:59:09 the state is ok, the phase starting\n"));
	assert_non_null(strstr(stage.err, "this end is silent or reads too slowly"));
	json_decref(messages);
}

/* Its process has ended, without a word that it would; also in the middle of one, and also where it was asked something before. */
static void a_daemon_that_is_killed_has_ended(void **state)
{
	(void)state;
	static const char half[] = "{\"parameters\":{\"phase\":\"rea",
			  language[] = "{\"parameters\":{\"language\":\"nl\"}}";
	stage.manner = BREAKS_OFF;
	start_daemon(half, strlen(half));
	expect_not_running("sync --wait", "the daemon ended without a word");
	json_t *messages = load("watch_lost");
	assert_int_equal(run_with("watch", messages), 3);
	json_decref(messages);
	assert_non_null(strstr(stage.err, "the daemon ended without a word; 'systemctl status duaalsyncd' tells more"));
	assert_non_null(strstr(stage.out, "the phase starting\n"));
	assert_int_equal(run_with_bytes("status", "", 0), 76); /* it read that, and nobody knows who it was */
	if (!speak_dutch())
		return;
	start_daemon(language, sizeof(language));
	expect_not_running("status", "de daemon is zonder een woord geëindigd");
	language_close();
}

/* A socket on which nobody is: systemd's, when the daemon could not be started, or one whose daemon ended before it read the call. No byte came
 * back, and none was read; nobody is asked twice. */
static void a_call_that_nobody_takes_finds_no_daemon(void **state)
{
	(void)state;
	static const char *const lines[] = {"status", "why x", "sync --wait", "watch", "freeze 30569 -r x"};
	for (stage.manner = LEAVES_UNREAD; stage.manner <= IS_NOT_THERE; stage.manner++)
		for (size_t i = 0; i < COUNT(lines); i++) {
			start_daemon("", 0);
			expect_not_running(lines[i], "duaalsyncd is not running: ");
			assert_non_null(strstr(stage.err, "nobody took the call\n"));
			assert_non_null(strstr(stage.err, "'systemctl status duaalsyncd' tells more"));
		}
}

static void whoever_waits_for_a_daemon_that_stops_is_told_so(void **state)
{
	(void)state;
	json_t *messages = load("sync_wait"), *stopping = load("status_stopping");
	assert_int_equal(json_array_remove(messages, json_array_size(messages) - 1), 0);
	json_array_extend(messages, stopping);
	assert_int_equal(run_with("sync --wait", messages), 3);
	assert_string_equal(stage.err, STOPPED);
	assert_non_null(strstr(stage.out, "reading\n"));
	assert_int_equal(run_with("sync --wait --json", messages), 3);
	assert_string_equal(stage.err, STOPPED);
	assert_string_equal(stage.out, "");
	json_decref(messages);
	json_decref(stopping);
}

/* Who gave an order is not told then, and nobody is root for want of a number. */
static void an_order_under_a_pseudonym_is_somebodys(void **state)
{
	(void)state;
	json_t *messages = load("watch");
	assert_int_equal(run_with("--pseudonymise watch", messages), 3);
	assert_non_null(strstr(stage.out, " somebody, freeze (done): "));
	assert_null(strstr(stage.out, "uid 0"));
	json_decref(messages);
}

static void expect_code_when_full(const char *line, const char *name, int code)
{
	json_t *messages = load(name);
	FILE *full = fopen("/dev/full", "we");
	assert_non_null(full);
	stage.terminal = full; /* not one, but not ours to read either */
	assert_int_equal(run_with(line, messages), code);
	if (code == 73)
		assert_string_equal(stage.err, "duaalctl: the output cannot be written: is the disk full?\n");
	stage.terminal = NULL;
	fclose(full);
	json_decref(messages);
}

static void expect_full(const char *line, const char *name)
{
	expect_code_when_full(line, name, 73);
}

static void full_outputs_are_noticed(void **state)
{
	(void)state;
	expect_full("watch", "watch");
	expect_full("plan --ldif", "plan_ldif");
	expect_full("audit --export", "audit_export");
}

/* One whose reply is all of its answer: not sync. */
static bool is_order(const char *line)
{
	char verb[16];
	assert_int_equal(sscanf(line, "%15s", verb), 1);
	const struct command *command = command_find(verb, NULL);
	return command->order && command->run == ask_command;
}

/* Whoever reads it must not go by the state of an answer of which a part is missing. */
static void no_state_is_told_of_a_cut_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
		if (stories[i].code > 0)
			expect_code_when_full(stories[i].line, stories[i].name,
					      is_order(stories[i].line) ? stories[i].code : 73);
	expect_full("status --json", "status");
	expect_full("why vo-piet 777 --json", "why_no");
	expect_full("why twin@school.example --json", "why_several");
	expect_full("sync --wait --json", "sync_held");
	expect_full("status --output=PART", "status");
}

/* What became of an order, or went wrong, is told by the code alone. */
static void what_was_complained_of_is_told_without_an_output(void **state)
{
	(void)state;
	expect_code_when_full("approve 3-9f2c1d4e -r x", "approve_refused", 5);
}

/* ---- on a terminal ----------------------------------------------------------------------------------- */

static int run_on_terminal(const char *line, const char *name)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	stage.terminal = fopen(ptsname(master), "w+");
	assert_non_null(stage.terminal);
	assert_int_equal(ioctl(master, TIOCSWINSZ, &(struct winsize){.ws_row = 24, .ws_col = stage.columns}), 0);
	json_t *messages = load(name);
	int code = run_with(line, messages);
	json_decref(messages);
	fflush(stage.terminal);
	fcntl(master, F_SETFL, O_NONBLOCK);
	size_t len = 0;
	for (ssize_t got; (got = read(master, stage.out + len, TEXT_MAX - 1 - len)) > 0;)
		len += (size_t)got;
	stage.out[len] = '\0';
	fclose(stage.terminal);
	stage.terminal = NULL;
	close(master);
	return code;
}

static void colours_are_for_terminals_that_want_them(void **state)
{
	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	run_on_terminal("status", "status_first");
	assert_non_null(strstr(stage.out, "\x1b["));
	setenv("NO_COLOR", "1", 1);
	run_on_terminal("status", "status_first");
	assert_null(strstr(stage.out, "\x1b["));
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	run_on_terminal("status", "status_first");
	assert_null(strstr(stage.out, "\x1b["));
}

static void a_terminal_gets_a_bar(void **state)
{
	(void)state;
	setenv("LC_ALL", "C", 1);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	assert_int_equal(run_on_terminal("sync --wait", "sync_wait"), 0);
	assert_non_null(strstr(stage.out, "reading    [#######-----------------------] 500 of 2000"));
	assert_non_null(strstr(stage.out, "cycle 44: applied"));
	unsetenv("LC_ALL");
}

static void expect_no_escapes(const char *line, const char *name, int code)
{
	assert_int_equal(run_on_terminal(line, name), code);
	assert_null(strchr(stage.out, '\x1b'));
	assert_null(strstr(stage.out, "[#"));
}

/* What cannot take a line back gets one for each phase, as a file does. */
static void a_terminal_without_escapes_gets_lines(void **state)
{
	(void)state;
	setenv("TERM", "dumb", 1);
	expect_no_escapes("watch", "watch", 3);
	assert_non_null(strstr(stage.out, "the directories are read"));
	expect_no_escapes("sync --wait", "sync_wait", 0);
	assert_non_null(strstr(stage.out, "reading\r\n"));
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "1", 1);
	expect_no_escapes("watch", "watch", 3);
	unsetenv("NO_COLOR");
}

static void a_terminal_in_utf8_gets_blocks(void **state)
{
	(void)state;
	setenv("LC_ALL", "nl_BE.utf8", 1);
	assert_int_equal(run_on_terminal("statistics", "statistics"), 0);
	assert_non_null(strstr(stage.out, "granted \u2588\u2588"));
	assert_non_null(strstr(stage.out, "revoked \u258d 1\r\n"));      /* 1 of 120 in 40 columns: a third of one */
	assert_non_null(strstr(stage.out, "\u2588\u2588\u258b 17\r\n")); /* 5 2/3 */
	assert_null(strchr(stage.out, '#'));
	setenv("LC_ALL", "C", 1);
	assert_int_equal(run_on_terminal("statistics", "statistics"), 0);
	assert_non_null(strstr(stage.out, "granted ##"));
	assert_null(strstr(stage.out, "\u2588"));
	unsetenv("LC_ALL");
}

static void watching_keeps_the_last_line(void **state)
{
	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	setenv("LC_ALL", "C", 1);
	assert_int_equal(run_on_terminal("watch", "watch"), 3);
	stage.together = true; /* it is taken away for the complaint */
	assert_int_equal(run_on_terminal("watch", "watch"), 3);
	assert_non_null(strstr(stage.out, "\r\x1b[Kstopping\r\x1b[Kduaalctl: 'systemctl status"));
	stage.together = false;
	assert_int_equal(run_on_terminal("watch", "watch"), 3);
	assert_non_null(strstr(stage.out, "\r\x1b[Kidle, next cycle 09:10:00"));
	assert_non_null(strstr(stage.out, "\r\x1b[Kreading    [#######-----------------------] 500 of 2000"));
	assert_non_null(strstr(stage.out, "\r\x1b[K2026-11-05 08:59:10 cycle 43 begins"));
	assert_non_null(strstr(stage.out, "\r\x1b[Kapplying   [##################------------] 3 of 5"));
	assert_null(strstr(stage.out, "the directories are read")); /* that is the last line's */
	stage.columns = 40;
	setenv("LC_ALL", "nl_BE.utf8", 1);
	assert_int_equal(run_on_terminal("watch", "watch"), 3);
	assert_non_null(strstr(stage.out, "\r\x1b[Kreading    [\u2588\u2588\u2588\u2591"));
	assert_non_null(strstr(stage.out, "\u2591] 500 of 2000"));
	setenv("LC_ALL", "C", 1);
	stage.columns = 20; /* too little room for a bar */
	assert_int_equal(run_on_terminal("watch", "watch"), 3);
	assert_non_null(strstr(stage.out, "\r\x1b[Kidle, next cycle 09\r\x1b[K2026"));
	assert_null(strchr(stage.out, '#'));
	assert_non_null(strstr(stage.out, "\r\x1b[Kreading 500 of 2000\r\x1b[K"));
	stage.columns = 12; /* a folded line would leave its first half behind */
	assert_int_equal(run_on_terminal("watch", "watch"), 3);
	assert_non_null(strstr(stage.out, "\r\x1b[Kreading 500\r\x1b[K"));
	stage.columns = 0;
	unsetenv("LC_ALL");
}

/* All of it on a terminal of 40 columns. */
static void the_last_line_says_what_is_waited_for(void **state)
{
	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	stage.columns = 40;
	assert_int_equal(run_on_terminal("watch", "watch_delayed"), 3);
	assert_non_null(strstr(stage.out, "\r\x1b[Kwaiting for the doctor until 09:00:34"));
	assert_non_null(strstr(stage.out, "\r\x1b[Kidle, next cycle 09:05:00"));
	assert_non_null(strstr(stage.out, "\r\x1b[Kwaiting for a search until 09:00:15"));
	assert_non_null(strstr(stage.out, "\r\x1b[Kwaiting (what-a-later-release-asks) unt"));
	stage.columns = 0;
}

static void tables_are_folded_between_words(void **state)
{
	(void)state;
	stage.columns = 100;
	assert_int_equal(run_on_terminal("holds 12", "hold"), 0);
	assert_non_null(strstr(stage.out, "the person does not hold the\r\n      "));
	assert_non_null(strstr(stage.out, " right\r\n2  revoke"));
	assert_non_null(strstr(stage.out, "ou=personen,o=vlaan\r\n")); /* a word that is longer than the room */
	stage.columns = 75;                                            /* too little room: left to the terminal */
	assert_int_equal(run_on_terminal("holds 12", "hold"), 0);
	assert_non_null(strstr(stage.out, "yes     the person does not hold the right\r\n"));
	stage.columns = 0;
	assert_int_equal(run_on_terminal("holds 12", "hold"), 0);
	assert_non_null(strstr(stage.out, "yes     the person does not hold the right\r\n"));
}

static void moments_are_told_with_their_age(void **state)
{
	(void)state;
	char out[MOMENT_SIZE];
	const int64_t now = 1793869200;
	assert_string_equal(moment_format(now - 150, now, out), "08:57:30 UTC, 2 min ago");
	assert_string_equal(moment_format(now + 900, now, out), "09:15:00 UTC, in 15 min");
	assert_string_equal(moment_format(now - 86400, now, out), "2026-11-04 09:00:00 UTC, 24 h ago");
	assert_string_equal(moment_format(now, now, out), "09:00:00 UTC, now");
	assert_string_equal(moment_format(0, now, out), "never");
	assert_string_equal(moment_format(INT64_MAX, now, out), "-");
	assert_string_equal(moment_age(now - 5 * 86400, now, out), "5 days ago");
	assert_string_equal(moment_age(now + 7, now, out), "in 7 s");
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		T(the_table_is_sound), /* first: the others look at every row */
		T(commands_print_what_their_goldens_say),
		T(each_command_has_its_golden_in_dutch),
		T(help_is_dutch_throughout),
		T(causes_are_known_in_dutch_too),
		T(help_lists_the_codes),
		T(a_table_for_programs_is_english),
		T(json_is_the_reply_as_one_object),
		T(nothing_hostile_reaches_the_screen),
		T(status_follows_the_state),
		T(a_daemon_that_is_not_there_is_named),
		T(errors_of_the_daemon_have_their_own_codes),
		T(a_wrong_word_is_said_with_those_that_there_are),
		T(of_many_words_some_are_said),
		T(the_sockets_group_is_named),
		T(a_person_is_not_endless),
		T(wrong_arguments_are_64),
		T(national_numbers_are_refused),
		T(until_is_read_as_people_write_it),
		T(times_of_the_past),
		T(times_go_by_the_daemons_clock),
		T(an_end_that_the_daemon_sets_is_shown_by_its_clock),
		T(without_its_time_nothing_is_asked),
		T(an_hour_that_comes_twice),
		T(what_options_do_is_told_below_one_another),
		T(what_is_no_ldif_is_not_printed),
		T(only_the_table_is_printed_when_its_form_is_asked_for),
		T(a_table_of_what_was_read_before_comes_with_a_complaint),
		T(a_wrong_column_is_said_with_those_that_there_are),
		T(rows_are_asked_for_until_there_are_no_more),
		T(pages_are_asked_for_until_there_are_no_more),
		T(pages_of_what_is_unclear_are_put_together),
		T(help_and_version_need_no_daemon),
		T(colours_are_for_terminals_that_want_them),
		T(a_terminal_gets_a_bar),
		T(a_terminal_without_escapes_gets_lines),
		T(a_terminal_in_utf8_gets_blocks),
		T(events_are_lines),
		T(what_delays_a_cycle_is_told),
		T(events_are_lines_in_dutch),
		T(each_event_is_one_object_a_line),
		T(who_is_closed_is_told_so),
		T(a_daemon_that_is_killed_has_ended),
		T(a_call_that_nobody_takes_finds_no_daemon),
		T(whoever_waits_for_a_daemon_that_stops_is_told_so),
		T(an_order_under_a_pseudonym_is_somebodys),
		T(full_outputs_are_noticed),
		T(no_state_is_told_of_a_cut_answer),
		T(what_was_complained_of_is_told_without_an_output),
		T(watching_keeps_the_last_line),
		T(the_last_line_says_what_is_waited_for),
		T(tables_are_folded_between_words),
		T(moments_are_told_with_their_age),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
