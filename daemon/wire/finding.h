/* SPDX-License-Identifier: EUPL-1.2 */
/* finding.h - one thing that was examined, from a helper to the planner and from there to whoever asked. Texts are borrowed. */
#ifndef DUAAL_WIRE_FINDING_H
#define DUAAL_WIRE_FINDING_H

#include "base/buf.h"
#include "base/finding_table.h"

enum finding_severity { SEVERITY_OK, SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_CRITICAL };

struct finding {
	enum finding_check check;
	enum finding_severity severity;
	struct text about;  /* "source: people" */
	struct text detail; /* one sentence, not escaped: it may hold what a server said */
	struct text mend;   /* empty: as the table says */
};
void finding_encode(struct buf *out, const struct finding *finding);
MUST_USE int finding_decode(const void *body, size_t len, struct finding *ret, struct err *err);

#endif
