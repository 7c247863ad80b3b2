# SPDX-License-Identifier: EUPL-1.2
"""Active Directory as Samba plays it: who we are there, although it has no who-am-i, and what is different about it.

One domain for all tests of this file; it takes about six seconds to make.
"""
import subprocess

import ldap
import pytest
from ldap.controls.libldap import SimplePagedResultsControl

import samba
from daemon import write_secret
from faultproxy import FaultProxy
from school import FIRST, School, right
from source_wire import Source, secret_file, settings
from test_usn import add_person, daemon_settings
from wire import Failure

pytestmark = pytest.mark.skipif(not samba.is_here(), reason="needs root, samba, samba-ad-provision and unshare: Active "
                                                            "Directory was not tested")

READER_PASSWORD = "Lezer-geheim-1"
PEOPLE = 1600  # more than the 1500 values that Active Directory tells at once


class Directory:
    """What source_wire.settings wants of a directory: the domain behind a proxy with an ldap:// address."""

    def __init__(self, domain):
        self.domain, self.proxy, self.server = domain, FaultProxy(domain.socket), self

    @property
    def uri(self):
        """Of the proxy."""
        return self.proxy.uri

    def path(self, name):
        """A file of the domain."""
        return self.domain.path(name)

    def deny(self, dn):
        """This branch is no longer shown to ordinary accounts."""
        done = subprocess.run(
            ["samba-tool", "dsacl", "set", "--action=deny", "--trusteedn=" + self.reader, "--objectdn=" + dn,
             "--sddl=(D;CI;RPLCLORC;;;AU)", "-H", self.domain.path("d/private/sam.ldb"), "-s", self.domain.path("d/etc/smb.conf")],
            capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def connect(self, dn=None, password=READER_PASSWORD):
        """A connection as the reader, or as somebody else."""
        connection = ldap.initialize(self.uri, bytes_mode=False)
        connection.set_option(ldap.OPT_REFERRALS, 0)
        connection.set_option(ldap.OPT_TIMEOUT, 30)
        connection.simple_bind_s(dn or self.reader, password)
        return connection


@pytest.fixture(name="directory", scope="module")
def _directory():
    """A domain with a reader and a big group."""
    with samba.Samba() as domain:
        domain.start()
        directory = Directory(domain)
        directory.reader = "CN=duaalsync-lezer,CN=Users," + domain.base
        domain.add(directory.reader, {"objectClass": "user", "sAMAccountName": "duaalsync-lezer", "userAccountControl": "512",
                                      "unicodePwd": ('"%s"' % READER_PASSWORD).encode("utf-16-le")})
        directory.base = "OU=groepen," + domain.base
        directory.big = "CN=groot," + directory.base
        domain.add(directory.base, {"objectClass": "organizationalUnit"})
        people = ["CN=p%04d,%s" % (n, directory.base) for n in range(PEOPLE)]
        connection = domain.connect()
        for dn in people:
            connection.add_s(dn, [("objectClass", [b"contact"])])
        connection.unbind_s()
        domain.add(directory.big, {"objectClass": "group", "member": people})
        yield directory
        directory.proxy.close()


def failure(directory, password=READER_PASSWORD, **changes):
    """Why a read is none: with these settings every read ends without a person, so it fails after who we are is known."""
    told = {"bind_dn": directory.reader, "password_file": secret_file(directory.path("password"), password + "\n"), **changes}
    with Source(settings(directory, people_base=directory.base, people_filter="(objectClass=contact)", canaries=[directory.big] * 2,
                         people_map={"vo_id": "cn", "right": "info"}, institutions_base=directory.base, floors=(9999, 9999),
                         institutions_filter="(objectClass=group)", institution_map={"number": "cn"}, positions=False,
                         **told)) as source:
        _, end = source.read()
    assert isinstance(end, Failure)
    return end


# ---- who we are ----

def test_it_has_no_who_am_i_and_we_are_known_all_the_same(directory):
    with pytest.raises(ldap.PROTOCOL_ERROR):
        directory.connect().whoami_s()
    end = failure(directory)
    assert end.code == "incomplete" and "who-am-i" not in end.text, end


def test_a_wrong_password_is_nobody(directory):
    assert failure(directory, password="verkeerd").code == "denied"


def test_an_empty_password_is_nobody(directory):
    assert failure(directory, password="").code in ("denied", "invalid")


@pytest.mark.parametrize("name", ["duaalsync-lezer@overheid.example", "OVERHEID\\duaalsync-lezer"])
def test_a_name_that_is_no_dn_is_not_proven(directory, name):
    """It takes these for a bind; a token can be compared with that of an entry only."""
    directory.connect(name).unbind_s()
    assert failure(directory, bind_dn=name).code != "incomplete"


def test_an_identity_that_cannot_be_asked_for(directory):
    end = failure(directory, identity="u:OVERHEID\\duaalsync-lezer")
    assert end.code == "denied" and "leave identity out" in end.text


def test_a_token_of_somebody_else(directory):
    """A proxy makes another of the identifier that the root DSE shows."""
    own = directory.connect().search_s(directory.reader, ldap.SCOPE_BASE, attrlist=["objectSid"])[0][1]["objectSid"][0]
    with Changed(directory.domain.socket, own, own[:-1] + b"\xff") as proxy:
        end = failure(directory, uri=proxy.uri)
    assert proxy.replaced == 1
    assert end.code == "denied" and "tokenGroups" in end.text and directory.reader in end.text


class Changed(FaultProxy):
    """Puts one text for another in the first answer that holds it."""

    def __init__(self, upstream, old, new):
        super().__init__(upstream)
        self.old, self.new, self.replaced = old, new, 0

    def apply(self, connection, direction, pdu):
        if direction == "response" and not self.replaced and self.old in pdu.raw:
            self.replaced = 1
            return [pdu.raw.replace(self.old, self.new)]
        return [pdu.raw]


# ---- the whole daemon ----

def test_the_whole_daemon_as_a_reader(directory, government, application, make_daemon, tmp_path):
    """With the rights of an ordinary account, over the Unix socket, nothing in between."""
    domain = directory.domain
    domain.people, domain.schools, domain.proxy = "ou=gebruikers," + domain.base, "ou=organisaties," + domain.base, domain
    for dn in (domain.people, domain.schools):
        domain.add(dn, {"objectClass": "organizationalUnit"})
    for name, role, number in (("kanarie-1", "kanarie", "999991"), ("kanarie-2", "kanarie", "999991"),
                               ("an", "trajectbegeleider", FIRST), ("bart", "trajectbegeleider", FIRST)):
        add_person(domain, name, right(role, number))
    domain.add("ou=sint-jozef," + domain.schools, {
        "objectClass": "organizationalUnit", "postalCode": FIRST, "description": "Sint-Jozefscollege",
        "street": "secundair onderwijs", "l": "OV", "st": "2026-0117:goedgekeurd"})
    school = School(government, application, make_daemon)
    daemon = school.start({
        **daemon_settings(domain, str(tmp_path)), "source.bind_dn": directory.reader, "source.identity": None,
        "source.password_file": write_secret(str(tmp_path / "reader"), READER_PASSWORD)})
    assert school.members() == {"an", "bart"}, daemon.log()
    domain.modify("cn=bart," + domain.people, replace={"otherTelephone": [right("trajectbegeleider"), right("beheerder")]})
    domain.modify("cn=an," + domain.people, replace={"otherTelephone": None})
    assert school.sync()["result"] == "applied"
    assert school.members() == {"bart"} and school.members("beheerder") == {"bart"}
    assert school.sync()["result"] == "in-step"
    directory.deny(domain.people)
    assert school.sync()["result"] == "source-unread"
    assert school.members() == {"bart"} and school.members("beheerder") == {"bart"}


# ---- what is different ----

def test_values_come_in_ranges_when_asked_so(directory):
    """Windows begins with the first 1500 by itself; Samba tells all, and takes a range as Windows does."""
    def members(attribute):
        return directory.connect().search_s(directory.big, ldap.SCOPE_BASE, attrlist=[attribute])[0][1]
    first, rest = members("member;range=0-1499"), members("member;range=1500-*")
    assert set(first) == {"member;range=0-1499"} and set(rest) == {"member;range=1500-*"}
    both = first["member;range=0-1499"] + rest["member;range=1500-*"]
    assert len(both) == PEOPLE and sorted(both) == sorted(members("member")["member"])


def test_it_pages(directory):
    reader, found, control = directory.connect(), 0, SimplePagedResultsControl(True, 500, "")
    while True:
        message = reader.search_ext(directory.base, ldap.SCOPE_ONELEVEL, "(objectClass=contact)", ["1.1"], serverctrls=[control])
        _, entries, _, controls = reader.result3(message)
        found += len(entries)
        control.cookie = controls[0].cookie
        if not control.cookie:
            break
    assert found == PEOPLE
