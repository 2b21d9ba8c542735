"""The generated video world: short drawn clips with captions, topics and the complete truth."""

from lpd.demo.judgements import DEFAULT_LAYERS, Layer, pooled_qrels
from lpd.demo.language import caption_shot, captions_of
from lpd.demo.media import MediaFiles, render_media
from lpd.demo.render import render_shot
from lpd.demo.topics import DemoTopic, relevant, relevant_shots, topics_of
from lpd.demo.truth import Subtopic, complete_qrels, read_truth, relevant_ids, save_truth, subtopics
from lpd.demo.world import PRESETS, Actor, Shot, World, WorldParameters, generate_world, world_preset

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
