# SPDX-License-Identifier: EUPL-1.2
"""--pseudonymise on everything that duaalctl says, about a school where whatever names somebody can be recognised."""
import json
import re
import shutil

import pytest
from recognisable import REASON, Recognisable
from school import FIRST, SECOND, vo_id


# The directory refuses writes: no try of the daemon's own falls between two answers that are compared.
REST = {"schedule.backoff_min": "1h", "schedule.backoff_max": "1h"}


@pytest.fixture(name="world")
def _world(school):
    """A Recognisable whose daemon runs."""
    world = Recognisable(school)
    world.start(REST)
    return world


def questions(daemon):
    """Every question, about as many people as there are kinds of answers; and what goes wrong, which is told with what was typed."""
    holds = [hold["id"] for hold in daemon.json("holds")["holds"] if hold["id"]]
    assert holds
    yield from (["status", "-v"], ["watch", "--for", "1s"], ["plan", "--config", daemon.config], ["plan", "--config", "zqnergens"],
                ["plan", "--config", shutil.copy(daemon.config, daemon.path("zqbeleid.conf"))])
    yield from (["status"], ["plan"], ["plan", "--ldif"], ["history"], ["metrics"], ["changes"], ["reads"], ["statistics"], ["holds"],
                ["directives"], ["drift"], ["institution", "--all"], ["doctor"], ["audit", "--export"], ["audit", "--verify"])
    for hold in holds:
        yield ["holds", hold]
    for number in (FIRST, SECOND):
        yield from (["institution", number], ["institution", number, "--at", "now"], ["changes", "--institution", number])
    for name in ("zqadil", "zqbram", "zqdora", "zqemil", "zqgust", "zqhilde", "zqivan", "bart"):
        yield from (["why", vo_id(name)], ["why", vo_id(name), FIRST], ["why", vo_id(name), "--at", "now"],
                    ["changes", "--person", vo_id(name)])
    for person in ("zqfien el-zqfamilie", "zqadil@zqmail.example", "Zqadil El-Zqfamilie", "zqniemand"):
        yield from (["why", person], ["changes", "--person", person], ["why", person, "--at", "now"],
                    ["wait", "--until-applied", person, "--timeout", "1s"])
    reason = ["--reason", REASON]
    yield from (["why", "zqadil", "zqfamilie"], ["zqadil"], ["why", "--zqadil"], ["status", "zqadil"], ["help", "zqadil"],
                ["approve", "zqadil", *reason], ["approve", "999-123456", *reason], ["forget", vo_id("zqemil"), *reason],
                ["forget", "zqemil", *reason], ["pin", "zqfien el-zqfamilie", FIRST, "beheerder", *reason],
                ["pin", "zqniemand", FIRST, "beheerder", *reason], ["pin", vo_id("zqadil"), FIRST, "zqrol", *reason],
                ["unpin", vo_id("zqadil"), FIRST, "beheerder", *reason], ["freeze", SECOND, *reason],
                ["drift", "adopt", "1", *reason], ["drift", "undo", "2", *reason], ["approve", holds[0], *reason],
                ["undo", "1", "--until", "2d", *reason], ["complete", "holds"], ["wait", "--in-step", "--timeout", "zqlang"],
                ["--socket", "/tmp/zqadil", "status"])


def test_nobody_is_named_by_any_command_in_any_form(world):
    daemon, asked = world.daemon, 0
    for question in questions(daemon):
        for form in ([], ["--json"], ["--raw"]):
            done = daemon.ctl("--pseudonymise", *question, *form)
            said = done.stdout + done.stderr
            assert not world.leaks(said), (question, form, world.leaks(said))
            assert said.strip() or form == ["--raw"], question
            assert done.returncode not in (70, 76), (question, form, said)
            asked += 1
    assert asked > 150


def test_the_world_would_show(world):
    """Without it, each of these names somebody: the search for leaks is not blind."""
    daemon = world.daemon
    for question in (["why", vo_id("zqadil")], ["holds"], ["directives"], ["drift"], ["plan", "--ldif"], ["audit", "--export"], ["changes"],
                     ["institution", FIRST], ["doctor"], ["status"]):
        done = daemon.ctl(*question)
        if question[0] in ("holds", "doctor"):
            continue
        assert world.leaks(done.stdout), question


def test_one_person_has_one_pseudonym_in_an_answer_and_another_run_another_order(world):
    daemon = world.daemon
    plain = daemon.json("why", vo_id("zqemil"))
    hidden = daemon.json("--pseudonymise", "why", vo_id("zqemil"))
    assert hidden["vo_id"] == hidden["person"] == hidden["entry_uuid"]
    assert hidden["vo_id"] in hidden["entry"]
    assert hidden["summary"] == plain["summary"].replace(plain["person"], hidden["vo_id"])
    assert [path["institution"] for path in hidden["paths"]] == [path["institution"] for path in plain["paths"]]
    assert [fact["code"] for path in hidden["paths"] for fact in path["facts"]] == [
        fact["code"] for path in plain["paths"] for fact in path["facts"]]


def test_institutions_roles_and_our_own_words_stay(world):
    text = world.daemon.ctl("--pseudonymise", "institution", FIRST).stdout
    assert "30569 Sint-Jozefscollege" in text and "trajectbegeleider" in text
    assert 'Institution 30569 is "Sint-Jozefscollege"' in world.daemon.ctl("--pseudonymise", "why", vo_id("zqemil")).stdout
    status = world.daemon.json("--pseudonymise", "status")
    plain = world.daemon.json("status")
    assert [part["code"] for part in status["parts"]] == [part["code"] for part in plain["parts"]]
    assert [part["next_step"] for part in status["parts"]] == [re.sub(r"(\d+)-[0-9a-f]{6}", r"\1", part["next_step"])
                                                               for part in plain["parts"]]
    assert json.dumps(status["counts"]) == json.dumps(plain["counts"])
    assert daemon_labels(world, "--pseudonymise") == daemon_labels(world)


def test_the_label_of_metrics_was_typed(world):
    text = world.daemon.ctl("--pseudonymise", "metrics", "--label", "daemon=zqwest").stdout
    assert re.search(r'^duaalsync_up\{daemon="anon-\d+"\} 1$', text, re.M) and "zqwest" not in text


def daemon_labels(world, *options):
    """What the metrics are called, with their labels."""
    return {line.rpartition(" ")[0] for line in world.daemon.ctl(*options, "metrics").stdout.splitlines() if line[0] != "#"}
