# SPDX-License-Identifier: EUPL-1.2
"""People and the daemon in one tree: what is changed by hand is named, waits, and is kept or put right as somebody says."""
import application as target
import pytest
from school import FIRST, SECOND, right, vo_id

ALL = {"an", "bart", "chris", "dries"}
GRACE = {"drift.grace": "15min"}


@pytest.fixture(name="world")
def _world(moved):
    """In step on a day in September, with somebody who has an entry and no access at FIRST."""
    school = moved("2026-09-01T08:00")
    school.start(GRACE)
    return school


def drift(school, code):
    """The one hand edit with this code."""
    found = [each for each in school.daemon.json("drift")["drift"] if each["code"] == code]
    assert len(found) == 1, found
    return found[0]


def after_the_grace(school):
    """Time passes, and the source is read again and again."""
    school.daemon.clock.forward(minutes=10)
    school.sync()
    school.daemon.clock.forward(minutes=10)
    return school.sync()


# ---- added by hand ----

def test_a_value_added_by_hand_stays_for_the_grace_and_then_goes(world):
    world.by_hand(add=["els"])
    world.sync()
    shown = drift(world, "added-by-hand")
    assert shown["person"]["vo_id"] == vo_id("els") and shown["writer"] == target.ADMIN and shown["value"]
    assert shown["will_at"] and shown["adopt"] and shown["undo"]
    assert "drift adopt %d" % shown["id"] in shown["adopt"]
    world.daemon.clock.forward(minutes=14)
    world.sync()
    assert world.members() == ALL | {"els"}
    world.daemon.clock.forward(minutes=2)
    world.sync()
    assert world.members() == ALL
    assert world.daemon.json("drift")["drift"] == []
    assert world.sync()["result"] == "in-step"


def test_our_own_write_after_it_is_not_taken_for_the_hand(world):
    world.by_hand(add=["els"])
    world.person("fien", right("trajectbegeleider"))
    world.sync()
    shown = drift(world, "added-by-hand")
    assert world.members() == ALL | {"els", "fien"} and shown["writer"] is None and shown["written"] is None
    assert "the daemon itself has written the entry since" in world.daemon.ctl("drift").stdout
    assert all(remark["writer"] is None for remark in world.daemon.json("status")["remarks"])


def test_it_goes_only_after_a_later_complete_read_of_the_source(world):
    world.by_hand(add=["els"])
    world.sync()
    world.government.server.stop()
    for _ in range(3):
        world.daemon.clock.forward(minutes=10)
        world.sync()
        assert world.members() == ALL | {"els"}, "while the source cannot be read nothing is put back"
    world.government.server.start()
    world.sync()
    assert world.members() == ALL


def test_added_while_the_source_is_down(world):
    world.government.server.stop()
    world.by_hand(add=["els"])
    for _ in range(3):
        world.daemon.clock.forward(minutes=10)
        world.sync()
    world.government.server.start()
    world.sync()
    assert world.members() == ALL | {"els"}, "seen first by a source read of now"
    world.daemon.clock.forward(minutes=16)
    world.sync()
    assert world.members() == ALL


def test_one_command_keeps_it(world):
    world.by_hand(add=["els"])
    world.sync()
    answer = world.daemon.order("drift", "adopt", str(drift(world, "added-by-hand")["id"]), "--reason", "vervangt An")
    after_the_grace(world)
    assert world.members() == ALL | {"els"}
    assert world.overrides()[answer["entry"]]["duaalEffect"] == [b"include"]
    assert world.daemon.json("drift")["drift"] == []


def test_one_command_puts_it_right_at_once(world):
    world.by_hand(add=["els"])
    world.sync()
    world.daemon.order("drift", "undo", str(drift(world, "added-by-hand")["id"]), "--reason", "vergissing")
    world.sync()
    assert world.members() == ALL


