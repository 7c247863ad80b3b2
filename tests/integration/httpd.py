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
import shutil
import signal
import subprocess
import tempfile
import time

from slapd import free_port

SERVER = "/usr/sbin/apache2"
MODULES = "/usr/lib/apache2/modules"
NEEDED = ("mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "ldap", "authnz_ldap", "alias")
PASSWORD = "geheim"
NOBODY = 65534
READY_SECONDS = 20
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


class Httpd:
    """One server; see the top of this file."""

    def __init__(self, configuration, users):
        self.folder = tempfile.mkdtemp(prefix="httpd-")
        self.port = free_port()
        os.mkdir(self.path("www"))
        self._write("www/index.html", "binnen\n")
        self._write("users", "".join("%s:%s\n" % (name, self._hash()) for name in users))
        loads = "".join("LoadModule %s_module %s/mod_%s.so\n" % (name, MODULES, name) for name in NEEDED)
        self._write("conf", loads + FRAME.format(folder=self.folder, port=self.port) + configuration)
        as_nobody = ["/usr/bin/setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY, "--clear-groups"] if os.getuid() == 0 else []
        if as_nobody:
            for folder, _, files in os.walk(self.folder):
                for name in (folder, *(os.path.join(folder, name) for name in files)):
                    os.chown(name, NOBODY, NOBODY)
        with open(self.path("output"), "wb") as output:
            self.process = subprocess.Popen(
                ["/usr/bin/setpriv", "--pdeathsig", "TERM", *as_nobody, SERVER, "-f", self.path("conf"), "-DFOREGROUND"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={"PATH": os.environ["PATH"], "LDAPNOINIT": "1"})
        self._wait_until_ready()

    def path(self, name):
        """A file of this server."""
        return os.path.join(self.folder, name)

    def _write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    @staticmethod
    def _hash():
        return subprocess.run(["/usr/bin/openssl", "passwd", "-apr1", PASSWORD], capture_output=True, text=True,
                              check=True).stdout.strip()

    def _wait_until_ready(self):
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.status("/", None)
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("apache2 does not answer:\n" + self.log())

    def log(self):
        """What it said."""
        text = ""
        for name in ("output", "log"):
            if os.path.exists(self.path(name)):
                with open(self.path(name), encoding="utf-8", errors="replace") as file:
                    text += file.read()[-4000:]
        return text

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

    def close(self):
        """Stop it and remove its folder."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
