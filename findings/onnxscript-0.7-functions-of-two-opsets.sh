#!/usr/bin/env bash
# onnxscript 0.7.2 and onnxruntime 1.32.0: a script function of operator set 11 that is called by one of operator set 18.
#
# Called in Python, each function computes with its own operator set. to_model_proto writes a file of set 18 with a function that
# imports set 11. The format allows different versions only where every operator in the function is the same in both: the file
# is not valid, and onnx's checker refuses it. onnxscript says nothing when it writes it, and ONNX Runtime takes the function's
# nodes as operators of the file's set, not of the function's: Softmax, which up to set 12 goes over all axes from the second on,
# goes over the last. The same code gives other numbers as a file than when called, with no word from either. Where set 18 has
# no such form (ReduceSum with axes as an attribute), loading fails. A reader that honours the function's set has the numbers
# that were meant.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 onnxscript==0.7.2 onnx-ir==1.1.0
cat > "$folder/run.py" <<'PYTHON'
import numpy as np, onnx, onnxruntime
from onnxscript import FLOAT, opset11, opset18, script
from onnxscript.values import Opset

own = Opset("own", 1)


@script(own, default_opset=opset11)
def shares(x):
    return opset11.Softmax(x)


@script(own, default_opset=opset11)
def total(x):
    return opset11.ReduceSum(x, axes=[1], keepdims=1)


@script(own, default_opset=opset18)
def with_shares(x: FLOAT[1, 2, 2]) -> FLOAT[1, 2, 2]:
    return opset18.Relu(shares(x))


@script(own, default_opset=opset18)
def with_total(x: FLOAT[1, 2, 2]) -> FLOAT[1, 1, 2]:
    return opset18.Relu(total(x))


def file(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def refused(model):
    try:
        onnx.checker.check_model(model)
        return False
    except onnx.checker.ValidationError:
        return True


x = np.log(np.float32([[[1, 2], [3, 4]]]))
model = with_shares.to_model_proto()
called, read = np.asarray(with_shares(x)), file(model)
print("operator set of the file", {o.domain: o.version for o in model.opset_import}[""], "of the function",
      model.functions[0].opset_import[0].version)
print("called   ", called.astype(float).round(3).ravel().tolist())
print("as a file", read.astype(float).round(3).ravel().tolist())
assert model.functions[0].opset_import[0].version == 11 and refused(model)
assert np.allclose(called.ravel(), [0.1, 0.2, 0.3, 0.4]) and np.allclose(read.ravel(), [1 / 3, 2 / 3, 3 / 7, 4 / 7])

model = with_total.to_model_proto()
called = np.asarray(with_total(x))
try:
    file(model)
    message = "read"
except Exception as error:
    message = str(error).split("Error ")[-1]
print("ReduceSum: called", np.exp(called).astype(float).round(3).ravel().tolist(), "as a file:", message)
assert refused(model) and np.allclose(np.exp(called).ravel(), [3, 8])
assert message == "Unrecognized attribute: axes for operator ReduceSum"
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
# Output seen:
#   operator set of the file 18 of the function 11
#   called    [0.1, 0.2, 0.3, 0.4]
#   as a file [0.333, 0.667, 0.429, 0.571]
#   ReduceSum: called [3.0, 8.0] as a file: Unrecognized attribute: axes for operator ReduceSum
