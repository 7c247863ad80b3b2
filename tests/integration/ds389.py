# SPDX-License-Identifier: EUPL-1.2
"""A private 389 Directory Server in a temporary folder: the second tier of the integration tests.

    with Ds389("dc=toepassing,dc=example", schema=[path of a 389 schema file]) as server:
        server.start(ldif)                         # about a second
        connection = server.connect()              # as the directory manager

The same calls as slapd.py where they mean the same. It listens on 127.0.0.1 on a free port and on nothing else. The
server's own template is filled in, so neither dscreate nor systemd is needed and nothing outside the folder is
touched. What was started is ended by its process id.

absent() says why a machine cannot run it, or None: tests skip with that sentence.
"""
import os
import pwd
import re
import shutil
import subprocess
import tempfile

from server import LdapServer, as_bytes
from slapd import directives, fill, free_port

SERVER = "/usr/sbin/ns-slapd"
DATA = "/usr/share/dirsrv/data"
COLLATIONS = "/etc/dirsrv/config/slapd-collations.conf"
ROOT_DN, ROOT_PASSWORD = "cn=Directory Manager", "directeur-geheim"
BACKEND = "userRoot"
BACKEND_DN = "cn=%s,cn=ldbm database,cn=plugins,cn=config" % BACKEND
# In place of a tenth of this machine's memory, which it would write before it begins.
SMALL_CACHE = "nsslapd-cache-autosize: 0\nnsslapd-dbcachesize: 8000000\n"
FOLDERS = ("db", "log", "lock", "run", "bak", "ldif", "inst")
# What a server switches on by itself at the second start; here it is on from the first.
ENTRY_UUID = "".join("""
dn: cn=%s,cn=plugins,cn=config
objectClass: top
objectClass: nsSlapdPlugin
cn: %s
nsslapd-pluginPath: %s
nsslapd-pluginInitfunc: %s
nsslapd-pluginType: %s
nsslapd-pluginEnabled: on
nsslapd-pluginId: none
nsslapd-pluginVersion: none
nsslapd-pluginVendor: none
nsslapd-pluginDescription: none
""" % (name, name, library, function, kind) for name, library, function, kind in (
    ("entryuuid", "libentryuuid-plugin", "entryuuid_plugin_init", "betxnpreoperation"),
    ("entryuuid_syntax", "libentryuuid-syntax-plugin", "entryuuid_syntax_plugin_init", "syntax")))


def absent():
    """Why there is no 389 Directory Server to test with on this machine; None: there is one."""
    if os.access(SERVER, os.X_OK) and os.path.exists(os.path.join(DATA, "template-dse.ldif")):
        return None
    return "389 Directory Server is not installed (package 389-ds-base): the second tier was not tested"


def schema_ldif(path):
    """A slapd.conf schema file in the form of 389: macros of OIDs written in full, one entry cn=schema."""
    macros, lines = {}, ["dn: cn=schema"]

    def full(oid):
        name, colon, rest = oid.partition(":")
        return macros.get(name, name) + ("." + rest if colon else "")

    with open(path, encoding="utf-8") as file:
        definitions = [" ".join(line.split()).split(None, 1) for line in directives(file.read())]
    for kind, text in definitions:
        if kind.lower() == "objectidentifier":
            name, oid = text.split()
            macros[name] = full(oid)
            continue
        oid = text.split()[1]
        lines.append("%s: %s" % ({"attributetype": "attributeTypes", "objectclass": "objectClasses"}[kind.lower()],
                                 text.replace(oid, full(oid), 1)))
    return "\n".join(lines) + "\n"


