# SPDX-License-Identifier: EUPL-1.2
"""A ledger that is lost, damaged, full or of a newer release: nothing is written to the directory, nobody loses
access, status and questions go on, and what the sentence names mends it (faults 92 to 94)."""
import os
import shutil
import signal
import sqlite3
import subprocess

import pytest

from daemon import has_ended
from school import FIRST, right

ALL = {"an", "bart", "chris", "dries"}
FILES = ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm")
QUICK = {"schedule.backoff_max": "1s"}


class Ledger:
    """The files of a daemon's ledger."""

    def __init__(self, daemon):
        self.paths = [os.path.join(daemon.path("state"), name) for name in FILES]
        self.path = self.paths[0]

    def there(self):
        """The ones that are there."""
        return [path for path in self.paths if os.path.exists(path)]

    def lose(self):
        """As by rm."""
        for path in self.there():
            os.unlink(path)

    def move(self, before, after):
        """Each file NAME + before becomes NAME + after. Away the file itself goes first, and back it comes last: whoever tries it meanwhile
        finds none, and not one without its log."""
        for path in self.paths if after else reversed(self.paths):
            if os.path.exists(path + before):
                os.rename(path + before, path + after)

    def settle(self):
        """Everything into the file itself, and no log: what is damaged then cannot be mended from it."""
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def spoil(self, at, count=4096):
        """Overwrite a part of the file in place."""
        with open(self.path, "r+b") as file:
            file.seek(at)
            file.write(b"n" * count)

    def bytes(self):
        """Of the file itself."""
        with open(self.path, "rb") as file:
            return file.read()

    def sql(self, statement):
        """Run by somebody else; while the daemon is stopped."""
        with sqlite3.connect(self.path) as connection:
            rows = connection.execute(statement).fetchall()
        connection.close()
        return rows


def start_in_trouble(school, daemon):
    """Start a daemon whose ledger cannot be opened, and wait until it says so."""
    daemon.start(wait=False)
    daemon.wait_until(lambda: daemon.answers() and daemon.part("ledger")["state"] == "critical", "trouble with the ledger")
    return daemon


def expect_stopped(school, daemon, sentence):
    """Nothing goes to the directory, everything else goes on, reads too (I23), and the status says what to do."""
    before = school.all_members()
    school.person("fien", right("trajectbegeleider"))
    school.revoke("an", "trajectbegeleider")
    daemon.ctl("sync", "--wait")
    part = daemon.part("ledger")
    assert (part["state"], part["code"]) == ("critical", "failed")
    assert sentence in part["detail"]
    assert daemon.ctl("status").returncode == 2
    assert daemon.ctl("why", "Bart Peeters").returncode == 0
    plan = daemon.json("plan")
    waiting = {change["person"]["name"]: change["rule"] for place in plan["institutions"] for change in place["changes"]
               if change["kind"] == "member-add"}
    assert plan["go"] == 0 and waiting == {"Fien Peeters": "rule-ledger-failed"}, "what changed meanwhile is shown"
    assert daemon.part("source")["state"] == daemon.part("target")["state"] == "ok"
    assert daemon.ctl("freeze", FIRST, "--reason", "x").returncode not in (0, 1), "nothing is done that is not on record"
    assert school.all_members() == before


def result(daemon):
    """Of one more cycle; None: the next one began at once, and while it tries the ledger no cycle is known."""
    cycle = daemon.sync()
    return cycle and cycle["result"]


def expect_caught_up(school, daemon):
    """What waited is done."""
    daemon.wait_until(lambda: result(daemon) in ("applied", "in-step"), "a cycle after the trouble")
    assert school.members() == ALL - {"an"} | {"fien"}
    assert daemon.part("ledger")["state"] == "ok"


