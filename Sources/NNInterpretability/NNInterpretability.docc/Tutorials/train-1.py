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
