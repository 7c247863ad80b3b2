# SPDX-License-Identifier: EUPL-1.2
"""The records between the planner and a helper, spoken by a test that plays the planner.

    with Helper("duaal-target", target_settings(application)) as helper:
        entries, certificate = helper.read()
        outcomes, failure = helper.write([modify("cn=...", uuid, csn, [("add", "member", [dn])])])

Numbers (record types, fields, kinds) are read from the C headers, so that they cannot drift apart. The helper comes
from the build directory named by DUAAL_BUILD and is ended by its process id.
"""
import os
import queue
import re
import socket
import struct
import subprocess
import threading
import uuid as uuids
from collections import namedtuple
from datetime import datetime, timedelta, timezone

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BUILD = os.environ.get("DUAAL_BUILD", os.path.join(ROOT, "build"))
WAIT_SECONDS = 60
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _enum(header, name):
    """{word: number} of a C enum, without the words' common prefix and in lower case."""
    with open(os.path.join(ROOT, "daemon", header), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read(), flags=re.S)
    body = re.search(r"enum %s\s*\{(.*?)\}" % name, text, re.S).group(1)
    result, last = {}, -1
    for item in filter(None, (part.strip() for part in body.split(","))):
        word, _, value = (part.strip() for part in item.partition("="))
        last = eval(value) if value else last + 1  # pylint: disable=eval-used
        result[word.partition("_")[2].lower()] = last
    return result


M = _enum("wire/message.h", "message_type")
FIELD = _enum("model/entry.h", "field")
KIND = _enum("model/entry.h", "entry_kind")
CHECK = _enum("model/certificate.h", "certificate_check")
ERR = _enum("base/err.h", "err_code")
FIELD_NAME = {number: name for name, number in FIELD.items()}
KIND_NAME = {number: name for name, number in KIND.items()}
MESSAGE_NAME = {number: name for name, number in M.items()}
NOT_SENT = -1000
NO_UUID, NO_CSN = "0" * 8 + "-0000-0000-0000-" + "0" * 12, None

Entry = namedtuple("Entry", "kind dn under_base uuid csn values size")
Outcome = namedtuple("Outcome", "id result uuid csn fenced text")
Certificate = namedtuple("Certificate", "checks counts canaries_seen canaries_expected references pages started_s ended_s "
                                        "started_boot_ms duration_ms position asserts tls server identity passed_over")
Failure = namedtuple("Failure", "code result text")
Author = namedtuple("Author", "found at_s dn")


# ---- bodies ------------------------------------------------------------------------------------------

class Out:
    """A body being written."""

    def __init__(self):
        self.bytes = bytearray()

    def pack(self, form, *values):
        """Little-endian numbers."""
        self.bytes += struct.pack("<" + form, *values)
        return self

    def text(self, value):
        """A text: str, bytes, or None for the empty one."""
        value = (value or b"") if not isinstance(value, str) else value.encode()
        self.bytes += struct.pack("<I", len(value)) + value
        return self

    def texts(self, values):
        """A list of at most 255 texts."""
        self.pack("B", len(values))
        for value in values:
            self.text(value)
        return self

    def uuid(self, value):
        """A UUID from its text; None is the null one."""
        self.bytes += uuids.UUID(value or NO_UUID).bytes
        return self

    def csn(self, value):
        """A CSN from its text; None is none."""
        return self.pack("qQ", *csn_numbers(value))


class In:
    """A body being read."""

    def __init__(self, body):
        self.bytes, self.at = body, 0

    def unpack(self, form):
        """Little-endian numbers; one alone comes as itself."""
        values = struct.unpack_from("<" + form, self.bytes, self.at)
        self.at += struct.calcsize("<" + form)
        return values[0] if len(values) == 1 else values

    def take(self, size):
        """So many bytes."""
        part = self.bytes[self.at:self.at + size]
        assert len(part) == size
        self.at += size
        return bytes(part)

    def text(self):
        """A text as bytes."""
        return self.take(self.unpack("I"))

    def uuid(self):
        """A UUID as text."""
        return str(uuids.UUID(bytes=self.take(16)))

    def csn(self):
        """A CSN as text, None for none."""
        return csn_text(*self.unpack("qQ"))

    def end(self):
        """Everything must have been read."""
        assert self.at == len(self.bytes), "%d bytes left" % (len(self.bytes) - self.at)


STAMP = 1 << 62  # CSN_STAMP
REPEATED = 0x80  # FIELD_REPEATED


