/* SPDX-License-Identifier: EUPL-1.2 */
/* doctor_unit.c - see doctor.h: what the kernel tells about this process, and so about its unit. Our own /proc entry can always be read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "run/doctor.h"
#include "wire/finding.h"

struct standing {
	bool known, no_new_privileges, filtered, powerless;
};

static bool has(const char *line, const char *key, const char **ret_value)
{
	size_t len = strlen(key);
	*ret_value = strncmp(line, key, len) == 0 ? line + len + strspn(line + len, ":\t ") : NULL;
	return *ret_value != NULL;
}

static struct standing read_standing(void)
{
	struct standing s = {0};
	char line[256];
	const char *value;
	FILE *file = fopen("/proc/self/status", "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		s.known = true;
		if (has(line, "NoNewPrivs", &value))
			s.no_new_privileges = value[0] == '1';
		else if (has(line, "Seccomp:", &value))
			s.filtered = value[0] == '2';
		else if (has(line, "CapEff", &value))
			s.powerless = strtoull(value, NULL, 16) == 0;
	}
	if (file != NULL)
		fclose(file);
	return s;
}

void doctor_examine_unit(bool units, void (*tell)(void *ctx, const struct finding *finding), void *ctx)
{
	const struct standing s = read_standing();
	struct finding finding = {.check = FINDING_UNIT, .severity = SEVERITY_OK, .about = text_of("planner")};
	char detail[300];
	snprintf(detail, sizeof detail,
		 s.powerless ? N_("%s; it %s, %s, and has no capability") : N_("%s; it %s, %s, and has capabilities"),
		 units ? N_("its helpers are services of their own, each with its user")
		       : N_("its helpers run with its own user, as where it was started by hand and not as a service"),
		 s.no_new_privileges ? N_("cannot gain privileges") : N_("can gain privileges"),
		 s.filtered ? N_("only makes the system calls that it needs") : N_("may make any system call"));
	if (!s.known)
		snprintf(detail, sizeof detail, "%s",
			 N_("/proc/self/status cannot be read, so nothing is known about it"));
	if (!units || !s.known)
		finding.severity = SEVERITY_NOTICE;
	else if (!s.no_new_privileges || !s.filtered || !s.powerless)
		finding.severity = SEVERITY_WARNING;
	finding.detail = text_of(detail);
	tell(ctx, &finding);
}
