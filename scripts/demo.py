# SPDX-License-Identifier: EUPL-1.2
"""The story that scripts/demo tells: two directories, one daemon, ten scenes, each checked."""
import datetime
import os
import sys
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TOP, "tests", "integration"), os.path.join(TOP, "scripts")]

import application as target  # noqa: E402
import government as source  # noqa: E402
from daemon import CATALOGUES, Daemon, program  # noqa: E402
from invented import Invention  # noqa: E402
from slapd import as_bytes  # noqa: E402

RIGHT = source.RIGHT
PEOPLE = 2000
KEEP = "--keep" in sys.argv[1:]
REGISTER = "overeenkomst-registreren"
GRACE_SECONDS = 3
GRACE = "%ds" % GRACE_SECONDS


class Scene:
    """What is announced, and whether what was expected came."""

    def __init__(self):
        self.failed = 0
        self.checks = 0

    @staticmethod
    def title(text):
        """A heading."""
        print("\n\033[1m%s\033[0m" % text if sys.stdout.isatty() else "\n== " + text)

    @staticmethod
    def tell(text):
        """A sentence."""
        print("   " + text)

    def check(self, text, holds):
        """An expectation."""
        self.checks += 1
        self.failed += not holds
        print("   [%s] %s" % (" ok " if holds else "FAIL", text))

    @staticmethod
    def show(daemon, *arguments):
        """A command with its real output."""
        done = daemon.ctl(*arguments)
        print("\n   $ duaalctl " + " ".join("'%s'" % word if " " in word else word for word in arguments))
        print("".join("   " + line + "\n" for line in (done.stdout + done.stderr).splitlines()))


class World:
    """The government's directory as invented, with the schools and people that the scenes need by name."""

    def __init__(self, seed=2026):
        self.invention = Invention(seed)
        self.government = source.Government(outlives=KEEP)
        self.schools, self.without_programme, self.adult, self.other = [], [], [], []
        self.people = 0
        self.named = {}

    def school(self, group, name, kind, programmes=(), audiences=("OV",), status="actief", spelled="%s"):
        """An organisation with a head local administrator; number without leading zeros."""
        number = self.invention.number()
        head = self.person()
        self.government.organisation(spelled % number, name, kind=kind, programmes=programmes, audiences=audiences,
                                     status=status, heads=[head])
        group.append(number)
        return number

    def person(self, rights=(), other=(), **details):
        """Somebody with these roles, and with other rights; returns the vo-id."""
        vo_id = self.invention.vo_id()
        given, surname = details.pop("name", None) or self.invention.name()
        mail = "%s.%s.%d@school.example" % (given.lower(), surname.lower(), self.people)
        self.government.person(vo_id, given, surname, rights=[*(RIGHT + right for right in rights), *other], mail=mail, **details)
        self.people += 1
        return vo_id

    def name(self, label, *rights, **details):
        """Somebody whom the story mentions."""
        self.named[label] = self.person(rights, **details)

    def build(self):
        """About 60 institutions of all kinds and 2,000 people."""
        approved = ["2026-0117:goedgekeurd"]
        for _ in range(34):
            spelled = "0%s" if self.invention.chance(0.3) else "%s"
            self.school(self.schools, self.invention.school(), "secundair onderwijs", approved, spelled=spelled)
        for _ in range(6):
            self.school(self.without_programme, self.invention.school(), "secundair onderwijs", ["2026-0203:ingediend"])
        for _ in range(9):
            self.school(self.adult, "CVO " + self.invention.random.choice(("De Brug", "Het Anker", "Panta")),
                        "volwassenenonderwijs")
        for kind in ("basisonderwijs", "deeltijds kunstonderwijs", "CLB", "internaat"):
            for _ in range(2):
                self.school(self.other, "Instelling " + kind, kind, approved)
        self.school(self.other, "Opgeheven school", "secundair onderwijs", approved, status="opgeheven")
        self.school(self.other, "School zonder doelgroep", "secundair onderwijs", approved, audiences=["VO"])
        self.story_people()
        self.holders()
        while self.people < PEOPLE:
            self.person(other=["Lezer-algemeen:%s" % self.schools[0]] if self.invention.chance(0.2) else [])

    def story_people(self):
        """Those whom the scenes mention, at the first schools."""
        first, second = self.schools[:2]
        self.name("manager", "-beheerder:%s" % first, name=("Griet", "Vandamme"))
        self.name("coach", "-trajectbegeleider:%s" % first, name=("Tom", "Roelants"))
        self.name("newcomer", name=("Sofie", "Dewulf"))
        self.name("only", "-trajectbegeleider:%s" % second, name=("Luc", "Vercauteren"))
        self.name("second-manager", "-beheerder:%s" % second, name=("Mia", "Standaert"))
        self.name("waiting", "-trajectbegeleider:%s" % self.without_programme[0], name=("Pieter", "Hoste"))
        self.name("adult", "-trajectbegeleider:%s" % self.adult[2], name=("Nadia", "El Amrani"))
        self.name("no-role", ":%s" % first, name=("Koen", "Baert"))
        self.closing_school = self.school(self.schools, self.invention.school(), "secundair onderwijs", ["2026-0117:goedgekeurd"])
        self.named["closing"] = [self.person(["-trajectbegeleider:%s" % self.closing_school]) for _ in range(6)]
        self.schools.remove(self.closing_school)

    def holders(self):
        """Some hundreds with the right in all sorts of ways."""
        draw = self.invention.random
        schools = self.schools[2:]
        for school in schools:
            for role, most in (("trajectbegeleider", 8), ("beheerder", 3)):
                for _ in range(draw.randint(1, most)):
                    self.person(["-%s:%s" % (role, school)])
        for _ in range(30):
            two = draw.sample(schools, 2)
            self.person(["-trajectbegeleider,beheerder:%s, 0%s" % tuple(two)])
        for number in self.adult[:4] + self.without_programme[:3] + self.other:
            self.person(["-trajectbegeleider:%s" % number])
        for _ in range(20):
            school = draw.choice(schools)
            self.person(["-beheerder:%s" % school], end="20250831000000Z")           # ended
            self.person(["-beheerder:%s" % school], begin="20990901000000Z")         # not yet
            self.person(["-beheerder:%s" % school], status="inactief")
            self.person([draw.choice(("-beheerder", "-beheerder:", "-:%s" % school, "-beheerder:abc"))])  # unreadable
            self.person(["-directeur:%s" % school])                                  # unknown role
            self.person(["-beheerder:888881"])                                       # unknown institution


