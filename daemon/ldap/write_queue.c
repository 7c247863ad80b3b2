/* SPDX-License-Identifier: EUPL-1.2 */
/* write_queue.c - see write_queue.h. */
#include "ldap/write_queue.h"

#include <ldap.h>
#include <stdlib.h>

#include "model/dn.h"

#define AHEAD 32 /* operations kept waiting behind a full window */

int write_queue_init(struct write_queue *queue, uint32_t window, struct err *err)
{
	*queue = (struct write_queue){.window = window, .capacity = window + AHEAD};
	queue->ops = calloc(queue->capacity, sizeof(struct write_op *));
	return queue->ops == NULL ? err_nomem(err) : 0;
}

void write_queue_done(struct write_queue *queue)
{
	for (uint32_t i = 0; i < queue->count; i++)
		free(queue->ops[i]);
	free(queue->ops);
	*queue = (struct write_queue){0};
}

bool write_queue_is_full(const struct write_queue *queue)
{
	return queue->count == queue->capacity;
}

/* What stands behind the first comma that is not escaped (RFC 4514 section 3). */
static struct text name_above(struct text dn)
{
	for (size_t i = 0; i < dn.len; i++) {
		if (dn.at[i] == '\\')
			i++;
		else if (dn.at[i] == ',')
			return text_make(dn.at + i + 1, dn.len - i - 1);
	}
	return text_make(NULL, 0);
}

static struct text put_bytes(char **at, struct text text)
{
	struct text copy = text_make(*at, text.len);
	if (text.len > 0)
		memcpy(*at, text.at, text.len);
	(*at)[text.len] = '\0';
	*at += text.len + 1;
	return copy;
}

int write_queue_put(struct write_queue *queue, const struct write *write, struct err *err)
{
	struct write_op *op = calloc(1, sizeof(*op) + write->dn.len + write->mods.len + 2);
	if (op == NULL)
		return err_nomem(err);
	struct text above = name_above(write->dn);
	char *at = op->memory;
	op->write = *write;
	op->write.dn = put_bytes(&at, write->dn);
	op->write.mods = put_bytes(&at, write->mods);
	if (dn_key_of(write->dn, &op->key) < 0 || (!text_is_empty(above) && dn_key_of(above, &op->above) < 0)) {
		free(op);
		return err_nomem(err);
	}
	queue->ops[queue->count++] = op;
	return 0;
}

static bool is_above(const struct write_op *parent, const struct write_op *child)
{
	return parent->key != 0 && parent->key == child->above;
}

static bool stands_in_the_way(const struct write_op *earlier, const struct write_op *op)
{
	return earlier->key == op->key || (earlier->write.kind == WRITE_ADD && is_above(earlier, op)) ||
	       (op->write.kind == WRITE_DELETE && is_above(op, earlier));
}

static bool may_be_sent(const struct write_queue *queue, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++)
		if (stands_in_the_way(queue->ops[i], queue->ops[at]))
			return false;
	return true;
}

struct write_op *write_queue_ready(struct write_queue *queue)
{
	if (queue->outstanding == queue->window)
		return NULL;
	for (uint32_t i = 0; i < queue->count; i++)
		if (queue->ops[i]->state == WRITE_WAITING && may_be_sent(queue, i))
			return queue->ops[i];
	return NULL;
}

void write_queue_sent(struct write_queue *queue, struct write_op *op, enum write_state state, int message)
{
	queue->outstanding += op->state == WRITE_WAITING;
	op->state = state;
	op->message = message;
}

void write_queue_return(struct write_queue *queue, struct write_op *op)
{
	queue->outstanding--;
	op->state = WRITE_WAITING;
}

struct write_op *write_queue_find(const struct write_queue *queue, int message)
{
	for (uint32_t i = 0; i < queue->count; i++)
		if (queue->ops[i]->state != WRITE_WAITING && queue->ops[i]->message == message)
			return queue->ops[i];
	return NULL;
}

static void mark_orphans(struct write_queue *queue, const struct write_op *parent, uint32_t from)
{
	for (uint32_t i = from; i < queue->count; i++)
		if (queue->ops[i]->state == WRITE_WAITING && is_above(parent, queue->ops[i]))
			queue->ops[i]->orphan = true;
}

void write_queue_finish(struct write_queue *queue, struct write_op *op, int result)
{
	uint32_t at = 0;
	while (queue->ops[at] != op)
		at++;
	queue->count--;
	memmove(queue->ops + at, queue->ops + at + 1, (queue->count - at) * sizeof(struct write_op *));
	queue->outstanding -= op->state != WRITE_WAITING;
	if (op->write.kind == WRITE_ADD && result != LDAP_SUCCESS && result != LDAP_ALREADY_EXISTS)
		mark_orphans(queue, op, at);
	free(op);
}

struct write_op *write_queue_orphan(const struct write_queue *queue)
{
	for (uint32_t i = 0; i < queue->count; i++)
		if (queue->ops[i]->orphan)
			return queue->ops[i];
	return NULL;
}

struct write_op *write_queue_waiting(const struct write_queue *queue)
{
	for (uint32_t i = 0; i < queue->count; i++)
		if (queue->ops[i]->state == WRITE_WAITING)
			return queue->ops[i];
	return NULL;
}

struct write_op *write_queue_first(const struct write_queue *queue)
{
	return queue->count > 0 ? queue->ops[0] : NULL;
}