def test_what_a_damaged_one_would_say_is_not_made_up(school):
    """Started with it: nobody can say that nothing is frozen and nothing waits. The daemon that has read it goes on saying what it knows."""
    daemon = school.start(QUICK)
    daemon.order("pause", "--reason", "a migration")
    ledger = Ledger(daemon)
    daemon.stop()
    ledger.settle()
    whole = ledger.bytes()
    ledger.spoil(0)
    start_in_trouble(school, daemon)
    for name in ("holds", "freezes", "drift"):
        part = daemon.part(name)
        assert (part["state"], part["code"]) == ("notice", "unknown") and part["meaning"] != "", part
    assert "nothing is frozen" not in daemon.ctl("status").stdout
    while (plan := daemon.ctl("plan", "--exit-code")).returncode == 75:
        pass  # at the very moment in which another cycle begins with nothing: 75 is what it answers before the first one
    assert plan.returncode == 4 and "In step" not in plan.stdout
    assert "This may not be all, and may not be carried out:\n  ledger is critical (failed): " in plan.stdout
    with open(os.open(ledger.path + ".whole", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(whole)
    os.replace(ledger.path + ".whole", ledger.path)  # at once: an empty file would be taken for a new ledger
    daemon.wait_until(lambda: daemon.part("ledger")["state"] == "ok", "the ledger that was put back")
    assert daemon.part("freezes")["code"] == "paused" and daemon.part("holds")["code"] == "ok"
    ledger.lose()
    daemon.ctl("sync", "--wait")
    assert daemon.part("ledger")["code"] == "failed" and daemon.part("freezes")["code"] == "paused"


# ---- lost --------------------------------------------------------------------------------------------

def test_lost_while_running(school):
    daemon = school.start(QUICK)
    ledger = Ledger(daemon)
    ledger.lose()
    expect_stopped(school, daemon, "put")
    daemon.ctl("sync", "--wait")
    assert daemon.part("ledger")["state"] == "critical" and not ledger.there(), "no new one behind its back"
    daemon.stop()
    daemon.start()
    assert daemon.part("ledger")["state"] == "ok"
    assert ALL <= school.members(), "adopted: kept until decided"
    assert "adopted" in daemon.log()


def test_moved_away_and_put_back_while_running(school):
    daemon = school.start(QUICK)
    ledger = Ledger(daemon)
    ledger.move("", ".aside")
    expect_stopped(school, daemon, "put")
    ledger.move(".aside", "")
    expect_caught_up(school, daemon)


def test_another_file_in_its_place_while_running(school):
    daemon = school.start(QUICK)
    ledger = Ledger(daemon)
    ledger.move("", ".aside")
    with open(os.open(ledger.path, os.O_WRONLY | os.O_CREAT, 0o600), "wb"):
        pass
    expect_stopped(school, daemon, "")
    daemon.ctl("sync", "--wait")
    assert daemon.part("ledger")["state"] == "critical" and ledger.bytes() == b"", "an empty one is not begun, either"
    os.unlink(ledger.path)
    ledger.move(".aside", "")
    expect_caught_up(school, daemon)


def test_emptied_while_stopped_is_a_first_contact(school):
    daemon = school.start()
    daemon.stop()
    ledger = Ledger(daemon)
    ledger.lose()
    with open(os.open(ledger.path, os.O_WRONLY | os.O_CREAT, 0o600), "wb"):
        pass
    school.revoke("an", "trajectbegeleider")
    daemon.start()
    assert daemon.part("ledger")["state"] == "ok"
    assert school.members() == ALL, "adopted: kept until decided"


def test_a_log_lost_after_a_crash_takes_nobody_out(school):
    daemon = school.start()
    school.person("fien", right("trajectbegeleider"))
    daemon.sync()
    daemon.kill()
    for path in Ledger(daemon).there()[1:]:
        os.unlink(path)
    daemon.start()
    assert school.members() >= ALL | {"fien"}
    assert daemon.part("ledger")["state"] == "ok"


# ---- damaged -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("spoil", [
    lambda ledger: ledger.spoil(0),
    lambda ledger: ledger.spoil(8192),
    lambda ledger: os.truncate(ledger.path, 5000),
    lambda ledger: shutil.copyfile("/bin/true", ledger.path),
], ids=["header", "page", "truncated", "noise"])
def test_damaged_while_stopped(school, spoil):
    daemon = school.start(QUICK)
    daemon.stop()
    ledger = Ledger(daemon)
    ledger.settle()
    spoil(ledger)
    found = ledger.bytes()
    start_in_trouble(school, daemon)
    expect_stopped(school, daemon, "move it aside together with its -wal and -shm files")
    assert ledger.bytes() == found, "left as it was found"
    ledger.move("", ".aside")
    daemon.wait_until(lambda: result(daemon) not in (None, "ledger-failed"), "a new ledger")
    assert ALL <= school.members(), "adopted: kept until decided"


