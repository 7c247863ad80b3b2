/* SPDX-License-Identifier: EUPL-1.2 */
/* examine.c - see examine.h. */
#include "helper/examine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "helper/helper.h"

#define DETAIL_SIZE 1024

void examine_tell(struct examine *e, enum finding_check check, enum finding_severity severity, const char *about,
		  const char *mend, const char *format, ...)
{
	char detail[DETAIL_SIZE];
	struct buf body;
	va_list arguments;
	if (e->failed < 0)
		return;
	va_start(arguments, format);
	(void)vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
	const struct finding finding = {.check = check,
					.severity = severity,
					.about = text_of(about),
					.detail = text_of(detail),
					.mend = text_of(mend)};
	buf_init(&body);
	finding_encode(&body, &finding);
	e->failed =
		buf_failed(&body) ? err_nomem(e->err) : channel_put(e->channel, M_FINDING, body.at, body.len, e->err);
	buf_done(&body);
}

bool examine_failed(struct examine *e, enum finding_check check, const char *about, int code, const struct err *why)
{
	if (code < 0)
		examine_tell(e, check, SEVERITY_CRITICAL, about, NULL, "%s", why->text);
	return code < 0;
}

/* The root folder can be listed by everybody, and is in nobody's list of what may be opened. */
static bool is_held_to_files(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EACCES;
}

/* The filter does not let this call through, so its refusal is the proof. */
static bool is_filtered(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0 && errno == EPERM;
}

void examine_confinement(struct examine *e, const char *about)
{
	const bool filtered = is_filtered(), held = is_held_to_files();
	if (filtered && held)
		examine_tell(
			e, FINDING_CONFINEMENT, SEVERITY_OK, about, NULL,
			"its filter of system calls is in force, and the list of files that it may open (Landlock)");
	else if (filtered)
		examine_tell(e, FINDING_CONFINEMENT, SEVERITY_NOTICE, about,
			     "use a kernel with Landlock in its list of security modules: cat /sys/kernel/security/lsm",
			     "its filter of system calls is in force; which files it may open is up to its user and "
			     "its unit, "
			     "because there is no Landlock here");
	else
		examine_tell(e, FINDING_CONFINEMENT, SEVERITY_WARNING, about, NULL,
			     "no filter of system calls is in force: this build leaves it out");
}

int examine_end(struct examine *e)
{
	return e->failed < 0 ? e->failed : helper_send(e->channel, M_EXAMINED, NULL, e->err);
}
