"""Makes NAME.onnx and mixing.safetensors: small transformers, their attention flow and their token contributions.

    pip install torch onnx onnxscript networkx safetensors && python make.py

`pre` is a vision transformer whose norms stand before attention, `post` reads token ids and has them after the sum, `gated` is as
Llama: RMSNorm, shared keys and values, a causal mask. Flows come from networkx, with capacities as whole numbers of 2⁻⁴⁰; contributions from
the formula, vector by vector.
"""

import networkx
import torch
from safetensors.torch import save_file
from torch import nn

torch.set_default_dtype(torch.float64)
SCALE = 2**40


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(1 + 0.2 * torch.randn(width))

    def forward(self, x):
        return x * (x.pow(2).mean(-1, keepdim=True) + 1e-6).rsqrt() * self.weight


class Block(nn.Module):
    def __init__(self, width, heads, groups, kind):
        super().__init__()
        self.heads, self.groups, self.kind = heads, groups, kind
        self.size = width // heads
        bias = kind != "gated"
        self.q = nn.Linear(width, width, bias=bias)
        self.k = nn.Linear(width, groups * self.size, bias=bias)
        self.v = nn.Linear(width, groups * self.size, bias=bias)
        self.o = nn.Linear(width, width, bias=bias)
        norm = RMSNorm if kind == "gated" else nn.LayerNorm
        self.norm1, self.norm2 = norm(width), norm(width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        for parameter in self.parameters():
            if parameter.ndim == 1:
                parameter.data += 0.3 * torch.randn_like(parameter)

    def split(self, x, count):
        x = x.view(x.shape[0], x.shape[1], count, self.size).transpose(1, 2)
        return x.repeat_interleave(self.heads // count, dim=1) if count < self.heads else x

    def weights(self, x):
        scores = self.split(self.q(x), self.heads) @ self.split(self.k(x), self.groups).transpose(-1, -2)
        scores = scores / self.size**0.5
        if self.kind == "gated":
            scores = scores + torch.full(scores.shape[-2:], -1e4, dtype=scores.dtype).triu(1)
        return scores.softmax(-1)

    def attention(self, x):
        mixed = self.weights(x) @ self.split(self.v(x), self.groups)
        return self.o(mixed.transpose(1, 2).flatten(2))

    def middle(self, x):
        if self.kind == "post":
            return self.norm1(x + self.attention(x))
        return x + self.attention(self.norm1(x))

    def forward(self, x):
        x = self.middle(x)
        if self.kind == "post":
            return self.norm2(x + self.down(nn.functional.gelu(self.up(x))))
        return x + self.down(nn.functional.gelu(self.up(self.norm2(x))))


class Network(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        self.blocks = nn.ModuleList(
            Block(8, 4 if kind == "gated" else 2, 2, kind) for _ in range(3))
        self.head = nn.Linear(8, 3)
        if kind == "pre":
            self.patches = nn.Conv2d(3, 8, 4, stride=4)
            self.token = nn.Parameter(torch.randn(1, 1, 8))
        else:
            self.table = nn.Embedding(11, 8)

    def embedded(self, x):
        if self.kind != "pre":
            return self.table(x)
        x = self.patches(x).flatten(2).transpose(1, 2)
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1)

    def forward(self, x):
        x = self.embedded(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x[:, -1 if self.kind == "gated" else 0])


def flow(steps, row):
    """The largest flows from a token after the last block to each before the first."""
    tokens = len(steps[0])
    graph = networkx.DiGraph()
    for level, step in enumerate(steps):
        for i in range(tokens):
            for j in range(tokens):
                graph.add_edge((level + 1, i), (level, j), capacity=round(float(step[i][j]) * SCALE))
    start = (len(steps), row)
    return [networkx.maximum_flow_value(graph, start, (0, j)) / SCALE for j in range(tokens)]


def linear(norm, x, u):
    """What a norm makes of a part `u` of `x`, its divisor that of `x`."""
    if isinstance(norm, RMSNorm):
        return norm.weight * u / (x.pow(2).mean() + 1e-6).sqrt()
    return norm.weight * (u - u.mean()) / (x.var(unbiased=False) + norm.eps).sqrt()


def contributions(block, x):
    """c_ij and T_i(x_j) of one sample's tokens, [T, D]."""
    tokens, width = x.shape
    source = x if block.kind == "post" else block.norm1(x[None])[0]
    weights = block.weights(source[None])[0]
    output = block.middle(x[None])[0]
    attended = x + block.attention(x[None])[0]
    shared = block.heads // block.groups
    vectors = torch.zeros(tokens, tokens, width)
    for i in range(tokens):
        for j in range(tokens):
            part = torch.zeros(width)
            u = x[j] if block.kind == "post" else linear(block.norm1, x[j], x[j])
            for head in range(block.heads):
                group = head // shared
                v = block.v.weight[group * block.size:(group + 1) * block.size] @ u
                out = block.o.weight[:, head * block.size:(head + 1) * block.size]
                part += weights[head, i, j] * (out @ v)
            if i == j:
                part += x[i]
            vectors[i, j] = linear(block.norm1, attended[i], part) if block.kind == "post" else part
    near = torch.zeros(tokens, tokens)
    for i in range(tokens):
        for j in range(tokens):
            near[i, j] = max(0, output[i].abs().sum() - (output[i] - vectors[i, j]).abs().sum())
    return near / near.sum(1, keepdim=True), vectors, output


result = {}
for number, kind in enumerate(["pre", "post", "gated"]):
    torch.manual_seed(20 + number)
    net = Network(kind).eval()
    if kind == "pre":
        x = torch.randn(2, 3, 8, 12)
        names = ["image"]
    else:
        x = torch.tensor([[1, 5, 2, 7, 3], [4, 6, 10, 0, 9]])
        names = ["input_ids"]
    torch.onnx.export(
        net.float(), (x.float() if kind == "pre" else x,), f"{kind}.onnx", input_names=names,
        output_names=["logits"], dynamo=False, opset_version=17,
        dynamic_axes={names[0]: {0: "batch"}, "logits": {0: "batch"}})
    # The file holds float32 numbers; the formulas run on these in float64.
    net = net.double()
    result[f"{kind}/input"] = x
    row = -1 if kind == "gated" else 0
    with torch.no_grad():
        flows, mixed = [], []
        for sample in range(len(x)):
            h = net.embedded(x[sample:sample + 1])
            steps, product = [], torch.eye(h.shape[1])
            for number, block in enumerate(net.blocks):
                source = h if kind == "post" else block.norm1(h)
                a = block.weights(source)[0].mean(0) + torch.eye(h.shape[1])
                steps.append(a / a.sum(1, keepdim=True))
                c, vectors, output = contributions(block, h[0])
                result[f"{kind}/vectors/{sample}/{number}"] = vectors
                result[f"{kind}/output/{sample}/{number}"] = output
                product = c @ product
                h = block(h)
            flows.append(torch.tensor(flow(steps, h.shape[1] - 1 if row else 0)))
            mixed.append(product[row])
        for name, values in [("attention-flow", flows), ("token-contributions", mixed)]:
            values = torch.stack(values)
            result[f"{kind}/{name}"] = values[:, 1:].reshape(2, 1, 2, 3) if kind == "pre" else values
        result[f"{kind}/logits"] = net(x)
save_file({name: value.contiguous() for name, value in result.items()}, "mixing.safetensors")
