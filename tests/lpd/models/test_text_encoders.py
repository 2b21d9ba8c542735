"""Trainable text encoders against the official outputs and slow, plain versions."""

import json

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, MismatchError
from lpd.models.text_encoders import POOLINGS, GruTextEncoder, NetVladTextEncoder, token_ids
from tests.reference.text import plain_gru, plain_netvlad

CLOSE = {"atol": 2e-6, "rtol": 0}
GRU_CASES = {
    "bow_w2v_gru": (2, "gru", False, "mean"),
    "bow_w2v_bigru_bert": (2, "bigru", True, "mean"),
    "w2v_grulast_bn": (1, "gru", False, "last"),
}


def padded(rows):
    length = max(len(row) for row in rows)
    return torch.tensor([[*row, *[0] * (length - len(row))] for row in rows])


def official_gru(arrays, prefix, **settings):
    names = {"we.": "embedding.", "rnn.": "gru."}
    state = {
        names[part] + name.removeprefix(prefix + part): torch.from_numpy(arrays[name])
        for name in arrays.files
        for part in names
        if name.startswith(prefix + part)
    }
    words, width = state["embedding.weight"].shape
    hidden = state["gru.weight_hh_l0"].shape[1]
    encoder = GruTextEncoder(words - 4, embedding=width, hidden=hidden, **settings)
    encoder.load_state_dict(state)
    return encoder


@pytest.mark.parametrize("case", GRU_CASES)
def test_official_gru_of_sea(case, oracles):
    number, name, bidirectional, pooling = GRU_CASES[case]
    arrays = np.load(oracles / "sea_forward.npz")
    notes = json.loads((oracles / "sea_forward.json").read_text())
    prefix = f"{case}::sd_txt::txt_nets.{number}.encoder."
    encoder = official_gru(arrays, prefix, bidirectional=bidirectional, pooling=pooling)
    with torch.no_grad():
        encoded = encoder(padded(notes["token_ids"]))
    expected = torch.from_numpy(arrays[f"{case}::encoded_{number}_{name}"])
    assert encoded.shape[1] == encoder.dimension
    torch.testing.assert_close(encoded, expected, **CLOSE)


def test_official_gru_of_w2vvpp(oracles):
    arrays = np.load(oracles / "w2vvpp_forward.npz")
    notes = json.loads((oracles / "w2vvpp_forward.json").read_text())
    encoder = official_gru(arrays, "sd_txt::encoder.rnn_encoder.")
    assert notes["concat_order"][0] == "gru"
    with torch.no_grad():
        encoded = encoder(padded(notes["token_ids"]))
    torch.testing.assert_close(encoded, torch.from_numpy(arrays["in_txt_concat"][:, :4]), **CLOSE)


def test_official_netvlad_of_sea(oracles):
    arrays = np.load(oracles / "sea_forward.npz")
    notes = json.loads((oracles / "sea_forward.json").read_text())
    words = notes["gru_vocab"]
    encoder = NetVladTextEncoder(len(words) - 4, embedding=6)
    prefix = "bow_netvlad::sd_txt::txt_nets.1.encoder.netvlad."
    encoder.load_state_dict(
        {
            "assignment": torch.from_numpy(arrays[prefix + "fc1.weight"]),
            "centroids": torch.from_numpy(arrays[prefix + "centeroids"]),
            "table": encoder.table,
        }
    )
    encoder.start_from(torch.tensor([notes["w2v"].get(word, [0.0] * 6) for word in words]))
    with torch.no_grad():
        encoded = encoder(padded(notes["token_ids"]))
    torch.testing.assert_close(encoded, torch.from_numpy(arrays["bow_netvlad::encoded_1_netvlad"]), **CLOSE)


def small_gru(**settings):
    encoder = GruTextEncoder(9, embedding=5, hidden=3, **settings).double()
    encoder.reset(torch.Generator().manual_seed(1))
    return encoder


ROWS = [[1, 7, 2], [1, 4, 5, 3, 7, 7, 2], [0], [1, 12, 12, 2]]


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_gru_equals_the_plain_version(pooling, bidirectional):
    encoder = small_gru(bidirectional=bidirectional, pooling=pooling)
    encoded = encoder(padded(ROWS)).detach().numpy()
    weights = {name: value.detach().numpy() for name, value in encoder.gru.named_parameters()}
    embeddings = encoder.embedding.weight.detach().numpy()
    for row, vector in zip(ROWS, encoded, strict=True):
        if row == [0]:
            assert not vector.any()
            continue
        states = plain_gru(row, embeddings, weights)
        if bidirectional:
            backward = {
                name.removesuffix("_reverse"): value for name, value in weights.items() if "reverse" in name
            }
            states = np.hstack([states, plain_gru(row[::-1], embeddings, backward)[::-1]])
        pooled = {
            "mean": states.mean(axis=0),
            "last": states[-1],
            "mean_last": np.concatenate([states.mean(axis=0), states[-1]]),
        }
        np.testing.assert_allclose(vector, pooled[pooling], atol=1e-12)
        assert len(vector) == encoder.dimension


