/* SPDX-License-Identifier: EUPL-1.2 */
/* audit_json.c - the answers of AuditVerify and AuditExport. */
#include <stdio.h>
#include <stdlib.h>

#include "base/said.h"
#include "control/answers.h"

json_t *answer_verified(const struct ledger_answer *ledger)
{
	struct answer a = answer_object();
	char hex[2 * sizeof(ledger->head.hash) + 1];
	for (size_t i = 0; i < sizeof(ledger->head.hash); i++)
		snprintf(hex + 2 * i, 3, "%02x", ledger->head.hash[i]);
	answer_int(&a, "rows", (int64_t)ledger->head.seq);
	answer_word(&a, "head", ledger->trouble == NULL ? hex : "");
	answer_string(&a, "broken", said(ledger->trouble));
	return answer_end(&a);
}

/* A line goes out as the ledger wrote it; where that could do something to a terminal, as the same JSON in ASCII. */
static void answer_line(struct answer *list, struct text line)
{
	if (text_is_clean(line)) {
		struct answer whole = {.json = json_stringn(line.at, line.len)};
		whole.failed = whole.json == NULL;
		answer_add(list, NULL, whole);
		return;
	}
	json_t *object = json_loadb(line.at, line.len, JSON_ALLOW_NUL, NULL);
	char *ascii = object != NULL ? json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
	if (ascii != NULL)
		answer_word(list, NULL, ascii);
	else
		answer_text(list, NULL, line);
	free(ascii);
	json_decref(object);
}

json_t *answer_exported(const struct ledger_answer *ledger)
{
	struct answer a = answer_object(), lines = answer_list();
	for (uint32_t i = 0; i < ledger->line_count; i++)
		answer_line(&lines, ledger->lines[i]);
	answer_add(&a, "lines", lines);
	answer_int_if(&a, "next", (int64_t)ledger->next);
	return answer_end(&a);
}
