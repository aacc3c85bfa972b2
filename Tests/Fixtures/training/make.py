"""Writes training.safetensors: what PyTorch's optimisers, losses and batch norm do in float64.

Made with Python 3.11, torch 2.13.0, safetensors 0.8.0:  python make.py

`start/NAME` are parameters, `gradient/STEP/NAME` the gradients of five steps, `OPTIMIZER/STEP/NAME` the
parameters after each step with the learning rates of `rates`.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
tensors = {}

# Optimisers.
start = {"weight": torch.randn(3, 4), "bias": torch.randn(3)}
rates = torch.tensor([0.1, 0.05, 0.1, 0.2, 0.01])
gradients = [{k: torch.randn_like(v) for k, v in start.items()} for _ in rates]
optimizers = {
    "sgd": lambda p: torch.optim.SGD(p, lr=1, momentum=0, weight_decay=0.02),
    "momentum": lambda p: torch.optim.SGD(p, lr=1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=1, momentum=0.8, nesterov=True, weight_decay=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=1, betas=(0.5, 0.99), weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=1, weight_decay=0.05),
}
for name, make in optimizers.items():
    parameters = {k: v.clone().requires_grad_() for k, v in start.items()}
    optimizer = make(list(parameters.values()))
    for step, rate in enumerate(rates):
        for group in optimizer.param_groups:
            group["lr"] = rate.item()
        for key, parameter in parameters.items():
            parameter.grad = gradients[step][key].clone()
        optimizer.step()
        for key, parameter in parameters.items():
            tensors[f"{name}/{step}/{key}"] = parameter.detach().clone()
for key, value in start.items():
    tensors[f"start/{key}"] = value
for step, values in enumerate(gradients):
    for key, value in values.items():
        tensors[f"gradient/{step}/{key}"] = value
tensors["rates"] = rates

# Clipping.
clipped = {k: torch.nn.Parameter(v.clone()) for k, v in start.items()}
for key, parameter in clipped.items():
    parameter.grad = gradients[0][key].clone()
torch.nn.utils.clip_grad_norm_(list(clipped.values()), 0.7)
for key, parameter in clipped.items():
    tensors[f"clipped/{key}"] = parameter.grad

# Losses of classifiers.
logits, labels = torch.randn(6, 5) * 2, torch.tensor([0, 4, 2, 2, 1, 3])
tensors["logits"], tensors["labels"] = logits, labels
tensors["cross_entropy"] = F.cross_entropy(logits, labels).reshape(1)
tensors["cross_entropy_smoothed"] = F.cross_entropy(logits, labels, label_smoothing=0.1).reshape(1)
tensors["squared_error"] = F.mse_loss(logits, F.one_hot(labels, 5).double()).reshape(1)

# Losses of a generator and a discriminator.
real, made = torch.randn(4, 1) * 3, torch.randn(4, 1) * 3
tensors["real"], tensors["made"] = real, made
bce = F.binary_cross_entropy_with_logits
tensors["discriminator"] = (bce(real, torch.full_like(real, 0.9))
                            + bce(made, torch.zeros_like(made))).reshape(1)
tensors["generator"] = bce(made, torch.ones_like(made)).reshape(1)

# Two batches through batch norm in training, and the running statistics after them.
norm = torch.nn.BatchNorm2d(3)
with torch.no_grad():
    norm.weight.copy_(torch.rand(3) + 0.5)
    norm.bias.copy_(torch.randn(3))
tensors["norm/weight"], tensors["norm/bias"] = norm.weight.detach(), norm.bias.detach()
for step in range(2):
    x = (torch.randn(4, 3, 5, 2) * 2 + 1).requires_grad_()
    cotangent = torch.randn(4, 3, 5, 2)
    y = norm(x)
    norm.zero_grad()
    y.backward(cotangent)
    tensors[f"norm/{step}/input"], tensors[f"norm/{step}/output"] = x.detach(), y.detach()
    tensors[f"norm/{step}/cotangent"] = cotangent
    tensors[f"norm/{step}/weight_gradient"] = norm.weight.grad.clone()
    tensors[f"norm/{step}/bias_gradient"] = norm.bias.grad.clone()
    tensors[f"norm/{step}/mean"] = norm.running_mean.clone()
    tensors[f"norm/{step}/variance"] = norm.running_var.clone()

folder = pathlib.Path(__file__).parent
save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "training.safetensors")
