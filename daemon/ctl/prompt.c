/* SPDX-License-Identifier: EUPL-1.2 */
/* prompt.c - see prompt.h. */
#include "ctl/prompt.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/language.h"

/* Byte by byte, so that nothing of it stays in a buffer of the library. -1: no line, -2: too long. */
static long read_line(char *out, size_t size)
{
	size_t len = 0;
	for (;;) {
		char byte;
		ssize_t got = read(STDIN_FILENO, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return len > 0 ? (long)len : -1;
		if (byte == '\n')
			return (long)len;
		if (len + 1 == size)
			return -2;
		out[len++] = byte;
	}
}

int prompt_line(const char *question, char *out, size_t size, struct err *err)
{
	if (isatty(STDIN_FILENO) == 1) {
		fputs(tr(question), stderr);
		fflush(stderr);
	}
	long len = read_line(out, size);
	if (len == -1)
		return err_set(err, ERR_INVALID, "nothing was typed");
	if (len < 0)
		return err_set(err, ERR_INVALID, "what was typed is longer than %zu bytes", size - 1);
	out[len] = '\0';
	return 0;
}
