/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/finding.h"

#include "wire/record.h"

void finding_encode(struct buf *out, const struct finding *finding)
{
	record_put_u8(out, (uint8_t)finding->check);
	record_put_u8(out, (uint8_t)finding->severity);
	record_put_text(out, finding->about);
	record_put_text(out, finding->detail);
	record_put_text(out, finding->mend);
}

int finding_decode(const void *body, size_t len, struct finding *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->check = (enum finding_check)record_get_word(&in, FINDING_CHECKS - 1);
	ret->severity = (enum finding_severity)record_get_word(&in, SEVERITY_CRITICAL);
	ret->about = record_get_text(&in);
	ret->detail = record_get_text(&in);
	ret->mend = record_get_text(&in);
	return record_end(&in, "a finding", err);
}
