#!/usr/bin/env bash
# PyTorch 2.13.0 (CPU): torch.onnx.export(…, dynamo=False) of an evaluated network with nn.MultiheadAttention works
# only where gradients could be asked for. Under torch.no_grad(), or with parameters that are frozen
# (requires_grad_(False)), as networks are that were made for inference, the module takes its fast path while it is
# traced, a fused operator for which the exporter has no symbol. torchvision's ViT is such a network.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 onnx==1.23.2 torch==2.13.0
cat > "$folder/run.py" <<'PYTHON'
import io
import warnings

import torch

warnings.simplefilter("ignore")


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = torch.nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]


def answer(frozen, guarded):
    net = Net().eval().requires_grad_(not frozen)
    try:
        with torch.set_grad_enabled(not guarded):
            torch.onnx.export(net, torch.zeros(1, 4, 8), io.BytesIO(), dynamo=False, opset_version=17)
        return "exported"
    except Exception as error:
        return str(error).splitlines()[0].split("'")[1]


print(torch.__version__)
found = {}
for frozen in (False, True):
    for guarded in (False, True):
        found[frozen, guarded] = answer(frozen, guarded)
        print("frozen" if frozen else "as made", "no_grad" if guarded else "grad", "->", found[frozen, guarded])
fused = "aten::_native_multi_head_attention"
assert found == {
    (False, False): "exported", (False, True): fused, (True, False): fused, (True, True): fused}
print("held")
PYTHON
# The exporter prints the whole graph that it cannot write.
"$folder/venv/bin/python" "$folder/run.py" 2>/dev/null > "$folder/output"
grep -E "^(2\.13|as made|frozen|held)" "$folder/output"
grep -q "^held" "$folder/output"
# Output seen:
#   2.13.0+cpu
#   as made grad -> exported
#   as made no_grad -> aten::_native_multi_head_attention
#   frozen grad -> aten::_native_multi_head_attention
#   frozen no_grad -> aten::_native_multi_head_attention
#   held
