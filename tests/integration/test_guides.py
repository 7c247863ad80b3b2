# SPDX-License-Identifier: EUPL-1.2
"""docs/directory-admin-guide.md: its examples are loaded as they stand there, by a directory administrator, and do what it says."""
import os
import re
import subprocess

import application as target
from clock import from_now
from school import ADULT, right, vo_id
from slapd import fill

GUIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/directory-admin-guide.md")
ALL = {"an", "bart", "chris", "dries"}


def examples():
    """Its LDIF blocks, in order."""
    with open(GUIDE, encoding="utf-8") as file:
        return re.findall(r"```ldif\n(.*?)```", file.read(), re.S)


def load(school, text, name="an", days=30):
    """As ldapmodify does it for a directory administrator; days: from now to @UNTIL@."""
    done = subprocess.run(["ldapmodify", "-x", "-H", school.application.server.uri, "-D", target.ADMIN, "-w",
                           target.ADMIN_PASSWORD], text=True, capture_output=True, check=False,
                          input=fill(text, **{key: value for key, value in (
                              ("BASE", target.BASE), ("VOID", vo_id(name)), ("UNTIL", from_now(days=days))) if "@%s@" % key in text}))
    assert done.returncode == 0, done.stderr


def test_the_examples_for_directory_administrators(school):
    request, include, exclude, ending = examples()
    school.person("fien")
    school.person("joke", right("trajectbegeleider", ADULT))
    daemon = school.start()
    assert school.members(number=ADULT) is None
    load(school, request)
    load(school, include, "fien")
    load(school, exclude, "an")
    daemon.sync()
    assert school.members(number=ADULT) == {"joke"}
    assert school.members() == ALL - {"an"} | {"fien"}
    assert {each["effect"] for each in daemon.json("directives")["directives"]} == {"in-force"}
    load(school, ending, days=-1 / 86400)
    daemon.sync()
    assert school.members() == ALL - {"an"}
