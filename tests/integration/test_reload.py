# SPDX-License-Identifier: EUPL-1.2
"""A configuration that is read again: what it would take waits, and what was under way has an end."""
import datetime

from school import FIRST, right

RULE = "rule-scope-changed"


def in_days(days):
    """That moment, as a directory writes it."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


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
