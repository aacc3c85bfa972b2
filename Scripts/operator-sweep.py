#!/usr/bin/env python3
"""Every operator that `nni` reads against ONNX Runtime, over generated attributes, shapes and operator sets.

    operator-sweep.py --nni .build/debug/nni [--cases 3200] [--seed 1] [--only Resize] [--fixture DIR]

Needs numpy, onnx, onnxruntime and safetensors. Each case is a network of one operator, or of a few in a
chain, run by ONNX Runtime without graph optimisations and by one process of `nni attribute --cases` with the method
`forward`. Where the two differ, onnx's ReferenceEvaluator is asked. Printed are the number of cases that agree,
the refusals by reason, the largest difference, and every case that differs; exit status 1 if one does.
With --fixture a fixed part of the cases is kept for the tests of the project.
"""
import argparse, collections, json, os, re, shutil, subprocess, sys, tempfile
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, helper as h, numpy_helper as nh
from safetensors.numpy import load_file, save_file

onnxruntime.set_default_logger_severity(4)
F = np.float32


class Net:
    """A network under construction: a chain of nodes with constants."""

    def __init__(self, rng, version, shape):
        self.rng, self.version, self.shape = rng, version, list(shape)
        self.nodes, self.constants, self.last, self.tag = [], [], "x", ""

    def constant(self, value, dtype=None):
        name = f"c{len(self.constants)}"
        self.constants.append(nh.from_array(np.asarray(value, dtype=dtype or F), name))
        return name

    def ints(self, values):
        return self.constant(values, np.int64)

    def add(self, kind, *inputs, outputs=1, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        source = self.last
        inputs = [source if i is None else i for i in inputs] or [source]
        attributes = {k: v for k, v in attributes.items() if v is not None}
        self.nodes.append(h.make_node(kind, inputs, names, name=f"n{len(self.nodes)}", **attributes))
        self.last = names[0]
        return names

    def model(self, producer=""):
        # What follows keeps a softmax or sigmoid from being the end, which is taken off.
        self.add("Mul", None, self.constant(1.5))
        graph = h.make_graph(
            self.nodes, "sweep", [h.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)],
            [h.make_tensor_value_info(self.last, TensorProto.FLOAT, None)], self.constants)
        return h.make_model(
            graph, opset_imports=[h.make_opsetid("", self.version)], ir_version=8, producer_name=producer)


def pick(rng, *options):
    return options[rng.integers(len(options))]


def some(rng, low, high, count):
    return [int(v) for v in rng.integers(low, high + 1, count)]


def normal(rng, shape, scale=1.0):
    return (rng.normal(size=shape) * scale).astype(F)


def image(rng, version, axes=None, channels=None):
    axes = axes or pick(rng, 1, 2, 2, 2, 3)
    top = {1: 24, 2: 12, 3: 7}[axes]
    return Net(rng, version, [int(rng.integers(1, 3)), channels or int(rng.integers(1, 7))] + some(rng, 4, top, axes))


def anything(rng, version):
    rank = pick(rng, 2, 3, 4)
    return Net(rng, version, [int(rng.integers(1, 3))] + some(rng, 1, 7, rank - 1))


def unary(kinds, **fixed):
    def make(rng, version):
        kind = pick(rng, *kinds)
        net = anything(rng, version)
        attributes = {k: (v(rng) if callable(v) else v) for k, v in fixed.items()}
        net.positive = kind in ("Log", "Sqrt", "Acosh")
        net.unit = kind in ("Asin", "Acos", "Atanh")
        net.add(kind, **attributes)
        net.tag = kind
        return net
    return make


def window(rng, net, axes):
    spatial = net.shape[2:]
    size = [int(rng.integers(1, min(4, s) + 1)) for s in spatial]
    strides = some(rng, 1, 3, axes)
    return size, strides


