"""Networks as people write them by hand: tables of features, sets, graphs, gates and odd arithmetic."""

import torch
from torch import nn
from torch.nn import functional as F

from benchmark.zoo.network import Network


def mlp():
    return nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 16), nn.Sigmoid(), nn.Linear(16, 4))


def normed():
    return nn.Sequential(
        nn.LayerNorm(12), nn.Linear(12, 16), nn.GELU(), nn.Dropout(), nn.BatchNorm1d(16), nn.Linear(16, 16),
        nn.SiLU(), nn.LayerNorm(16), nn.Linear(16, 4))


def activations():
    kinds = [
        nn.ELU(), nn.SELU(), nn.CELU(0.7), nn.Mish(), nn.Softplus(2.0), nn.Hardtanh(-0.5, 0.7), nn.LogSigmoid(),
        nn.Softsign(), nn.Tanhshrink(), nn.Hardshrink(0.1), nn.Softshrink(0.1), nn.GELU("tanh"), nn.ReLU6(),
        nn.RReLU(), nn.Hardsigmoid(), nn.Hardswish(),
    ]
    return nn.Sequential(*(part for kind in kinds for part in (nn.Linear(12, 12), kind)), nn.Linear(12, 4))


class Gated(nn.Module):
    """A linear unit with a gate, a highway, and a SwiGLU."""

    def __init__(self):
        super().__init__()
        self.first, self.carry, self.body = nn.Linear(12, 24), nn.Linear(12, 12), nn.Linear(12, 12)
        self.gate, self.up, self.last = nn.Linear(12, 20), nn.Linear(12, 20), nn.Linear(20, 4)

    def forward(self, features):
        x = F.glu(self.first(features), 1)
        carry = torch.sigmoid(self.carry(x))
        x = carry * torch.relu(self.body(x)) + (1 - carry) * x
        return self.last(F.silu(self.gate(x)) * self.up(x))


class Experts(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(12, 3)
        self.experts = nn.ModuleList([nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 4)) for _ in range(3)])

    def forward(self, features):
        weights = self.gate(features).softmax(1)
        return (torch.stack([expert(features) for expert in self.experts], 1) * weights[..., None]).sum(1)


class Crossed(nn.Module):
    """Deep and cross: products of the features with what is learnt of them."""

    def __init__(self):
        super().__init__()
        self.crosses = nn.ModuleList([nn.Linear(12, 12) for _ in range(2)])
        self.deep, self.last = nn.Sequential(nn.Linear(12, 8), nn.ReLU()), nn.Linear(20, 4)

    def forward(self, features):
        x = features
        for cross in self.crosses:
            x = features * cross(x) + x
        return self.last(torch.cat([x, self.deep(features)], 1))


class Tabular(nn.Module):
    """Categories by their tables beside numbers."""

    def __init__(self):
        super().__init__()
        self.tables = nn.ModuleList([nn.Embedding(size, 4) for size in (5, 7)])
        self.last = nn.Sequential(nn.Linear(14, 12), nn.ReLU(), nn.Linear(12, 3))

    def forward(self, numbers, categories):
        found = [table(categories[:, k]) for k, table in enumerate(self.tables)]
        return self.last(torch.cat([numbers, *found], 1))


class Mixer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList([nn.LayerNorm(8) for _ in range(2)])
        self.tokens = nn.Sequential(nn.Linear(6, 10), nn.GELU(), nn.Linear(10, 6))
        self.channels = nn.Sequential(nn.Linear(8, 10), nn.GELU(), nn.Linear(10, 8))
        self.last = nn.Linear(8, 4)

    def forward(self, tokens):
        tokens = tokens + self.tokens(self.norms[0](tokens).transpose(1, 2)).transpose(1, 2)
        return self.last((tokens + self.channels(self.norms[1](tokens))).mean(1))


class GraphConvolution(nn.Module):
    """Two layers over a fixed graph of six nodes."""

    def __init__(self):
        super().__init__()
        links = (torch.rand(6, 6) > 0.5).float() + torch.eye(6)
        self.register_buffer("links", links / links.sum(1, keepdim=True))
        self.first, self.second, self.last = nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 3)

    def forward(self, nodes):
        x = F.relu(self.links @ self.first(nodes))
        return self.last(torch.matmul(self.links, self.second(x)).sum(1))


class GraphAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("links", (torch.rand(6, 6) > 0.5) | torch.eye(6, dtype=torch.bool))
        self.first, self.source, self.goal, self.last = nn.Linear(4, 8), nn.Linear(8, 1), nn.Linear(8, 1), nn.Linear(8, 3)

    def forward(self, nodes):
        x = self.first(nodes)
        scores = F.leaky_relu(self.source(x) + self.goal(x).transpose(1, 2), 0.2)
        weights = scores.masked_fill(~self.links, float("-inf")).softmax(-1)
        return self.last(F.elu(weights @ x).mean(1))


class Sets(nn.Module):
    """Deep sets and PointNet: every point alone, then mean, maximum and spread over points."""

    def __init__(self):
        super().__init__()
        self.each = nn.Sequential(nn.Linear(3, 12), nn.ReLU(), nn.Linear(12, 6))
        self.last = nn.Linear(18, 4)

    def forward(self, points):
        x = self.each(points)
        return self.last(torch.cat([x.mean(1), x.max(1).values, x.std(1)], 1))


