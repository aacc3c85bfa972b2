"""Writes values.safetensors: an input of each network of this folder, and its output by ONNX Runtime.

    python make.py      (numpy, onnx 1.23, onnxruntime 1.32, safetensors)

The networks are small pieces of real ones, exported by torch 2.13 (`*.dyn.onnx` by its default exporter, then passed
through Scripts/strip-onnx.py), and corners of the format written by hand; sweep.safetensors is what
`Scripts/operator-sweep.py --fixture .` keeps of its cases. Where onnx's own reference says otherwise by more than
1e-4 it is printed. conv_kernel_shape, slice_empty and w_nan are to be refused and have no values here.
"""

import glob
import os

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import save_file

here = os.path.dirname(os.path.abspath(__file__))
refused = {"conv_kernel_shape", "slice_empty", "w_nan"}
values = {}
for number, path in enumerate(sorted(glob.glob(os.path.join(here, "*.onnx")))):
    name = os.path.basename(path)[:-5]
    if name in refused:
        continue
    model = onnx.load(path)
    dims = model.graph.input[0].type.tensor_type.shape.dim
    x = np.random.default_rng(number).normal(size=[d.dim_value or 2 for d in dims]).astype(np.float32)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    y = session.run(None, {model.graph.input[0].name: x})[0]
    try:
        other = ReferenceEvaluator(model).run(None, {model.graph.input[0].name: x})[0]
        if other.shape != y.shape or np.abs(other - y).max() > 1e-4:
            print(f"{name}: onnx's reference gives other numbers or another shape, {other.shape} for {y.shape}")
    except Exception as error:
        print(f"{name}: onnx's reference cannot run it: {str(error)[:100]}")
    values[f"{name}/input"], values[f"{name}/output"] = x, y
save_file(values, os.path.join(here, "values.safetensors"))
print(len(values) // 2, "networks")
