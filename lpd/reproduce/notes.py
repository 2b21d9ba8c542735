"""What stands below every table: data, recipe, machine, and where the papers contradict themselves."""

import os
import platform
from datetime import date

import torch

from lpd.published import published_slips
from lpd.reproduce.setup import Reproduction
from lpd.words import counted

__all__ = ["data_notes", "slip_notes", "test_notes"]


def data_notes(reproduction: Reproduction) -> tuple[str, ...]:
    """Returns what the numbers were measured on, how the models were trained, where and when."""
    workspace, setup, available = reproduction.workspace, reproduction.setup, reproduction.available
    searched = ", ".join(
        f"{edition.name} ({counted(len(edition.topics), 'topic')}, "
        f"{setup.qrels or edition.default_qrels} judgements)"
        for edition in reproduction.editions
    )
    changes = f" with {', '.join(setup.settings)}" if setup.settings else ""
    seeds = ", ".join(map(str, setup.seeds))
    return (
        f"data: {workspace.name}{f' ({workspace.source})' if workspace.source else ''}; "
        f"captions {setup.captions}, epoch selected on captions {setup.validation}; {searched}",
        f"recipe {setup.preset}{changes}, width {setup.width}, seeds {seeds}; "
        f"text features {', '.join(available.text)}; video features {', '.join(available.video)}",
        f"{date.today().isoformat()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"torch {torch.__version__}, device {_device(setup.device)}, {setup.processes} side by side",
    )


def _device(asked: str) -> str:
    if asked == "cpu" or not torch.cuda.is_available():
        return "cpu"
    return torch.cuda.get_device_name()


def test_notes(compared_with: str) -> tuple[str, ...]:
    """Returns how the p-values of a table came about."""
    return (
        f"p-values against {compared_with}: two-sided paired randomization test over topics (infAP averaged "
        "over seeds); the topics of all editions are pooled for the total; in the column mAP over captions "
        "(average precision averaged over seeds; captions of one shot are not independent)",
    )


def slip_notes(table: str) -> tuple[str, ...]:
    """Returns a sentence per place where a published table contradicts itself."""
    sentences = []
    for slip in published_slips(table):
        where = ", ".join(one for one in (slip.row, slip.column) if one) or "as a whole"
        sentences.append(f"published, {where}: {slip.printed} against {slip.found}; {slip.note}")
    return tuple(sentences)
