# SPDX-License-Identifier: EUPL-1.2
"""A source that counts its changes (position = "usn") and names entries by objectGUID: a real domain controller of Samba.

Samba does not answer who-am-i, which Active Directory does, with u:DOMAIN\\name; the proxy in front answers that one request.
"""
import re
import uuid

import pytest

import samba
from daemon import write_secret
from faultproxy import FaultProxy, encode, message
from school import School, right, vo_id
from source_wire import Source, secret_file, settings
from wire import CHECK, Failure

pytestmark = pytest.mark.skipif(not samba.is_here(), reason="needs root, samba, samba-ad-provision and unshare")
WHO = "u:OVERHEID\\Administrator"


class DomainProxy(FaultProxy):
    """Answers who-am-i as Active Directory does; spoil: replaces bytes of answers; count: what is said instead of how
    far it has counted; refuse: result of a search for invocationId."""

    def __init__(self, upstream):
        super().__init__(upstream)
        self.spoil = {}
        self.count = None
        self.refuse = None

    def apply(self, connection, direction, pdu):
        if direction == "request" and b"1.3.6.1.4.1.4203.1.11.3" in pdu.raw:
            answer = encode(0x0a, b"\0") + encode(0x04, b"") + encode(0x04, b"") + encode(0x8b, WHO.encode())
            connection.to_client(message(pdu.message_id, encode(0x78, answer)))
            return []
        if direction == "request" and self.refuse and b"invocationId" in pdu.raw:
            connection.to_client(message(pdu.message_id, encode(
                0x65, encode(0x0a, bytes([self.refuse])) + encode(0x04, b"") + encode(0x04, b""))))
            return []
        raw = pdu.raw
        for old, new in self.spoil.items():
            assert len(old) == len(new)
            if direction == "response":
                raw = raw.replace(old, new)
        if direction == "response" and self.count:
            raw = re.sub(rb"(highestCommittedUSN1[^0-9]+)(\d+)", lambda found: found[1] + b"%0*d" % (len(found[2]), self.count), raw)
        return [raw]


@pytest.fixture(name="domain", scope="module")
def _domain():
    """A started domain with a proxy before it, two canaries, an institution and a person."""
    with samba.Samba() as domain:
        domain.start()
        domain.people, domain.schools = "ou=gebruikers," + domain.base, "ou=organisaties," + domain.base
        for dn in (domain.people, domain.schools):
            domain.add(dn, {"objectClass": "organizationalUnit"})
        for name in ("kanarie-1", "kanarie-2"):
            add_person(domain, name, right("kanarie", "999991"))
        domain.add("ou=sint-jozef," + domain.schools, {
            "objectClass": "organizationalUnit", "postalCode": "30569", "description": "Sint-Jozefscollege",
            "street": "secundair onderwijs", "l": "OV", "st": "2026-0117:goedgekeurd"})
        add_person(domain, "an", right("trajectbegeleider"))
        with DomainProxy(domain.socket) as domain.proxy:
            yield domain


def add_person(domain, name, *rights):
    """Somebody in the domain, with rights in otherTelephone."""
    domain.add("cn=%s,%s" % (name, domain.people), {
        "objectClass": "contact", "info": vo_id(name), "givenName": name.capitalize(), "sn": "Peeters", "otherTelephone": rights})


PEOPLE_MAP = {"vo_id": "info", "cn": "cn", "sn": "sn", "given_name": "givenName", "right": "otherTelephone"}
INSTITUTION_MAP = {"number": "postalCode", "name": "description", "kind": "street", "audience": "l", "programme": "st"}


def wire_settings(domain, **changes):
    """Body of HELLO for this domain."""
    class Fixture:
        """What source_wire wants of a directory."""
        class server:
            """Its server."""
            uri = domain.proxy.uri
            path = domain.path
    return settings(Fixture, **{
        "bind_dn": domain.admin, "identity": WHO, "password_file": secret_file(domain.path("pw"), samba.PASSWORD + "\n"),
        "people_base": domain.people, "people_filter": "(otherTelephone=%s*)" % "WerkplekDuaalGebruiker",
        "people_map": PEOPLE_MAP, "institutions_base": domain.schools, "institutions_filter": "(postalCode=*)",
        "institution_map": INSTITUTION_MAP, "canaries": ["cn=kanarie-%d,%s" % (n, domain.people) for n in (1, 2)],
        "positions": 2, "entry_id": "objectGUID", "page_size": 500, **changes})


def guid(domain, name):
    """objectGUID of somebody as text."""
    return str(uuid.UUID(bytes_le=domain.read("cn=%s,%s" % (name, domain.people), ["objectGUID"])["objectGUID"][0]))


