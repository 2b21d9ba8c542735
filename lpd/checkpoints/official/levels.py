"""The levels of frames and words in official dual encoding and DualTask checkpoints, and their mappings."""

from typing import Any, NamedTuple

from torch import Tensor

from lpd.checkpoints.official.conversion import (
    ImportChoices,
    OfficialTensors,
)
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.layout_parts import (
    both_ends,
    gru,
    hidden_size,
    known_settings,
    number_below,
    sizes,
    transform,
    under,
)
from lpd.checkpoints.official.text_side import row_length
from lpd.checkpoints.official.vocabularies import bag_of_words, read_vocabulary, token_ids
from lpd.errors import FormatError, MismatchError
from lpd.models import TOKENS
from lpd.text import TextEncoder
from lpd.text.tokens import SPECIAL_TOKENS

__all__ = ["NORM", "SETTINGS", "Ends", "ends_of", "made_of_levels", "tensors_of"]

SETTINGS = ("concate", "dropout", "frames", "normalisation", "text_tokens", "video_feature")
FRAMES_READ = 64
USUAL_FRAMES = 12
NORM = "bn_1"
MAPPINGS = ("visual_mapping.", "text_mapping.")
CONCATENATIONS = {
    "full": "full",
    "reduced": "reduced",
    "gru_plus_cnn_on_gru": "reduced",
    "conv": "first",
}
"""Official name -> which levels are mapped: all, those of the sequence, or the first alone."""
NOT_MAPPED = "a level of the sequence that this model does not map"


class Levels(NamedTuple):
    """The levels of one end.

    Args:
        hidden: width of the recurrent state, per direction.
        filters: of each convolution.
        kernel: the longest convolution.
        inputs: width of a frame, or of a word's embedding.
        mapped: what the mapping reads.
    """

    hidden: int
    filters: int
    kernel: int
    inputs: int
    mapped: int

    @property
    def width(self) -> int:
        """The width of the levels of the sequence."""
        return 2 * self.hidden + self.filters * (self.kernel - 1)


class Ends(NamedTuple):
    """The tensors of the two ends of a file.

    Args:
        video: of frames.
        text: of words.
        form: which levels are mapped: `full`, `reduced`, or the `first` alone.
    """

    video: OfficialTensors
    text: OfficialTensors
    form: str


def ends_of(file: OfficialFile, choices: ImportChoices) -> Ends:
    """Returns the ends of a file and which levels they map.

    Raises:
        FormatError: if the levels are put together in a way that is not known here, or in two ways.
    """
    video, text = both_ends(file)
    forms = {_form(file, choices, source, end) for end, source in (("video", video), ("text", text))}
    if len(forms) > 1:
        raise FormatError("levels of both ends", where=file.path, expected="the same", found=sorted(forms))
    return Ends(video, text, forms.pop())


def _form(file: OfficialFile, choices: ImportChoices, source: OfficialTensors, end: str) -> str:
    short = "vconcate" if end == "video" else "tconcate"
    said = choices.setting("concate", file.options.get(short, file.options.get("concate")))
    if said is not None:
        if not isinstance(said, str) or said not in CONCATENATIONS:
            raise FormatError(
                f"levels that the {end} end maps",
                where=file.path,
                expected=", ".join(CONCATENATIONS),
                found=said,
            )
        return CONCATENATIONS[said]
    if "rnn.weight_hh_l0" not in source:
        return "first"
    levels = _levels(source, end)
    if levels.mapped == levels.width:
        return "reduced"
    return "full" if levels.mapped > levels.width else "first"


def _levels(source: OfficialTensors, end: str) -> Levels:
    mapping = MAPPINGS[0] if end == "video" else MAPPINGS[1]
    mapped = sizes(source, f"{mapping}fc1.weight")[1]
    hidden, inputs = hidden_size(source, ""), sizes(source, "rnn.weight_ih_l0")[1]
    count = number_below(source, "convs1.")
    shapes = [sizes(source, f"convs1.{k}.weight", dimensions=4) for k in range(count)]
    kernels = [shape[2] for shape in shapes]
    filters = {shape[0] for shape in shapes}
    images = {(shape[1], shape[3]) for shape in shapes} == {(1, 2 * hidden)}
    if kernels != list(range(2, len(kernels) + 2)) or len(filters) != 1 or not images:
        raise FormatError(
            f"convolutions of the {end} end",
            expected=f"kernels 2, 3 and so on, equal numbers of filters, over {2 * hidden} states",
            found=f"shapes {shapes}",
        )
    return Levels(hidden, filters.pop(), kernels[-1], inputs, mapped)


