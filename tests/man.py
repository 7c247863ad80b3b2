#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The man pages: groff has nothing to say about them, they fit 80 columns, and each row of each table is in its page.

The rows are taken from the sources of the tables, not from what made the pages. Prints one line a fault; exit 1 when there is
one, 77 without man.
"""
import os
import re
import shutil
import subprocess
import sys

SOURCE, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
COLUMNS = 80
PAGES = ("duaalctl.1", "duaalsyncd.8", "duaalsyncd.conf.5", "duaalsync-messages.7", "be.werkplekduaal.Duaalsync.7")
PARTS = {"NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"}
MORE_PARTS = {"duaalctl.1": {"SYNOPSIS", "EXIT STATUS", "STATUS CODES", "REASONS", "METRICS", "CHECKS", "COMPLETION", "ENVIRONMENT", "FILES"},
              "duaalsyncd.8": {"SYNOPSIS", "EXIT STATUS", "ENVIRONMENT", "FILES", "SIGNALS"},
              "duaalsyncd.conf.5": {"SYNOPSIS", "FILES"}, "be.werkplekduaal.Duaalsync.7": {"SYNOPSIS", "FILES"}}


def man(page, *options, columns=COLUMNS):
    """What man makes of a page; what it complains about."""
    done = subprocess.run(["man", *options, "-l", os.path.join(BUILD, "man", page)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": str(columns), "MAN_KEEP_FORMATTING": ""})
    return re.sub(r"\x1b\[[\d;]*m|.\x08", "", done.stdout), done.stderr


def source(path):
    """A file of the tree."""
    with open(os.path.join(SOURCE, "daemon", path), encoding="utf-8") as file:
        return file.read()


def asked(program, *arguments, locale="C.UTF-8"):
    """What a program prints."""
    return subprocess.run([os.path.join(BUILD, program), *arguments], stdout=subprocess.PIPE, text=True, check=True,
                          env={**os.environ, "LC_ALL": locale, "LANGUAGE": "", "DUAALSYNC_LOCALEDIR": os.path.join(BUILD, "po")}).stdout


def squeezed(text):
    """Without the white space, which folding changes."""
    return re.sub(r"\s+", "", text)


def commands():
    """Each verb, with the texts of its help."""
    for verb in verbs():
        told = asked("duaalctl", "help", *verb.split()).split("\nOptions of every command:")
        usage, _, text = told[0].partition("\n\n")
        text, _, options = text.partition("\nOptions:\n")
        text, *more = re.split(r"\n(?:Checks|Codes|Metrics|Causes|Reasons):\n", text)
        yield usage.replace("Usage: duaalctl ", "")
        yield text.partition("\nBelow it:\n")[0]
        for part in more:
            yield from part.splitlines()
        yield from options.splitlines()
        for line in told[1].splitlines():
            yield re.sub(r"^\s+\d+\s+", "", line)


def daemon():
    """Options and exit status of the daemon."""
    for literal in re.findall(r'\{\{"([a-z-]+)",', source("main_options.c")):
        yield "--" + literal
    for text in re.findall(r'X\(EXIT_\w+, \d,[\s\\]+"([^"]+)"\)', source("main_options.h")):
        yield text


def settings(locale="C.UTF-8"):
    """Name, kind, default and help of each setting."""
    text = asked("duaalsyncd", "--help-config", locale=locale)
    return [line for part in re.split(r"\n\n(?=\S)", text)[1:] for line in part.splitlines()]


def messages():
    """Id, cause and remedy of each message."""
    for row in re.findall(r'X\(\w+, "(DS\d+)", \w+, "([^"]+)", "([^"]+)"\)', source("base/log_messages.h").partition("#define LOG_MESSAGE_TABLE")[2]):
        yield "  ".join(row)


def methods():
    """Each method, type and error."""
    return re.findall(r"(?m)^(?:method|type|error) \w+", source("control/be.werkplekduaal.Duaalsync.varlink"))


def verbs():
    """Each command that the overview shows."""
    parts = source("ctl/command.c").split(".verb = ")[1:]
    return [part.split('"')[1] for part in parts if ".hidden = true" not in part]


def dutch_commands():
    """The same of each command's help in Dutch, paragraph by paragraph: its text, and each line of a list."""
    for verb in verbs():
        for paragraph in asked("duaalctl", "help", *verb.split(), locale="nl_BE.UTF-8").strip().split("\n\n"):
            head, _, lines = paragraph.partition("\n")
            if head == "Daaronder:":
                continue
            if re.fullmatch(r"\w[\w ]*:", head):
                yield from (re.sub(r"^\s+\d+\s+", "", line) for line in lines.splitlines())
            else:
                yield paragraph.replace("Gebruik: duaalctl ", "")


def dutch_messages():
    """Each message in Dutch."""
    return [line.strip() for line in asked("duaalsyncd", "--help-messages", locale="nl_BE.UTF-8").splitlines()]


def dutch_settings():
    """The same of each setting in Dutch."""
    return settings("nl_BE.UTF-8")


def dutch_daemon():
    """Options and exit status of the daemon in Dutch, as its help has them."""
    for line in asked("duaalsyncd", "--help", locale="nl_BE.UTF-8").splitlines():
        told = re.match(r"\s+(?:(?:-\w, )?--\S+(?: [A-Z]+)?|\d)\s+(.*)", line)
        if told:
            yield told[1]


ROWS = dict(zip(PAGES, (commands, daemon, settings, messages, methods)))
if os.environ.get("CATALOGUES"):
    ROWS.update({"nl/duaalctl.1": dutch_commands, "nl/duaalsync-messages.7": dutch_messages,
                 "nl/duaalsyncd.8": dutch_daemon, "nl/duaalsyncd.conf.5": dutch_settings})
DUTCH_PARTS = {"NAAM", "BESCHRIJVING", "VOORBEELDEN", "ZIE OOK"}


def faults(page):
    """What is wrong with a page."""
    for option in ([], ["-Tutf8", "-Z"]):
        _, complaint = man(page, "--warnings", "-E", "UTF-8", *option)
        if complaint:
            yield "groff: " + complaint.strip()
    parts = DUTCH_PARTS if page.startswith("nl/") else PARTS | MORE_PARTS.get(page, set())
    shown, _ = man(page, "--nh", "--nj", "-Tutf8")
    yield from ("wider than %d columns: %s" % (COLUMNS, line) for line in shown.splitlines()
               if len(line) > COLUMNS and not re.fullmatch(r"\s*(default: )?\S+", line))  # where this tree is installed may be long
    yield from ("no part " + part for part in sorted(parts - set(shown.splitlines())))
    rows = list(ROWS[page]())
    if len(rows) < 10:
        yield "only %d rows were found in its table" % len(rows)
    page_text = squeezed(shown)
    yield from ("lacks: " + row for row in rows if squeezed(row) not in page_text)


def main():
    """See above."""
    if shutil.which("man") is None or shutil.which("groff") is None:
        print("man and groff are missing: install the Debian packages man-db and groff-base")
        return 77
    found = ["%s: %s" % (page, fault) for page in ROWS for fault in faults(page)]
    print("\n".join(found) or "%d pages" % len(ROWS))
    return 1 if found else 0


sys.exit(main())
