"""A small network of selective state spaces, and MambaLRP of it by PyTorch's own derivatives in float64.

Made with Python 3.11, torch 2.13.0, safetensors 0.8.0:

    python make.py            writes scan.onnx and expected.safetensors beside this file

The blocks are those of Gu and Dao 2023 (arXiv 2312.00752, section 3), their scan a loop over the tokens that the exporter
writes out. MambaLRP (Jafari et al. 2024, arXiv 2406.07592, section 4) is the gradient times the embedding after three
changes, which `explained` makes: what selects (the steps, and how the state is written and read) is a constant, as is the
divisor of RMSNorm; an activation is its value over its input; a gated product passes half of the derivative to each factor.
"""

import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

HERE = pathlib.Path(__file__).parent
TOKENS, WIDTH, INNER, STATES, RANK = 7, 8, 12, 3, 2


def fixed(value, explained):
    return value.detach() if explained else value


def activated(value, explained):
    return value * (F.silu(value) / value).detach() if explained else F.silu(value)


def gated(first, second, explained):
    product = first * second
    return product / 2 + (product / 2).detach() if explained else product


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x, explained):
        scale = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5)
        return self.weight * (x * fixed(scale, explained))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = Norm()
        self.in_proj = nn.Linear(WIDTH, 2 * INNER, bias=False)
        self.conv1d = nn.Conv1d(INNER, INNER, 3, padding=2, groups=INNER)
        self.x_proj = nn.Linear(INNER, RANK + 2 * STATES, bias=False)
        self.dt_proj = nn.Linear(RANK, INNER)
        self.A_log = nn.Parameter(torch.log(torch.arange(1, STATES + 1).float()).repeat(INNER, 1))
        self.D = nn.Parameter(torch.ones(INNER))
        self.out_proj = nn.Linear(INNER, WIDTH, bias=False)

    def forward(self, x, explained):
        hidden, gate = self.in_proj(self.norm(x, explained)).chunk(2, -1)
        hidden = self.conv1d(hidden.transpose(1, 2))[..., :TOKENS].transpose(1, 2)
        hidden = activated(hidden, explained)
        step, writes, reads = self.x_proj(hidden).split([RANK, STATES, STATES], -1)
        step = F.softplus(self.dt_proj(step))
        decay = fixed(torch.exp(-torch.exp(self.A_log) * step.unsqueeze(-1)), explained)
        writes = fixed(step.unsqueeze(-1) * writes.unsqueeze(2), explained)
        reads = fixed(reads, explained)
        written = writes * hidden.unsqueeze(-1)
        state = torch.zeros_like(written[:, 0])
        outputs = []
        for token in range(TOKENS):
            state = decay[:, token] * state + written[:, token]
            outputs.append((state @ reads[:, token].unsqueeze(-1)).squeeze(-1))
        scanned = torch.stack(outputs, 1) + hidden * self.D
        return x + self.out_proj(gated(scanned, activated(gate, explained), explained))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, WIDTH)
        self.blocks = nn.ModuleList([Block(), Block()])
        self.norm = Norm()
        self.head = nn.Linear(WIDTH, 4)

    def answer(self, vectors, explained):
        for block in self.blocks:
            vectors = block(vectors, explained)
        return self.head(self.norm(vectors, explained)[:, -1])

    def forward(self, input_ids):
        return self.answer(self.embedding(input_ids), False)


def main():
    torch.manual_seed(5)
    network = Network().eval()
    for parameter in network.parameters():
        parameter.requires_grad_(False)
        if parameter.dim() > 1 and parameter.shape[-1] != STATES:
            parameter.copy_(torch.randn_like(parameter) / parameter[0].numel() ** 0.5)
    ids = torch.randint(20, (3, TOKENS))
    torch.onnx.export(
        network, (ids,), HERE / "scan.onnx", opset_version=17, dynamo=False, input_names=["input_ids"],
        output_names=["logits"], dynamic_axes={"input_ids": {0: "batch"}, "logits": {0: "batch"}})
    network = network.double()
    vectors = network.embedding(ids).requires_grad_(True)
    logits = network.answer(vectors, True)
    assert torch.allclose(logits, network(ids))
    gradient, = torch.autograd.grad(logits[:, 2].sum(), vectors)
    plain, = torch.autograd.grad(network.answer(vectors, False)[:, 2].sum(), vectors)
    maps = (vectors * gradient).sum(-1).detach()
    assert not torch.allclose(maps, (vectors * plain).sum(-1), rtol=0.1)
    save_file(
        {"input_ids": ids, "logits": logits.detach(), "mamba-lrp": maps},
        HERE / "expected.safetensors")


main()
