# SPDX-License-Identifier: EUPL-1.2
"""Requests and overrides: written by duaalctl or with any LDAP tool, and what becomes of bad, vanished and lapsed ones."""
import application as target
import pytest
from clock import from_now
from faultproxy import FaultProxy
from school import ADULT, FIRST, SECOND, right, vo_id

ALL = {"an", "bart", "chris", "dries"}


@pytest.fixture(name="world")
def _world(school):
    """In step; fien has no right, joke is known without the right at the adult education centre."""
    school.person("fien")
    school.person("joke", right("trajectbegeleider", ADULT))
    school.start()
    return school


def directive(school, **wanted):
    """The one directive as the daemon tells it."""
    found = [each for each in school.daemon.json("directives")["directives"]
             if all(each[key] == value for key, value in wanted.items())]
    assert len(found) == 1, found
    return found[0]


# ---- by duaalctl ----

def test_pin_lets_somebody_in_and_unpin_out_again(world):
    answer = world.daemon.order("pin", vo_id("fien"), FIRST, "trajectbegeleider", "--reason", "begint maandag", "--owner",
                                "griet@school.be")
    world.sync()
    assert world.members() == ALL | {"fien"}
    entry = world.overrides()[answer["entry"]]
    assert entry["duaalReason"] == [b"begint maandag"] and entry["duaalManagedBy"] == [target.INSTANCE.encode()]
    assert 89 * 86400 < answer["until"] - world.daemon.json("status")["now"] <= 90 * 86400
    assert directive(world, kind="include")["effect"] == "in-force"
    why = world.daemon.json("why", vo_id("fien"), FIRST)
    assert why["access"] and "override" in str(why["paths"])
    world.daemon.order("unpin", vo_id("fien"), FIRST, "trajectbegeleider", "--reason", "niet meer nodig")
    summary = world.sync()
    assert world.members() == ALL and summary["held"] == 0
    assert world.overrides() == {}


def test_exclude_keeps_somebody_out_and_unpin_lets_back_in(world):
    for name, role in (("an", "trajectbegeleider"), ("griet", "beheerder")):
        world.daemon.order("pin", vo_id(name), FIRST, role, "--exclude", "--reason", "onderzoek loopt")
    world.sync()
    assert world.members() == ALL - {"an"} and world.members("beheerder") in (None, set())
    why = world.daemon.json("why", vo_id("an"), FIRST)
    assert not why["access"] and "excluded" in {path["code"] for path in why["paths"]}
    for name, role in (("an", "trajectbegeleider"), ("griet", "beheerder")):
        world.daemon.order("unpin", vo_id(name), FIRST, role, "--reason", "afgelopen")
    world.sync()
    assert world.members() == ALL and world.members("beheerder") == {"griet"}


def test_request_admits_adult_education_and_unrequest_ends_it(world):
    assert world.members("trajectbegeleider", ADULT) is None
    answer = world.daemon.order("request", ADULT, "--reason", "vraag van het centrum")
    world.sync()
    assert world.members("trajectbegeleider", ADULT) == {"joke"}
    assert world.application.server.read(answer["entry"]) is not None
    world.daemon.order("unrequest", ADULT, "--reason", "stopt")
    world.sync()
    assert world.application.server.read(answer["entry"]) is None
    assert "rule-directive-vanished" not in world.daemon.holds()
    assert world.members("trajectbegeleider", ADULT) in (None, set()) or "rule-institution-lost" in world.daemon.holds()


@pytest.mark.parametrize("arguments", [
    ("pin", "fien", "777771", "trajectbegeleider"),
    ("pin", "fien", FIRST, "directeur"),
    ("pin", "fien", FIRST, "trajectbegeleider", "--until", "100d"),
    ("unpin", "fien", FIRST, "trajectbegeleider"),
    ("unrequest", ADULT),
    ("request", "777771"),
])
def test_an_order_that_cannot_be_done_says_why_and_writes_nothing(world, arguments):
    before = world.application.server.backup()
    arguments = [vo_id(word) if word == "fien" else word for word in arguments]
    done = world.daemon.ctl(*arguments, "--reason", "x")
    assert done.returncode not in (0, 1) and done.stderr.strip()
    assert world.application.server.backup() == before


