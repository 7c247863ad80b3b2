# SPDX-License-Identifier: EUPL-1.2
"""What people order over the socket, on real directories: on record, carried out, answered; and what is refused, with its reason."""
import datetime
import json
import os
import signal
import time

import application as target
import pytest
from clock import from_now
from school import ADULT, FIRST, SECOND, right, vo_id
from varlink import Refused, Varlink

ALL = {"an", "bart", "chris", "dries"}
GUIDE = {"role": "trajectbegeleider"}


def order(daemon, method, **parameters):
    """Give an order that is carried out: its answer."""
    with Varlink(daemon.settings["control.socket"]) as socket:
        return socket.call(method, **{"reason": "een test", **parameters})


def refused(daemon, method, **parameters):
    """Give an order that is not carried out: code and sentence."""
    with pytest.raises(Refused) as why:
        order(daemon, method, **parameters)
    assert why.value.name == "OrderRefused", why.value
    return why.value.parameters["code"], why.value.parameters["what"]


def ahead(**delta):
    """Seconds since the epoch, that much from now."""
    return int(time.time() + datetime.timedelta(**delta).total_seconds())


def settled(daemon, true, what):
    """Wait for the cycle that an order begins."""
    daemon.wait_until(true, what)


def the_hold(daemon):
    """The only one that waits."""
    waiting = [hold for hold in daemon.json("holds")["holds"] if hold["state"] == "open"]
    assert len(waiting) == 1, waiting
    return waiting[0]


def empty_out(school, daemon):
    """Three of four lose the right at once: held."""
    for name in ("an", "bart", "chris"):
        school.revoke(name, "trajectbegeleider")
    daemon.sync()
    assert school.members() == ALL
    return the_hold(daemon)


# ---- holds ----

def test_approve_carries_out_exactly_what_was_listed(school):
    daemon = school.start()
    hold = empty_out(school, daemon)
    assert hold["changes"] == 3
    school.grant("chris", "trajectbegeleider")
    daemon.sync()
    answer = order(daemon, "Approve", id=hold["id"])
    assert answer["covered"] == 2
    assert [(left["kind"], left["code"]) for left in answer["left"]] == [("member-remove", "no-longer-wanted")]
    settled(daemon, lambda: school.members() == {"chris", "dries"}, "the removals")
    assert refused(daemon, "Approve", id=hold["id"])[0] in ("refused", "not-found")


def test_a_rejection_stays_over_a_restart_and_until_the_source_changes(school):
    daemon = school.start()
    hold = empty_out(school, daemon)
    order(daemon, "Reject", id=hold["id"])
    daemon.sync()
    assert school.members() == ALL
    assert [each["state"] for each in daemon.json("holds")["holds"]] == ["rejected"]
    daemon.stop()
    daemon.start()
    daemon.sync()
    assert [each["state"] for each in daemon.json("holds")["holds"]] == ["rejected"]
    assert school.members() == ALL
    school.grant("an", "beheerder")  # the source changed for one of them: it is asked about anew, and does not go by itself
    daemon.sync()
    assert school.members() == ALL
    assert sorted(each["state"] for each in daemon.json("holds")["holds"]) == ["open", "rejected"]
    asked = the_hold(daemon)
    assert asked["changes"] == 1
    order(daemon, "Approve", id=asked["id"])
    settled(daemon, lambda: school.members() == ALL - {"an"}, "the one that was approved")


def test_a_hold_is_refused_by_a_wrong_digest_and_a_wrong_number(school):
    daemon = school.start()
    hold = empty_out(school, daemon)
    number = hold["id"].split("-")[0]
    code, what = refused(daemon, "Approve", id=number + "-000000")
    assert code == "refused" and hold["id"] in what
    assert refused(daemon, "Approve", id="999")[0] == "not-found"
    assert refused(daemon, "AcceptSource", id=hold["id"])[0] == "refused"
    assert school.members() == ALL


# ---- standing still ----