def test_damaged_while_running(school):
    daemon = school.start(QUICK)
    ledger, helper = Ledger(daemon), daemon.helpers()["duaal-ledger"]
    daemon.process.send_signal(signal.SIGSTOP)  # else it begins another one before this is done
    os.waitid(os.P_PID, daemon.process.pid, os.WSTOPPED)
    os.kill(helper, signal.SIGKILL)
    daemon.wait_until(lambda: has_ended(helper), "the helper's end")
    ledger.settle()
    ledger.spoil(4096, 100000)
    daemon.process.send_signal(signal.SIGCONT)
    expect_stopped(school, daemon, "damaged")


def test_of_a_newer_release(school):
    daemon = school.start(QUICK)
    daemon.stop()
    ledger = Ledger(daemon)
    version = ledger.sql("PRAGMA user_version")[0][0]
    ledger.sql("PRAGMA user_version = 1000")
    start_in_trouble(school, daemon)
    expect_stopped(school, daemon, "written by a newer duaalsync")
    daemon.stop()
    ledger.sql("PRAGMA user_version = %d" % version)
    daemon.start()
    expect_caught_up(school, daemon)


def test_of_another_instance(school):
    daemon = school.start(QUICK)
    daemon.stop()
    Ledger(daemon).sql("UPDATE ledger SET instance = 'acceptance'")
    start_in_trouble(school, daemon)
    expect_stopped(school, daemon, 'belongs to the instance "acceptance"')


# ---- full --------------------------------------------------------------------------------------------

class SmallDisk:
    """A daemon's state directory on a file system of its own, which only the daemon sees."""

    def __init__(self, daemon):
        self.daemon, self.state = daemon, daemon.path("state")
        script = "mount -t tmpfs -o size=4m,mode=0700 none '%s' && exec \"$@\"" % self.state
        daemon.wrapper = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]

    def run(self, script):
        """A shell script where the daemon lives."""
        return subprocess.run(["nsenter", "--target", str(self.daemon.process.pid), "--mount", "sh", "-c", script],
                              capture_output=True, text=True, check=False)

    def fill(self):
        """Leave no byte."""
        self.run("dd if=/dev/zero of='%s/ballast' bs=1k" % self.state)
        assert self.run("echo x >> '%s/drop'" % self.state).returncode != 0

    def empty(self):
        """Give the space back."""
        assert self.run("rm -f '%s/ballast' '%s/drop'" % (self.state, self.state)).returncode == 0


@pytest.fixture
def small_disk(school):
    """A daemon that is in step, with its state on a SmallDisk."""
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no mount namespace can be made here")
    school.daemon = school.make_daemon(QUICK)
    disk = SmallDisk(school.daemon)
    school.daemon.start()
    return disk


def test_full(school, small_disk):
    daemon = school.daemon
    cycles = len(daemon.json("history")["cycles"])
    small_disk.fill()
    expect_stopped(school, daemon, "no space left for it; nothing is written to the application's directory until there is")
    small_disk.empty()
    expect_caught_up(school, daemon)
    assert len(daemon.json("history")["cycles"]) > cycles


def test_full_in_the_middle_of_a_first_fill(school, small_disk):
    daemon = school.daemon
    school.many(300)
    small_disk.fill()
    daemon.ctl("sync", "--wait")
    assert len(school.members("trajectbegeleider", "112342")) == 1
    small_disk.empty()
    daemon.wait_until(lambda: result(daemon) in ("applied", "in-step", "held"), "a cycle after the trouble")
    assert daemon.part("ledger")["state"] == "ok"


