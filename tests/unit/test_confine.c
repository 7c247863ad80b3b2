/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_confine.c - what a confined helper cannot do any more, tried; and what it still must. Each case in a child of its own, which
 * is confined as one kind of helper is.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/confine.h"
#include "helper/confine_parts.h"

#if defined(__SANITIZE_ADDRESS__)
#define CONFINED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINED 0
#endif
#endif
#ifndef CONFINED
#define CONFINED 1
#endif

enum { WORKS = 0, REFUSED = 1, ELSE = 2, UNPREPARED = 90 }; /* exit statuses of a child */

static char dir[] = "/tmp/duaal-confine-XXXXXX", state[64], ledger[80], secrets[64], password[80], other[80];
static char far_away[64], real_password[96], linked_password[96], real_ledger[96], linked_ledger[96];

/* ---- children --------------------------------------------------------------------------------------- */

typedef int (*attempt)(void);

static int as_directory(void)
{
	const struct connection_settings set = {.password_file = password, .ca_file = ""};
	struct err err = {0};
	return confine_to_directory(&set, &err);
}

static int as_ledger(void)
{
	struct err err = {0};
	return confine_to_ledger(ledger, &err);
}

/* What is named leads elsewhere. */
static int as_directory_by_link(void)
{
	const struct connection_settings set = {.password_file = linked_password, .ca_file = ""};
	struct err err = {0};
	return confine_to_directory(&set, &err);
}

static int as_ledger_by_link(void)
{
	struct err err = {0};
	return confine_to_ledger(linked_ledger, &err);
}

static int without_landlock(void)
{
	struct err err = {0};
	return confine_calls(true, &err);
}

static int status_of(int (*confine)(void), attempt body)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(confine() < 0 ? UNPREPARED : body());
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int outcome(bool done)
{
	return done ? WORKS : errno == EPERM || errno == EACCES ? REFUSED : ELSE;
}

static int outcome_of_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);
	return outcome(fd >= 0);
}

/* ---- what is tried ---------------------------------------------------------------------------------- */

static int run_a_program(void)
{
	char *const argv[] = {(char *)"true", NULL};
	execv("/bin/true", argv);
	return outcome(false);
}

static int run_a_program_by_descriptor(void)
{
	int fd = open("/bin/true", O_RDONLY);
	char *const argv[] = {(char *)"true", NULL}, *const environment[] = {NULL};
	syscall(SYS_execveat, fd, "", argv, environment, 0x1000 /* AT_EMPTY_PATH */);
	return outcome(false);
}

static int make_a_process(void)
{
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	return outcome(child > 0);
}

static int make_a_thread(void)
{
	pthread_t thread;
	errno = pthread_create(&thread, NULL, (void *(*)(void *))abort, NULL);
	return outcome(errno == 0);
}

static int trace_the_parent(void)
{
	return outcome(ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0);
}

static int kill_the_parent(void)
{
	return outcome(kill(getppid(), 0) == 0);
}

static int leave_the_namespace(void)
{
	return outcome(unshare(CLONE_NEWNS) == 0);
}

static int read_the_parents_memory(void)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/environ", (int)getppid());
	return outcome_of_open(path, O_RDONLY);
}

static int read_a_file(void)
{
	return outcome_of_open(other, O_RDONLY);
}

static int write_a_file(void)
{
	return outcome_of_open(other, O_WRONLY);
}

static int make_a_file(void)
{
	char path[96];
	snprintf(path, sizeof path, "%s/made", dir);
	return outcome_of_open(path, O_WRONLY | O_CREAT);
}

static int write_by_openat2(void)
{
	const struct open_how how = {.flags = O_WRONLY | O_CLOEXEC};
	return outcome(syscall(SYS_openat2, AT_FDCWD, password, &how, sizeof how) >= 0);
}

static int make_a_folder(void)
{
	char path[96];
	snprintf(path, sizeof path, "%s/made", state);
	return outcome(mkdir(path, 0700) == 0);
}

static int read_shadow(void)
{
	return outcome_of_open("/etc/shadow", O_RDONLY);
}

static int read_the_password(void)
{
	return outcome_of_open(password, O_RDONLY);
}

static int write_the_password(void)
{
	return outcome_of_open(password, O_WRONLY);
}

static int read_the_ledger(void)
{
	return outcome_of_open(ledger, O_RDONLY);
}

