"""Writes the ONNX files of this folder: functions, half precision, quantised networks, and files of ONNX
Runtime's optimiser. `cases.json` lists them, `values.safetensors` holds inputs and outputs.

Made with torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0, transformers:  python make.py

Outputs are those of ONNX Runtime on the same file, sample by sample, without graph optimisations; those of
half-precision files are ONNX Runtime's in float16, which is why their tolerance is 1e-2.
"""
import json
import os
import tempfile

import numpy as np
import onnx
import onnxruntime
import onnxscript
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnxruntime import quantization
from onnxscript import opset18 as op
from safetensors.numpy import save_file
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
onnxruntime.set_default_logger_severity(4)
cases, values = [], {}
rng = np.random.default_rng(7)


def run(path, feeds, level=onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    count = len(next(iter(feeds.values())))
    types = {i.name: i.type for i in session.get_inputs()}
    rows = []
    for sample in range(count):
        one = {k: v[sample:sample + 1] for k, v in feeds.items() if k in types}
        one = {k: v.astype(np.float16) if types[k] == "tensor(float16)" else v for k, v in one.items()}
        rows.append(session.run(None, one)[0])
    return np.concatenate(rows).astype(np.float32)


def case(name, feeds, tolerance, expected=None, notes=()):
    """`tolerance` is that of the largest difference."""
    path = os.path.join(here, name)
    clean(path)
    y = run(path, feeds) if expected is None else expected
    cases.append(dict(file=name, inputs=sorted(feeds), tolerance=tolerance, notes=list(notes)))
    for key, value in feeds.items():
        values[f"{name}/{key}"] = value
    values[f"{name}/output"] = np.ascontiguousarray(y, np.float32)


def clean(path):
    """What only names places of the exporting machine is taken out."""
    model = onnx.load(path)
    model.doc_string = ""
    del model.metadata_props[:]
    groups = [model.graph.node] + [f.node for f in model.functions]
    for nodes in groups:
        for node in nodes:
            node.doc_string = ""
            del node.metadata_props[:]
    for function in model.functions:
        function.doc_string = ""
    for value in list(model.graph.value_info) + list(model.graph.input) + list(model.graph.output):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    onnx.save(model, path)


def build(name, nodes, inputs, outputs, tensors, opset=21, domains=(), functions=(), **options):
    graph = helper.make_graph(nodes, "g", inputs, outputs, tensors)
    sets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains]
    model = helper.make_model(graph, opset_imports=sets, functions=list(functions), ir_version=10, **options)
    onnx.save(model, os.path.join(here, name))
    return model


def info(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def tensor(name, array):
    return numpy_helper.from_array(array, name)


class Convnet(nn.Module):
    """A skip connection, a concatenation, a max pool, a mean; sides that are not square."""

    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3, padding=1)
        self.b = nn.Conv2d(8, 8, 3, padding=1)
        self.c = nn.Conv2d(8, 8, 1)
        self.l = nn.Linear(16, 5)

    def forward(self, x):
        x = torch.relu(self.a(x))
        x = torch.max_pool2d(torch.relu(x + self.b(x)), 2)
        x = torch.cat([torch.sigmoid(self.c(x)), nn.functional.leaky_relu(x, 0.1)], 1)
        return self.l(x.mean((2, 3)))


