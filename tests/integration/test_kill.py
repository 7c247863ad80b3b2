# SPDX-License-Identifier: EUPL-1.2
"""SIGKILL at random moments, while people give orders, edit by hand and the source changes (faults 96, I11, I19).

After each: the ledger verifies, nothing is in force that no decision on record explains, the directory is as the record and
the source say, and two cycles later there is nothing left to do. DUAAL_KILLS: how many; DUAAL_SEED: to have a run again.
"""
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import threading
import time

import pytest
from daemon import has_ended
from school import FIRST, SECOND, right, vo_id
from varlink import Refused, Varlink

KILLS = int(os.environ.get("DUAAL_KILLS", "15"))
SEED = int(os.environ.get("DUAAL_SEED", str(random.SystemRandom().randrange(1 << 30))))
ROLE = "trajectbegeleider"
BY_HAND = "50505"  # only here groups are edited by hand
NUMBERS = (FIRST, SECOND, BY_HAND)
QUICK = {"schedule.backoff_max": "1s"}
VICTIMS = ("planner", "planner", "duaal-ledger", "duaal-target", "duaal-source")
APPROVED, REJECTED, ACCEPTED = 2, 3, 4


class World:
    """A school, what was done to it, and the people who do it."""

    def __init__(self, school, draw):
        self.school, self.draw = school, draw
        self.rights = {(name, FIRST) for name in ("an", "bart", "chris", "dries")} | {("els", SECOND)}
        school.government.organisation(BY_HAND, "Met de hand", kind="secundair onderwijs", programmes=["1:goedgekeurd"])
        school.many(20)
        self.rights |= {("p%03d" % n, SECOND) for n in range(20)}
        for n in range(8):
            school.person("h%d" % n, right(ROLE, BY_HAND))
            self.rights.add(("h%d" % n, BY_HAND))
        self.names = sorted(name for name, _ in self.rights)
        self.lock = threading.Lock()
        self.answers = []
        self.daemon = school.start(QUICK)

    # ---- what people do ----

    def change_source(self):
        """Somebody gets or loses the role somewhere."""
        name, number = self.draw.choice(self.names), self.draw.choice(NUMBERS)
        if (name, number) in self.rights:
            self.school.revoke(name, ROLE, number)
            self.rights.discard((name, number))
        else:
            self.school.grant(name, ROLE, number)
            self.rights.add((name, number))

    def edit_by_hand(self):
        """Somebody is put into a group, or taken out of it, with another tool."""
        name, inside = "h%d" % self.draw.randrange(8), self.school.members(ROLE, BY_HAND)
        if inside is not None:
            edit = {"delete": [name]} if name in inside else {"add": [name]}
            self.school.by_hand(ROLE, BY_HAND, **edit)

    def order(self):
        """One order: method and parameters."""
        draw = self.draw
        place = {"person": vo_id(draw.choice(self.names)), "institution": int(draw.choice(NUMBERS)), "role": ROLE}
        hold = "%d" % draw.randrange(1, 12)
        return draw.choice([
            ("Sync", {}), ("Sync", {}),
            ("Approve", {"id": hold}), ("Approve", {"id": hold}), ("Reject", {"id": hold}),
            ("Freeze", {"institution": place["institution"]}), ("Thaw", {"institution": place["institution"]}),
            ("Pin", place), ("Pin", {**place, "exclude": True}), ("Unpin", place),
            ("Undo", {"cycle": draw.randrange(1, 40), "until": int(time.time()) + 86400}), ("Redo", {"cycle": draw.randrange(1, 40)}),
            ("DriftAdopt", {"id": draw.randrange(1, 20)}), ("DriftUndo", {"id": draw.randrange(1, 20)}),
            ("Forget", {"person": place["person"]}),
        ])

    def give(self, method, parameters):
        """Give it, whatever comes of it."""
        if method != "Sync":
            parameters = {"reason": "een test", **parameters}
        try:
            with Varlink(self.daemon.settings["control.socket"], 20) as socket:
                if "id" in parameters and method in ("Approve", "Reject"):
                    parameters["id"] = self.full_id(socket, parameters["id"])
                answer = socket.call(method, **parameters)
        except Refused as why:
            answer = why.parameters
        except OSError as why:
            answer = repr(why)
        with self.lock:
            self.answers.append((method, parameters, answer))

    @staticmethod
    def full_id(socket, number):
        """A hold's id as it is shown."""
        found = [hold["id"] for hold in socket.call("Holds")["holds"] if hold["id"] and hold["id"].split("-")[0] == number]
        return found[0] if found else number

    def busy(self):
        """Some orders at once: threads to be joined."""
        orders = [self.order() for _ in range(self.draw.randrange(1, 6))]
        threads = [threading.Thread(target=self.give, args=order) for order in orders]
        for thread in threads:
            thread.start()
        return threads

    # ---- the end of a process ----

    def kill(self, victim):
        """SIGKILL to it. A planner is started again."""
        daemon = self.daemon
        if victim == "planner":
            daemon.kill()
            self.check_record()
            for _ in range(self.draw.choice((0, 0, 1))):
                daemon.start(wait=False)
                time.sleep(self.draw.uniform(0, 0.2))
                daemon.kill()
                self.check_record()
            daemon.start()
        else:
            with contextlib.suppress(KeyError, ProcessLookupError):  # it may have none just now
                os.kill(daemon.helpers()[victim], signal.SIGKILL)

    def round(self):
        """Everything at once, and then a kill."""
        for _ in range(self.draw.randrange(4)):
            self.change_source()
        if self.draw.random() < 0.5:
            self.edit_by_hand()
        threads = self.busy()
        time.sleep(self.draw.choice((0, self.draw.uniform(0, 0.03), self.draw.uniform(0, 0.15))))
        victim = self.draw.choice(VICTIMS)
        self.kill(victim)
        for thread in threads:
            thread.join()
        return victim

    # ---- what must be so ----

    def check_record(self):
        """While nobody works with it: what is in force was decided before."""
        folder = self.daemon.path("copy")
        shutil.copytree(self.daemon.path("state"), folder)
        ledger = sqlite3.connect(os.path.join(folder, "ledger.sqlite"))
        decided = ledger.execute("SELECT order_kind, number, object, at_s FROM decisions").fetchall()
        holds = ledger.execute("SELECT id, state FROM holds").fetchall()
        freezes = ledger.execute("SELECT number, pause, since_s FROM freezes").fetchall()
        pins = ledger.execute("SELECT cycle FROM pins").fetchall()
        ledger.close()
        shutil.rmtree(folder)
        for hold, state in holds:
            kind = {APPROVED: 1, REJECTED: 2, ACCEPTED: 3}.get(state)
            assert kind is None or any(d[0] == kind and d[2] == hold for d in decided), (hold, state, decided)
        for number, _, _ in freezes:
            assert any(d[0] == 10 and d[1] == number for d in decided), (number, decided)
        for cycle, in pins:
            assert any(d[2] == cycle for d in decided), (cycle, decided)

    def settle(self):
        """At rest two cycles after the last trouble."""
        daemon = self.daemon
        daemon.wait_until(lambda: daemon.answers() and daemon.part("ledger")["state"] == "ok" and
                          daemon.json("status")["phase"] == "idle", "rest")
        for _ in range(2):
            daemon.sync()
        summary = daemon.sync()
        assert summary["result"] in ("in-step", "held"), summary
        assert summary["grants"] + summary["removals"] + summary["structure"] == 0, summary
        return summary

    def export(self):
        """The audit, row by row."""
        rows, at = [], 0
        with Varlink(self.daemon.settings["control.socket"]) as socket:
            while at is not None:
                answer = socket.call("AuditExport", **({"from": at} if at else {}))
                rows += [json.loads(line) for line in answer["lines"]]
                at = answer["next"]
        return rows

    def check_audit(self):
        """It verifies, and it explains the directives and the memberships that stand there."""
        assert self.daemon.json("audit", "--verify")["broken"] is None
        rows = self.export()
        entries = {row["details"]["entry"] for row in rows if row["table"] == "decisions" and row.get("details")}
        written = {row["details"]["answer"].split(": ")[-1].split(", until")[0] for row in rows
                   if row["table"] == "decision_ends" and row.get("details") and row["details"].get("answer")}
        for dn in self.school.overrides():
            assert dn in entries | written, (dn, entries)
        self.check_memberships(rows)

    def check_memberships(self, rows):
        """As the last word on record says; BY_HAND apart. Only of a cycle that a kill cut off may there be no outcome on record."""
        ended = {row["cycle"] for row in rows if row["table"] == "cycle_ends"}
        results = {(row["cycle"], row["n"]): row["result"] for row in rows if row["table"] == "outcomes"}
        last = {}
        for row in rows:
            if row["table"] == "changes" and row["kind_word"] in ("member-add", "member-remove") and "details" in row:
                last[str(row["number"]), row["details"]["person"]] = row
        for number in (FIRST, SECOND):
            inside = {vo_id(name) for name in self.school.members(ROLE, number) or ()}
            for (at, person), row in last.items():
                if at != number or row["role"] != 0:
                    continue
                result = results.get((row["cycle"], row["n"]))
                assert result is not None or row["cycle"] not in ended, ("an intent that was never settled", row)
                if result == 0:
                    assert (person in inside) == (row["kind_word"] == "member-add"), (row, result)

    def check_access(self):
        """Everybody has what the source and the directives say, or waits for a named reason."""
        plan, waiting = self.daemon.json("plan"), {}
        assert plan["go"] == 0, plan
        for place in plan["institutions"]:
            for change in place["changes"]:
                if change["kind"].startswith("member") and change["role"] == ROLE and change["person"]:
                    waiting[change["person"]["vo_id"], str(place["number"])] = change
        words = {}
        for each in self.daemon.json("directives")["directives"]:
            if each["effect"] == "in-force":
                words[each["vo_id"], str(each["institution"])] = each["kind"] != "exclude"
        for number in NUMBERS:
            inside = self.school.members(ROLE, number) or set()
            for name in self.names:
                key = (vo_id(name), number)
                wanted = words.get(key, (name, number) in self.rights)
                if wanted == (name in inside) or key in waiting:
                    continue
                paths = self.daemon.json("why", vo_id(name), number)["paths"]
                codes = {path["code"] for path in paths}
                assert codes & {"undone-given", "undone-taken", "removed-by-hand", "added-by-hand"}, (name, number, paths)


