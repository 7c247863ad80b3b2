# SPDX-License-Identifier: EUPL-1.2
"""What the documents tell an administrator to type, on a host with systemd; part of package.py. It is run as it stands there.

An editor is played by a file; addresses become this host's. check(school) runs what belongs to a daemon at work.
"""
import glob
import json
import os
import pty
import pwd
import re

from host import (CONFIG, LEDGER, SECRETS, STATE, UNITS, ask, cycles, failed_units, is_active, journal, prop, run, say, wait_until,
                  write)

import application as target

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
GUIDE, README, NEWS, PAGE = "docs/admin-guide.md", "README.md", "NEWS", "man/duaalsyncd.8.scd"


def text_of(path):
    """A document of the tree."""
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def typed(path, heading):
    """The commands that stand in the text of a section, in order."""
    _, _, rest = text_of(path).partition("\n## %s\n" % heading)
    assert rest, "%s has no heading %s" % (path, heading)
    return re.findall(r"`((?:systemctl|duaalctl|duaalsyncd|journalctl|ldapsearch) [^`]*)`", rest.partition("\n## ")[0])


def block(path, words):
    """The one code block with these words, without its indent."""
    found = [body for _, body in re.findall(r"^( *)```\w*\n(.*?)^\1```", text_of(path), re.M | re.S) if words in body]
    assert len(found) == 1, "%s: %d code blocks with %s" % (path, len(found), words)
    indent = re.match(" *", found[0]).group()
    return "".join(line[len(indent):] for line in found[0].splitlines(keepends=True))


def shell(commands, status=0):
    """Output of shell commands, each of which must succeed; status: of the last one."""
    return run("sh", "-euc", commands, status=status)


def here(text):
    """The example addresses of a document are of a server and of a resolver; here both are on the host."""
    changed = re.sub(r"IPAddressAllow=192\.0\.2\.\d+ 127\.0\.0\.53", "IPAddressAllow=localhost", text)
    assert changed != text, text
    return changed


def drop_in(path, side):
    """The drop-in that a document shows for the source, for either helper."""
    shown = block(path, "LoadCredential=source-password:")
    return here(shown[shown.index("[Service]"):]).replace("source", side)


def upgrade_from_030():
    """NEWS: the drop-ins of the helpers, before the upgrade."""
    shown = re.search(r"^ +mkdir -p /etc/systemd/system/duaalsync-source.*?(?=\n\n)", text_of(NEWS), re.M | re.S).group()
    shell(here(shown))
    for side in ("source", "target"):
        with open("/etc/systemd/system/duaalsync-%s.service.d/local.conf" % side, encoding="utf-8") as file:
            assert file.read() == drop_in(GUIDE, side) == drop_in(README, side), side
    say("the commands in NEWS write the drop-ins that README and guide show")


def password():
    """README: a password is typed at a terminal, into a file of root's."""
    command = next(line for line in block(README, "systemd-ask-password").splitlines() if "ask-password" in line)
    path = re.search(r"> (\S+)\)", command).group(1)
    assert path == SECRETS + "/source", path
    with open(path, encoding="utf-8") as file:
        real = file.read()
    before = os.stat(path).st_mode
    process, terminal = pty.fork()
    if process == 0:
        os.execvp("sh", ["sh", "-c", command])
    shown = b""
    while b"Password:" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"een-ander-geheim\n")
    assert os.waitpid(process, 0)[1] == 0, shown
    os.close(terminal)
    with open(path, encoding="utf-8") as file:
        assert file.read() == "een-ander-geheim"
    assert os.stat(path).st_mode == before
    write(path, real)
    say("README: a password that is typed is in a file of root's, without the end of its line")


def newest():
    """Number of the newest cycle on record; 0 while nobody answers."""
    return ask("history")["cycles"][0]["id"] if cycles() else 0


def one_cycle_by_hand():
    """duaalsyncd(8): one cycle with the helpers of the service, which itself is stopped."""
    before = newest()
    shell(block(PAGE, "--once --helpers"))
    assert not is_active()
    run("systemctl", "start", *UNITS)
    wait_until(lambda: newest() >= before + 2, "duaalsyncd(8): a cycle by hand is on record")
    configuration = "cd %s; %s" % (os.path.dirname(CONFIG), block(PAGE, "--check-config --config"))
    assert "no faults" in shell(configuration) and "no faults" in run("duaalsyncd", "--check-config")


