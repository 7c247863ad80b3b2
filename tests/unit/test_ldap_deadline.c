/* SPDX-License-Identifier: EUPL-1.2 */
/* test_ldap_deadline.c - without progress the process ends by SIGALRM; with progress, or while it is off, it does not. */
#include "ldap/deadline.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* Signal that ended a child which runs body, 0: it ended by itself. */
static int end_of(void (*body)(void))
{
	int status = 0;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		deadline_set(2);
		deadline_progress();
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void stand_still(void)
{
	usleep(5000000);
}

static void move_on(void)
{
	for (int i = 0; i < 35; i++) {
		usleep(100000);
		deadline_progress();
	}
}

static void switch_off(void)
{
	deadline_off();
	usleep(3500000);
}

static void switch_off_and_on(void)
{
	deadline_off();
	deadline_progress();
	stand_still();
}

static void ends_and_does_not_end(void **state)
{
	(void)state;
	assert_int_equal(end_of(stand_still), SIGALRM);
	assert_int_equal(end_of(switch_off_and_on), SIGALRM);
	assert_int_equal(end_of(move_on), 0);
	assert_int_equal(end_of(switch_off), 0);
}

static void zero_is_no_period(void **state)
{
	(void)state;
	deadline_set(0);
	deadline_progress();
	unsigned left = alarm(0);
	assert_in_range(left, 20, 31); /* some of it may have passed */
	deadline_off();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_and_does_not_end),
		cmocka_unit_test(zero_is_no_period),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
