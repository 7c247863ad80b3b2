/* SPDX-License-Identifier: EUPL-1.2 */
/* status_codes.c - see status_codes.h. */
#include "control/status_codes.h"

#include <stddef.h>
#include <string.h>

#include "base/language.h"
#include "control/status_code_table.h"
#include "core/reason.h"

struct status_code {
	const char *part, *code, *meaning;
};

static const struct status_code codes[] = {
#define X(part, code, meaning) {part, code, meaning},
	STATUS_CODE_TABLE(X)
#undef X
};

const char *status_code_meaning(const char *part, const char *code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].part, part) == 0 && strcmp(codes[i].code, code) == 0)
			return tr(codes[i].meaning);
	for (enum reason r = 0; r < REASON_COUNT; r++)
		if (strcmp(reason_code(r), code) == 0)
			return reason_sentence(r);
	return "";
}