def test_many_added_by_hand_count_for_nothing_but_the_total(world):
    """Taking out what was put in by hand holds no ordinary removal up."""
    world.many(100)
    world.sync()
    world.by_hand(add=["p%03d" % n for n in range(5)])
    world.sync()
    after_the_grace(world)
    assert world.members() == ALL
    world.revoke("an", "trajectbegeleider")
    world.sync()
    assert world.members() == ALL - {"an"}


def test_a_value_that_is_no_dn_stops_nothing(moved):
    """An empty value leads to nobody: it is named, and everything else goes on."""
    school = moved("2026-09-01T08:00", checks=False)
    school.start(GRACE)
    school.application.server.modify(target.group_dn(FIRST, "trajectbegeleider"), add={"member": ""})
    school.sync()
    assert "added-by-hand" in school.remarks()
    school.revoke("an", "trajectbegeleider")
    assert after_the_grace(school)["result"] == "in-step"
    assert school.members() == ALL - {"an"} | {""}
    assert "added-by-hand" in school.remarks()


def test_what_is_put_right_waits_for_the_end_of_a_pause_and_says_so(world):
    world.by_hand(add=["els"])
    world.sync()
    world.daemon.order("pause", "--reason", "even niets", "--until", "3h")
    answer = world.daemon.order("drift", "undo", str(drift(world, "added-by-hand")["id"]), "--reason", "vergissing")
    assert "paused" in answer["done"]
    world.sync()
    assert world.members() == ALL | {"els"}
    world.daemon.clock.forward(hours=4)
    world.sync()
    assert world.members() == ALL


# ---- removed by hand ----

def test_a_value_removed_by_hand_waits_for_a_word(world):
    world.by_hand(delete=["an"])
    world.sync()
    after_the_grace(world)
    assert world.members() == ALL - {"an"}
    shown = drift(world, "removed-by-hand")
    assert shown["person"]["vo_id"] == vo_id("an") and shown["adopt"] and shown["undo"]
    world.daemon.order("drift", "undo", str(shown["id"]), "--reason", "te veel weggehaald")
    world.sync()
    assert world.members() == ALL


@pytest.mark.parametrize("rejected", [False, True])
def test_an_institution_that_was_away_for_a_while_gives_nobody_back(world, rejected):
    """What was taken out by hand waits for a word also when the institution lost its admission meanwhile, and has it again."""
    world.by_hand(delete=["an"])
    world.sync()
    if rejected:
        world.daemon.order("reject", world.daemon.hold("rule-by-hand")["id"], "--reason", "blijft eruit")
    world.government.set_organisation("030569", voStatus="inactief")
    world.sync()
    world.daemon.kill()
    world.daemon.start()
    world.government.set_organisation("030569", voStatus="actief")
    world.sync()
    assert world.members() == ALL - {"an"}
    assert drift(world, "removed-by-hand")["person"]["vo_id"] == vo_id("an")


def test_an_undo_that_has_passed_gives_nobody_back_who_was_taken_out_by_hand(world):
    for name in ("fien", "gust"):
        world.person(name, right("trajectbegeleider"))
    cycle = world.sync()["id"]
    world.by_hand(delete=["fien"])
    world.daemon.order("undo", str(cycle), "--reason", "vergissing", "--until", "2d")
    world.sync()
    assert world.members() == ALL
    world.daemon.clock.forward(days=3)
    world.sync()
    assert world.members() == ALL | {"gust"}
    assert drift(world, "removed-by-hand")["person"]["vo_id"] == vo_id("fien")


def test_keeping_a_removal_writes_an_exclude(world):
    world.by_hand(delete=["an"])
    world.sync()
    answer = world.daemon.order("drift", "adopt", str(drift(world, "removed-by-hand")["id"]), "--reason", "op verzoek")
    world.sync()
    assert world.overrides()[answer["entry"]]["duaalEffect"] == [b"exclude"]
    assert world.members() == ALL - {"an"}
    assert world.daemon.json("drift")["drift"] == []
    world.daemon.order("unpin", vo_id("an"), FIRST, "trajectbegeleider", "--reason", "terug")
    world.sync()
    assert world.members() == ALL


