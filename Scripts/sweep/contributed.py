"""Operators of ONNX Runtime's optimiser and quantiser, and those of ONNX's own that simpler ones put together."""
import numpy as np
from onnx import TensorProto, helper as h

from sweep.networks import F, Net, normal, pick, some

MS = "com.microsoft"


def alone(rng, version, *extents):
    """One sample, of three axes unless extents say otherwise."""
    return Net(rng, version, [1] + (list(extents) or some(rng, 3, 6, 2)))


def ms(net, kind, *inputs, **attributes):
    return net.add(kind, *inputs, domain=MS, **attributes)


def curves(rng, version):
    net = alone(rng, version)
    width = net.shape[-1]
    kind = pick(rng, "Gelu", "BiasGelu", "FastGelu", "QuickGelu")
    net.tag = kind
    if kind in ("Gelu", "QuickGelu"):
        ms(net, kind, None, alpha=float(rng.uniform(0.5, 2)) if kind == "QuickGelu" else None)
    else:
        ms(net, kind, None, net.constant(normal(rng, [width])))
    return net


def skips(rng, version):
    net = alone(rng, version)
    kind = pick(rng, "SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "SimplifiedLayerNormalization")
    net.tag = kind
    width = net.shape[-1]
    w = [net.constant(normal(rng, [width])) for _ in range(3)]
    if kind.startswith("Simplified"):
        net.add(kind, None, w[0], axis=-1, epsilon=1e-3)
        return net
    other = net.add("Tanh")[0]
    rest = w if kind == "SkipLayerNormalization" else [w[0], w[1]]
    if rng.random() < 0.3:
        rest = rest[:1]
    names = ms(net, kind, "x", other, *rest, outputs=4, epsilon=1e-3)
    net.nodes[-1].output[1] = net.nodes[-1].output[2] = ""
    if rng.random() < 0.7:
        net.add("Add", names[0], names[3])
    return net


def products(rng, version):
    net = alone(rng, version, *some(rng, 2, 5, 3))
    kind = pick(rng, "FusedMatMul", "FusedGemm", "TransposeMatMul")
    net.tag = kind
    if kind == "FusedGemm":
        net.shape = [1, 6]
        weight = net.constant(normal(rng, [4, 6]))
        curve = pick(rng, ("Relu", {}), ("LeakyRelu", dict(activation_alpha=0.3)), ("Tanh", {}))
        ms(net, kind, None, weight, net.constant(normal(rng, [4])), transB=1, activation=curve[0], **curve[1])
        return net
    n, a, b, c = net.shape
    left, right = rng.random() < 0.5, rng.random() < 0.5
    inner = b if left else c
    other = net.constant(normal(rng, [3, inner] if right else [inner, 3]))
    if rng.random() < 0.4:
        # Both factors computed.
        other = net.add("Transpose", perm=[0, 1, 2, 3] if left == right else [0, 1, 3, 2])[0]
        right = not left if left == right else right
        ms(net, kind, "x", other, transA=int(left), transB=int(right), alpha=0.7)
    else:
        ms(net, kind, "x", other, transA=int(left), transB=int(right), alpha=0.7)
    return net


def convolutions(rng, version):
    net = alone(rng, version, int(rng.integers(1, 4)), *some(rng, 5, 8, 2))
    net.tag = "FusedConv"
    weight = net.constant(normal(rng, [4, net.shape[1], 3, 3]))
    curve = pick(rng, ("Relu", []), ("LeakyRelu", [0.2]), ("Clip", [-0.5, 1.0]), ("HardSigmoid", [0.3, 0.4]), ("Sigmoid", []))
    ms(net, "FusedConv", None, weight, net.constant(normal(rng, [4])), pads=[1, 1, 1, 1], activation=curve[0],
       activation_params=curve[1] or None)
    return net


def attention(rng, version):
    heads, width, steps = 2, 8, int(rng.integers(2, 5))
    net = alone(rng, version, steps, width)
    kind = pick(rng, "Attention", "MultiHeadAttention", "RotaryEmbedding", "GroupQueryAttention")
    net.tag = kind
    causal = int(rng.integers(0, 2))
    if kind == "Attention":
        mask = pick(rng, "", net.ints([[1] * (steps - 1) + [0]]), net.ints([steps - 1]))
        for t in net.constants:
            if t.data_type == TensorProto.INT64:
                t.CopyFrom(h.make_tensor(t.name, TensorProto.INT32, t.dims, np.frombuffer(t.raw_data, np.int64)))
        ms(net, kind, None, net.constant(normal(rng, [width, 3 * width])), net.constant(normal(rng, [3 * width])), mask,
           num_heads=heads, unidirectional=causal)
    elif kind == "MultiHeadAttention":
        k, v = net.add("Tanh", "x")[0], net.add("Abs", "x")[0]
        bias = net.constant(normal(rng, [3 * width])) if rng.random() < 0.6 else ""
        added = net.constant(normal(rng, [1, heads, steps, steps])) if rng.random() < 0.5 else ""
        ms(net, kind, "x", k, v, bias, "", added, num_heads=heads, unidirectional=causal)
    elif kind == "RotaryEmbedding":
        inter = int(rng.integers(0, 2))
        places = net.ints([[int(v) for v in rng.integers(0, 6, steps)]]) if rng.random() < 0.5 else net.ints([1])
        ms(net, kind, None, places, net.constant(normal(rng, [8, 2])), net.constant(normal(rng, [8, 2])), interleaved=inter,
           num_heads=heads)
    else:
        net.shape[-1] = 32
        q = "x"
        k = net.add("Slice", "x", net.ints([0]), net.ints([16]), net.ints([2]))[0]
        v = net.add("Slice", "x", net.ints([16]), net.ints([32]), net.ints([2]))[0]
        last = net.constant([steps - 1], np.int32)
        ms(net, kind, q, k, v, "", "", last, net.constant(steps, np.int32), net.constant(normal(rng, [8, 8])),
           net.constant(normal(rng, [8, 8])), outputs=3, num_heads=2, kv_num_heads=1, do_rotary=1,
           rotary_interleaved=int(rng.integers(0, 2)))
    return net


def levels(net, kind=np.uint8, source=None, scale=0.05):
    """A rounding to levels; gives names of levels, scale and zero point."""
    s, z = net.constant(scale), net.constant(120 if kind == np.uint8 else -3, kind)
    return net.add("QuantizeLinear", source, s, z)[0], s, z


def grid(net, kind=np.uint8, scale=0.06):
    return net.constant(scale), net.constant(110 if kind == np.uint8 else 5, kind)


def back(net, s, z):
    net.add("DequantizeLinear", None, s, z)
    return net


def quantised(rng, version):
    kind = pick(rng, "QLinearAdd", "QLinearMul", "QLinearSigmoid", "QLinearLeakyRelu", "QLinearAveragePool",
                "QLinearGlobalAveragePool", "QLinearConcat", "QGemm", "QLinearConv", "QLinearMatMul", "QLinearSoftmax", "Axis")
    net = alone(rng, version, 3, 6, 5)
    net.tag, net.step = kind, 0.12
    if kind == "Axis":
        s = net.constant((0.02 + rng.random(3) / 10).astype(F))
        z = net.constant(rng.integers(-9, 9, 3), np.int8)
        net.add("QuantizeLinear", None, s, z, axis=1)
        net.add("MaxPool", kernel_shape=[2, 2]) if version >= 12 and rng.random() < 0.5 else None
        net.add("DequantizeLinear", None, s, z, axis=1)
        return net
    if kind in ("QGemm", "QLinearMatMul"):
        net.shape = [1, 7]
        q, s, z = levels(net)
        w, ws, wz = (net.constant(rng.integers(-90, 90, [7, 4]), np.int8), net.constant(0.01), net.constant(2, np.int8))
        ys, yz = grid(net)
        if kind == "QGemm":
            ms(net, kind, q, s, z, w, ws, wz, net.constant(rng.integers(-500, 500, 4), np.int32), ys, yz, alpha=1.0)
        else:
            net.add(kind, q, s, z, w, ws, wz, ys, yz)
        return back(net, ys, yz)
    q, s, z = levels(net)
    ys, yz = grid(net)
    if kind == "QLinearConv":
        w = net.constant(rng.integers(-90, 90, [4, 3, 3, 3]), np.int8)
        ws = net.constant((0.005 + rng.random(4) / 100).astype(F)) if rng.random() < 0.5 else net.constant(0.01)
        wz = net.constant(np.zeros(4), np.int8) if len(net.constants[-1].dims) else net.constant(0, np.int8)
        net.add(kind, q, s, z, w, ws, wz, ys, yz, net.constant(rng.integers(-500, 500, 4), np.int32), pads=[1, 0, 1, 0])
    elif kind in ("QLinearAdd", "QLinearMul"):
        net.last = "x"
        t = net.add("Tanh")[0]
        p, ps, pz = levels(net, source=t, scale=0.01)
        ms(net, kind, q, s, z, p, ps, pz, ys, yz)
    elif kind == "QLinearConcat":
        net.last = "x"
        t = net.add("Tanh")[0]
        p, ps, pz = levels(net, source=t, scale=0.01)
        ms(net, kind, ys, yz, q, s, z, p, ps, pz, axis=1)
    elif kind == "QLinearAveragePool":
        ms(net, kind, q, s, z, ys, yz, kernel_shape=[2, 3], strides=[2, 1])
    elif kind == "QLinearSoftmax":
        ys, yz = net.constant(1 / 256), net.constant(0, np.uint8)
        ms(net, kind, q, s, z, ys, yz, axis=3, opset=13)
    else:
        ms(net, kind, q, s, z, ys, yz, alpha=0.2 if kind == "QLinearLeakyRelu" else None,
           channels_last=0 if "Global" in kind else None)
    return back(net, ys, yz)


def composed(rng, version):
    kind = pick(rng, "MeanVarianceNormalization", "LpPool", "GlobalLpPool", "Hardmax", "CenterCropPad", "GridSample",
                "STFT", "Swish", "RotaryEmbedding", "CastLike", "Col2Im", "DFT", "HannWindow")
    least = dict(CenterCropPad=18, GridSample=16, STFT=17, Swish=24, RotaryEmbedding=23, CastLike=15, Hardmax=13, Col2Im=18, DFT=17, HannWindow=17)
    net = alone(rng, max(version, least.get(kind, 9)), 3, 6, 5)
    net.tag = kind
    if kind == "MeanVarianceNormalization":
        net.add(kind, axes=[2, 3] if rng.random() < 0.5 else [1, 2, 3])
    elif kind == "LpPool":
        net.add(kind, kernel_shape=[2, 3], strides=[2, 1], pads=[1, 0, 1, 0], p=int(rng.integers(1, 4)))
    elif kind == "GlobalLpPool":
        net.add(kind, p=int(rng.integers(1, 4)))
    elif kind == "Hardmax":
        net.add(kind, axis=int(pick(rng, 1, 2, -1)))
    elif kind == "CenterCropPad":
        net.add(kind, None, net.ints(some(rng, 3, 8, 2)), axes=[2, 3])
    elif kind == "GridSample":
        g = np.clip(normal(rng, [1, 4, 3, 2], 0.6), -1.2, 1.2)
        names = ("linear", "nearest") if net.version >= 20 else ("bilinear", "nearest")
        net.add(kind, None, net.constant(g), mode=pick(rng, *names), padding_mode=pick(rng, "zeros", "border", "reflection"),
                align_corners=int(rng.integers(0, 2)))
    elif kind == "STFT":
        net.shape = [1, 40, 1]
        net.add(kind, None, net.constant(4, np.int64), net.constant(np.hanning(10).astype(F)), onesided=int(rng.integers(0, 2)))
    elif kind == "DFT":
        net.shape = [1, 3, 8, 1 + (inverse := int(rng.integers(0, 2)))]
        axis = int(pick(rng, 1, 2))
        one = dict(inverse=inverse, onesided=0 if inverse else int(rng.integers(0, 2)))
        if net.version < 20:
            net.add(kind, axis=axis, **one)
        else:
            net.add(kind, None, "", net.constant(axis, np.int64), **one)
    elif kind == "HannWindow":
        kind = net.tag = pick(rng, "HannWindow", "HammingWindow", "BlackmanWindow")
        w = net.add(kind, net.constant(net.shape[-1], np.int64), periodic=int(rng.integers(0, 2)))[0]
        net.add("Mul", "x", w)
    elif kind == "Swish":
        net.add(kind, alpha=float(pick(rng, 1.0, 0.6)))
    elif kind == "RotaryEmbedding":
        net.shape = [1, 2, 4, 8]
        net.add(kind, None, net.constant(normal(rng, [1, 4, 4])), net.constant(normal(rng, [1, 4, 4])), interleaved=int(rng.integers(0, 2)))
    elif kind == "Col2Im":
        net.shape = [1, 2 * 2 * 3, 3 * 4]
        net.add(kind, None, net.ints([4, 6]), net.ints([2, 3]))
    else:
        c = net.add("CastLike", net.constant(3, np.int64), "x")[0]
        net.add("Add", "x", c)
    return net


CONTRIBUTED = {
    "curves": (1, 11, curves), "skips": (1, 11, skips), "products": (1, 11, products), "fusedconv": (1, 11, convolutions),
    "attention": (1, 13, attention), "quantised": (2, 13, quantised), "composed": (2, 11, composed),
}
