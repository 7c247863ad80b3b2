# SPDX-License-Identifier: EUPL-1.2
"""What an operator asks on a host with systemd, helpers being units; part of package.py. check(school) runs all of it.

A plan of another configuration (duaalsyncd(8)), the doctor, a support bundle, and somebody by national number, which ends the helper that
heard it.
"""
import glob
import grp
import io
import json
import os
import re
import subprocess
import tarfile

from host import (CONFIG, LEDGER, SECRETS, STATE, ask, failed_units, is_active, journal, prop, run, say, wait_until, write)

import government as source
from documents import GUIDE, PAGE, block, newest, typed
from national import national_number, on_card
from school import vo_id
from units import sync

UNIT, SOCKET = "duaalsync-source.service", "duaalsync-source.socket"
OTHER = "/etc/duaalsync/new.conf"  # of the page
NOT_SECONDARY = 'policy = { kinds = ( { kind = "*"; admission = "never"; } ); };\n'
AN, LOST, NOBODY = (national_number(serial) for serial in (1, 3, 5))
USER_BURST, ALL_BURST = 8, 16  # SEARCH_BURST, SEARCH_ALL_BURST
USERS = (61001, 61002)  # who operate, and have no other right


def read(path):
    """Text of a file."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def told_by(unit, words):
    """How many lines of the unit have these words."""
    return journal(unit, lines=5000).count(words)


# ---- a plan of another configuration ----

def plan_command():
    """The page's command, as the page shows it: without scdoc's escapes, and without the line that is for password files."""
    shown = block(PAGE, "systemd-run --pipe").replace("\\\\", "\\")
    return shown[shown.index("systemd-run"):]


def plan_with(text, status):
    """What the page's command says with that configuration."""
    write(OTHER, text)
    return run("sh", "-euc", plan_command(), status=status)


def owners():
    """Who owns each file of the state."""
    return {path: os.stat(path).st_uid for path in glob.glob(STATE + "/*")}


def plan_beside(school):
    """duaalsyncd(8): in step, a change, a fault; nothing is written, and the service goes on, also where it is stopped."""
    text, members, planner = read(CONFIG), school.all_members(), prop("MainPID")
    assert sync() == "in-step"
    cycle = newest()
    assert "nothing would change" in plan_with(text, 0)
    assert "policy = " not in text and "kind-never" in plan_with(text + NOT_SECONDARY, 4)
    assert "nonsense" in plan_with(text + "nonsense = 1;\n", 2)
    assert school.all_members() == members and prop("MainPID") == planner
    assert set(owners().values()) == {os.stat(LEDGER).st_uid}, owners()
    assert newest() == cycle
    say("duaalsyncd(8): a plan with credentials handed over by systemd-run, beside the service, which it does not disturb")
    run("systemctl", "stop", "duaalsyncd.socket", "duaalsyncd.service")
    wait_until(lambda: not is_active("duaalsync-ledger.service"), "the service is stopped")
    before = owners()
    plan_with(text, 0)
    assert owners() == before and not is_active()
    os.remove(OTHER)
    run("systemctl", "start", "duaalsyncd.socket", "duaalsyncd.service")
    assert sync() == "in-step"
    say("and while the service is stopped: no file of the state is new")


# ---- somebody by national number ----

def search(number, uid=0):
    """duaalctl why - with this typed; as root, or as somebody who operates."""
    group = str(grp.getgrnam("duaalsync").gr_gid)
    who = [] if uid == 0 else ["setpriv", "--reuid=%d" % uid, "--regid=%d" % uid, "--groups=" + group]
    return subprocess.run([*who, "duaalctl", "why", "-"], input=number + "\n", capture_output=True, text=True, timeout=60, check=False)


def configure_search(school):
    """The guide's second and third step; the first one is done by the directory that is played here."""
    for name, number in (("an", AN), ("els", LOST)):
        school.government.number(vo_id(name), number)
    text = read(CONFIG)
    assert "control = " not in text
    changed = re.sub(r"(?m)^(source = .*?\bpeople = \{ )", r'\1national_number = "%s"; ' % source.NUMBER, text)
    assert changed != text
    write(CONFIG, changed + 'control = { operate_group = "duaalsync"; };\n')
    reload_, doctor = [command for command in typed(GUIDE, "Finding people by national number")
                       if command.startswith(("systemctl", "duaalctl doctor"))]
    run(*reload_.split())
    run("systemctl", "restart", "duaalsyncd.service")  # of a group of the socket
    assert sync() == "in-step", journal()
    found = {f["id"]: f for f in json.loads(run(*doctor.split(), "--json", status=None))["findings"] if f["about"].startswith("source: people")}
    assert found["D23"]["severity"] == "ok", found


