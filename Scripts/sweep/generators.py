"""What makes the cases: a generator for each family of operators, and which of them a case's number picks."""
import numpy as np

from sweep.choosing import choosing
from sweep.contributed import CONTRIBUTED
from sweep.networks import F, Net, anything, image, normal, pick, some
from sweep.windows import conv, conv_transpose, pads_of, pool, resize


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


def clip(rng, version):
    net = anything(rng, version)
    low, high = sorted(normal(rng, [2]).tolist())
    net.tag = "Clip"
    if version < 11:
        net.add("Clip", min=low, max=high)
    else:
        net.add("Clip", None, net.constant(low) if rng.random() < 0.8 else "", net.constant(high) if rng.random() < 0.8 else "")
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
    "clip": (0.6, 9, clip),
}
# Not among the standard cases, so that a seed gives the same ones: --only curves skips …
NAMED = {**GENERATORS, **CONTRIBUTED, "choosing": (3, 9, choosing)}


def generate(index, seed, only):
    rng = np.random.default_rng([seed, index])
    names = [n for n in (NAMED if only else GENERATORS) if not only or n in only]
    weights = np.array([NAMED[n][0] for n in names])
    _, low, make = NAMED[names[rng.choice(len(names), p=weights / weights.sum())]]
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
