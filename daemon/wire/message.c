/* SPDX-License-Identifier: EUPL-1.2 */
/* message.c - the short messages: failure, progress, ask, outcome; see message.h. */
#include "wire/message.h"

#include <stdlib.h>

#include "base/national_number.h"
#include "wire/record.h"

void failure_encode(struct buf *out, const struct failure *failure)
{
	record_put_u32(out, (uint32_t)failure->code);
	record_put_u32(out, (uint32_t)failure->result);
	record_put_text(out, failure->text);
}

int failure_decode(const void *body, size_t len, struct failure *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->code = (int)record_get_u32(&in);
	ret->result = (int)record_get_u32(&in);
	ret->text = record_get_text(&in);
	return record_end(&in, "failure", err);
}

void read_encode(struct buf *out, const struct csn_vector *at_least)
{
	record_put_csns(out, at_least);
}

int read_decode(const void *body, size_t len, struct csn_vector *ret_at_least, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	record_get_csns(&in, ret_at_least);
	return record_end(&in, "read", err);
}

void ask_encode(struct buf *out, const struct question *question)
{
	record_put_csns(out, &question->at_least);
	record_put_u32(out, question->entry_count);
	for (uint32_t i = 0; i < question->entry_count; i++) {
		record_put_uuid(out, &question->entries[i].uuid);
		record_put_u8(out, question->entries[i].kind);
	}
	record_put_u32(out, question->vo_id_count);
	for (uint32_t i = 0; i < question->vo_id_count; i++)
		record_put_text(out, question->vo_ids[i]);
}

struct asked { /* both lists, in one piece of memory */
	struct source_question *entries;
	struct text vo_ids[];
};

/* A count that cannot fit into what is left is not believed; a text takes at least a byte. */
static struct asked *make_room(const struct record_in *in, uint32_t entries)
{
	size_t texts = in->left - (size_t)entries * sizeof(struct source_question) + 1;
	struct asked *asked =
		calloc(1, sizeof(*asked) + texts * sizeof(struct text) + entries * sizeof(struct source_question));
	if (asked != NULL)
		asked->entries = (struct source_question *)(void *)(asked->vo_ids + texts);
	return asked;
}

_Static_assert(sizeof(struct source_question) == sizeof(struct uuid) + 1, "as long as it is on the wire");

int ask_decode(const void *body, size_t len, struct question *ret, void **ret_memory, struct err *err)
{
	struct record_in in;
	struct csn_vector at_least;
	record_read(&in, body, len);
	record_get_csns(&in, &at_least);
	uint32_t entries = record_get_u32(&in);
	if (in.failed || entries > in.left / sizeof(struct source_question))
		return err_set(err, ERR_PROTOCOL, "a record of the kind \"ask\" cannot be decoded");
	struct asked *asked = make_room(&in, entries);
	if (asked == NULL)
		return err_nomem(err);
	for (uint32_t i = 0; i < entries; i++) {
		record_get_uuid(&in, &asked->entries[i].uuid);
		asked->entries[i].kind = record_get_word(&in, ENTRY_KINDS - 1);
	}
	uint32_t vo_ids = record_get_u32(&in);
	in.failed |= vo_ids > in.left;
	for (uint32_t i = 0; i < vo_ids && !in.failed; i++)
		asked->vo_ids[i] = record_get_text(&in);
	int code = record_end(&in, "ask", err);
	if (code < 0) {
		free(asked);
		return code;
	}
	*ret = (struct question){asked->entries, asked->vo_ids, entries, vo_ids, at_least};
	*ret_memory = asked;
	return 0;
}

void find_encode(struct buf *out, struct text number)
{
	record_put_text(out, number);
}

int find_decode(const void *body, size_t len, struct text *ret_number, struct err *err)
{
	struct record_in in;
	uint64_t value;
	record_read(&in, body, len);
	*ret_number = record_get_text(&in);
	in.failed |= ret_number->len != NATIONAL_NUMBER_SIZE - 1 || !text_number(*ret_number, ret_number->len, &value);
	return record_end(&in, "find", err);
}

void found_encode(struct buf *out, const struct found_people *found)
{
	record_put_u32(out, found->total);
	record_put_u8(out, (uint8_t)found->count);
	for (uint32_t i = 0; i < found->count; i++) {
		record_put_uuid(out, &found->at[i].uuid);
		record_put_text(out, found->at[i].vo_id);
	}
}

int found_decode(const void *body, size_t len, struct found_people *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	*ret = (struct found_people){.total = record_get_u32(&in)};
	ret->count = record_get_word(&in, FOUND_MAX);
	for (uint32_t i = 0; i < ret->count; i++) {
		record_get_uuid(&in, &ret->at[i].uuid);
		ret->at[i].vo_id = record_get_text(&in);
	}
	in.failed |= ret->count > ret->total;
	return record_end(&in, "found", err);
}

void author_question_encode(struct buf *out, const struct author_question *question)
{
	record_put_text(out, question->dn);
	record_put_text(out, question->value);
	record_put_u8(out, question->added);
}

int author_question_decode(const void *body, size_t len, struct author_question *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->dn = record_get_text(&in);
	ret->value = record_get_text(&in);
	ret->added = record_get_bool(&in);
	return record_end(&in, "question about an author", err);
}

void author_encode(struct buf *out, const struct author *author)
{
	record_put_u8(out, author->found);
	record_put_u64(out, (uint64_t)author->at_s);
	record_put_text(out, author->dn);
}

int author_decode(const void *body, size_t len, struct author *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->found = record_get_bool(&in);
	ret->at_s = (int64_t)record_get_u64(&in);
	ret->dn = record_get_text(&in);
	return record_end(&in, "author", err);
}

void outcome_encode(struct buf *out, const struct outcome *outcome)
{
	record_put_u32(out, outcome->id);
	record_put_u32(out, (uint32_t)outcome->result);
	record_put_uuid(out, &outcome->uuid);
	record_put_csn(out, &outcome->csn);
	record_put_u8(out, outcome->fenced);
	record_put_text(out, outcome->text);
}

int outcome_decode(const void *body, size_t len, struct outcome *ret, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	ret->id = record_get_u32(&in);
	ret->result = (int)record_get_u32(&in);
	record_get_uuid(&in, &ret->uuid);
	record_get_csn(&in, &ret->csn);
	ret->fenced = record_get_bool(&in);
	ret->text = record_get_text(&in);
	return record_end(&in, "outcome", err);
}
