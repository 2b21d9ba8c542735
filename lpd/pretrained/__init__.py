"""Models that were trained elsewhere: where their files lie, their weights, the towers that read texts and
pictures. Nothing is downloaded, and no code in a model's folder is run.

`find_model_folder` finds a folder or a model in the Hugging Face cache, `load_tower` opens the half of it
that reads texts or pictures. `lpd import encoder` makes an encoder of one, which `lpd encode` and `lpd
extract` use.

>>> from lpd.pretrained import TEXT_TOWERS
>>> "clip" in TEXT_TOWERS, "gpt2" in TEXT_TOWERS
(True, False)
"""

from lpd.pretrained.folders import (
    COPIES_FOLDER,
    FileFacts,
    ModelPlace,
    check_same_files,
    check_unchanged,
    content_digest,
    file_facts,
    find_model_folder,
    place_from_json,
)
from lpd.pretrained.kinds import TEXT_TOWERS, VIDEO_TOWERS, TowerClass, tower_class
from lpd.pretrained.sentences import SentenceLayout, plain_layout, read_sentence_layout
from lpd.pretrained.towers import Tower, load_tower

__all__ = [
    "COPIES_FOLDER",
    "TEXT_TOWERS",
    "VIDEO_TOWERS",
    "FileFacts",
    "ModelPlace",
    "SentenceLayout",
    "Tower",
    "TowerClass",
    "check_same_files",
    "check_unchanged",
    "content_digest",
    "file_facts",
    "find_model_folder",
    "load_tower",
    "place_from_json",
    "plain_layout",
    "read_sentence_layout",
    "tower_class",
]