class Encoder(nn.Module):
    """One layer of a transformer over tokens."""

    def __init__(self, vocabulary=40, width=16, heads=2, kinds=2):
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        self.places = nn.Embedding(6, width)
        self.n1, self.n2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.q, self.k, self.v = (nn.Linear(width, width) for _ in range(3))
        self.o = nn.Linear(width, width)
        self.f1, self.f2 = nn.Linear(width, 32), nn.Linear(32, width)
        self.end = nn.Linear(width, kinds)
        self.heads = heads

    def forward(self, ids):
        x = self.n1(self.words(ids) + self.places.weight)
        n, t, c = x.shape

        def split(y):
            return y.view(n, t, self.heads, c // self.heads).transpose(1, 2)

        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        w = torch.softmax(q @ k.transpose(2, 3) / (c // self.heads) ** 0.5, -1)
        x = x + self.o((w @ v).transpose(1, 2).reshape(n, t, c))
        x = self.n2(x + self.f2(nn.functional.gelu(self.f1(x))))
        return self.end(x[:, 0])


def exported(net, example, path, names=("x",), **options):
    torch.onnx.export(net.eval(), example, path, dynamo=False, input_names=list(names), output_names=["y"],
                      dynamic_axes={n: {0: "n"} for n in names}, opset_version=options.pop("opset", 17), **options)


class Reader(quantization.CalibrationDataReader):
    def __init__(self, rows):
        self.rows = iter(rows)

    def get_next(self):
        return next(self.rows, None)


torch.manual_seed(3)
convnet, encoder = Convnet(), Encoder()
images = rng.standard_normal((2, 3, 10, 8)).astype(np.float32)
ids = rng.integers(0, 40, (2, 6))
folder = tempfile.mkdtemp()
plain = f"{folder}/plain.onnx"
exported(convnet, torch.from_numpy(images), plain)
words = f"{folder}/words.onnx"
exported(encoder, torch.from_numpy(ids), words, ["ids"])

# Functions.
torch.onnx.export(convnet.eval(), (torch.from_numpy(images),), f"{here}/dynamo-plain.onnx", dynamo=True,
                  optimize=False, external_data=False, dynamic_shapes=({0: torch.export.Dim("n")},), input_names=["x"])
case("dynamo-plain.onnx", dict(x=images), 1e-5)



@onnxscript.script()
def gated(x, slope: float):
    """A function with an attribute and a branch that its inputs decide."""
    low = op.CastLike(slope, x)
    return x * op.Sigmoid(low * x)


@onnxscript.script()
def network(x: onnxscript.FLOAT["n", 4]):
    y = gated(x, slope=1.5)
    return op.ReduceSum(gated(y, slope=-0.25) * x, [1], keepdims=1) + y


onnx.save(network.to_model_proto(), f"{here}/functions-onnxscript.onnx")
case("functions-onnxscript.onnx", dict(x=rng.standard_normal((2, 4)).astype(np.float32)), 1e-5)

scale = helper.make_function(
    "local", "Scale", ["v", "w"], ["r"],
    [helper.make_node("Constant", [], ["a"]), helper.make_node("Mul", ["v", "a"], ["m"]),
     helper.make_node("Add", ["m", "w"], ["r"])],
    [helper.make_opsetid("", 21)], attributes=[],
    attribute_protos=[helper.make_attribute("factor", 2.0)])
scale.node[0].attribute.append(onnx.AttributeProto(name="value_float", ref_attr_name="factor", type=onnx.AttributeProto.FLOAT))
pair = helper.make_function(
    "local", "Pair", ["v", "w"], ["r", "s"],
    [helper.make_node("Scale", ["v", "w"], ["m"], domain="local"),
     helper.make_node("Scale", ["m", "v"], ["r"], domain="local", factor=-0.5),
     helper.make_node("ReduceSum", ["m"], ["s"], axes=[1], keepdims=1)],
    [helper.make_opsetid("", 11), helper.make_opsetid("local", 1)])
body = helper.make_graph([helper.make_node("Scale", ["outer", "x"], ["then"], domain="local", factor=3.0)], "t", [],
                         [info("then", None)])
other = helper.make_graph([helper.make_node("Identity", ["x"], ["else"])], "e", [], [info("else", None)])
build("functions-nested.onnx",
      [helper.make_node("Pair", ["x", "x"], ["outer", "s"], domain="local", name="p"),
       helper.make_node("If", ["yes"], ["i"], then_branch=body, else_branch=other),
       helper.make_node("Mul", ["i", "s"], ["y"])],
      [info("x", ["n", 4])], [info("y", ["n", 4])], [tensor("yes", np.array(True))], domains=["local"],
      functions=[scale, pair])
x = rng.standard_normal((2, 4)).astype(np.float32)
# ONNX Runtime takes a function's operators in the file's version, so by hand: m = 3x, outer = -m/2 + x.
case("functions-nested.onnx", dict(x=x), 1e-5, -0.5 * x * (3 * x).sum(1, keepdims=True))

# Half precision.
half = onnx.load(plain)
from onnxruntime.transformers.float16 import convert_float_to_float16  # noqa: E402

onnx.save(convert_float_to_float16(half), f"{here}/half-convnet.onnx")
case("half-convnet.onnx", dict(x=images), 1e-2, notes=["float16"])
onnx.save(convert_float_to_float16(onnx.load(plain), keep_io_types=True, op_block_list=["Conv"]), f"{here}/half-mixed.onnx")
case("half-mixed.onnx", dict(x=images), 1e-2, notes=["float16"])
f16 = np.float16
build("half-operators.onnx",
      [helper.make_node("Cast", ["x"], ["h"], to=TensorProto.FLOAT16),
       helper.make_node("Clip", ["h", "low", "high"], ["c"]),
       helper.make_node("Pad", ["c", "pads", "fill"], ["p"]),
       helper.make_node("Resize", ["p", "roi", "", "sizes"], ["r"], mode="linear",
                        coordinate_transformation_mode="tf_crop_and_resize"),
       helper.make_node("Constant", [], ["k"], value=tensor("k", np.array([[0.3]], f16))),
       helper.make_node("Mul", ["r", "k"], ["m"]),
       helper.make_node("CastLike", ["one", "m"], ["o"]),
       helper.make_node("Add", ["m", "o"], ["a"]),
       helper.make_node("Cast", ["a"], ["y"], to=TensorProto.FLOAT)],
      [info("x", ["n", 2, 4, 5])], [info("y", None)],
      [tensor("low", np.array(-0.7, f16)), tensor("high", np.array(0.9, f16)),
       tensor("pads", np.array([0, 0, 1, 0, 0, 0, 0, 2])), tensor("fill", np.array(0.25, f16)),
       tensor("roi", np.array([0, 0, 0.1, 0.2, 1, 1, 0.8, 0.9], f16)), tensor("sizes", np.array([1, 2, 6, 7])),
       tensor("one", np.array([1.5], np.float32))])
x = rng.standard_normal((2, 2, 4, 5)).astype(np.float32)
# ONNX Runtime crops elsewhere than the operator's text.
evaluator = ReferenceEvaluator(f"{here}/half-operators.onnx")
expected = np.concatenate([evaluator.run(None, dict(x=x[i:i + 1]))[0] for i in range(2)]).astype(np.float32)
case("half-operators.onnx", dict(x=x), 1e-2, expected, notes=["float16"])

# Quantised: both forms, and by values' own ranges.
prepared = f"{folder}/prepared.onnx"
quantization.quant_pre_process(plain, prepared)
rows = [dict(x=rng.standard_normal((1, 3, 10, 8)).astype(np.float32)) for _ in range(20)]


def step(path):
    """The largest scale of a rounding, twice, which is how far a tie may throw a value."""
    model = onnx.load(path)
    known = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    scales = [known[n.input[1]].max() for n in model.graph.node if n.op_type == "QuantizeLinear" and n.input[1] in known]
    scales += [known[n.input[6]].max() for n in model.graph.node if n.op_type == "QLinearConv"]
    return float(max(scales)) if scales else 0.05


for kind, form in [("qdq", quantization.QuantFormat.QDQ), ("qlinear", quantization.QuantFormat.QOperator)]:
    for per_channel in [False, True]:
        name = f"{kind}-convnet{'-channels' if per_channel else ''}.onnx"
        quantization.quantize_static(
            prepared, f"{here}/{name}", Reader(rows), quant_format=form, per_channel=per_channel,
            activation_type=quantization.QuantType.QInt8 if per_channel else quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8)
        case(name, dict(x=images), step(f"{here}/{name}"), notes=["quantised"])
prepared_words = f"{folder}/prepared-words.onnx"
quantization.quant_pre_process(words, prepared_words)
quantization.quantize_static(prepared_words, f"{here}/qdq-encoder.onnx", Reader([dict(ids=rng.integers(0, 40, (1, 6))) for _ in range(20)]))
case("qdq-encoder.onnx", dict(ids=ids), step(f"{here}/qdq-encoder.onnx"), notes=["quantised"])
quantization.quantize_dynamic(prepared_words, f"{here}/dynamic-encoder.onnx", weight_type=quantization.QuantType.QInt8, per_channel=True)
case("dynamic-encoder.onnx", dict(ids=ids), 0.03, notes=["quantised"])
quantization.quantize_dynamic(prepared, f"{here}/dynamic-convnet.onnx", weight_type=quantization.QuantType.QUInt8)
case("dynamic-convnet.onnx", dict(x=images), 0.03, notes=["quantised"])


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.r = nn.LSTM(5, 6, batch_first=True, bidirectional=True)
        self.l = nn.Linear(12, 3)

    def forward(self, x):
        return self.l(self.r(x)[0][:, -1])


series = rng.standard_normal((2, 7, 5)).astype(np.float32)
exported(Sequence(), torch.from_numpy(series), f"{folder}/series.onnx")
quantization.quantize_dynamic(f"{folder}/series.onnx", f"{here}/dynamic-lstm.onnx", weight_type=quantization.QuantType.QInt8)
case("dynamic-lstm.onnx", dict(x=series), 0.03, notes=["quantised"])

# Levels of a few bits, in blocks.
blocks = rng.integers(-8, 8, (8, 6)).astype(np.int8)
packed = helper.make_tensor("w", TensorProto.INT4, [8, 6], blocks.ravel())
small = helper.make_tensor("z", TensorProto.UINT4, [], [3])
wide = helper.make_tensor("z16", TensorProto.UINT16, [], [30000])
build("blocks-int4.onnx",
      [helper.make_node("QuantizeLinear", ["x", "sx", "z16"], ["q"]),
       helper.make_node("DequantizeLinear", ["q", "sx", "z16"], ["d"]),
       helper.make_node("DequantizeLinear", ["w", "sw"], ["v"], axis=0, block_size=4),
       helper.make_node("MatMul", ["d", "v"], ["m"]),
       helper.make_node("QuantizeLinear", ["m", "sm", "z"], ["p"]),
       helper.make_node("DequantizeLinear", ["p", "sm", "z"], ["y"])],
      [info("x", ["n", 8])], [info("y", None)],
      [packed, small, wide, tensor("sx", np.array(1e-4, np.float32)), tensor("sm", np.array(0.25, np.float32)),
       tensor("sw", (0.01 + rng.random((2, 6)) / 20).astype(np.float32))])
case("blocks-int4.onnx", dict(x=rng.standard_normal((2, 8)).astype(np.float32)), 0.25, notes=["quantised"])
f8 = helper.make_tensor("w", TensorProto.FLOAT8E4M3FN, [4, 3], rng.standard_normal(12))
build("weights-float8.onnx",
      [helper.make_node("DequantizeLinear", ["w", "s"], ["v"]), helper.make_node("MatMul", ["x", "v"], ["y"])],
      [info("x", ["n", 4])], [info("y", None)], [f8, tensor("s", np.array(0.5, np.float32))], opset=19)
case("weights-float8.onnx", dict(x=rng.standard_normal((2, 4)).astype(np.float32)), 1e-5, notes=["weights are quantised"])
bits = rng.integers(0, 256, (6, 2, 8)).astype(np.uint8)
build("weights-nbits.onnx",
      [helper.make_node("MatMulNBits", ["x", "w", "s", "z"], ["y"], domain="com.microsoft", K=32, N=6, bits=4, block_size=16)],
      [info("x", ["n", 32])], [info("y", None)],
      [tensor("w", bits), tensor("s", rng.random(12).astype(np.float32) / 8),
       tensor("z", rng.integers(0, 256, 6).astype(np.uint8))], domains=["com.microsoft"])
case("weights-nbits.onnx", dict(x=rng.standard_normal((2, 32)).astype(np.float32)), 1e-4, notes=["weights are quantised"])
whole = {"a": rng.integers(0, 255, (4, 3)).astype(np.uint8), "k": rng.integers(-100, 100, (2, 1, 2, 2)).astype(np.int8)}
build("integers.onnx",
      [helper.make_node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]),
       helper.make_node("ConvInteger", ["q", "k", "z", "zk"], ["c"]),
       helper.make_node("Cast", ["c"], ["f"], to=1), helper.make_node("Flatten", ["f"], ["l"]),
       helper.make_node("Mul", ["l", "s"], ["y"])],
      [info("x", ["n", 1, 4, 3])], [info("y", None)],
      [tensor("k", whole["k"]), tensor("zk", np.array(3, np.int8))], opset=17)
case("integers.onnx", dict(x=rng.standard_normal((2, 1, 4, 3)).astype(np.float32)), 1.0, notes=["quantised"])

# What the optimiser writes.
Level = onnxruntime.GraphOptimizationLevel
for name, source, feeds in [("convnet", plain, dict(x=images)), ("encoder", words, dict(ids=ids)),
                            ("qdq-convnet", f"{here}/qdq-convnet.onnx", dict(x=images)),
                            ("dynamic-encoder", f"{here}/dynamic-encoder.onnx", dict(ids=ids))]:
    for level, suffix in [(Level.ORT_ENABLE_EXTENDED, "extended"), (Level.ORT_ENABLE_ALL, "all")]:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = level
        path = f"{here}/optimised-{name}-{suffix}.onnx"
        options.optimized_model_filepath = path
        onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        isQuantised = name[0] in "qd"
        case(os.path.basename(path), feeds, 0.1 if isQuantised else 1e-5,
             None if isQuantised else run(source, feeds), notes=["quantised"] if isQuantised else [])

from transformers import BertConfig, BertForSequenceClassification, ViTConfig, ViTForImageClassification  # noqa: E402
from onnxruntime.transformers import optimizer  # noqa: E402
from onnxruntime.transformers.fusion_options import FusionOptions  # noqa: E402

torch.manual_seed(5)
bert = BertForSequenceClassification(BertConfig(
    vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24,
    max_position_embeddings=8, attn_implementation="eager")).eval()
mask = np.array([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]])
feeds = dict(input_ids=rng.integers(0, 50, (2, 6)), attention_mask=mask, token_type_ids=rng.integers(0, 2, (2, 6)))


