#!/usr/bin/env bash
# onnxruntime 1.32.0, CPU: Resize, tf_crop_and_resize, with `sizes`, where an axis keeps its length.
#
# The operator's text crops every axis to its part of `roi` and spreads that over the new length:
# x_original = start * (length_original - 1) + x_resized * (end - start) * (length_original - 1) / (length_resized - 1).
# ONNX Runtime does not crop an axis whose new length equals the old one: the roi of that axis is taken as 0 to 1. Where no
# length changes, the output is the input. So a crop from a quarter to three quarters is right for 5 and for 7 new elements of 6,
# and is no crop for 6. It is so in linear, nearest and cubic mode, from operator set 11 to 21. onnx's ReferenceEvaluator has the
# text's values. Nothing is said; random pictures differ by about their range.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np, onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)


def run(x, height, width, roi, mode="linear", opset=19):
    """`roi`: start of rows and columns, end of rows and columns."""
    node = helper.make_node("Resize", ["x", "roi", "none" if opset == 11 else "", "sizes"], ["y"], mode=mode,
                            coordinate_transformation_mode="tf_crop_and_resize")
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, height, width])],
        [numpy_helper.from_array(np.float32([0, 0, *roi[:2], 1, 1, *roi[2:]]), "roi"),
         numpy_helper.from_array(np.int64([1, 1, height, width]), "sizes")]
        + [numpy_helper.from_array(np.float32([]), "none")] * (opset == 11))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0], ReferenceEvaluator(model).run(None, {"x": x})[0]


row = np.arange(6, dtype=np.float32).reshape(1, 1, 1, 6)
for width in 5, 6, 7:
    runtime, reference = (y.ravel() for y in run(row, 1, width, [0, 0.25, 1, 0.75]))
    text = 0.25 * 5 + np.arange(width) * 0.5 * 5 / (width - 1)
    print("6 to", width, "ONNX Runtime", runtime.astype(float).round(3).tolist(), "the text", text.round(3).tolist())
    assert np.allclose(reference, text) and np.allclose(runtime, row.ravel() if width == 6 else text)

picture = np.random.default_rng(0).random((1, 1, 6, 6), np.float32)
roi = [0.125, 0.25, 0.6875, 0.875]
largest, explained = {True: 0.0, False: 0.0}, 0.0
for mode in "linear", "nearest", "cubic":
    for opset in 11, 13, 18, 19, 21:
        for height in 3, 6, 7:
            for width in 4, 6, 8:
                runtime, reference = run(picture, height, width, roi, mode, opset)
                whole = [0 if height == 6 else roi[0], 0 if width == 6 else roi[1],
                         1 if height == 6 else roi[2], 1 if width == 6 else roi[3]]
                same = height == 6 or width == 6
                largest[same] = max(largest[same], np.abs(runtime - reference).max())
                explained = max(explained, np.abs(runtime - run(picture, height, width, whole, mode, opset)[1]).max())
print(f"random 6 x 6 picture, largest difference: {largest[False]:.1e} where both lengths change, {largest[True]:.2f} otherwise")
print(f"without a crop of the axes that keep their length: {explained:.1e}")
assert largest[False] < 1e-5 and explained < 1e-5 and largest[True] > 0.4
PYTHON
# Output seen:
#   6 to 5 ONNX Runtime [1.25, 1.875, 2.5, 3.125, 3.75] the text [1.25, 1.875, 2.5, 3.125, 3.75]
#   6 to 6 ONNX Runtime [0.0, 1.0, 2.0, 3.0, 4.0, 5.0] the text [1.25, 1.75, 2.25, 2.75, 3.25, 3.75]
#   6 to 7 ONNX Runtime [1.25, 1.667, 2.083, 2.5, 2.917, 3.333, 3.75] the text [1.25, 1.667, 2.083, 2.5, 2.917, 3.333, 3.75]
#   random 6 x 6 picture, largest difference: 7.7e-07 where both lengths change, 0.85 otherwise
#   without a crop of the axes that keep their length: 7.7e-07
