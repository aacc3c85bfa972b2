#!/usr/bin/env bash
# PyTorch 2.13.0 (CPU): torch.onnx.export(…, dynamo=False) writes Tensor.unfold right where its axis is counted from the
# front, and wrongly where it is counted from the back: the axis of windows then stands one place too far behind. What
# comes out has other shapes, or the right shape and elements in another order; the checker finds nothing. Patches of
# time series are made that way (transformers' PatchTST and PatchTSMixer, whose files do not load).
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 torch==2.13.0
cat > "$folder/run.py" <<'PYTHON'
import io
import warnings

import numpy
import onnx
import onnxruntime
import torch

warnings.simplefilter("ignore")


class Windows(torch.nn.Module):
    def __init__(self, axis):
        super().__init__()
        self.axis = axis

    def forward(self, x):
        return x.unfold(self.axis, 4, 4)


print(torch.__version__)
found = {}
for channels in (3, 4):
    x = torch.arange(2.0 * 16 * channels).reshape(2, 16, channels)
    for axis in (1, -2):
        file = io.BytesIO()
        torch.onnx.export(Windows(axis), (x,), file, dynamo=False, opset_version=17, input_names=["x"])
        onnx.checker.check_model(onnx.load_from_string(file.getvalue()), full_check=True)
        wanted = Windows(axis)(x).numpy()
        given = onnxruntime.InferenceSession(file.getvalue()).run(None, {"x": x.numpy()})[0]
        found[channels, axis] = (
            given.shape == wanted.shape, numpy.array_equal(given, wanted),
            numpy.array_equal(given, wanted.swapaxes(1, 2)))
        print(channels, "channels, axis", axis, "->", given.shape, "wanted", wanted.shape,
              "equal" if found[channels, axis][1] else "differs")
assert found == {
    (3, 1): (True, True, False), (3, -2): (False, False, True),
    (4, 1): (True, True, False), (4, -2): (True, False, True)}
print("held")
PYTHON
"$folder/venv/bin/python" "$folder/run.py" 2>/dev/null
# Output seen:
#   2.13.0+cpu
#   3 channels, axis 1 -> (2, 4, 3, 4) wanted (2, 4, 3, 4) equal
#   3 channels, axis -2 -> (2, 3, 4, 4) wanted (2, 4, 3, 4) differs
#   4 channels, axis 1 -> (2, 4, 4, 4) wanted (2, 4, 4, 4) equal
#   4 channels, axis -2 -> (2, 4, 4, 4) wanted (2, 4, 4, 4) differs
#   held