class Logits(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.net(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


torch.onnx.export(Logits(bert), tuple(torch.from_numpy(feeds[k]) for k in ["input_ids", "attention_mask", "token_type_ids"]),
                  f"{folder}/bert.onnx", dynamo=False, opset_version=14, input_names=["input_ids", "attention_mask", "token_type_ids"],
                  output_names=["logits"], dynamic_axes={k: {0: "n"} for k in feeds})
options = FusionOptions("bert")
model = optimizer.optimize_model(f"{folder}/bert.onnx", "bert", num_heads=2, hidden_size=16, optimization_options=options, opt_level=0)
model.save_model_to_file(f"{here}/fused-bert.onnx")
print("fused-bert:", sorted({f"{n.domain}::{n.op_type}" for n in model.model.graph.node}))
case("fused-bert.onnx", feeds, 1e-5, run(f"{folder}/bert.onnx", feeds))
vit = ViTForImageClassification(ViTConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24,
                                          image_size=12, patch_size=4, num_labels=3, attn_implementation="eager")).eval()


class Answers(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net(x).logits


photos = rng.standard_normal((2, 3, 12, 12)).astype(np.float32)
exported(Answers(vit), torch.from_numpy(photos), f"{folder}/vit.onnx")
model = optimizer.optimize_model(f"{folder}/vit.onnx", "vit", num_heads=2, hidden_size=16, opt_level=0)
model.save_model_to_file(f"{here}/fused-vit.onnx")
print("fused-vit:", sorted({f"{n.domain}::{n.op_type}" for n in model.model.graph.node}))
case("fused-vit.onnx", dict(x=photos), 1e-5, run(f"{folder}/vit.onnx", dict(x=photos)))

# A grid that the image decides.
class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.l, self.c = nn.Linear(3, 6), nn.Conv2d(3, 4, 3)
        self.l.weight.data *= 0.2
        self.l.bias.data = torch.tensor([1, 0, 0, 0, 1, 0.])

    def forward(self, x):
        t = self.l(x.mean((2, 3))).view(-1, 2, 3)
        y = nn.functional.grid_sample(x, nn.functional.affine_grid(t, [1, 3, 7, 6], align_corners=False), align_corners=False)
        return torch.relu(self.c(y)).mean((2, 3))


torch.manual_seed(9)
sampler = Transformer().eval()
torch.onnx.export(sampler, (torch.from_numpy(images[:1]),), f"{here}/affine-grid.onnx", dynamo=False, opset_version=20,
                  input_names=["x"], output_names=["y"])
case("affine-grid.onnx", dict(x=images), 1e-5,
     np.concatenate([sampler(torch.from_numpy(images[i:i + 1])).detach().numpy() for i in range(2)]))

# Operators of other processors, by hand.
bias = rng.standard_normal(8).astype(np.float32)
build("curves.onnx",
      [helper.make_node("BiasSplitGelu", ["x", "b"], ["g"], domain="com.microsoft"),
       helper.make_node("BiasAdd", ["g", "h", "g"], ["a"], domain="com.microsoft"),
       helper.make_node("BiasSoftmax", ["a", "h"], ["s"], domain="com.microsoft", axis=2, is_inner_broadcast=0),
       helper.make_node("Mul", ["s", "a"], ["y"])],
      [info("x", ["n", 3, 8])], [info("y", None)], [tensor("b", bias), tensor("h", bias[:4])], domains=["com.microsoft"])
x = rng.standard_normal((2, 3, 8)).astype(np.float32)
left, right = torch.from_numpy(x + bias).chunk(2, -1)
a = 2 * left * nn.functional.gelu(right) + torch.from_numpy(bias[:4])
case("curves.onnx", dict(x=x), 1e-5, (torch.softmax(a + torch.from_numpy(bias[:4]), -1) * a).numpy())

json.dump(cases, open(f"{here}/cases.json", "w"), indent=1)
save_file(values, f"{here}/values.safetensors")
for c in cases:
    print(c["file"], os.path.getsize(f"{here}/{c['file']}"))