class Ds389(LdapServer):
    """One server with one suffix; see the top of this file.

    schema: paths of 389 schema files, or LDIF texts. plugins: names of plugins to switch on. indexes: attributes with an
    equality index.
    """

    def __init__(self, suffix, schema=(), plugins=(), indexes=()):
        super().__init__("ds389-")
        self.suffix = suffix
        self.schema = list(schema)
        self.plugins = list(plugins)
        self.indexes = list(indexes)
        self.name = os.path.basename(self.directory)
        self.port = free_port()
        self._configure()

    # ---- addresses ----

    @property
    def uri(self):
        """ldap:// address."""
        return "ldap://127.0.0.1:%d" % self.port

    def log(self):
        """What it logged about itself and about each operation."""
        return self._text("output", "log/errors", "log/access")

    # ---- configuration ----

    @property
    def _config(self):
        # The server names what it shares in memory after this folder, so it must be one of its own.
        return self.path("slapd-" + self.name)

    def _configure(self):
        for folder in FOLDERS:
            os.makedirs(self.path(folder))
        os.makedirs(os.path.join(self._config, "schema"))
        shutil.copy(COLLATIONS, self._config)
        with open(os.path.join(self._config, "dse.ldif"), "w", encoding="utf-8") as file:
            file.write(self._template())
        self._write_schema("99user.ldif", "dn: cn=schema\n")
        for position, text in enumerate(self.schema):
            if "\n" not in text:
                with open(text, encoding="utf-8") as file:
                    text = file.read()
            self._write_schema("6%d-test.ldif" % position, text)

    def _write_schema(self, name, text):
        with open(os.path.join(self._config, "schema", name), "w", encoding="utf-8") as file:
            file.write(text)

    def _template(self):
        values = {
            "schema_dir": os.path.join(self._config, "schema"), "config_dir": self._config, "cert_dir": self._config,
            "lock_dir": self.path("lock"), "tmp_dir": self.directory, "ldif_dir": self.path("ldif"),
            "bak_dir": self.path("bak"), "run_dir": self.path("run"), "inst_dir": self.path("inst"),
            "log_dir": self.path("log"), "db_dir": self.path("db"), "db_home_dir": self.path("db"), "db_lib": "bdb",
            "fqdn": "localhost", "ds_port": "%d\nnsslapd-listenhost: 127.0.0.1" % self.port,
            "ds_user": pwd.getpwuid(os.getuid()).pw_name, "rootdn": ROOT_DN, "ds_passwd": "{CLEAR}" + ROOT_PASSWORD,
            "ldapi_enabled": "off", "ldapi": self.path("ldapi"), "ldapi_autobind": "off", "ds_suffix": self.suffix}
        with open(os.path.join(DATA, "template-dse.ldif"), encoding="utf-8") as file:
            text = re.sub("%([a-z_]+)%", lambda match: values[match[1]], file.read())
        text = text.replace("\ndn: cn=USN,", ENTRY_UUID + "\ndn: cn=USN,")
        text = re.sub(r"(?m)^(dn: cn=config,cn=ldbm database,cn=plugins,cn=config\n)", r"\1" + SMALL_CACHE, text)
        for name in self.plugins:
            text = re.sub(r"(?m)(^dn: cn=%s,cn=plugins,cn=config\n(?:.+\n)*?nsslapd-pluginenabled: )off" % re.escape(name),
                          r"\1on", text, count=1, flags=re.I)
        return text

    def _make_backend(self):
        """The database is made over LDAP: the server does not start with one that its own template describes."""
        self.add(BACKEND_DN, {"objectClass": ["top", "extensibleObject", "nsBackendInstance"], "cn": BACKEND,
                              "nsslapd-suffix": self.suffix})
        self.add('cn="%s",cn=mapping tree,cn=config' % self.suffix,
                 {"objectClass": ["top", "extensibleObject", "nsMappingTree"], "cn": self.suffix,
                  "nsslapd-state": "backend", "nsslapd-backend": BACKEND})
        for name in ("entryUUID", *self.indexes):
            self.add("cn=%s,cn=index,%s" % (name, BACKEND_DN),
                     {"objectClass": ["top", "nsIndex"], "cn": name, "nsSystemIndex": "false", "nsIndexType": "eq"})

    # ---- life ----

    def start(self, entries=()):
        """Start and wait until it answers; the first time, make the database with entries ([(dn, attributes)])."""
        first = not os.listdir(self.path("db"))
        self._launch([SERVER, "-D", self._config, "-i", self.path("run/pid"), "-d", "0"], output="output")
        if first:
            self._make_backend()
        connection = self.connect()
        for dn, attributes in entries:
            connection.add_s(dn, list(as_bytes(attributes).items()))
        connection.unbind_s()
        return self

    def _end(self, how):
        super()._end(how)
        shared = "/dev/shm/sem.%s.stats" % os.path.basename(self._config)
        if os.path.exists(shared):
            os.unlink(shared)

    def close(self):
        """Stop without ceremony and remove the folder."""
        self.kill()
        super().close()

    # ---- data ----

    def connect(self, dn=ROOT_DN, password=ROOT_PASSWORD):
        """A connection, bound as the directory manager unless somebody else is named."""
        connection = self._handle(self.uri)
        connection.simple_bind_s(dn, password)
        return connection

    def backup(self):
        """A copy of the database as it is now, made while the server is stopped; its path."""
        self.stop()
        copy = tempfile.mkdtemp(prefix="backup-", dir=self.directory)
        shutil.copytree(self.path("db"), copy, dirs_exist_ok=True)
        self.start()
        return copy

    def restore(self, copy):
        """Put an older backup() back."""
        self.stop()
        shutil.rmtree(self.path("db"))
        shutil.copytree(copy, self.path("db"))
        self.start()

    def apply(self, path, **values):
        """Carry out a shipped LDIF file, with @NAME@ filled in, as an administrator would: with ldapmodify."""
        with open(path, encoding="utf-8") as file:
            text = fill(file.read(), **values)
        done = subprocess.run(["/usr/bin/ldapmodify", "-x", "-H", self.uri, "-D", ROOT_DN, "-w", ROOT_PASSWORD],
                              input=text, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
