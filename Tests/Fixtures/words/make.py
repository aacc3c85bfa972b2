"""Networks and reference values for several baselines, windows of any shape, and dropout that an exporter keeps.

Needs torch, onnx, captum, safetensors, numpy. Run in this folder: python make.py
"""

import numpy as np
import onnx
import torch
from captum.attr import DeepLift, IntegratedGradients, Occlusion
from safetensors.numpy import save_file

torch.manual_seed(7)


class Table(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(5, 6)
        self.relu = torch.nn.ReLU()
        self.last = torch.nn.Linear(6, 3)

    def forward(self, x):
        return self.last(self.relu(self.first(x)))


class Column(torch.nn.Module):
    """Rows of one column, as series that were put into pictures are."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(4, 5, (3, 1), padding=(1, 0))
        self.relu = torch.nn.ReLU()
        self.classifier = torch.nn.Linear(60, 3)

    def forward(self, x):
        return self.classifier(torch.flatten(self.relu(self.conv1(x)), 1))


class Thinned(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 6, 3)
        self.relu = torch.nn.ReLU()
        self.drop = torch.nn.Dropout(0.25)
        self.classifier = torch.nn.Linear(6, 4)

    def forward(self, x):
        x = self.relu(self.conv1(x)).mean((2, 3))
        return self.classifier(self.drop(x))


def export(net, shape, name, **options):
    torch.onnx.export(
        net, (torch.zeros(shape),), name, dynamo=False, input_names=["input"],
        dynamic_axes={"input": {0: "N"}}, **options)
    model = onnx.load(name)
    for node in model.graph.node:
        node.ClearField("doc_string")
        node.ClearField("metadata_props")
    onnx.save(model, name)


tensors = {}
table = Table().eval()
export(table, (1, 5), "table.onnx")
table = table.double()
x = torch.randn(2, 5, dtype=torch.float64)
references = torch.randn(7, 5, dtype=torch.float64)
own = torch.randn(2, 5, dtype=torch.float64)
tensors |= {"table/x": x, "table/references": references, "table/own": own}
deep_lift = DeepLift(table)
captum_ig = IntegratedGradients(table)


def integrated_gradients(reference):
    """`Δx Σ_k w_k ∂f_t/∂x (x₀ + α_k Δx)`, over 200 nodes of Gauss and Legendre on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    nodes, weights = (nodes + 1) / 2, weights / 2
    first, bias, last = (p.detach().numpy() for p in (table.first.weight, table.first.bias, table.last.weight))
    start = np.broadcast_to(reference.numpy(), x.shape)
    change = x.numpy() - start
    result, rounded = np.zeros(x.shape), np.zeros(x.shape)
    for sample, target in enumerate([2, 0]):
        for node, weight in zip(nodes, weights):
            is_open = first @ (start[sample] + node * change[sample]) + bias > 0
            part = change[sample] * (first.T @ (last[target] * is_open))
            result[sample] += weight * part
            rounded[sample] += np.float64(np.float32(weight)) * part
    # Captum rounds the weights of the quadrature to float32, and nothing else.
    captum = captum_ig.attribute(
        x, baselines=reference, target=[2, 0], n_steps=200, method="gausslegendre").detach().numpy()
    assert_rounded(captum, rounded, result, "integrated gradients")
    return torch.from_numpy(result)


def occlusion(net, x, targets, side, stride):
    """The mean fall of the score over the windows of rows that cover an element, in float64."""
    def scores(x):
        return net(x).detach().numpy()[range(len(targets)), targets]

    falls, counts = np.zeros(x.shape), np.zeros(x.shape)
    clean, rows = scores(x), x.shape[2]
    for window in range(-(-(rows - side) // stride) + 1):
        covered = x.clone()
        part = slice(window * stride, window * stride + side)
        covered[:, :, part] = 0
        falls[:, :, part] += (clean - scores(covered))[:, None, None, None]
        counts[:, :, part] += 1
    # Captum rounds the sums of falls and their means to float32, and nothing else.
    rounded = falls.astype(np.float32) / counts.astype(np.float32)
    captum = Occlusion(net).attribute(
        x, sliding_window_shapes=(x.shape[1], side, 1), strides=(x.shape[1], stride, 1), target=targets)
    assert_rounded(captum.detach().numpy(), rounded, falls / counts, "occlusion")
    return torch.from_numpy(falls / counts)


def assert_rounded(captum, rounded, exact, name):
    """Whether Captum's values are those of the formula with its rounding, up to the order of sums."""
    distances = [np.linalg.norm(captum - other) / np.linalg.norm(exact) for other in (rounded, exact)]
    print(f"{name}: Captum differs by {distances[0]:.1e}, and by {distances[1]:.1e} from what is not rounded")
    assert distances[0] < 1e-14


def deep_lift_map(reference):
    return deep_lift.attribute(x, baselines=reference, target=[2, 0]).detach()


for name, of in [("deeplift", deep_lift_map), ("ig", integrated_gradients)]:
    tensors[f"table/{name}-mean"] = torch.stack([of(r[None]) for r in references]).mean(0)
    tensors[f"table/{name}-own"] = of(own)

column = Column().eval()
export(column, (1, 4, 12, 1), "column.onnx")
column = column.double()
x = torch.randn(2, 4, 12, 1, dtype=torch.float64)
tensors["column/x"] = x
tensors["column/5x1-2x1"] = occlusion(column, x, [0, 2], side=5, stride=2)

thinned = Thinned().eval()
export(thinned, (1, 3, 8, 6), "plain.onnx")
export(
    thinned, (1, 3, 8, 6), "kept.onnx", training=torch.onnx.TrainingMode.TRAINING,
    do_constant_folding=False)
thinned.eval()
x = torch.randn(2, 3, 8, 6)
tensors |= {"thinned/x": x, "thinned/logits": thinned(x).detach()}

save_file({k: v.detach().contiguous().numpy() for k, v in tensors.items()}, "tensors.safetensors")
print({k: tuple(v.shape) for k, v in tensors.items()})
assert np.isfinite(tensors["table/ig-mean"].numpy()).all()
