/* SPDX-License-Identifier: EUPL-1.2 */
/* support_journal.c - what our programs told the journal, by message, for a stranger: see support_parts.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "base/clock.h"
#include "ctl/support_parts.h"

#define DAYS_S       (7 * 24 * 3600)
#define LINES_MAX    500
#define MESSAGES_MAX 128 /* different ones */
#define ID_SIZE      16
#define SECOND_US    1000000

struct tally {
	char id[ID_SIZE];
	uint32_t count;
	uint64_t first_us, last_us;
};

struct journal {
	sd_journal *handle;
	struct pseudonyms *p;
	struct tally tallies[MESSAGES_MAX];
	size_t tally_count, line_count;
	struct buf *out;
};

/* The value of a field; empty: the entry has none. Valid until the next field is asked for. */
static struct text field(struct journal *j, const char *name)
{
	const void *data;
	size_t len, head = strlen(name) + 1;
	if (sd_journal_get_data(j->handle, name, &data, &len) < 0 || len < head)
		return text_make(NULL, 0);
	return text_make((const char *)data + head, len - head);
}

/* "DS0110" and nothing else: the entry says so itself. */
static bool take_id(struct journal *j, char id[ID_SIZE])
{
	struct text given = field(j, "DUAALSYNC_MESSAGE");
	uint64_t number;
	if (given.len != 6 || memcmp(given.at, "DS", 2) != 0 ||
	    !text_number(text_make(given.at + 2, given.len - 2), 4, &number))
		return false;
	snprintf(id, ID_SIZE, "DS%04u", (unsigned)number);
	return true;
}

/* The journal is walked from its end: the first that is met is the last. */
static void count(struct journal *j, const char *id, uint64_t at_us)
{
	size_t i = 0;
	while (i < j->tally_count && strcmp(j->tallies[i].id, id) != 0)
		i++;
	if (i == MESSAGES_MAX)
		return;
	struct tally *tally = &j->tallies[i];
	if (i == j->tally_count) {
		j->tally_count++;
		snprintf(tally->id, sizeof(tally->id), "%s", id);
		tally->last_us = at_us;
	}
	tally->count++;
	tally->first_us = at_us;
}

static const char *level(struct text priority)
{
	static const char *const levels[] = {"emergency", "alert",  "critical", "error",
					     "warning",   "notice", "info",     "debug"};
	uint64_t number;
	return text_number(priority, 1, &number) && number < 8 ? levels[number] : "-";
}

static const char *time_of(uint64_t at_us, char out[CLOCK_TEXT_SIZE])
{
	return clock_format((int64_t)(at_us / SECOND_US), out);
}

/* Behind "DS0110 cycle=7: ". */
static struct text sentence_of(struct text message)
{
	struct text head, sentence;
	return text_split(message, ':', &head, &sentence) ? text_trim(sentence) : text_make(NULL, 0);
}

static void add_line(struct journal *j, const char *id, uint64_t at_us)
{
	char time[CLOCK_TEXT_SIZE];
	uint64_t cycle;
	if (j->line_count++ >= LINES_MAX)
		return;
	buf_format(j->out, "%s %s %s", time_of(at_us, time), id, level(field(j, "PRIORITY")));
	if (text_number(field(j, "DUAALSYNC_CYCLE"), 10, &cycle))
		buf_format(j->out, " cycle %llu", (unsigned long long)cycle);
	buf_add_string(j->out, ": ");
	pseudonym_sentence(j->p, sentence_of(field(j, "MESSAGE")), j->out);
	buf_add_char(j->out, '\n');
}

static int walk(struct journal *j, uint64_t since_us)
{
	int r;
	while ((r = sd_journal_previous(j->handle)) > 0) {
		char id[ID_SIZE];
		uint64_t at_us;
		r = sd_journal_get_realtime_usec(j->handle, &at_us);
		if (r < 0 || at_us < since_us)
			break;
		if (!take_id(j, id))
			continue;
		count(j, id, at_us);
		add_line(j, id, at_us);
	}
	return r;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct tally *)a)->id, ((const struct tally *)b)->id);
}

static void add_tallies(struct journal *j)
{
	qsort(j->tallies, j->tally_count, sizeof(j->tallies[0]), by_id);
	buf_format(j->out, "\n%zu messages in seven days; 'duaalsyncd --help-messages' says what each is:\n",
		   j->line_count);
	for (size_t i = 0; i < j->tally_count; i++) {
		char first[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE];
		const struct tally *tally = &j->tallies[i];
		buf_format(j->out, "%s %7u times, %s to %s\n", tally->id, tally->count, time_of(tally->first_us, first),
			   time_of(tally->last_us, last));
	}
}

static int open_journal(const char *folder, sd_journal **ret)
{
	if (folder != NULL)
		return sd_journal_open_directory(ret, folder, 0);
	return sd_journal_open(ret, SD_JOURNAL_LOCAL_ONLY);
}

void support_journal(struct pseudonyms *p, const char *folder, int64_t now_s, struct buf *out)
{
	struct journal j = {.p = p, .out = out};
	int r = open_journal(folder, &j.handle);
	if (r >= 0)
		r = sd_journal_add_match(j.handle, "SYSLOG_IDENTIFIER=duaalsyncd", 0);
	if (r >= 0)
		r = sd_journal_seek_tail(j.handle);
	buf_format(out, "The last %d of our messages in the journal, the newest first:\n", LINES_MAX);
	if (r >= 0)
		r = walk(&j, (uint64_t)(now_s - DAYS_S) * SECOND_US);
	if (r < 0)
		buf_format(out,
			   "The journal could not be read: %s. It may be readable for root and the group "
			   "systemd-journal alone.\n",
			   strerror(-r));
	add_tallies(&j);
	sd_journal_close(j.handle);
}
