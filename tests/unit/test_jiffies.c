#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jiffies.h"

static const uint32_t choices[] = {100, 250, 300, 1000};

/* What jiffies a kernel of this HZ shows after `up` seconds; it starts counting a bit
 * early. */
static uint64_t
jiffies_after(uint32_t hz, double up)
{
	return (uint32_t)(-300 * (int)hz) + (uint64_t)((up + 0.3) * hz);
}

static void
every_choice_is_found_from_boot_to_years(void **state)
{
	static const double up[] = {1, 20, 100, 250, 400, 86400, 3e7, 3e8};
	size_t h, i;

	(void)state;
	for (h = 0; h < 4; h++)
		for (i = 0; i < sizeof(up) / sizeof(*up); i++)
			assert_int_equal(jiffies_hz(jiffies_after(choices[h], up[i]),
					     (uint64_t)(up[i] * 1e9)),
			    choices[h]);
}

static void
it_is_never_wrong_where_all_choices_meet(void **state)
{
	uint32_t got;
	double up;
	size_t h;

	(void)state;
	for (h = 0; h < 4; h++)
		for (up = 200; up < 400; up += 0.25) {
			got = jiffies_hz(
			    jiffies_after(choices[h], up), (uint64_t)(up * 1e9));
			assert_true(got == choices[h] || got == 0);
		}
	assert_int_equal(jiffies_hz(jiffies_after(250, 300), 300000000000ull), 0);
}

static void
an_unknown_hz_is_not_guessed(void **state)
{
	(void)state;
	assert_int_equal(jiffies_hz(jiffies_after(128, 5000), 5000000000000ull), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_choice_is_found_from_boot_to_years),
	    cmocka_unit_test(it_is_never_wrong_where_all_choices_meet),
	    cmocka_unit_test(an_unknown_hz_is_not_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
