# SPDX-License-Identifier: EUPL-1.2
"""Several servers with the same entries: one that is dead, hung, impostor, locked or behind never decides anything."""
import pytest

import government as directory
from faultproxy import FaultProxy
from government import Government, READER
from replica import Replica
from school import School, right, vo_id
from slapd import free_port
from source_wire import Source, secret_file, settings
from wire import CHECK, Failure

QUICK = {"source.connect_timeout": "2s", "schedule.backoff_min": "1s"}


@pytest.fixture(name="school")
def _school(government, application, make_daemon):
    """A school whose government has a replica."""
    school = School(government, application, make_daemon)
    with Replica(government) as school.replica:
        school.replica.start()
        yield school


def uris(*servers, **changes):
    """Settings of a daemon that may read from any of these."""
    return {**QUICK, "source.uri": [getattr(server, "server", server).uri for server in servers], **changes}


def dead():
    """An address where nobody listens."""
    return type("Dead", (), {"uri": "ldap://127.0.0.1:%d" % free_port()})


def binds(government):
    """How many binds as the reader a server saw."""
    return government.server.log().count(' BIND dn="%s" method' % READER)


# ---- one of them cannot be used ----

def test_the_first_is_dead(school):
    nobody = dead()
    daemon = school.start(uris(nobody, school.replica))
    part = daemon.part("source")
    assert school.members() == {"an", "bart", "chris", "dries"}
    assert (part["state"], part["code"]) == ("warning", "passed-over"), part
    assert school.replica.server.uri in part["detail"] and nobody.uri in part["detail"], part
    assert daemon.log().count("DS0206") == 1
    daemon.sync()
    assert daemon.log().count("DS0206") == 1  # told once


def test_the_first_hangs(school):
    daemon = school.start(uris(school.government, school.replica))
    assert daemon.part("source")["code"] == "ok" and school.government.server.uri in daemon.part("source")["detail"]
    school.government.server.pause()
    assert daemon.sync()["result"] == "in-step"
    part = daemon.part("source")
    assert part["code"] == "passed-over" and "read from " + school.replica.server.uri in part["detail"], part
    school.government.server.resume()
    daemon.sync()
    assert daemon.part("source")["code"] == "ok" and school.government.server.uri in daemon.part("source")["detail"]


def test_the_first_has_a_wrong_certificate(pki):
    """It hears no bind; the next one, whose certificate is right, is read as itself."""
    with Government(tls=pki.server("wrong-host")) as impostor, Government(tls=pki.server("good")) as good:
        impostor.start()
        good.start()
        with Source(settings(good, uri=impostor.server.ldaps_uri, more_uris=[good.server.ldaps_uri], tls="ldaps",
                             ca_file=pki.ca)) as source:
            certificate = source.read()[1]
        assert certificate.checks == set(CHECK) and certificate.server == good.server.ldaps_uri
        assert certificate.passed_over.startswith(impostor.server.ldaps_uri)
        assert "certificate" in certificate.passed_over
        assert binds(impostor) == 0 and binds(good) == 1


def test_a_wrong_password_is_tried_once(government):
    """The second server would count it too, towards locking the account."""
    with Replica(government) as replica:
        replica.start()
        wrong = secret_file(government.server.path("wrong"), "verkeerd\n")
        with Source(settings(government, more_uris=[replica.server.uri], password_file=wrong)) as source:
            end = source.read()[1]
        assert isinstance(end, Failure) and end.code == "denied" and government.server.uri in end.text, end
        assert binds(government) == 1 and binds(replica) == 0


def test_another_identity_is_not_looked_for_elsewhere(government):
    with Replica(government) as replica:
        replica.start()
        with Source(settings(government, more_uris=[replica.server.uri], identity="dn:cn=elders")) as source:
            end = source.read()[1]
        assert isinstance(end, Failure) and end.code == "denied" and government.server.uri in end.text, end
        assert binds(replica) == 0


def test_all_are_dead(government):
    first, second = dead(), dead()
    with Source(settings(government, uri=first.uri, more_uris=[second.uri])) as source:
        end = source.read()[1]
    assert isinstance(end, Failure) and end.code == "unavailable" and first.uri in end.text and second.uri in end.text