def test_somebody_whom_the_source_does_not_show_is_let_in_nowhere(world):
    """Written, because the source is asked by the key later; and then reported."""
    answer = world.daemon.order("pin", "nobody-at-all", FIRST, "trajectbegeleider", "--reason", "x")
    assert "no effect" in answer["done"]
    world.sync()
    assert world.members() == ALL
    assert directive(world, kind="include")["code"] == "override-person-unknown"


# ---- with any LDAP tool ----

def test_administrators_write_overrides_themselves(world):
    world.override("fien-mag", "fien", duaalReason="met de hand", duaalOwner="griet",
                   until=from_now(days=30))
    world.override("an-niet", "an", effect="exclude",
                   until=from_now(days=30))
    world.sync()
    assert world.members() == {"bart", "chris", "dries", "fien"}
    shown = directive(world, kind="include")
    assert (shown["reason"], shown["owner"], shown["effect"]) == ("met de hand", "griet", "in-force")


@pytest.mark.parametrize("details, code", [
    ({"name": "nobody"}, "override-person-unknown"),
    ({"until": "20991231225959Z"}, "override-too-long"),
    ({"role": "directeur"}, "override-role-unknown"),
    ({"number": "1234567"}, "override-malformed"),
    ({"number": "40022"}, "override-not-admitted"),
])
def test_bad_overrides_have_no_effect_and_are_reported_with_their_entry(world, details, code):
    details = {"name": "fien", "until": from_now(days=30), **details}
    before = world.all_members()
    dn = world.override("slecht", **details)
    world.sync()
    assert world.all_members() == before
    remark = next(each for each in world.daemon.json("status")["remarks"] if each["code"] == code)
    assert remark["entry"].lower() == dn.lower() and remark["will_do"]
    shown = directive(world, entry=remark["entry"])
    assert shown["effect"] == "none" and shown["code"] == code


def test_exclude_beats_include(world):
    world.override("in", "fien", until=from_now(days=30))
    world.override("uit", "fien", effect="exclude", until=from_now(days=30))
    world.sync()
    assert world.members() == ALL


def test_an_include_beats_what_the_source_ends(world):
    world.override("blijft", "an", until=from_now(days=30))
    world.sync()
    world.revoke("an", "trajectbegeleider")
    world.government.set_person(vo_id("an"), voStatus="inactief")
    world.sync()
    assert world.members() == ALL


def test_a_second_read_makes_nobody_absent_who_is_included(school):
    """Too many questions are answered by another whole read: it does not show whom an override names, either."""
    school.person("fien")
    school.start({"schedule.questions_max": 1})
    school.override("in", "fien", until=from_now(days=30))
    school.sync()
    for name in ("an", "bart"):
        school.government.remove_person(vo_id(name))
    school.sync()
    assert school.members() == {"chris", "dries", "fien"}


def test_everybody_who_is_included_is_asked_for(school):
    """However many questions make a second read: that one would not show them."""
    names = ["extra%d" % n for n in range(5)]
    for name in names:
        school.person(name)
    school.start({"schedule.questions_max": 2})
    for name in names:
        school.override("in-" + name, name, until=from_now(days=30))
    school.sync()
    assert set(names) <= school.members()


def test_an_override_among_the_requests_asks_for_nothing(world):
    """Written in the wrong place, or moved there: it admits no institution, and what it said before has vanished."""
    dn, entry = target.override_entry("verkeerd", vo_id("fien"), ADULT, "trajectbegeleider", until=from_now(days=30))
    world.application.server.add(dn.replace(target.OVERRIDES, target.REQUESTS), entry)
    excluded = world.override("an-niet", "an", effect="exclude", until=from_now(days=30))
    world.sync()
    assert world.members("trajectbegeleider", ADULT) is None and world.members() == ALL - {"an"}
    assert "request-unreadable" in world.remarks()
    connection = world.application.server.connect()
    connection.rename_s(excluded, "cn=an-niet", target.REQUESTS)
    connection.unbind_s()
    world.sync()
    assert world.members() == ALL - {"an"} and "rule-directive-vanished" in world.daemon.holds()


