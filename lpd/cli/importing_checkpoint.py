"""lpd import checkpoint."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import note, print_json, print_table
from lpd.errors import FormatError, LpdError
from lpd.words import counted
from lpd.workspace import Workspace, default_workspace_path

if TYPE_CHECKING:
    from lpd.checkpoints.official import ImportChoices

__all__ = ["checkpoint"]

SHOWN_TENSORS = 30


def checkpoint(
    source: Annotated[
        Path,
        typer.Argument(
            help="model_best.pth.tar, pytorch_model.bin or a state dict. Nothing in it is executed."
        ),
    ],
    name: Annotated[str | None, typer.Option(help="Name of the model it becomes.")] = None,
    inspect: Annotated[bool, typer.Option("--inspect", help="Say what is inside; write nothing.")] = False,
    system: Annotated[
        str | None, typer.Option(help="laff, lpd, sea, w2vvpp, ...: where its names leave that open.")
    ] = None,
    feature: Annotated[
        list[str] | None, typer.Option(help="OFFICIAL=OURS, the name of a feature here; repeatable.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="KEY=VALUE, a setting that the file does not hold; repeatable."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="TOML or JSON: system, [model] settings, [tensors] our name = its name."),
    ] = None,
    word_vectors: Annotated[
        Path | None, typer.Option(help="BigFile folder of the word vectors it was trained with.")
    ] = None,
    vocabulary: Annotated[
        list[str] | None, typer.Option(help="bow=FILE, tokens=FILE or concepts=FILE, if it is not inside.")
    ] = None,
    stop_words: Annotated[
        Path | None, typer.Option(help="One word per line: what its _nsw encoders left out; else our list.")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """A model trained with the official code of LAFF, SEA, W2VV++, DE, DualTask, T x V, TeachCLIP or LPD."""
    from lpd.services.importing.checkpoint import import_checkpoint, inspect_checkpoint
    from lpd.services.importing.checkpoint_choices import read_choices

    choices = read_choices(
        features=_pairs(feature, "--feature", "OFFICIAL=OURS"),
        settings=set_ or [],
        mapping=mapping,
        word_vectors=word_vectors,
        vocabularies=_pairs(vocabulary, "--vocabulary", "KIND=FILE"),
        stop_words=stop_words,
    )
    if inspect:
        found = inspect_checkpoint(source, choices=choices, system=system, workspace=_workspace(workspace))
        found |= _names_to_map(found, choices, system)
        (print_json if json else _print)(found)
        return
    if name is None:
        raise LpdError(
            "a name for the model is missing", next_step="--name NAME, or --inspect to look inside"
        )
    made = import_checkpoint(opened(workspace), source, name=name, choices=choices, system=system)
    (print_json if json else _tell)(made)


def _tell(made: Mapping[str, Any]) -> None:
    """Says what an import made."""
    carried = f", text encoders {', '.join(made['text_encoders'])}" if made["text_encoders"] else ""
    note(f"{made['name']}: {made['system']}, {counted(made['parameters'], 'parameter')}{carried}")
    for sentence in (*made["notes"], *_reasons(made["dropped"]), *_refused(made["refused"])):
        note(f"  {sentence}")


def _pairs(texts: Sequence[str] | None, where: str, form: str) -> dict[str, str]:
    found = {}
    for text in texts or []:
        key, equals, value = text.partition("=")
        if not (key and equals and value):
            raise FormatError("not a pair", where=where, expected=form, found=repr(text))
        found[key] = value
    return found


def _workspace(path: Path | None) -> Workspace | None:
    """Returns the workspace that is named, else the usual one if it is there: looking inside needs none."""
    if path is None and not (default_workspace_path() / "workspace.toml").is_file():
        return None
    return opened(path)


def _names_to_map(found: dict[str, Any], choices: "ImportChoices", system: str | None) -> dict[str, Any]:
    """Returns the names that a mapping must give, where names are what is missing or what was asked for."""
    from lpd.checkpoints.official.layout_mapped import names_to_map

    wanted = choices.model.get("system") or system
    if wanted is None or (found["problem"] is None and not choices.model):
        return {}
    try:
        return {"names_to_map": names_to_map(str(wanted), choices.model)}
    except LpdError as error:
        return {"names_to_map": {}, "notes": [*found["notes"], str(error)]}


def _print(found: Mapping[str, Any]) -> None:
    parts = ", ".join(
        f"{counted(one['tensors'], 'tensor')} with {counted(one['parameters'], 'number')}"
        for one in found["parts"]
    )
    print(f"{found['file']}: {found['container']} container, {parts}")
    print(f"layout: {found['layout'] or 'unknown'}; entries: {', '.join(found['facts'].get('keys', []))}")
    facts = [f"{key} {value}" for key, value in found["facts"].items() if key != "keys"]
    if facts:
        print("facts: " + ", ".join(facts))
    for sentence in _refused(found["refused"]):
        print(sentence)
    if found["problem"] is None:
        rows = [
            (end, one["official"], one["name"], one["dimension"])
            for end in ("video", "text")
            for one in found[f"{end}_features"]
        ]
        print_table(("end", "official", "here", "dimension"), rows, title="features it reads")
        for name, one in found["text_encoders"].items():
            print(f"inside: text encoder {name} ({one['kind']}), {one['dimension']} columns")
    sentences = [*found["notes"], *_reasons(found.get("dropped", {}))]
    print("\n".join([*sentences, *(f"missing here: {one}" for one in found.get("missing", []))]))
    if found["problem"] is not None:
        print(f"cannot be imported so: {found['problem']}")
        _print_shapes(found["tensors"], "tensors of the file")
    if found.get("names_to_map"):
        _print_shapes(found["names_to_map"], "names that a mapping must give", most=None)


def _print_shapes(shapes: dict[str, list[int]], title: str, *, most: int | None = SHOWN_TENSORS) -> None:
    listed = list(shapes.items())[:most]
    print_table(
        ("name", "shape"), [(name, " x ".join(map(str, shape)) or "-") for name, shape in listed], title=title
    )
    if len(shapes) > len(listed):
        print(f"and {len(shapes) - len(listed)} more; --json lists all")


def _reasons(dropped: dict[str, str]) -> list[str]:
    """Returns a sentence per reason for which tensors were left out."""
    counts: dict[str, int] = {}
    for reason in dropped.values():
        counts[reason] = counts.get(reason, 0) + 1
    return [f"{counted(count, 'tensor')} left out: {reason}" for reason, count in counts.items()]


def _refused(names: Sequence[str]) -> list[str]:
    return [f"named in the file and not made: {', '.join(names)}"] if names else []