def ledger_copied_and_put_back(school):
    """The guide: a copy of the ledger, and the same put back over one that went on."""
    members = school.all_members()
    known = newest()
    shell(block(GUIDE, "cp -p %s* /root/" % LEDGER))
    wait_until(lambda: newest() > known, "the ledger is copied, and the daemon runs")
    for _ in range(3):
        run("duaalctl", "sync", "--wait")
    later = newest()
    assert os.path.exists("/root/" + os.path.basename(LEDGER))
    stop, put_back = block(GUIDE, "cp -p %s* /root/" % LEDGER).splitlines()[:2], block(GUIDE, "cp -p /root/")
    shell("\n".join(stop))
    leftover = LEDGER + "-wal"
    write(leftover, "of the ledger that went on")
    *copying, starting = put_back.splitlines()
    shell("\n".join(copying))
    assert not os.path.exists(leftover)
    shell(starting)
    wait_until(lambda: known < newest() < later, "the copy is put back: it goes on from there")
    assert "whole" in run("duaalctl", "audit", "--verify")
    run("duaalctl", "sync", "--wait", status=None)
    owner = pwd.getpwnam("duaalsync-ledger").pw_uid
    assert {os.stat(path).st_uid for path in glob.glob(STATE + "/ledger*")} == {owner}
    assert school.all_members() == members and ask("status")["state"] in ("ok", "notice"), ask("status")


def fault_is_mended():
    """The guide: after a faulty configuration that was tried until systemd gave up. Already the first question is told that nobody is there."""
    with open(CONFIG, encoding="utf-8") as file:
        text = file.read()
    write(CONFIG, text + "nonsense = 1;\n")
    run("systemctl", "restart", "duaalsyncd.service", status=None)
    assert is_active(UNITS[0]) and not is_active()
    first = run("duaalctl", "status", status=3)
    assert "duaalsyncd is not running: /run/duaalsync/control: nobody took the call" in first, first
    wait_until(lambda: prop("ActiveState", UNITS[0]) == "failed", "with a faulty configuration questions end in a failed socket")
    assert "duaalsyncd is not running: " in run("duaalctl", "status", status=3)
    write(CONFIG, text)
    shell(block(GUIDE, "reset-failed"))
    wait_until(cycles, "the guide's commands after a mended configuration: it runs")
    assert all(is_active(unit) for unit in UNITS) and not failed_units(), (failed_units(), journal(lines=60))


def retirement(school):
    """The guide: the record is taken out, nothing runs any more, our entries can be listed, and nobody loses access."""
    members = school.all_members()
    export, disable, search = [command for command in typed(GUIDE, "When it is not needed any more")
                               if not command.startswith("duaalctl request")]
    shell("cd /root; " + export)
    with open("/root/record.jsonl", encoding="utf-8") as file:
        assert all(isinstance(json.loads(line), dict) for line in file)
    shell(disable)
    assert not any(is_active(unit) or prop("UnitFileState", unit) == "enabled" for unit in UNITS)
    instance = ask_instance()
    listed = run("sh", "-c", "%s -x -LLL -H %s -D %s -w %s" % (
        search.replace("<base>", target.BASE).replace("<instance>", instance), school.application.server.uri,
        target.ADMIN, target.ADMIN_PASSWORD))
    assert listed.count("dn: ") > len(members), listed
    assert school.all_members() == members
    say("the guide's last chapter: the record is out, nothing runs, our entries are listed, nobody lost access")


def ask_instance():
    """The instance's name in the configuration."""
    with open(CONFIG, encoding="utf-8") as file:
        return re.search(r'^instance = "([^"]+)"', file.read(), re.M).group(1)


def check(school):
    """All that needs a daemon at work; it is at work afterwards."""
    password()
    one_cycle_by_hand()
    ledger_copied_and_put_back(school)
    fault_is_mended()
    assert not failed_units(), journal()
