# SPDX-License-Identifier: EUPL-1.2
"""Three days walked through, minute by minute where something happens: directories, daemon and people go by one moved clock."""
import datetime

import application as target
from school import SECOND, vo_id

ALL = {"an", "bart", "chris", "dries"}


class Day:
    """A school on a day. Every step is a cycle, and in every one of them what was promised holds."""

    def __init__(self, school, settings=None):
        self.school = school
        self.daemon = school.start(settings)
        self.clock = self.daemon.clock
        self.promise = lambda: None
        self.changes = []           # (time, grants, removals) of the cycles that changed something
        self.last = self.daemon.last_cycle()["id"]

    def _look(self):
        with self.daemon.socket() as socket:
            socket.call("Sync", wait=True)
            cycles = [each for each in socket.call("History", limit=5)["cycles"] if each["id"] > self.last and each["ended"]]
        self.last = cycles[0]["id"]
        self.changes += [(self.time(), each["grants"], each["removals"]) for each in reversed(cycles)
                         if each["grants"] + each["removals"] > 0]
        self.promise()
        return cycles[0]

    def time(self):
        """"HH:MM" now."""
        return self.clock.now().strftime("%H:%M")

    def minute(self):
        """The next minute's cycle."""
        self.clock.forward(minutes=1)
        return self._look()

    def minutes(self, count):
        """So many of them; the last one's summary."""
        for _ in range(count):
            summary = self.minute()
        return summary

    def until(self, text, step=1):
        """On to a time of this day or the next, every step minutes."""
        hour, minute = map(int, text.split(":"))
        end = self.clock.now().replace(hour=hour, minute=minute, second=0, microsecond=0)
        if end <= self.clock.now():
            end += datetime.timedelta(days=1)
        while self.clock.now() + datetime.timedelta(minutes=step) < end:
            self.clock.forward(minutes=step)
            self._look()
        self.clock.set(end)
        return self._look()

    def keeps(self):
        """From here on the guides of the first school stay as they are."""
        wanted = self.school.members()

        def promise():
            assert self.school.members() == wanted, self.time()
        self.promise = promise


def may_register(school, name):
    """What the application asks before somebody registers an agreement: where may this person do that?"""
    connection = school.application.reader()
    found = connection.search_s(target.BASE, 2, "(&(duaalAllowedAction=overeenkomst-registreren)(member=%s))" % school.dn(name),
                                ["duaalInstitutionNumber"])
    connection.unbind_s()
    return {entry["duaalInstitutionNumber"][0].decode() for _, entry in found}


def test_the_day_on_which_the_only_guide_is_revoked(moved):
    """A Monday, every minute of it. At 09:13 the head local administrator takes the role away from the only trajectbegeleider; at 10:02 gives it to
    somebody else. Each is there within the minute; nothing else happens the whole day."""
    school = moved("2026-09-07T06:00")
    school.person("gust")
    day = Day(school)
    day.keeps()
    day.until("09:12")
    assert may_register(school, "els") == {SECOND}
    school.revoke("els", "trajectbegeleider", SECOND)
    summary = day.minute()
    assert (summary["result"], summary["removals"]) == ("applied", 1)
    assert may_register(school, "els") == set()
    assert "nobody is trajectbegeleider at institution " + SECOND in day.daemon.log()
    why = day.daemon.json("why", vo_id("els"), SECOND)
    assert not why["access"] and why["next_step"]
    day.minutes(15)
    assert school.members("trajectbegeleider", SECOND) == set()
    day.until("10:01")
    school.grant("gust", "trajectbegeleider", SECOND)
    day.minute()
    assert may_register(school, "gust") == {SECOND}
    day.minutes(10)
    day.until("23:59")
    day.minutes(2)
    assert day.changes == [("09:13", 0, 1), ("10:02", 1, 0)]
    assert day.daemon.json("status")["state"] in ("ok", "notice")


