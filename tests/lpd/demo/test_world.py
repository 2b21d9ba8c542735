"""The generated world: deterministic, of the promised size, with topics of the promised kind."""

from dataclasses import replace

import numpy as np
import pytest

from lpd.demo import (
    PRESETS,
    World,
    WorldParameters,
    caption_shot,
    captions_of,
    complete_qrels,
    generate_world,
    relevant,
    relevant_shots,
    topics_of,
    world_preset,
)
from lpd.demo.catalogue import LOOKS
from lpd.demo.needs import ActorNeed, DemoTopic, Need
from lpd.demo.topics import choose_topics
from lpd.errors import LpdError, NotFoundError


@pytest.fixture(scope="module")
def world() -> World:
    return generate_world(WorldParameters())


def test_same_parameters_give_the_same_world(world: World) -> None:
    again = generate_world(WorldParameters())
    assert again.digest == world.digest
    assert again.shots == world.shots


def test_seed_and_sizes_change_the_digest_and_the_shots(world: World) -> None:
    other = generate_world(replace(WorldParameters(), seed=7))
    assert other.digest != world.digest
    assert other.shots[:50] != world.shots[:50]
    assert replace(WorldParameters(), topics=19).digest != world.digest


def test_default_world_has_the_promised_size(world: World) -> None:
    shots = [shot for name in world.collections for shot in world.part(name)]
    assert len(shots) >= 2000
    assert len({shot.video_id for shot in shots}) >= 300
    assert 1000 <= len(world.part("training")) <= 1600
    assert 200 <= len(world.part("validation")) <= 320
    assert len({shot.shot_id for shot in world.shots}) == len(world.shots)


def test_the_two_collections_differ(world: World) -> None:
    scenes = [{shot.scene for shot in world.part(name)} for name in world.collections]
    assert scenes[0] - scenes[1]
    assert scenes[1] - scenes[0]


def test_shots_of_a_video_follow_each_other_and_share_much(world: World) -> None:
    for earlier, later in zip(world.shots, world.shots[1:], strict=False):
        if earlier.video_id == later.video_id:
            assert later.start_s == earlier.end_s
    videos = {
        shot.video_id: [s for s in world.shots if s.video_id == shot.video_id] for shot in world.shots[:60]
    }
    assert all(len({shot.scene for shot in shots}) <= 2 for shots in videos.values())


@pytest.mark.parametrize("seed", [WorldParameters().seed, 11])
def test_topics_have_enough_relevant_shots_in_enough_looks(seed: int) -> None:
    world = generate_world(replace(WorldParameters(), seed=seed))
    for name in world.collections:
        topics = topics_of(world, name)
        assert len(topics) == 20
        assert len({topic.topic_id for topic in topics}) == 20
        for topic in topics:
            found = relevant_shots(topic, world.part(name))
            assert 20 <= len(found) <= 200, topic.text
            assert len({shot.look for shot in found}) >= 4, topic.text


def test_topics_of_the_collections_have_different_numbers(world: World) -> None:
    ids = [{topic.topic_id for topic in topics_of(world, name)} for name in world.collections]
    assert not ids[0] & ids[1]


def test_a_random_ranking_is_bad(world: World) -> None:
    rng = np.random.default_rng(3)
    values = []
    for name in world.collections:
        shots = world.part(name)
        for topic in topics_of(world, name):
            hit = rng.permutation(np.array([relevant(topic, shot) for shot in shots]))
            precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
            values.append(float((precision * hit).sum() / hit.sum()))
    assert np.mean(values) < 0.05


def test_complete_qrels_judge_every_shot_for_every_topic(world: World) -> None:
    shots, topics = world.part("coast"), topics_of(world, "coast")
    rows = complete_qrels(topics, shots)
    assert len(rows) == len(shots) * len(topics)
    assert {row.relevance for row in rows} == {0, 1}
    assert {row.stratum for row in rows} == {"1"}


def test_small_world_is_small_and_has_topics() -> None:
    world = generate_world(PRESETS["small"])
    assert len(world.shots) < 420
    assert {shot.look for shot in world.shots} == set(LOOKS)
    assert all(len(topics_of(world, name)) == 6 for name in world.collections)


def test_captions_tell_a_part_of_the_truth_and_some_lies(world: World) -> None:
    captions = captions_of(world, "training")
    assert captions == captions_of(world, "training")
    counts = np.unique([caption.shot_id for caption in captions], return_counts=True)[1]
    assert set(counts) == {2, 3}
    texts = [caption.text for caption in captions]
    repeated = 1 - len(set(texts)) / len(texts)
    assert 0.05 < repeated < 0.5
    shots = {shot.shot_id: shot for shot in world.part("training")}
    tells_scene = [text for text in texts if "snow" in text or "winter" in text]
    assert tells_scene
    dogs = [c.text for c in captions if shots[c.shot_id].main.kind == "dog"]
    named = {word for word in ("dog", "puppy", "hound") if any(word in text for text in dogs)}
    assert named == {"dog", "puppy", "hound"}
    single = [
        c.text for c in captions if shots[c.shot_id].main.number == 1 and shots[c.shot_id].other is None
    ]
    wrong = sum(text.startswith(("two ", "three ", "four ")) for text in single) / len(single)
    assert 0 < wrong < 0.1


def test_captions_of_a_colourless_look_rarely_name_colours(world: World) -> None:
    rng = np.random.default_rng(0)
    grey = [shot for shot in world.part("training") if not shot.coloured]
    texts = [caption_shot(shot, rng) for shot in grey]
    assert not any("red " in text or "purple " in text for text in texts)


def test_a_topic_counts_both_groups_but_asks_each_for_its_kind(world: World) -> None:
    shot = next(s for s in world.shots if s.tie == "beside" and s.main.kind == "dog" and s.main.number == 1)
    assert shot.other is not None
    shot = shot._replace(other=shot.main._replace(number=2, colour="white"))
    need = Need(ActorNeed(("dog",), at_least=3))
    assert relevant(DemoTopic("1", "three dogs", need), shot)
    assert not relevant(DemoTopic("1", "four dogs", Need(ActorNeed(("dog",), at_least=4))), shot)
    both = Need(ActorNeed(("dog",)), other=ActorNeed(("cat",)))
    assert not relevant(DemoTopic("1", "a dog and a cat", both), shot)


def test_colour_topics_need_a_look_with_colours(world: World) -> None:
    shot = next(s for s in world.shots if s.main.colour == "red" and s.look == "photo")
    topic = DemoTopic("1", "something red", Need(ActorNeed((shot.main.kind,), colours=("red",))))
    assert relevant(topic, shot)
    assert not relevant(topic, shot._replace(look="sepia"))


def test_too_few_topics_are_an_error(world: World) -> None:
    with pytest.raises(LpdError, match="too few topics"):
        choose_topics([], world.part("inland"), first_id=1, world=world)


def test_bad_parameters_are_named() -> None:
    with pytest.raises(LpdError, match="frames_per_shot"):
        generate_world(replace(WorldParameters(), frames_per_shot=(9, 3)))
    with pytest.raises(LpdError, match="collection_videos"):
        generate_world(replace(WorldParameters(), collection_videos=0))
    with pytest.raises(NotFoundError, match="default, small"):
        world_preset("huge")
    with pytest.raises(NotFoundError, match="no such part"):
        generate_world(PRESETS["small"]).part("sea")
