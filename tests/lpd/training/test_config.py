import numpy as np
import pytest
import torch

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.training import PRESETS, PairedData, TrainingConfig, choose_device, preset, training_config
from lpd.training.devices import choose_precision
from lpd.training.presets import OF_THE_SYSTEM


def test_defaults_are_the_recipe():
    config = preset("lpd-recipe")
    assert config == TrainingConfig()
    assert (config.batch_size, config.learning_rate, config.decay, config.clip) == (128, 1e-4, 0.99, 2.0)
    assert (config.patience, config.epochs, config.margin, config.dcl_weight) == (10, 80, 0.2, 0.2)
    assert (config.reduction, config.dcl_pairs, config.dcl_mode) == ("mean", "mean", "remove")
    assert (config.ef, config.ef_end, config.plateau, config.direction) == ("entropy", "both", False, "t2v")
    literal = preset("paper-literal")
    assert (literal.reduction, literal.dcl_pairs, literal.dcl_weight) == ("sum", "sum", 1.0)


@pytest.mark.parametrize("system", ["lpd", "laff", "sea", "txv", "dual-task", "teachclip"])
@pytest.mark.parametrize("name", PRESETS)
def test_presets_survive_json(name, system):
    config = preset(name, system)
    assert training_config(config.to_dict()) == config


def test_one_recipe_for_all():
    own = {"ef", "dcl_weight", "direction", "loss", "ranking_weight"}
    lpd = preset("lpd-recipe").to_dict()
    for system in OF_THE_SYSTEM | {"laff": {}, "sea": {}, "txv": {}, "w2vvpp": {}}:
        other = preset("lpd-recipe", system)
        assert (other.ef, other.dcl_weight) == ("off", 0.0)
        assert {key for key, value in other.to_dict().items() if value != lpd[key]} <= own


def test_originals():
    laff, sea, dual, txv = (preset("original", name) for name in ("laff", "sea", "dual-task", "txv"))
    assert {config.reduction for config in (laff, sea, dual, txv)} == {"sum"}
    assert (laff.patience, sea.patience, dual.patience) == (10, 11, 6)
    assert (laff.optimiser, txv.optimiser, txv.batch_size, txv.epochs) == ("rmsprop", "adam", 196, 20)
    assert (laff.direction, txv.direction, txv.criterion, laff.criterion) == (
        "t2v",
        "both",
        "recall_sum",
        "MRR",
    )
    assert preset("original") == preset("paper-literal")


@pytest.mark.parametrize(
    "settings",
    [
        {"seed": -1},
        {"seed": 1.5},
        {"epochs": 0},
        {"patience": 0},
        {"batch_size": 2},
        {"batch_size": 1, "dcl_weight": 0.0},
        {"learning_rate": 0},
        {"learning_rate": float("nan")},
        {"decay": 1.1},
        {"clip": -1},
        {"dcl_weight": -0.1},
        {"dcl_weight": "1"},
        {"plateau": 1},
        {"ef": "on"},
        {"ef_end": "text"},
        {"dcl_mode": "drop"},
        {"precision": "int8"},
        {"captions_per_epoch": 1},
        {"device": ""},
    ],
)
def test_each_impossible_setting_is_named(settings):
    with pytest.raises(FormatError, match=next(iter(settings))):
        TrainingConfig(**settings)


def test_all_impossible_settings_are_named_at_once():
    with pytest.raises(FormatError, match=r"epochs: 0 .*clip: -1 .*ef: 'no'"):
        TrainingConfig(epochs=0, clip=-1, ef="no")


def test_unknown_names():
    with pytest.raises(FormatError, match="lr"):
        training_config({"lr": 1})
    with pytest.raises(NotFoundError, match="paper-literal"):
        preset("paper")
    with pytest.raises(NotFoundError, match="unknown device"):
        choose_device("gpu0")
    with pytest.raises(NotFoundError, match="no such device"):
        choose_device("cuda:99")


def test_precision_of_a_cpu():
    cpu = torch.device("cpu")
    assert choose_precision("auto", cpu) == torch.float32
    with pytest.raises(LpdError, match="needs a GPU"):
        choose_precision("float16", cpu)


def arrays(**changes):
    plain = {
        "text": {"bow": np.zeros((4, 2), np.float32)},
        "video": {"colour": np.zeros((3, 5), np.float32)},
        "caption_shot": np.array([0, 0, 1, 2]),
        "caption_group": np.arange(4),
    }
    return plain | changes


BAD_PAIRS = {
    "rows of text": ({"text": {"bow": np.zeros((5, 2))}}, MismatchError, r"text:bow \(5, 2\)"),
    "rows of video": (
        {"video": {"a": np.zeros((3, 5)), "b": np.zeros((2, 5))}},
        MismatchError,
        r"video:b \(2, 5\)",
    ),
    "one axis": ({"text": {"bow": np.zeros(4)}}, MismatchError, "text:bow"),
    "groups": ({"caption_group": np.arange(3)}, MismatchError, "caption_group"),
    "shot not there": ({"caption_shot": np.array([0, 3, -1, 1])}, MismatchError, "captions '1', '2'"),
    "no text": ({"text": {}}, MismatchError, "at least one text feature"),
    "nothing": (
        {"text": {"bow": np.zeros((0, 2))}, "caption_shot": np.zeros(0), "caption_group": np.zeros(0)},
        MismatchError,
        "at least one caption",
    ),
    "NaN": (
        {"video": {"colour": np.array([[1.0], [np.nan], [np.inf]])}},
        FormatError,
        "video:colour .* rows '1', '2'",
    ),
}


@pytest.mark.parametrize("case", BAD_PAIRS)
def test_bad_pairs_are_one_sentence(case):
    changes, kind, words = BAD_PAIRS[case]
    with pytest.raises(kind, match=words):
        PairedData(**arrays(**changes))


def test_the_digest_follows_the_content():
    first = PairedData(**arrays())
    assert first.digest() == PairedData(**arrays()).digest()
    assert first.digest() != PairedData(**arrays(caption_group=np.zeros(4))).digest()
    assert first.digest() != PairedData(**arrays(video={"colour": np.ones((3, 5), np.float32)})).digest()
