"""Writes small networks that end in many ways, and what ONNX Runtime and PyTorch make of them.

python make.py, with onnx 1.23.2, onnxruntime 1.32.0, torch 2.13.0, safetensors, numpy.

NAME.onnx        a network
values.safetensors
  NAME/input     a batch
  NAME/logits    what is before the softmax or sigmoid, by ONNX Runtime
  NAME/answer    what the file gives, by ONNX Runtime
  NAME/gradient  the derivative of logit 0 by the input, by PyTorch
  NAME/grad-cam  Grad-CAM of class 1 at the last feature maps, by PyTorch's derivatives
"""

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

rng = np.random.default_rng(3)
values = {}


def numbers(*shape):
    return (rng.normal(size=shape) / np.sqrt(np.prod(shape[1:]) or 1)).astype(np.float32)


def write(name, nodes, weights, shape, outputs, classes="logits", answer=None, opset=17):
    """Writes a network; `outputs` are (name, shape, type)."""
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N"] + shape)],
        [helper.make_tensor_value_info(n, t, s) for n, s, t in outputs],
        [numpy_helper.from_array(w, n) for n, w in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, f"{name}.onnx")
    whole = onnx.ModelProto.FromString(model.SerializeToString())
    have = {o.name for o in whole.graph.output}
    if classes not in have:
        whole.graph.output.append(helper.make_empty_tensor_value_info(classes))
    session = onnxruntime.InferenceSession(whole.SerializeToString())
    x = rng.normal(size=[2] + shape).astype(np.float32)
    found = dict(zip([o.name for o in session.get_outputs()], session.run(None, {"x": x})))
    values[f"{name}/input"] = x
    values[f"{name}/logits"] = found[classes].astype(np.float32)
    values[f"{name}/answer"] = found[answer or outputs[0][0]].astype(np.float32)
    return x


def body(count):
    weights = {"w": numbers(4, 3, 3, 3), "b": numbers(4), "v": numbers(count, 4) * 3, "c": numbers(count)}
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["conv"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["conv"], ["relu"]),
        helper.make_node("GlobalAveragePool", ["relu"], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("Gemm", ["flat", "v", "c"], ["logits"], transB=1),
    ]
    return nodes, weights


def gradient(name, weights):
    x = torch.tensor(values[f"{name}/input"], dtype=torch.float64, requires_grad=True)
    t = {k: torch.tensor(v, dtype=torch.float64) for k, v in weights.items() if v.dtype == np.float32}
    a = torch.relu(torch.nn.functional.conv2d(x, t["w"], t["b"], padding=1)).mean((2, 3))
    (a @ t["v"].T + t["c"])[:, 0].sum().backward()
    values[f"{name}/gradient"] = x.grad.numpy().astype(np.float32)


F = TensorProto.FLOAT
tails = {
    "identity": [helper.make_node("Identity", ["p"], ["y"])],
    "cast": [helper.make_node("Cast", ["p"], ["h"], to=TensorProto.FLOAT16),
             helper.make_node("Cast", ["h"], ["y"], to=F)],
    "reshape": [helper.make_node("Reshape", ["p", "shape"], ["y"])],
    "flatten": [helper.make_node("Flatten", ["p"], ["y"])],
    "clip": [helper.make_node("Clip", ["p", "low", "high"], ["y"])],
    "dropout": [helper.make_node("Dropout", ["p"], ["y"])],
    "log": [helper.make_node("Log", ["p"], ["l"]), helper.make_node("Identity", ["l"], ["y"])],
    "two": [helper.make_node("Clip", ["p", "low", "high"], ["q"]),
            helper.make_node("Reshape", ["q", "shape"], ["r"]),
            helper.make_node("Identity", ["r"], ["y"])],
}
for tail, more in tails.items():
    nodes, weights = body(3)
    weights |= {"shape": np.array([-1, 3]), "low": np.float32(1e-7), "high": np.float32(1 - 1e-7)}
    reads = {i for n in more for i in n.input}
    weights = {k: v for k, v in weights.items() if k in reads or v.dtype == np.float32 and v.ndim}
    write(f"softmax-{tail}", nodes + [helper.make_node("Softmax", ["logits"], ["p"])] + more, weights,
          [3, 6, 5], [("y", ["N", 3], F)])
    gradient(f"softmax-{tail}", weights)

# A 1×1 convolution as the head, a softmax over channels, then the places taken away.
nodes, weights = body(3)
weights["v"] = weights["v"].reshape(3, 4, 1, 1)
nodes = nodes[:3] + [
    helper.make_node("Conv", ["pool", "v", "c"], ["logits"]),
    helper.make_node("Softmax", ["logits"], ["p"], axis=1),
    helper.make_node("Squeeze", ["p", "axes"], ["y"]),
]
write("softmax-squeeze", nodes, weights | {"axes": np.array([2, 3])}, [3, 6, 5], [("y", ["N", 3], F)])

for name, count, more, shape in [
    ("sigmoid-one", 1, [helper.make_node("Sigmoid", ["logits"], ["y"])], ["N", 1]),
    ("sigmoid-many", 4, [helper.make_node("Sigmoid", ["logits"], ["y"])], ["N", 4]),
    ("sigmoid-squeeze", 1, [helper.make_node("Sigmoid", ["logits"], ["p"]),
                            helper.make_node("Squeeze", ["p", "axes"], ["y"])], ["N"]),
    ("squeeze-sigmoid", 1, [helper.make_node("Squeeze", ["logits", "axes"], ["s"]),
                            helper.make_node("Sigmoid", ["s"], ["y"])], ["N"]),
    ("list", 1, [helper.make_node("Reshape", ["logits", "flat-shape"], ["y"])], ["N"]),
    ("number", 1, [helper.make_node("Identity", ["logits"], ["y"])], ["N", 1]),
]:
    nodes, weights = body(count)
    reads = {i for n in more for i in n.input}
    if "axes" in reads:
        weights["axes"] = np.array([1])
    if "flat-shape" in reads:
        weights["flat-shape"] = np.array([-1])
    write(name, nodes + more, weights, [3, 6, 5], [("y", shape, F)])
    gradient(name, weights)

