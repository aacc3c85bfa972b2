"""Networks as people write them by hand: series, tokens and attention."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from benchmark.zoo.network import Network


def series():
    return nn.Sequential(
        nn.Conv1d(3, 8, 7, 2, 3), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(8, 8, 3),
        nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(8, 4))


class Causal(nn.Module):
    """Dilated causal convolutions with gates and skips, as WaveNet has them."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(3, 8, 1)
        self.layers = nn.ModuleList([nn.Conv1d(8, 16, 2, padding=2**k, dilation=2**k) for k in range(3)])
        self.last = nn.Linear(8, 4)

    def forward(self, series):
        x = self.first(series)
        skips = 0
        for k, layer in enumerate(self.layers):
            filtered, gate = layer(x)[..., :-(2**k)].chunk(2, 1)
            out = torch.tanh(filtered) * torch.sigmoid(gate)
            x, skips = x + out, skips + out
        return self.last(F.relu(skips)[..., -1])


class Recurrent(nn.Module):
    def __init__(self, kind, pick, **more):
        super().__init__()
        self.body = kind(3, 6, batch_first=True, **more)
        self.pick = pick
        self.last = nn.Linear(6 * (2 if more.get("bidirectional") else 1), 4)

    def forward(self, series):
        outputs, _ = self.body(series)
        return self.last(outputs[:, -1] if self.pick == "last" else outputs.mean(1))


class HiddenState(nn.Module):
    """The last hidden states of both directions, series first."""

    def __init__(self):
        super().__init__()
        self.body, self.last = nn.LSTM(3, 6, bidirectional=True), nn.Linear(12, 4)

    def forward(self, series):
        _, (hidden, _) = self.body(series.transpose(0, 1))
        return self.last(torch.cat([hidden[-2], hidden[-1]], 1))


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.long, self.gated, self.last = nn.LSTMCell(3, 6), nn.GRUCell(6, 6), nn.Linear(6, 4)

    def forward(self, series):
        hidden = series.new_zeros(series.shape[0], 6)
        cell, state = hidden, hidden
        for step in range(5):
            hidden, cell = self.long(series[:, step], (hidden, cell))
            state = self.gated(hidden, state)
        return self.last(state)


class Frames(nn.Module):
    """A convolution of each frame, then a GRU over frames."""

    def __init__(self):
        super().__init__()
        self.eye = nn.Sequential(nn.Conv2d(1, 4, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten())
        self.memory, self.last = nn.GRU(16, 6, batch_first=True), nn.Linear(6, 4)

    def forward(self, frames):
        n, t = frames.shape[:2]
        seen = self.eye(frames.flatten(0, 1)).view(n, t, -1)
        return self.last(self.memory(seen)[0][:, -1])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(8, 8) for _ in range(3))
        self.last = nn.Linear(8, 4)

    def forward(self, tokens):
        weights = self.query(tokens) @ self.key(tokens).transpose(1, 2) / math.sqrt(8)
        return self.last((weights.softmax(-1) @ self.value(tokens)).mean(1))


class SelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.norm, self.last = nn.MultiheadAttention(8, 2, batch_first=True), nn.LayerNorm(8), nn.Linear(8, 4)

    def forward(self, tokens):
        return self.last(self.norm(tokens + self.body(tokens, tokens, tokens)[0])[:, 0])


class CrossAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.last = nn.MultiheadAttention(8, 2, kdim=6, vdim=6), nn.Linear(8, 4)

    def forward(self, tokens, memory):
        mixed, _ = self.body(tokens.transpose(0, 1), memory.transpose(0, 1), memory.transpose(0, 1))
        return self.last(mixed.mean(0))


class Encoder(nn.Module):
    def __init__(self, **more):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, **more)
        self.body, self.last = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), nn.Linear(8, 4)

    def forward(self, tokens):
        return self.last(self.body(tokens).mean(1))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Transformer(8, 2, 1, 1, 16, batch_first=True)
        self.last = nn.Linear(8, 4)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(4))

    def forward(self, source, goal):
        return self.last(self.body(source, goal, tgt_mask=self.mask, tgt_is_causal=True)[:, -1])


