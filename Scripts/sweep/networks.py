"""Networks of a few operators in a chain, and the random choices that they are made of."""
import numpy as np
from onnx import TensorProto, helper as h, numpy_helper as nh

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
            graph, opset_imports=[h.make_opsetid("", self.version)]
            + [h.make_opsetid(d, 1) for d in sorted({n.domain for n in self.nodes} - {""})],
            ir_version=8 if self.version < 20 else 10, producer_name=producer)


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
