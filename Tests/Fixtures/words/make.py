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
for name, method, options in [
    ("deeplift", DeepLift(table), {}),
    ("ig", IntegratedGradients(table), {"n_steps": 200, "method": "gausslegendre"}),
]:
    def of(reference):
        return method.attribute(x, baselines=reference, target=[2, 0], **options).detach()

    tensors[f"table/{name}-mean"] = torch.stack([of(r[None]) for r in references]).mean(0)
    tensors[f"table/{name}-own"] = of(own)

column = Column().eval()
export(column, (1, 4, 12, 1), "column.onnx")
column = column.double()
x = torch.randn(2, 4, 12, 1, dtype=torch.float64)
tensors["column/x"] = x
tensors["column/5x1-2x1"] = Occlusion(column).attribute(
    x, sliding_window_shapes=(4, 5, 1), strides=(4, 2, 1), target=[0, 2])

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