def resize(rng, version):
    net = image(rng, version, axes=pick(rng, 2, 2, 2, 1, 3))
    axes = len(net.shape) - 2
    mode = pick(rng, "nearest", "nearest", "linear", "linear", "cubic" if version >= 11 and axes == 2 else "linear")
    a = dict(mode=mode)
    if version < 11:
        scales = [1.0, 1.0] + [float(pick(rng, 0.5, 0.6, 1.0, 1.5, 2.0, 3.0)) for _ in range(axes)]
        if mode == "linear":
            scales = scales[:2] + [max(1.0, s) for s in scales[2:]] if version == 9 else scales
        if version == 9:
            scales = [max(1.0, s) for s in scales]
        net.add("Resize" if version == 10 else "Upsample", None, net.constant(scales), **a)
        net.tag = f"Resize{version} {mode}"
        return net
    modes = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]
    if version >= 19:
        modes.append("half_pixel_symmetric")
    if version < 13 and mode == "nearest":
        modes.append("tf_half_pixel_for_nn")
    coordinates = pick(rng, *modes)
    a["coordinate_transformation_mode"] = coordinates
    if mode == "nearest":
        a["nearest_mode"] = pick(rng, "round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
    if mode == "cubic":
        a["cubic_coeff_a"] = float(pick(rng, -0.75, -0.5))
        a["exclude_outside"] = int(pick(rng, 0, 1))
    if version >= 18 and mode != "nearest" and axes == 2 and coordinates != "align_corners" and rng.random() < 0.4:
        a["antialias"] = 1
        a["exclude_outside"] = int(pick(rng, 0, 1))
    named = version >= 18 and rng.random() < 0.3
    if named:
        a["axes"] = list(range(2, 2 + axes))
    lead = [] if named else net.shape[:2]
    empty = net.constant(np.zeros(0)) if version < 13 else ""
    if rng.random() < 0.5:
        sizes = lead + some(rng, 1, 15, axes)
        net.add("Resize", None, empty, net.constant(np.zeros(0)) if version < 13 else "", net.ints(sizes), **a)
    else:
        scales = [1.0] * len(lead) + [float(pick(rng, 0.3, 0.5, 0.6, 0.75, 1.0, 1.25, 1.5, 1.7, 2.0, 3.0)) for _ in range(axes)]
        net.add("Resize", None, empty, net.constant(scales), **a)
    net.tag = f"Resize {mode} {coordinates}" + (" antialias" if a.get("antialias") else "")
    return net


def pads_of(rng, size, dilations=None):
    reach = [s for s in size]
    before = [int(rng.integers(0, max(r, 1))) for r in reach]
    after = [int(rng.integers(0, max(r, 1))) for r in reach]
    if rng.random() < 0.4:
        after = before
    return before + after


def pool(kind):
    def make(rng, version):
        net = image(rng, version)
        axes = len(net.shape) - 2
        size, strides = window(rng, net, axes)
        a = dict(kernel_shape=size, strides=strides)
        if rng.random() < 0.15:
            a["auto_pad"] = pick(rng, "SAME_UPPER", "SAME_LOWER", "VALID")
        else:
            a["pads"] = pads_of(rng, size)
            if version >= 10 or False:
                a["ceil_mode"] = int(rng.integers(0, 2))
        if kind == "AveragePool":
            a["count_include_pad"] = int(rng.integers(0, 2))
            if version >= 19 and rng.random() < 0.3:
                a["dilations"] = some(rng, 1, 2, axes)
        elif version >= 10 and rng.random() < 0.3 and "auto_pad" not in a:
            a["dilations"] = some(rng, 1, 2, axes)
        net.add(kind, **a)
        net.tag = f"{kind} {'ceil ' if a.get('ceil_mode') else ''}" \
            f"{'counting ' if a.get('count_include_pad') else ''}{'dilated ' if a.get('dilations') else ''}" \
            f"{a.get('auto_pad', '')}"
        return net
    return make


def conv(rng, version):
    net = image(rng, version, channels=int(pick(rng, 2, 4, 6)))
    axes, channels = len(net.shape) - 2, net.shape[1]
    size, strides = window(rng, net, axes)
    group = int(pick(rng, *[g for g in (1, 2, channels) if channels % g == 0]))
    out = group * int(rng.integers(1, 4))
    a = dict(strides=strides, group=group, dilations=some(rng, 1, 2, axes) if rng.random() < 0.3 else None)
    if rng.random() < 0.2:
        a["auto_pad"] = pick(rng, "SAME_UPPER", "SAME_LOWER", "VALID")
    else:
        a["pads"] = pads_of(rng, size)
    if rng.random() < 0.5:
        a["kernel_shape"] = size
    inputs = [None, net.constant(normal(rng, [out, channels // group] + size))]
    if rng.random() < 0.5:
        inputs.append(net.constant(normal(rng, [out])))
    net.add("Conv", *inputs, **a)
    net.tag = "Conv"
    return net


def conv_transpose(rng, version):
    net = image(rng, version, channels=int(pick(rng, 2, 4)))
    axes, channels = len(net.shape) - 2, net.shape[1]
    size, strides = window(rng, net, axes)
    group = int(pick(rng, 1, 2))
    each = int(rng.integers(1, 4))
    half = [int(rng.integers(0, (s + 1) // 2)) for s in size]
    a = dict(strides=strides, group=group, pads=half + half if rng.random() < 0.7 else pads_of(rng, half),
             dilations=some(rng, 1, 2, axes) if rng.random() < 0.3 else None)
    if rng.random() < 0.3:
        a["output_padding"] = [int(rng.integers(0, s)) for s in strides]
    inputs = [None, net.constant(normal(rng, [channels, each] + size))]
    if rng.random() < 0.5:
        inputs.append(net.constant(normal(rng, [each * group])))
    net.add("ConvTranspose", *inputs, **a)
    net.tag = "ConvTranspose"
    return net


def reduce(rng, version):
    kind = pick(rng, "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare",
                "ReduceLogSum", "ReduceLogSumExp", "ReduceProd")
    net = anything(rng, version)
    rank = len(net.shape)
    axes = sorted(rng.choice(np.arange(1, rank), size=int(rng.integers(1, rank)), replace=False).tolist())
    if rng.random() < 0.4:
        axes = [a - rank for a in axes]
    a = dict(keepdims=int(rng.integers(0, 2)))
    net.positive = kind == "ReduceLogSum"
    if version >= (13 if kind == "ReduceSum" else 18):
        net.add(kind, None, net.ints(axes), **a)
    else:
        net.add(kind, axes=axes, **a)
    net.tag = kind
    return net


def constant_for(rng, shape):
    """The shape of a constant that broadcasts over samples of a value."""
    shape = list(shape)
    full = [1] + [s if rng.random() < 0.6 else 1 for s in shape[1:]]
    cut = int(rng.integers(0, len(full)))
    return full[cut:] if rng.random() < 0.7 else full


def binary(rng, version):
    kind = pick(rng, "Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean", "Pow", "PRelu")
    net = anything(rng, version)
    net.tag = kind
    if kind == "Pow":
        net.positive = True
        net.add("Pow", None, net.constant(float(pick(rng, 2, 3, 0.5, -1, 1.7))))
        return net
    if kind == "PRelu":
        c = [net.shape[1]] + [1] * (len(net.shape) - 2)
        net.add("PRelu", None, net.constant(normal(rng, pick(rng, c, [1]))))
        return net
    value = normal(rng, constant_for(rng, net.shape))
    if kind == "Div":
        value = np.abs(value) + F(0.5)
    first = net.last
    if rng.random() < 0.5:
        net.positive = kind == "Div"
        inputs = [net.constant(value), first]
        if rng.random() < 0.5 and kind != "Div":
            inputs.reverse()
        net.add(kind, *inputs)
    else:
        other = net.add(pick(rng, "Tanh", "Exp", "Relu"))[0] if kind != "Div" else net.add("Exp")[0]
        inputs = [first, other] + ([net.constant(value)] if kind in ("Max", "Min", "Sum", "Mean") and rng.random() < 0.5 else [])
        net.add(kind, *inputs)
    return net


def softmax(rng, version):
    net = anything(rng, version)
    net.add(pick(rng, "Softmax", "LogSoftmax"), axis=int(pick(rng, *range(1, len(net.shape)), -1)))
    net.tag = net.nodes[-1].op_type
    return net


def norm(rng, version):
    kinds = ["BatchNormalization", "InstanceNormalization", "LRN", "LpNormalization"]
    if version >= 17:
        kinds += ["LayerNormalization"] * 2
    if version >= 18:
        kinds += ["GroupNormalization"]
    kind = pick(rng, *kinds)
    net = image(rng, version, channels=int(pick(rng, 2, 4, 6)))
    c = net.shape[1]
    net.tag = kind
    vector = lambda n=c: net.constant(normal(rng, [n]))
    if kind == "BatchNormalization":
        net.add(kind, None, vector(), vector(), vector(), net.constant(np.abs(normal(rng, [c])) + F(0.3)), epsilon=float(pick(rng, 1e-5, 1e-3)))
    elif kind == "InstanceNormalization":
        net.add(kind, None, vector(), vector(), epsilon=1e-3)
    elif kind == "LRN":
        net.add(kind, size=int(rng.integers(1, c + 1)), alpha=0.2, beta=0.6, bias=1.5)
    elif kind == "LpNormalization":
        net.add(kind, axis=int(pick(rng, 1, -1, 2)), p=int(pick(rng, 1, 2)))
    elif kind == "LayerNormalization":
        axis = int(rng.integers(1, len(net.shape)))
        shape = net.shape[axis:]
        inputs = [None, net.constant(normal(rng, shape))] + ([net.constant(normal(rng, shape))] if rng.random() < 0.6 else [])
        net.add(kind, *inputs, axis=axis if rng.random() < 0.5 else axis - len(net.shape))
    else:
        groups = int(pick(rng, 1, 2))
        n = c if version >= 21 else groups
        net.add(kind, None, vector(n), vector(n), num_groups=groups)
    return net


def dense(rng, version):
    net = Net(rng, version, [int(rng.integers(1, 3))] + some(rng, 1, 6, pick(rng, 1, 1, 2, 3)))
    k, m = net.shape[-1], int(rng.integers(1, 6))
    if len(net.shape) == 2 and rng.random() < 0.7:
        t = int(rng.integers(0, 2))
        bias = pick(rng, None, [m], [1, m], [1], [])
        inputs = [None, net.constant(normal(rng, [m, k] if t else [k, m]))]
        if bias is not None or version < 11:
            inputs.append(net.constant(normal(rng, bias or [1])))
        net.add("Gemm", *inputs, transB=t, alpha=float(pick(rng, 1, 0.5)), beta=float(pick(rng, 1, 2)))
    else:
        net.add("MatMul", None, net.constant(normal(rng, [k, m])))
    net.tag = net.nodes[-1].op_type
    return net


def pad(rng, version):
    net = image(rng, version)
    rank = len(net.shape)
    mode = pick(rng, "constant", "constant", "reflect", "edge")
    before = [0] + ([0] if mode != "constant" else some(rng, 0, 2, 1)) + some(rng, -1, 2, rank - 2)
    after = [0] + ([0] if mode != "constant" else some(rng, 0, 2, 1)) + some(rng, -1, 2, rank - 2)
    value = float(pick(rng, 0, 1.5))
    if version < 11:
        net.add("Pad", pads=before + after, mode=mode, value=value)
    elif version >= 18 and rng.random() < 0.4:
        net.add("Pad", None, net.ints(before[2:] + after[2:]), net.constant(value),
                net.ints([a - rank if rng.random() < 0.5 else a for a in range(2, rank)]), mode=mode)
    else:
        net.add("Pad", None, net.ints(before + after), net.constant(value), mode=mode)
    net.tag = f"Pad {mode}"
    return net


def moving(rng, version):
    net = anything(rng, version)
    rank = len(net.shape)
    kind = pick(rng, "Transpose", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Split", "Gather", "Concat",
                "DepthToSpace", "SpaceToDepth", "Expand", "Identity", "Dropout", "Cast")
    net.tag = kind
    axis = int(rng.integers(1, rank))
    signed = axis if rng.random() < 0.5 else axis - rank
    if kind == "Transpose":
        net.add(kind, perm=[0] + [int(v) for v in rng.permutation(np.arange(1, rank))])
    elif kind == "Flatten":
        net.add(kind, axis=1)
    elif kind == "Reshape":
        count = int(np.prod(net.shape[1:]))
        divisor = pick(rng, *[d for d in range(1, count + 1) if count % d == 0])
        net.add(kind, None, net.ints(pick(rng, [0, -1], [0, divisor, -1], [-1, divisor, count // divisor], [net.shape[0], divisor, -1])))
    elif kind in ("Squeeze", "Unsqueeze"):
        net.shape[axis] = 1 if kind == "Squeeze" else net.shape[axis]
        if version < 13:
            net.add(kind, axes=[axis])
        else:
            net.add(kind, None, net.ints([signed]))
    elif kind == "Slice":
        n = net.shape[axis]
        start = int(rng.integers(-n, n))
        real = start % n
        step = int(pick(rng, 1, 1, 2, -1)) if version >= 10 else 1
        end = int(pick(rng, 2**31 - 1, min(real + 2, n))) if step > 0 else int(pick(rng, -2**31 + 1, -n - 1))
        if version < 10:
            net.add(kind, starts=[start], ends=[end], axes=[axis])
        else:
            net.add(kind, None, net.ints([start]), net.ints([end]), net.ints([signed]), net.ints([step]))
    elif kind == "Split":
        net.shape[axis] = int(rng.integers(3, 8))
        first = int(rng.integers(1, net.shape[axis]))
        sizes = [first, net.shape[axis] - first]
        if rng.random() < 0.4 and version >= 18:
            names = net.add(kind, outputs=2, axis=signed, num_outputs=2)
        elif version < 13:
            names = net.add(kind, outputs=2, axis=axis, split=sizes)
        else:
            names = net.add(kind, None, net.ints(sizes), outputs=2, axis=signed)
        net.last = pick(rng, *names)
    elif kind == "Gather":
        n = net.shape[axis]
        shape = pick(rng, [], [3], [2, 2])
        net.add(kind, None, net.ints(rng.integers(-n if version >= 11 else 0, n, shape)), axis=signed)
    elif kind == "Concat":
        first = net.last
        other = net.add("Tanh")[0]
        parts = [first, other]
        if rng.random() < 0.5:
            shape = [1 if i == 0 else s for i, s in enumerate(net.shape)]
            net.shape[0] = 1
            shape[axis] = 2
            parts.insert(int(rng.integers(0, 3)), net.constant(normal(rng, shape)))
        net.add(kind, *parts, axis=axis)
    elif kind == "DepthToSpace":
        net.shape = [net.shape[0], 8, 3, 4]
        net.add(kind, blocksize=2, mode=pick(rng, "DCR", "CRD") if version >= 11 else None)
    elif kind == "SpaceToDepth":
        net.shape = [net.shape[0], 3, 4, 6]
        net.add(kind, blocksize=2)
    elif kind == "Expand":
        net.shape[axis] = 1
        target = [1] + net.shape[1:]
        target[axis] = 3
        net.add(kind, None, net.ints(target))
    elif kind == "Cast":
        net.add(kind, to=1)
    else:
        net.add(kind)
    return net


def stack(rng, version):
    """Members stacked before the batch, and reduced, or the batch moved and moved back."""
    net = anything(rng, version)
    first = net.last
    rank = len(net.shape)
    net.tag = "stack"
    axes = lambda v: net.ints([v])
    old = version < 13
    if rng.random() < 0.5:
        other = net.add("Tanh")[0]
        parts = []
        for source in (first, other):
            net.last = source
            parts.append(net.add("Unsqueeze", axes=[0])[0] if old else net.add("Unsqueeze", None, axes(0))[0])
        net.add("Concat", *parts, axis=0)
        if rng.random() < 0.5:
            net.add("Mul", None, net.constant(normal(rng, [2] + [1] * rank)))
        kind = pick(rng, "ReduceMean", "ReduceMax", "ReduceLogSumExp", "ReduceSum")
        if version >= (13 if kind == "ReduceSum" else 18):
            net.add(kind, None, axes(0), keepdims=0)
        else:
            net.add(kind, axes=[0], keepdims=0)
    else:
        net.tag = "moved batch"
        perm = [int(v) for v in rng.permutation(rank)]
        net.add("Transpose", perm=perm)
        net.add(pick(rng, "Relu", "Exp", "Tanh"))
        batch = perm.index(0)
        axis = int(pick(rng, *[a for a in range(rank) if a != batch]))
        n = net.shape[perm[axis]]
        net.add("Gather", None, net.ints(rng.integers(0, n, 3)), axis=axis)
        net.add("Softmax", axis=axis) if version >= 13 else net.add("Abs")
        net.add("Transpose", perm=[perm.index(i) for i in range(rank)])
    return net


def chain(rng, version):
    net = image(rng, version, axes=2, channels=int(pick(rng, 2, 4)))
    c = net.shape[1]
    net.add("Conv", None, net.constant(normal(rng, [4, c, 3, 3], 0.5)), net.constant(normal(rng, [4])), pads=[1, 1, 1, 1])
    net.add("BatchNormalization", None, *[net.constant(normal(rng, [4])) for _ in range(3)], net.constant(np.abs(normal(rng, [4])) + F(0.5)))
    net.add(pick(rng, "Relu", "Sigmoid", "Tanh", "Softplus", "Elu", "Celu" if version >= 12 else "Relu"))
    skip = net.last
    net.add(pick(rng, "MaxPool", "AveragePool"), kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
    net.add("Add", None, skip)
    net.add("MaxPool", kernel_shape=[2, 3], strides=[2, 2], pads=pads_of(rng, [2, 3]), ceil_mode=1 if version >= 10 else None)
    net.add("GlobalAveragePool") if rng.random() < 0.7 else net.add("GlobalMaxPool")
    net.add("Flatten")
    net.add("Gemm", None, net.constant(normal(rng, [3, 4])), net.constant(normal(rng, [3])), transB=1)
    if rng.random() < 0.3:
        # torch.nn.functional.normalize
        source = net.last
        net.add("ReduceL2", None, net.ints([1]), keepdims=1) if version >= 18 else net.add("ReduceL2", axes=[1], keepdims=1)
        net.last = net.add("Clip", None, net.constant(1e-12), "")[0] if version >= 12 else net.last
        net.add("Div", source, net.last)
    net.tag = "chain"
    return net


ALPHA = lambda low, high: (lambda rng: float(rng.uniform(low, high)))
# Weight, lowest operator set, generator.
GENERATORS = {
    "resize": (8, 9, resize), "maxpool": (4, 9, pool("MaxPool")), "averagepool": (4, 9, pool("AveragePool")),
    "conv": (4, 9, conv), "convtranspose": (2, 11, conv_transpose), "reduce": (4, 9, reduce), "binary": (4, 9, binary),
    "softmax": (1, 9, softmax), "norm": (4, 9, norm), "dense": (2, 9, dense), "pad": (2, 9, pad), "moving": (5, 9, moving),
    "stack": (2, 9, stack), "chain": (3, 9, chain),
    "unary": (3, 9, unary(["Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Exp", "Log", "Sqrt", "Reciprocal", "Abs", "Neg", "Erf",
                           "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Elu", "LeakyRelu",
                           "Selu", "HardSigmoid", "GlobalAveragePool", "GlobalMaxPool"])),
    "alpha": (1, 9, unary(["Elu", "LeakyRelu", "HardSigmoid"], alpha=ALPHA(0.05, 0.8))),
    "thresholdedrelu": (0.4, 10, unary(["ThresholdedRelu"], alpha=ALPHA(0.1, 1))),
    "celu": (0.4, 12, unary(["Celu"], alpha=ALPHA(0.3, 2))),
    "selu": (0.3, 9, unary(["Selu"], alpha=ALPHA(0.5, 2), gamma=ALPHA(0.5, 2))),
    "shrink": (0.4, 9, unary(["Shrink"], lambd=ALPHA(0.2, 1), bias=ALPHA(0, 1))),
    "hardswish": (0.3, 14, unary(["HardSwish"])), "mish": (0.3, 18, unary(["Mish"])),
    "gelu": (0.4, 20, unary(["Gelu"], approximate=lambda rng: pick(rng, "none", "tanh"))),
}


def clip(rng, version):
    net = anything(rng, version)
    low, high = sorted(normal(rng, [2]).tolist())
    net.tag = "Clip"
    if version < 11:
        net.add("Clip", min=low, max=high)
    else:
        net.add("Clip", None, net.constant(low) if rng.random() < 0.8 else "", net.constant(high) if rng.random() < 0.8 else "")
    return net


GENERATORS["clip"] = (0.6, 9, clip)


def generate(index, seed, only):
    rng = np.random.default_rng([seed, index])
    names = [n for n in GENERATORS if not only or n in only]
    weights = np.array([GENERATORS[n][0] for n in names])
    _, low, make = GENERATORS[names[rng.choice(len(names), p=weights / weights.sum())]]
    version = int(pick(rng, *[v for v in (9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21) if v >= low]))
    net = make(rng, version)
    if net.nodes[-1].op_type.startswith("Global") and len(net.shape) < 3:
        net.shape += [4] * (3 - len(net.shape))
    x = normal(rng, net.shape)
    if getattr(net, "positive", False):
        x = np.abs(x) + F(1.05)
    if getattr(net, "unit", False):
        x = np.tanh(x).astype(F) * F(0.9)
    # Distinct values, so that winners are.
    return net, x


def session(model):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def reference(model, x):
    try:
        from onnx.reference import ReferenceEvaluator
        return ReferenceEvaluator(model).run(None, {"x": x})[0]
    except Exception as error:
        return str(error)[:80]


def distance(a, b):
    if isinstance(b, str) or a.shape != b.shape:
        return float("inf")
    if a.size == 0:
        return 0.0
    return float(np.max(np.abs(a.astype(float) - b)) / max(1.0, float(np.max(np.abs(b)))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nni", default=".build/debug/nni")
    parser.add_argument("--cases", type=int, default=3200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="generators: " + ", ".join(GENERATORS))
    parser.add_argument("--fixture", help="where a part of the cases is kept")
    parser.add_argument("--fixture-cases", type=int, default=300)
    parser.add_argument("--tolerance", type=float, default=2e-4)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--keep", help="where models are written; by default a folder that is removed")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp(prefix="operator-sweep-")
    os.makedirs(folder, exist_ok=True)
    tensors, cases, expected, tags, skipped = {}, [], {}, {}, collections.Counter()
    index = 0
    while len(cases) < options.cases and index < 4 * options.cases:
        net, x = generate(index, options.seed, options.only)
        index += 1
        model = net.model()
        try:
            y = session(model).run(None, {"x": x})[0]
        except Exception as error:
            skipped[f"{net.tag}: {str(error).splitlines()[0][:110]}"] += 1
            continue
        if not np.isfinite(y).all() or y.size == 0 or y.ndim == 0:
            skipped[f"{net.tag}: result empty or not finite"] += 1
            continue
        name = f"{index:05d}"
        onnx.save(model, f"{folder}/{name}.onnx")
        tensors[name] = x
        expected[name], tags[name] = y, (net.tag, net.version)
        cases.append(dict(id=name, model=f"{name}.onnx", input=name, method="forward"))
    json.dump(cases, open(f"{folder}/cases.json", "w"))
    save_file(tensors, f"{folder}/tensors.safetensors")
    run = subprocess.run(
        [options.nni, "attribute", "--cases", f"{folder}/cases.json", "--tensors", f"{folder}/tensors.safetensors",
         "--dtype", options.dtype, "--output", f"{folder}/result.safetensors"], capture_output=True, text=True)
    if not os.path.exists(f"{folder}/result.safetensors"):
        sys.exit(run.stderr[-2000:])
    found = load_file(f"{folder}/result.safetensors")
    messages = dict(re.findall(r"nni: case (\d+): (.*)", run.stderr))
    worst, wrong, reasons, agreeing, by_third = 0.0, [], collections.Counter(), [], []
    for case in cases:
        name = case["id"]
        if name not in found:
            reasons[f"{tags[name][0]}: {messages.get(name, 'no result')}"[:170]] += 1
            continue
        d = distance(found[name], expected[name])
        if d <= options.tolerance:
            worst = max(worst, d)
            agreeing.append(name)
            continue
        third = reference(onnx.load(f"{folder}/{name}.onnx"), tensors[name])
        t = distance(found[name], third)
        (by_third if t <= options.tolerance else wrong).append((name, tags[name], d, t))
    print(f"{len(cases)} cases (seed {options.seed}), {sum(skipped.values())} more that ONNX Runtime refused")
    print(f"{len(agreeing)} agree with ONNX Runtime, largest difference {worst:.2g}")
    print(f"{len(by_third)} agree with onnx's reference and not with ONNX Runtime")
    for name, tag, d, t in by_third[:40]:
        print(f"  {name} {tag}: {d:.2g} from ONNX Runtime")
    print(f"{sum(reasons.values())} refused")
    for reason, count in reasons.most_common():
        print(f"  {count:4d} {reason}")
    print(f"{len(wrong)} wrong")
    for name, tag, d, t in wrong[:80]:
        print(f"  {name} {tag}: {d:.3g} from ONNX Runtime, {t:.3g} from the reference")
    if options.fixture:
        keep(options, folder, agreeing, tensors, expected, tags)
    if not options.keep:
        shutil.rmtree(folder)
    sys.exit(1 if wrong else 0)


def keep(options, folder, agreeing, tensors, expected, tags):
    """Keeps cases in turn of each tag, so that none is missing: all models in one file of tensors."""
    groups = collections.defaultdict(list)
    for name in agreeing:
        groups[tags[name][0]].append(name)
    chosen = []
    while len(chosen) < options.fixture_cases and any(groups.values()):
        for tag in sorted(groups):
            if groups[tag] and len(chosen) < options.fixture_cases:
                chosen.append(groups[tag].pop(0))
    kept = {}
    for name in sorted(chosen):
        # Bare names do not clash, and each model is a tensor of bytes.
        label = f"{name} {tags[name][0]} {tags[name][1]}".strip()
        kept[f"{label}/model"] = np.frombuffer(open(f"{folder}/{name}.onnx", "rb").read(), dtype=np.uint8).copy()
        kept[f"{label}/input"] = tensors[name]
        kept[f"{label}/output"] = expected[name]
    os.makedirs(options.fixture, exist_ok=True)
    save_file(kept, os.path.join(options.fixture, "sweep.safetensors"))


if __name__ == "__main__":
    main()
