"""What a network of the zoo is, and how its weights are drawn."""

import dataclasses
import zlib
from typing import Callable

import torch


@dataclasses.dataclass(frozen=True)
class Network:
    """One network.

    - `inputs` makes the tensors by the names of the parameters of `forward`, samples first.
    - `of` is the input that is explained: the first one where it is empty.
    - `embedding` is the path of the module that looks that input up, where it is token ids.
    - `ending` is what follows the logits; the command explains, and gives, the logits.
    - `plain` makes it once more for exporters that cannot write what `make` makes.
    - `hasGradient` is false where no input can have one.
    """

    group: str
    name: str
    make: Callable[[], torch.nn.Module]
    inputs: Callable[[torch.nn.Module], dict]
    of: str = ""
    embedding: str = ""
    ending: str = ""
    plain: Callable[[], torch.nn.Module] | None = None
    hasGradient: bool = True

    def seeded(self, offset=0):
        torch.manual_seed(zlib.crc32(f"{self.group}/{self.name}".encode()) + offset)

    def built(self, plain=False):
        """The module, the same one each time."""
        self.seeded()
        module = (self.plain if plain else self.make)().eval()
        stirred(module)
        return module

    def drawn(self, module):
        """Its inputs, the same ones each time."""
        self.seeded(1)
        return self.inputs(module)


def stirred(module):
    """Gives what is all zeros or ones when it is new other values, so that no branch is switched off."""
    norms = (torch.nn.modules.batchnorm._BatchNorm,)
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, norms) and part.running_mean is not None:
                part.running_mean.uniform_(-0.1, 0.1)
                part.running_var.uniform_(0.5, 1.5)
        for parameter in module.parameters():
            if not parameter.is_floating_point() or parameter.numel() < 2:
                continue
            if parameter.min() == parameter.max():
                size = 0.1 if parameter.squeeze().dim() < 2 else 0.02
                parameter.add_(torch.randn_like(parameter) * size)


def images(*shape):
    """One input of photographs."""
    return lambda module: {"image": torch.randn(shape) * 0.5}


class OneInput(torch.nn.Module):
    """Calls the first parameter `image`, and gives one tensor of several, or of a dictionary."""

    def __init__(self, body, key=None):
        super().__init__()
        self.body, self.key = body, key

    def forward(self, image):
        output = self.body(image)
        return output if self.key is None else output[self.key]
