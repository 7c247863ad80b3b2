/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * confine_calls.c - the system calls that a helper makes, with libseccomp. See confine_parts.h.
 *
 * A call that a new version of a library makes and that is not listed fails with EPERM, which libraries answer with an error of
 * their own: add its name below, with the reason. Names that an architecture does not have are passed over.
 */
#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>

#include "helper/confine_parts.h"

/* Memory, waiting, time, itself; the channel and other descriptors that are open; files, as far as Landlock lets it. */
static const char *const always[] = {"brk",
				     "madvise",
				     "mlock",
				     "mlock2",
				     "munlock",
				     "mremap",
				     "munmap",
				     "membarrier",
				     "getrandom",
				     "futex",
				     "futex_time64",
				     "futex_waitv",
				     "sched_yield",
				     "sched_getaffinity",
				     "getcpu",
				     "rseq",
				     "set_robust_list",
				     "nanosleep",
				     "clock_nanosleep",
				     "clock_nanosleep_time64",
				     "clock_gettime",
				     "clock_gettime64",
				     "clock_getres",
				     "gettimeofday",
				     "time",
				     "alarm",
				     "setitimer",
				     "restart_syscall",
				     "rt_sigaction",
				     "rt_sigprocmask",
				     "rt_sigreturn",
				     "sigreturn",
				     "sigaltstack",
				     "tgkill",
				     "exit",
				     "exit_group",
				     "getpid",
				     "gettid",
				     "getppid",
				     "getuid",
				     "getuid32",
				     "geteuid",
				     "geteuid32",
				     "getgid",
				     "getgid32",
				     "getegid",
				     "getegid32",
				     "getresuid",
				     "getresgid",
				     "getcwd",
				     "uname",
				     "sysinfo",
				     "getrusage",
				     "prlimit64",
				     "getrlimit",
				     "ugetrlimit",
				     "umask",
				     "read",
				     "readv",
				     "pread64",
				     "write",
				     "writev",
				     "close",
				     "close_range",
				     "lseek",
				     "_llseek",
				     "dup",
				     "dup3",
				     "fcntl",
				     "fcntl64",
				     "poll",
				     "ppoll",
				     "ppoll_time64",
				     "select",
				     "_newselect",
				     "pselect6",
				     "pselect6_time64",
				     "sendto",
				     "sendmsg",
				     "recvfrom",
				     "recvmsg",
				     "send",
				     "recv",
				     "shutdown",
				     "getsockopt",
				     "setsockopt",
				     "getsockname",
				     "getpeername",
				     "open",
				     "openat",
				     "openat2",
				     "stat",
				     "stat64",
				     "fstat",
				     "fstat64",
				     "lstat",
				     "lstat64",
				     "newfstatat",
				     "fstatat64",
				     "statx",
				     "statfs",
				     "statfs64",
				     "fstatfs",
				     "fstatfs64",
				     "access",
				     "faccessat",
				     "faccessat2",
				     "readlink",
				     "readlinkat",
				     "getdents64",
				     NULL};

/* Names are looked up and servers are spoken to; plugins of SASL, Kerberos and the resolver are loaded. */
static const char *const with_network[] = {"connect", "bind",          "sendmmsg",  "recvmmsg",   "eventfd2",
					   "pipe2",   "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
					   "mmap",    "mmap2",         "mprotect",  NULL};

/* SQLite: files are written, locked, synced and removed. */
static const char *const with_ledger[] = {"pwrite64",  "pwritev",   "fsync",  "fdatasync", "ftruncate", "ftruncate64",
					  "fallocate", "flock",     "unlink", "unlinkat",  "fchmod",    "fchown",
					  "fchown32",  "utimensat", "utime",  NULL};

/* No library of ours tries these. */
static const char *const deadly[] = {
	"execve",      "execveat",        "ptrace",      "process_vm_readv",  "process_vm_writev",
	"bpf",         "perf_event_open", "userfaultfd", "io_uring_setup",    "mount",
	"umount2",     "pivot_root",      "chroot",      "unshare",           "setns",
	"init_module", "finit_module",    "kexec_load",  "open_by_handle_at", NULL};

static const unsigned long requests[] = {FIONREAD, FIONBIO, TCGETS}; /* of ioctl */
static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

struct calls {
	scmp_filter_ctx filter;
	int failed; /* the first -errno */
};

static void note(struct calls *c, int rc)
{
	if (c->failed == 0 && rc < 0 && rc != -EDOM)
		c->failed = rc;
}

static void add(struct calls *c, uint32_t action, const char *const names[])
{
	for (size_t i = 0; names[i] != NULL; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);
		if (number != __NR_SCMP_ERROR)
			note(c, seccomp_rule_add(c->filter, action, number, 0));
	}
}

static void add_some(struct calls *c, int number, struct scmp_arg_cmp argument)
{
	note(c, seccomp_rule_add_array(c->filter, SCMP_ACT_ALLOW, number, 1, &argument));
}

/* Memory that is not run; of what the ledger holds nothing ever is. */
static void add_memory(struct calls *c)
{
	add_some(c, SCMP_SYS(mmap), SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	add_some(c, SCMP_SYS(mmap2), SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	add_some(c, SCMP_SYS(mprotect), SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static void add_all(struct calls *c, bool network)
{
	add(c, SCMP_ACT_ALLOW, always);
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
		add_some(c, SCMP_SYS(ioctl), SCMP_A1_64(SCMP_CMP_EQ, requests[i], 0));
	add(c, SCMP_ACT_ALLOW, network ? with_network : with_ledger);
	for (size_t i = 0; network && i < sizeof families / sizeof families[0]; i++)
		add_some(c, SCMP_SYS(socket), SCMP_A0_64(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
	if (!network)
		add_memory(c);
	add(c, SCMP_ACT_KILL_PROCESS, deadly);
}

int confine_calls(bool network, struct err *err)
{
	struct calls c = {.filter = seccomp_init(SCMP_ACT_ERRNO(EPERM))};
	if (c.filter == NULL)
		return err_nomem(err);
	note(&c,
	     seccomp_attr_set(c.filter, SCMP_FLTATR_CTL_TSYNC, 1)); /* the thread that sees the planner's end, too */
	add_all(&c, network);
	if (c.failed == 0)
		note(&c, seccomp_load(c.filter));
	seccomp_release(c.filter);
	return c.failed == 0 ? 0
			     : err_set(err, ERR_IO, "confining this helper to its system calls (seccomp): %s",
				       strerror(-c.failed));
}
