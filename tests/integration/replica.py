# SPDX-License-Identifier: EUPL-1.2
"""A second server with the same entries as a Government: a consumer of it over syncrepl, which can be made to lag.

    with Replica(government) as replica:
        replica.start()                            # has caught up
        replica.stop_following()                   # from here on it lags
        replica.follow()                           # and catches up again
"""
import time

from government import Government, SOURCE

CATCH_UP_SECONDS = 30


class Replica(Government):
    """See above. Reads as READER as its provider does."""

    def __init__(self, provider, **arguments):
        self.provider = provider
        self.follows = ("rid=001 provider=%s type=refreshAndPersist retry=\"1 +\" searchbase=%s bindmethod=sasl "
                        "saslmech=EXTERNAL" % (provider.server.ldapi_uri, SOURCE))
        super().__init__(database="syncrepl " + self.follows, **arguments)

    def start(self, entries=()):
        """Start, and wait until it has caught up. Returns self."""
        self._pending = None
        self.server.start()
        self.wait()
        return self

    def position(self, of=None):
        """contextCSN values, [] while there is none."""
        found = (of or self).server.read(SOURCE, ["contextCSN"])
        return sorted((found or {}).get("contextCSN", []))

    def wait(self):
        """Wait until it is where its provider is."""
        end = time.monotonic() + CATCH_UP_SECONDS
        while not self.position() or self.position() != self.position(self.provider):
            assert time.monotonic() < end, "the replica does not catch up:\n" + self.server.log()[-2000:]
            time.sleep(0.02)

    def stop_following(self):
        """Lag from now on."""
        self.server.configure(self.server.config_dn(), olcSyncrepl=None)

    def follow(self):
        """Catch up, and go on following."""
        self.server.configure(self.server.config_dn(), olcSyncrepl=["{0}" + self.follows])
        self.wait()