def test_the_day_on_which_the_source_is_restored_from_last_weeks_backup(moved):
    """A Tuesday. At 10:00 the government's directory shows last week; at 10:20 the first new writes come. Nobody gets and nobody loses
    access by it until somebody says at 11:00 that it is meant so; then it is judged as ever."""
    school = moved("2026-09-01T08:00")
    school.person("fien")
    school.person("gust")
    day = Day(school)
    backup = school.government.server.backup()
    day.clock.set("2026-09-03T10:00")
    school.grant("fien", "trajectbegeleider")
    school.revoke("an", "trajectbegeleider")
    day.minute()
    day.clock.set("2026-09-08T08:00")
    day.minute()
    assert school.members() == ALL - {"an"} | {"fien"}
    day.keeps()
    day.until("10:00")
    school.government.server.restore(backup)
    for _ in range(19):
        assert day.minute()["result"] == "source-went-back"
        assert day.daemon.part("source")["state"] == "critical"
    school.grant("gust", "trajectbegeleider")
    for _ in range(10):
        assert day.minute()["result"] == "source-went-back"
    day.daemon.stop()
    day.daemon.start()
    assert day.minute()["result"] == "source-went-back"
    day.until("11:00")
    hold = day.daemon.hold("rule-source-went-back")
    assert hold["decide"] == "accept-source"
    assert day.daemon.ctl("approve", hold["id"], "--reason", "x").returncode not in (0, 1), "approving does not lift it"
    day.promise = lambda: None
    day.daemon.order("accept-source", hold["id"], "--reason", "restored on purpose, ticket 4711")
    day.minute()
    assert school.members() == ALL | {"gust"}, "an is back, fien's right is gone, gust is new"
    assert day.daemon.part("source")["state"] in ("ok", "notice")
    day.keeps()
    day.minutes(5)
    day.daemon.kill()
    day.daemon.start()
    day.until("23:59")
    assert not any(hold["rule"] == "rule-source-went-back" for hold in day.daemon.json("holds")["holds"])
    day.promise = lambda: None
    school.revoke("gust", "trajectbegeleider")
    assert day.minute()["removals"] == 1


def test_the_source_goes_back_again_after_it_was_accepted(moved):
    """An older backup still is another matter: it needs a word of its own."""
    school = moved("2026-09-01T08:00")
    school.person("fien")
    day = Day(school)
    oldest = school.government.server.backup()
    day.clock.forward(hours=1)
    school.grant("fien", "trajectbegeleider")
    day.minute()
    older = school.government.server.backup()
    day.clock.forward(hours=1)
    school.revoke("fien", "trajectbegeleider")
    day.minute()
    school.government.server.restore(older)
    day.minute()
    day.daemon.order("accept-source", day.daemon.hold("rule-source-went-back")["id"], "--reason", "bedoeld")
    day.minute()
    assert "fien" in school.members()
    school.government.server.restore(oldest)
    assert day.minute()["result"] == "source-went-back"
    assert "fien" in school.members()


def test_the_night_with_hand_edits_while_the_source_is_down(moved):
    """At 21:00 the source stops. At 22:30 a directory administrator puts somebody in by hand who must work tonight, and takes somebody
    out. At 06:30 the source is back; at 06:40 one command keeps the first, another the second. It stays so, until the day that was
    said."""
    school = moved("2026-09-08T20:00")
    day = Day(school, {"schedule.backoff_max": "1s", "source.deadline": "2s"})
    day.until("21:00")
    school.government.server.stop()
    day.minutes(2)
    day.until("22:30")
    assert day.daemon.part("freshness")["state"] != "ok"
    school.by_hand(add=["els"], delete=["bart"])
    day.keeps()
    assert school.members() == ALL - {"bart"} | {"els"}
    day.minutes(20)
    day.until("06:30")
    assert day.daemon.part("freshness")["state"] == "critical"
    assert day.daemon.part("source")["state"] != "ok"
    school.government.server.start()
    day.minutes(10)
    shown = {each["code"]: each for each in day.daemon.json("drift")["drift"]}
    assert set(shown) == {"added-by-hand", "removed-by-hand"}
    for each in shown.values():
        assert each["writer"] == target.ADMIN
        command = each["adopt"].split()[1:]
        command = [word for word in command if not word.startswith("<") and word not in ("--reason", "TEXT")][:3]
        day.daemon.order(*command, "--reason", "nachtdienst", "--until", "2026-09-30")
    day.minutes(30)
    day.until("23:59")
    assert day.daemon.json("drift")["drift"] == []
    assert day.daemon.json("status")["state"] in ("ok", "notice")
    day.clock.set("2026-09-25T08:00")
    day.minute()
    assert "directive-ends-soon" in school.remarks()
    day.promise = lambda: None
    day.clock.set("2026-10-01T08:00")
    day.minute()
    assert school.members() == ALL, "both lapsed"
    assert day.minute()["result"] == "in-step"


def test_what_was_not_kept_is_put_right_the_next_morning(moved):
    """The same night, and nobody says a word: what was put in goes after the grace, what was taken out stays out."""
    school = moved("2026-09-08T22:00")
    day = Day(school, {"schedule.backoff_max": "1s"})
    school.government.server.stop()
    day.minute()
    school.by_hand(add=["els"], delete=["bart"])
    day.keeps()
    day.until("06:30")
    school.government.server.start()
    day.minutes(14)
    day.promise = lambda: None
    day.minutes(4)
    assert school.members() == ALL - {"bart"}
    day.until("12:00")
    assert school.members() == ALL - {"bart"}