def test_it_stays_known_over_a_restart(world):
    world.by_hand(add=["els"], delete=["an"])
    world.sync()
    before = {each["id"] for each in world.daemon.json("drift")["drift"]}
    world.daemon.kill()
    world.daemon.start()
    assert {each["id"] for each in world.daemon.json("drift")["drift"]} == before
    assert world.members() == ALL - {"an"} | {"els"}


# ---- entries ----

LATER = "with the next cycle that does not fail"


def test_what_a_cycle_found_that_then_failed_gets_its_number_with_the_next_that_does_not(moved):
    world = moved("2026-09-01T08:00")
    daemon = world.start({"schedule.backoff_min": "1h", "schedule.backoff_max": "1h"})  # no try of its own in between
    world.by_hand(delete=["bart"])
    world.grant("dries", "beheerder")
    world.application.server.set_readonly()
    assert world.sync()["result"] == "failed"
    shown = drift(world, "removed-by-hand")
    assert shown["id"] is None and shown["adopt"] is None and shown["undo"] is None
    assert shown["will"].endswith(LATER) and "duaalctl holds" not in shown["will"]
    text = daemon.ctl("drift").stdout
    assert "\n-  removed-by-hand " in text and "    number        none yet: it comes " + LATER in text
    waits = [hold for hold in daemon.json("holds")["holds"] if hold["rule"] == "rule-by-hand"]
    assert len(waits) == 1 and waits[0]["unnumbered"] and waits[0]["id"] is None
    text = daemon.ctl("holds").stdout
    assert text.startswith("1 hold has no number yet") and "Nothing waits" not in text and LATER in text
    for command in (("plan",), ("status",), ("institution", FIRST)):
        text = daemon.ctl(*command).stdout
        assert "  (no number yet)  %s " % FIRST in text and "it comes " + LATER in text
    assert daemon.part("holds")["detail"].startswith("1 hold gets the number")
    world.application.server.set_readonly(False)
    world.sync()
    assert drift(world, "removed-by-hand")["id"] == 1 and drift(world, "removed-by-hand")["will"].endswith("duaalctl holds")
    assert [hold["unnumbered"] for hold in daemon.json("holds")["holds"]] == [False]
    assert "no number yet" not in daemon.ctl("status").stdout and daemon.part("holds")["detail"].startswith("1 hold waits")


def test_a_group_removed_by_hand_comes_back_on_a_word_only(world):
    world.application.server.delete(target.group_dn(SECOND, "trajectbegeleider"))
    world.sync()
    after_the_grace(world)
    assert world.members("trajectbegeleider", SECOND) is None
    shown = drift(world, "entry-removed-by-hand")
    world.daemon.order("drift", "undo", str(shown["id"]), "--reason", "vergissing")
    world.sync()
    assert world.members("trajectbegeleider", SECOND) == {"els"}


def test_a_changed_attribute_of_our_entry_is_put_right(world):
    dn = target.institution_dn(FIRST)
    world.application.server.modify(dn, replace={"o": "Andere naam"})
    world.sync()
    assert world.application.server.read(dn)["o"] == [b"Sint-Jozefscollege"]
    assert "DS0313 cycle=%d: the attributes of %s" % (world.daemon.last_cycle()["id"], dn) in world.daemon.log()
    assert world.sync()["result"] == "in-step"
    group = target.group_dn(FIRST, "trajectbegeleider")
    world.application.server.modify(group, add={"duaalAllowedAction": "alles-mag"})
    done = world.daemon.ctl("sync", "--wait")
    assert ": applied; 0 granted, 0 revoked, 1 entries, " in done.stdout, done.stdout
    assert b"alles-mag" not in world.application.server.read(group)["duaalAllowedAction"]
    assert "the attributes of %s" % group in world.daemon.log()
    rows = world.daemon.ctl("history", "-n1", "--output", "GRANTED,ENTRIES", "--noheadings").stdout.split()
    assert rows == ["0", "1"], rows


