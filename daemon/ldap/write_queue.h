/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write_queue.h - which write may be sent now. No LDAP in here: write.c sends and receives, this file decides.
 *
 * Operations stand in the order in which they were given. One may be sent when fewer than window are outstanding and no
 * earlier one that has no outcome yet stands in its way:
 *
 *   the same entry                  one outstanding operation an entry
 *   an add of the entry above it    a child waits for its parent
 *   below an entry to be deleted    the parent's delete waits for its children
 *
 * Order: write_queue_put, then write_queue_ready and write_queue_sent until there is none; with each answer
 * write_queue_find and write_queue_finish. When an add failed, the operations right below it become orphans: they are
 * taken out with write_queue_orphan and never sent. Linear scans: the queue holds at most a few dozen operations.
 */
#ifndef DUAAL_LDAP_WRITE_QUEUE_H
#define DUAAL_LDAP_WRITE_QUEUE_H

#include "wire/message.h"

enum write_state {
	WRITE_WAITING,  /* not sent */
	WRITE_CHECKING, /* the entry is being read again: a server without assertions */
	WRITE_SENT,
};

struct write_op {
	struct write write;  /* its texts point into memory; the dn is NUL-ended */
	uint64_t key, above; /* dn_key of the entry and of the one above it; 0: none */
	enum write_state state;
	bool orphan;
	bool found, checked; /* the entry is as it was read; that was asked just now */
	int message;         /* LDAP message id, while outstanding */
	char memory[];
};

struct write_queue {
	struct write_op **ops; /* in the order given */
	uint32_t count, capacity;
	uint32_t outstanding, window;
};

MUST_USE int write_queue_init(struct write_queue *queue, uint32_t window, struct err *err);
void write_queue_done(struct write_queue *queue);
bool write_queue_is_full(const struct write_queue *queue);

/* Copies the write to the end of the queue, which is not full. */
MUST_USE int write_queue_put(struct write_queue *queue, const struct write *write, struct err *err);
/* The first operation that may be sent now; NULL: none. */
struct write_op *write_queue_ready(struct write_queue *queue);
void write_queue_sent(struct write_queue *queue, struct write_op *op, enum write_state state, int message);
/* An outstanding operation waits again, in its old place. */
void write_queue_return(struct write_queue *queue, struct write_op *op);
/* The outstanding operation with this message id; NULL: none. */
struct write_op *write_queue_find(const struct write_queue *queue, int message);
/* The operation has its outcome: frees it. Children of an add that failed (68, already there, is no failure) become
 * orphans. */
void write_queue_finish(struct write_queue *queue, struct write_op *op, int result);
/* The first orphan, the first that waits, the first of all; NULL: none. */
struct write_op *write_queue_orphan(const struct write_queue *queue);
struct write_op *write_queue_waiting(const struct write_queue *queue);
struct write_op *write_queue_first(const struct write_queue *queue);

#endif
