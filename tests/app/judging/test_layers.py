"""Layers as a person writes them."""

import pytest

from app.judging.layers import layers_text, read_layers
from lpd.errors import LpdError
from lpd.judging.pooling import SAMPLINGS, Layer


def test_depth_and_share_are_read() -> None:
    assert read_layers("30:100 %, 100:.5; 300 : 2.5%") == (Layer(30, 1.0), Layer(100, 0.5), Layer(300, 0.025))


@pytest.mark.parametrize("name", SAMPLINGS)
def test_what_is_written_is_read_again(name: str) -> None:
    read = read_layers(layers_text(SAMPLINGS[name]))
    assert [one.depth for one in read] == [one.depth for one in SAMPLINGS[name]]
    assert [one.rate for one in read] == pytest.approx([one.rate for one in SAMPLINGS[name]])


@pytest.mark.parametrize("text", ["", "30", "30:x", "100:1, 30:1", "30:0", "30:150 %"], ids=repr)
def test_what_is_no_layer_is_told(text: str) -> None:
    with pytest.raises(LpdError):
        read_layers(text)
