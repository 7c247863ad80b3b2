# SPDX-License-Identifier: EUPL-1.2
"""The recipes of docs/consumers.md that say "tested", as they stand there, between a whole daemon and real servers."""
import contextlib
import os
import re
import time

import ldap
import pytest

import application as target
import ds389
import httpd
from application import Application
from directories389 import Application389
from government import Government
from httpd import Httpd
from daemon import write_secret
from school import FIRST, SECOND, between, vo_id
from slapd import fill

DOCUMENT = os.path.join(target.ROOT, "docs", "consumers.md")
REGISTER = "overeenkomst-registreren"
INSIDE, DENIED, FORBIDDEN = 200, 401, 403
WAIT_SECONDS = 60
SERVERS = ("openldap", "389")


def recipe(language):
    """The first block of the document in this language."""
    with open(DOCUMENT, encoding="utf-8") as file:
        return re.search(r"```%s\n(.*?)```" % language, file.read(), re.S)[1]


@pytest.fixture(name="schools_where")
def _schools_where():
    """The function of the document."""
    space = {}
    exec(recipe("python"), space)  # pylint: disable=exec-used
    return space["schools_where"]


@contextlib.contextmanager
def opened(kind):
    """A School on either server, with memberOf kept up to date."""
    if kind == "389" and ds389.absent():
        pytest.skip(ds389.absent())
    application = Application389(plugins=["MemberOf Plugin"]) if kind == "389" else Application(overlays=("syncprov", "memberof"))
    with Government() as government, application, between(government.start(), application.start()) as school:
        school.start()
        yield school


@pytest.fixture(name="served", params=SERVERS)
def _served(request):
    """One that the test may change."""
    with opened(request.param) as school:
        yield school


@pytest.fixture(name="shown", scope="module", params=SERVERS)
def _shown(request):
    """One that is only asked."""
    with opened(request.param) as school:
        yield school


# ---- python-ldap ----

def test_where_somebody_may_register(served, schools_where):
    """One search, with the rights of an application; it follows grants and revocations."""
    served.grant("an", "trajectbegeleider", SECOND)
    served.sync()
    asked = served.application.reader()
    assert schools_where(asked, target.BASE, vo_id("an"), REGISTER) == sorted([FIRST, SECOND])
    assert schools_where(asked, target.BASE, vo_id("an").upper(), REGISTER) == sorted([FIRST, SECOND])
    assert schools_where(asked, target.BASE, vo_id("griet"), REGISTER) == [], "a beheerder may not register"
    served.revoke("an", "trajectbegeleider")
    served.sync()
    assert schools_where(asked, target.BASE, vo_id("an"), REGISTER) == [SECOND]


@pytest.mark.parametrize("who, what", [("*", REGISTER), (vo_id("an"), "*"), ("x,uid=*", REGISTER), (vo_id("an") + ")(cn=*", REGISTER),
                                       ("", REGISTER)])
def test_nobody_is_everybody(shown, schools_where, who, what):
    assert schools_where(shown.application.reader(), target.BASE, who, what) == []


def test_not_known_is_not_nowhere(served, schools_where):
    asked = served.application.reader()
    served.application.server.stop()
    with pytest.raises(ldap.LDAPError):
        schools_where(asked, target.BASE, vo_id("an"), REGISTER)
    served.application.server.start()


# ---- Apache ----

@pytest.fixture(name="site")
def _site(served, tmp_path):
    """An Apache in front of that directory; the users' names are vo-ids."""
    if httpd.absent():
        pytest.skip(httpd.absent())
    secret = write_secret(str(tmp_path / "reader"), target.READER_PASSWORD)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o005 != 0o005:
            os.chmod(folder, 0o755)
    os.chmod(secret, 0o644)  # it runs as nobody; a real one has a user of its own
    with Httpd(fill(recipe("apache"), URI=served.application.server.uri, BASE=target.BASE, READER=target.READER,
                    PASSWORDFILE=secret), [*served.names, "niemand"]) as started:
        yield started


def comes_to(site, path, name, wanted):
    """Wait until this person gets this answer: the caches of the server must have run out by then."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if site.status(path, vo_id(name)) == wanted:
            return
        time.sleep(0.05)
    raise TimeoutError("%s never got %d for %s:\n%s" % (name, wanted, path, site.log()))


@pytest.mark.parametrize("path", ["/overeenkomsten/" + FIRST, "/leiding/" + FIRST], ids=["group", "filter"])
def test_apache_follows_a_grant_and_a_revocation(served, site, path):
    assert site.status(path, vo_id("an")) == INSIDE
    assert site.status(path, vo_id("els")) == DENIED
    assert site.status(path, None) == site.status(path, "niemand") == DENIED
    served.grant("els", "trajectbegeleider")
    served.revoke("an", "trajectbegeleider")
    served.sync()
    comes_to(site, path, "els", INSIDE)
    comes_to(site, path, "an", DENIED)


def test_apache_asks_for_the_role(served, site):
    assert site.status("/overeenkomsten/" + FIRST, vo_id("griet")) == DENIED
    assert site.status("/leiding/" + FIRST, vo_id("griet")) == INSIDE
    assert site.status("/elders", vo_id("an")) == FORBIDDEN


def test_apache_lets_nobody_in_when_it_cannot_ask(served, site):
    served.application.server.stop()
    assert site.status("/overeenkomsten/" + FIRST, vo_id("bart")) != INSIDE
    served.application.server.start()
    comes_to(site, "/overeenkomsten/" + FIRST, "bart", INSIDE)


@pytest.mark.parametrize("filled, says", [("member", False), ("member+memberOf@duaalRoleGroup", True)])
def test_the_trap_of_dynlist(filled, says):
    """Why the document says: keep it out. Should this fail, the trap is gone and the document may say so."""
    entries = [target.person_entry("an"), target.institution_entry(FIRST),
               target.group_entry(FIRST, "beheerder", [target.person_dn("an")])]
    with Application(overlays={"syncprov": None, "dynlist": ["dynlist-attrset groupOfURLs memberURL " + filled]},
                     global_lines=["include /etc/ldap/schema/dyngroup.schema"]) as application:
        application.start(entries)
        assert application.members(FIRST, "beheerder") == [target.person_dn("an")]
        group = target.group_dn(FIRST, "beheerder")
        assert application.reader().compare_s(group, "member", target.person_dn("an")) == says


def test_document_names_what_there_is():
    """Attributes and classes in the document are those of the schema."""
    with open(DOCUMENT, encoding="utf-8") as file:
        named = set(re.findall(r"\bduaal[A-Z]\w+", file.read()))
    with open(target.SCHEMA, encoding="utf-8") as file:
        known = set(re.findall(r"NAME '(\w+)'", file.read()))
    assert named and named <= known
