"""The layers of a pool as a person writes them: `30:100 %, 100:50 %`."""

import re
from collections.abc import Sequence

from lpd.errors import FormatError
from lpd.judging.pooling import Layer, check_layers

__all__ = ["layers_text", "read_layers"]

PART = re.compile(r"([0-9]{1,6})\s*:\s*([0-9]*\.?[0-9]+)\s*(%?)")


def read_layers(text: str) -> tuple[Layer, ...]:
    """Returns the layers that a text names: depth and rate, the rate as a share or in percent.

    Raises:
        FormatError: naming the part that is no layer.
        LpdError: if the depths do not go deeper and deeper, or a rate is out of range.
    """
    layers = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;\n]", text))):
        found = PART.fullmatch(part)
        if found is None:
            raise FormatError(
                "not a layer of a pool", expected="DEPTH:RATE, such as 100:50 %", found=repr(part)
            )
        depth, rate, percent = found.groups()
        layers.append(Layer(int(depth), float(rate) / 100 if percent else float(rate)))
    check_layers(layers)
    return tuple(layers)


def layers_text(layers: Sequence[Layer]) -> str:
    """Returns layers as `read_layers` reads them."""
    return ", ".join(f"{layer.depth}:{100 * layer.rate:.10g} %" for layer in layers)
