"""The layouts of CLIP4Clip's family: bare weights (`pytorch_model.bin.<epoch>`) of a head around a CLIP.

Our heads work on features of frames and sentences, so the CLIP inside is left out; features made by that very
CLIP are wanted, since these codes train it too.
"""

from typing import Any

from torch import Tensor

from lpd.checkpoints.fitting import built
from lpd.checkpoints.official.conversion import (
    Converted,
    ImportChoices,
    OfficialTensors,
    place_tensors,
)
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.layout_parts import number_below, sizes, without_encoder
from lpd.errors import FormatError, MismatchError

__all__ = [
    "convert_clip4clip",
    "convert_teachclip",
    "is_clip4clip",
    "is_teachclip",
    "is_ts2net",
    "is_xclip",
    "refuse_ts2net",
    "refuse_xclip",
]

SETTINGS = ("frames", "heads", "normalisation", "width")
BLOCKS = "transformerClip.resblocks."
POSITIONS = "frame_position_embeddings.weight"
SCALE = "clip.logit_scale"
FRAME_WEIGHTS = {"frameLinear": "hidden", "frameLinear2": "out"}
PARTS_OF_A_BLOCK = {
    "attn.in_proj_": "attention_in.",
    "attn.out_proj.": "attention_out.",
    "ln_1.": "attention_norm.",
    "ln_2.": "network_norm.",
    "mlp.c_fc.": "network_in.",
    "mlp.c_proj.": "network_out.",
}
USUAL_FRAMES = 12
WIDTH_OF_A_HEAD = 64
CLIP_INSIDE = "part of CLIP: frames and sentences are brought as features"
OTHER_HEADS = {
    "lstm_visual.weight_ih_l0": "an LSTM over the frames (seqLSTM)",
    "similarity_dense.weight": "a transformer over words and frames together (tightTransf)",
}