def csn_numbers(text):
    """(microseconds, rest) of a CSN's text."""
    if text is None:
        return 0, 0
    text = text.decode() if isinstance(text, bytes) else text
    if text.count("#") == 1:  # a stamp: the second of modifyTimestamp, and entryUSN
        time, usn = text.split("#")
        at = datetime.strptime(time, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc) - EPOCH
        return at // timedelta(microseconds=1), STAMP | int(usn)
    time, count, sid, mod = text.split("#")
    at = datetime.strptime(time, "%Y%m%d%H%M%S.%fZ").replace(tzinfo=timezone.utc) - EPOCH
    return at // timedelta(microseconds=1), int(count, 16) << 36 | int(sid, 16) << 24 | int(mod, 16)


def csn_text(time_us, rest):
    """Text of a packed CSN."""
    if (time_us, rest) == (0, 0):
        return None
    at = EPOCH + timedelta(microseconds=time_us)
    if rest & STAMP:
        return "%s#%d" % (at.strftime("%Y%m%d%H%M%SZ"), rest & ~STAMP)
    return "%s#%06x#%03x#%06x" % (at.strftime("%Y%m%d%H%M%S.%fZ"), rest >> 36 & 0xffffff, rest >> 24 & 0xfff, rest & 0xffffff)


def decode_entry(body):
    """Entry of an ENTRY record; values is {field name: [bytes]}."""
    _, _, _, size, kind, under_base, _, dn_len, uuid, time_us, rest = struct.unpack_from("<QQIIBBHI16sqQ", body)
    front = at = struct.calcsize("<QQIIBBHI16sqQ")
    assert size == len(body)
    dn = body[at:at + dn_len]
    at += dn_len
    values, last = {}, 0
    while at < size:
        field, length, shift = body[at], 0, 0
        if field & REPEATED:
            field ^= REPEATED
            begin, length, at = front + body[at + 1], body[at + 2], at + 3
        else:
            at += 1
            while True:
                byte = body[at]
                at += 1
                length |= (byte & 0x7f) << shift
                shift += 7
                if byte < 0x80:
                    break
            begin = at
            at += length
        assert field >= last
        last = field
        values.setdefault(FIELD_NAME[field], []).append(bytes(body[begin:begin + length]))
    assert at == size
    return Entry(KIND_NAME[kind], dn.decode(), bool(under_base), str(uuids.UUID(bytes=uuid)), csn_text(time_us, rest),
                 values, size)


def decode_certificate(body):
    """Certificate of a CERTIFICATE record; checks is a set of words, counts {kind: count}."""
    data = In(body)
    bits = data.unpack("I")
    counts = data.unpack("%dI" % (max(KIND.values()) + 1))
    numbers = data.unpack("IIIIqqqI")
    position = [data.csn() for _ in range(data.unpack("B"))]
    result = Certificate({word for word, bit in CHECK.items() if bits & bit},
                         {KIND_NAME[kind]: count for kind, count in enumerate(counts) if kind in KIND_NAME and count},
                         *numbers, position, bool(data.unpack("B")), data.unpack("qqq"),
                         *(data.text().decode() for _ in range(3)))
    data.end()
    return result


def decode_outcome(body):
    """Outcome of an OUTCOME record."""
    data = In(body)
    result = Outcome(data.unpack("I"), data.unpack("i"), data.uuid(), data.csn(), bool(data.unpack("B")),
                     data.text().decode(errors="replace"))
    data.end()
    return result


def decode_author(body):
    """Author of an AUTHORED record."""
    data = In(body)
    result = Author(bool(data.unpack("B")), data.unpack("Q"), data.text().decode())
    data.end()
    return result


def decode_failure(body):
    """Failure of a FAILURE record; code is a word."""
    data = In(body)
    code = data.unpack("i")
    result = Failure(next(word for word, number in ERR.items() if number == code), data.unpack("i"),
                     data.text().decode(errors="replace"))
    data.end()
    return result


# ---- settings ----------------------------------------------------------------------------------------

TLS = {"none": 0, "ldaps": 1, "starttls": 2}
BIND = {"simple": 0, "external": 1, "gssapi": 2}


def put_connection(out, uri, bind_dn="", password_file="", tls="none", bind="simple", ca_file="", certificate_file="",
                   key_file="", password_credential="", identity="", deadline_s=30, connect_timeout_s=5, page_size=0,
                   max_incoming=0, more_uris=(), first_uri=0, keytab_file="", kerberos_file=""):
    """struct connection_settings."""
    out.text(uri).texts(more_uris).pack("BB", first_uri, TLS[tls]).text(ca_file).text(certificate_file).text(key_file)
    out.pack("B", BIND[bind]).text(bind_dn).text(password_file).text(password_credential)
    out.text(keytab_file).text(kerberos_file).text(identity)
    out.pack("IIII", deadline_s, connect_timeout_s, page_size, max_incoming)


