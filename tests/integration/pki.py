# SPDX-License-Identifier: EUPL-1.2
"""A certificate authority of our own in a folder, made with openssl; no network.

    pki = Pki(folder)
    Slapd(..., tls=pki.server())              # (ca, certificate, key)

Certificates: good (127.0.0.1, localhost and the machine's name: libldap replaces localhost by that name before it
compares), wrong-host, expired, foreign (good names, an authority that nobody trusts), client, and foreign-client.
"""
import os
import socket
import subprocess

DAYS = "30"
HERE = "DNS:localhost,DNS:%s,IP:127.0.0.1"

EXPIRED_AUTHORITY = """[ca]
default_ca = expired
[expired]
database = {folder}/expired-index.txt
serial = {folder}/expired-serial
new_certs_dir = {folder}
certificate = {folder}/ca.pem
private_key = {folder}/ca.key
default_md = sha256
policy = names
copy_extensions = copy
unique_subject = no
[names]
commonName = supplied
"""


class Pki:
    """Makes all certificates in folder at once; paths come from certificate(), key() and server()."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        here = HERE % socket.gethostname()
        self._authority("ca", "Test authority")
        self._authority("other-ca", "Other authority")
        self._leaf("good", "/CN=localhost", "subjectAltName=" + here, "ca")
        self._leaf("wrong-host", "/CN=wrong.example", "subjectAltName=DNS:wrong.example", "ca")
        self._leaf("foreign", "/CN=localhost", "subjectAltName=" + here, "other-ca")
        self._leaf("client", "/O=Example/OU=Services/CN=duaalsync", "extendedKeyUsage=clientAuth", "ca")
        self._leaf("foreign-client", "/O=Example/OU=Services/CN=duaalsync", "extendedKeyUsage=clientAuth", "other-ca")
        self._expired("expired", here)

    def certificate(self, name):
        """Path of a certificate (PEM)."""
        return os.path.join(self.folder, name + ".pem")

    def key(self, name):
        """Path of a private key (PEM, 0600)."""
        return os.path.join(self.folder, name + ".key")

    @property
    def ca(self):
        """Path of the certificate of the authority to trust."""
        return self.certificate("ca")

    def server(self, name="good"):
        """What Slapd takes as tls: (authority, certificate, key)."""
        return self.ca, self.certificate(name), self.key(name)

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, umask=0o077)

    def _new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", self.key(name)]

    def _authority(self, name, title):
        self._openssl("req", "-x509", *self._new_key(name), "-days", DAYS, "-subj", "/CN=" + title,
                      "-out", self.certificate(name))

    def _request(self, name, subject, extension):
        path = os.path.join(self.folder, name + ".csr")
        self._openssl("req", *self._new_key(name), "-subj", subject, "-addext", extension, "-out", path)
        return path

    def _leaf(self, name, subject, extension, authority):
        request = self._request(name, subject, extension)
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate(authority), "-CAkey",
                      self.key(authority), "-CAcreateserial", "-days", DAYS, "-copy_extensions", "copy",
                      "-out", self.certificate(name))

    def _expired(self, name, here):
        """openssl x509 cannot set a date in the past; openssl ca can."""
        request = self._request(name, "/CN=localhost", "subjectAltName=" + here)
        for file, text in (("expired-index.txt", ""), ("expired-serial", "01\n"),
                           ("expired.cnf", EXPIRED_AUTHORITY.format(folder=self.folder))):
            with open(os.path.join(self.folder, file), "w", encoding="ascii") as out:
                out.write(text)
        self._openssl("ca", "-batch", "-config", os.path.join(self.folder, "expired.cnf"), "-startdate",
                      "20200101000000Z", "-enddate", "20210101000000Z", "-in", request, "-notext",
                      "-out", self.certificate(name))