def test_freeze_and_thaw(school):
    daemon = school.start()
    order(daemon, "Freeze", institution=int(FIRST))
    school.revoke("an", "trajectbegeleider")
    school.revoke("els", "trajectbegeleider", SECOND)
    daemon.sync()
    assert school.members() == ALL and school.members("trajectbegeleider", SECOND) == set()
    assert daemon.part("freezes")["state"] == "notice" and "uid" in daemon.part("freezes")["detail"]
    daemon.stop()
    daemon.start()
    assert school.members() == ALL, "kept over a restart"
    assert refused(daemon, "Thaw", institution=int(SECOND))[0] == "not-found"
    order(daemon, "Thaw", institution=int(FIRST))
    settled(daemon, lambda: school.members() == ALL - {"an"}, "what waited for the thaw")
    assert daemon.part("freezes")["state"] == "ok"


def test_a_frozen_number_that_nobody_shows_is_questioned(school):
    daemon = school.start()
    assert "is the number right" in order(daemon, "Freeze", institution=999998)["done"]
    for number in (FIRST, SECOND, ADULT):
        assert "is the number right" not in order(daemon, "Freeze", institution=int(number))["done"]
    assert "is still frozen" in order(daemon, "Freeze", institution=int(FIRST))["done"]


def test_an_override_says_what_it_waits_for(school):
    daemon = school.start()
    order(daemon, "Freeze", institution=int(FIRST))
    assert "not frozen any more" in order(daemon, "Pin", person="els", institution=int(FIRST), **GUIDE)["done"]
    done = order(daemon, "Pin", person="an", institution=int(FIRST), exclude=True, **GUIDE)["done"]
    assert "as soon as" not in done, "an exclude passes a freeze"
    settled(daemon, lambda: school.members() == ALL - {"an"}, "the exclude")
    order(daemon, "Pause")
    done = order(daemon, "Pin", person="bart", institution=int(FIRST), exclude=True, **GUIDE)["done"]
    assert "not paused any more" in done
    daemon.sync()
    assert school.members() == ALL - {"an"}


def test_pause_and_resume(school):
    daemon = school.start()
    order(daemon, "Pause")
    assert daemon.part("freezes")["code"] == "paused"
    school.person("fien", right("trajectbegeleider"))
    daemon.sync()
    assert school.members() == ALL
    order(daemon, "Resume")
    settled(daemon, lambda: "fien" in school.members(), "what waited for the resumption")
    assert refused(daemon, "Resume")[0] == "not-found"


def test_a_freeze_ends_at_its_time(school):
    daemon = school.start()
    until = ahead(seconds=4)
    order(daemon, "Freeze", until=until)
    school.person("fien", right("trajectbegeleider"))
    daemon.sync()
    assert school.members() == ALL or time.time() >= until, "not before its time"
    settled(daemon, lambda: "fien" in school.members(), "the end of the freeze, by itself")
    assert daemon.json("status")["freezes"] == []


# ---- directives ----

def test_pin_lets_in_and_unpin_out_again(school):
    daemon = school.start()
    school.person("fien")
    answer = order(daemon, "Pin", person=vo_id("fien"), institution=int(FIRST), **GUIDE)
    assert answer["entry"].startswith("cn=override-30569-trajectbegeleider-")
    settled(daemon, lambda: "fien" in school.members(), "the include")
    again = order(daemon, "Pin", person=vo_id("fien"), institution=int(FIRST), **GUIDE, reason="langer",
                  until=ahead(days=3))
    assert again["entry"] == answer["entry"] and again["until"] < answer["until"]
    entry = school.application.server.read(answer["entry"])
    assert entry["duaalReason"] == [b"langer"]
    order(daemon, "Unpin", person=vo_id("fien"), institution=int(FIRST), **GUIDE)
    settled(daemon, lambda: "fien" not in school.members(), "the end of the include")
    assert school.application.server.read(answer["entry"]) is None
    assert daemon.json("holds")["holds"] == []
    assert refused(daemon, "Unpin", person=vo_id("fien"), institution=int(FIRST), **GUIDE)[0] == "not-found"


