"""Where a pretrained model lies: written, read again, and never outside of its folder."""

from pathlib import Path
from typing import Any

import pytest

from lpd.errors import FormatError
from lpd.pretrained import ModelPlace, check_unchanged, content_digest, file_facts, place_from_json


def described(tmp_path: Path) -> tuple[ModelPlace, dict[str, Any]]:
    (tmp_path / "model" / "inner").mkdir(parents=True)
    (tmp_path / "model" / "config.json").write_text("{}")
    (tmp_path / "model" / "inner" / "weights").write_bytes(b"abc")
    files = file_facts(tmp_path / "model", ["config.json", "inner/weights"])
    place = ModelPlace(str(tmp_path / "model"), False, files)
    return place, {"place": place.to_json(), "content": content_digest(files)}


def test_a_place_is_read_as_it_was_written(tmp_path: Path) -> None:
    place, document = described(tmp_path)
    assert place_from_json(document, where=tmp_path) == place
    assert check_unchanged(place, tmp_path) == tmp_path / "model"
    assert content_digest(place.files[::-1]) == document["content"]


@pytest.mark.parametrize(
    "change",
    [
        {"content": "0123456789abcdef"},
        {"place": None},
        {"place": {"path": "x", "copied": False}},
        {"place": {"path": "x", "copied": False, "files": []}},
        {"place": {"path": "x", "copied": False, "files": [{"path": "a", "size": "many"}]}},
    ],
    ids=["other-content", "nothing", "no-files-key", "no-files", "no-size"],
)
def test_other_documents_name_no_place(tmp_path: Path, change: dict[str, Any]) -> None:
    _, document = described(tmp_path)
    with pytest.raises(FormatError, match="lpd import encoder again"):
        place_from_json(document | change, where=tmp_path)


def test_paths_stay_in_their_folder(tmp_path: Path) -> None:
    place, _ = described(tmp_path)
    files = tuple(one._replace(path=f"../{one.path}") for one in place.files)
    forged = [ModelPlace(place.path, False, files), ModelPlace("../../elsewhere", True, place.files)]
    for one in forged:
        document = {"place": one.to_json(), "content": content_digest(one.files)}
        with pytest.raises(FormatError, match="leave their folder"):
            place_from_json(document, where=tmp_path)
