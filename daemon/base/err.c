/* SPDX-License-Identifier: EUPL-1.2 */
/* err.c - see err.h. */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "base/language.h"

int err_set(struct err *err, int code, const char *format, ...)
{
	if (err == NULL)
		return code;
	err->code = code;
	va_list args;
	va_start(args, format);
	if (vsnprintf(err->text, sizeof(err->text), tr(format), args) < 0)
		err->text[0] = '\0';
	va_end(args);
	return code;
}

int err_prefix(struct err *err, const char *format, ...)
{
	if (err == NULL)
		return 0;
	char text[sizeof(err->text)];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), tr(format), args);
	va_end(args);
	if (len < 0)
		return err->code;
	size_t used = strnlen(text, sizeof(text));
	if (snprintf(text + used, sizeof(text) - used, ": %s", err->text) < 0)
		text[used] = '\0';
	memcpy(err->text, text, sizeof(text)); /* what did not fit is cut at the end */
	return err->code;
}

int err_nomem(struct err *err)
{
	return err_set(err, ERR_NOMEM, "out of memory");
}