def may(application, vo_id, action):
    """What an application asks: for which institutions may this person do that? One search."""
    connection = application.reader()
    found = connection.search_s(
        target.BASE, 2, "(&(duaalAllowedAction=%s)(member=%s))" % (action, target.person_dn(vo_id)),
        ["duaalInstitutionNumber"])
    connection.unbind_s()
    return sorted(entry["duaalInstitutionNumber"][0].decode() for _, entry in found)


def members_in_all(application):
    """How many memberships there are."""
    connection = application.server.connect()
    found = connection.search_s(target.INSTITUTIONS, 2, "(objectClass=duaalRoleGroup)", ["member"])
    connection.unbind_s()
    return sum(len(entry.get("member", [])) for _, entry in found)


def first_fill(scene, world, application, daemon):
    """The state after the first cycle."""
    school = world.schools[0]
    scene.title("The daemon has read both directories and filled the application's groups")
    scene.show(daemon, "status")
    scene.check("all is in step", daemon.json("plan")["institutions"] == [])
    scene.check("the trajectbegeleider may register agreements at school %s" % school,
                may(application, world.named["coach"], REGISTER) == [school])
    scene.check("the beheerder may not", may(application, world.named["manager"], REGISTER) == [])
    scene.tell("One school, as its file shows it:")
    scene.show(daemon, "institution", school)
    scene.tell("Why does Tom Roelants have access, and Koen Baert not?")
    scene.show(daemon, "why", "Tom Roelants")
    scene.show(daemon, "why", "Koen Baert")
    scene.check("Tom has access", daemon.access(world.named["coach"]))
    scene.check("Koen has none", not daemon.access(world.named["no-role"]))


def grant(scene, world, application, daemon):
    """A head local administrator grants."""
    school = world.schools[0]
    scene.title("Scene 1: the head local administrator of school %s makes Sofie Dewulf trajectbegeleider" % school)
    world.government.grant(world.named["newcomer"], "%s-trajectbegeleider:%s" % (RIGHT, school))
    daemon.sync()
    scene.check("Sofie may register agreements there now", may(application, world.named["newcomer"], REGISTER) == [school])


def revoke(scene, world, application, daemon):
    """The only one is revoked."""
    school = world.schools[1]
    scene.title("Scene 2: school %s takes the role away from its only trajectbegeleider, Luc Vercauteren" % school)
    scene.check("before, Luc is the only one", len(application.members(school, "trajectbegeleider")) == 1)
    world.government.revoke(world.named["only"], "%s-trajectbegeleider:%s" % (RIGHT, school))
    daemon.sync()
    scene.check("Luc has no access any more", may(application, world.named["only"], REGISTER) == [])
    scene.check("a notice says that nobody is trajectbegeleider there now",
                "nobody is trajectbegeleider at institution %s" % school in daemon.log())
    scene.show(daemon, "why", "Luc Vercauteren")


