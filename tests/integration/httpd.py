# SPDX-License-Identifier: EUPL-1.2
"""A private Apache on 127.0.0.1 that asks a directory who may come in.

    with Httpd(configuration, users={"name": "password"}) as httpd:
        httpd.status("/path", "name")              # 200, 401, ...

configuration: what an administrator would write, between our few lines about ports and modules. Who somebody is, says a
password file; so what comes back is the word of the directory. It never runs as root. absent() says why there is none.
"""
import base64
import http.client
import os
import subprocess

from server import Server
from slapd import free_port

SERVER = "/usr/sbin/apache2"
MODULES = "/usr/lib/apache2/modules"
NEEDED = ("mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "ldap", "authnz_ldap", "alias")
PASSWORD = "geheim"
NOBODY = 65534
FRAME = """
ServerRoot {folder}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/log
LogLevel warn authnz_ldap:debug
StartServers 1
ThreadsPerChild 4
MaxRequestWorkers 4
ServerLimit 1
DocumentRoot {folder}/www
AliasMatch ^/.* {folder}/www/index.html
<Location "/">
    AuthType Basic
    AuthName "wie is het"
    AuthBasicProvider file
    AuthUserFile {folder}/users
    Require all denied
</Location>
"""


def absent():
    """Why there is no Apache to test with; None: there is one."""
    if os.access(SERVER, os.X_OK) and os.path.exists(os.path.join(MODULES, "mod_authnz_ldap.so")):
        return None
    return "Apache is not installed (package apache2-bin): its recipe was not tested"


class Httpd(Server):
    """One server; see the top of this file."""

    def __init__(self, configuration, users):
        super().__init__("httpd-")
        self.port = free_port()
        os.mkdir(self.path("www"))
        self._write("www/index.html", "binnen\n")
        self._write("users", "".join("%s:%s\n" % (name, self._hash()) for name in users))
        loads = "".join("LoadModule %s_module %s/mod_%s.so\n" % (name, MODULES, name) for name in NEEDED)
        self._write("conf", loads + FRAME.format(folder=self.directory, port=self.port) + configuration)
        as_nobody = []
        if os.getuid() == 0:  # who changes its user is no longer told of our end: --pdeathsig once more
            as_nobody = ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY, "--clear-groups"]
            for folder, _, files in os.walk(self.directory):
                for name in (folder, *(os.path.join(folder, name) for name in files)):
                    os.chown(name, NOBODY, NOBODY)
        self._launch([*as_nobody, SERVER, "-f", self.path("conf"), "-DFOREGROUND"], output="output",
                     environment={"PATH": os.environ["PATH"], "LDAPNOINIT": "1"})

    def _write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    @staticmethod
    def _hash():
        return subprocess.run(["/usr/bin/openssl", "passwd", "-apr1", PASSWORD], capture_output=True, text=True,
                              check=True).stdout.strip()

    def _is_ready(self):
        try:
            self.status("/", None)
            return True
        except OSError:
            return False

    def log(self):
        """What it said."""
        return self._text("output", "log")

    def status(self, path, user):
        """Status of a request by this user (None: nobody)."""
        headers = {} if user is None else {
            "Authorization": "Basic " + base64.b64encode(("%s:%s" % (user, PASSWORD)).encode()).decode()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()
