"""The generated video world: short drawn clips with captions, topics and the complete truth.

`generate_world` makes the shots of a world from its parameters, `topics_of` its topics, `complete_qrels` who
is relevant, `render_shot` the pictures; `pooled_qrels` samples judgements from the truth as NIST does. `lpd
demo` makes a whole workspace of it.

>>> from lpd.demo import generate_world, topics_of, world_preset
>>> world = generate_world(world_preset("small"))
>>> topic = topics_of(world, "inland")[0]
>>> len(world.part("inland")), topic.text
(89, 'one or more dogs under a tree')
"""

from lpd.demo.judgements import DEFAULT_LAYERS, pooled_qrels
from lpd.demo.language import caption_shot, captions_of
from lpd.demo.media import MediaFiles, render_media
from lpd.demo.render import render_shot
from lpd.demo.topics import DemoTopic, relevant, relevant_shots, topics_of
from lpd.demo.truth import Subtopic, complete_qrels, read_truth, relevant_ids, save_truth, subtopics
from lpd.demo.world import PRESETS, Actor, Shot, World, WorldParameters, generate_world, world_preset
from lpd.judging.pooling import Layer

__all__ = [
    "DEFAULT_LAYERS",
    "PRESETS",
    "Actor",
    "DemoTopic",
    "Layer",
    "MediaFiles",
    "Shot",
    "Subtopic",
    "World",
    "WorldParameters",
    "caption_shot",
    "captions_of",
    "complete_qrels",
    "generate_world",
    "pooled_qrels",
    "read_truth",
    "relevant",
    "relevant_ids",
    "relevant_shots",
    "render_media",
    "render_shot",
    "save_truth",
    "subtopics",
    "topics_of",
    "world_preset",
]
