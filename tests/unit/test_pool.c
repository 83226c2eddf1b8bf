#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pool.h"

struct item {
	struct pool_link link;
	uint32_t value;
	uint64_t key;
};

static void
open_pool(struct pool *t, uint32_t max, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	t->entry_size = sizeof(struct item);
	t->key_at = offsetof(struct item, key);
	t->key_size = sizeof(uint64_t);
	t->max = max;
	t->seed[0] = seed;
	assert_int_equal(pool_init(t), 0);
}

static uint32_t
add(struct pool *t, uint64_t key)
{
	struct item *e;
	uint32_t h;

	h = pool_insert(t, &key);
	if (h != 0) {
		e = pool_at(t, h);
		assert_int_equal(e->value, 0);
		e->value = (uint32_t)key * 3;
	}
	return h;
}

static uint32_t
find(const struct pool *t, uint64_t key)
{
	return pool_find(t, &key);
}

static uint64_t
key_at(const struct pool *t, uint32_t h)
{
	const struct item *e;

	e = pool_at(t, h);
	return e->key;
}

static void
what_was_put_in_is_found_until_it_is_removed(void **state)
{
	const struct item *e;
	struct pool t;
	uint64_t k;

	(void)state;
	open_pool(&t, 100000, 5);
	for (k = 0; k < 20000; k++)
		assert_int_not_equal(add(&t, k << 32), 0);
	for (k = 0; k < 20000; k += 2)
		pool_remove(&t, find(&t, k << 32));
	for (k = 0; k < 20000; k++) {
		if (k % 2 == 0) {
			assert_int_equal(find(&t, k << 32), 0);
			continue;
		}
		e = pool_at(&t, find(&t, k << 32));
		assert_int_equal(e->key, k << 32);
	}
	assert_int_equal(t.order[POOL_LIVE].n, 10000);
	pool_free(&t);
}

static void
a_full_pool_takes_no_more_and_reuses_what_was_removed(void **state)
{
	struct pool t;
	uint32_t i, used;

	(void)state;
	open_pool(&t, 3, 0);
	for (i = 1; i <= 3; i++)
		assert_int_not_equal(add(&t, i), 0);
	assert_int_equal(add(&t, 4), 0);
	pool_retire(&t, find(&t, 2));
	assert_int_equal(add(&t, 4), 0);
	pool_remove(&t, pool_oldest(&t, POOL_RETIRED));
	used = t.used;
	assert_int_not_equal(add(&t, 4), 0);
	assert_int_equal(t.used, used);
	pool_free(&t);
}

static void
the_oldest_is_the_one_not_touched_for_longest(void **state)
{
	struct pool t;

	(void)state;
	open_pool(&t, 10, 0);
	add(&t, 1);
	add(&t, 2);
	add(&t, 3);
	pool_touch(&t, find(&t, 1));
	pool_touch(&t, find(&t, 1));
	assert_int_equal(key_at(&t, pool_oldest(&t, POOL_LIVE)), 2);
	pool_remove(&t, find(&t, 2));
	assert_int_equal(key_at(&t, pool_oldest(&t, POOL_LIVE)), 3);
	pool_free(&t);
}

static void
a_retired_key_is_free_for_another(void **state)
{
	struct pool t;
	uint32_t old;

	(void)state;
	open_pool(&t, 10, 0);
	old = add(&t, 1);
	pool_retire(&t, old);
	assert_int_equal(find(&t, 1), 0);
	assert_int_not_equal(add(&t, 1), old);
	assert_int_equal(pool_oldest(&t, POOL_RETIRED), old);
	pool_remove(&t, old);
	assert_int_equal(pool_oldest(&t, POOL_RETIRED), 0);
	assert_int_not_equal(find(&t, 1), 0);
	pool_free(&t);
}

/* Walk, and write down the keys. */
static size_t
walk(struct pool *t, uint64_t *keys)
{
	uint32_t h;
	size_t n;

	n = 0;
	pool_walk(t, POOL_LIVE);
	while ((h = pool_step(t)) != 0)
		keys[n++] = key_at(t, h);
	return n;
}

static void
order_does_not_depend_on_the_seed(void **state)
{
	uint64_t a[1000], b[1000];
	struct pool t, u;
	uint32_t i;

	(void)state;
	open_pool(&t, 1000, 1);
	open_pool(&u, 1000, 99);
	for (i = 0; i < 1000; i++) {
		add(&t, i * 77);
		add(&u, i * 77);
	}
	for (i = 0; i < 1000; i += 3) {
		pool_touch(&t, find(&t, i * 77));
		pool_touch(&u, find(&u, i * 77));
	}
	assert_int_equal(walk(&t, a), 1000);
	assert_int_equal(walk(&u, b), 1000);
	assert_memory_equal(a, b, sizeof(a));
	pool_free(&t);
	pool_free(&u);
}

static void
a_walk_survives_changes_on_its_way(void **state)
{
	struct pool t;
	uint32_t i;

	(void)state;
	open_pool(&t, 10, 0);
	for (i = 1; i <= 5; i++)
		add(&t, i);
	pool_walk(&t, POOL_LIVE);
	assert_int_equal(key_at(&t, pool_step(&t)), 1);
	pool_touch(&t, find(&t, 2));
	pool_remove(&t, find(&t, 3));
	pool_retire(&t, find(&t, 4));
	add(&t, 6);
	assert_int_equal(key_at(&t, pool_step(&t)), 5);
	assert_int_equal(key_at(&t, pool_step(&t)), 2);
	assert_int_equal(key_at(&t, pool_step(&t)), 6);
	assert_int_equal(pool_step(&t), 0);
	pool_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_put_in_is_found_until_it_is_removed),
	    cmocka_unit_test(a_full_pool_takes_no_more_and_reuses_what_was_removed),
	    cmocka_unit_test(the_oldest_is_the_one_not_touched_for_longest),
	    cmocka_unit_test(a_retired_key_is_free_for_another),
	    cmocka_unit_test(order_does_not_depend_on_the_seed),
	    cmocka_unit_test(a_walk_survives_changes_on_its_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