def test_one_that_fails_in_the_middle(school):
    """It answers, and yet cannot be read: the next attempt begins with the other one."""
    with FaultProxy(school.government.server.uri) as proxy:
        rule = proxy.add("drop", operation="entry", match="uid=" + vo_id("bart"))
        daemon = school.start(uris(proxy, school.replica))
        daemon.wait_until(lambda: daemon.part("source")["code"] == "ok", "a complete read")
        assert rule.fired > 0 and school.replica.server.uri in daemon.part("source")["detail"]
        assert school.members() == {"an", "bart", "chris", "dries"}


def test_the_first_target_is_dead(school):
    nobody = dead()
    daemon = school.start({"target.uri": [nobody.uri, school.application.server.uri]})
    part = daemon.part("target")
    assert school.members() == {"an", "bart", "chris", "dries"}
    assert part["code"] == "passed-over" and nobody.uri in part["detail"], part


def test_a_target_that_is_a_read_only_replica(school):
    """It refers every write to its provider: a fault of the configuration, told as such, and nobody follows the referral."""
    with FaultProxy(school.application.server.uri) as replica:
        for operation in ("add", "modify"):
            replica.add("answer", direction="request", operation=operation, code=10,
                        referrals=(school.application.server.uri + "/",))
        daemon = school.start({"target.uri": [dead().uri, replica.uri]})
        assert school.members() is None
        assert "configure the provider's URI" in daemon.part("target")["detail"], daemon.part("target")


# ---- one of them lags ----

def change(school):
    """A fresh grant and a fresh revocation at the source, which the replica does not hear of; applied."""
    school.replica.stop_following()
    school.person("fien", right("trajectbegeleider"))
    school.revoke("bart", "trajectbegeleider")
    assert school.sync()["result"] == "applied"
    assert school.members() == {"an", "chris", "dries", "fien"}


def test_a_replica_that_lags_is_waited_for(school):
    daemon = school.start(uris(school.government, school.replica))
    change(school)
    school.government.server.stop()
    cycle = daemon.sync()
    part = daemon.part("source")
    assert (cycle["grants"], cycle["removals"]) == (0, 0) and part["code"] == "unread", (cycle, part)
    assert school.replica.server.uri + " is behind" in part["detail"], part
    assert school.members() == {"an", "chris", "dries", "fien"}
    assert daemon.json("holds")["holds"] == []  # it lags: nobody has to accept or reject anything
    school.government.server.start()
    school.replica.follow()
    school.government.server.stop()
    assert daemon.sync()["result"] == "in-step" and school.replica.server.uri in daemon.part("source")["detail"]
    assert school.members() == {"an", "chris", "dries", "fien"}


def test_a_first_server_that_lags_is_passed_over(school):
    daemon = school.start(uris(school.government, school.replica))
    change(school)
    daemon.reload(source__uri=[school.replica.server.uri, school.government.server.uri])
    assert daemon.sync()["result"] == "in-step"
    part = daemon.part("source")
    assert part["code"] == "passed-over" and school.replica.server.uri + " is behind" in part["detail"], part
    assert school.members() == {"an", "chris", "dries", "fien"}


def test_when_all_of_them_are_older_the_source_went_back(school):
    """Nothing newer is out of reach: this is for people to decide."""
    daemon = school.start(uris(school.government, school.replica))
    change(school)
    daemon.reload(source__uri=[school.replica.server.uri])
    daemon.sync()
    assert daemon.part("source")["code"] == "went-back"
    assert school.members() == {"an", "chris", "dries", "fien"}
    assert "rule-source-went-back" in daemon.holds(), daemon.holds()


def test_no_older_server_answers_a_question(government):
    """What was read is newer than the replica: it may not prove that somebody is absent."""
    with Replica(government) as replica:
        replica.start()
        replica.stop_following()
        government.person("later", "An", "Peeters", rights=[right("beheerder")])
        with Source(settings(replica)) as source:
            asked = source.ask([None], at_least=government.server.read(directory.SOURCE, ["contextCSN"])["contextCSN"])[1]
            assert isinstance(asked, Failure) and asked.code == "stale" and "is behind" in asked.text, asked
            assert source.ask([None])[1].checks == set(CHECK)
