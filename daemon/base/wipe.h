/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wipe.h - memory that is given back with nothing in it: for what may hold a national number (I24).
 */
#ifndef DUAAL_BASE_WIPE_H
#define DUAAL_BASE_WIPE_H

/* free(3) of a block whose bytes are zeros by then, as large as the library made it. NULL allowed. In place of free for jansson
 * (json_set_alloc_funcs), whose parser copies what it reads. Cost: that of the zeros. */
void wipe_free(void *block);

#endif
