# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of the integration tests: fresh directories in some tenths of a second, ended by their process ids.

government, application: one of each a test, started, with nothing but their skeletons.
pki: certificates, made once a session.
"""
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from application import Application  # noqa: E402
from government import Government  # noqa: E402
from pki import Pki  # noqa: E402


@pytest.fixture
def government():
    """A started Government."""
    with Government() as directory:
        yield directory.start()


@pytest.fixture
def application():
    """A started Application with the shipped access rules and overlays."""
    with Application() as directory:
        yield directory.start()


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    """A Pki."""
    return Pki(str(tmp_path_factory.mktemp("pki")))
