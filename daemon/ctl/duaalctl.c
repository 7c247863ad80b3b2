/* SPDX-License-Identifier: EUPL-1.2 */
/* duaalctl.c - the program: the locale, and ctl_main. */
#include <fcntl.h>
#include <jansson.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/language.h"
#include "base/wipe.h"
#include "ctl/ctl.h"
#include "ctl/exit_code.h"

/* Where one is closed, the next socket or file would take its number, and our output would go there. What takes it here lets nobody
 * read or write, so that it is noticed as any other that does not work. */
static void hold_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_NOCTTY); /* stays open */
}

/* An answer that was cut off must not look like a whole one: an earlier write may have failed, and the last one not. What a command found
 * itself says more than that. */
static int tell_unwritten(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (code != EXIT_CANNOT_WRITE) /* it was told */
		fprintf(stderr, "duaalctl: %s\n", tr("the output cannot be written: is the disk full?"));
	return code == EXIT_OK ? EXIT_CANNOT_WRITE : code;
}

int main(int argc, char *argv[])
{
	hold_standard_streams();
	json_set_alloc_funcs(malloc, wipe_free); /* a national number may be among what is sent */
	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) /* the daemon speaks UTF-8; columns are measured in it */
		setlocale(LC_CTYPE, "C.UTF-8");
	language_open(PACKAGE_LOCALEDIR);
	language_use(language_of_environment());
	return tell_unwritten(ctl_main(argc, argv, stdout, stderr));
}
