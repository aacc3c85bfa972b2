#!/usr/bin/env bash
# onnxruntime 1.32.0: quantize_static with QuantFormat.QOperator where a Gemm's bias is an initializer with a second reader.
#
# The quantiser keeps one quantised form for each name and gives it to every reader. A QGemm needs its bias as int32 whose scale is
# the product of that Gemm's own scales of input and weight.
# (1) Two Gemms that share a bias: the second reads the levels that were made with the first one's scales, so that its bias is
#     multiplied by the ratio of the two products. The file loads and runs; results are wrong with no word.
# (2) A bias that an Add reads before the Gemm: it is there already as an activation of 8 bits, and QGemm gets that. The file is
#     written without an error and cannot be loaded.
# QuantFormat.QDQ is right in both cases, and so is QOperator when the equal numbers have two names. Exporters that write equal
# tensors once make such files of networks that share nothing.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import logging
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

onnxruntime.set_default_logger_severity(4)
logging.disable(logging.WARNING)


class Samples(CalibrationDataReader):
    def __init__(self):
        self.rest = iter(np.linspace(-1, 1, 9, dtype=np.float32))

    def get_next(self):
        value = next(self.rest, None)
        return None if value is None else {"x": np.full((1, 2), value, np.float32)}


def gemm(x, weight, bias, y):
    return helper.make_node("Gemm", [x, weight, bias], [y], name=y)


def result(nodes, form):
    """The output for x = -1, of the file as it is (`form` None) or quantised."""
    numbers = {"first": 16 * np.eye(2), "second": np.eye(2), "bias": [-8, -8], "copy": [-8, -8]}
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2])],
                              [numpy_helper.from_array(np.float32(n), name) for name, n in numbers.items() if name in used])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model, full_check=True)
    onnx.save(model, "network.onnx")
    if form is not None:
        quantize_static("network.onnx", "quantised.onnx", Samples(), quant_format=form,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    try:
        session = onnxruntime.InferenceSession("network.onnx" if form is None else "quantised.onnx",
                                               providers=["CPUExecutionProvider"])
    except Exception as error:
        return str(error).split("Type Error: ")[-1]
    return round(float(session.run(None, {"x": np.float32([[-1, -1]])})[0][0, 0]), 2)


def two(bias):
    relu = helper.make_node("Relu", ["h"], ["r"], name="relu")
    return [gemm("x", "first", "bias", "h"), relu, gemm("r", "second", bias, "y")]


forms = None, QuantFormat.QDQ, QuantFormat.QOperator
shared, own = ([result(two(bias), form) for form in forms] for bias in ("bias", "copy"))
add = helper.make_node("Add", ["x", "bias"], ["a"], name="add")
after = [result([add, gemm("a", "second", "bias", "y")], form) for form in forms]
print("float, QDQ, QOperator")
for name, values in ("a bias for each", own), ("one bias for two", shared), ("a bias that an Add reads", after):
    print(name + ":", *values)
assert np.allclose(own, -8, atol=0.2) and np.allclose(shared[:2], -8, atol=0.2) and abs(shared[2] + 2) < 0.2
assert np.allclose(after[:2], -17, atol=0.2) and "'tensor(uint8)' of input parameter (bias_quantized) of operator (QGemm)" in after[2]
PYTHON
# Output seen:
#   float, QDQ, QOperator
#   a bias for each: -8.0 -8.0 -8.0
#   one bias for two: -8.0 -8.0 -2.01
#   a bias that an Add reads: -17.0 -17.0 Type 'tensor(uint8)' of input parameter (bias_quantized) of operator (QGemm) in node (y_quant) is invalid.