def test_entries_and_questions(domain):
    with Source(wire_settings(domain)) as source:
        entries, certificate = source.read()
        assert not isinstance(certificate, Failure), certificate
        assert certificate.checks == set(CHECK) and certificate.counts == {"person": 1, "institution": 1}
        person = next(entry for entry in entries if entry.kind == "person")
        assert person.uuid == guid(domain, "an")
        nobody = str(uuid.uuid4())
        answers, certificate = source.ask([guid(domain, "an"), nobody], [vo_id("an")])
        assert [(entry.kind, entry.uuid) for entry in answers] == [
            ("person", guid(domain, "an")), ("absent", nobody), ("person", guid(domain, "an"))]


def test_each_shape_of_grants_is_counted_by_its_server(domain):
    """A number without its server would be compared with another one's: one domain controller is not older than another."""
    base = "ou=toekenningen," + domain.base
    domain.add(base, {"objectClass": "organizationalUnit"})
    for name in ("kanarie-1", "kanarie-2", "an"):
        domain.add("cn=%s,%s" % (name, base), {
            "objectClass": "contact", "info": vo_id(name), "title": "trajectbegeleider", "postalCode": "30569"})
        domain.add("cn=g-%s,%s" % (name, base), {
            "objectClass": "group", "sAMAccountName": "g-" + name, "description": "30569", "info": "beheerder",
            "member": "cn=an," + domain.people})
    shapes = [(base, "(objectClass=%s)" % kind, names, ["cn=%skanarie-%d,%s" % (prefix, n, base) for n in (1, 2)])
              for kind, prefix, names in (
                  ("contact", "", {"person": "info", "role": "title", "number": "postalCode"}),
                  ("group", "g-", {"number": "description", "role": "info", "member": "member"}))]
    with Source(wire_settings(domain, shapes=shapes)) as source:
        entries, certificate = source.read()
    assert not isinstance(certificate, Failure), certificate
    assert {entry.kind for entry in entries} == {"person", "institution", "grant", "right_group"}
    servers = {csn.partition("#")[2] for csn in certificate.position + [entry.csn for entry in entries]}
    assert len(servers) == 1, servers


def test_a_server_that_does_not_count(domain):
    """One that shows no highestCommittedUSN is not believed."""
    domain.proxy.spoil = {b"highestCommittedUSN": b"highestCommittedXXX"}
    with Source(wire_settings(domain)) as source:
        end = source.read()[1]
    domain.proxy.spoil = {}
    assert isinstance(end, Failure) and end.code == "incomplete" and "highestCommittedUSN" in end.text, end


def test_a_busy_server_is_no_other_server(domain):
    """Its identity is another one where invocationId may not be read, and none where it cannot be read just now."""
    def position(refuse):
        domain.proxy.refuse = refuse
        with Source(wire_settings(domain)) as source:
            end = source.read()[1]
        domain.proxy.refuse = None
        return end if isinstance(end, Failure) else end.position[0].partition("#")[2]
    known, unnamed, busy = position(None), position(50), position(51)
    assert known != unnamed and isinstance(busy, Failure) and busy.code == "unavailable", (known, unnamed, busy)


def daemon_settings(domain, directory):
    """Settings of a daemon that reads this domain."""
    return {
        "source.uri": domain.proxy.uri, "source.bind_dn": domain.admin, "source.identity": WHO,
        "source.password_file": write_secret(directory + "/ad-password", samba.PASSWORD), "source.position": "usn",
        "source.entry_uuid": "objectGUID", "source.page_size": 500,
        "source.canaries": ["cn=kanarie-%d,%s" % (n, domain.people) for n in (1, 2)],
        "source.people.base": domain.people, "source.people.filter": "(otherTelephone=WerkplekDuaalGebruiker*)",
        "source.people.active": [], "source.people.attributes": PEOPLE_MAP,
        "source.institutions.base": domain.schools, "source.institutions.filter": "(postalCode=*)",
        "source.institutions.active": [], "source.institutions.attributes": INSTITUTION_MAP}


def test_the_whole_daemon(domain, government, application, make_daemon, tmp_path):
    """Grants, revokes, notices a count that went back, and takes another server's count for what it is: unknown."""
    school = School(government, application, make_daemon)
    school.start(daemon_settings(domain, str(tmp_path)))
    daemon = school.daemon
    assert school.members() == {"an"}, daemon.log()
    domain.modify("cn=an," + domain.people, replace={"otherTelephone": right("beheerder")})
    assert daemon.sync()["result"] == "applied"
    assert school.members() == set() and school.members("beheerder") == {"an"}
    domain.proxy.count = 1  # the domain itself may go on counting
    daemon.sync()
    assert daemon.part("source")["code"] == "went-back", daemon.part("source")
    service = domain.read("", ["dsServiceName"])["dsServiceName"][0].decode()
    identity = domain.read(service, ["invocationId"])["invocationId"][0]
    domain.proxy.spoil = {identity: bytes(reversed(identity))}
    daemon.sync()
    assert daemon.part("source")["code"] == "ok" and daemon.log().count("DS0207") == 1
    assert school.members("beheerder") == {"an"}
    domain.proxy.spoil, domain.proxy.count = {}, None