class Vision(nn.Module):
    """A vision transformer with a class token, a register and learnt positions."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 8, 8, 8)
        self.token, self.register = nn.Parameter(torch.randn(1, 1, 8)), nn.Parameter(torch.randn(1, 1, 8))
        self.places = nn.Parameter(torch.randn(1, 22, 8))
        self.qkv, self.out = nn.Linear(8, 24), nn.Linear(8, 8)
        self.norms = nn.ModuleList([nn.LayerNorm(8) for _ in range(2)])
        self.last = nn.Linear(8, 5)

    def forward(self, image):
        x = self.patch(image).flatten(2).transpose(1, 2)
        n = x.shape[0]
        x = torch.cat([self.token.expand(n, -1, -1), x, self.register.expand(n, -1, -1)], 1) + self.places
        q, k, v = self.qkv(self.norms[0](x)).reshape(n, -1, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return self.last(self.norms[1](x + self.out(mixed))[:, 0])


class Causally(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.last = nn.Linear(8, 24), nn.Linear(8, 4)

    def forward(self, tokens):
        q, k, v = (part.unflatten(2, (2, 4)).transpose(1, 2) for part in self.qkv(tokens).split(8, -1))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.last(mixed.transpose(1, 2).flatten(2))[:, -1]


class Rotary(nn.Module):
    def __init__(self):
        super().__init__()
        self.qk, self.value, self.last = nn.Linear(8, 16), nn.Linear(8, 8), nn.Linear(8, 4)
        angles = torch.arange(7)[:, None] / 10 ** (torch.arange(4) / 4)
        self.register_buffer("cos", angles.cos().repeat(1, 2))
        self.register_buffer("sin", angles.sin().repeat(1, 2))

    def turned(self, x):
        first, second = x.chunk(2, -1)
        return x * self.cos + torch.cat([-second, first], -1) * self.sin

    def forward(self, tokens):
        query, key = self.qk(tokens).chunk(2, -1)
        weights = torch.einsum("nqd,nkd->nqk", self.turned(query), self.turned(key)).softmax(-1)
        return self.last(torch.einsum("nqk,nkd->nqd", weights, self.value(tokens)).amax(1))


class Sinusoids(nn.Module):
    def __init__(self):
        super().__init__()
        places = torch.arange(20)[:, None] * torch.exp(torch.arange(0, 8, 2) * (-math.log(10000.0) / 8))
        self.register_buffer("table", torch.stack([places.sin(), places.cos()], 2).flatten(1))
        self.body, self.last = nn.Linear(8, 8), nn.Linear(8, 4)

    def forward(self, tokens):
        x = tokens * math.sqrt(8) + self.table[: tokens.shape[1]]
        return self.last(F.gelu(self.body(x), approximate="tanh").mean(1))


class Words(nn.Module):
    """Token ids with a mask, encoded and averaged over what the mask lets through."""

    def __init__(self):
        super().__init__()
        self.table, self.places = nn.Embedding(30, 8, padding_idx=0), nn.Embedding(12, 8)
        self.body = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, activation="gelu", norm_first=True)
        self.last = nn.Linear(8, 4)

    def forward(self, input_ids, mask):
        x = self.table(input_ids) + self.places(torch.arange(input_ids.shape[1]))
        hidden = (1.0 - mask.to(x.dtype)) * -1e4
        attended = self.body(x, src_key_padding_mask=hidden)
        weights = mask.to(x.dtype)[..., None]
        return self.last((attended * weights).sum(1) / weights.sum(1).clamp(min=1))


class WordsRecurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.body, self.last = nn.Embedding(30, 8), nn.LSTM(8, 6, 2, batch_first=True), nn.Linear(6, 4)

    def forward(self, input_ids):
        return self.last(self.body(self.table(input_ids))[0][:, -1])


class WordsConvolved(nn.Module):
    """Kim's network: windows of words of several widths, the strongest of each."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(30, 8)
        self.windows = nn.ModuleList([nn.Conv1d(8, 6, width) for width in (2, 3, 4)])
        self.last = nn.Linear(18, 4)

    def forward(self, input_ids):
        x = self.table(input_ids).transpose(1, 2)
        return self.last(torch.cat([F.relu(window(x)).amax(2) for window in self.windows], 1))


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.last = nn.EmbeddingBag(30, 8, mode="mean"), nn.Linear(8, 4)

    def forward(self, input_ids):
        return self.last(F.relu(self.table(input_ids)))