class Pooled(nn.Module):
    """Strongest three, a running sum, a soft maximum and a product over points."""

    def __init__(self):
        super().__init__()
        self.each, self.last = nn.Linear(3, 6), nn.Linear(6 * 6, 4)

    def forward(self, points):
        x = self.each(points)
        parts = [
            *x.topk(3, dim=1).values.unbind(1), x.cumsum(1)[:, 3], torch.logsumexp(x, 1),
            torch.sigmoid(x).prod(1),
        ]
        return self.last(torch.cat(parts, 1))


class Sines(nn.Module):
    """Fourier features and sines, as fields of coordinates have them."""

    def __init__(self):
        super().__init__()
        self.register_buffer("waves", torch.randn(2, 8))
        self.first, self.last = nn.Linear(16, 12), nn.Linear(12, 3)

    def forward(self, points):
        angles = points @ self.waves * 2
        return self.last(torch.sin(3 * self.first(torch.cat([angles.sin(), angles.cos()], -1))))


class Cosines(nn.Module):
    """Scores by angles to prototypes and by distances to them."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(12, 8)
        self.prototypes, self.centers = nn.Parameter(torch.randn(4, 8)), nn.Parameter(torch.randn(4, 8))

    def forward(self, features):
        x = self.body(features)
        angles = F.linear(F.normalize(x, dim=1), F.normalize(self.prototypes, dim=1))
        distances = ((x[:, None] - self.centers) ** 2).sum(2)
        return 10 * angles + torch.exp(-distances / 8)


class Capsules(nn.Module):
    """Vectors squashed by their lengths, and routed twice."""

    def __init__(self):
        super().__init__()
        self.votes = nn.Parameter(torch.randn(3, 4, 4, 4) * 0.5)

    def squashed(self, x):
        square = (x**2).sum(-1, keepdim=True)
        return square / (1 + square) * x / torch.sqrt(square + 1e-6)

    def forward(self, features):
        capsules = self.squashed(features.view(-1, 3, 4))
        votes = torch.einsum("nid,icde->nice", capsules, self.votes)
        scores = torch.zeros_like(votes[..., 0])
        for _ in range(2):
            found = self.squashed((scores.softmax(2)[..., None] * votes).sum(1))
            scores = scores + (votes * found[:, None]).sum(-1)
        return found.norm(dim=-1)


class Steps(nn.Module):
    """A differential equation, in five steps of Euler's."""

    def __init__(self):
        super().__init__()
        self.body, self.last = nn.Sequential(nn.Linear(13, 12), nn.Tanh(), nn.Linear(12, 12)), nn.Linear(12, 4)

    def forward(self, features):
        x = features
        for step in range(5):
            time = torch.full_like(x[:, :1], step / 5)
            x = x + 0.2 * self.body(torch.cat([x, time], 1))
        return self.last(x)


class Bilinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.last = nn.Bilinear(5, 6, 8), nn.Linear(8, 4)

    def forward(self, first, second):
        return self.last(torch.relu(self.body(first, second)))


class Chosen(nn.Module):
    """Arithmetic that people write: where, clamp, powers, roots, logarithms, minima."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.last = nn.Linear(12, 8), nn.Linear(12, 8), nn.Linear(16, 4)
        self.low = nn.Parameter(torch.randn(8))

    def forward(self, features):
        a, b = self.first(features), self.second(features)
        x = torch.where(a > b, a * b, a / (1 + b.abs()))
        y = torch.log1p(a.abs()) + torch.sqrt(b**2 + 0.1) - torch.minimum(a, self.low).clamp(-1, 2) ** 3
        return self.last(torch.cat([x, y.reciprocal() + torch.atan(b) + torch.rsqrt(1 + a * a)], 1))


class Ending(nn.Module):
    """A classifier that ends in probabilities."""

    def __init__(self, ending):
        super().__init__()
        self.logits = nn.Sequential(nn.Linear(12, 10), nn.ReLU(), nn.Linear(10, 4))
        self.ending = ending

    def forward(self, features):
        return self.ending(self.logits(features))


def networks():
    def tensors(**shapes):
        return lambda module: {name: torch.randn(2, *shape) for name, shape in shapes.items()}

    def written(name, make, inputs=tensors(features=(12,)), **more):
        return Network("written", name, make, inputs, **more)

    yield written("mlp", mlp)
    yield written("mlp-normed", normed)
    yield written("activations", activations)
    yield written("threshold", lambda: nn.Sequential(nn.Linear(12, 8), nn.Threshold(0.05, -0.1), nn.Linear(8, 4)))
    yield written("gated", Gated)
    yield written("experts", Experts)
    yield written("deep-and-cross", Crossed)
    yield written(
        "tabular", Tabular,
        lambda module: {"numbers": torch.randn(2, 6), "categories": torch.randint(0, 5, (2, 2))})
    yield written("mixer", Mixer, tensors(tokens=(6, 8)))
    yield written("graph-convolution", GraphConvolution, tensors(nodes=(6, 4)))
    yield written("graph-attention", GraphAttention, tensors(nodes=(6, 4)))
    yield written("sets", Sets, tensors(points=(10, 3)))
    yield written("pooled-points", Pooled, tensors(points=(10, 3)))
    yield written("fourier-features", Sines, tensors(points=(2,)))
    yield written("cosines", Cosines)
    yield written("capsules", Capsules)
    yield written("euler-steps", Steps)
    yield written("bilinear", Bilinear, tensors(first=(5,), second=(6,)))
    yield written("arithmetic", Chosen)
    yield written("log-softmax", lambda: Ending(nn.LogSoftmax(1)), ending="log-softmax")
    yield written("softmax", lambda: Ending(nn.Softmax(1)), ending="softmax")
    yield written("multi-label", lambda: Ending(nn.Sigmoid()), ending="sigmoid")
