"""Makes calibration.json, rotated.safetensors and dropout.json with NumPy, SciPy and PyTorch.

    pip install torch scipy safetensors numpy && python make.py

calibration.json: logits that are too sure, their labels, and what SciPy and literal formulas say of them.
rotated.safetensors: the drawn 1 of ../original, rotated as the original package rotates its digits.
dropout.json: mean probabilities of the original's dropout network under PyTorch's own dropout.
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import load_file
from scipy import ndimage, optimize, special, stats
from torch import nn

here = Path(__file__).parent


def calibration():
    random = np.random.default_rng(5)
    n, k = 240, 4
    labels = random.integers(0, k, n)
    logits = random.normal(size=(n, k)) * 1.5
    logits[np.arange(n), labels] += 1.5
    logits = np.round(3.1 * logits + np.array([0.6, -0.3, 0.0, 0.2]), 6)
    rows = np.arange(n)

    def nll(z):
        return float(np.mean(special.logsumexp(z, axis=1) - z[rows, labels]))

    scalar = optimize.minimize_scalar(
        lambda s: nll(logits / np.exp(s)), bounds=(-7, 7), method="bounded", options={"xatol": 1e-12}
    )

    def vector(point):
        z = logits * point[:k] + point[k:]
        p = special.softmax(z, axis=1)
        p[rows, labels] -= 1
        return nll(z), np.concatenate([(p * logits).mean(0), p.mean(0)])

    start = np.concatenate([np.ones(k), np.zeros(k)])
    best = optimize.minimize(
        vector, start, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000}
    )
    offset = best.x[k:] - best.x[k:].mean()

    p = special.softmax(logits, axis=1)
    confidence, right = p.max(1), p.argmax(1) == labels
    edges = np.linspace(0, 1, 16)
    gaps, shares, counts = [], [], []
    for lo, hi in zip(edges[:-1], edges[1:]):
        inside = (confidence > lo) & (confidence <= hi)
        counts.append(int(inside.sum()))
        if inside.any():
            gaps.append(abs(right[inside].mean() - confidence[inside].mean()))
            shares.append(inside.mean())
    gaps, shares = np.array(gaps), np.array(shares)
    order = np.argsort(confidence, kind="stable")
    adaptive = sum(
        len(part) / n * abs(right[part].mean() - confidence[part].mean())
        for part in np.array_split(order, 15)
    )

    positives = np.round(random.normal(1, 1, 40), 1)
    negatives = np.round(random.normal(0, 1, 55), 1)
    wilson = [
        [s, c, *stats.binomtest(s, c).proportion_ci(0.95, method="wilson")]
        for s, c in [(0, 7), (3, 7), (7, 7), (50, 120), (1, 1)]
    ]
    half = n // 2
    thresholds = {}
    for alpha in [0.05, 0.1, 0.25]:
        rank = int(np.ceil((half + 1) * (1 - alpha)))
        lac = 1 - p[np.arange(half), labels[:half]]
        order = np.argsort(-p[:half], axis=1, kind="stable")
        sums = np.take_along_axis(p[:half], order, 1).cumsum(1)
        aps = np.take_along_axis(sums, np.argsort(order, 1), 1)[np.arange(half), labels[:half]]
        thresholds[str(alpha)] = [
            float(np.sort(lac)[rank - 1]),
            float(np.sort(aps)[rank - 1]),
        ]
    data = {
        "logits": logits.tolist(),
        "labels": labels.tolist(),
        "likelihood": nll(logits),
        "temperature": float(np.exp(scalar.x)),
        "temperatureLikelihood": float(scalar.fun),
        "vectorLikelihood": float(best.fun),
        "vectorScale": best.x[:k].tolist(),
        "vectorOffset": offset.tolist(),
        "accuracy": float(right.mean()),
        "brier": float(((p - np.eye(k)[labels]) ** 2).sum(1).mean()),
        "binCounts": counts,
        "expectedError": float((gaps * shares).sum()),
        "adaptiveError": float(adaptive),
        "maximumError": float(gaps.max()),
        "rootMeanSquareError": float(np.sqrt((gaps**2 * shares).sum())),
        "positives": positives.tolist(),
        "negatives": negatives.tolist(),
        "area": float(stats.mannwhitneyu(positives, negatives).statistic / (40 * 55)),
        "wilson": wilson,
        "thresholds": thresholds,
    }
    (here / "calibration.json").write_text(json.dumps(data))


def drawn_one():
    """clip(2 - d, 0, 1), d the distance of (row, column) to the segment (5, 19)-(24, 9)."""
    rows, columns = np.mgrid[0:28, 0:28].astype(float)
    a, b = np.array([5.0, 19.0]), np.array([24.0, 9.0])
    way = b - a
    t = np.clip(((rows - a[0]) * way[0] + (columns - a[1]) * way[1]) / (way @ way), 0, 1)
    d = np.hypot(rows - a[0] - t * way[0], columns - a[1] - t * way[1])
    return np.clip(2 - d, 0, 1).astype(np.float32)


def rotated(step, count):
    images = [ndimage.rotate(drawn_one()[..., None], -step * i, reshape=False) for i in range(count)]
    return np.stack(images).reshape(count, 1, 28, 28).astype(np.float32)


class DropoutNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential()
        for index, (before, after) in enumerate([(1, 10), (10, 20)], 1):
            self.features.add_module(f"conv{index}", nn.Conv2d(before, after, 5))
            self.features.add_module(f"drop{index}", nn.Dropout2d(0.5))
            self.features.add_module(f"pool{index}", nn.MaxPool2d(2, 2))
            self.features.add_module(f"relu{index}", nn.ReLU())
        self.classifier = nn.Sequential()
        self.classifier.add_module("fc1", nn.Linear(320, 50))
        self.classifier.add_module("relu3", nn.ReLU())
        self.classifier.add_module("drop3", nn.Dropout(0.5))
        self.classifier.add_module("fc2", nn.Linear(50, 10))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


def dropout():
    torch.manual_seed(0)
    net = DropoutNetwork()
    net.load_state_dict(load_file(here.parent / "original" / "mc_dropout_cnn.safetensors"))
    net.train()
    passes, cases = 20000, []
    for image in rotated(7, 4)[[0, 2, 3]]:
        batch = torch.from_numpy(image)[None].expand(passes, 1, 28, 28)
        with torch.no_grad():
            p = torch.cat([net(part).double().softmax(1) for part in batch.split(500)])
        votes = torch.bincount(p.argmax(1), minlength=10) / passes
        entropy = -(p * p.log()).nan_to_num().sum(1)
        cases.append(
            {
                "mean": p.mean(0).tolist(),
                "deviation": p.std(0).tolist(),
                "votes": votes.tolist(),
                "expectedEntropy": float(entropy.mean()),
                "entropyDeviation": float(entropy.std()),
            }
        )
    (here / "dropout.json").write_text(json.dumps({"passes": passes, "cases": cases}))


calibration()
save_file({"six": rotated(6, 10), "seven": rotated(7, 4)}, here / "rotated.safetensors")
dropout()
