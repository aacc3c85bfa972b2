#!/usr/bin/env bash
# PyTorch 2.13.0 (CPU): the derivative of an evaluated BatchNorm2d is wrong when the gradient that reaches it is that of
# one sample with channels last and has any first stride but that of a whole sample, as `flatten(2).transpose(1, 2)`
# behind the norm leaves it: elements are mixed up, nothing is said. Strides of an axis of one element mean nothing, and
# the tensor counts as contiguous with channels last. timm's levit and efficientformer have this in evaluation.
# Finite differences, and the same sample twice in a batch, tell what is right.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install numpy==2.4.6 torch==2.13.0
cat > "$folder/run.py" <<'PYTHON'
import torch

torch.manual_seed(0)
norm = torch.nn.BatchNorm2d(3).double().eval()
norm.running_var.uniform_(0.5, 2)
weight = torch.randn(4, 1, dtype=torch.float64).exp()


def score(x):
    tokens = norm(x).flatten(2).transpose(1, 2)  # [N, places, C]
    return (tokens.contiguous() * weight * torch.arange(1.0, 4).double()).sum()


x = torch.randn(1, 3, 2, 2, dtype=torch.float64, requires_grad=True)
(found,) = torch.autograd.grad(score(x), x)
steps = torch.eye(12, dtype=torch.float64).view(12, 1, 3, 2, 2) * 1e-6
with torch.no_grad():
    wanted = torch.stack([(score(x + step) - score(x - step)) / 2e-6 for step in steps]).view(x.shape)
both = torch.cat([x, x]).detach().requires_grad_()
(of_two,) = torch.autograd.grad(score(both), both)
print(torch.__version__)
print("autograd          ", [round(value, 3) for value in found.flatten().tolist()])
print("finite differences", [round(value, 3) for value in wanted.flatten().tolist()])
print("of two samples    ", [round(value, 3) for value in of_two[0].flatten().tolist()])
assert torch.allclose(of_two[0], wanted[0], atol=1e-6)
assert not torch.allclose(found, wanted, atol=1e-2)
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
# Output seen:
#   2.13.0+cpu
#   autograd           [2.533, 5.065, 7.598, 0.36, 0.805, 1.207, 0.939, 1.879, 3.23, 0.5, 1.0, 1.5]
#   finite differences [2.533, 0.36, 0.84, 0.39, 5.667, 0.805, 1.879, 0.873, 9.742, 1.383, 3.23, 1.5]
#   of two samples     [2.533, 0.36, 0.84, 0.39, 5.667, 0.805, 1.879, 0.873, 9.742, 1.383, 3.23, 1.5]
