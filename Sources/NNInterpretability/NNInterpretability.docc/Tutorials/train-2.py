import gzip
import os

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

folder = "Sources/NNIShipped/Resources/data"
pixels = gzip.open(f"{folder}/mnist5k-images-idx3-ubyte.gz").read()[16:]
labels = gzip.open(f"{folder}/mnist5k-labels-idx1-ubyte.gz").read()[8:]
images = torch.tensor(np.frombuffer(pixels, np.uint8).reshape(-1, 1, 28, 28) / 255, dtype=torch.float32)
inputs = (images - 0.1307) / 0.3081
labels = torch.tensor(np.frombuffer(labels, np.uint8), dtype=torch.long)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2))
        self.second = nn.Sequential(nn.Conv2d(16, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU())
        self.head = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 7 * 7, 10))

    def forward(self, x):
        x = self.first(x)
        return self.head(x + self.second(x))


torch.manual_seed(0)
model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(3):
    for batch in torch.randperm(4500).split(50):
        loss = nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

model.eval()
right = model(inputs[4500:]).argmax(1) == labels[4500:]
print(f"right: {right.float().mean():.1%}")
