#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""No file of the tree holds a national number whose check digits are right: it may be somebody's.

What a test needs of that kind it makes while it runs: tests/unit/national.h, tests/integration/national.py. Looked for are eleven digits,
together or with single separators where the card has them. Prints one line a find, without the number; exit 1 when there is one.
"""
import os
import re
import sys

ROOT = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
FOLDERS = (".ci", "build-aux", "conf", "daemon", "debian", "docs", "ldap-schema", "man", "po", "scripts", "tests")
MADE = (".o", ".a", ".gmo", ".log", ".trs", ".pyc")  # what a build in the tree leaves
NUMBER = re.compile(rb"(?<!\d)(\d\d[ ./_-]?\d\d[ ./_-]?\d\d[ ./_-]?\d{3})[ ./_-]?(\d\d)(?!\d)")
SINCE_2000 = 2000000000


def is_checked(nine, check):
    """Are the last two digits those that belong to the nine?"""
    return check in (97 - nine % 97, 97 - (SINCE_2000 + nine) % 97)


def files():
    """Paths of what is kept, from ROOT on."""
    yield from sorted(each for each in os.listdir(ROOT) if os.path.isfile(os.path.join(ROOT, each)))
    for top in FOLDERS:
        for folder, _, names in sorted(os.walk(os.path.join(ROOT, top))):
            yield from sorted(os.path.relpath(os.path.join(folder, name), ROOT) for name in names if not name.endswith(MADE))


def found(content):
    """The lines in which one stands."""
    for match in NUMBER.finditer(content):
        if is_checked(int(re.sub(rb"\D", b"", match[1])), int(match[2])):
            yield content.count(b"\n", 0, match.start()) + 1


def main():
    made = "%09d%02d" % (850730033, 97 - 850730033 % 97)
    if list(found(made.encode())) != [1] or list(found(b"\n" + made[:6].encode() + b"-" + made[6:].encode())) != [2]:
        print("a number that was made for it is not found: this test looks at nothing")
        return 1
    seen = breaches = 0
    for path in files():
        seen += 1
        with open(os.path.join(ROOT, path), "rb") as file:
            for line in found(file.read()):
                print(f"{path}:{line}: a national number whose check digits are right")
                breaches += 1
    print(f"{seen} files, {breaches} national numbers")
    return 1 if breaches or seen == 0 else 0


sys.exit(main())