def programme(scene, world, application, daemon):
    """A school is admitted by its programme."""
    school = world.without_programme[0]
    scene.title("Scene 3: the programme application of school %s is approved" % school)
    scene.check("before, Pieter Hoste has no access", may(application, world.named["waiting"], REGISTER) == [])
    world.government.set_organisation(school, voProgrammatie="2026-0203:goedgekeurd")
    daemon.sync()
    scene.check("the school has appeared and Pieter has access",
                may(application, world.named["waiting"], REGISTER) == [school])


def request(scene, world, application, daemon):
    """Adult education is admitted by request."""
    school = world.adult[2]
    scene.title("Scene 4: the department asks to admit adult-education centre %s" % school)
    scene.show(daemon, "why", "Nadia El Amrani")
    connection = application.admin()
    dn, attributes = target.request_entry("cvo-%s" % school, school, duaalReason="vraag van het centrum",
                                          duaalOwner="werkplekduaal@vlaanderen.be")
    connection.add_s(dn, list(as_bytes(attributes).items()))
    connection.unbind_s()
    scene.tell("A directory administrator has recorded the request with an ordinary LDAP tool.")
    daemon.sync()
    scene.check("Nadia El Amrani has access", may(application, world.named["adult"], REGISTER) == [school])


def vanish(scene, world, application, daemon):
    """Half of the users are hidden by a mistake in the source's access rules."""
    before = members_in_all(application)
    scene.title("Scene 5: by a mistake at the government's side, half of the users vanish")
    halves = "(|%s)" % "".join("(uid=%s*)" % digit for digit in "89abcdef")
    rules = source.access_rules()
    world.government.server.set_access(['to dn.onelevel="%s" filter=%s by * none' % (source.USERS, halves)] + rules)
    daemon.sync()
    scene.show(daemon, "status")
    scene.check("all %d memberships are still there" % before, members_in_all(application) == before)
    scene.check("the removals are held", "rule-shrunken-source" in daemon.holds())
    scene.title("Scene 6: the mistake is mended, the users return")
    world.government.hide()
    daemon.sync()
    scene.check("nothing is held any more", daemon.holds() == [])
    scene.check("all %d memberships are still there" % before, members_in_all(application) == before)


def closing(scene, world, application, daemon):
    """A whole group is deleted at once: it waits for a word, and then goes."""
    school = world.closing_school
    guides = world.named["closing"]
    scene.title("Scene 7: at school %s all %d trajectbegeleiders are deleted at once" % (school, len(guides)))
    for vo_id in guides:
        world.government.remove_person(vo_id)
    daemon.sync()
    scene.check("all of them still have access", len(application.members(school, "trajectbegeleider")) == len(guides))
    hold = daemon.hold("rule-group-emptied", school)
    scene.tell("It waits for a person. This is what that person sees:")
    scene.show(daemon, "holds", hold["id"])
    scene.tell("The school confirms by telephone that the course has ended.")
    scene.show(daemon, "approve", hold["id"], "--reason", "the course has ended, confirmed by the school")
    daemon.sync()
    scene.check("now they have no access", application.members(school, "trajectbegeleider") in (None, []))
    scene.check("nothing waits any more", daemon.json("holds")["holds"] == [])


def by_hand(application, school, vo_id):
    """A directory administrator puts somebody in with an ordinary LDAP tool."""
    connection = application.admin()
    connection.modify_s(target.group_dn(school, "trajectbegeleider"), [(0, "member", [target.person_dn(vo_id).encode()])])
    connection.unbind_s()


def night(scene, world, application, daemon):
    """The source is down; somebody is let in by hand, and kept the next day."""
    school, colleague, stranger = world.schools[0], world.named["second-manager"], world.named["waiting"]
    scene.title("Scene 8: at night the government's directory is down, and an administrator lets somebody in by hand")
    world.government.server.stop()
    for vo_id in (colleague, stranger):
        by_hand(application, school, vo_id)
    daemon.sync()
    scene.check("while the source cannot be read nothing is put back",
                may(application, colleague, REGISTER) == [school] and school in may(application, stranger, REGISTER))
    scene.tell("In the morning the source is back.")
    world.government.server.start()
    daemon.sync()
    scene.show(daemon, "drift")
    edit = next(each for each in daemon.json("drift")["drift"] if each["person"]["vo_id"] == colleague)
    scene.tell("One command keeps Mia Standaert; the other edit is forgotten, and put right after the grace (%s here)." % GRACE)
    scene.show(daemon, "drift", "adopt", str(edit["id"]), "--reason", "stands in for a colleague who is ill")
    time.sleep(GRACE_SECONDS)
    daemon.sync()
    daemon.sync()
    scene.check("Mia Standaert still may register agreements there", school in may(application, colleague, REGISTER))
    scene.check("Pieter Hoste may no longer do so", school not in may(application, stranger, REGISTER))


