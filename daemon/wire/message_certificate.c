/* SPDX-License-Identifier: EUPL-1.2 */
/* message_certificate.c - the certificate of a read on its way to the planner and to the ledger; see message.h. */
#include "wire/message.h"
#include "wire/record.h"

void certificate_encode(struct buf *out, const struct certificate *cert)
{
	record_put_u32(out, cert->checks);
	for (unsigned kind = 0; kind < ENTRY_KINDS; kind++)
		record_put_u32(out, cert->counts[kind]);
	record_put_u32(out, cert->canaries_seen);
	record_put_u32(out, cert->canaries_expected);
	record_put_u32(out, cert->references);
	record_put_u32(out, cert->pages);
	record_put_u64(out, (uint64_t)cert->started_s);
	record_put_u64(out, (uint64_t)cert->ended_s);
	record_put_u64(out, (uint64_t)cert->started_boot_ms);
	record_put_u32(out, cert->duration_ms);
	record_put_csns(out, &cert->position);
	record_put_u8(out, cert->asserts);
	record_put_u64(out, (uint64_t)cert->tls.server_s);
	record_put_u64(out, (uint64_t)cert->tls.own_s);
	record_put_u64(out, (uint64_t)cert->tls.authority_s);
	record_put_string(out, cert->server);
	record_put_string(out, cert->identity);
	record_put_string(out, cert->passed_over);
}

int certificate_decode(const void *body, size_t len, struct certificate *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->checks = record_get_u32(&in);
	for (unsigned kind = 0; kind < ENTRY_KINDS; kind++)
		ret->counts[kind] = record_get_u32(&in);
	ret->canaries_seen = record_get_u32(&in);
	ret->canaries_expected = record_get_u32(&in);
	ret->references = record_get_u32(&in);
	ret->pages = record_get_u32(&in);
	ret->started_s = (int64_t)record_get_u64(&in);
	ret->ended_s = (int64_t)record_get_u64(&in);
	ret->started_boot_ms = (int64_t)record_get_u64(&in);
	ret->duration_ms = record_get_u32(&in);
	record_get_csns(&in, &ret->position);
	ret->asserts = record_get_bool(&in);
	ret->tls.server_s = (int64_t)record_get_u64(&in);
	ret->tls.own_s = (int64_t)record_get_u64(&in);
	ret->tls.authority_s = (int64_t)record_get_u64(&in);
	record_get_string(&in, ret->server, sizeof(ret->server));
	record_get_string(&in, ret->identity, sizeof(ret->identity));
	record_get_string(&in, ret->passed_over, sizeof(ret->passed_over));
	return record_end(&in, "certificate", err);
}
