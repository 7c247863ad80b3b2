/* SPDX-License-Identifier: EUPL-1.2 */
/* test_hold.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "core_world.h"
int main(void)
{
	return 0;
}
