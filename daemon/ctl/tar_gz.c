/* SPDX-License-Identifier: EUPL-1.2 */
/* tar_gz.c - see tar_gz.h. */
#include "ctl/tar_gz.h"

#include <stdio.h>
#include <zlib.h>

#define BLOCK       512
#define GZIP_WINDOW (15 + 16) /* the largest one, in the format of gzip */
#define GZIP_MEMORY 8

/* Numbers are octal digits, ended by a NUL. */
struct ustar {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, linked[100], magic[6],
		version[2], user[32], group[32], device[16], prefix[155], rest[12];
};
_Static_assert(sizeof(struct ustar) == BLOCK, "a header is a block");

void tar_gz_init(struct tar_gz *archive, const char *folder, int64_t at_s)
{
	*archive = (struct tar_gz){.folder = folder, .at_s = at_s};
	buf_init(&archive->tar);
	buf_init(&archive->gz);
}

void tar_gz_done(struct tar_gz *archive)
{
	buf_done(&archive->tar);
	buf_done(&archive->gz);
}

/* The sum is made with spaces in its own place. */
static void set_checksum(struct ustar *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	unsigned sum = 0;
	memset(header->checksum, ' ', sizeof(header->checksum));
	for (size_t i = 0; i < sizeof(*header); i++)
		sum += bytes[i];
	snprintf(header->checksum, sizeof(header->checksum), "%06o", sum);
}

void tar_gz_add(struct tar_gz *archive, const char *name, struct text text)
{
	struct ustar header = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
	static const char zeros[BLOCK];
	snprintf(header.name, sizeof(header.name), "%s/%s", archive->folder, name);
	snprintf(header.mode, sizeof(header.mode), "%07o", 0600);
	snprintf(header.uid, sizeof(header.uid), "%07o", 0);
	snprintf(header.gid, sizeof(header.gid), "%07o", 0);
	snprintf(header.size, sizeof(header.size), "%011zo", text.len);
	snprintf(header.mtime, sizeof(header.mtime), "%011llo", (unsigned long long)archive->at_s);
	set_checksum(&header);
	buf_add(&archive->tar, &header, sizeof(header));
	buf_add_text(&archive->tar, text);
	buf_add(&archive->tar, zeros, (BLOCK - text.len % BLOCK) % BLOCK);
}

static int compress_all(struct buf *in, struct buf *out)
{
	unsigned char bytes[16384];
	int code;
	z_stream stream = {.next_in = (unsigned char *)in->at, .avail_in = (unsigned)in->len};
	if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return ERR_NOMEM;
	do {
		stream.next_out = bytes;
		stream.avail_out = sizeof(bytes);
		code = deflate(&stream, Z_FINISH);
		buf_add(out, bytes, sizeof(bytes) - stream.avail_out);
	} while (code == Z_OK);
	deflateEnd(&stream);
	return code == Z_STREAM_END && !buf_failed(out) ? 0 : ERR_NOMEM;
}

int tar_gz_end(struct tar_gz *archive, struct text *ret, struct err *err)
{
	static const char zeros[2 * BLOCK];
	buf_add(&archive->tar, zeros, sizeof(zeros));
	if (buf_failed(&archive->tar) || compress_all(&archive->tar, &archive->gz) != 0)
		return err_nomem(err);
	*ret = buf_text(&archive->gz);
	return 0;
}
