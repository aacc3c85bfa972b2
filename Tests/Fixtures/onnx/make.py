"""Writes the ONNX files of this folder and expected.json with an input and the outputs of each.

Made with Python 3.11, torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, skl2onnx 1.20.0,
scikit-learn (see `versions` in expected.json), onnxruntime 1.32.0:  python make.py

Outputs of torch's networks are torch's own in float64; those of the others are onnxruntime's or numpy's.
"""

import json
import os

import numpy as np
import onnx
import onnxruntime
import sklearn
import skl2onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sklearn.neural_network import MLPClassifier
from torch import nn
from torch.nn import functional as F

here = os.path.dirname(os.path.abspath(__file__))
cases = []


def case(name, x, y, tolerance):
    cases.append({
        "file": name, "shape": list(x.shape), "input": np.asarray(x, np.float64).ravel().tolist(),
        "outputShape": list(y.shape), "output": np.asarray(y, np.float64).ravel().tolist(),
        "tolerance": tolerance})


def export(name, net, shape, batch=2, **options):
    """One file of torch's exporter, and the net's own outputs for a batch of two."""
    net = net.eval().float()
    path = os.path.join(here, name)
    x = torch.randn(2, *shape)
    example = torch.randn(batch, *shape)
    if options.pop("dynamo"):
        dynamic = ({0: torch.export.Dim("n")},) if options.pop("dynamic") else None
        torch.onnx.export(net, (example,), path, dynamo=True, dynamic_shapes=dynamic,
                          external_data=False, **options)
    else:
        axes = {"x": {0: "n"}} if options.pop("dynamic") else None
        torch.onnx.export(net, example, path, dynamo=False, dynamic_axes=axes, input_names=["x"],
                          **options)
    # What only names places of the exporting machine is taken out.
    model = onnx.load(path)
    model.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in list(model.graph.value_info) + list(model.graph.input) + list(model.graph.output):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    onnx.save(model, path)
    case(name, x, net.double()(x.double()).detach().numpy(), 1e-6)


class Mixed(nn.Module):
    """Split, concatenation, a reused layer, a gate, shapes computed from the input."""

    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 6, 3, padding=1, groups=3)
        self.b = nn.Conv2d(3, 3, 3, padding=2, dilation=2)
        self.g = nn.Conv2d(6, 6, 1)
        self.l = nn.Linear(6 * 5 * 4, 4)

    def forward(self, x):
        left, right = torch.chunk(F.silu(self.a(x)), 2, 1)
        y = torch.cat([self.b(F.relu(self.b(left))), right[:, 1:], left[:, :1]], 1)
        y = y * torch.sigmoid(self.g(F.adaptive_avg_pool2d(y, 1)))
        y = F.avg_pool2d(y[:, :, ::1, :-1], 2, ceil_mode=False)
        return self.l(F.gelu(y).view(y.size(0), -1))


def activations():
    functions = [nn.PReLU(4), nn.ELU(0.5), nn.GELU(), nn.Hardswish(), nn.Mish(), nn.Softplus(),
                 nn.SELU(), nn.LeakyReLU(0.2), nn.Hardsigmoid(), nn.GELU(approximate="tanh")]
    layers = [nn.Conv2d(2, 4, 3)]
    for function in functions:
        layers += [function, nn.Conv2d(4, 4, 1)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))


def pooling():
    return nn.Sequential(
        nn.ReflectionPad2d((1, 2, 0, 1)), nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU6(),
        nn.MaxPool2d(3, 2, ceil_mode=True), nn.LocalResponseNorm(2, 1e-2),
        nn.AvgPool2d(2, 1, padding=1, count_include_pad=False),
        nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1),
        nn.Upsample(scale_factor=2), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(2, 3))


def norms():
    return nn.Sequential(
        nn.Conv1d(2, 4, 3, stride=2), nn.GroupNorm(2, 4), nn.GELU(), nn.Flatten(),
        nn.LayerNorm(16), nn.Dropout(0.2), nn.Linear(16, 3), nn.Softmax(1))


def helper_model(name, nodes, inputs, shape, initializers, opset, output="y", out_shape=None,
                 extra_inputs=(), ir=8, metadata=None, elem=TensorProto.FLOAT):
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info(inputs, elem, shape)]
        + [helper.make_tensor_value_info(i.name, i.data_type, i.dims) for i in extra_inputs],
        [helper.make_tensor_value_info(output, elem, out_shape)], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir)
    for key, value in (metadata or {}).items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(here, name))
    return os.path.join(here, name)


def run(path, x):
    session = onnxruntime.InferenceSession(path)
    return session.run(None, {session.get_inputs()[0].name: x})[0]


def old_keras_like():
    """Operator set 9: initialisers listed as inputs, unnamed nodes, SAME padding with strides."""
    rng = np.random.default_rng(5)
    tensors = {"w": rng.standard_normal((4, 3, 3, 3)), "k": rng.standard_normal((36, 5)),
               "b": rng.standard_normal(5)}
    inits = [numpy_helper.from_array(v.astype(np.float32), n) for n, v in tensors.items()]
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], kernel_shape=[3, 3], strides=[2, 2],
                         auto_pad="SAME_UPPER"),
        helper.make_node("Clip", ["c"], ["r"], min=0.0, max=6.0),
        helper.make_node("Dropout", ["r"], ["d", "mask"], ratio=0.25),
        helper.make_node("MaxPool", ["d"], ["p"], kernel_shape=[2, 2], strides=[2, 2],
                         auto_pad="SAME_LOWER"),
        helper.make_node("Transpose", ["p"], ["t"], perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", ["t", "s"], ["f"]),
        helper.make_node("MatMul", ["f", "k"], ["m"]),
        helper.make_node("Add", ["m", "b"], ["y"]),
    ]
    shape = numpy_helper.from_array(np.array([-1, 36], np.int64), "s")
    path = helper_model("keras-like-9.onnx", nodes, "x", ["n", 3, 11, 10], inits + [shape], 9,
                        out_shape=["n", 5], extra_inputs=inits + [shape], ir=4)
    x = rng.standard_normal((2, 3, 11, 10)).astype(np.float32)
    case("keras-like-9.onnx", x, run(path, x), 1e-5)


