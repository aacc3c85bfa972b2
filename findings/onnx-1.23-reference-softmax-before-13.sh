#!/usr/bin/env bash
# onnx 1.23.2: ReferenceEvaluator computes Softmax, LogSoftmax and Hardmax of operator sets before 13 as if they were of 13.
#
# Up to operator set 12 the text makes the input two-dimensional: the axes from `axis` (default 1) on are one. From 13 on the
# operator goes over one axis (default -1). ReferenceEvaluator has only the later form, with the later default. In three
# dimensions it is right where the last axis is given, and wrong for each other and where none is given. Nothing is said. onnxruntime
# 1.32.0 has the text's values. Who takes onnx's reference as the judge of old files is misled.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np, onnxruntime
from onnx import TensorProto, checker, helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)
x = np.log(np.float32([[[1, 2], [3, 4]]]))


def run(operator, opset, **axis):
    graph = helper.make_graph([helper.make_node(operator, ["x"], ["y"], **axis)], "g",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2, 2])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2, 2])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)
    checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0].ravel(), ReferenceEvaluator(model).run(None, {"x": x})[0].ravel()


def shown(y):
    return y.astype(float).round(3).tolist()


for operator in "Softmax", "LogSoftmax", "Hardmax":
    for opset in 11, 12, 13:
        for axis in {}, {"axis": 0}, {"axis": 1}, {"axis": 2}:
            runtime, reference = run(operator, opset, **axis)
            if operator == "Softmax" and opset == 12:
                print(opset, axis or "no axis", "| ONNX Runtime", shown(runtime), "| onnx", shown(reference))
            if operator == "Softmax" and opset < 13 and axis.get("axis") != 2:
                assert np.allclose(runtime, [0.1, 0.2, 0.3, 0.4])
            assert np.allclose(runtime, reference, atol=1e-5) == (opset >= 13 or axis.get("axis") == 2), (operator, opset, axis)
PYTHON
# Output seen:
#   12 no axis | ONNX Runtime [0.1, 0.2, 0.3, 0.4] | onnx [0.333, 0.667, 0.429, 0.571]
#   12 {'axis': 0} | ONNX Runtime [0.1, 0.2, 0.3, 0.4] | onnx [1.0, 1.0, 1.0, 1.0]
#   12 {'axis': 1} | ONNX Runtime [0.1, 0.2, 0.3, 0.4] | onnx [0.25, 0.333, 0.75, 0.667]
#   12 {'axis': 2} | ONNX Runtime [0.333, 0.667, 0.429, 0.571] | onnx [0.333, 0.667, 0.429, 0.571]
