/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dn-canon.c - prints for each line of standard input, taken as a DN, "=" and its canonical form, or "!" when it
 * is not a DN. For tests/integration/test_dn_oracle.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include "model/dn.h"

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	struct buf out;
	buf_init(&out);
	while ((len = getline(&line, &size, stdin)) > 0) {
		size_t used = (size_t)len - (line[len - 1] == '\n');
		buf_clear(&out);
		if (dn_canonical(text_make(line, used), &out, NULL) == 0)
			printf("=%s\n", buf_string(&out));
		else
			puts("!");
	}
	free(line);
	buf_done(&out);
	return ferror(stdin) || fflush(stdout) != 0;
}
