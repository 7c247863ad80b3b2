# SPDX-License-Identifier: EUPL-1.2
"""The whole against somebody who knows the documents only (oracle.py): random directories, and what people do to them, day after day.

After each cycle everybody in a role group is held against what the oracle says. Nobody gains who should not have access, in any state, held or approved;
nobody who should have it loses it; whoever is there and should not be, or the other way round, is named in a hold, a hand edit, or a doubt that the
documents describe; and 'duaalctl why' says the same. Always the same worlds: DUAAL_ORACLE_SEED gives others, DUAAL_WORLDS more of them, DUAAL_PEOPLE
larger ones, DUAAL_STEPS longer lives. A failure names its world: DUAAL_ORACLE_SEED=7 has those from 7000 on.
"""
import contextlib
import os
import random
import signal

import oracle
import oracle_world
import pytest
from application import Application
from clock import ZONE
from daemon import Daemon, write_secret
from government import READER, READER_PASSWORD, SOURCE, Government
from oracle_world import World
from two_sources import BASIS

SEED = int(os.environ.get("DUAAL_ORACLE_SEED", "1"))
WORLDS = int(os.environ.get("DUAAL_WORLDS", "6"))
PEOPLE = int(os.environ.get("DUAAL_PEOPLE", "24"))
STEPS = int(os.environ.get("DUAAL_STEPS", "10"))
BEGINS = ("2026-09-01T08:00", "2026-10-24T23:20", "2026-10-25T01:30", "2026-12-31T23:20", "2027-03-27T23:40", "2027-03-28T00:20", "2027-06-30T22:10",
          "2028-02-28T12:00")
WIDE = {"guard.institution_removals": 1000, "guard.removals": 100000, "guard.removals_percent": 100, "guard.shrink_percent": 100,
        "guard.halved_percent": 100, "guard.grants": 1000000, "guard.grants_percent": 100, "guard.dates_percent": 100}
SELDOM = {"schedule.interval": "7d", "schedule.stale_warning": "29d", "schedule.stale_critical": "30d"}