def made_of_levels(
    file: OfficialFile, choices: ImportChoices, ends: Ends, notes: list[str]
) -> tuple[dict[str, Any], tuple[TextEncoder, ...]]:
    """Returns the configuration of a model without its system and normalisation, and the text encoders that
    vocabulary files give.

    Raises:
        MismatchError: if a vocabulary has another size than the model.
    """
    dropout = known_settings(file, choices, {"dropout": 0.2}, notes)["dropout"]
    width = sizes(ends.video, "visual_mapping.fc1.weight")[0]
    feature = choices.feature(
        str(choices.setting("video_feature", file.options.get("visual_feature", "video")))
    )
    config: dict[str, Any] = {"width": width, "dropout": dropout}
    if ends.form == "first":
        counted = sizes(ends.text, "text_mapping.fc1.weight")[1]
        config["video_features"] = {feature: sizes(ends.video, "visual_mapping.fc1.weight")[1]}
        config["text_features"] = {choices.feature("bow"): counted}
        for source in (ends.video, ends.text):
            for prefix in ("rnn.", "convs1.", "embed."):
                source.drop(source.names(prefix), NOT_MAPPED)
        return config, _encoders(choices, counted=counted, rows=None)
    video, text = _levels(ends.video, "video"), _levels(ends.text, "text")
    counted = text.mapped - text.width
    _check_first_level(file, ends.form, video.mapped - video.width, counted, video.inputs)
    frames, rows = _frames(choices, notes), sizes(ends.text, "embed.weight")[0]
    name = f"frames:{feature}" + ("" if frames == USUAL_FRAMES else f"@{frames}")
    config["video_features"] = {name: frames * (video.inputs + 1)}
    config["text_features"] = {TOKENS: row_length(choices)}
    if ends.form == "full":
        config["text_features"][choices.feature("bow")] = counted
    return config | _sizes(file, video, text, ends.form, frames, rows), _encoders(
        choices, counted=counted, rows=rows
    )


def _check_first_level(file: OfficialFile, form: str, frame: int, counted: int, inputs: int) -> None:
    expected = inputs if form == "full" else 0
    if frame != expected or (counted > 0) != (form == "full"):
        raise MismatchError(
            f"mappings that do not fit a {form} dual encoding",
            where=file.path,
            expected=f"{expected} columns for the mean of the frames",
            found=f"{frame}, and {counted} for the bag of words",
        )


def _frames(choices: ImportChoices, notes: list[str]) -> int:
    frames = choices.setting("frames", FRAMES_READ)
    if type(frames) is not int or frames < 1:
        raise FormatError("frames", where="--set", expected="a whole number from 1", found=frames)
    notes.append(
        f"{frames} frames of a shot are read; the official code reads up to {FRAMES_READ}, padded to the "
        "longest shot of a batch, and the padding reaches its backward recurrence"
    )
    return frames


def _sizes(
    file: OfficialFile, video: Levels, text: Levels, form: str, frames: int, rows: int
) -> dict[str, Any]:
    if video.filters != text.filters:
        raise FormatError(
            "filters of the convolutions",
            where=file.path,
            expected="as many for words as for frames",
            found=f"{text.filters} and {video.filters}",
        )
    return {
        "vocabulary": rows,
        "frames": frames,
        "first_level": form == "full",
        "embedding": text.inputs,
        "text_hidden": text.hidden,
        "video_hidden": video.hidden,
        "filters": video.filters,
        "text_kernel": text.kernel,
        "video_kernel": video.kernel,
    }


def _encoders(choices: ImportChoices, *, counted: int, rows: int | None) -> tuple[TextEncoder, ...]:
    made: list[TextEncoder] = []
    if "bow" in choices.vocabularies and counted > 0:
        path = choices.vocabularies["bow"]
        name = choices.feature("bow")
        made.append(bag_of_words(read_vocabulary(path), where=path, name=name, dimension=counted))
    if "tokens" in choices.vocabularies and rows is not None:
        path = choices.vocabularies["tokens"]
        words, length = rows - len(SPECIAL_TOKENS), row_length(choices)
        made.append(token_ids(read_vocabulary(path), where=path, words=words, length=length))
    return tuple(made)


def tensors_of(ends: Ends) -> dict[str, Tensor]:
    """Returns our tensors of both ends."""
    inner = ".transform" if ends.form == "first" else ""
    made = under(f"text_mapping{inner}", transform(ends.text, "text_mapping.", norm=NORM))
    made |= under(f"video_mapping{inner}", transform(ends.video, "visual_mapping.", norm=NORM))
    if ends.form == "first":
        return made
    made["embedding.weight"] = ends.text.take("embed.weight")
    return made | _sequence("text_levels", ends.text) | _sequence("video_levels", ends.video)


def _sequence(target: str, source: OfficialTensors) -> dict[str, Tensor]:
    """Returns the recurrence and the convolutions of an end; the official ones see the states as an image
    of one channel, (filters, 1, kernel, states).
    """
    made = under(f"{target}.gru", gru(source, ""))
    for number in range(number_below(source, "convs1.")):
        weight = source.take(f"convs1.{number}.weight")
        made[f"{target}.convolutions.{number}.weight"] = weight.squeeze(1).transpose(1, 2)
        made[f"{target}.convolutions.{number}.bias"] = source.take(f"convs1.{number}.bias")
    return made