@pytest.mark.parametrize("seed", [SEED])
def test_killed_at_random_moments(school, seed):
    print("seed", seed)
    world = World(school, random.Random(seed))
    for n in range(KILLS):
        victim = world.round()
        try:
            world.settle()
            world.check_audit()
            world.check_access()
        except Exception:
            print("round", n, victim, world.answers[-8:])
            print(world.daemon.log()[-6000:])
            raise


@pytest.mark.parametrize("helper", ["duaal-ledger", "duaal-target", "duaal-source"])
def test_a_helper_that_hangs_goes_with_its_planner(school, helper):
    """One that outlived it would write beside the next one's: in the chain, or in the directory."""
    daemon = school.start(QUICK)
    pid = daemon.helpers()[helper]
    os.kill(pid, signal.SIGSTOP)
    school.person("fien", right(ROLE))
    threads = [threading.Thread(target=give_and_forget, args=(daemon, method)) for method in ("Freeze", "Sync")]
    for thread in threads:
        thread.start()
    daemon.wait_until(lambda: daemon.json("status")["phase"] != "idle" or helper == "duaal-ledger", "a cycle")
    daemon.kill()
    assert has_ended(pid)
    for thread in threads:
        thread.join()
    daemon.start()
    for _ in range(2):
        daemon.sync()
    assert daemon.json("audit", "--verify")["broken"] is None


def give_and_forget(daemon, method):
    """An order of which the answer never comes."""
    try:
        with Varlink(daemon.settings["control.socket"], 20) as socket:
            socket.call(method, **({"institution": int(SECOND), "reason": "een test"} if method == "Freeze" else {}))
    except (Refused, OSError):
        pass
