/* SPDX-License-Identifier: EUPL-1.2 */
/* test_run_doctor.c - what the doctor says of the planner's own process, which is as its unit made it. */
#include "unit.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/doctor.h"
#include "wire/finding.h"

static void note(void *ctx, const struct finding *finding)
{
	if (finding->check == FINDING_UNIT)
		*(enum finding_severity *)ctx = finding->severity;
}

static enum finding_severity examined(bool units)
{
	enum finding_severity severity = SEVERITY_CRITICAL; /* told by nobody */
	doctor_examine_unit(units, note, &severity);
	return severity;
}

static void without_units_it_is_only_noticed(void **state)
{
	(void)state;
	assert_int_equal(examined(false), SEVERITY_NOTICE);
}

/* As a hardened unit has it: in a child, because there is no way back. */
static int harden(bool filter)
{
	struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	const struct sock_fprog program = {1, allow};
	if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return filter ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) : 0;
}

static void check_hardened(bool filter, enum finding_severity expected)
{
	int status = 0;
	pid_t child = fork();
	if (child == 0)
		_exit(harden(filter) < 0 ? 99 : (int)examined(true));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), expected);
}

static void a_hardened_unit_is_in_order(void **state)
{
	(void)state;
	check_hardened(true, SEVERITY_OK);
}

static void a_unit_without_its_hardening_is_a_warning(void **state)
{
	(void)state;
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	bool filtered = false;
	while (status != NULL && fgets(line, sizeof line, status) != NULL)
		filtered |= strncmp(line, "Seccomp:\t2", 10) == 0;
	if (status != NULL)
		fclose(status);
	if (filtered) /* by the container that runs the tests */
		skip();
	check_hardened(false, SEVERITY_WARNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_units_it_is_only_noticed),
		cmocka_unit_test(a_hardened_unit_is_in_order),
		cmocka_unit_test(a_unit_without_its_hardening_is_a_warning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