def test_an_exclude_keeps_somebody_out(school):
    daemon = school.start()
    order(daemon, "Pin", person="An Peeters", institution=int(FIRST), **GUIDE, exclude=True)
    settled(daemon, lambda: "an" not in school.members(), "the exclude")
    order(daemon, "Pin", person="An Peeters", institution=int(FIRST), **GUIDE)  # the one entry says the opposite now
    settled(daemon, lambda: "an" in school.members(), "the include")
    order(daemon, "Unpin", person="An Peeters", institution=int(FIRST), **GUIDE)
    daemon.sync()
    assert school.members() == ALL


def test_somebody_elses_override_is_not_touched(school):
    daemon = school.start()
    connection = school.application.admin()
    dn, entry = target.override_entry("uitzondering", vo_id("an"), FIRST, "trajectbegeleider", "exclude",
                                      until=from_now(days=1))
    connection.add_s(dn, [(name, [value.encode() if isinstance(value, str) else value for value in
                                  (values if isinstance(values, list) else [values])]) for name, values in entry.items()])
    connection.unbind_s()
    daemon.sync()
    assert "an" not in school.members()
    code, what = refused(daemon, "Unpin", person="An Peeters", institution=int(FIRST), **GUIDE)
    assert code == "refused" and dn in what
    assert refused(daemon, "Pin", person="An Peeters", institution=int(FIRST), **GUIDE)[0] == "refused"


def test_a_request_admits_and_its_withdrawal_ends_it(school):
    school.person("gust", right("trajectbegeleider", ADULT))
    daemon = school.start()
    assert school.members("trajectbegeleider", ADULT) is None
    answer = order(daemon, "Request", institution=int(ADULT))
    assert answer["entry"] == "cn=request-40022," + target.REQUESTS
    settled(daemon, lambda: school.members("trajectbegeleider", ADULT) == {"gust"}, "the admission")
    assert refused(daemon, "Request", institution=int(FIRST))[0] == "refused", "it needs none"
    assert refused(daemon, "Request", institution=123456)[0] == "refused", "the source does not show it"
    order(daemon, "Unrequest", institution=int(ADULT))
    daemon.sync()
    assert school.application.server.read(answer["entry"]) is None


# ---- hand edits ----

def test_drift_undo_and_adopt(school):
    school.person("fien")
    school.person("gust")
    daemon = school.start()
    order(daemon, "Pin", person=vo_id("fien"), institution=int(SECOND), **GUIDE)  # so that both have an entry there
    order(daemon, "Pin", person=vo_id("gust"), institution=int(SECOND), **GUIDE)
    settled(daemon, lambda: school.members("trajectbegeleider", SECOND) == {"els", "fien", "gust"}, "both")
    school.by_hand(add=["fien", "gust"])
    daemon.sync()
    drift = {school.names[each["person"]["vo_id"]]: each["id"] for each in daemon.json("drift")["drift"]}
    assert set(drift) == {"fien", "gust"}
    order(daemon, "DriftAdopt", id=drift["gust"])
    order(daemon, "DriftUndo", id=drift["fien"])
    settled(daemon, lambda: school.members() == ALL | {"gust"}, "the one out, the other kept")
    assert daemon.sync()["result"] == "in-step"
    assert daemon.json("drift")["drift"] == []
    assert refused(daemon, "DriftUndo", id=drift["fien"])[0] == "not-found"


# ---- undo, forget, audit ----

