"""Which process is meant: no other one ever gets a signal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from lpd.services.jobs import job_process
from lpd.services.jobs.job_process import ProcessId, process_id, send_signal, this_process


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process whose name has spaces and brackets in it, as a hostile one may."""
    code = "import ctypes, sys, time; ctypes.CDLL(None).prctl(15, b') 1 (x', 0, 0, 0); print(flush=True); \
time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_process_keeps_its_identity_and_has_its_own(sleeper: subprocess.Popen[bytes]) -> None:
    found = process_id(sleeper.pid)
    assert found is not None
    assert found == process_id(sleeper.pid)
    assert found.pid == sleeper.pid
    assert int(found.started) >= int(this_process().started)
    assert found.machine == this_process().machine
    assert this_process().pid == os.getpid()


def test_a_signal_reaches_the_process(sleeper: subprocess.Popen[bytes]) -> None:
    meant = process_id(sleeper.pid)
    assert meant is not None
    assert send_signal(meant, signal.SIGTERM)
    assert sleeper.wait(timeout=10) == -signal.SIGTERM
    assert process_id(sleeper.pid) is None
    assert not send_signal(meant, signal.SIGTERM)


@pytest.mark.parametrize("with_handles", [True, False], ids=["handle", "number"])
@pytest.mark.parametrize("other", [{"started": "1"}, {"machine": "before the restart"}], ids=str)
def test_a_number_that_was_given_away_again_is_left_alone(
    sleeper: subprocess.Popen[bytes],
    other: dict[str, str],
    with_handles: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not with_handles:
        monkeypatch.delattr(os, "pidfd_open")
    now = process_id(sleeper.pid)
    assert now is not None
    assert not send_signal(now._replace(**other), signal.SIGKILL)
    assert sleeper.poll() is None
    assert send_signal(now, signal.SIGKILL)
    assert sleeper.wait(timeout=10) == -signal.SIGKILL


def test_a_system_without_proc_is_asked_by_ps(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_process, "_started_by_proc", job_process._started_by_ps)
    found = process_id(sleeper.pid)
    assert found == process_id(sleeper.pid)
    assert found is not None
    assert len(found.started.split()) == 5  # Mon Jan 1 00:00:00 2024
    sleeper.kill()
    sleeper.wait()
    assert process_id(sleeper.pid) is None


def test_a_process_of_somebody_else_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refused)
    monkeypatch.delattr(os, "pidfd_open")
    with pytest.raises(PermissionError):
        send_signal(ProcessId(*this_process()), 0)