def put_map(out, names):
    """struct attribute_map from {field name: attribute}."""
    out.pack("B", len(names))
    for field, attribute in names.items():
        out.pack("B", FIELD[field]).text(attribute)


TARGET_MAP = {
    "vo_id": "duaalVoId", "uid": "uid", "cn": "cn", "sn": "sn", "given_name": "givenName", "mail": "mail",
    "number": "duaalInstitutionNumber", "name": "o", "kind": "duaalInstitutionKind", "role": "duaalRole",
    "action": "duaalAllowedAction", "member": "member", "managed_by": "duaalManagedBy", "source_uuid": "duaalSourceUuid",
    "number_received": "duaalInstitutionNumberReceived", "admission": "duaalAdmission",
    "admitted_since": "duaalAdmittedSince", "reason": "duaalReason", "owner": "duaalOwner",
    "valid_until": "duaalValidUntil", "effect": "duaalEffect", "last_complete_read": "duaalLastCompleteRead",
    "last_applied": "duaalLastApplied", "generation": "duaalGeneration"}
TARGET_CLASSES = (("duaalInstitution", "duaalManaged"), ("duaalGroup", "duaalRoleGroup", "duaalManaged"),
                  ("inetOrgPerson", "duaalPerson", "duaalManaged"), ("duaalSyncState", "duaalManaged"),
                  ("duaalRequest", "duaalManaged"), ("duaalOverride", "duaalManaged"),
                  ("duaalGroup", "duaalFlatGroup", "duaalManaged"))


def target_settings(connection, base, instance="test", names=None, provisioned=True, people_base=None,
                    people_filter="(objectClass=inetOrgPerson)", requests_base=None, institutions_base=None,
                    overrides_base=None, accesslog_base="", classes=TARGET_CLASSES, canaries=(), floors=(0, 0, 0), window=32,
                    roles_base="", read_only=False):
    """Body of HELLO for duaal-target. connection: arguments of put_connection; bases: where not below base. floors: of
    people, institutions, directives.
    """
    out = Out()
    put_connection(out, **connection)
    out.text(base).text(institutions_base or "ou=institutions," + base).text(people_base or "ou=people," + base)
    out.text(requests_base or "ou=requests," + base).text(overrides_base or "ou=overrides," + base).text(roles_base)
    out.text(accesslog_base).text("cn=sync," + base)
    put_map(out, names or TARGET_MAP)
    out.text(instance).pack("B", provisioned).text(people_filter)
    for kind in classes:
        out.texts(kind)
    out.texts(canaries).pack("IIIIB", *floors, window, read_only)
    return bytes(out.bytes)


# ---- writes ------------------------------------------------------------------------------------------

WRITE = {"add": 1, "modify": 2, "delete": 3}
MOD = {"add": 1, "delete": 2}


def write(kind, dn, entry_kind="group", uuid=None, csn=None, changes=(), must_be_empty=False):
    """Function that makes the body of a WRITE for an id. changes: [("add" or "delete", field name, [values])]."""
    def body(number):
        out = Out().pack("IBBB", number, WRITE[kind], KIND[entry_kind], must_be_empty).uuid(uuid).csn(csn).text(dn)
        for how, field, values in changes:
            out.pack("BBI", MOD[how], FIELD[field], len(values))
            for value in values:
                out.text(value)
        return bytes(out.bytes)
    return body


# ---- the channel -------------------------------------------------------------------------------------

PACKET_MAX = 65536
VERSION = 9  # CHANNEL_VERSION


