# SPDX-License-Identifier: EUPL-1.2
"""The guides in docs/: their examples are loaded as they stand there, by a directory administrator, and do what is said there."""
import io
import os
import re
import subprocess

import ldif

import application as target
from clock import from_now
from school import ADULT, right, vo_id
from slapd import fill

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
GUIDE = os.path.join(ROOT, "docs", "directory-admin-guide.md")
SETUP = os.path.join(ROOT, "docs", "admin-guide.md")
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


def block(words):
    """The one code block of the guide for whoever installs that has these words."""
    with open(SETUP, encoding="utf-8") as file:
        found = [each for each in re.findall(r"^```\w*\n(.*?)^```", file.read(), re.M | re.S) if words in each]
    assert len(found) == 1
    return found[0]


def test_the_tree_is_made_as_the_guide_shows(school):
    """Below another base, because this one is there already."""
    text = block("dn: ou=werkplekduaal").replace("ou=werkplekduaal", "ou=tweede").replace("ou: werkplekduaal", "ou: tweede")
    records = ldif.LDIFRecordList(io.StringIO(text))
    records.parse()
    connection = school.application.server.connect()
    for dn, entry in records.all_records:
        connection.add_s(dn, list(entry.items()))
    connection.unbind_s()
    assert [dn.split(",")[0] for dn, _ in records.all_records] == ["ou=tweede", "ou=institutions", "ou=people", "ou=requests", "ou=overrides"]


def test_the_access_rules_become_cn_config(tmp_path):
    """As the guide says, with the tools of OpenLDAP alone: each rule, limit and overlay of the samples is in what comes out."""
    for name in ("slapd-target-acl.conf", "slapd-target-overlays.conf"):
        with open(os.path.join(ROOT, "conf", name), encoding="utf-8") as file:
            sample = re.sub("@([A-Z]+)@", r"cn=\1,dc=toepassing,dc=example", file.read())
        (tmp_path / name).write_text(sample, encoding="utf-8")
    rules = block("moduleload back_mdb").replace("/usr/share/duaalsync", ROOT)
    (tmp_path / "rules.conf").write_text(rules, encoding="utf-8")
    subprocess.run(["sh", "-euc", block("slaptest -f rules.conf")], check=True, cwd=tmp_path, timeout=60, env={
        **os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
    made = (tmp_path / "rules.ldif").read_text(encoding="utf-8")
    acl = (tmp_path / "slapd-target-acl.conf").read_text(encoding="utf-8")
    for attribute, count in (("olcAccess", len(re.findall("^access to", acl, re.M))), ("olcLimits", 1), ("olcAddContentAcl", 1)):
        assert len(re.findall("^%s: " % attribute, made.partition("dn: olcDatabase={1}mdb,cn=config")[2], re.M)) == count, attribute
    assert re.findall(r"^dn: olcOverlay=\{\d\}(\w+),olcDatabase=\{1\}mdb", made, re.M) == ["constraint", "unique"]
