/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ctl.h - duaalctl: the operator's view of the daemon, over its Varlink socket.
 *
 * ctl_main parses the command line against one table (command.h), asks the daemon, and prints. It decides nothing
 * and keeps nothing; what it prints was said by the daemon and is escaped again on the way to the screen.
 */
#ifndef DUAAL_CTL_CTL_H
#define DUAAL_CTL_CTL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A table to go on with instead of a screen to read: with any of these only the rows are printed, and nothing round them. */
struct table_form {
	const char *output; /* names of columns, as typed and checked; NULL: all */
	bool noheadings, raw;
};

struct pseudonyms;
struct invocation;

struct ctl {
	const char *socket;
	bool json; /* print the reply's parameters instead of text */
	struct table_form form;
	bool terminal; /* out is one: folded tables */
	bool colours;
	bool redraws; /* a terminal whose last line may be drawn anew, which takes escape sequences, too */
	bool unicode; /* a terminal that shows UTF-8: charts in blocks */
	bool bar;     /* one stands on its last line (bar.h) */
	struct pseudonyms *pseudonyms; /* NULL: everything is shown as it is */
	int64_t now_s; /* for times that are typed as "2h": the daemon's where it was asked (request_time), else the host's */
	struct {
		bool asked;
		int code; /* not 0: how that ended, and so does whatever is asked then */
		char *complaint;
	} time;
	unsigned within_s;   /* for all that is asked, from the first question on; 0: each has its own patience */
	int64_t until_ms;    /* when that is over (clock_boot_ms); 0: nothing was asked yet */
	const char *unheard; /* what to say, once, where no answer comes for a while; NULL: nothing */
	FILE *out, *err;
	const struct invocation *in; /* the command that runs (command.h); NULL: none does */
};

bool ctl_only_table(const struct ctl *ctl); /* any of form is set */
void ctl_look_at_terminal(struct ctl *ctl); /* sets terminal, colours, redraws and unicode by what out is */

/* New pseudonyms, which leave alone what this program and the system are called by; NULL: no memory. */
struct pseudonyms *ctl_pseudonyms(void);

/* Runs one command; returns the exit status (exit_code.h). */
int ctl_main(int argc, char *const argv[], FILE *out, FILE *err);

#endif
