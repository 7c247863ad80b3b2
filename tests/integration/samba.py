# SPDX-License-Identifier: EUPL-1.2
"""A private Active Directory domain controller (Samba) in a folder, with a network of its own, reached by its Unix socket.

    with Samba() as domain:
        domain.add("cn=x,cn=Users," + domain.base, {...})
        domain.uri                                 # ldapi://

It is started in a network namespace, because its ports cannot be chosen; nothing of this machine's network sees it. It
takes some seconds to make and needs root (unshare).
"""
import os
import shutil
import subprocess
import tempfile
import time
from urllib.parse import quote

import ldap

from slapd import as_bytes

READY_SECONDS = 60
PASSWORD = "Geheim-123"


def is_here():
    """Can one be made here?"""
    return os.geteuid() == 0 and all(map(shutil.which, ("samba", "samba-tool", "unshare"))) and os.path.isdir(
        "/usr/share/samba/setup")


class Samba:
    """See above."""
    base = "dc=overheid,dc=example"

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="samba-")
        self.process = None
        self._run("domain", "provision", "--targetdir=" + self.path("d"), "--realm=OVERHEID.EXAMPLE", "--domain=OVERHEID",
                  "--server-role=dc", "--adminpass=" + PASSWORD, "--dns-backend=NONE", "--option=interfaces=lo",
                  "--option=bind interfaces only=yes")

    def path(self, name):
        """A file of it."""
        return os.path.join(self.directory, name)

    def _run(self, *command):
        done = subprocess.run(["samba-tool", *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]

    @property
    def socket(self):
        """Path of its Unix socket."""
        return self.path("d/private/ldapi")

    @property
    def uri(self):
        """ldapi:// address."""
        return "ldapi://" + quote(self.socket, safe="")

    @property
    def admin(self):
        """DN of its administrator."""
        return "cn=Administrator,cn=Users," + self.base

    def start(self):
        """Start it, and wait until it answers. Returns self."""
        command = ("ip link set lo up && exec samba -F --no-process-group -M single -s %s --option='server services=ldap' "
                   "--option='ldap server require strong auth=no'" % self.path("d/etc/smb.conf"))
        with open(self.path("log"), "ab") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/unshare", "-n", "/usr/bin/setpriv", "--pdeathsig", "TERM", "/bin/sh", "-c", command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            try:
                self.connect().unbind_s()
                return self
            except ldap.LDAPError:
                assert self.process.poll() is None, open(self.path("log"), encoding="utf-8").read()[-2000:]
                time.sleep(0.05)
        raise TimeoutError("samba does not answer")

    def connect(self):
        """A connection as its administrator."""
        connection = ldap.initialize(self.uri, bytes_mode=False)
        connection.set_option(ldap.OPT_REFERRALS, 0)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 10)
        connection.set_option(ldap.OPT_TIMEOUT, 30)
        connection.simple_bind_s(self.admin, PASSWORD)
        return connection

    def add(self, dn, attributes):
        """Add one entry."""
        connection = self.connect()
        connection.add_s(dn, list(as_bytes(attributes).items()))
        connection.unbind_s()

    def modify(self, dn, **attributes):
        """Replace attributes of one entry."""
        connection = self.connect()
        connection.modify_s(dn, [(ldap.MOD_REPLACE, name, as_bytes({name: values}).get(name))
                                 for name, values in attributes.items()])
        connection.unbind_s()

    def read(self, dn, *attributes):
        """One entry: {attribute: [bytes]}."""
        connection = self.connect()
        found = connection.search_s(dn, ldap.SCOPE_BASE, attrlist=list(attributes) or None)[0][1]
        connection.unbind_s()
        return found

    def stop(self):
        """End it; waits."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def close(self):
        """Stop it and remove the folder."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
