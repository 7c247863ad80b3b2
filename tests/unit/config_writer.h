/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_writer.h - configuration files for the tests of config/: the least that is enough, with single settings changed.
 *
 * Order: set_up once; then begin, set and drop any number, and one of the expect functions. $ in a line stands for dir. Line n of
 * the list is line n of the file, however deep its group is.
 */
#ifndef DUAAL_TESTS_CONFIG_WRITER_H
#define DUAAL_TESTS_CONFIG_WRITER_H

#include <sys/types.h>

#include "config/config.h"

extern char dir[64];         /* everything a configuration names stands here: password, ca.pem, the helpers */
extern char path[128];       /* the configuration under test */
extern char text[64 * 1024]; /* its content */
extern struct config_faults faults;
extern unsigned line_count;

int set_up(void **state);
int tear_down(void **state);
void put_file(const char *name, const char *content, mode_t mode); /* in dir */

void begin(void);           /* the minimal configuration */
void set(const char *line); /* replaces a setting, or puts one behind those of its group */
void drop(const char *key);
void drop_group(const char *prefix);
void add_line(const char *from, size_t len); /* at the end, whatever it is */
void write_nested(void);                     /* the lines into text */
int load(struct config **ret);               /* writes and loads */
int load_file(mode_t mode);                  /* loads text as it is, from a file of this mode */

/* conf/duaalsyncd.conf into text, its files led to dir; with all, "#name = value;" loses its mark. */
void read_sample(bool all);

const struct config_fault *fault_of(const char *key);
void show_faults(void);
void expect_loads(void);
void expect_fault(const char *key, const char *sentence); /* exactly one, at this key, whose sentence holds this */
void expect_refused(const char *line,
		    const char *sentence); /* the minimal one with this line: one fault, at its own key */
void expect_accepted(const char *line);

#endif
