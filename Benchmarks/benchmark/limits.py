"""How long a method would take at least, if the machine's two speeds alone counted."""

from dataclasses import dataclass

import torch

from benchmark import networks


@dataclass(frozen=True)
class Machine:
    # Floating-point operations a second.
    multiplication: float
    # Bytes a second.
    bandwidth: float


@dataclass(frozen=True)
class Layer:
    is_convolution: bool
    # For one input.
    operations: int
    value_bytes: int
    weight_bytes: int


@dataclass(frozen=True)
class Limit:
    operations: float
    bytes: float
    seconds: float


def layers(network):
    """The layers of a network on one photograph, with what a pass through each does and moves."""
    found = []

    def note(module, inputs, output):
        count = module.weight.numel() if hasattr(module, "weight") else 0
        is_convolution = isinstance(module, torch.nn.Conv2d)
        operations = 0
        if is_convolution:
            operations = 2 * count * output.shape[2] * output.shape[3]
        elif isinstance(module, torch.nn.Linear):
            operations = 2 * count
        values = inputs[0].numel() + output.numel()
        found.append(Layer(is_convolution, operations, 4 * values, 4 * count))

    net = networks.load(network)
    for module in net.modules():
        if not list(module.children()):
            module.register_forward_hook(note)
    with torch.no_grad():
        net(torch.zeros(1, 3, 224, 224))
    return found


def limit(row, found, machine):
    """Each layer takes as long as its operations or its bytes do, whichever is longer."""
    operations = moved = seconds = 0
    for layer in found:
        passes = row.convolution_passes if layer.is_convolution else row.other_passes
        layer_operations = passes * layer.operations
        layer_bytes = passes * (layer.value_bytes + layer.weight_bytes / row.batch)
        operations += layer_operations
        moved += layer_bytes
        seconds += max(
            layer_operations / machine.multiplication, layer_bytes / machine.bandwidth)
    return Limit(operations, moved, seconds)