def is_teachclip(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of TeachCLIP: a transformer over frames, and weights."""
    names = _names(file)
    return {f"{BLOCKS}0.ln_1.weight", "frameLinear.weight"} <= names and not _of_others(names)


def is_clip4clip(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of CLIP4Clip: CLIP, perhaps a transformer over frames."""
    names = _names(file)
    return SCALE in names and not _of_others(names) and not is_teachclip(file)


def is_xclip(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of X-CLIP."""
    return "global_mat_weight" in _names(file)


def is_ts2net(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of TS2-Net."""
    return any(name.startswith("visual_token_selector.") for name in _names(file))


def convert_teachclip(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the TeachCLIP head of a checkpoint.

    Raises:
        FormatError: if a setting is not known here or impossible.
        MismatchError: if tensors are missing, left over or misshapen.
    """
    choices.check_settings((*SETTINGS, "mask_frames"), system="teachclip")
    source = _only_part(file)
    notes: list[str] = []
    config = _config(file, choices, source, notes) | _transformer_sizes(choices, source)
    config |= {"system": "teachclip", "mask_frames": choices.setting("mask_frames", False)}
    if "mask_frames" not in choices.settings:
        notes.append("frames that pad a shot count, as in the official code, unless mask_frames is true")
    tensors = _transformer(source, config) | {
        f"weights.{ours}.{kind}": source.take(f"{theirs}.{kind}")
        for theirs, ours in FRAME_WEIGHTS.items()
        for kind in ("weight", "bias")
    }
    return _placed(file, config, source, tensors, notes)


def convert_clip4clip(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the CLIP4Clip head of a checkpoint: with a transformer over the frames where the file has one,
    else their mean.

    Raises:
        FormatError: if a setting is not known here or impossible, or the head is of another type.
        MismatchError: if tensors are missing, left over or misshapen.
    """
    choices.check_settings(SETTINGS, system="clip4clip")
    source = _only_part(file)
    for name, head in OTHER_HEADS.items():
        if name in source:
            raise FormatError(
                "a CLIP4Clip of another type", where=file.path, expected="meanP or seqTransf", found=head
            )
    notes: list[str] = []
    config = _config(file, choices, source, notes)
    config |= {"system": "clip4clip", "pooling": "mean"}
    tensors: dict[str, Tensor] = {}
    if f"{BLOCKS}0.ln_1.weight" in source:
        config |= {"pooling": "transformer", **_transformer_sizes(choices, source)}
        tensors = _transformer(source, config)
    else:
        source.drop([POSITIONS], "positions of a transformer that is not there")
    source.drop(source.names("frameLinear"), "weights of frames, which CLIP4Clip does not read")
    return _placed(file, config, source, tensors, notes)


def refuse_xclip(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Raises FormatError, always: what X-CLIP compares with frames is no part of its checkpoint's head."""
    raise FormatError(
        "X-CLIP compares frames with the hidden states of CLIP's words, the X-CLIP here with learned vectors "
        "of words: the weights cannot be taken over",
        where=file.path,
        next_step="bring the similarities as a run, or train xclip on your captions",
    )


def refuse_ts2net(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Raises FormatError, always: TS2-Net changes the image encoder itself."""
    raise FormatError(
        "TS2-Net shifts and selects tokens inside of CLIP's image encoder, and features of frames lack them",
        where=file.path,
        next_step="bring the similarities as a run, or train ts2net on your captions",
    )


def _names(file: OfficialFile) -> set[str]:
    return set(file.parts[0]) if len(file.parts) == 1 else set()


def _of_others(names: set[str]) -> bool:
    return "global_mat_weight" in names or any(name.startswith("visual_token_selector.") for name in names)


def _only_part(file: OfficialFile) -> OfficialTensors:
    if len(file.parts) != 1:
        raise FormatError(
            "not bare weights", where=file.path, expected="one part", found=f"{len(file.parts)} parts"
        )
    return OfficialTensors(file.parts[0], where=file.path)


def _config(
    file: OfficialFile, choices: ImportChoices, source: OfficialTensors, notes: list[str]
) -> dict[str, Any]:
    """Returns what all heads have: features, width, frames, normalisation."""
    width = choices.setting("width", None)
    for name, dimensions in ((f"{BLOCKS}0.ln_1.weight", 1), ("clip.text_projection", 2), (POSITIONS, 2)):
        if width is None and name in source:
            width = sizes(source, name, dimensions=dimensions)[-1]
    if type(width) is not int or width < 1:
        raise FormatError("width of the vectors", where=file.path, expected="--set width=512", found=width)
    frames = choices.setting("frames", USUAL_FRAMES)
    if type(frames) is not int or frames < 1:
        raise FormatError("frames", where="--set", expected="a whole number from 1", found=frames)
    if "frames" not in choices.settings:
        notes.append(f"the file does not hold the number of frames per shot: taken as {frames}")
    if any(name != SCALE for name in source.names("clip.")):
        notes.append(
            "the CLIP inside of the file is left out; these codes train it too, so features of frames and "
            "sentences are wanted that this very CLIP made"
        )
    feature = choices.feature("clip")
    video = f"frames:{feature}" + ("" if frames == USUAL_FRAMES else f"@{frames}")
    config: dict[str, Any] = {
        "text_features": {feature: width},
        "video_features": {video: frames * (width + 1)},
        "width": width,
        "frames": frames,
    }
    if "normalisation" in choices.settings:
        config["normalisation"] = choices.settings["normalisation"]
    return config


def _transformer_sizes(choices: ImportChoices, source: OfficialTensors) -> dict[str, Any]:
    (width,) = sizes(source, f"{BLOCKS}0.ln_1.weight", dimensions=1)
    return {
        "layers": number_below(source, BLOCKS),
        "heads": choices.setting("heads", max(1, width // WIDTH_OF_A_HEAD)),
    }


def _transformer(source: OfficialTensors, config: dict[str, Any]) -> dict[str, Tensor]:
    """Returns the tensors of the transformer; of the positions only those of our frames."""
    most = sizes(source, POSITIONS)[0]
    if most < config["frames"]:
        raise MismatchError(
            "more frames per shot than the file has positions",
            expected=f"at most {most}",
            found=config["frames"],
            next_step=f"--set frames={most}",
        )
    made = {"transformer.positions": source.take(POSITIONS)[: config["frames"]]}
    for number in range(config["layers"]):
        for theirs, ours in PARTS_OF_A_BLOCK.items():
            for kind in ("weight", "bias"):
                name = f"transformer.blocks.{number}.{ours}{kind}"
                made[name] = source.take(f"{BLOCKS}{number}.{theirs}{kind}")
    return made


def _placed(
    file: OfficialFile,
    config: dict[str, Any],
    source: OfficialTensors,
    tensors: dict[str, Tensor],
    notes: list[str],
) -> Converted:
    model = built(config, where=file.path)
    place_tensors(model, tensors | {"logit_scale": source.take(SCALE)}, where=file.path)
    source.drop(source.names("clip."), CLIP_INSIDE)
    notes += without_encoder(model, ())
    return Converted(model, (), source.finish(), tuple(notes))
