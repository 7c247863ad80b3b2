# SPDX-License-Identifier: EUPL-1.2
"""Who may do what, and the record of it: every order before it takes effect, a chain that shows tampering, people who are forgotten."""
import json
import os
import signal
import sqlite3
import subprocess

import pytest
from daemon import program
from school import FIRST, right, vo_id
from varlink import Refused

ALL = {"an", "bart", "chris", "dries"}
READ, OPERATE, APPROVE = "games", "audio", "video"   # groups that every system has
NOBODY = 65534


def ledger(daemon):
    """Path of the ledger's file."""
    return os.path.join(daemon.path("state"), "ledger.sqlite")


def rows(daemon):
    """Every row of the record, as exported."""
    done = daemon.ctl("audit", "--export")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# ---- rights ----

@pytest.fixture(name="shared")
def _shared(school):
    """A daemon that others may ask: READ may ask, OPERATE steer, APPROVE decide."""
    if os.getuid() != 0:
        pytest.skip("other users' questions need root to ask them")
    daemon = school.start({"control.group": READ, "control.operate_group": OPERATE, "control.approve_group": APPROVE})
    os.chmod(daemon.directory, 0o711)
    return school


def as_member(daemon, *arguments, groups=(READ,)):
    """duaalctl as a user who is in nothing but these groups."""
    return subprocess.run(
        ["/usr/bin/setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY, "--groups=" + ",".join(groups), program("duaalctl"),
         "--socket", daemon.settings["control.socket"], *arguments], capture_output=True, text=True, timeout=60, check=False)


OPERATIONS = [("sync",), ("freeze", FIRST, "--reason", "x"), ("thaw", FIRST), ("pause", "--reason", "x"), ("resume",)]
DECISIONS = [
    ("approve", "1", "--reason", "x"), ("reject", "1", "--reason", "x"), ("accept-source", "1", "--reason", "x"),
    ("request", "40022", "--reason", "x"), ("unrequest", "40022", "--reason", "x"),
    ("pin", vo_id("els"), FIRST, "trajectbegeleider", "--reason", "x"),
    ("unpin", vo_id("els"), FIRST, "trajectbegeleider", "--reason", "x"), ("drift", "adopt", "1", "--reason", "x"),
    ("drift", "undo", "1", "--reason", "x"), ("undo", "1", "--reason", "x", "--until", "3d"), ("redo", "1", "--reason", "x"),
    ("forget", vo_id("an"), "--reason", "x")]


def test_who_may_only_ask(shared):
    daemon = shared.daemon
    for question in (("status",), ("plan",), ("holds",), ("drift",), ("directives",), ("history",), ("audit", "--verify"), ("changes",),
                     ("reads",), ("statistics",), ("institution", "--all"), ("why", vo_id("an"), "--at", "now"),
                     ("why", vo_id("an"))):
        done = as_member(daemon, *question)
        assert done.returncode in (0, 1), (question, done.stderr)
    before = shared.application.server.backup()
    recorded = len(rows(daemon))
    for order in OPERATIONS + DECISIONS:
        done = as_member(daemon, *order)
        wanted = APPROVE if order in DECISIONS else OPERATE
        assert done.returncode not in (0, 1) and wanted in done.stderr, (order, done.stderr)
    assert shared.application.server.backup() == before and len(rows(daemon)) == recorded


def test_who_may_steer_may_not_decide(shared):
    daemon = shared.daemon
    done = as_member(daemon, "freeze", FIRST, "--reason", "examens", groups=(READ, OPERATE))
    assert done.returncode == 0, done.stderr
    assert daemon.json("status")["freezes"][0]["by"] == NOBODY
    for order in DECISIONS:
        done = as_member(daemon, *order, groups=(READ, OPERATE))
        assert done.returncode not in (0, 1) and APPROVE in done.stderr, order


def test_who_may_decide(shared):
    daemon = shared.daemon
    done = as_member(daemon, "pin", vo_id("els"), FIRST, "trajectbegeleider", "--reason", "vervanging", groups=(READ, APPROVE))
    assert done.returncode == 0, done.stderr
    daemon.sync()
    assert shared.members() == ALL | {"els"}


def test_who_is_in_no_group_is_told_so(shared):
    done = as_member(shared.daemon, "status", groups=("mail",))
    assert done.returncode not in (0, 1) and done.stderr.strip()


# ---- the record ----

@pytest.fixture(name="world")
def _world(school):
    """In step after some orders."""
    daemon = school.start()
    daemon.order("freeze", FIRST, "--reason", "examens van An")
    daemon.order("thaw", FIRST, "--reason", "gedaan")
    daemon.order("pin", vo_id("els"), FIRST, "trajectbegeleider", "--reason", "vervangt An Peeters")
    school.sync()
    return school


