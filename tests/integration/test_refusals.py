# SPDX-License-Identifier: EUPL-1.2
"""duaalctl refusals: every value of the source that is unclear, as many as the status counts, with what stands there and who can mend it."""
import re

import pytest

import government as source
from national import national_number
from school import FIRST, SECOND, right, vo_id

MALFORMED = "%s-trajectbegeleider %s" % (source.RIGHT, FIRST)
MANY = 450


def unclear_in_status(daemon):
    """The number in the sentence of the part."""
    return int(re.search(r"\d+", daemon.part("refusals")["detail"])[0])


@pytest.fixture(name="vague")
def _vague(school):
    """A School in which something of each kind is unclear: a value, a number, a state, a key that two claim, an institution."""
    school.person("kris", MALFORMED, right("beheerder", "3056g"))
    school.person("lies", right("beheerder"), status=None)
    school.person("mia", right("beheerder"))
    school.government.person("dubbel", "Mia", "Twee", rights=[right("beheerder")])
    school.government.set_person("dubbel", voId=vo_id("mia"))
    school.person("nele", right("beheerder", "99123"))
    school.government.organisation("1234567", "Zonder nummer", kind="secundair onderwijs")
    school.start()
    return school


def test_as_many_as_the_status_counts(vague):
    daemon = vague.daemon
    reply = daemon.json("refusals")
    codes = sorted(each["code"] for each in reply["refusals"])
    assert codes == ["institution-unknown", "number-malformed", "number-malformed", "person-ambiguous", "person-ambiguous", "right-malformed",
                     "state-missing"], codes
    assert reply["total"] == len(codes) == unclear_in_status(daemon) == sum(each["count"] for each in reply["counts"])
    assert "duaalctl refusals" in daemon.part("refusals")["next_step"]
    metrics = {sample["label"]: sample["value"] for sample in daemon.json("metrics")["samples"]
               if sample["metric"] == "duaalsync_refused_values"}
    assert all(metrics[each["code"]] == each["count"] for each in reply["counts"])


def test_what_stands_there_and_where(vague):
    found = {}
    for each in vague.daemon.json("refusals")["refusals"]:
        found.setdefault(each["code"], []).append(each)
    right_, = found["right-malformed"]
    assert (right_["value"], right_["entry"], right_["person"]["vo_id"]) == (MALFORMED, source.person_dn(vo_id("kris")), vo_id("kris"))
    state, = found["state-missing"]
    assert state["value"] is None and state["person"]["name"] == "Lies Peeters"
    assert {each["value"] for each in found["number-malformed"]} == {right("beheerder", "3056g"), "1234567"}
    assert {each["entry"] for each in found["person-ambiguous"]} == {source.person_dn(vo_id("mia")), source.person_dn("dubbel")}
    unknown, = found["institution-unknown"]
    assert (unknown["institution"], unknown["role"]) == (99123, "beheerder")
    assert all(each["contact"] and each["sentence"] for each in sum(found.values(), []))


def test_only_some_of_them(vague):
    daemon = vague.daemon
    assert [each["institution"] for each in daemon.json("refusals", "--institution", "099123")["refusals"]] == [99123]
    assert len(daemon.json("refusals", "--reason", "number-malformed")["refusals"]) == 2
    done = daemon.ctl("refusals", "--reason", "onzin")
    assert done.returncode != 0 and "reason" in done.stderr
    table = daemon.ctl("refusals", "--raw", "--noheadings", "--output", "CODE,VALUE", "-n", "1")
    assert len(table.stdout.splitlines()) == 1 and "there are more" in table.stderr
    explained = daemon.ctl("refusals", "--institution", "99123").stdout.partition("What it means")[2]
    assert " 1 institution-unknown:" in explained and "malformed" not in explained
    assert "right-malformed" in daemon.ctl("complete", "reasons").stdout.split()


def test_all_of_many(school):
    """More than an answer holds, in one person's value and in many people; JSON has all of them."""
    for number in range(MANY):
        school.person("q%03d" % number, right("beheerder", "x%03d" % number))
    school.person("alles", right("beheerder", ",".join("y%d" % number for number in range(250))))
    daemon = school.start()
    reply = daemon.json("refusals")
    values = [each["value"] for each in reply["refusals"]]
    assert reply["next"] is None and len(values) == reply["total"] == MANY + 250 == unclear_in_status(daemon)
    assert len(set(values)) == MANY + 1
    assert len(daemon.json("refusals", "--number", "207")["refusals"]) == 207


def test_a_national_number_is_not_shown(school):
    """Nor are its digits in any answer about the value (I24)."""
    number = national_number(33)
    spaced = " ".join((number[:6], number[6:9], number[9:]))
    school.person("olga", right("beheerder", number), right("beheerder", spaced), right("beheerder", SECOND))
    daemon = school.start()
    reply = daemon.json("refusals")["refusals"]
    assert {each["value"] for each in reply} == {right("beheerder", "*" * 11), right("beheerder", "****** *** **")}
    for line in (["refusals"], ["refusals", "--json"], ["why", vo_id("olga")], ["why", vo_id("olga"), FIRST], ["institution", SECOND]):
        done = daemon.ctl(*line)
        assert number not in done.stdout + done.stderr and spaced not in done.stdout + done.stderr, line


def test_nothing_is_unclear(school):
    daemon = school.start()
    assert daemon.ctl("refusals").stdout == "Nothing that the source says is unclear.\n"
    assert daemon.json("refusals")["refusals"] == []


def test_a_freeze_of_what_nobody_shows_is_told(school):
    """The status sends there, and it answers; thawed, it is unknown again."""
    daemon = school.start()
    assert daemon.ctl("institution", "99999").returncode == 2
    done = daemon.ctl("freeze", "99999", "--reason", "komt er nog bij")
    assert done.returncode == 0 and "neither directory shows it" in done.stdout
    daemon.sync()
    step = daemon.part("institutions")["next_step"]
    assert step == "duaalctl institution 99999"
    told = daemon.ctl(*step.split()[1:])
    assert told.returncode == 0 and "duaalctl thaw 99999" in told.stdout and "komt er nog bij" in told.stdout
    daemon.order("thaw", "99999")
    daemon.sync()
    assert daemon.ctl("institution", "99999").returncode == 2
