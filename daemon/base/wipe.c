/* SPDX-License-Identifier: EUPL-1.2 */
/* wipe.c - see wipe.h. */
#include "base/wipe.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void wipe_free(void *block)
{
	if (block != NULL)
		explicit_bzero(block, malloc_usable_size(block));
	free(block);
}