# ---- vanished ----

def test_an_include_that_vanishes_takes_nobody_out(world):
    dn = world.override("fien-mag", "fien", until=from_now(days=30))
    world.sync()
    world.application.server.delete(dn)
    assert world.sync()["result"] == "held"
    assert world.members() == ALL | {"fien"}
    hold = world.daemon.hold("rule-directive-vanished")
    world.daemon.order("approve", hold["id"], "--reason", "het was de bedoeling")
    world.sync()
    assert world.members() == ALL


def test_an_exclude_that_vanishes_lets_nobody_in(world):
    dn = world.override("an-niet", "an", effect="exclude", until=from_now(days=30))
    world.sync()
    world.application.server.delete(dn)
    world.sync()
    assert world.members() == ALL - {"an"}
    hold = world.daemon.hold("rule-directive-vanished")
    world.daemon.stop()
    world.daemon.start()
    assert world.members() == ALL - {"an"}
    world.daemon.order("approve", hold["id"], "--reason", "het was de bedoeling")
    world.sync()
    assert world.members() == ALL


def test_a_request_that_vanishes_throws_no_school_out(world):
    dn, entry = target.request_entry("cvo", ADULT)
    world.application.server.add(dn, entry)
    world.sync()
    assert world.members("trajectbegeleider", ADULT) == {"joke"}
    world.application.server.delete(dn)
    world.sync()
    assert world.members("trajectbegeleider", ADULT) == {"joke"}
    assert "rule-directive-vanished" in world.daemon.holds()
    world.application.server.add(dn, entry)
    world.sync()
    assert "rule-directive-vanished" not in world.daemon.holds()


def test_hidden_overrides_are_an_incomplete_read(world):
    """The writer can no longer see a part of the tree: the floor and the canaries of the directives."""
    world.override("an-niet", "an", effect="exclude", until=from_now(days=30))
    world.sync()
    rules = ['to dn.subtree="%s" by dn.exact="%s" none by * read' % (target.OVERRIDES, target.WRITER)]
    world.application.server.set_access(rules + target.access_rules())
    world.sync()
    assert world.members() == ALL - {"an"}


# ---- with the source down ----

def test_an_exclude_works_while_the_source_is_down(world):
    world.government.server.stop()
    world.override("an-niet", "an", effect="exclude", until=from_now(days=30))
    world.sync()
    assert world.members() == ALL - {"an"}
    world.government.server.start()
    world.sync()
    assert world.members() == ALL - {"an"}


# ---- with time ----

def test_an_override_is_announced_and_lapses(moved):
    school = moved("2026-09-01T08:00")
    school.person("fien")
    daemon = school.start()
    school.override("fien-mag", "fien", until="20260911100000Z")
    school.override("an-niet", "an", effect="exclude", until="20260911100000Z")
    school.sync()
    assert school.members() == {"bart", "chris", "dries", "fien"}
    assert "directive-ends-soon" not in school.remarks()
    daemon.clock.set("2026-09-06T08:00")
    school.sync()
    assert "directive-ends-soon" in school.remarks()
    daemon.clock.set("2026-09-11T11:59")
    school.sync()
    assert school.members() == {"bart", "chris", "dries", "fien"}
    daemon.clock.set("2026-09-11T12:01")
    school.sync()
    assert school.members() == ALL
    assert {each["effect"] for each in daemon.json("directives")["directives"] if each["kind"] != "request"} == {"lapsed"}
    assert school.sync()["result"] == "in-step"


