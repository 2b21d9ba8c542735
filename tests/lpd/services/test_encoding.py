"""Text features of a workspace: which are fitted, and how their rows are kept."""

from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.services.encoding import (
    DEFAULT_TEXT_FEATURES,
    TEXT_FEATURE_KINDS,
    FitSettings,
    encode_texts,
    fit_text_encoders,
)
from lpd.services.importing.shots import import_captions, import_shots
from lpd.services.importing.trec import import_topics
from lpd.text import load_text_encoder
from lpd.workspace import Workspace, create_workspace

TEXTS = {"shot1_1": "a man rides a horse", "shot1_2": "two dogs and a man", "shot2_1": "the horse"}
KINDS = {"bow_nsw": "bow", "tokens": "tokens", "concepts": "concepts"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "w")
    ids, captions, topics = tmp_path / "ids.txt", tmp_path / "captions.txt", tmp_path / "topics.txt"
    ids.write_text("\n".join(TEXTS))
    captions.write_text("".join(f"{shot}#0 {text}\n" for shot, text in TEXTS.items()))
    topics.write_text("661  a man\n662  zebra\n")
    import_shots(made, "c", ids, video_before_last_underscore=True)
    import_captions(made, "train", captions, collection="c")
    import_topics(made, "tv", topics, collection="c")
    return made


def test_what_nobody_names_is_not_fitted() -> None:
    assert set(DEFAULT_TEXT_FEATURES) == TEXT_FEATURE_KINDS.keys() - KINDS.keys()


def test_features_of_single_systems_are_fitted_by_name(workspace: Workspace) -> None:
    fit_text_encoders(workspace, list(KINDS), captions="train", settings=FitSettings(min_count=1))
    assert encode_texts(workspace, "train", list(KINDS)) == list(KINDS)
    encode_texts(workspace, "tv", list(KINDS))
    types = {"bow_nsw": np.float16, "tokens": np.float32, "concepts": np.float16}
    for name, kind in KINDS.items():
        encoder = load_text_encoder(workspace.text_encoder_folder(name))
        assert (encoder.kind, encoder.name) == (kind, name)
        stored = workspace.text_features("train", name)
        assert stored.matrix.dtype == types[name]
        np.testing.assert_array_equal(stored.rows(stored.ids), encoder.encode(list(TEXTS.values())))
        topics = workspace.text_features("tv", name).rows(["661", "662"])
        assert topics.any(axis=1).tolist() == [True, False]
    assert load_text_encoder(workspace.text_encoder_folder("tokens")).dimension == 7


def test_an_unknown_feature_is_refused_with_all_that_are_known(workspace: Workspace) -> None:
    with pytest.raises(LpdError, match=r"bow, w2v, bigru, bow_nsw, tokens, concepts; found clip"):
        fit_text_encoders(workspace, ["bow", "clip"], captions="train")
    assert workspace.text_encoder_names() == []
