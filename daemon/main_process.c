/* SPDX-License-Identifier: EUPL-1.2 */
/* main_process.c - what must be so before any module is built. See main_daemon.h. */
#include <errno.h>
#include <jansson.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/wipe.h"
#include "main_daemon.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define UNDER_LEAK_CHECKER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define UNDER_LEAK_CHECKER 1
#endif
#ifndef UNDER_LEAK_CHECKER
#define UNDER_LEAK_CHECKER 0
#endif

/* No core and no ptrace by the same user (fault 89). The leak checker of the sanitizers works by ptrace. */
static void keep_secrets_in(void)
{
	const struct rlimit none = {0, 0};
	setrlimit(RLIMIT_CORE, &none);
	json_set_alloc_funcs(malloc, wipe_free); /* FindPerson */
	if (!UNDER_LEAK_CHECKER)
		prctl(PR_SET_DUMPABLE, 0);
}

/* The loop takes them from a descriptor. SIGCHLD is for the helpers, in run/. */
static int block_signals(struct err *err)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return err_set(err, ERR_IO, "signals cannot be set up: %s", strerror(errno));
	return 0;
}

/* Large blocks go back to the system when they are freed. By itself the library raises this limit with the first large
 * block that is freed, and from then on keeps a snapshot's tables in a heap that the next entries cut into pieces. */
static void give_memory_back(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, 128 << 10);
}

int process_prepare(struct err *err)
{
	umask(0077);
	give_memory_back();
	keep_secrets_in();
	if (chdir("/") < 0)
		return err_set(err, ERR_IO, "/: %s", strerror(errno));
	int rc = environment_clear(err);
	if (rc == 0)
		rc = block_signals(err);
	if (rc == 0 && sodium_init() < 0)
		rc = err_set(err, ERR_IO, "the system gives no random numbers");
	if (rc < 0)
		return rc;
	uint8_t key[16];
	randombytes_buf(key, sizeof(key));
	map_hash_seed(key);
	sodium_memzero(key, sizeof(key));
	return 0;
}
