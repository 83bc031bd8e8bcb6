"""What the security tests share: an empty network namespace, and strace."""

import shutil
import subprocess

import pytest


@pytest.fixture(scope="session")
def isolated() -> list[str]:
    """The beginning of a command that runs where there is no network at all."""
    unshare = shutil.which("unshare")
    command = [unshare or "", "--user", "--map-root-user", "--net"]
    if unshare is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives no network namespace to its users")
    return command


@pytest.fixture(scope="session")
def tracer() -> str:
    """The program strace."""
    found = shutil.which("strace")
    if found is None or subprocess.run([found, "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("there is no strace here that may trace")
    return found