class Windows(nn.Module):
    """Attention in windows of an image that is rolled first, as Swin has it."""

    def __init__(self):
        super().__init__()
        self.patch, self.qkv, self.last = nn.Conv2d(3, 8, 4, 4), nn.Linear(8, 24), nn.Linear(8, 5)
        self.bias = nn.Parameter(torch.randn(2, 4, 4))

    def forward(self, image):
        x = torch.roll(self.patch(image).permute(0, 2, 3, 1), (-1, -1), (1, 2))
        n, h, w, c = x.shape
        x = x.view(n, h // 2, 2, w // 2, 2, c).transpose(2, 3).reshape(-1, 4, c)
        q, k, v = self.qkv(x).view(-1, 4, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q * 0.5 @ k.transpose(-2, -1) + self.bias).softmax(-1)
        x = (weights @ v).transpose(1, 2).reshape(n, h // 2, w // 2, 2, 2, c).transpose(2, 3)
        return self.last(torch.roll(x.reshape(n, h, w, c), (1, 1), (1, 2)).mean((1, 2)))


def networks():
    def tensors(**shapes):
        return lambda module: {name: torch.randn(2, *shape) for name, shape in shapes.items()}

    def ids(module):
        return {"input_ids": torch.randint(1, 30, (2, 9))}

    def written(name, make, inputs, **more):
        return Network("written", name, make, inputs, **more)

    sequence = tensors(series=(5, 3))
    tokens = tensors(tokens=(7, 8))
    yield written("series-cnn", series, tensors(series=(3, 50)))
    yield written("causal-gated", Causal, tensors(series=(3, 20)))
    yield written("lstm", lambda: Recurrent(nn.LSTM, "last"), sequence)
    yield written(
        "lstm-both-ways", lambda: Recurrent(nn.LSTM, "mean", num_layers=2, bidirectional=True), sequence)
    yield written("lstm-states", HiddenState, sequence)
    yield written("gru", lambda: Recurrent(nn.GRU, "last", num_layers=2), sequence)
    yield written("rnn", lambda: Recurrent(nn.RNN, "mean"), sequence)
    yield written("cells", Cells, sequence)
    yield written("frames", Frames, tensors(frames=(4, 1, 8, 10)))
    yield written("attention", Attention, tokens)
    yield written("self-attention", SelfAttention, tokens)
    yield written("cross-attention", CrossAttention, tensors(tokens=(7, 8), memory=(5, 6)))
    yield written("encoder", Encoder, tokens)
    yield written("encoder-norm-first", lambda: Encoder(norm_first=True, activation="gelu"), tokens)
    yield written("transformer", Transformer, tensors(source=(6, 8), goal=(4, 8)))
    yield written("vision", Vision, tensors(image=(3, 32, 40)))
    yield written("causal-attention", Causally, tokens)
    yield written("rotary", Rotary, tokens)
    yield written("sinusoids", Sinusoids, tokens)
    yield written(
        "words", Words,
        lambda module: ids(module) | {"mask": torch.tensor([[1] * 9, [1] * 6 + [0] * 3])}, embedding="table")
    yield written("words-lstm", WordsRecurrent, ids, embedding="table")
    yield written("words-cnn", WordsConvolved, ids, embedding="table")
    yield written("embedding-bag", Bag, ids, hasGradient=False)
    yield written("windows", Windows, tensors(image=(3, 32, 48)))
