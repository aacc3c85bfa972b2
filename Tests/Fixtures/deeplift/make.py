"""Makes rescale.safetensors: a small network, and what Captum's DeepLift says of it.

    pip install torch captum safetensors numpy && python make.py

There is no max pooling in it, at which Captum's rule is not complete.
"""

import torch
from captum.attr import DeepLift
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(6, 4, (2, 3), groups=2)
        self.sigmoid = nn.Sigmoid()
        self.pool = nn.AvgPool2d(2, stride=1)
        self.dense1 = nn.Linear(4 * 3 * 2, 8)
        self.elu = nn.ELU(0.7)
        self.dense2 = nn.Linear(8, 7)
        self.leaky = nn.LeakyReLU(0.1)
        self.dense3 = nn.Linear(7, 4)

    def forward(self, x):
        x = self.relu(self.norm(self.conv1(x)))
        x = self.pool(self.sigmoid(self.conv2(x)))
        x = self.elu(self.dense1(torch.flatten(x, 1)))
        return self.dense3(self.leaky(self.dense2(x)))


network = Network().eval()
nn.init.normal_(network.norm.weight)
nn.init.normal_(network.norm.bias)
nn.init.normal_(network.norm.running_mean)
nn.init.uniform_(network.norm.running_var, 0.5, 2.0)

image = torch.randn(3, 3, 9, 9)
reference = torch.randn(3, 3, 9, 9)
classes = torch.tensor([0, 3, 1])
attribution = DeepLift(network).attribute(image, reference, target=classes)
difference = (network(image) - network(reference)).gather(1, classes[:, None])[:, 0]
assert torch.allclose(attribution.sum((1, 2, 3)), difference, rtol=1e-10)

tensors = {f"network.{name}": value for name, value in network.state_dict().items() if value.ndim > 0}
tensors |= {"image": image, "reference": reference, "attribution": attribution.detach()}
save_file(
    {name: value.contiguous() for name, value in tensors.items()},
    "rescale.safetensors",
    metadata={"source": "Captum 0.9.0 DeepLift, PyTorch 2.13, float64", "classes": "0 3 1"},
)
