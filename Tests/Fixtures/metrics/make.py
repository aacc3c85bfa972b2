"""Values of Quantus, Captum, SciPy and scikit-image that the metrics are compared with.

    pip install torch captum quantus==0.6.0 scikit-image
    python make.py

Everything is float64 and seeded; the network, the images, the maps and the perturbations are in the file, so that
nothing random has to be made again. Images have one channel: Quantus 0.6 flips single channel values and not
pixels, and its ROAD fails on images with several channels (see the article on metrics).
"""

import json
import struct
import warnings

import numpy as np
import quantus
import scipy.ndimage
import scipy.stats
import torch
from captum.attr import Saliency
from captum.metrics import infidelity, infidelity_perturb_func_decorator, sensitivity_max
from quantus.functions.perturb_func import noisy_linear_imputation
from skimage.metrics import structural_similarity

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
rng = np.random.default_rng(0)

SAMPLES, SIDE, CLASSES = 3, 12, 5
net = torch.nn.Sequential(
    torch.nn.Conv2d(1, 4, 3, padding=1),
    torch.nn.ReLU(),
    torch.nn.Conv2d(4, 4, 3, padding=1),
    torch.nn.Tanh(),
    torch.nn.Flatten(),
    torch.nn.Linear(4 * SIDE * SIDE, CLASSES),
).eval()
x = torch.randn(SAMPLES, 1, SIDE, SIDE)
y = torch.tensor([3, 0, 1])
# A smooth signed map with every value once, and its positive part for metrics that expect one.
a = scipy.ndimage.gaussian_filter(rng.normal(size=(SAMPLES, 1, SIDE, SIDE)), (0, 0, 1, 1)) + 0.05
mask = np.zeros((SAMPLES, 1, SIDE, SIDE))
mask[0, 0, 2:9, 3:8] = 1
mask[1, 0, 0:5, 6:12] = 1
mask[2, 0, 7:12, 1:6] = 1

out = {"input": x.numpy(), "classes": y.numpy().astype(np.float64), "map": a, "mask": mask[:, 0]}
for name, value in net.state_dict().items():
    out["net." + name] = value.numpy()


def ask(metric, maps, **extra):
    """A metric of Quantus on given maps; nothing is normalised or made absolute on the way."""
    result = metric(
        model=net, x_batch=x.numpy(), y_batch=y.numpy(), a_batch=maps.copy(), device="cpu", **extra
    )
    return np.asarray(result, dtype=np.float64)


plain = dict(abs=False, normalise=False, disable_warnings=True, display_progressbar=False)
out["quantus.sparseness"] = ask(quantus.Sparseness(**{**plain, "abs": True}), a)
out["quantus.complexity"] = ask(quantus.Complexity(**{**plain, "abs": True}), a)
positive = np.maximum(a, 0)
out["quantus.pointing-game"] = ask(quantus.PointingGame(**plain), a, s_batch=mask)
out["quantus.relevance-mass"] = ask(quantus.RelevanceMassAccuracy(**plain), positive, s_batch=mask)
out["quantus.relevance-rank"] = ask(quantus.RelevanceRankAccuracy(**plain), a, s_batch=mask)

# Deletion to zero, twelve pixels a step; the curve begins after the first step. Probabilities by a softmax.
flipping = quantus.PixelFlipping(
    features_in_step=12,
    perturb_baseline=0.0,
    **plain,
)
out["quantus.pixel-flipping"] = ask(flipping, a, softmax=True)

# Regions of 4 × 4, replaced by zero: how far the logit falls after each.
for order in ["morf", "lerf"]:
    regions = quantus.RegionPerturbation(
        patch_size=4,
        order=order,
        regions_evaluation=9,
        perturb_baseline=0.0,
        **plain,
    )
    out[f"quantus.region-perturbation.{order}"] = ask(regions, a, softmax=False)

# ROAD's imputation without noise, half of the pixels missing, for an image of three channels.
image = rng.normal(size=(3, 9, 14))
missing = rng.permutation(9 * 14)[:63]
missing = np.sort(missing)
out["imputation.image"] = image
flags = np.zeros(9 * 14)
flags[missing] = 1
out["imputation.missing"] = flags.reshape(9, 14)
out["imputation.filled"] = noisy_linear_imputation(image, missing, noise=0.0)