def half_precision():
    """float16 and bfloat16 weights, in raw and in typed fields; an input description inside."""
    rng = np.random.default_rng(6)
    w = rng.standard_normal((2, 1, 3, 3)).astype(np.float16)
    typed = helper.make_tensor("w", TensorProto.FLOAT16, w.shape, w.ravel().tolist())
    k = (rng.integers(-64, 64, (2, 3)) / 32).astype(np.float32)
    bits = (k.view(np.uint32) >> 16).astype(np.uint16)
    bf = TensorProto(name="k", data_type=TensorProto.BFLOAT16, dims=k.shape, raw_data=bits.tobytes())
    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], name="conv"),
             helper.make_node("GlobalAveragePool", ["c"], ["p"], name="pool"),
             helper.make_node("Flatten", ["p"], ["f"], name="flat"),
             helper.make_node("Gemm", ["f", "kc"], ["y"], name="dense")]
    nodes.insert(0, helper.make_node("Cast", ["k"], ["kc"], name="cast", to=TensorProto.FLOAT16))
    spec = {"input_spec": json.dumps({"size": [6, 5], "channels": "grey", "mean": [0.5],
                                      "std": [0.25], "labels": ["a", "b", "c"]})}
    helper_model("half.onnx", nodes, "x", ["n", 1, 6, 5], [typed, bf], 13, out_shape=["n", 3],
                 metadata=spec, elem=TensorProto.FLOAT16)
    x = rng.standard_normal((2, 1, 6, 5))
    y = np.zeros((2, 2, 4, 3))
    for i in range(4):
        for j in range(3):
            y[:, :, i, j] = np.einsum("nhw,khw->nk", x[:, 0, i:i + 3, j:j + 3], w[:, 0].astype(float))
    case("half.onnx", x, y.mean((2, 3)) @ k.astype(float), 1e-5)


def external():
    """Weights in a file beside the model."""
    rng = np.random.default_rng(7)
    w = rng.standard_normal((3, 4)).astype(np.float32)
    nodes = [helper.make_node("Gemm", ["x", "w"], ["y"], transB=1, alpha=0.5)]
    path = helper_model("external.onnx", nodes, "x", ["n", 4], [numpy_helper.from_array(w, "w")], 17,
                        out_shape=["n", 3])
    weights = os.path.join(here, "external.weights")
    if os.path.exists(weights):
        os.remove(weights)
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="external.weights",
              size_threshold=0)
    x = rng.standard_normal((2, 4)).astype(np.float32)
    case("external.onnx", x, 0.5 * (x.astype(float) @ w.T.astype(float)), 1e-6)


def scikit():
    """A perceptron trained by scikit-learn and converted by skl2onnx."""
    rng = np.random.default_rng(8)
    x = rng.standard_normal((60, 4)).astype(np.float32)
    labels = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype(int) + (x[:, 3] > 0.5)
    net = MLPClassifier((5,), max_iter=300, random_state=0).fit(x, labels)
    model = skl2onnx.to_onnx(net, x[:1], target_opset={"": 17, "ai.onnx.ml": 3},
                             options={"zipmap": False})
    # The label comes first and by operators of another domain: keep the probabilities.
    model = onnx.utils.Extractor(model).extract_model(["X"], ["probabilities"])
    onnx.save(model, os.path.join(here, "sklearn.onnx"))
    case("sklearn.onnx", x[:3], net.predict_proba(x[:3]), 1e-5)


torch.manual_seed(0)
export("mixed-torchscript-9.onnx", Mixed(), (3, 10, 9), opset_version=9, dynamo=False, dynamic=True)
export("mixed-torchscript-17.onnx", Mixed(), (3, 10, 9), opset_version=17, dynamo=False, dynamic=True)
export("mixed-fixed-13.onnx", Mixed(), (3, 10, 9), 1, opset_version=13, dynamo=False, dynamic=False)
export("mixed-dynamo-18.onnx", Mixed(), (3, 10, 9), opset_version=18, dynamo=True, dynamic=True)
export("mixed-dynamo-21.onnx", Mixed(), (3, 10, 9), 1, opset_version=21, dynamo=True, dynamic=False)
export("activations-11.onnx", activations(), (2, 5, 4), opset_version=11, dynamo=False, dynamic=True)
export("activations-dynamo-20.onnx", activations(), (2, 5, 4), opset_version=20, dynamo=True, dynamic=True)
export("pooling-13.onnx", pooling(), (1, 9, 10), opset_version=13, dynamo=False, dynamic=True)
export("pooling-dynamo-18.onnx", pooling(), (1, 9, 10), opset_version=18, dynamo=True, dynamic=True)
export("norms-11.onnx", norms(), (2, 9), opset_version=11, dynamo=False, dynamic=True)
export("norms-17.onnx", norms(), (2, 9), opset_version=17, dynamo=False, dynamic=True)
export("norms-dynamo-21.onnx", norms(), (2, 9), opset_version=21, dynamo=True, dynamic=True)
old_keras_like()
half_precision()
external()
scikit()
versions = {m.__name__: m.__version__ for m in (torch, onnx, onnxruntime, sklearn, skl2onnx, np)}
with open(os.path.join(here, "expected.json"), "w") as file:
    json.dump({"versions": versions, "cases": cases}, file)