class History:
    """A daemon between random directories, and the oracle beside it."""

    def __init__(self, seed, stack, clock, folder):
        self.seed, self.lot, self.clock = seed, random.Random(seed), clock
        lot = self.lot
        clock.set(lot.choice(BEGINS))
        governments = [stack.enter_context(Government(clock=clock, suffix=suffix)).start() for suffix in (SOURCE, BASIS)[:lot.choice((1, 1, 2))]]
        application = stack.enter_context(Application(clock=clock)).start()
        self.rules = oracle.Rules(
            kinds=oracle_world.ADMISSION, board_grantors=lot.choice(((), ("koepel-1",))), people_dates=lot.choice(("day", "instant")),
            institution_dates=lot.choice(("day", "instant")), grant_dates=lot.choice(("day", "instant")),
            grant_person=lot.choice(("dn", "dn", "vo_id", "uid")), depth=lot.choice((0, 1, 2, 8)))
        self.oracle = oracle.Oracle(self.rules)
        self.world = World(lot, clock, governments, application, self.rules)
        self.world.fill(PEOPLE)
        self.daemon = stack.enter_context(Daemon(governments[0], application, self._settings(governments, folder), clock=clock))
        self.undecided = lot.choice(((), ("rule-ambiguous", "rule-doubtful", "rule-by-hand")))
        self.approved = set()   # removals that somebody decided, or that follow from a hand edit
        self.facts, self.frozen = None, set()

    def _settings(self, governments, folder):
        lot = self.lot
        changes = {**oracle_world.shared_settings(self.rules), **SELDOM, **lot.choice((WIDE, WIDE, {})),
                   "guard.first_fill": lot.choice(("go", "hold"))}
        for group, of in oracle_world.settings(governments[0]).items():
            changes.update({"source.%s.%s" % (group, key): value for key, value in of.items()})
        if len(governments) > 1:
            here = governments[1].here
            secret = write_secret(os.path.join(folder, "basis-password"), READER_PASSWORD)
            changes["more_sources"] = [{"name": "basis", "uri": governments[1].server.uri, "bind_dn": here(READER), "position": "csn",
                                        "password_file": secret, "canaries": [here(dn) for dn in oracle_world.source.CANARIES],
                                        **oracle_world.settings(governments[1])}]
        return changes

    # ---- cycles ----

    def cycle(self, run, read=True):
        """run is a cycle of the daemon: what it did is held against the oracle. read: it can read the sources."""
        while True:
            before, facts = self.world.members(), self.world.facts() if read else self.world.facts(self.facts)
            run()
            if self.oracle.is_renewed(facts):
                self.daemon.sync()  # somebody else's vo-id: what the one had goes, and what the other one should have comes with the next cycle
            if not read:
                return self._judge_unread(before, oracle.Verdicts(self.oracle, facts))
            self.facts = facts
            verdicts = self.oracle.judge(facts)
            later = oracle.Verdicts(self.oracle, self._at_now(facts))
            self._judge(before, verdicts, later)
            if verdicts.yes() == later.yes():
                return None
            run = self.daemon.sync  # midnight passed in between

    def _at_now(self, facts):
        return oracle.Facts(self.clock.now(), facts.sources, facts.requests, facts.overrides)

    def _judge_unread(self, before, verdicts):
        """The sources could not be read: what stands in the target still counts where it keeps people out, and nobody gains."""
        after = self.world.members()
        self._expect("gained while no source could be read", set(after) - set(before))
        self._expect("lost while no source could be read, and is wanted", (set(before) - set(after)) & verdicts.yes())
        told = self.told_entries()
        self._expect("is kept out, and is still there", {access for access in (verdicts.excluded & set(after)) - set(self._changes()["member-remove"])
                                                         if after[access].lower() not in told})

    def _changes(self):
        """What the plan has: {kind: {(number, role, vo-id): change}}."""
        plan = self.daemon.json("plan")
        assert plan["changes_omitted"] == 0
        found = {"member-add": {}, "member-remove": {}}
        for each in plan["institutions"]:
            for change in each["changes"]:
                assert change["verdict"] != "go", self._said("was to go and did not", change)
                if change["kind"] in found:
                    found[change["kind"]][(each["number"], change["role"], change["person"]["vo_id"].casefold())] = change
        return found

    def _judge(self, before, verdicts, later):
        after, changes = self.world.members(), self._changes()
        yes = verdicts.yes() | later.yes()
        ways = {access: {verdicts.of(access), later.of(access)} for access in {*before, *after, *yes}}
        unsure = {access for access, found in ways.items() if found & {oracle.KEEP, oracle.FADES, oracle.EITHER} or len(found) > 1}
        # Whoever has a vo-id anew waits for what the one before still has: both are one name in the target.
        unsure |= {access for access in yes if any(other[2] == access[2] for other in changes["member-remove"]) and self.oracle.is_reused(access[2])}
        gained, lost = set(after) - set(before), set(before) - set(after)
        self._expect("gained, and is not wanted", {access for access in gained - yes if oracle.EITHER not in ways[access]})
        self._expect("lost, and is wanted", (lost & yes) - unsure)
        self._expect("lost, though two claim to be that person or institution",
                     {access for access in lost if ways[access] == {oracle.KEEP}} - self.approved)
        self._expect_ambiguous(verdicts, changes["member-remove"])
        self._expect_frozen(gained, verdicts, changes)
        self._expect_plan(changes, yes, unsure)
        self._expect_named(after, changes, yes, unsure)
        self.approved |= {access for access, change in changes["member-remove"].items() if change["reason"] == "added-by-hand"}
        self.verdicts, self.after, self.world.wanted = verdicts, after, sorted(verdicts.yes())

    def _expect_ambiguous(self, verdicts, removals):
        """R9: said as long as it is so, and a reason to wait for seven days."""
        trouble = {part["code"] for part in self.daemon.json("plan")["trouble"]}
        assert trouble == ({"ambiguous"} if self.oracle.ambiguous else set()), self._said("trouble", trouble)
        self._expect("waits because two claim it, and nobody does, or for too long", {
            access for access, change in removals.items()
            if change["rule"] == "rule-ambiguous" and verdicts.of(access) == oracle.NO and not verdicts.claimed_twice(access[0])})

    def _expect_plan(self, changes, yes, unsure):
        """What is held is what somebody may want."""
        self._expect("would gain, and is not wanted", set(changes["member-add"]) - yes - unsure)
        self._expect("would lose, and is wanted", {access for access, change in changes["member-remove"].items()
                                                   if access in yes - unsure and change["reason"] != "name-reused"})

    def _expect_named(self, after, changes, yes, unsure):
        """Whatever is not as it should be is held, or stands in a group that is not ours any more."""
        told = self.told_entries()
        self._expect("is there, is not wanted, and nothing names it", {
            access for access in set(after) - yes - unsure - set(changes["member-remove"]) if after[access].lower() not in told})
        self._expect("is wanted, is not there, and nothing names it", {
            access for access in yes - set(after) - unsure - set(changes["member-add"]) if not any(self.is_group(dn, access) for dn in told)})

    def _expect_frozen(self, gained, verdicts, changes):
        """Nothing changes at what is frozen but by what keeps people out."""
        self._expect("gained, and is frozen", {access for access in gained if access[0] in self.frozen})
        waits = {access for those in changes.values() for access, change in those.items() if change["rule"] == "rule-frozen"}
        self._expect("waits for a freeze, and there is none", {access for access in waits if access[0] not in self.frozen})
        self._expect("is kept out, and a freeze keeps it in", waits & verdicts.excluded)

    @staticmethod
    def is_group(dn, access):
        """Is this the DN of the group of an access, or of its institution?"""
        return dn.startswith(("cn=%s-%d," % (access[1], access[0]), "duaalinstitutionnumber=%d," % access[0]))

    def told_entries(self):
        """Entries of the target that the daemon leaves alone and says so: those without its mark."""
        return {remark["entry"].lower() for remark in self.daemon.json("status")["remarks"] if remark["code"] == "foreign-entry"}

    def _expect(self, what, those):
        assert not those, self._said(what, "".join(map(self._about, sorted(those))))

    def _about(self, access):
        """What the daemon says of it, for whoever reads a failure."""
        number, role, vo_id = access
        paths = self.daemon.json("why", vo_id, str(number)).get("paths", ())     # none where two claim that vo-id
        facts = [(fact["holds"], fact["text"]) for path in paths if path["role"] == role for fact in path["facts"]]
        return "\n%s\n  %s" % (access, "\n  ".join(map(str, facts)))

    def _said(self, what, those):
        return "seed %d: %s: %s\nat %s, %s\n%s\n%s" % (self.seed, what, those, self.clock.now(), self.rules, "\n".join(self.world.told),
                                                      self.daemon.log()[-1500:])

    # ---- what happens ----

    def start(self):
        """The first cycle."""
        self.cycle(self.daemon.start)
        self.decide()

    def step(self):
        """Time passes, people do something, and the daemon looks."""
        how = self.lot.choice(("sync",) * 8 + ("stop", "kill", "down"))
        if how in ("stop", "kill"):
            getattr(self.daemon, how)()
            self.happen()
            self.cycle(self.daemon.start)
        elif how == "down":
            with self.halted():
                self.happen(target_only=True)
                for government in self.world.governments:
                    government.server.stop()
            self.cycle(self.daemon.sync, read=False)
            for government in self.world.governments:
                government.server.start()
            self.cycle(self.daemon.sync)
        else:
            with self.halted():
                self.happen()
            self.cycle(self.daemon.sync)
        self.ask_why()
        self.freeze()
        if self.lot.random() < 0.8:
            self.decide()

    def freeze(self):
        """Somebody wants an institution to stay as it is for a while, or no longer."""
        if self.frozen and self.lot.random() < 0.4:
            number = min(self.frozen)
            self.frozen.remove(number)
            self.cycle(lambda: (self.daemon.order("thaw", str(number)), self.daemon.sync(), self.daemon.sync()))
        elif self.lot.random() < 0.15:
            number = self.lot.choice(self.world.numbers)
            self.frozen.add(number)
            self.cycle(lambda: (self.daemon.order("freeze", str(number), "--reason", "exams"), self.daemon.sync()))

    @contextlib.contextmanager
    def halted(self):
        """Meanwhile the daemon begins no cycle of its own."""
        self.daemon.process.send_signal(signal.SIGSTOP)
        yield
        self.daemon.process.send_signal(signal.SIGCONT)

    def pass_time(self):
        """Some minutes, some days, or until just before or behind a Belgian midnight."""
        lot = self.lot
        how = lot.choice(("none", "minutes", "days", "days", "before", "behind"))
        if how == "minutes":
            self.clock.forward(minutes=lot.choice((5, 20, 90)))
        elif how == "days":
            self.clock.forward(days=lot.choice((1, 1, 2, 3, 8)), minutes=lot.randrange(10, 50))
        elif how == "before" and self.clock.now().hour < 23:
            self.clock.set(self.clock.now().replace(hour=23, minute=50, second=0, tzinfo=ZONE))
        elif how == "behind":
            self.clock.tomorrow(0, lot.randrange(1, 50))
        self.world.told.append("%s it is %s" % (how, self.clock.now()))

    def happen(self, target_only=False):
        """Time passes, and then people do some things at once."""
        self.pass_time()
        for _ in range(self.lot.choice((0, 1, 2, 4))):
            self.world.edit(target_only)

    def decide(self):
        """Everything that waits for a word is approved, until nothing does; in some histories doubts and hand edits are left."""
        for _ in range(6):
            holds = [hold for hold in self.daemon.json("holds")["holds"]
                     if hold["decide"] == "approve" and hold["state"] == "open" and hold["rule"] not in self.undecided]
            if not holds:
                left = {change["rule"] for those in self._changes().values() for change in those.values()}
                assert left <= {"rule-grace", "rule-frozen", *self.undecided}, self._said("is held after every decision", left)
                return
            for hold in holds:
                self.approved |= {(each["institution"], each["role"], each["person"]["vo_id"].casefold()) for each in
                                  self.daemon.json("holds", hold["id"])["operations"] if each["kind"] == "member-remove"}
            self.world.told.append("approves %s" % [hold["rule"] for hold in holds])
            self.cycle(lambda those=holds: self._approve(those))
        raise AssertionError(self._said("there is always another hold", holds))

    def _approve(self, holds):
        """One may be gone already, by what the one before it let go: the next look shows it."""
        for hold in holds:
            self.daemon.ctl("approve", hold["id"], "--reason", "so is it meant")
        self.daemon.sync()
        self.daemon.sync()

    # ---- questions ----

    def ask_why(self):
        """Of some people 'why' says what the oracle says."""
        for vo_id in self.lot.sample(sorted(self.verdicts.people), min(3, len(self.verdicts.people))):
            if not self.verdicts.known(vo_id):
                continue
            spelling = self.verdicts.people[vo_id][0]["void"][0]
            answer = self.daemon.json("why", spelling)
            wanted = {access for access in self.verdicts.yes() if access[2] == vo_id}
            there = {access for access in self.after if access[2] == vo_id}
            paths = {(path["institution"], path["role"], vo_id): path for path in answer["paths"] if path["role"]}
            unsure = {access for access in paths if self.verdicts.of(access) not in (oracle.YES, oracle.NO)}
            self._expect("why says no", wanted - {access for access, path in paths.items() if path["granted"]})
            self._expect("why says yes", {access for access, path in paths.items() if path["granted"]} - wanted - unsure)
            self._expect("why does not know the membership", there ^ {access for access, path in paths.items() if path["member"]})
            assert answer["access"] == bool(there), self._said("why: access is %s" % answer["access"], vo_id)


@pytest.mark.parametrize("number", range(WORLDS))
def test_the_daemon_decides_what_the_documents_say(number, clock, tmp_path):
    seed = SEED * 1000 + number
    print("seed", seed)
    with contextlib.ExitStack() as stack:
        history = History(seed, stack, clock, str(tmp_path))
        history.start()
        for _ in range(STEPS):
            history.step()