def lapse(scene, world, application, daemon):
    """An override ends by itself."""
    school, person = world.schools[0], world.named["adult"]
    scene.title("Scene 9: an override lets Nadia El Amrani in at school %s, until a set time" % school)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
    scene.show(daemon, "pin", "Nadia El Amrani", school, "trajectbegeleider", "--reason", "substitute for this afternoon",
               "--until", until.strftime("%Y-%m-%dT%H:%M:%SZ"))
    daemon.sync()
    scene.check("she may register agreements there", school in may(application, person, REGISTER))
    scene.check("status says that it ends soon",
                "directive-ends-soon" in {remark["code"] for remark in daemon.json("status")["remarks"]})
    daemon.wait_until(lambda: school not in may(application, person, REGISTER), "the end of the override")
    scene.check("when the time came the daemon took her out by itself", True)


def restored(scene, world, application, daemon):
    """The source is older than before."""
    school, coach = world.schools[0], world.named["coach"]
    scene.title("Scene 10: the government's directory is restored from an older backup")
    backup = world.government.server.backup()
    world.government.revoke(coach, "%s-trajectbegeleider:%s" % (RIGHT, school))
    daemon.sync()
    scene.check("after the backup Tom Roelants lost the role", may(application, coach, REGISTER) == [])
    world.government.server.restore(backup)
    daemon.sync()
    scene.show(daemon, "holds")
    scene.check("the daemon does not believe it: Tom has no access", may(application, coach, REGISTER) == [])
    scene.check("and status is critical", daemon.part("source")["state"] == "critical")
    scene.tell("The government's administrators confirm that the restore is meant so.")
    scene.show(daemon, "accept-source", daemon.hold("rule-source-went-back")["id"], "--reason", "restored on purpose")
    daemon.sync()
    scene.check("now what it says counts again: Tom has access", may(application, coach, REGISTER) == [school])
    scene.tell("Every decision is on record, in a chain that can be proven:")
    scene.show(daemon, "audit", "--verify")
    scene.check("the chain holds", daemon.json("audit", "--verify")["broken"] is None)
    scene.show(daemon, "history")
    scene.tell("So is who had access when, and what the ledger does not know:")
    scene.show(daemon, "changes", "--person", "Tom Roelants")
    scene.show(daemon, "why", "Tom Roelants", "--at", "now")
    had = daemon.json("why", "Tom Roelants", "--at", "now")
    scene.check("what the ledger says about now is so", had["known"] and had["access"] and not had["unsure"])


def play(world, application, daemon):
    """All scenes; how many checks failed."""
    scene = Scene()
    for each in (first_fill, grant, revoke, programme, request, vanish, closing, night, lapse, restored):
        each(scene, world, application, daemon)
    scene.title("%d checks, %d failed" % (scene.checks, scene.failed))
    return scene.failed


def keep(world, application, daemon):
    """Leave everything running and say how to play."""
    print("""
Everything keeps running. To play with it, in this shell:

   ctl() { DUAALSYNC_LOCALEDIR=%s %s --socket %s "$@"; }
   ctl status; LANG=nl_BE.UTF-8 ctl status; ctl why 'Sofie Dewulf'; ctl sync --wait; ctl plan; ctl help
   ldapsearch -LLL -Y EXTERNAL -Q -H %s -b %s '(duaalAllowedAction=*)' member
   ldapmodify -Y EXTERNAL -Q -H %s      (the government's directory: grant and revoke yourself)

To end it:

   kill %d %d %d; rm -rf %s %s %s""" % (
        CATALOGUES["DUAALSYNC_LOCALEDIR"], program("duaalctl"), daemon.settings["control.socket"], application.server.ldapi_uri, target.BASE,
        world.government.server.ldapi_uri, daemon.process.pid, application.server.process.pid,
        world.government.server.process.pid, daemon.directory, application.server.directory,
        world.government.server.directory))


def main():
    """Tell the story."""
    started = time.monotonic()
    world = World()
    world.build()
    requests = [target.request_entry("cvo-%s" % number, number, duaalReason="vraag van het centrum")
                for number in world.adult[:2]]
    with world.government as government, target.Application(outlives=KEEP) as application:
        government.start()
        application.start(requests)
        print("Two private directories are running: a government one (invented schema, %d people, %d institutions) and "
              "the application's." % (world.people, sum(map(len, (world.schools, world.without_programme, world.adult,
                                                                 world.other)))))
        with Daemon(government, application, {"drift.grace": GRACE, "schedule.backoff_max": "1s"}, CATALOGUES) as daemon:
            daemon.start()
            failed = play(world, application, daemon)
            print("Took %.0f seconds." % (time.monotonic() - started))
            if KEEP:
                keep(world, application, daemon)
                sys.stdout.flush()
                os._exit(1 if failed else 0)  # without cleaning up
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
