/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * file.c - the configuration file itself: whose it is, who may write it, no includes, and its syntax.
 *
 * The bytes are read once and judged before libconfig sees them: what is checked is what is parsed. libconfig 1.5
 * cannot be told to leave @include alone, so a line that begins with it is refused wherever it stands, even in a
 * comment.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "config/draft.h"

#define FILE_MAX (1u << 20)

static bool check_owner(struct draft *d, int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0) {
		fault_add(d, 0, "", "%s", strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode))
		fault_add(d, 0, "", "must be a regular file");
	else if (st.st_uid != 0 && st.st_uid != geteuid())
		fault_add(d, 0, "", "must belong to root or to the user of this service (chown root)");
	else if ((st.st_mode & 022) != 0)
		fault_add(d, 0, "", "group or others may write it (chmod go-w)");
	else if (st.st_size > FILE_MAX)
		fault_add(d, 0, "", "is longer than %u bytes", FILE_MAX);
	else
		return true;
	return false;
}

static bool read_all(struct draft *d, int fd, struct buf *out)
{
	char piece[4096];
	for (;;) {
		ssize_t got = read(fd, piece, sizeof(piece));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			fault_add(d, 0, "", "%s", strerror(errno));
		if (got <= 0)
			return got == 0;
		buf_add(out, piece, (size_t)got);
		if (out->len > FILE_MAX) {
			fault_add(d, 0, "", "is longer than %u bytes", FILE_MAX);
			return false;
		}
	}
}

static bool slurp(struct draft *d, const char *path, struct buf *out)
{
	/* O_NONBLOCK: opening a FIFO must not wait; it is refused right after. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == ELOOP)
		fault_add(d, 0, "", "is a symbolic link; name the file itself");
	else if (fd < 0 && errno == EACCES)
		fault_add(d, 0, "",
			  "this user may not read it, or not look into a folder above it (chmod 0644; it holds no "
			  "password)");
	else if (fd < 0)
		fault_add(d, 0, "", "%s", strerror(errno));
	if (fd < 0)
		return false;
	bool ok = check_owner(d, fd) && read_all(d, fd, out);
	close(fd);
	return ok;
}

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool check_line(struct draft *d, unsigned line, struct text text)
{
	static const char directive[] = "@include";
	while (text.len > 0 && strchr(" \t\r\f\v", text.at[0]) != NULL)
		text = text_make(text.at + 1, text.len - 1);
	if (memchr(text.at, '\0', text.len) != NULL)
		fault_add(d, line, "", "holds a NUL byte");
	else if (text_starts_nocase(text, text_of(directive)))
		fault_add(d, line, "@include", "other files are not included; write the settings here");
	else
		return true;
	return false;
}

static bool check_bytes(struct draft *d, struct text all)
{
	bool ok = true;
	unsigned line = 1;
	for (struct text rest = all, first; rest.len > 0; line++) {
		if (!text_split(rest, '\n', &first, &rest)) {
			first = rest;
			rest = text_make(NULL, 0);
		}
		ok = check_line(d, line, first) && ok;
	}
	return ok;
}

/* The name that a line begins with, for the report of a syntax error: names are safe to show, values may not be. */
static void name_on_line(struct text all, unsigned line, char *out, size_t size)
{
	struct text first = text_make(NULL, 0);
	for (unsigned i = 0; i < line && all.at != NULL; i++)
		if (!text_split(all, '\n', &first, &all)) {
			first = all;
			all = text_make(NULL, 0);
		}
	first = text_trim(first);
	size_t len = 0;
	while (len < first.len && (first.at[len] == '-' || first.at[len] == '_' || is_alphanumeric(first.at[len])))
		len++;
	struct text rest = text_trim(text_make(first.at + len, first.len - len));
	bool named = rest.len > 0 && (rest.at[0] == '=' || rest.at[0] == ':');
	snprintf(out, size, "%.*s", named ? (int)len : 0, first.at != NULL ? first.at : "");
}

/* libconfig's words, with what to look for. */
static const char *what_to_mend(const char *text)
{
	static const struct {
		const char *text, *sentence;
	} known[] = {
		{"syntax error", N_("syntax error: on this line or before it a quotation mark, a bracket or = is "
				    "missing, or is one too many")},
		{"duplicate setting name", N_("is there twice in one group; leave one of them")},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (text != NULL && strcmp(text, known[i].text) == 0)
			return tr(known[i].sentence);
	return text;
}

static bool parse(struct draft *d, const struct buf *bytes)
{
	char name[FAULT_KEY_MAX];
	if (config_read_string(&d->file, buf_string(bytes)) == CONFIG_TRUE)
		return true;
	unsigned line = (unsigned)config_error_line(&d->file);
	name_on_line(buf_text(bytes), line, name, sizeof(name));
	fault_add(d, line, name, "%s", what_to_mend(config_error_text(&d->file)));
	return false;
}

bool file_read(struct draft *d, const char *path)
{
	struct buf bytes;
	buf_init(&bytes);
	bool ok = slurp(d, path, &bytes) && check_bytes(d, buf_text(&bytes));
	if (ok && buf_failed(&bytes)) {
		d->no_memory = true;
		ok = false;
	}
	ok = ok && parse(d, &bytes);
	buf_done(&bytes);
	return ok;
}
