#!/usr/bin/env bash
# onnxruntime 1.32.0, CPU: Resize, mode nearest, asymmetric, nearest_mode floor, with `sizes`.
#
# The operator's text: x_original = x_resized / scale with scale = length_resized / length_original, then floor.
# ONNX Runtime rounds the scale and the quotient to float32. Where the exact position is a whole number the
# quotient may fall just below it, and floor takes the element before: 14 elements to 2 gives elements 0 and 6,
# where the text (onnx's ReferenceEvaluator) and PyTorch's interpolate(size=2) give 0 and 7. PyTorch exports its
# nearest interpolation to a size with exactly these attributes. Of the 1,600 pairs of lengths from 1 to 40, 46 differ.
# The same lengths as whole factors (`scales`) are right. Nothing is said, results are a pixel off.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np, onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)


def models(old, new):
    node = helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], mode="nearest", nearest_mode="floor",
                            coordinate_transformation_mode="asymmetric")
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 1, old])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [helper.make_tensor("sizes", TensorProto.INT64, [4], [1, 1, 1, new])])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


def run(old, new):
    model = models(old, new)
    x = np.arange(old, dtype=np.float32).reshape(1, 1, 1, old)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0].ravel(), ReferenceEvaluator(model).run(None, {"x": x})[0].ravel()


runtime, reference = run(14, 2)
print("14 to 2: ONNX Runtime", runtime.tolist(), "the text", reference.tolist())
different = 0
for old in range(1, 41):
    for new in range(1, 41):
        exact = [i * old // new for i in range(new)]
        different += run(old, new)[0].tolist() != exact
print(different, "of 1600 pairs of lengths differ from floor(i * old / new)")
assert runtime.tolist() == [0, 6] and reference.tolist() == [0, 7] and different == 46
PYTHON
# Output seen:
#   14 to 2: ONNX Runtime [0.0, 6.0] the text [0.0, 7.0]
#   46 of 1600 pairs of lengths differ from floor(i * old / new)