def test_a_helper_that_was_stopped_is_replaced(school):
    daemon = school.start(QUICK | {"ledger.deadline": "2s"})
    stopped = daemon.helpers()["duaal-ledger"]
    os.kill(stopped, signal.SIGSTOP)  # it cannot end itself now
    school.person("fien", right("trajectbegeleider"))
    daemon.ctl("sync", "--wait")
    daemon.wait_until(lambda: "fien" in school.members(), "a cycle with another duaal-ledger")
    assert daemon.helpers()["duaal-ledger"] != stopped and not os.path.exists("/proc/%d" % stopped)
    assert "duaal-ledger gives no answer and does not end itself" in daemon.log()


# ---- of an older release ----------------------------------------------------------------------------

VERSION_1 = {"ledger", "cycles", "cycle_ends", "certificates", "changes", "outcomes", "people", "details", "state", "owned",
             "role_groups", "seen", "removals", "ambiguities", "grantors"}
VERSION_2 = VERSION_1 | {"roles", "decisions", "decision_ends", "hold_events", "decision_details", "cycle_details", "holds",
                         "hold_ops", "freezes", "pins", "directives", "drifts", "marks"}


def tables_of(ledger):
    """Names of the tables that there are."""
    return {name for name, in ledger.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")}


def make_version_2(ledger):
    """What a ledger of release 0.2.0 was: one source, whose position stands with the state."""
    position = ledger.sql("SELECT position FROM source_positions")
    first, generation, people, institutions, members, scope = ledger.sql(
        "SELECT first_contact, generation, source_people, source_institutions, released_members, quote(scope) FROM state")[0]
    for statement in (
            *("DROP TABLE %s" % name for name in sorted(tables_of(ledger) - VERSION_2)), "DROP TABLE state",
            "CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), first_contact INTEGER NOT NULL, generation INTEGER NOT "
            "NULL, position TEXT NOT NULL, source_people INTEGER NOT NULL, source_institutions INTEGER NOT NULL, "
            "released_members INTEGER NOT NULL, scope BLOB NOT NULL DEFAULT x'00000000000000000000000000000000') STRICT",
            "INSERT INTO state VALUES (1, %d, %d, '%s', %d, %d, %d, %s)" % (
                first, generation, position[0][0] if position else "", people, institutions, members, scope),
            "PRAGMA user_version = 2"):
        ledger.sql(statement)


def make_version_1(ledger):
    """What a ledger of release 0.1.0 was: without all that later versions brought."""
    make_version_2(ledger)
    there = tables_of(ledger)
    assert VERSION_1 < there
    # hold_ops names holds, and decision_ends decisions
    for statement in ["DROP TABLE %s" % table for table in sorted(there - VERSION_1, key=lambda name: (
            name not in ("hold_ops", "decision_ends"), name))] + ["DROP INDEX changes_place"] + [
            "ALTER TABLE %s DROP COLUMN %s" % column for column in (
                ("state", "scope"), ("seen", "begin_day"), ("seen", "begin_since_s"), ("seen", "end_moved"),
                ("removals", "sort"))] + ["PRAGMA user_version = 1"]:
        ledger.sql(statement)


def test_what_release_0_1_0_only_reported_is_adopted(school):
    daemon = school.start({"drift.grace": "0s"})
    daemon.stop()
    make_version_1(Ledger(daemon))
    school.by_hand(add=["els"])
    daemon.start()
    for _ in range(3):
        daemon.sync()
        assert "els" in school.members(), "whoever was added before the upgrade keeps access until somebody decides"
    assert daemon.part("ledger")["state"] == "ok"
    school.person("gust", right("beheerder"))
    daemon.sync()
    school.by_hand(add=["gust"])
    daemon.sync()
    daemon.sync()
    assert "gust" not in school.members() and "els" in school.members(), "what is added after it is drift"


def test_where_the_source_stood_survives_an_upgrade_from_release_0_2_0(school):
    """A source that goes back while the daemon is upgraded is noticed by what the older ledger knew."""
    daemon = school.start()
    old = school.government.server.backup()
    school.person("gust", right("beheerder"))
    daemon.sync()
    daemon.stop()
    make_version_2(Ledger(daemon))
    school.government.server.restore(old)
    daemon.start()
    assert daemon.part("source")["code"] == "went-back", daemon.part("source")
    assert daemon.json("status")["first_contact"] is False and "gust" in school.members("beheerder")
