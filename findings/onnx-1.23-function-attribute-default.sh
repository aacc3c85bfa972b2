#!/usr/bin/env bash
# onnx 1.23.2: a function of the file whose attribute has a default (attribute_proto), called without that attribute.
#
# The format has such attributes since IR version 9: the call that leaves one out gets the default. checker.check_model with
# full_check takes the file, and onnxruntime 1.32.0 computes with the default. Two parts of onnx itself do not know of it.
# inliner.inline_local_functions drops the reference instead of writing the default: the operator inside falls back to its own
# default, so that the inlined file is valid and gives other numbers in every runtime, with no word; where the operator requires
# the attribute (Concat's axis) the inlined file is invalid. inline_selected_functions does the same. ReferenceEvaluator stops
# with an error. With the attribute given at the call all of them agree.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np, onnxruntime
from onnx import AttributeProto, TensorProto, checker, helper, inliner
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)
x = np.float32([[1, 2], [3, 4]])


def models(operator, attribute, kind, default, **call):
    node = helper.make_node(operator, ["a", "a"], ["b"])
    node.attribute.append(AttributeProto(name=attribute, ref_attr_name="given", type=kind))
    function = helper.make_function("own", "product", ["a"], ["b"], [node], [helper.make_opsetid("", 21)],
                                    attribute_protos=[helper.make_attribute("given", default)])
    graph = helper.make_graph([helper.make_node("product", ["x"], ["y"], domain="own", **call)], "g",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 2])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", "columns"])])
    model = helper.make_model(graph, functions=[function], ir_version=10,
                              opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("own", 1)])
    checker.check_model(model, full_check=True)
    return model


def runtime(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0].tolist()


def reference(model):
    return ReferenceEvaluator(model).run(None, {"x": x})[0].tolist()


def tried(function, model):
    try:
        return function(model)
    except Exception as error:
        return type(error).__name__


half = (0.5 * x @ x).tolist()
left_out = models("Gemm", "alpha", AttributeProto.FLOAT, 0.5)
given = models("Gemm", "alpha", AttributeProto.FLOAT, 0.5, given=0.5)
for name, model in ("given", given), ("left out", left_out):
    inlined = inliner.inline_local_functions(model)
    selected = inliner.inline_selected_functions(model, [("own", "product")])
    checker.check_model(inlined, full_check=True)
    results = [tried(runtime, model), tried(runtime, inlined), tried(reference, inlined), tried(runtime, selected),
               tried(reference, model)]
    print(name, "| ONNX Runtime", results[0], "| inlined", results[1], "| ReferenceEvaluator", results[4])
    whole = half if name == "given" else (x @ x).tolist()
    assert results == [half, whole, whole, whole, half if name == "given" else "ValueError"]

joined = models("Concat", "axis", AttributeProto.INT, 0)
inlined = inliner.inline_local_functions(joined)
try:
    checker.check_model(inlined)
    message = "valid"
except checker.ValidationError as error:
    message = str(error).splitlines()[0]
print("Concat inlined:", message)
assert len(runtime(joined)) == 4 and message == "Required attribute 'axis' is missing."
PYTHON
# Output seen:
#   given | ONNX Runtime [[3.5, 5.0], [7.5, 11.0]] | inlined [[3.5, 5.0], [7.5, 11.0]] | ReferenceEvaluator [[3.5, 5.0], [7.5, 11.0]]
#   left out | ONNX Runtime [[3.5, 5.0], [7.5, 11.0]] | inlined [[7.0, 10.0], [15.0, 22.0]] | ReferenceEvaluator ValueError
#   Concat inlined: Required attribute 'axis' is missing.