def test_the_chain_holds_and_every_order_is_in_it(world):
    done = world.daemon.ctl("audit", "--verify")
    assert done.returncode == 0, done.stdout + done.stderr
    answer = world.daemon.json("audit", "--verify")
    assert answer["broken"] is None and answer["rows"] > 10 and answer["head"]
    text = world.daemon.ctl("audit", "--export").stdout
    for said in ("examens van An", "gedaan", "vervangt An Peeters"):
        assert said in text
    recorded = rows(world.daemon)
    decisions = [row for row in recorded if row["table"] == "decisions" and row["order"] != "sync"]
    assert len(decisions) == 3 and all(row["uid"] == 0 and row["at_s"] for row in decisions)
    ends = {row["decision"] for row in recorded if row["table"] == "decision_ends" and row["result"] == 0}
    assert {row["id"] for row in decisions} <= ends


def test_an_order_is_on_record_before_its_effect(world):
    text = world.daemon.ctl("audit", "--export").stdout.splitlines()
    order = next(n for n, line in enumerate(text) if "vervangt An Peeters" in line)
    effect = max(n for n, line in enumerate(text) if vo_id("els") in line)
    assert order < effect


TAMPERINGS = [
    "UPDATE changes SET number = 1 WHERE n = 1",
    "UPDATE decisions SET uid = 1000",
    "DELETE FROM outcomes WHERE seq = (SELECT max(seq) FROM outcomes)",
    "UPDATE cycle_ends SET removals = 7 WHERE cycle = 1",
    "UPDATE people SET key = 'iemand-anders' WHERE id = 1",
    "UPDATE decision_details SET said = 'iets anders' WHERE decision = 1",
    "UPDATE ledger SET chain_seq = chain_seq - 1",
]


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda text: " ".join(text.split()[:3]))
def test_tampering_is_evident(world, tampering, running):
    daemon = world.daemon
    if not running:
        daemon.stop()
    connection = sqlite3.connect(ledger(daemon), timeout=5)
    assert connection.execute(tampering).rowcount > 0
    connection.commit()
    connection.close()
    if not running:
        daemon.start()
    done = daemon.ctl("audit", "--verify")
    assert done.returncode == 2, done.stdout
    assert daemon.json("audit", "--verify")["broken"]


@pytest.mark.parametrize("forgery", [
    "UPDATE holds SET state = 2, decided_by = 0, decided_s = opened_s",
    "UPDATE freezes SET by_uid = 1234",
    "INSERT INTO freezes VALUES (77, 0, 1, 0, 1, 9999999999, 'x')",
    "INSERT INTO pins VALUES (zeroblob(16), 30569, 0, 1, 1, 9999999999)",
], ids=["approved", "frozen-by-another", "paused", "undone"])
def test_what_nobody_decided_is_evident(world, forgery):
    daemon = world.daemon
    for name in ("an", "bart", "chris"):
        world.revoke(name, "trajectbegeleider")
    world.sync()
    daemon.order("freeze", FIRST, "--reason", "examens")
    assert daemon.hold("rule-group-halved") and daemon.json("audit", "--verify")["broken"] is None
    connection = sqlite3.connect(ledger(daemon), timeout=5)
    assert connection.execute(forgery).rowcount > 0
    connection.commit()
    connection.close()
    assert "not as it was decided" in daemon.json("audit", "--verify")["broken"]


def test_last_rows_that_went_with_their_head_are_missed(world):
    daemon = world.daemon
    connection = sqlite3.connect(ledger(daemon), timeout=5)
    tables = [name for name, in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
              if {"seq", "hash"} <= {column[1] for column in connection.execute("PRAGMA table_info(%s)" % name)}]
    last = connection.execute("SELECT chain_seq FROM ledger").fetchone()[0] - 2
    for name in tables:
        connection.execute("DELETE FROM %s WHERE seq > ?" % name, (last,))
        connection.execute("UPDATE ledger SET chain_seq = ?1, chain_hash = (SELECT hash FROM %s WHERE seq = ?1)"
                           " WHERE EXISTS (SELECT 1 FROM %s WHERE seq = ?1)" % (name, name), (last,))
    connection.commit()
    connection.close()
    assert "noted" in daemon.json("audit", "--verify")["broken"]


