/* SPDX-License-Identifier: EUPL-1.2 */
/* duaalctl.c - the program: the locale, and ctl_main. */
#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "base/language.h"
#include "ctl/ctl.h"
#include "ctl/exit_code.h"

int main(int argc, char *argv[])
{
	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) /* the daemon speaks UTF-8; columns are measured in it */
		setlocale(LC_CTYPE, "C.UTF-8");
	language_open(PACKAGE_LOCALEDIR);
	language_use(language_of_environment());
	int code = ctl_main(argc, argv, stdout, stderr);
	if (fflush(stdout) != 0 && code == EXIT_OK)
		code = EXIT_SOFTWARE;
	return code;
}
