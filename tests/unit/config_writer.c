/* SPDX-License-Identifier: EUPL-1.2 */
/* config_writer.c - see config_writer.h. */
#include "base/buf.h"
#include "config_writer.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

char dir[64];         /* everything a configuration names stands here */
char path[128];       /* the configuration under test */
char text[64 * 1024]; /* its content */
struct config_faults faults;

void put_file(const char *name, const char *content, mode_t mode)
{
	char at[128];
	snprintf(at, sizeof(at), "%s/%s", dir, name);
	int fd = open(at, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

int set_up(void **state)
{
	(void)state;
	uint8_t key[16] = {1};
	map_hash_seed(key);
	snprintf(dir, sizeof(dir), "/tmp/test_config.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/test.conf", dir);
	put_file("duaal-source", "", 0755);
	put_file("duaal-target", "", 0755);
	put_file("duaal-ledger", "", 0755);
	put_file("password", "geheim\n", 0600);
	put_file("ca.pem", "-", 0644);
	unsetenv("CREDENTIALS_DIRECTORY");
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	char command[128];
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

/* The least that is enough. $ stands for dir. One setting a line, so that tests can replace it. */
static const char minimal[] = "helper_dir = \"$\";\n"
			      "source.uri = \"ldapi://%2Fs\";\n" /* 2 */
			      "source.bind_dn = \"cn=r,dc=s\";\n"
			      "source.password_file = \"$/password\";\n"
			      "source.canaries = [\"uid=1,ou=p,dc=s\", \"uid=2,ou=p,dc=s\"];\n" /* 5 */
			      "source.people.base = \"ou=p,dc=s\";\n"
			      "source.people.filter = \"(r=*)\";\n"
			      "source.people.attributes.vo_id = \"id\";\n"
			      "source.people.attributes.right = \"r\";\n"
			      "source.institutions.base = \"ou=i,dc=s\";\n" /* 10 */
			      "source.institutions.filter = \"(o=*)\";\n"
			      "source.institutions.attributes.number = \"n\";\n"
			      "source.institutions.attributes.kind = \"k\";\n"
			      "source.institutions.attributes.audience = \"a\";\n"
			      "source.institutions.attributes.programme = \"p\";\n" /* 15 */
			      "target.uri = \"ldap://127.0.0.1:3890\";\n"
			      "target.bind_dn = \"cn=w,dc=t\";\n"
			      "target.password_file = \"$/password\";\n"
			      "target.base = \"ou=w,dc=t\";\n"; /* 19 */

/* "a.b.c = v;" in groups of its own would be a duplicate: the file is written nested from such lines. */
struct line {
	char key[96], rest[512];
};
static struct line lines[160];
unsigned line_count;

void add_line(const char *from, size_t len)
{
	struct line *line = &lines[line_count++];
	size_t key = strcspn(from, " =");
	snprintf(line->key, sizeof(line->key), "%.*s", (int)key, from);
	struct buf rest;
	buf_init(&rest);
	for (const char *at = from + key; at < from + len; at++) {
		if (*at == '$')
			buf_add_string(&rest, dir);
		else
			buf_add_char(&rest, *at);
	}
	assert_true(rest.len < sizeof(line->rest));
	snprintf(line->rest, sizeof(line->rest), "%s", buf_string(&rest));
	buf_done(&rest);
}

static void parse_lines(const char *from)
{
	for (; *from != '\0'; from += strcspn(from, "\n") + 1)
		add_line(from, strcspn(from, "\n"));
}

static size_t shared_groups(const char *a, const char *b)
{
	size_t shared = 0;
	for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++)
		if (a[i] == '.')
			shared = i + 1;
	return shared;
}

static unsigned dots(const char *key, size_t from, size_t to)
{
	unsigned count = 0;
	for (size_t i = from; i < to && key[i] != '\0'; i++)
		count += key[i] == '.';
	return count;
}

/* Writes lines to the file, groups opened and closed on the setting's own line: line n of the list is line n of the file.
 * Settings of one group must stand together. */
void write_nested(void)
{
	struct buf out;
	const char *before = "";
	buf_init(&out);
	for (unsigned i = 0; i <= line_count; i++) {
		const char *key = i < line_count ? lines[i].key : "";
		size_t shared = shared_groups(before, key);
		for (unsigned k = dots(before, shared, SIZE_MAX); k > 0; k--)
			buf_add_string(&out, "};");
		if (i > 0 && buf_string(&out)[out.len - 1] != '\n')
			buf_add_char(&out, '\n');
		for (size_t at = shared, len; strchr(key + at, '.') != NULL; at += len + 1) {
			len = strcspn(key + at, ".");
			buf_format(&out, "%.*s:{", (int)len, key + at);
		}
		if (i < line_count)
			buf_format(&out, "%s%s", strrchr(key, '.') != NULL ? strrchr(key, '.') + 1 : key,
				   lines[i].rest);
		before = key;
	}
	assert_true(out.len < sizeof(text));
	snprintf(text, sizeof(text), "%s", buf_string(&out));
	buf_done(&out);
}

int load(struct config **ret)
{
	struct err err = {0};
	write_nested();
	put_file("test.conf", text, 0644);
	int rc = config_load(path, SECRETS_OURS, ret, &faults, &err);
	assert_int_equal(rc, err.code);
	return rc;
}

void begin(void)
{
	line_count = 0;
	parse_lines(minimal);
}

/* Replaces a setting of the minimal configuration, or puts one behind those of its group. */
void set(const char *line)
{
	struct line *new = &lines[line_count];
	add_line(line, strlen(line));
	struct line copy = *new;
	unsigned at = --line_count;
	size_t best = 0;
	for (unsigned i = 0; i < line_count; i++) {
		if (strcmp(lines[i].key, copy.key) == 0) {
			lines[i] = copy;
			return;
		}
		if (shared_groups(lines[i].key, copy.key) >= (best > 0 ? best : 1)) {
			best = shared_groups(lines[i].key, copy.key);
			at = i + 1;
		}
	}
	memmove(&lines[at + 1], &lines[at], (line_count - at) * sizeof(lines[0]));
	lines[at] = copy;
	line_count++;
}

void drop(const char *key)
{
	for (unsigned i = 0; i < line_count; i++)
		if (strcmp(lines[i].key, key) == 0) {
			memmove(&lines[i], &lines[i + 1], (line_count - i - 1) * sizeof(lines[0]));
			line_count--;
			return;
		}
	fail_msg("%s is not there", key);
}

void drop_group(const char *prefix)
{
	for (unsigned i = line_count; i-- > 0;)
		if (strncmp(lines[i].key, prefix, strlen(prefix)) == 0)
			drop(lines[i].key);
}

const struct config_fault *fault_of(const char *key)
{
	for (uint32_t i = 0; i < faults.count && i < CONFIG_FAULTS_MAX; i++)
		if (strcmp(faults.at[i].key, key) == 0)
			return &faults.at[i];
	return NULL;
}

void show_faults(void)
{
	for (uint32_t i = 0; i < faults.count && i < CONFIG_FAULTS_MAX; i++)
		print_message("%u: %s: %s\n", faults.at[i].line, faults.at[i].key, faults.at[i].text);
}

void expect_loads(void)
{
	struct config *config = NULL;
	if (load(&config) < 0)
		show_faults();
	assert_non_null(config);
	config_free(config);
}

/* Exactly one fault, at this key, whose sentence holds this. */
void expect_fault(const char *key, const char *sentence)
{
	struct config *config = NULL;
	assert_int_equal(load(&config), ERR_INVALID);
	const struct config_fault *fault = fault_of(key);
	if (fault == NULL || faults.count != 1 || strstr(fault->text, sentence) == NULL)
		show_faults();
	assert_non_null(fault);
	assert_int_equal(faults.count, 1);
	assert_non_null(strstr(fault->text, sentence));
}

/* The minimal configuration with one line set: one fault, at the line's own key. */
void expect_refused(const char *line, const char *sentence)
{
	char key[96];
	snprintf(key, sizeof(key), "%.*s", (int)strcspn(line, " ="), line);
	begin();
	set(line);
	expect_fault(key, sentence);
}

void expect_accepted(const char *line)
{
	begin();
	set(line);
	expect_loads();
}

/* The text as it is, with this mode. */
int load_file(mode_t mode)
{
	struct config *c = NULL;
	struct err err = {0};
	put_file("test.conf", text, mode);
	int rc = config_load(path, SECRETS_OURS, &c, &faults, &err);
	config_free(c);
	return rc;
}

void read_sample(bool all)
{
	const char *top = getenv("top_srcdir");
	char at[512], line[512];
	snprintf(at, sizeof(at), "%s/conf/duaalsyncd.conf", top != NULL ? top : ".");
	FILE *file = fopen(at, "re");
	assert_non_null(file);
	size_t len = (size_t)snprintf(text, sizeof(text), "helper_dir = \"%s\"; ", dir);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *mark = line + strspn(line, "\t");
		if (all && mark[0] == '#' && mark[1] >= 'a' && mark[1] <= 'z')
			*mark = ' ';
		char *folder = strstr(line, "/etc/duaalsync/");
		if (folder != NULL)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%.*s%s/%s", (int)(folder - line), line,
						dir, folder + strlen("/etc/duaalsync/"));
		else
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", line);
	}
	fclose(file);
}