def heard_and_ended():
    """Who is found; the helper that heard it has ended, and its unit did not fail; the socket brings up another one."""
    sync()
    heard, starts = prop("MainPID", UNIT), told_by(UNIT, "Started ")
    assert heard != "0"
    done = search(on_card(AN))
    assert done.returncode == 0 and "has access" in done.stdout, done
    wait_until(lambda: prop("MainPID", UNIT) != heard, "the helper that heard a national number has ended")
    assert prop("Result", UNIT) == "success" and is_active(SOCKET) and not failed_units(), failed_units()
    assert sync() == "in-step" and told_by(UNIT, "Started ") > starts
    assert prop("MainPID", UNIT) not in ("0", heard)
    assert "nobody with this national number" in search(NOBODY).stderr
    say("the next question has a helper of its own")


def as_often_as_may_be():
    """Two users have all that there is at once, while cycles and the doctor ask, too: nothing fails, and no limit of systemd is met."""
    limits = told_by(SOCKET, "rigger limit")  # a helper that could not start has met it before
    ends = [search(NOBODY, uid) for uid in USERS for _ in range(USER_BURST)]
    refused = [done for done in ends if "too many searches" in done.stderr]
    found = [done for done in ends if "nobody with this national number" in done.stderr]
    assert len(found) + len(refused) == len(ends) and len(found) >= ALL_BURST - 4, [done.stderr for done in ends]
    assert search(AN, USERS[0]).returncode == 5
    assert run("duaalctl", "doctor", status=None) and sync() == "in-step", journal()
    for unit in (UNIT, SOCKET):
        assert prop("Result", unit) == "success", (unit, prop("Result", unit), journal(lines=80))
    assert is_active(SOCKET) and not failed_units(), failed_units()
    assert told_by(SOCKET, "rigger limit") == limits and not told_by(UNIT, "repeated too quickly")
    say("%d searches at once by two users, each with a helper of its own: no unit failed" % len(found))


def stays_nowhere():
    """Neither in the journal nor in the state."""
    written = {path: open(path, "rb").read() for path in glob.glob(STATE + "/*")}
    written["journal"] = subprocess.run(["journalctl", "-o", "export", "-a"], capture_output=True, check=True).stdout
    assert b"DS0604" in written["journal"]
    for number in (AN, LOST, NOBODY):
        for form in (number.encode(), on_card(number).encode()):
            found = {path: content[max(0, content.index(form) - 80):][:200] for path, content in written.items() if form in content}
            assert not found, found
    say("the journal has each search, and neither it nor the state has a number")


# ---- the doctor and the bundle ----

def doctor():
    """All helpers are there to be asked; what it says of a good host."""
    findings = ask("doctor")["findings"]
    bad = [f for f in findings if f["severity"] == "critical"]
    assert findings and not bad, bad
    confined = [f for f in findings if f["id"] == "D17"]
    assert confined and all(f["severity"] == "ok" for f in confined), confined
    say("the doctor: %d findings, none critical, and every helper is confined" % len(findings))


def support_bundle(school):
    """The journal is in it, by message; nobody is named, and no password, host or number stands in it."""
    path = "/root/bundle.tar.gz"
    said = run("duaalctl", "support-bundle", path)
    assert path in said, said
    with tarfile.open(fileobj=io.BytesIO(open(path, "rb").read())) as archive:
        files = {member.name: archive.extractfile(member).read().decode() for member in archive.getmembers() if member.isfile()}
    whole = "\n".join(files.values())
    messages = next(text for name, text in files.items() if "journal" in name)
    assert "DS0604" in messages, messages
    for name in ("an", "els", "griet"):
        assert vo_id(name) not in whole and name.capitalize() + " Peeters" not in whole, name
    for word in (read(SECRETS + "/source").strip(), read(SECRETS + "/target").strip(), AN, LOST, NOBODY, school.government.server.uri):
        assert word not in whole, word
    say("the support bundle: %d files, nobody is named" % len(files))


def check(school):
    """All of it. The daemon runs before and after, with the configuration that it had."""
    text = read(CONFIG)
    plan_beside(school)
    configure_search(school)
    heard_and_ended()
    as_often_as_may_be()
    stays_nowhere()
    doctor()
    support_bundle(school)
    write(CONFIG, text)
    run("systemctl", "restart", "duaalsyncd.service")
    assert sync() == "in-step", journal()
