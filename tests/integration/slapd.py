# SPDX-License-Identifier: EUPL-1.2
"""A private OpenLDAP server in a temporary folder, for tests, experiments and the demo.

    with Slapd("dc=toepassing,dc=example", schema=[...], overlays=["syncprov"]) as server:
        server.start(ldif)
        connection = server.connect()              # over ldapi, as root of everything

Listens on 127.0.0.1 (ldap, and ldaps when certificates are given) and on a Unix socket, on free ports. Whoever
runs it is root of the data and of cn=config through SASL EXTERNAL on that socket. Settings changed at run time
survive a restart. What was started is ended by its process id; nothing outside the folder is touched.
"""
import contextlib
import io
import itertools
import os
import random
import re
import resource
import socket
import subprocess
from urllib.parse import quote

import ldap
import ldap.dn
import ldap.sasl
import ldif as ldif_format
from server import LdapServer, as_bytes

SCHEMA = ["/etc/ldap/schema/%s.schema" % name for name in ("core", "cosine", "inetorgperson")]
MODULES = "/usr/lib/ldap"
SLAPD = "/usr/sbin/slapd"
FILES = 1024

# What an overlay gets when the caller names it without lines of its own. Without a parent of its own, retcode
# takes the suffix for one and hides it.
OVERLAY_DEFAULTS = {
    "syncprov": ["syncprov-checkpoint 100 5", "syncprov-sessionlog 1000"],
    "memberof": ["memberof-group-oc duaalRoleGroup", "memberof-dangling ignore"],
    "refint": ["refint_attributes member"],
    "accesslog": ["logdb cn=accesslog", "logops writes", "logsuccess TRUE"],
    "retcode": ['retcode-parent "ou=retcode,@SUFFIX@"'],
}


def to_ldif(entries):
    """LDIF text of [(dn, {name: value or values}), ...], with whatever base64 it needs."""
    out = io.StringIO()
    writer = ldif_format.LDIFWriter(out)
    for dn, attributes in entries:
        writer.unparse(dn, as_bytes(attributes))
    return out.getvalue()


def rdn(name, value):
    """One RDN with its value escaped."""
    return "%s=%s" % (name, ldap.dn.escape_dn_chars(value))


def external_dn():
    """The DN that SASL EXTERNAL gives this process on a Unix socket."""
    return "gidNumber=%d+uidNumber=%d,cn=peercred,cn=external,cn=auth" % (os.getegid(), os.geteuid())


