/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * file_put.h - a file that is there whole or not at all: made beside its place, and put there when it is written. On a file system without modes
 * (vfat) its mount says who may read it.
 */
#ifndef DUAAL_CTL_FILE_PUT_H
#define DUAAL_CTL_FILE_PUT_H

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/text.h"

/* replace false: a file that stands there already stays, and that is an error (EEXIST). 0; ERR_INVALID: the path names no file; ERR_IO. errno says
 * why. */
MUST_USE int file_put(const char *path, struct text text, mode_t mode, bool replace);

#endif
