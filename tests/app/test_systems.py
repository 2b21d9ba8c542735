import pytest

from app.systems import (
    System,
    default_pair,
    model_weights,
    own_weights,
    read_system,
    read_weights,
    system_end,
    system_label,
    system_options,
    weights_text,
    with_weights,
)
from lpd.cards import FusionInfo, ModelCard, SpaceInfo
from lpd.errors import FormatError, LpdError


def card(name="lpd", spaces=("text:bow", "video:clip", "head:1"), fusion=None):
    parts = [space.partition(":") for space in spaces]
    return ModelCard(
        name=name,
        system="lpd",
        spaces=tuple(
            SpaceInfo(f"{end}:{feature}", end, None if end == "head" else feature, 8, "cosine")
            for end, _, feature in parts
        ),
        text_features={},
        video_features={},
        seed=1,
        digest="d1",
        config={},
        fusion=fusion or FusionInfo(),
    )


CARDS = {"lpd": card(), "one": card("one", ("head:1",))}


@pytest.mark.parametrize(
    "system",
    [
        System("model", "lpd"),
        System("model", "lpd", "text:bow"),
        System("model", "txv", "text:a/b+video:c"),
        System("run", "sea_1.x"),
    ],
    ids=lambda system: system.text,
)
def test_a_system_in_the_address_reads_back(system):
    assert read_system(system.text) == system


@pytest.mark.parametrize("text", ["", "lpd", "model:lpd", "model:/fused", "model:lpd/", "run:", "x:y/z"])
def test_what_is_no_system_is_refused(text):
    with pytest.raises(FormatError, match="not a system"):
        read_system(text)


def test_own_weights_are_in_proportion_with_the_largest_at_one():
    assert own_weights(card()) == {"text:bow": 1, "video:clip": 1, "head:1": 1}
    fusion = FusionInfo("minmax", (0.5, 0.3, 0.2))
    assert own_weights(card(fusion=fusion)) == pytest.approx(
        {"text:bow": 1, "video:clip": 0.6, "head:1": 0.4}
    )


def test_weights_name_only_what_is_not_the_models_own():
    own = own_weights(card())
    assert read_weights("", own) == ()
    assert read_weights("video:clip=0,text:bow=0.5", own) == (("text:bow", 0.5), ("video:clip", 0.0))
    assert read_weights("text:bow=1", own) == ()
    assert weights_text((("text:bow", 0.5), ("video:clip", 0.0))) == "text:bow=0.5,video:clip=0"


def test_names_of_features_may_hold_commas_and_equals_signs():
    own = {"video:a": 1.0, "video:a=2,b": 1.0}
    weights = (("video:a", 0.5), ("video:a=2,b", 0.25))
    assert read_weights(weights_text(weights), own) == weights


@pytest.mark.parametrize(
    "text", ["text:gone=1", "text:bow", "text:bow=x", "text:bow=-1", "text:bow=inf", "1"]
)
def test_impossible_weights_are_refused(text):
    with pytest.raises(FormatError):
        read_weights(text, own_weights(card()))


def test_a_space_must_have_weight():
    with pytest.raises(LpdError, match="no space has a weight"):
        read_weights("text:bow=0,video:clip=0,head:1=0", own_weights(card()))


def test_weights_of_all_spaces_stand_in_the_models_order():
    system = with_weights(System("model", "lpd"), "head:1=0.25", card())
    assert model_weights(system, card()) == (1.0, 1.0, 0.25)
    assert model_weights(System("model", "lpd"), card()) is None


def test_options_are_fused_and_spaces_of_every_model_then_runs():
    texts = [one.text for one in system_options(CARDS, ["sea"])]
    assert texts == [
        "model:lpd/fused",
        "model:lpd/text:bow",
        "model:lpd/video:clip",
        "model:lpd/head:1",
        "model:one/fused",
        "run:sea",
    ]


def test_what_is_compared_where_nobody_chose():
    options = system_options(CARDS, ["sea"])
    assert [one.text for one in default_pair(options, "one")] == ["model:one/fused", "model:lpd/fused"]
    alone = system_options({"lpd": card()}, ["sea"])
    assert [one.text for one in default_pair(alone, "lpd")] == ["model:lpd/fused", "run:sea"]
    spaces = system_options({"lpd": card()}, [])
    assert [one.text for one in default_pair(spaces, None)] == ["model:lpd/fused", "model:lpd/text:bow"]
    single = system_options({}, ["sea"])
    assert default_pair(single, None) == (System("run", "sea"), System("run", "sea"))


@pytest.mark.parametrize(
    ("system", "label", "end"),
    [
        (System("model", "lpd"), "lpd, fused", "fused"),
        (System("model", "lpd", "text:bow"), "lpd, bow (text)", "text"),
        (System("model", "lpd", "head:1"), "lpd, head 1", "head"),
        (System("model", "one"), "one, head 1", "fused"),
        (System("run", "sea"), "run sea", "plain"),
        (System("model", "lpd", weights=(("text:bow", 0.5),)), "lpd, fused, bow × 0.5", "fused"),
        (
            System("model", "lpd", weights=(("text:bow", 0.5), ("video:clip", 0.0), ("head:1", 2.0))),
            "lpd, fused, 3 weights set",
            "fused",
        ),
    ],
    ids=lambda value: value.words if isinstance(value, System) else value,
)
def test_systems_in_words_and_colours(system, label, end):
    assert system_label(system, CARDS) == label
    assert system_end(system, CARDS) == end
