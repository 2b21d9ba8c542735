"""Several processes, started by torch's launcher, against one."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from lpd.errors import MismatchError
from lpd.training import ALONE, Processes, launched, read_history
from lpd.training.processes import agreed, averaged, gathered
from tests.lpd.training import together

ROOT = Path(__file__).resolve().parents[3]


def run_together(*module, count=2, seconds=150):
    """Returns the ended launcher of a module; nothing that it started stays behind."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(count)]
    address = ["--master-addr", "127.0.0.1", "--master-port", str(port), "-m"]
    process = subprocess.Popen(
        [*launcher, *address, *map(str, module)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What one process and each of two found."""
    folder = tmp_path_factory.mktemp("together")
    done = run_together("tests.lpd.training.together", folder)
    assert done.returncode == 0, done.stderr
    two = [json.loads((folder / f"{number}.json").read_text()) for number in range(2)]
    one = json.loads(json.dumps(together.everything(ALONE, tmp_path_factory.mktemp("alone"))))
    return one, two, folder


def differing(left, right, place=""):
    """Returns where two records differ: numbers by more than 1e-10, everything else at all."""
    if type(left) is not type(right):
        return [f"{place}: {left!r} and {right!r}"]
    if isinstance(left, dict):
        pairs = {key: (left.get(key), right.get(key)) for key in [*left, *right]}
        return [found for key, pair in pairs.items() for found in differing(*pair, f"{place}/{key}")]
    if isinstance(left, list) and len(left) == len(right):
        pairs = enumerate(zip(left, right, strict=True))
        return [found for key, pair in pairs for found in differing(*pair, f"{place}/{key}")]
    equal = left == (pytest.approx(right, abs=1e-10, rel=1e-10) if isinstance(left, float) else right)
    return [] if equal else [f"{place}: {left!r} and {right!r}"]


@pytest.mark.slow
@pytest.mark.parametrize("case", ["lpd", "sea"])
def test_two_processes_have_the_loss_curve_and_the_selections_of_one(found, case):
    one, two, _ = found
    expected = one["steps"][case]
    assert len(expected["losses"]) == together.STEPS
    assert len({tuple(selected) for selected in expected["selected"]}) > (1 if case == "lpd" else 0)
    for process in two:
        assert process["steps"][case]["selected"] == expected["selected"]
        assert process["steps"][case]["losses"] == pytest.approx(expected["losses"], abs=1e-10, rel=0)
    assert expected["losses"][-1] < expected["losses"][0]


@pytest.mark.slow
@pytest.mark.parametrize("case", list(together.CASES))
def test_two_processes_have_the_history_of_one_and_equal_weights(found, case):
    one, two, _ = found
    first, second = (process["trainings"][case] for process in two)
    for process in (first, second):
        assert differing(process["history"], one["trainings"][case]["history"]) == []
        assert differing(process["best"], one["trainings"][case]["best"]) == []
    assert first["weights"] == second["weights"]
    assert first["progress"] == one["trainings"][case]["progress"] > 0
    assert second["progress"] == 0


@pytest.mark.slow
def test_the_first_process_writes_and_all_go_on_from_it(found):
    one, two, folder = found
    assert len(read_history(folder / "state" / "history.jsonl")) == together.EXACT.epochs
    for process in two:
        assert process["begun"]["resumed_from"] == 0
        assert process["resumed"]["resumed_from"] == together.EXACT.epochs
        assert differing(process["resumed"]["history"], one["begun"]["history"]) == []


@pytest.mark.slow
def test_a_batch_that_cannot_be_shared_is_refused(found):
    one, two, _ = found
    assert one["refusal"] is None
    for process in two:
        assert not process["alone"]
        assert "a batch_size that 2 divides; found 15" in process["refusal"]


def test_shares_are_equal_and_follow_one_another():
    assert [Processes(number, 4).share(12) for number in range(4)] == [
        slice(0, 3),
        slice(3, 6),
        slice(6, 9),
        slice(9, 12),
    ]
    with pytest.raises(MismatchError, match="equal shares"):
        Processes(1, 5).share(12)


def test_one_process_alone_joins_nobody():
    with launched("auto") as processes:
        assert processes is ALONE
        assert not torch.distributed.is_initialized()
    tensor = torch.ones(2)
    assert gathered(tensor, ALONE, axis=0) is tensor
    assert averaged([tensor], ALONE)[0] is tensor
    assert agreed("value", ALONE) == "value"
