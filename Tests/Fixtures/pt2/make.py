"""Writes small programs of torch.export.save, with what PyTorch computes of them.

Run with torch 2.13: python make.py. Each network is written as exported and after run_decompositions(), with
an open and with a fixed batch. expected.safetensors holds inputs, outputs and the gradients of one class by
each real input; cases.json says which.
"""
import io
import json
import os
import re
import zipfile

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

here = os.path.dirname(os.path.abspath(__file__))
cases, tensors = [], {}


def stripped(data, name):
    """The archive without stack traces and example inputs, which tell of the machine and not of the network."""
    source = zipfile.ZipFile(io.BytesIO(data))
    path = os.path.join(here, name + ".pt2")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for entry in source.namelist():
            if "sample_inputs" in entry or "serialization_id" in entry:
                continue
            content = source.read(entry)
            inner = "model/" + entry.split("/", 1)[1]
            if entry.endswith("model.json"):
                program = json.loads(content)
                for node in program["graph_module"]["graph"]["nodes"]:
                    node["metadata"] = {k: v for k, v in node["metadata"].items() if k == "nn_module_stack"}
                program["guards_code"] = []
                content = json.dumps(program, separators=(",", ":")).encode()
            target.writestr(zipfile.ZipInfo(inner), content)


def export(name, model, inputs, dynamic=True, target=1):
    model = model.eval()
    dim = torch.export.Dim("batch")
    shapes = tuple({0: dim} for _ in inputs) if dynamic else None
    program = torch.export.export(model, inputs, dynamic_shapes=shapes)
    forms = {"": program, "-decomposed": program.run_decompositions()} if dynamic else {"-fixed": program}
    real = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    outputs = model(*real)
    outputs = list(outputs.values()) if isinstance(outputs, dict) else [outputs]
    for form, exported in forms.items():
        file = io.BytesIO()
        torch.export.save(exported, file)
        stripped(file.getvalue(), name + form)
        key = name if dynamic else name + "-fixed"
        case = {"file": name + form + ".pt2", "target": target, "inputs": [], "outputs": []}
        for index, x in enumerate(real):
            entry = {"key": f"{key}.input{index}"}
            tensors[entry["key"]] = x.detach().contiguous().clone()
            # Whole numbers have no gradient.
            if x.is_floating_point():
                (gradient,) = torch.autograd.grad(outputs[0][:, target].sum(), [x], retain_graph=True)
                entry["gradient"] = f"{key}.gradient{index}"
                tensors[entry["gradient"]] = gradient.contiguous().clone()
            case["inputs"].append(entry)
        for index, y in enumerate(outputs):
            case["outputs"].append(f"{key}.output{index}")
            tensors[f"{key}.output{index}"] = y.detach().contiguous().clone()
        cases.append(case)


class Residual(nn.Module):
    """A CNN with batch norm, writing ReLUs and a skip connection."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.pool = nn.MaxPool2d(2)
        self.one = nn.Conv2d(8, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.down = nn.Conv2d(8, 8, 1, stride=1)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.5), nn.Linear(8, 5))
        for m in self.modules():
            if isinstance(m, nn.BatchNorm2d):
                nn.init.uniform_(m.weight, 0.5, 1.5)
                nn.init.uniform_(m.bias, -0.5, 0.5)
                nn.init.uniform_(m.running_mean, -0.5, 0.5)
                nn.init.uniform_(m.running_var, 0.5, 1.5)

    def forward(self, image):
        x = self.pool(self.stem(image))
        y = self.norm(self.one(x))
        y += self.down(x)
        return self.head(F.relu_(y))


class Branches(nn.Module):
    """An MLP of two inputs whose features are put side by side, with a gate."""

    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(6, 8), nn.Linear(4, 8)
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 3)

    def forward(self, left, right):
        a, b = F.gelu(self.left(left)), F.silu(self.right(right))
        x = torch.cat([a * torch.sigmoid(b), torch.clamp(b, -0.5, 2)], 1)
        return self.head(F.elu(self.norm(x)) - 0.5 * x.mean(1, keepdim=True))


class Vision(nn.Module):
    """A vision transformer with a class token."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.token = nn.Parameter(torch.randn(1, 1, 8))
        self.position = nn.Parameter(torch.randn(1, 7, 8) * 0.3)
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", batch_first=True, norm_first=True)
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 4)

    def forward(self, image):
        x = self.patches(image).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.position
        return self.head(self.norm(self.layer(x))[:, 0])