# Captum, with perturbations that are kept.
DRAWS = 12
noise = torch.randn(SAMPLES, DRAWS, 1, SIDE, SIDE) * 0.3
blank = torch.from_numpy((rng.random((SAMPLES, DRAWS, 1, SIDE, SIDE)) < 0.3).astype(np.float64))
out["captum.noise"] = noise.numpy()
out["captum.blank"] = blank.numpy()
attributions = torch.from_numpy(a)


def by_noise(inputs, baselines=None):
    change = noise.reshape(-1, 1, SIDE, SIDE)
    return change, inputs - change


def everything(perturb, normalize, **extra):
    return infidelity(
        net, perturb, x, attributions, target=y, n_perturb_samples=DRAWS, normalize=normalize, **extra
    ).numpy()


out["captum.infidelity.noise"] = everything(by_noise, False)
out["captum.infidelity.noise.normalized"] = everything(by_noise, True)


@infidelity_perturb_func_decorator(True)
def to_baseline(inputs, baselines):
    keep = 1 - blank.reshape(-1, 1, SIDE, SIDE)
    return inputs * keep + baselines * (1 - keep)


baseline = torch.full_like(x, 0.25)
out["captum.infidelity.factor"] = everything(to_baseline, False, baselines=baseline)
out["captum.infidelity.factor.normalized"] = everything(to_baseline, True, baselines=baseline)

sample_noise = (torch.rand(SAMPLES, DRAWS, 1, SIDE, SIDE) * 2 - 1) * 0.05
out["captum.sensitivity.noise"] = sample_noise.numpy()


def moved(inputs):
    # Captum repeats each sample as often as it draws, one after the other.
    return inputs + sample_noise.reshape(-1, 1, SIDE, SIDE)


saliency = Saliency(net)
out["captum.sensitivity"] = sensitivity_max(
    lambda inputs, target: saliency.attribute(inputs, target=target, abs=True),
    x,
    perturb_func=lambda inputs: (moved(inputs[0]),) if isinstance(inputs, tuple) else moved(inputs),
    n_perturb_samples=DRAWS,
    target=y,
).detach().numpy()

# Similarities of two maps, with ties.
first = np.round(np.abs(scipy.ndimage.gaussian_filter(rng.normal(size=(19, 23)), 1)), 2)
second = np.abs(first + 0.2 * np.round(rng.normal(size=(19, 23)), 1))
out["similarity.first"], out["similarity.second"] = first, second
out["similarity.spearman"] = np.array([scipy.stats.spearmanr(first.ravel(), second.ravel())[0]])
scaled = [(m - m.min()) / (m.max() - m.min()) for m in (first, second)]
out["similarity.ssim"] = np.array(
    [
        structural_similarity(
            *scaled, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
    ]
)

# What is odd in Quantus 0.6, for the article: printed, not kept.
empty = ask(quantus.PointingGame(**plain), a, s_batch=np.concatenate([mask[:2], 0 * mask[2:]]))
print("pointing game with an empty mask:", empty)
try:
    noisy_linear_imputation(image, np.arange(3 * 9 * 14)[-20:], noise=0.0)
    print("imputation of indices beyond one channel: no error")
except Exception as error:  # noqa: BLE001
    print("imputation of indices beyond one channel:", type(error).__name__, error)
delta = np.zeros(11)
delta[5] = 1
print("RISE's kernel:", [float(v) for v in scipy.ndimage.gaussian_filter1d(delta, 5)[:6]])

tensors = {k: np.ascontiguousarray(np.asarray(v, dtype=np.float64)) for k, v in out.items()}
header, offset = {}, 0
for name, value in tensors.items():
    header[name] = {
        "dtype": "F64",
        "shape": list(value.shape),
        "data_offsets": [offset, offset + value.nbytes],
    }
    offset += value.nbytes
head = json.dumps(header).encode()
head += b" " * (-len(head) % 8)
with open("metrics.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(head)) + head + b"".join(v.tobytes() for v in tensors.values()))
for name, value in out.items():
    if name.startswith(("quantus", "captum", "similarity")) and value.size < 50:
        print(name, np.round(value, 5).tolist())
