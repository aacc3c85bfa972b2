#!/usr/bin/env bash
# torch 2.13.0 with onnxscript 0.7.2: one value that several modules clamp by buffers of their own, through torch.onnx.export's
# default exporter.
#
# The exporter writes Max and Min, and onnxscript's optimiser makes a Clip of each pair, with bounds named after the value that is
# clamped. Of several Clips of one value the bounds have the same name; all but the last are renamed in the nodes and left out of
# the file: inputs that nothing computes. The exporter returns without a word, verify=False being its default; onnx's checker and
# ONNX Runtime 1.32.0 refuse the file. With one module, or with optimize=False, it is right. timm 1.0.31's gemma4_vit has such
# layers: query, key and value clamp the same input.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 torch==2.13.0 \
  onnx==1.23.2 onnxruntime==1.32.0 onnxscript==0.7.2 onnx-ir==1.1.0
cat > "$folder/run.py" <<'PYTHON'
import warnings

import onnx
import onnxruntime
import torch

warnings.filterwarnings("ignore")


class Clamped(torch.nn.Module):
    def __init__(self, bound):
        super().__init__()
        self.linear = torch.nn.Linear(3, 3)
        self.register_buffer("low", torch.tensor(-bound))
        self.register_buffer("high", torch.tensor(bound))

    def forward(self, x):
        return self.linear(torch.clamp(x, self.low, self.high))


class Several(torch.nn.Module):
    def __init__(self, count):
        super().__init__()
        self.parts = torch.nn.ModuleList(Clamped(1.0 + place) for place in range(count))

    def forward(self, x):
        x = x * 2
        return sum(part(x) for part in self.parts)


def written(count, **options):
    """The inputs of nodes that nothing in the file computes, and whether ONNX Runtime takes the file."""
    program = torch.onnx.export(
        Several(count).eval(), (torch.randn(2, 3),), dynamo=True, verbose=False, **options)
    model = program.model_proto
    known = {value.name for value in [*model.graph.initializer, *model.graph.input]}
    known |= {name for node in model.graph.node for name in node.output}
    missing = [name for node in model.graph.node for name in node.input if name and name not in known]
    try:
        onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        loads = True
    except Exception as error:
        print(f"  ONNX Runtime: {str(error).splitlines()[0][:150]}")
        loads = False
    try:
        onnx.checker.check_model(model)
        passes = True
    except onnx.checker.ValidationError:
        passes = False
    print(f"{count} modules, {options}: missing {missing}, loads {loads}, checker {passes}")
    return len(missing), loads, passes


assert written(1) == (0, True, True)
assert written(3, optimize=False) == (0, True, True)
assert written(3) == (4, False, False)
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
