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
from urllib.parse import quote

from server import LdapServer

PASSWORD = "Geheim-123"


def is_here():
    """Can one be made here?"""
    return os.geteuid() == 0 and all(map(shutil.which, ("samba", "samba-tool", "unshare"))) and os.path.isdir(
        "/usr/share/samba/setup")


class Samba(LdapServer):
    """See above."""
    base = "dc=overheid,dc=example"

    def __init__(self):
        super().__init__("samba-")
        self._run("domain", "provision", "--targetdir=" + self.path("d"), "--realm=OVERHEID.EXAMPLE", "--domain=OVERHEID",
                  "--server-role=dc", "--adminpass=" + PASSWORD, "--dns-backend=NONE", "--option=interfaces=lo",
                  "--option=bind interfaces only=yes")

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
                   "--option='ldap server require strong auth=no' --option='pid directory=%s'"
                   % (self.path("d/etc/smb.conf"), self.path("d")))
        return self._launch(["/usr/bin/unshare", "-n", "/bin/sh", "-c", command])

    def connect(self):
        """A connection as its administrator."""
        connection = self._handle(self.uri)
        connection.simple_bind_s(self.admin, PASSWORD)
        return connection
