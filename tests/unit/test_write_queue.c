/* SPDX-License-Identifier: EUPL-1.2 */
/* test_write_queue.c - which write may be sent when: the same entry, parents and children, the window. */
#include "unit.h"

#include "ldap/write_queue.h"

#define BASE "ou=institutions,dc=x"

static struct write_queue queue;
static int next_message;

static int setup(void **state)
{
	(void)state;
	next_message = 1;
	return write_queue_init(&queue, 4, NULL);
}

static int teardown(void **state)
{
	(void)state;
	write_queue_done(&queue);
	return 0;
}

static void put(uint32_t id, enum write_kind kind, const char *dn)
{
	const struct write write = {.id = id, .kind = kind, .dn = text_of(dn), .mods = text_make("a\0b", 3)};
	assert_int_equal(write_queue_put(&queue, &write, NULL), 0);
}

/* Sends the next one; its id, or 0 when none may go. */
static uint32_t send_next(void)
{
	struct write_op *op = write_queue_ready(&queue);
	if (op == NULL)
		return 0;
	write_queue_sent(&queue, op, WRITE_SENT, next_message++);
	return op->write.id;
}

static void answer(uint32_t id, int result)
{
	for (uint32_t i = 0; i < queue.count; i++)
		if (queue.ops[i]->write.id == id) {
			write_queue_finish(&queue, queue.ops[i], result);
			return;
		}
	fail_msg("no operation %u", id);
}

static void test_copy(void **state)
{
	(void)state;
	char dn[] = "cn=a," BASE;
	put(1, WRITE_MODIFY, dn);
	memset(dn, 'x', sizeof(dn) - 1);
	const struct write_op *op = write_queue_first(&queue);
	assert_string_equal(op->write.dn.at, "cn=a," BASE);
	assert_int_equal(op->write.mods.len, 3);
	assert_memory_equal(op->write.mods.at, "a\0b", 3);
}

static void test_one_outstanding_an_entry(void **state)
{
	(void)state;
	put(1, WRITE_MODIFY, "cn=a," BASE);
	put(2, WRITE_MODIFY, "CN = A,OU=Institutions,DC=X");
	put(3, WRITE_MODIFY, "cn=b," BASE);
	assert_int_equal(send_next(), 1);
	assert_int_equal(send_next(), 3);
	assert_int_equal(send_next(), 0);
	answer(1, 122);
	assert_int_equal(send_next(), 2);
}

static void test_child_waits_for_parent(void **state)
{
	(void)state;
	put(1, WRITE_ADD, "n=1," BASE);
	put(2, WRITE_ADD, "cn=g,N=1," BASE);
	put(3, WRITE_MODIFY, "cn=g,n=1," BASE);
	put(4, WRITE_ADD, "n=2," BASE);
	assert_int_equal(send_next(), 1);
	assert_int_equal(send_next(), 4);
	assert_int_equal(send_next(), 0);
	answer(1, 0);
	assert_int_equal(send_next(), 2);
	assert_int_equal(send_next(), 0);
	answer(2, 0);
	assert_int_equal(send_next(), 3);
}

static void test_orphans(void **state)
{
	(void)state;
	put(1, WRITE_ADD, "n=1," BASE);
	put(2, WRITE_ADD, "cn=g,n=1," BASE);
	put(3, WRITE_ADD, "cn=h,cn=g,n=1," BASE);
	put(4, WRITE_ADD, "cn=g,n=10," BASE);
	assert_int_equal(send_next(), 1);
	assert_null(write_queue_orphan(&queue));
	answer(1, 50);
	assert_int_equal(write_queue_orphan(&queue)->write.id, 2);
	answer(2, 32);
	assert_int_equal(write_queue_orphan(&queue)->write.id, 3);
	answer(3, 32);
	assert_null(write_queue_orphan(&queue));
	assert_int_equal(send_next(), 4);
}

static void test_there_already_is_no_failure(void **state)
{
	(void)state;
	put(1, WRITE_ADD, "n=1," BASE);
	put(2, WRITE_ADD, "cn=g,n=1," BASE);
	assert_int_equal(send_next(), 1);
	answer(1, 68);
	assert_null(write_queue_orphan(&queue));
	assert_int_equal(send_next(), 2);
}

static void test_modify_of_parent_is_no_obstacle(void **state)
{
	(void)state;
	put(1, WRITE_MODIFY, "n=1," BASE);
	put(2, WRITE_ADD, "cn=g,n=1," BASE);
	assert_int_equal(send_next(), 1);
	assert_int_equal(send_next(), 2);
	answer(1, 50);
	assert_null(write_queue_orphan(&queue));
}