static int work_on_the_ledger(void)
{
	char log[96];
	snprintf(log, sizeof log, "%s-wal", ledger);
	int fd = open(ledger, O_RDWR | O_CLOEXEC), made = open(log, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && made >= 0 && write(made, "x", 1) == 1 && fdatasync(made) == 0 && ftruncate(made, 0) == 0 &&
		  unlink(log) == 0;
	return outcome(ok);
}

static int read_by_the_link(void)
{
	return outcome_of_open(linked_password, O_RDONLY);
}

static int work_by_the_link(void)
{
	char log[112];
	snprintf(log, sizeof log, "%s-wal", real_ledger);
	int fd = open(linked_ledger, O_RDWR | O_CLOEXEC), made = open(log, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return outcome(fd >= 0 && made >= 0 && unlink(log) == 0);
}

static int inet_socket(void)
{
	return outcome(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static int local_socket(void)
{
	return outcome(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
}

static int packet_socket(void)
{
	return outcome(socket(AF_PACKET, SOCK_RAW, 0) >= 0);
}

static int raw_socket(void)
{
	return outcome(socket(AF_INET, SOCK_RAW, IPPROTO_TCP) >= 0);
}

static int socket_of_the_audit(void)
{
	return outcome(socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT) >= 0);
}

static int listen_there(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return outcome(listen(fd, 1) == 0);
}

static int look_up_a_name(void)
{
	struct addrinfo *found = NULL;
	int rc = getaddrinfo("localhost", "389", NULL, &found);
	errno = EPERM;
	return outcome(rc == 0);
}

static int run_memory(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return ELSE;
	return outcome(mprotect(at, 4096, PROT_READ | PROT_EXEC) == 0);
}

static int open_many(void)
{
	for (int i = 0; i < 100; i++)
		if (open("/dev/urandom", O_RDONLY | O_CLOEXEC) < 0)
			return errno == EMFILE ? REFUSED : ELSE;
	return WORKS;
}

static int set_the_limit(void)
{
	struct rlimit now;
	if (getrlimit(RLIMIT_NOFILE, &now) < 0)
		return ELSE;
	return outcome(setrlimit(RLIMIT_NOFILE, &now) == 0);
}

/* ---- cases ------------------------------------------------------------------------------------------ */

static bool has_landlock(void)
{
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0)
		return true;
	print_message("Landlock cannot be had here: what it forbids is not tried\n");
	return false;
}

#define KILLED (256 + SIGSYS)

static const struct {
	const char *what;
	attempt body;
	int directory, ledger; /* expected */
} calls[] =
	{
		{"run a program", run_a_program, KILLED, KILLED},
		{"run a program by descriptor", run_a_program_by_descriptor, KILLED, KILLED},
		{"make a process", make_a_process, REFUSED, REFUSED},
		{"make a thread", make_a_thread, REFUSED, REFUSED},
		{"trace the parent", trace_the_parent, KILLED, KILLED},
		{"signal the parent", kill_the_parent, REFUSED, REFUSED},
		{"leave the namespace", leave_the_namespace, KILLED, KILLED},
		{"make a socket of the network", inet_socket, WORKS, REFUSED},
		{"make a local socket", local_socket, WORKS, REFUSED},
		{"make a packet socket", packet_socket, REFUSED, REFUSED},
		{"make a raw socket", raw_socket, REFUSED, REFUSED},
		{"make a socket of the audit system", socket_of_the_audit, REFUSED, REFUSED},
		{"listen", listen_there, REFUSED, REFUSED},
		{"look up a name", look_up_a_name, WORKS, REFUSED},
		{"run memory", run_memory, WORKS, REFUSED},
		{"open many files", open_many, REFUSED, REFUSED},
		{"set the limit of that", set_the_limit, REFUSED, REFUSED},
		{"write by openat2", write_by_openat2, REFUSED, REFUSED},
},
  files[] = {
	  {"read the parent's memory", read_the_parents_memory, REFUSED, REFUSED},
	  {"read another file", read_a_file, REFUSED, REFUSED},
	  {"write another file", write_a_file, REFUSED, REFUSED},
	  {"make a file", make_a_file, REFUSED, REFUSED},
	  {"make a folder", make_a_folder, REFUSED, REFUSED},
	  {"read the system's passwords", read_shadow, REFUSED, REFUSED},
	  {"read its own password", read_the_password, WORKS, REFUSED},
	  {"write its own password", write_the_password, REFUSED, REFUSED},
	  {"read the ledger", read_the_ledger, REFUSED, WORKS},
	  {"write in the ledger's folder", work_on_the_ledger, REFUSED, WORKS},
};

#define EXPECT(list)                                                                                                   \
	do {                                                                                                           \
		for (size_t i = 0; i < sizeof(list) / sizeof(list)[0]; i++) {                                          \
			int directory = status_of(as_directory, (list)[i].body);                                       \
			int record = status_of(as_ledger, (list)[i].body);                                             \
			if (directory != (list)[i].directory || record != (list)[i].ledger)                            \
				fail_msg("%s: %d and %d instead of %d and %d", (list)[i].what, directory, record,      \
					 (list)[i].directory, (list)[i].ledger);                                       \
		}                                                                                                      \
	} while (0)

static void calls_are_what_the_work_needs(void **unused)
{
	(void)unused;
	EXPECT(calls);
}

static void files_are_what_the_work_needs(void **unused)
{
	(void)unused;
	if (has_landlock())
		EXPECT(files);
}

/* A certificate of the authority is often a link to where the system keeps it, and a ledger one to another disk. */
static void links_lead_to_what_is_allowed(void **unused)
{
	(void)unused;
	assert_int_equal(status_of(as_directory_by_link, read_by_the_link), WORKS);
	assert_int_equal(status_of(as_ledger_by_link, work_by_the_link), WORKS);
	if (has_landlock())
		assert_int_equal(status_of(as_directory_by_link, read_a_file), REFUSED);
}

/* Who speaks to a directory writes nothing, even where the kernel has no Landlock. */
static void nothing_is_written_without_landlock_either(void **unused)
{
	static const attempt writes[] = {write_a_file,       make_a_file,      make_a_folder,
					 write_the_password, write_by_openat2, work_on_the_ledger};
	(void)unused;
	for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++)
		if (status_of(without_landlock, writes[i]) != REFUSED)
			fail_msg("attempt %zu to write is not refused", i);
	assert_int_equal(status_of(without_landlock, read_the_password), WORKS);
}

/* A second time it cannot be had: the first one took the means away. */
static int confine_again(void)
{
	struct err err = {0};
	bool said = confine_calls(true, &err) == ERR_IO && strstr(err.text, "seccomp") != NULL;
	return said ? REFUSED : ELSE;
}

static int confine_files_again(void)
{
	struct confine_files list;
	struct err err = {0};
	return confine_files_begin(&list, &err) == 0 && list.ruleset < 0 ? REFUSED : ELSE;
}

static void what_cannot_be_had_is_told(void **unused)
{
	(void)unused;
	assert_int_equal(status_of(without_landlock, confine_again), REFUSED);
	assert_int_equal(status_of(without_landlock, confine_files_again), REFUSED);
}

/* Not only a confined process is refused: everything that is tried above works without, or the refusals prove nothing. */
static int not_at_all(void)
{
	return 0;
}

static void all_of_it_works_otherwise(void **unused)
{
	static const attempt possible[] = {
		make_a_process,     kill_the_parent, inet_socket,        local_socket,
		listen_there,       look_up_a_name,  open_many,          read_the_parents_memory,
		read_a_file,        write_a_file,    make_a_folder,      read_the_password,
		write_the_password, read_the_ledger, work_on_the_ledger, run_memory,
		set_the_limit,      write_by_openat2};
	(void)unused;
	for (size_t i = 0; i < sizeof possible / sizeof possible[0]; i++)
		if (status_of(not_at_all, possible[i]) != WORKS)
			fail_msg("attempt %zu fails without confinement", i);
	assert_int_equal(status_of(not_at_all, run_a_program), 0);
}

static void make(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int group_setup(void **unused)
{
	(void)unused;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(state, sizeof state, "%s/state", dir);
	snprintf(secrets, sizeof secrets, "%s/secrets", dir);
	snprintf(ledger, sizeof ledger, "%s/ledger.sqlite", state);
	snprintf(password, sizeof password, "%s/password", secrets);
	snprintf(other, sizeof other, "%s/other", dir);
	if (mkdir(state, 0700) < 0 || mkdir(secrets, 0700) < 0)
		return -1;
	make(ledger, "record");
	make(password, "geheim");
	make(other, "of others");
	snprintf(far_away, sizeof far_away, "%s/far", dir);
	snprintf(real_password, sizeof real_password, "%s/password", far_away);
	snprintf(real_ledger, sizeof real_ledger, "%s/ledger.sqlite", far_away);
	snprintf(linked_password, sizeof linked_password, "%s/linked", secrets);
	snprintf(linked_ledger, sizeof linked_ledger, "%s/linked.sqlite", state);
	if (mkdir(far_away, 0700) < 0 || symlink("../far/password", linked_password) < 0 ||
	    symlink(real_ledger, linked_ledger) < 0)
		return -1;
	make(real_password, "geheim");
	make(real_ledger, "record");
	return 0;
}

static int group_teardown(void **unused)
{
	char made[96];
	(void)unused;
	snprintf(made, sizeof made, "%s/made", state);
	rmdir(made);
	unlink(ledger);
	unlink(password);
	unlink(other);
	unlink(linked_password);
	unlink(linked_ledger);
	unlink(real_password);
	unlink(real_ledger);
	rmdir(far_away);
	rmdir(state);
	rmdir(secrets);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_what_the_work_needs),
		cmocka_unit_test(files_are_what_the_work_needs),
		cmocka_unit_test(links_lead_to_what_is_allowed),
		cmocka_unit_test(nothing_is_written_without_landlock_either),
		cmocka_unit_test(what_cannot_be_had_is_told),
		cmocka_unit_test(all_of_it_works_otherwise),
	};
	if (!CONFINED) { /* cmocka's own word for a test that is left out counts as a failure where TAP is read */
		puts("1..0 # SKIP a build with a sanitizer confines nothing");
		return 0;
	}
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