# Features, a box and logits; the names of weights tell which is which.
nodes, weights = body(3)
weights |= {"box.weight": numbers(4, 4)}
nodes += [helper.make_node("Gemm", ["flat", "box.weight"], ["b4"], transB=1)]
write("three-outputs", nodes, weights, [3, 6, 5],
      [("flat", ["N", 4], F), ("b4", ["N", 4], F), ("logits", ["N", 3], F)], answer="logits")
# A box first, then probabilities of two classes.
nodes, weights = body(2)
weights |= {"u": numbers(4, 4)}
nodes += [helper.make_node("Gemm", ["flat", "u"], ["first"], transB=1),
          helper.make_node("Softmax", ["logits"], ["second"])]
write("box-first", nodes, weights, [3, 6, 5],
      [("first", ["N", 4], F), ("second", ["N", 2], F)], answer="second")
# The label first, as scikit-learn's exporter writes it.
nodes, weights = body(3)
nodes += [helper.make_node("Softmax", ["logits"], ["p"]), helper.make_node("Identity", ["p"], ["probabilities"]),
          helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0)]
write("label-first", nodes, weights, [3, 6, 5],
      [("label", ["N"], TensorProto.INT64), ("probabilities", ["N", 3], F)], answer="probabilities")

# Masks.
for name, count, last in [("mask", 3, None), ("mask-softmax", 3, "Softmax"), ("mask-sigmoid", 1, "Sigmoid")]:
    weights = {"w": numbers(4, 1, 3, 3), "b": numbers(4), "v": numbers(count, 4, 1, 1), "c": numbers(count)}
    nodes = [helper.make_node("Conv", ["x", "w", "b"], ["conv"], pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["conv"], ["relu"]),
             helper.make_node("Conv", ["relu", "v", "c"], ["logits"])]
    if last:
        nodes.append(helper.make_node(last, ["logits"], ["y"], **({"axis": 1} if last == "Softmax" else {})))
    write(name, nodes, weights, [1, 6, 5], [("y" if last else "logits", ["N", count, 6, 5], F)])


def cam(name, maps, logits, order=None):
    """Grad-CAM of class 1 in the order batch, channels, places."""
    grads, = torch.autograd.grad(logits[:, 1].sum(), maps)
    if order:
        maps, grads = maps.permute(order), grads.permute(order)
    weights = grads.mean(tuple(range(2, maps.dim())), keepdim=True)
    values[f"{name}/grad-cam"] = (weights * maps).sum(1, keepdim=True).relu().detach().numpy().astype(np.float32)


# Channels last: the features are put last again before they are flattened.
weights = {"w": numbers(4, 3, 3, 3), "b": numbers(4), "v": numbers(3, 6 * 5 * 4) * 4}
nodes = [helper.make_node("Transpose", ["x"], ["first"], perm=[0, 3, 1, 2]),
         helper.make_node("Conv", ["first", "w", "b"], ["conv"], pads=[1, 1, 1, 1]),
         helper.make_node("Relu", ["conv"], ["relu"]),
         helper.make_node("Transpose", ["relu"], ["last"], perm=[0, 2, 3, 1]),
         helper.make_node("Flatten", ["last"], ["flat"]),
         helper.make_node("Gemm", ["flat", "v"], ["logits"], transB=1),
         helper.make_node("Softmax", ["logits"], ["y"])]
x = write("channels-last", nodes, weights, [6, 5, 3], [("y", ["N", 3], F)])
t = {k: torch.tensor(v, dtype=torch.float64) for k, v in weights.items()}
x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
maps = torch.relu(torch.nn.functional.conv2d(x.permute(0, 3, 1, 2), t["w"], t["b"], padding=1))
logits = maps.permute(0, 2, 3, 1).flatten(1) @ t["v"].T
grad, = torch.autograd.grad(logits[:, 0].sum(), x, retain_graph=True)
values["channels-last/gradient"] = grad.numpy().astype(np.float32)
cam("channels-last", maps, logits)

# Series and volumes.
for name, shape, convolution in [("series", [3, 20], torch.nn.functional.conv1d),
                                 ("volume", [1, 5, 6, 4], torch.nn.functional.conv3d)]:
    axes = len(shape) - 1
    weights = {"w": numbers(4, shape[0], *[3] * axes), "b": numbers(4), "v": numbers(3, 4) * 3, "c": numbers(3)}
    nodes = [helper.make_node("Conv", ["x", "w", "b"], ["conv"], pads=[1] * 2 * axes),
             helper.make_node("Relu", ["conv"], ["relu"]),
             helper.make_node("GlobalAveragePool", ["relu"], ["pool"]),
             helper.make_node("Flatten", ["pool"], ["flat"]),
             helper.make_node("Gemm", ["flat", "v", "c"], ["logits"], transB=1)]
    x = write(name, nodes, weights, shape, [("logits", ["N", 3], F)])
    t = {k: torch.tensor(v, dtype=torch.float64) for k, v in weights.items()}
    maps = torch.relu(convolution(torch.tensor(x, dtype=torch.float64), t["w"], t["b"], padding=1)).requires_grad_()
    cam(name, maps, maps.flatten(2).mean(2) @ t["v"].T + t["c"])

save_file({k: np.ascontiguousarray(v) for k, v in values.items()}, "values.safetensors")