class Text(nn.Module):
    """A transformer of token numbers with a mask, as BERT is."""

    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(20, 8), nn.Embedding(10, 8)
        self.register_buffer("ids", torch.arange(10).unsqueeze(0), persistent=False)
        self.q, self.k, self.v, self.o = (nn.Linear(8, 8) for _ in range(4))
        self.norm, self.pooler, self.head = nn.LayerNorm(8), nn.Linear(8, 8), nn.Linear(8, 3)

    def forward(self, input_ids, attention_mask):
        n, t = input_ids.shape
        x = self.words(input_ids) + self.places(self.ids[:, :t])
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -10000.0

        def heads(y):
            return y.view(n, t, 2, 4).permute(0, 2, 1, 3)

        scores = heads(self.q(x)) @ heads(self.k(x)).transpose(-1, -2) / 2.0 + mask
        y = (scores.softmax(-1) @ heads(self.v(x))).permute(0, 2, 1, 3).reshape(n, t, 8)
        x = self.norm(x + self.o(y))
        return self.head(torch.tanh(self.pooler(x[:, 0])))


class Windows(nn.Module):
    """Attention in shifted windows with a table of relative positions, as Swin has it."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 2, stride=2)
        self.qkv, self.out = nn.Linear(8, 24), nn.Linear(8, 8)
        self.table = nn.Parameter(torch.randn(9, 2))
        grid = torch.stack(torch.meshgrid(torch.arange(2), torch.arange(2), indexing="ij")).flatten(1)
        distance = (grid[:, :, None] - grid[:, None, :]).permute(1, 2, 0) + 1
        self.register_buffer("index", distance[..., 0] * 3 + distance[..., 1])
        self.head = nn.Linear(8, 3)

    def forward(self, image):
        x = self.stem(image).permute(0, 2, 3, 1)
        n, h, w, c = x.shape
        y = torch.roll(x, (-1, -1), (1, 2))
        y = y.view(n, h // 2, 2, w // 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, 4, c)
        q, k, v = self.qkv(y).reshape(-1, 4, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        bias = self.table[self.index.view(-1)].view(4, 4, 2).permute(2, 0, 1).unsqueeze(0)
        a = (q * 0.5 @ k.transpose(-2, -1) + bias).softmax(-1)
        y = self.out((a @ v).transpose(1, 2).reshape(-1, 4, c))
        y = y.view(n, h // 2, w // 2, 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)
        return self.head((x + torch.roll(y, (1, 1), (1, 2))).mean((1, 2)))


class Recurrent(nn.Module):
    def __init__(self, kind, layers, bidirectional):
        super().__init__()
        self.cells = kind(4, 5, num_layers=layers, batch_first=True, bidirectional=bidirectional)
        self.head = nn.Linear(10 if bidirectional else 5, 3)

    def forward(self, sequence):
        return self.head(self.cells(sequence)[0][:, -1])


class UNet(nn.Module):
    """Two outputs: a segmentation and classes."""

    def __init__(self):
        super().__init__()
        self.down, self.middle = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
        self.up, self.last = nn.ConvTranspose2d(8, 4, 2, stride=2), nn.Conv2d(8, 2, 1)
        self.head = nn.Linear(8, 3)

    def forward(self, image):
        a = F.relu(self.down(image))
        b = F.leaky_relu(self.middle(F.avg_pool2d(a, 2)), 0.1)
        mask = self.last(torch.cat([self.up(b), a], 1))
        mask = F.interpolate(mask, scale_factor=2, mode="bilinear", align_corners=False)
        return {"classes": self.head(b.amax((2, 3))), "mask": mask}


class Depthwise(nn.Module):
    """Depthwise convolutions, squeeze and excitation, hard activations, channels shuffled."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.depth = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.norm = nn.GroupNorm(2, 8)
        self.reduce, self.widen = nn.Conv2d(8, 2, 1), nn.Conv2d(2, 8, 1)
        self.head = nn.Linear(8, 3)

    def forward(self, image):
        x = F.hardswish(self.stem(image), inplace=True)
        a, b = x.chunk(2, 1)
        x = torch.cat([b, a], 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        x = self.norm(self.depth(x))
        gate = F.hardsigmoid(self.widen(F.relu(self.reduce(F.adaptive_avg_pool2d(x, 1)))))
        return self.head((F.relu6(x) * gate).mean([2, 3]))


class Grouped(nn.Module):
    """Causal attention with fewer heads of keys than of queries, rotations, and root-mean-square norm."""

    def __init__(self):
        super().__init__()
        self.q, self.kv, self.o = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)
        self.norm = nn.RMSNorm(8)
        angles = torch.outer(torch.arange(5.0), torch.tensor([1.0, 0.1]))
        self.register_buffer("cos", angles.cos().repeat(1, 2))
        self.register_buffer("sin", angles.sin().repeat(1, 2))
        self.head = nn.Linear(8, 3)

    def rotated(self, x):
        half = torch.cat([-x[..., 2:], x[..., :2]], -1)
        return x * self.cos + half * self.sin

    def forward(self, tokens):
        x = self.norm(tokens)
        n, t, _ = x.shape
        q = self.q(x).unflatten(-1, (2, 4)).transpose(1, 2)
        k, v = self.kv(x).unflatten(-1, (1, 8)).transpose(1, 2).chunk(2, -1)
        y = F.scaled_dot_product_attention(self.rotated(q), self.rotated(k), v, is_causal=True, enable_gqa=True)
        return self.head(tokens + self.o(y.transpose(1, 2).flatten(2)))[:, -1]


