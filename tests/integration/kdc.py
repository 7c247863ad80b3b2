# SPDX-License-Identifier: EUPL-1.2
"""A private Kerberos realm in a folder: its own krb5.conf, a key distribution centre on a free port of loopback, keytabs.

    with Kdc(lifetime="10h") as kdc:
        kdc.start()
        kdc.keytab("duaalsync")                    # path of a keytab with a new principal
        kdc.config                                 # krb5.conf
"""
import os
import socket
import subprocess

from server import Server
from slapd import free_port

REALM = "OVERHEID.EXAMPLE"
TOOLS = ("/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local")


def is_here():
    """Can one be made here?"""
    return all(map(os.path.exists, TOOLS)) and os.path.exists("/usr/lib/%s-linux-gnu/sasl2/libgssapiv2.so" % os.uname().machine)


class Kdc(Server):
    """See above. lifetime: of each ticket."""

    def __init__(self, lifetime="10h"):
        super().__init__("kdc-")
        self.port = free_port()
        self.config = self._write("krb5.conf", """[libdefaults]
default_realm = %s
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
rdns = false
udp_preference_limit = 1
ticket_lifetime = %s
[realms]
%s = {
 kdc = 127.0.0.1:%d
}
[domain_realm]
localhost = %s
""" % (REALM, lifetime, REALM, self.port, REALM))
        self._write("kdc.conf", """[kdcdefaults]
kdc_listen = ""
kdc_tcp_listen = 127.0.0.1:%d
[realms]
%s = {
 database_name = %s
 key_stash_file = %s
 acl_file = %s
 max_life = %s
}
""" % (self.port, REALM, self.path("principal"), self.path("stash"), self.path("acl"), lifetime))
        self.environment = {**os.environ, "KRB5_CONFIG": self.config, "KRB5_KDC_PROFILE": self.path("kdc.conf")}
        self._run(TOOLS[1], "create", "-s", "-r", REALM, "-P", "meester")

    def _write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)

    def _run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self.environment)
        assert done.returncode == 0, done.stderr

    def start(self):
        """Start it, and wait until it listens. Returns self."""
        return self._launch([TOOLS[0], "-n", "-r", REALM], environment=self.environment)

    def _is_ready(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def keytab(self, principal):
        """Path of a keytab with the key of a new principal."""
        path = self.path(principal.replace("/", "-") + ".keytab")
        self._run(TOOLS[2], "-r", REALM, "-q", "addprinc -randkey " + principal)
        self._run(TOOLS[2], "-r", REALM, "-q", "ktadd -k %s %s" % (path, principal))
        os.chmod(path, 0o600)
        return path