static void test_delete_of_parent_waits_for_children(void **state)
{
	(void)state;
	put(1, WRITE_DELETE, "cn=g,n=1," BASE);
	put(2, WRITE_DELETE, "cn=h,n=1," BASE);
	put(3, WRITE_DELETE, "n=1," BASE);
	assert_int_equal(send_next(), 1);
	assert_int_equal(send_next(), 2);
	assert_int_equal(send_next(), 0);
	answer(2, 0);
	assert_int_equal(send_next(), 0);
	answer(1, 0);
	assert_int_equal(send_next(), 3);
}

static void test_escaped_comma(void **state)
{
	(void)state;
	put(1, WRITE_ADD, "cn=a\\,n=1," BASE);
	put(2, WRITE_ADD, "cn=g,n=1," BASE);
	put(3, WRITE_ADD, "cn=h,cn=a\\2Cn\\3D1," BASE);
	assert_int_equal(send_next(), 1);
	assert_int_equal(send_next(), 2);
	assert_int_equal(send_next(), 0);
}

static void test_names_that_are_none(void **state)
{
	(void)state;
	put(1, WRITE_ADD, "no name");
	put(2, WRITE_ADD, "neither, this");
	put(3, WRITE_ADD, "dc=x");
	assert_int_equal(send_next(), 1);
	assert_int_equal(send_next(), 3);
	assert_int_equal(send_next(), 0);
	answer(1, 34);
	assert_null(write_queue_orphan(&queue));
	assert_int_equal(send_next(), 2);
}

static void test_window(void **state)
{
	(void)state;
	char dn[64];
	for (uint32_t i = 1; i <= 6; i++) {
		snprintf(dn, sizeof(dn), "cn=%u,%s", i, BASE);
		put(i, WRITE_MODIFY, dn);
	}
	for (uint32_t i = 1; i <= 4; i++)
		assert_int_equal(send_next(), i);
	assert_int_equal(send_next(), 0);
	answer(3, 0);
	assert_int_equal(send_next(), 5);
	assert_int_equal(send_next(), 0);
	write_queue_return(&queue, write_queue_find(&queue, 2));
	assert_int_equal(send_next(), 2);
	assert_int_equal(send_next(), 0);
}

/* Operations by chance on few names, answered by chance: what the rules say must hold at every moment. */
static void check_outstanding(void)
{
	uint32_t sent = 0;
	for (uint32_t i = 0; i < queue.count; i++) {
		const struct write_op *a = queue.ops[i];
		sent += a->state != WRITE_WAITING;
		for (uint32_t k = i + 1; k < queue.count; k++) {
			const struct write_op *b = queue.ops[k];
			if (b->state == WRITE_WAITING)
				continue;
			assert_true(a->key != b->key);
			assert_false(a->write.kind == WRITE_ADD && b->above == a->key);
			assert_false(b->write.kind == WRITE_DELETE && a->above == b->key);
		}
	}
	assert_int_equal(sent, queue.outstanding);
	assert_true(sent <= queue.window);
}

static void test_by_chance(void **state)
{
	(void)state;
	static const char *const names[] = {"n=1," BASE, "n=2," BASE, "cn=a,n=1," BASE, "cn=b,n=1," BASE,
					    "cn=a,n=2," BASE};
	struct chance chance = chance_start("write_queue");
	uint32_t given = 0, done = 0;
	while (done < 20000) {
		while (given < 20000 && !write_queue_is_full(&queue) && chance_below(&chance, 4) > 0)
			put(++given, (enum write_kind)(1 + chance_below(&chance, 3)), names[chance_below(&chance, 5)]);
		while (send_next() != 0)
			check_outstanding();
		struct write_op *op = write_queue_orphan(&queue);
		if (op == NULL && queue.outstanding > 0)
			do
				op = queue.ops[chance_below(&chance, queue.count)];
			while (op->state == WRITE_WAITING);
		if (op == NULL) {
			assert_int_equal(queue.count, 0); /* never stuck */
			continue;
		}
		write_queue_finish(&queue, op, op->orphan ? 32 : chance_below(&chance, 3) == 0 ? 50 : 0);
		done++;
		check_outstanding();
	}
}

#define QUEUE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(test_copy),
		QUEUE_TEST(test_one_outstanding_an_entry),
		QUEUE_TEST(test_child_waits_for_parent),
		QUEUE_TEST(test_orphans),
		QUEUE_TEST(test_there_already_is_no_failure),
		QUEUE_TEST(test_modify_of_parent_is_no_obstacle),
		QUEUE_TEST(test_delete_of_parent_waits_for_children),
		QUEUE_TEST(test_escaped_comma),
		QUEUE_TEST(test_names_that_are_none),
		QUEUE_TEST(test_window),
		QUEUE_TEST(test_by_chance),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