def randomized(model):
    """Norms that do something."""
    for name, parameter in model.named_parameters():
        if "norm" in name:
            nn.init.uniform_(parameter, 0.4, 1.4)
    return model


torch.manual_seed(0)
ids = torch.randint(0, 20, (2, 6))
mask = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]])
networks = {
    "residual": (Residual(), (torch.randn(2, 3, 10, 8),)),
    "branches": (randomized(Branches()), (torch.randn(2, 6), torch.randn(2, 4))),
    "vision": (randomized(Vision()), (torch.randn(2, 3, 8, 12),)),
    "text": (randomized(Text()), (ids, mask)),
    "windows": (Windows(), (torch.randn(2, 3, 8, 12),)),
    "lstm": (Recurrent(nn.LSTM, 1, True), (torch.randn(2, 3, 4),)),
    "gru": (Recurrent(nn.GRU, 2, False), (torch.randn(2, 3, 4),)),
    "unet": (UNet(), (torch.randn(2, 3, 8, 12),)),
    "depthwise": (randomized(Depthwise()), (torch.randn(2, 3, 10, 8),)),
    "grouped": (randomized(Grouped()), (torch.randn(2, 5, 8),)),
}
for name, (model, inputs) in networks.items():
    export(name, model, inputs)
# With a fixed batch, of one sample and of two.
for name in ("residual", "branches", "windows"):
    export(name, *networks[name], dynamic=False)
for name in ("vision", "text", "gru"):
    model, inputs = networks[name]
    export(name, model, tuple(x[:1] for x in inputs), dynamic=False)



class Spectra(nn.Module):
    """Mixing by Fourier transforms as in FNet, with every part of complex numbers."""

    def __init__(self):
        super().__init__()
        self.norm, self.head = nn.LayerNorm(6), nn.Linear(6, 3)

    def forward(self, x):
        mixed = torch.fft.fftn(x, dim=(1, 2)).real
        turned = torch.fft.ifft(torch.fft.fft2(x, norm="ortho"), dim=1).imag
        half = torch.fft.rfft(x, dim=-1).abs()
        parts = torch.view_as_real(torch.fft.fft(x, dim=1, norm="forward"))
        return self.head(self.norm(x + 0.3 * mixed + turned + parts.sum(-1)).mean(1)) + half.mean((1, 2))[:, None]


torch.manual_seed(41)
export("spectra", Spectra(), (torch.randn(2, 5, 6),))

save_file(tensors, os.path.join(here, "expected.safetensors"))
with open(os.path.join(here, "cases.json"), "w") as file:
    json.dump({"torch": re.sub(r"\+.*", "", torch.__version__), "cases": cases}, file, indent=1)