def test_a_request_with_an_end_lapses(moved):
    school = moved("2026-09-01T08:00")
    school.person("joke", right("trajectbegeleider", ADULT))
    daemon = school.start()
    daemon.order("request", ADULT, "--reason", "proefjaar", "--until", "2026-09-10")
    school.sync()
    assert school.members("trajectbegeleider", ADULT) == {"joke"}
    daemon.clock.set("2026-09-12T08:00")
    school.sync()
    assert school.members("trajectbegeleider", ADULT) in (None, set())


def test_many_excludes_at_once_are_held(school):
    school.many(60)
    daemon = school.start({"guard.removals": 10})
    for n in range(15):
        school.override("uit-%d" % n, "p%03d" % n, effect="exclude", number=SECOND, until=from_now(days=30))
    school.sync()
    assert len(school.members("trajectbegeleider", SECOND)) == 61 - 10
    assert "rule-count" in daemon.holds()


# ---- what the directory does not take ----

@pytest.fixture(name="faulty")
def _faulty(school):
    """In step, with a FaultProxy before the application's directory."""
    school.person("fien")
    school.person("joke", right("trajectbegeleider", ADULT))
    with FaultProxy(school.application.server.uri) as proxy:
        daemon = school.start()
        daemon.stop()
        daemon.configure(target__uri=proxy.uri)
        daemon.start()
        daemon.sync()
        school.proxy = proxy
        yield school


ORDERS = {"request": ("request", ADULT), "pin": ("pin", vo_id("fien"), FIRST, "trajectbegeleider")}


def give(school, name):
    """An order that fails: its sentence."""
    before = school.application.server.backup()
    done = school.daemon.ctl(*ORDERS[name], "--reason", "x")
    assert done.returncode == 2 and done.stdout == "", done
    assert school.application.server.backup() == before
    return done.stderr


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("code", (50, 53, 65))
def test_what_the_server_refuses_is_known_to_be_unwritten(faulty, name, code):
    faulty.proxy.add("answer", direction="request", operation="add", code=code, text="not by you")
    said = give(faulty, name)
    assert "nothing was written" in said and "result %d" % code in said and "not by you" in said
    assert "when that is mended, give it again" in said and "not known" not in said


def test_what_somebody_else_made_first_is_to_be_looked_at(faulty):
    faulty.proxy.add("answer", direction="request", operation="add", code=68)
    said = give(faulty, "request")
    assert "nothing was written" in said and "look at duaalctl directives" in said and "not known" not in said


def test_what_cannot_be_sent_is_known_to_be_unwritten(faulty):
    faulty.proxy.add("drop", direction="request", operation="bind")
    faulty.proxy.drop_all()
    said = give(faulty, "request")
    assert "nothing was written" in said and "not known" not in said


@pytest.mark.parametrize("trouble", ({"action": "drop"}, {"action": "answer", "code": 80}))
def test_only_where_nobody_said_it_the_end_is_not_known(faulty, trouble):
    """80 is said by a server that failed, perhaps after it had written."""
    faulty.proxy.add(direction="request", operation="add", **trouble)
    said = give(faulty, "request")
    assert "whether the entry was written is not known" in said and "nothing was written" not in said


def test_of_several_writes_the_first_may_stand(faulty):
    """The entry that is kept is changed, and then a second one about the same is to go."""
    server = faulty.application.server
    faulty.daemon.order(*ORDERS["pin"], "--reason", "x")
    (dn, entry), = faulty.overrides().items()
    copied = {name: values for name, values in entry.items() if name == "objectClass" or name.startswith("duaal")}
    server.add("cn=second," + target.OVERRIDES, {**copied, "cn": "second"})
    faulty.sync()
    faulty.proxy.add("answer", direction="request", operation="delete", code=53, text="not that")
    done = faulty.daemon.ctl(*ORDERS["pin"], "--reason", "another")
    assert done.returncode == 2 and "a part of it was written before that" in done.stderr, done
    assert {each["duaalReason"][0] for each in faulty.overrides().values()} == {b"another", b"x"}, dn
