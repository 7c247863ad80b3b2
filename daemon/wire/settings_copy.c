/* SPDX-License-Identifier: EUPL-1.2 */
/* settings_copy.c - see settings_copy.h. */
#include "wire/settings_copy.h"

#include <stdlib.h>
#include <string.h>

int settings_copy_open(struct settings_copy *copy, const void *body, size_t len, struct err *err)
{
	copy->memory = malloc(len + 1);
	if (copy->memory == NULL)
		return err_nomem(err);
	if (len > 0)
		memcpy(copy->memory, body, len);
	record_read(&copy->in, copy->memory, len);
	return 0;
}

const char *settings_get_string(struct record_in *in)
{
	struct text text = record_get_text(in);
	if (in->failed || text.len == 0)
		return "";
	if (memchr(text.at, '\0', text.len) != NULL) {
		in->failed = true;
		return "";
	}
	char *string = (char *)text.at - 1;
	memmove(string, text.at, text.len);
	string[text.len] = '\0';
	return string;
}

int settings_copy_close(struct settings_copy *copy, const char *what, void **ret_memory, struct err *err)
{
	int code = record_end(&copy->in, what, err);
	if (code < 0)
		free(copy->memory);
	else
		*ret_memory = copy->memory;
	copy->memory = NULL;
	return code;
}