@contextlib.contextmanager
def few_files():
    """What is started meanwhile may open so many: slapd makes room for a connection each before it begins."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, FILES), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def own_ports():
    """Ports, one after the other and for ever, that no other process of ours gives out: whoever holds the name of a range has its ports.
    Below the range that the kernel gives to clients: a client that keeps trying a stopped server's port there can take it, or end up
    talking to itself."""
    starts = list(range(10000, 32000, 400))
    random.SystemRandom().shuffle(starts)
    with socket.socket(socket.AF_UNIX) as name:
        for start in starts:
            with contextlib.suppress(OSError):
                name.bind("\0duaal-ports-%d" % start)
                yield from itertools.cycle(range(start, start + 400))
    raise RuntimeError("every range of ports has its process already")


PORTS = own_ports()


def free_port():
    """A TCP port of 127.0.0.1 that nobody uses now, and that is given to nobody else for as long as 400 of them last."""
    for port in PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port

def fill(text, **values):
    """text with every @NAME@ replaced; a name without a value is an error."""
    for name, value in values.items():
        text = text.replace("@%s@" % name, value)
    left = sorted(set(re.findall(r"@[A-Z]+@", text)))
    if left:
        raise ValueError("no value for " + ", ".join(left))
    return text


def without_comments(text):
    """Configuration text without comments and empty lines, continuation lines kept."""
    return "\n".join(line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def directives(text):
    """The directives of slapd.conf text, each on one line."""
    return re.sub(r"\n[ \t]+", " ", without_comments(text)).splitlines()


def numbered(values):
    """Values of an X-ORDERED attribute of cn=config."""
    return [("{%d}%s" % (position, value)).encode() for position, value in enumerate(values)]


class Slapd(LdapServer):
    """One server with one suffix; see the top of this file.

    overlays: names, or {name: [lines]}; in this order. database: slapd.conf text of the database section (limits,
    access rules, indexes, and overlays that it brings itself). modules: to load besides those of overlays.
    tls: (ca, certificate, key) paths. authz: [(regexp, dn)]. global_lines: slapd.conf lines before the
    databases. directory: to use instead of a temporary one. outlives: goes on when the process that started it has ended.
    durable: every write waits for the disk. clock: a Clock that it goes by.
    """

    def __init__(self, suffix, schema=(), overlays=(), database="", modules=(), tls=None, verify_client="never",
                 authz=(), global_lines=(), maxsize=1 << 30, directory=None, log_level="stats,sync",
                 outlives=False, durable=False, clock=None):
        super().__init__("slapd-", directory)
        self.suffix = suffix
        self.schema = SCHEMA + list(schema)
        self.overlays = overlays if isinstance(overlays, dict) else {name: None for name in overlays}
        self.database = database
        self.modules = list(modules)
        self.tls = tls
        self.verify_client = verify_client
        self.authz = list(authz)
        self.global_lines = list(global_lines)
        self.maxsize = maxsize
        self.log_level = log_level
        self.outlives = outlives
        self.durable = durable
        self.environment = {**os.environ, **(clock.environment() if clock else {})}
        self.port = free_port()
        self.tls_port = free_port() if tls else None
        self._configure()

    # ---- addresses ----

    @property
    def uri(self):
        """ldap:// address."""
        return "ldap://127.0.0.1:%d" % self.port

    @property
    def ldaps_uri(self):
        """ldaps:// address by IP address."""
        return "ldaps://127.0.0.1:%d" % self.tls_port

    @property
    def ldapi_uri(self):
        """ldapi:// address of the Unix socket."""
        return "ldapi://" + quote(self.path("ldapi"), safe="")

    # ---- configuration ----

    def _configure(self):
        for folder in ("db", "accesslog", "slapd.d"):
            os.makedirs(self.path(folder), exist_ok=True)
        with open(self.path("slapd.conf"), "w", encoding="utf-8") as file:
            file.write(self._configuration())

    def _configured(self):
        """Arguments that name the configuration: whatever is run first converts it to cn=config."""
        converted = os.listdir(self.path("slapd.d"))
        return [*([] if converted else ["-f", self.path("slapd.conf")]), "-F", self.path("slapd.d")]

    def _configuration(self):
        root = external_dn()
        lines = ["include %s" % path for path in self.schema]
        lines += ["pidfile %s" % self.path("pid"), "argsfile %s" % self.path("args")]
        lines += ["sizelimit 500", "threads 4", *self.global_lines]
        lines += ['authz-regexp "%s" "%s"' % pair for pair in self.authz]
        lines += self._tls_lines()
        lines += ["modulepath %s" % MODULES]
        lines += ["moduleload %s" % name for name in dict.fromkeys(["back_mdb", *self.overlays, *self.modules])]
        lines += ["database config", 'rootdn "%s"' % root]
        lines += ["database monitor", 'access to * by dn.exact="%s" read by * none' % root]
        if "accesslog" in self.overlays:
            lines += self._mdb_lines("cn=accesslog", "accesslog") + ["index reqStart,reqType,reqDN eq"]
        lines += self._mdb_lines(self.suffix, "db") + directives(self.database)
        for name, own in self.overlays.items():
            own = OVERLAY_DEFAULTS.get(name, []) if own is None else own
            lines += ["overlay " + name, *(fill(line, SUFFIX=self.suffix) for line in own)]
        return "\n".join(lines) + "\n"

    def _mdb_lines(self, suffix, folder):
        return ["database mdb", 'suffix "%s"' % suffix, 'rootdn "%s"' % external_dn(),
                "directory %s" % self.path(folder), "maxsize %d" % self.maxsize, *([] if self.durable else ["dbnosync"])]

    def _tls_lines(self):
        if not self.tls:
            return []
        authority, certificate, key = self.tls
        return ["TLSCACertificateFile %s" % authority, "TLSCertificateFile %s" % certificate,
                "TLSCertificateKeyFile %s" % key, "TLSVerifyClient %s" % self.verify_client]

    def _run(self, command, text=None):
        command = ["/usr/sbin/" + command[0], *command[1:]]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, env=self.environment)
        if done.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(command), done.stderr))
        return done.stdout

    # ---- life ----

    def start(self, ldif=None):
        """Load ldif offline when given, start, and wait until it answers. Returns self.

        It tells its log to a file of ours, and nothing to this host's: it plays a server elsewhere.
        """
        if ldif is not None:
            self._slapadd(ldif)
        uris = [self.uri, self.ldapi_uri] + (["ldaps://127.0.0.1:%d" % self.tls_port] if self.tls else [])
        with few_files():
            return self._launch([SLAPD, *self._configured(), "-h", " ".join(uris), "-d", self.log_level, "-s", "0"],
                                environment=self.environment, outlives=self.outlives)

    def _slapadd(self, ldif):
        """-w stores contextCSN: without it the first start would make one up from the clock."""
        self._run(["slapadd", "-q", "-w", *self._configured(), "-b", self.suffix], ldif)

    def load_offline(self, path):
        """Load a file of LDIF before the first start: for one that is too large for start()."""
        self._run(["slapadd", "-q", "-w", *self._configured(), "-b", self.suffix, "-l", path])

    # ---- data ----

    def connect(self, dn=None, password=None, uri=None):
        """A connection: as root over ldapi, or bound as dn over uri (ldap:// unless given)."""
        connection = self._handle(uri or (self.uri if dn is not None else self.ldapi_uri))
        if dn is None:
            connection.sasl_interactive_bind_s("", ldap.sasl.external())
        else:
            connection.simple_bind_s(dn, password or "")
        return connection

    def load(self, ldif):
        """Add the entries of ldif to the running server, as root."""
        done = subprocess.run(["/usr/bin/ldapadd", "-Q", "-Y", "EXTERNAL", "-H", self.ldapi_uri], input=ldif,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def backup(self):
        """Everything below the suffix as LDIF, operational attributes included; also while running."""
        return self._run(["slapcat", *self._configured(), "-b", self.suffix])

    def restore(self, ldif):
        """Put an older backup() back: stop, empty the database, load, start."""
        running = self.process is not None
        self.stop()
        for name in os.listdir(self.path("db")):
            os.unlink(os.path.join(self.path("db"), name))
        self._slapadd(ldif)
        if running:
            self.start()

    # ---- settings at run time ----

    def config_dn(self, overlay=None):
        """DN in cn=config of the database, or of one of its overlays."""
        connection = self.connect()
        database = connection.search_s("cn=config", ldap.SCOPE_ONELEVEL, "(olcSuffix=%s)" % self.suffix, ["1.1"])[0][0]
        if overlay is not None:
            found = connection.search_s(database, ldap.SCOPE_ONELEVEL, "(olcOverlay=*)", ["olcOverlay"])
            database = next(dn for dn, entry in found
                            if entry["olcOverlay"][0].decode().partition("}")[2] == overlay)
        connection.unbind_s()
        return database

    def configure(self, dn, **attributes):
        """Replace attributes of an entry of cn=config; a list of str, or None to remove."""
        changes = [(ldap.MOD_REPLACE, name, values and [value.encode() for value in values])
                   for name, values in attributes.items()]
        connection = self.connect()
        connection.modify_s(dn, changes)
        connection.unbind_s()

    def set_database(self, text):
        """Replace access rules and limits by those of slapd.conf text; other directives are refused."""
        rules, limits = [], []
        for line in directives(text):
            word, rest = line.split(None, 1)
            {"access": rules, "limits": limits}[word].append(rest)
        self.set_access(rules)
        self.set_limits(limits)

    def set_access(self, rules):
        """Replace the database's access rules: ["to * by * read", ...]."""
        self.configure(self.config_dn(), olcAccess=[value.decode() for value in numbered(rules)] or None)

    def set_limits(self, limits):
        """Replace the database's limits: ['dn.exact="..." size.hard=5', ...]; [] removes them."""
        self.configure(self.config_dn(), olcLimits=[value.decode() for value in numbered(limits)] or None)

    def set_readonly(self, readonly=True):
        """Answer every write with 53, or stop doing so."""
        self.configure(self.config_dn(), olcReadOnly=["TRUE" if readonly else "FALSE"])

    def set_retcode_items(self, items):
        """Replace what the retcode overlay answers: ['"cn=busy" 0x33 op=search', ...]."""
        self.configure(self.config_dn("retcode"), olcRetcodeItem=[value.decode() for value in numbered(items)] or None)