def test_undo_puts_back_and_keeps_it_so(school):
    daemon = school.start()
    school.revoke("an", "trajectbegeleider")
    school.person("fien", right("trajectbegeleider"))
    cycle = daemon.sync()
    assert school.members() == ALL - {"an"} | {"fien"}
    answer = order(daemon, "Undo", cycle=cycle["id"], until=ahead(hours=2))
    assert answer["covered"] == 2 and answer["left"] == []
    settled(daemon, lambda: school.members() == ALL, "what was before")
    daemon.sync()
    assert school.members() == ALL
    code, _ = refused(daemon, "Undo", cycle=cycle["id"], until=ahead(hours=2))
    assert code == "refused", "all of it was changed since"
    assert refused(daemon, "Undo", cycle=99999, until=ahead(hours=2))[0] == "not-found"
    assert refused(daemon, "Undo", cycle=cycle["id"], until=ahead(days=60))[0] == "refused"


def test_forget_only_who_has_nothing_left(school):
    daemon = school.start()
    assert refused(daemon, "Forget", person=vo_id("an"))[0] == "refused"
    school.revoke("an", "trajectbegeleider")
    daemon.sync()
    assert order(daemon, "Forget", person=vo_id("an"))["rows"] > 0
    assert daemon.json("audit", "--verify")["broken"] is None
    done = daemon.ctl("audit", "--export")
    assert vo_id("an") not in done.stdout


def test_everything_that_was_ordered_is_on_record(school):
    daemon = school.start()
    order(daemon, "Freeze", institution=int(FIRST), reason="werken aan het net")
    order(daemon, "Thaw", institution=int(FIRST))
    for _ in range(3):
        daemon.sync()
    daemon.stop()
    daemon.start()
    lines = [json.loads(line) for line in daemon.ctl("audit", "--export").stdout.splitlines()]
    text = json.dumps(lines)
    assert "freeze" in text and "thaw" in text and text.count('"sync"') >= 3
    assert "DS0403" in daemon.log(), "the head of the chain"


def test_orders_while_it_stops_or_the_ledger_is_gone(school):
    daemon = school.start({"schedule.backoff_max": "1s"})
    ledger = daemon.helpers()["duaal-ledger"]
    path = daemon.path("state/ledger.sqlite")
    os.rename(path, path + ".aside")  # so that it stays gone until then: the next try is a second away
    os.kill(ledger, signal.SIGKILL)
    daemon.wait_until(lambda: daemon.part("ledger")["code"] == "failed", "the ledger's end")
    code, _ = refused(daemon, "Freeze", institution=int(FIRST))
    assert code == "failed"
    os.rename(path + ".aside", path)
    settled(daemon, lambda: daemon.part("ledger")["code"] == "ok", "the ledger again, soon")
    order(daemon, "Freeze", institution=int(FIRST))


def test_who_waits_when_it_stops_is_told(school):
    daemon = school.start()
    ledger = daemon.helpers()["duaal-ledger"]
    os.kill(ledger, signal.SIGSTOP)  # so that nothing is decided
    with Varlink(daemon.settings["control.socket"]) as socket:
        socket.send("Freeze", institution=int(FIRST), reason="een test")
        daemon.json("status")
        daemon.stop()
        with pytest.raises(Refused) as why:
            socket.receive()
    assert why.value.name == "Stopping" and why.value.parameters["what"] == "the daemon is stopping: nothing was done"
    daemon.start()
    assert daemon.json("status")["freezes"] == []


def test_accept_source(school):
    daemon = school.start()
    before = school.government.server.backup()
    school.person("fien", right("trajectbegeleider"))
    school.grant("an", "beheerder")
    daemon.sync()
    assert "fien" in school.members()
    school.government.server.restore(before)
    daemon.sync()
    assert daemon.part("source")["code"] == "went-back"
    hold = the_hold(daemon)
    assert hold["rule"] == "rule-source-went-back" and hold["decide"] == "accept-source"
    assert refused(daemon, "Approve", id=hold["id"])[0] == "refused"
    order(daemon, "AcceptSource", id=hold["id"])
    settled(daemon, lambda: "fien" not in school.members() and "an" not in school.members("beheerder"), "as it is now")
    assert daemon.part("source")["code"] == "ok"
    assert daemon.sync()["result"] == "in-step"
    assert daemon.json("holds")["holds"] == []
