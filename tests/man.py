#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Every setting, command, message and method has its place in its manual page, and man has nothing to say about any of them.

Run by make check in the build tree (top_builddir). One line a check; exit 1 when one failed.
"""
import os
import re
import shutil
import subprocess
import sys

BUILD = os.environ.get("top_builddir", ".")
INTERFACE = os.path.join(os.environ.get("top_srcdir", "."), "daemon/control/be.werkplekduaal.Duaalsync.varlink")
failed = False


def check(name, fine, detail=""):
    """Say how it went."""
    global failed
    failed = failed or not fine
    print("%s: %s%s" % ("ok" if fine else "not ok", name, ": " + detail if detail and not fine else ""))


def shown(page):
    """A page as people see it, one blank between words, no hyphenation."""
    done = subprocess.run(["man", "--no-hyphenation", "--no-justification", "-l", os.path.join(BUILD, "man", page)],
                          capture_output=True, text=True, check=True,
                          env=dict(os.environ, MANWIDTH="300", LC_ALL="C.UTF-8", MAN_KEEP_FORMATTING="", MANPAGER="cat"))
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout))


def said(program, *arguments):
    """What a program says about itself."""
    return subprocess.run([os.path.join(BUILD, program), *arguments], capture_output=True, text=True, check=True).stdout


def expect(page, kind, words):
    """Each of these words is in the page."""
    text = shown(page)
    missing = [word for word in words if not re.search(r"(?<![\w.-])%s(?![\w-])" % re.escape(word), text)]
    check("%s has its %d %s" % (page, len(words), kind), words and not missing, "missing: " + ", ".join(missing))


def main():
    """All checks."""
    if shutil.which("man") is None:
        print("man is not installed (package man-db): nothing was checked")
        return 77
    expect("duaalsyncd.conf.5", "settings", re.findall(r"(?m)^(\S+)$", said("duaalsyncd", "--help-config")))
    expect("duaalsync-messages.7", "messages", re.findall(r"(?m)^(DS\d+)", said("duaalsyncd", "--help-messages")))
    expect("duaalctl.1", "commands", ["duaalctl " + words for words in re.findall(
        r"(?m)^  ((?!help)[a-z][a-z-]*(?: [a-z][a-z-]*)*)(?= )", said("duaalctl", "--help"))])
    with open(INTERFACE, encoding="utf-8") as file:
        expect("be.werkplekduaal.Duaalsync.7", "methods, types and errors",
               re.findall(r"(?m)^(?:method|type|error) (\w+)", file.read()))
    pages = sorted(name for name in os.listdir(os.path.join(BUILD, "man")) if re.search(r"\.\d$", name))
    check("there are five pages", len(pages) == 5, " ".join(pages))
    for page in pages:
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", os.path.join(BUILD, "man", page)],
                              capture_output=True, text=True, check=False, env=dict(os.environ, LC_ALL="C.UTF-8"))
        check("man is content with " + page, done.returncode == 0 and done.stderr == "", done.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
