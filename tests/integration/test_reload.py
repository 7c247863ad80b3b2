# SPDX-License-Identifier: EUPL-1.2
"""A configuration that is read again: what it would take waits, and what was under way has an end."""
import datetime
import json
import os
import signal
import time

import pytest
from school import FIRST, right, vo_id
from varlink import Refused

RULE = "rule-scope-changed"


def in_days(days):
    """That moment, as a directory writes it."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


def decisions(daemon):
    """Numbers of the orders on record, and of those whose end is on record."""
    rows = [json.loads(line) for line in daemon.ctl("audit", "--export").stdout.splitlines()]
    return ([row["id"] for row in rows if row["table"] == "decisions"], [row["decision"] for row in rows if row["table"] == "decision_ends"])


def test_a_shorter_longest_override_takes_nobodys_access(school):
    """Whom only an include lets in, which is too long from now on, stays until somebody decides."""
    daemon = school.start()
    school.override("inval", "els", number=FIRST, until=in_days(60))
    daemon.sync()
    assert "els" in school.members()
    daemon.reload(directives__longest_override="30d")
    daemon.sync()
    assert "els" in school.members() and daemon.holds() == ["rule-directive-vanished"]
    daemon.reload(directives__longest_override=None)
    daemon.sync()
    assert "els" in school.members() and daemon.holds() == []


def test_another_zone_takes_nobodys_access(moved):
    """It is a day earlier there, and whose first day is today in Belgium would not have begun."""
    school = moved("2026-09-01T01:30")
    school.person("jan", right("trajectbegeleider"), begin="20260901000000Z")
    daemon = school.start()
    assert "jan" in school.members()
    daemon.reload(zone_file="/usr/share/zoneinfo/America/New_York")
    daemon.sync()
    assert "jan" in school.members() and daemon.hold(RULE)["changes"] == 1


def test_an_order_that_a_reload_calls_off_has_an_end_on_record(school):
    """An include that waits for the next cycle is not written under names of another configuration: whoever ordered it hears so."""
    daemon = school.start()
    school.government.server.pause()
    with daemon.socket() as socket, daemon.socket() as orders:
        socket.send("Sync", wait=True)
        daemon.wait_until(lambda: daemon.json("status")["phase"] == "reading", "the read")
        orders.send("Pin", person=vo_id("els"), institution=int(FIRST), role="trajectbegeleider", until=int(time.time()) + 86400,
                    reason="fair")
        daemon.wait_until(lambda: len(decisions(daemon)[0]) == 2, "the order on record")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_until(lambda: daemon.json("status")["instance"] == "test", "the signal to be taken")
        school.government.server.resume()
        with pytest.raises(Refused) as refused:
            orders.receive()
        socket.receive()
    assert "the configuration was read again just now: nothing was done" in str(refused.value)
    daemon.sync()
    begun, ended = decisions(daemon)
    assert begun == ended and school.overrides() == {}


def test_a_ledger_that_went_is_not_made_anew_by_a_reload(school):
    """And what is known under other roles of the same numbers is forgotten with it."""
    daemon = school.start()
    ledger = daemon.path("state/ledger.sqlite")
    os.rename(ledger, ledger + ".away")
    daemon.reload(policy__roles=[{"name": "beheerder"}, {"name": "trajectbegeleider"}])
    daemon.sync()
    assert daemon.part("ledger")["code"] == "failed" and not os.path.exists(ledger)
    assert daemon.part("holds")["code"] == "unknown"
    os.rename(ledger + ".away", ledger)
    daemon.sync()
    assert daemon.part("ledger")["code"] == "ok" and school.members() == {"an", "bart", "chris", "dries"}
