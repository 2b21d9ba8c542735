"""The least that a training step of LPD must do, each part timed alone by `benchmarks.training`: the matrix
products, one pass of the optimiser over the weights, one pass over the embeddings.

Sizes: B pairs in the batch, S spaces, k embeddings that are fused, D width.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from lpd.models import Lpd

Product = Callable[[], Tensor]
SMALL = 1e-9
"""Learning rate: the same gradient comes again and again."""


class Floor:
    """What cannot be left out of a step, on random numbers of the step's own sizes.

    Only the products that the loss and the weights' gradients need: none for the gradient of the inputs, and
    one on the way back of DcL, whose matrix is symmetric. Results go to memory that is there already.

    Args:
        model: LPD with one attention vector per space, on the device.
        batch: B.
        precision: type of the transforms and the attention; similarities and DcL are float32.
    """

    def __init__(self, model: Lpd, *, batch: int, precision: torch.dtype) -> None:
        self.device = next(model.parameters()).device
        self.batch, self.width = batch, model.config.width
        texts, videos = len(model.text_features), len(model.video_features)
        self.weights = [torch.nn.Parameter(one.detach().clone()) for one in model.parameters()]
        for one in self.weights:
            one.grad = torch.zeros_like(one)
        self.optimiser = torch.optim.RMSprop(self.weights, lr=SMALL)
        copies = dict(zip(model.parameters(), self.weights, strict=True))
        self.products: list[Product] = []
        for layer in (*model.text_transforms.layers, *model.video_transforms.layers):
            self.products += self._transform(copies[layer.weight], precision)
        for embeddings, fused in ((texts, videos), (videos, texts)):
            self.products += self._fusion(embeddings, fused, precision)
        self.products += self._similarities(texts + videos)
        self.products += self._correlations(texts + videos)
        self.ends = self._random(2, texts + videos, batch, self.width)
        self.passed = torch.empty_like(self.ends)

    def matrix_products(self) -> None:
        """Every product of the step, there and back."""
        for product in self.products:
            product()

    def optimiser_pass(self) -> None:
        """One RMSprop update of all weights."""
        self.optimiser.step()

    def embedding_pass(self) -> None:
        """The ends of all spaces, read and written once."""
        torch.mul(self.ends, 2.0, out=self.passed)

    def step(self) -> None:
        """All three."""
        self.matrix_products()
        self.optimiser_pass()
        self.embedding_pass()

    def _transform(self, layer: torch.nn.Parameter, precision: torch.dtype) -> list[Product]:
        """Embeddings of a feature, and the gradient of its weight, where the optimiser reads it."""
        assert layer.grad is not None
        weight, of_weight = layer.detach().to(precision), layer.grad.to(precision)
        rows = self._random(self.batch, weight.shape[1], precision=precision)
        gradient = self._random(self.batch, self.width, precision=precision)
        embedded = torch.empty_like(gradient)
        return [
            lambda: torch.mm(rows, weight.T, out=embedded),
            lambda: torch.mm(gradient.T, rows, out=of_weight),
        ]

    def _fusion(self, embeddings: int, fused: int, precision: torch.dtype) -> list[Product]:
        """Attention logits and weighted sums of one end, and the gradients of all that enters them."""
        rows = self._random(self.batch, embeddings, self.width, precision=precision)
        flat = rows.view(-1, self.width)
        vectors = self._random(fused, self.width, precision=precision)
        logits = self._random(len(flat), fused, precision=precision)
        shares = self._random(self.batch, fused, embeddings, precision=precision)
        ends = self._random(self.batch, fused, self.width, precision=precision)
        of_logits, of_vectors = torch.empty_like(flat), torch.empty_like(vectors)
        of_rows, of_shares = torch.empty_like(rows), torch.empty_like(shares)
        made = torch.empty_like(logits)
        fusion = torch.empty_like(ends)
        return [
            lambda: torch.mm(flat, vectors.T, out=made),
            lambda: torch.mm(logits, vectors, out=of_logits),
            lambda: torch.mm(logits.T, flat, out=of_vectors),
            lambda: torch.bmm(shares, rows, out=fusion),
            lambda: torch.bmm(shares.transpose(1, 2), ends, out=of_rows),
            lambda: torch.bmm(ends, rows.transpose(1, 2), out=of_shares),
        ]

    def _similarities(self, spaces: int) -> list[Product]:
        """Products of the two ends of every space, and the gradients of both."""
        text, video = (self._random(spaces, self.batch, self.width) for _ in range(2))
        gradient = self._random(spaces, self.batch, self.batch)
        made, of_end = torch.empty_like(gradient), torch.empty_like(text)
        return [
            lambda: torch.bmm(text, video.transpose(1, 2), out=made),
            lambda: torch.bmm(gradient, video, out=of_end),
            lambda: torch.bmm(gradient.transpose(1, 2), text, out=of_end),
        ]

    def _correlations(self, spaces: int) -> list[Product]:
        """DcL's products of the rows of two spaces, and the gradient of the rows."""
        rows = self._random(self.batch, spaces, self.batch)
        gradient = self._random(self.batch, spaces, spaces)
        made, of_rows = torch.empty_like(gradient), torch.empty_like(rows)
        return [
            lambda: torch.bmm(rows, rows.transpose(1, 2), out=made),
            lambda: torch.bmm(gradient, rows, out=of_rows),
        ]

    def _random(self, *shape: int, precision: torch.dtype = torch.float32) -> Tensor:
        return torch.randn(shape, device=self.device).to(precision)
