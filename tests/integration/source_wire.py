# SPDX-License-Identifier: EUPL-1.2
"""What a planner says to duaal-source, for tests that play the planner; the rest of the protocol is in wire.py.

    with Source(settings(government)) as source:
        entries, certificate = source.read()
        answers, certificate = source.ask([entry_uuid, ...])
"""
import os

import government as directory
from wire import KIND, Helper, In, Out, decode_certificate, decode_failure, put_connection, put_map

PEOPLE_MAP = {"vo_id": "voId", "uid": "uid", "cn": "cn", "sn": "sn", "given_name": "givenName", "mail": "mail",
              "state": "voStatus", "begin": "voBegin", "end": "voEinde", "right": "voRecht"}
INSTITUTION_MAP = {"number": "voInstellingsnummer", "name": "o", "kind": "voSoort", "state": "voStatus",
                   "audience": "voDoelgroep", "programme": "voProgrammatie", "head_admin": "voHoofdLokaleBeheerder",
                   "local_admin": "voLokaleBeheerder", "begin": "voBegin", "end": "voEinde"}
ENTRY_IDS = ("entryUUID", "objectGUID", "nsUniqueId")
PEOPLE_FILTER = "(&(objectClass=voPersoon)(voRecht=%s*))" % directory.RIGHT
INSTITUTION_FILTER = "(objectClass=voOrganisatie)"


def secret_file(path, text=directory.READER_PASSWORD + "\n", mode=0o600):
    """A file that only its owner may read; returns its path."""
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def connection(government, **changes):
    """Keywords of wire.put_connection for this directory; changes go over them."""
    server = government.server
    return {"uri": server.uri, "bind_dn": directory.READER, "password_file": secret_file(server.path("reader-password")),
            **changes}


def settings(government, people_base=directory.USERS, people_filter=PEOPLE_FILTER, people_map=None, one_level=False,
             institutions_base=directory.ORGANISATIONS, institutions_filter=INSTITUTION_FILTER, institution_map=None,
             right=directory.RIGHT, canaries=directory.CANARIES, floors=(0, 0), positions=True, entry_id="entryUUID",
             shapes=(None, None), national_number="", **changes):
    """Body of HELLO for duaal-source: struct source_settings. changes: of the connection. shapes: grants that are entries and right
    groups, each (base, filter, map, canaries) or None."""
    out = Out()
    put_connection(out, **connection(government, **changes))
    for base, text, level, names in ((people_base, people_filter, one_level, people_map or PEOPLE_MAP),
                                     (institutions_base, institutions_filter, False, institution_map or INSTITUTION_MAP)):
        out.text(base).text(text).pack("B", level)
        put_map(out, names)
    out.text(right).texts(canaries).pack("II", *floors).pack("BB", positions, ENTRY_IDS.index(entry_id))
    for base, text, names, proofs in (shape or ("", "", {}, ()) for shape in shapes):
        put_map(out.text(base).text(text).pack("B", False), names)
        out.texts(proofs).pack("I", 0)
    out.text(national_number)
    return bytes(out.bytes)


def put_position(out, csns):
    """struct csn_vector."""
    out.pack("B", len(csns))
    for csn in csns:
        out.csn(csn)
    return out


class Source(Helper):
    """duaal-source with this test as its planner."""

    def __init__(self, body):
        super().__init__("duaal-source", body)

    def start_read(self, at_least=()):
        """Send a READ. at_least: CSNs that the server must have reached."""
        self.send("read", bytes(put_position(Out(), at_least).bytes))

    def read(self, at_least=()):
        """One whole READ: ([Entry], Certificate), or ([Entry], Failure)."""
        self.start_read(at_least)
        return self.entries()

    def ask(self, uuids, vo_ids=(), at_least=()):
        """One ASK: ([Entry], Certificate), or ([Entry], Failure)."""
        out = put_position(Out(), at_least).pack("I", len(uuids))
        for uuid in uuids:
            out.uuid(uuid).pack("B", KIND["person"])
        out.pack("I", len(vo_ids))
        for vo_id in vo_ids:
            out.text(vo_id)
        self.send("ask", bytes(out.bytes))
        return self.entries()

    def find(self, number):
        """One FIND: (total, {entryUUID: vo-id}), or a Failure. The helper ends afterwards."""
        self.send("find", bytes(Out().text(number).bytes))
        kind, body = self.next()
        if kind == "failure":
            return decode_failure(body)
        assert kind == "found", kind
        data = In(body)
        total, count = data.unpack("I"), data.unpack("B")
        found = {data.uuid(): data.text().decode() for _ in range(count)}
        data.end()
        return total, found

    def drain(self):
        """A READ whose entries are counted and not decoded: (count, Certificate)."""
        self.start_read()
        count = 0
        while True:
            kind, body = self.next()
            if kind == "certificate":
                return count, decode_certificate(body)
            assert kind in ("entry", "progress"), kind
            count += kind == "entry"


