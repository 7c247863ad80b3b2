# SPDX-License-Identifier: EUPL-1.2
"""duaalctl plan --ldif and --exit-code: the LDIF is what the daemon would write. ldapmodify takes it, and a daemon that is started on
what came of it finds nothing left to do."""
import base64
import contextlib
import functools
import json
import subprocess

import application as target
import ldap
import pytest
from application import Application
from school import ADULT, FIRST, SECOND, School, between, right, vo_id
from test_group_classes import PLACEHOLDER, settings
from varlink import Refused, Varlink


class World(School):
    """A school whose groups are of one kind."""

    def __init__(self, kind, *directories):
        super().__init__(*directories)
        self.kind = kind

    def start(self, changes=None, **arguments):
        return super().start({**settings(self.kind), "schedule.backoff_max": "1h", **(changes or {})}, **arguments)

    def plan_only(self):
        """A cycle whose writes are all refused: everything that may go stays in the plan."""
        self.application.server.set_readonly()
        assert self.daemon.sync()["result"] == "failed"

    def ldapmodify(self, ldif, *options):
        """What ldapmodify says, as the daemon's own identity."""
        done = subprocess.run(["ldapmodify", "-x", "-H", self.application.server.uri, "-D", target.WRITER, "-w",
                               target.WRITER_PASSWORD, *options], input=ldif, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tree(self):
        """{DN: attributes} of everything that is ours, without what the server adds."""
        connection = self.application.server.connect()
        found = connection.search_s(target.BASE, ldap.SCOPE_SUBTREE)
        connection.unbind_s()
        return {dn: {name: sorted(values) for name, values in entry.items()} for dn, entry in found if not dn.startswith("cn=sync")}

    def carry_out_by_hand(self):
        """Takes the plan as LDIF, ends the daemon, and gives it to ldapmodify, first without effect. The LDIF."""
        ldif = self.daemon.ctl("plan", "--ldif").stdout
        self.daemon.stop()
        self.application.server.set_readonly(False)
        before = self.tree()
        self.ldapmodify(ldif, "-n")
        assert self.tree() == before
        self.ldapmodify(ldif)
        return ldif

    def expect_nothing_left(self):
        """A daemon that begins now writes nothing."""
        self.daemon.start()
        after = self.tree()
        summary = self.daemon.sync()
        assert (summary["result"], summary["grants"], summary["removals"], summary["structure"]) == ("in-step", 0, 0, 0), summary
        assert self.tree() == after
        cycles = [cycle for cycle in self.daemon.json("history")["cycles"] if cycle["result"] in ("applied", "in-step")]
        assert (cycles[1]["removals"], cycles[1]["structure"]) == (0, 0)


@pytest.fixture(name="make_world")
def _make_world(government):
    with contextlib.ExitStack() as stack:
        def make(kind):
            application = stack.enter_context(Application(overlays=("syncprov", "refint", "memberof"))).start()
            return stack.enter_context(between(government, application, kind=functools.partial(World, kind)))
        yield make


def change_everything(world):
    """Of each kind of change one or more."""
    world.person("zoë", right("beheerder"), right("beheerder", SECOND))  # a new group too
    world.grant("els", "trajectbegeleider")
    world.revoke("an", "trajectbegeleider")
    world.revoke("griet", "beheerder")  # the last one goes while another comes
    world.revoke("els", "trajectbegeleider", SECOND)  # the last one, and nobody comes
    world.government.set_person(vo_id("bart"), sn=" Vàn den Bergh: ", cn="Bart Vàn den Bergh")
    world.government.organisation("777777", "<Nieuwe school", kind="secundair onderwijs", programmes=["1:goedgekeurd"])


@pytest.mark.parametrize("kind", ("ours", "placeholder", "delete"))
def test_what_ldapmodify_makes_of_it_is_what_the_daemon_wants(make_world, kind):
    world = make_world(kind)
    world.start()
    change_everything(world)
    world.plan_only()
    plan = world.daemon.json("plan")
    ldif = world.carry_out_by_hand()
    assert plan["held"] == 0 and plan["go"] >= 8
    assert ldif.startswith("version: 1\n") and "changetype: add\nobjectClass: " in ldif and "delete: member\n" in ldif
    assert ldif.isascii()
    for value in ("<Nieuwe school", "Vàn den Bergh"):  # what LDIF would read as something else is base64
        assert any(value in base64.b64decode(line.split(":: ")[1]).decode() for line in ldif.splitlines() if ":: " in line)
    assert (PLACEHOLDER in ldif) == (kind == "placeholder") and ("\nchangetype: delete" in ldif) == (kind == "delete")
    assert world.members() == {"bart", "chris", "dries", "els"}
    if "follow when" not in ldif:
        assert world.members("beheerder") == {"zoë"}
        world.expect_nothing_left()


def test_a_first_fill_comes_in_pages(make_world):
    world = make_world("ours")
    world.many(1500)
    world.application.server.set_readonly()
    world.daemon = world.make_daemon({**settings("ours"), "schedule.backoff_max": "1h"}).start()
    with Varlink(world.daemon.settings["control.socket"]) as one, Varlink(world.daemon.settings["control.socket"]) as other:
        first = one.call("PlanLdif")
        assert first["next"] == 1 and first["ldif"].endswith("\n")
        assert one.call("PlanLdif", page=1)["next"] == 2
        other.call("PlanLdif")
        with pytest.raises(Refused) as why:
            one.call("PlanLdif", page=2)
        assert why.value.name == "OrderRefused" and "from its begin" in why.value.parameters["what"]
    ldif = world.carry_out_by_hand()
    assert len(ldif) > 3 * 256 * 1024 and ldif.count("\nchangetype: add\n") > 1500 and ldif.count("version: 1") == 1
    assert len(world.members("trajectbegeleider", SECOND)) == 1501
    world.expect_nothing_left()


def test_what_is_held_is_not_in_it_and_the_exit_status_tells(school):
    daemon = school.start()
    assert daemon.ctl("plan", "--exit-code").returncode == 0
    for name in ("an", "bart", "chris"):
        school.revoke(name, "trajectbegeleider")
    daemon.sync()
    assert daemon.ctl("plan").returncode == 0 and daemon.ctl("plan", "--exit-code").returncode == 4
    assert daemon.ctl("plan", "--exit-code", "--json").returncode == 4
    text = daemon.ctl("plan", "--ldif").stdout
    assert "dn: " not in text and "held" in text
    assert "dn: " not in daemon.json("plan", "--ldif")["ldif"]
    assert daemon.ctl("plan", "--ldif", "--exit-code").returncode == 64
    assert FIRST in daemon.ctl("plan", "--raw").stdout and ADULT not in text


@pytest.mark.parametrize("side", ["source", "target"])
def test_what_was_not_read_is_not_said_to_be_in_step(school, side):
    """From the first read that fails, long before the whole is critical for it."""
    daemon = school.start()
    server = {"source": school.government, "target": school.application}[side].server
    server.stop()
    daemon.sync()
    plan = daemon.ctl("plan", "--exit-code")
    assert plan.returncode == 4 and "By what is known nothing would change" in plan.stdout, plan
    assert "  %s is warning (unread): cannot connect" % side in plan.stdout and "In step" not in plan.stdout, plan
    ldif = daemon.ctl("plan", "--ldif")
    assert ldif.returncode == 0 and ldif.stderr.startswith("duaalctl: %s is warning (unread): cannot connect" % side), ldif
    assert ldif.stdout.startswith("version: 1\n") and "unread" not in ldif.stdout, ldif
    answer = json.loads(daemon.ctl("plan", "--ldif", "--json").stdout)
    assert answer["ldif"] == ldif.stdout and [part["code"] for part in answer["trouble"]] == ["unread"] and answer["as_of"] > 0
    server.start()
    daemon.sync()
    plan = daemon.ctl("plan", "--exit-code")
    assert plan.returncode == 0 and "In step" in plan.stdout, plan
    assert daemon.ctl("plan", "--ldif").stderr == ""


def test_another_plan_is_another_text(school):
    daemon = school.start()
    with Varlink(daemon.settings["control.socket"]) as socket:
        assert socket.call("PlanLdif")["next"] is None
        with pytest.raises(Refused):
            socket.call("PlanLdif", page=1)
        with pytest.raises(Refused):
            socket.call("PlanLdif", page=-1)
