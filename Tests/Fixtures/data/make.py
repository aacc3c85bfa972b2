"""Makes the fixtures of data sets and of turning images.

Needs numpy, scipy and safetensors, and MNIST's training files (gzipped idx) in the folder that is given:

    python make.py MNIST_FOLDER

Written: `rotations.safetensors`, images turned by scipy.ndimage.rotate and mapped by
scipy.ndimage.affine_transform in float64, and `one`, the first 1 of MNIST's training images; and
`four-images-idx3-ubyte`, plain and gzipped.
"""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.ndimage import affine_transform, rotate

folder = Path(sys.argv[1])
here = Path(__file__).parent
images = np.frombuffer(gzip.open(folder / "train-images-idx3-ubyte.gz").read(), np.uint8)[16:]
labels = np.frombuffer(gzip.open(folder / "train-labels-idx1-ubyte.gz").read(), np.uint8)[8:]
one = images.reshape(-1, 28, 28)[int(np.argmax(labels == 1))]

tensors = {"one": one[None, None].copy()}
generator = np.random.default_rng(5)
# Sides that are not square, one of them even, and extents of 1 and 2.
for name, shape in {"wide": (2, 3, 7, 10), "line": (1, 1, 1, 6), "thin": (1, 2, 9, 2)}.items():
    batch = generator.normal(size=shape)
    tensors[name] = batch
    for order, kind in [(1, "linear"), (3, "cubic-spline")]:
        for degrees in [0, 17.5, -30, 45, 90, 180, -90, 263, 720]:
            tensors[f"{name}/{kind}/{degrees}"] = np.stack(
                [[rotate(c, degrees, reshape=False, order=order) for c in n] for n in batch]
            )

# Turned by 25 degrees, enlarged by 1.3, then moved down by 1.5 and to the left by 0.75.
angle, scale, shift = np.deg2rad(25), 1.3, np.array([1.5, -0.75])
matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / scale
for order, kind in [(1, "linear"), (3, "cubic-spline")]:
    center = (np.array(tensors["wide"].shape[2:]) - 1) / 2
    offset = center - matrix @ (center + shift)
    tensors[f"affine/{kind}"] = np.stack(
        [[affine_transform(c, matrix, offset, order=order) for c in n] for n in tensors["wide"]]
    )

save_file(tensors, str(here / "rotations.safetensors"))


def idx(path):
    """Four pictures of 5 x 7 as an idx file, plain and gzipped: what tests damage."""
    pixels = bytes((37 * place) % 251 for place in range(4 * 5 * 7))
    plain = struct.pack(">IIII", 0x803, 4, 5, 7) + pixels
    Path(path).write_bytes(plain)
    Path(f"{path}.gz").write_bytes(gzip.compress(plain, mtime=0))


idx(here / "four-images-idx3-ubyte")