def small_netvlad(table=None):
    encoder = NetVladTextEncoder(9, embedding=5, clusters=4).double()
    encoder.reset(torch.Generator().manual_seed(1))
    if table is None:
        table = torch.randn(13, 5, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
        table[:4] = 0
        table[5] = 0  # a word without a vector
    encoder.start_from(table)
    return encoder, table


def test_netvlad_equals_the_plain_version():
    encoder, table = small_netvlad()
    encoded = encoder(padded(ROWS)).detach().numpy()
    parts = encoder.assignment.detach().numpy(), encoder.centroids.detach().numpy()
    for row, vector in zip(ROWS, encoded, strict=True):
        words = sorted({token for token in row if token > 3 and token != 5})
        np.testing.assert_allclose(vector, plain_netvlad(table[words].numpy(), *parts), atol=1e-12)
    assert np.linalg.norm(encoded, axis=1) == pytest.approx([1, 1, 0, 1])
    assert encoded.shape == (4, encoder.dimension)
    assert not encoder(torch.tensor([[1, 3, 5, 2]])).any()  # nothing but words without a vector


@pytest.mark.parametrize("kind", ["gru", "netvlad"])
def test_company_and_padding_have_no_influence(kind):
    encoder = small_gru(bidirectional=True) if kind == "gru" else small_netvlad()[0]
    together = encoder(torch.nn.functional.pad(padded(ROWS), (0, 20)))
    alone = torch.cat([encoder(torch.tensor([row])) for row in ROWS])
    torch.testing.assert_close(together, alone, atol=1e-12, rtol=0)
    nothing = encoder(torch.zeros(2, 6, dtype=torch.int64))
    assert nothing.shape == (2, encoder.dimension)
    assert not nothing.any()
    assert encoder(torch.zeros(0, 6, dtype=torch.int64)).shape == (0, encoder.dimension)


@pytest.mark.parametrize("kind", ["gru", "netvlad"])
def test_gradients_are_finite_and_reach_every_weight(kind):
    encoder = small_gru(bidirectional=True) if kind == "gru" else small_netvlad()[0]
    weight = torch.linspace(-1, 1, encoder.dimension, dtype=torch.float64)
    (encoder(padded(ROWS)) @ weight).sum().backward()
    for name, parameter in encoder.named_parameters():
        assert torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.any(), name
    if kind == "gru":
        read = {token for row in ROWS for token in row} - {0}
        assert encoder.embedding.weight.grad.any(dim=1).nonzero().flatten().tolist() == sorted(read)
    else:
        assert not encoder.table.requires_grad


def test_initial_weights():
    gru = GruTextEncoder(2000, embedding=20, hidden=16)
    gru.requires_grad_(False).reset(torch.Generator().manual_seed(0))
    assert 0.99 < float(gru.embedding.weight.max()) <= 1
    assert -1 <= float(gru.embedding.weight.min()) < -0.99
    assert 0.24 < max(float(weight.abs().max()) for weight in gru.gru.parameters()) <= 0.25
    before = gru.embedding.weight.clone()
    table = torch.zeros(2004, 20)
    table[7] = 3.0
    gru.start_from(table)
    assert (gru.embedding.weight != before).any(dim=1).nonzero().flatten().tolist() == [7]
    assert torch.equal(gru.embedding.weight[7], table[7])
    netvlad = NetVladTextEncoder(3, embedding=100, clusters=200)
    netvlad.requires_grad_(False).reset(torch.Generator().manual_seed(0))
    for weight in (netvlad.assignment, netvlad.centroids):
        assert float(weight.std()) == pytest.approx(0.1, rel=0.02)
        assert float(weight.mean()) == pytest.approx(0, abs=0.003)


def test_word_vectors_of_another_shape_are_refused():
    for encoder in (small_gru(), small_netvlad()[0]):
        with pytest.raises(MismatchError, match=r"expected \(13, 5\); found \(9, 5\)"):
            encoder.start_from(torch.zeros(9, 5))


def test_an_unknown_pooling_is_refused():
    with pytest.raises(FormatError, match="last, mean, mean_last"):
        GruTextEncoder(9, pooling="max")


def test_token_ids_are_whole_numbers_of_the_vocabulary():
    rows = torch.tensor([[1.0, 12.0, 2.0, 0.0]])
    assert torch.equal(token_ids(rows, 9), rows.long())
    assert token_ids(rows.double(), 9).dtype == torch.int64
    for wrong in (13.0, -1.0, 1.5):
        with pytest.raises(MismatchError, match="from 0 to 12"):
            token_ids(torch.tensor([[1.0, wrong]]), 9)
