"""Whether the text features of a caption set or an edition are those of its texts, by the encoders of now."""

from collections.abc import Mapping

from lpd.errors import LpdError, name_some
from lpd.services.health.findings import Examined, Findings
from lpd.storage import digest_bytes, read_json, read_manifest
from lpd.words import counted

__all__ = ["examine_text_features"]

KIND = "features"


def examine_text_features(
    seen: Examined, text_set: str, texts: Mapping[str, str], *, found: Findings
) -> tuple[str, ...]:
    """Returns the text features of a set that fit; adds what was found.

    Args:
        seen: the workspace.
        text_set: name of a caption set or of an edition.
        texts: id -> text, in order.
        found: gets the findings.
    """
    fitting = []
    names = seen.workspace.text_feature_names(text_set)
    encoders = seen.workspace.text_encoder_names()
    for name in names:
        subject = f"text feature {text_set}/{name}"
        command = f"lpd encode {text_set} --feature {name}" if name in encoders else None
        with found.examining(subject, command):
            wrong = _wrong_words(seen, text_set, name, texts)
            if wrong:
                found.warn(subject, wrong, command)
            else:
                fitting.append(name)
    if fitting:
        found.ok(f"text features {text_set}", f"{', '.join(fitting)}; a row for each text")
    absent = [name for name in encoders if name not in names]
    if absent and names:
        told = f"not encoded with {', '.join(absent)}"
        found.advise(f"text features {text_set}", told, f"lpd encode {text_set}")
    return tuple(fitting)


def _wrong_words(seen: Examined, text_set: str, name: str, texts: Mapping[str, str]) -> str:
    """Returns why a text feature is not that of its texts; empty if it is."""
    workspace = seen.workspace
    matrix = workspace.text_features(text_set, name)
    rows = set(matrix.ids)
    missing = [one for one in texts if one not in rows]
    if missing:
        return f"{len(missing):,} of {counted(len(texts), 'text')} have no row, {name_some(missing, 3)}"
    made_from = read_manifest(workspace.text_feature_folder(text_set, name), KIND).made_from
    digest = digest_bytes("\n".join(texts.values()).encode())
    if made_from.get("texts", digest) != digest:
        return "it was made from other texts"
    try:
        encoder = read_json(workspace.text_encoder_folder(name) / "encoder.json").get("digest")
    except LpdError:
        return ""  # precomputed, or told where the encoders are examined
    if made_from.get("encoder", encoder) != encoder:
        return "it was made by another encoder than the one that is here"
    return ""