def stat_of(pid):
    """Fields of a process from its state on; [19]: when it was started. Numbers of processes begin anew one day."""
    with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def test_a_reader_that_ends_is_not_a_broken_record(world):
    daemon = world.daemon
    daemon.json("audit", "--verify")
    path = "/proc/%d/task/%d/children" % (daemon.process.pid, daemon.process.pid)
    with open(path, encoding="ascii") as file:
        reader = max(map(int, file.read().split()), key=lambda pid: int(stat_of(pid)[19]))  # started for the question, after all the others
    os.kill(reader, signal.SIGSTOP)
    daemon.wait_until(lambda: stat_of(reader)[0] == "T", "the stop of the reader")
    with daemon.socket() as socket:
        socket.send("AuditVerify")
        daemon.json("status")
        os.kill(reader, signal.SIGKILL)
        with pytest.raises(Refused) as why:
            socket.receive()
    assert why.value.parameters["code"] == "failed" and "signal 9" in why.value.parameters["what"]
    assert daemon.json("audit", "--verify")["broken"] is None


def test_the_export_has_every_row_once(world):
    everything = rows(world.daemon)
    numbers = [row["seq"] for row in everything]
    assert numbers == sorted(set(numbers)) and len(numbers) == world.daemon.json("audit", "--verify")["rows"]
    part = world.daemon.ctl("audit", "--export", "--from", str(numbers[5])).stdout.splitlines()
    assert [json.loads(line)["seq"] for line in part] == numbers[5:]


def everything_in(daemon):
    """All bytes of the state folder."""
    folder = daemon.path("state")
    return b"".join(open(os.path.join(folder, name), "rb").read() for name in os.listdir(folder))


def test_a_forgotten_person_is_named_nowhere_and_the_chain_holds(world):
    daemon = world.daemon
    world.person("weg", right("beheerder"))
    world.sync()
    world.government.remove_person(vo_id("weg"))
    world.sync()
    world.application.server.delete(world.dn("weg"))
    world.sync()
    answer = daemon.order("forget", vo_id("weg"), "--reason", "op verzoek")
    assert answer["rows"] > 0
    assert daemon.ctl("audit", "--verify").returncode == 0
    assert vo_id("weg") not in daemon.ctl("audit", "--export").stdout
    daemon.stop()
    assert vo_id("weg").encode() not in everything_in(daemon) and b"Weg Peeters" not in everything_in(daemon)
    daemon.start()
    assert daemon.ctl("audit", "--verify").returncode == 0
    assert world.sync()["result"] == "in-step"


def test_names_leave_after_the_retention_and_the_chain_holds(moved):
    school = moved("2026-09-01T08:00")
    school.person("weg", right("trajectbegeleider"))
    daemon = school.start()
    clock = daemon.clock
    daemon.order("freeze", "112342", "--reason", "Weg Peeters belt terug", "--until", "1d")
    school.government.remove_person(vo_id("weg"))
    school.sync()
    assert "weg" not in school.members()
    clock.forward(days=31)  # without access its entry goes (target.people_retention)
    school.sync()
    school.sync()
    assert school.application.server.read(school.dn("weg"), ["uid"]) is None
    clock.forward(days=368)
    school.sync()
    assert vo_id("weg") in daemon.ctl("audit", "--export").stdout, "399 days after: still there"
    clock.forward(days=34)  # the entry's end was on record as well
    school.person("nieuw", right("beheerder"))
    school.sync()
    assert daemon.ctl("audit", "--verify").returncode == 0
    record = daemon.ctl("audit", "--export").stdout
    assert vo_id("weg") not in record and "Weg Peeters" not in record and vo_id("nieuw") in record
    assert school.members() == ALL and "nieuw" in school.members("beheerder")
    assert school.sync()["result"] == "in-step"
    daemon.stop()
    assert vo_id("weg").encode() not in everything_in(daemon) and b"Weg Peeters" not in everything_in(daemon)


def test_no_reason_no_order(school):
    daemon = school.start()
    for order in DECISIONS:
        words = [word for word in order if word not in ("--reason", "x")]
        assert daemon.ctl(*words).returncode not in (0, 1), order
        assert daemon.ctl(*words, "--reason", "").returncode not in (0, 1), order


def test_a_reason_is_only_text(school):
    """Quotes, control characters and length: neither log, nor terminal, nor database is troubled."""
    daemon = school.start()
    daemon.order("freeze", FIRST, "--reason", "'; DROP TABLE decisions; -- \"}{")
    assert daemon.ctl("freeze", FIRST, "--reason", "a\x1b]0;x\x07").returncode not in (0, 1)
    with daemon.socket() as socket, pytest.raises(Refused):
        socket.call("Freeze", institution=int(FIRST), reason="a\x1b]0;x\x07\nb")
    for arguments in (("status",), ("audit", "--export")):
        text = daemon.ctl(*arguments).stdout
        assert "\x1b" not in text and "\x07" not in text and "DROP TABLE" in text
    assert "\x1b" not in daemon.log()
    assert daemon.ctl("freeze", FIRST, "--reason", "x" * 100000).returncode not in (0, 1)
    assert daemon.ctl("audit", "--verify").returncode == 0
