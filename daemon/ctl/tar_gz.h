/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tar_gz.h - a few small files as one archive in memory: ustar (POSIX.1-1988), compressed as gzip (RFC 1952).
 *
 * Order: tar_gz_init, tar_gz_add (any number), tar_gz_end, tar_gz_done in any case. A failed allocation is told by tar_gz_end.
 */
#ifndef DUAAL_CTL_TAR_GZ_H
#define DUAAL_CTL_TAR_GZ_H

#include "base/buf.h"
#include "base/err.h"

struct tar_gz {
	const char *folder; /* that all files are in; borrowed */
	int64_t at_s;       /* of all files */
	struct buf tar, gz;
};

void tar_gz_init(struct tar_gz *archive, const char *folder, int64_t at_s);
/* folder and name: at most 98 bytes. Mode 0600. */
void tar_gz_add(struct tar_gz *archive, const char *name, struct text text);
MUST_USE int tar_gz_end(struct tar_gz *archive, struct text *ret, struct err *err); /* ret is borrowed. ERR_NOMEM */
void tar_gz_done(struct tar_gz *archive);

#endif