class Channel:
    """One end of the SOCK_SEQPACKET channel; daemon/wire/channel_parts.h has the drawing."""

    def __init__(self, sock):
        self.socket = sock
        self.sent = self.received = 0
        self.packet = bytearray()

    def _header(self, flags):
        header = struct.pack("<HBBI", 0x5344, VERSION, flags, self.sent)
        self.sent += 1
        return header

    def put(self, kind, body=b""):
        """Append a record; full packets leave."""
        record = struct.pack("<IHH", len(body), kind, 0) + body
        record += bytes(-len(body) % 8)
        if 8 + len(record) > PACKET_MAX:
            self.flush()
            record = struct.pack("<IHH", len(body), kind, 0) + body
            for at in range(0, len(record), PACKET_MAX - 8):
                self.socket.sendall(self._header(1 if at == 0 else 2) + record[at:at + PACKET_MAX - 8])
            return
        if 8 + len(self.packet) + len(record) > PACKET_MAX:
            self.flush()
        self.packet += record

    def flush(self):
        """Send what waits."""
        if self.packet:
            self.socket.sendall(self._header(0) + self.packet)
            self.packet = bytearray()

    def records(self):
        """Every (type, body) until the other side closes."""
        pending, missing, kind = bytearray(), 0, 0
        while True:
            try:
                packet = self.socket.recv(PACKET_MAX)
            except ConnectionResetError:
                return
            if not packet:
                return
            magic, version, flags, number = struct.unpack_from("<HBBI", packet)
            assert (magic, version, number) == (0x5344, VERSION, self.received)
            self.received += 1
            at = 8
            if flags != 0:
                if flags == 1:
                    missing, kind, _ = struct.unpack_from("<IHH", packet, at)
                    pending, at = bytearray(), 16
                pending += packet[at:]
                if len(pending) == missing:
                    yield kind, bytes(pending)
                continue
            while at < len(packet):
                length, kind, _ = struct.unpack_from("<IHH", packet, at)
                yield kind, packet[at + 8:at + 8 + length]
                at += 8 + length + -length % 8


# ---- a helper ----------------------------------------------------------------------------------------

class HelperEnded(Exception):
    """The helper closed its channel; status is what wait() gave."""

    def __init__(self, status):
        super().__init__("the helper ended: %s" % status)
        self.status = status


class Helper:
    """A helper process with this test as its planner. settings: the body of HELLO, or None to say nothing."""

    def __init__(self, name, settings=None):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Descriptor 3 is what the helper looks at; the shell puts it there.
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", 'exec "$0" 3<&%d' % theirs.fileno(), os.path.join(BUILD, name)],
            pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL)
        theirs.close()
        self.channel = Channel(ours)
        self.arrived = queue.Queue()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        if settings is not None:
            self.send("hello", settings)
            assert self.next()[0] == "ready"

    def _listen(self):
        for kind, body in self.channel.records():
            self.arrived.put((MESSAGE_NAME[kind], body))
        self.arrived.put(None)

    def send(self, kind, body=b""):
        """One record, at once."""
        self.channel.put(M[kind], body)
        self.channel.flush()

    def next(self, timeout=WAIT_SECONDS):
        """Next record as (type name, body); HelperEnded when there will be none."""
        record = self.arrived.get(timeout=timeout)
        if record is None:
            self.arrived.put(None)
            raise HelperEnded(self.process.wait(WAIT_SECONDS))
        return record

    def read(self):
        """One whole READ: ([Entry], Certificate), or ([Entry], Failure)."""
        self.send("read")
        return self.entries()

    def author(self, dn, value="", added=False):
        """Who put the value into the entry, or took it out; without a value: who deleted the entry."""
        self.send("author", bytes(Out().text(dn).text(value).pack("B", added).bytes))
        kind, body = self.next()
        assert kind == "authored", kind
        return decode_author(body)

    def entries(self):
        """The answer to a READ or an ASK: ([Entry], Certificate or Failure)."""
        entries = []
        while True:
            kind, body = self.next()
            if kind == "entry":
                entries.append(decode_entry(body))
            elif kind == "certificate":
                return entries, decode_certificate(body)
            elif kind == "failure":
                return entries, decode_failure(body)
            else:
                assert kind == "progress", kind

    def start_write(self, writes):
        """Send all writes and WRITE_END, numbered from 0."""
        for number, body in enumerate(writes):
            self.channel.put(M["write"], body(number))
        self.channel.put(M["write_end"])
        self.channel.flush()

    def outcomes(self):
        """({id: Outcome}, None or Failure) of the round under way; each id once."""
        result = {}
        while True:
            kind, body = self.next()
            if kind == "outcome":
                outcome = decode_outcome(body)
                assert outcome.id not in result
                result[outcome.id] = outcome
            else:
                assert kind in ("write_done", "failure"), kind
                return result, decode_failure(body) if kind == "failure" else None

    def write(self, writes):
        """One round: ([Outcome in the order of writes], None or Failure)."""
        self.start_write(writes)
        outcomes, failure = self.outcomes()
        assert sorted(outcomes) == list(range(len(writes)))
        return [outcomes[number] for number in range(len(writes))], failure

    def close(self):
        """Close the channel, which ends the helper, and wait for it. Its exit status."""
        try:
            self.channel.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        try:
            return self.process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.listener.join(WAIT_SECONDS)
            self.channel.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