def test_a_renamed_group_is_kept_up_to_date_where_it_stands(world):
    connection = world.application.server.connect()
    connection.rename_s(target.group_dn(FIRST, "trajectbegeleider"), "cn=begeleiders")
    connection.unbind_s()
    world.grant("els", "trajectbegeleider")
    world.sync()
    entry = world.application.server.read("cn=begeleiders," + target.institution_dn(FIRST))
    assert len(entry["member"]) == 5
    assert world.application.server.read(target.group_dn(FIRST, "trajectbegeleider")) is None
    assert "renamed-by-hand" in world.remarks()


# ---- other ways ----

def test_report_changes_nothing(moved):
    school = moved("2026-09-01T08:00")
    school.start({**GRACE, "drift.mode": "report"})
    school.by_hand(add=["els"], delete=["an"])
    dn = target.institution_dn(FIRST)
    school.application.server.modify(dn, replace={"o": "Andere naam"})
    school.application.server.modify(school.dn("bart"), replace={"cn": "Een ander"})
    school.sync()
    changed = [each for each in school.daemon.json("drift")["drift"] if each["code"] == "attribute-by-hand"]
    assert {each["entry"].split(",")[0] for each in changed} == {dn.split(",")[0], school.dn("bart").split(",")[0]}
    now = school.daemon.json("drift")["now"]
    assert all(each["writer"] and now - 60 < each["written"] <= now for each in changed), changed
    after_the_grace(school)
    assert school.members() == ALL - {"an"} | {"els"}
    assert school.application.server.read(dn)["o"] == [b"Andere naam"]
    assert {"added-by-hand", "removed-by-hand"} <= school.remarks()
    assert school.daemon.part("drift")["state"] == "warning"


def test_hold_asks(moved):
    school = moved("2026-09-01T08:00")
    daemon = school.start({**GRACE, "drift.mode": "hold"})
    school.by_hand(add=["els"])
    school.sync()
    after_the_grace(school)
    assert school.members() == ALL | {"els"}
    daemon.order("approve", daemon.hold("rule-by-hand")["id"], "--reason", "hoort er niet")
    school.sync()
    assert school.members() == ALL


def test_the_exact_author_from_the_servers_own_record(moved):
    """accesslog readable: who added this value, not who wrote the entry last."""
    record = 'to dn.subtree="cn=accesslog" by dn.exact="%s" read by * none' % target.WRITER
    school = moved("2026-09-01T08:00", overlays=("accesslog", "syncprov"))
    server = school.application.server
    connection = server.connect()
    (dn, _), = connection.search_s("cn=config", 1, "(olcSuffix=cn=accesslog)", ["1.1"])
    connection.unbind_s()
    server.configure(dn, olcAccess=["{0}" + record])
    school.start({**GRACE, "target.accesslog_base": "cn=accesslog"})
    school.by_hand(add=["els"])
    server.modify(target.group_dn(FIRST, "trajectbegeleider"), add={"description": "later, by somebody else"})
    school.sync()
    school.sync()
    shown = drift(school, "added-by-hand")
    assert shown["author"] == target.ADMIN and shown["authored"]
    assert shown["writer"] != target.ADMIN


def test_who_has_the_right_and_was_put_in_by_hand_first_is_no_drift(world):
    world.by_hand(add=["els"])
    world.grant("els", "trajectbegeleider")
    world.sync()
    after_the_grace(world)
    assert world.members() == ALL | {"els"}
    assert world.daemon.json("drift")["drift"] == []


def test_protected_entries_are_never_touched(moved):
    school = moved("2026-09-01T08:00")
    school.start(GRACE).stop()
    school.daemon.configure(target__protected=[target.person_dn(vo_id("els"))])
    school.daemon.start()
    school.by_hand(add=["els"])
    school.sync()
    after_the_grace(school)
    assert school.members() == ALL | {"els"}
    school.override("els-niet", "els", effect="exclude", until="20261001000000Z")
    school.sync()
    assert school.members() == ALL | {"els"}
