"""What grows, step by step."""

from dataclasses import dataclass, field

LRP = "lrp-composite:preset=epsilon-plus"
METHODS = ("gradient", LRP)


@dataclass(frozen=True)
class Case:
    # What it is called in the table.
    label: str
    method: str
    # What differs from `workers.compare`'s usual options.
    options: dict = field(default_factory=dict)


def _both(text, amounts, options):
    return [
        Case(text.format(method.partition(":")[0], n), method, options(n))
        for method in METHODS for n in amounts
    ]


def _windows(stride):
    count = (-(-(224 - 32) // stride) + 1) ** 2
    return Case(f"{count} windows", f"occlusion:window=32,stride={stride}")


SERIES = {
    "batch": _both("{} of {}", (1, 2, 4, 8, 16, 32), lambda n: {"batch": n}),
    "image": _both("{} of {}²", (112, 160, 224, 320, 448), lambda n: {"size": n}),
    "steps": [
        Case(f"{n} steps", f"integrated-gradients:steps={n}") for n in (10, 25, 50, 100, 200)
    ],
    "windows": [_windows(stride) for stride in (32, 16, 8)],
    "threads": _both("{}, {} threads", (1, 2), lambda n: {"threads": n}),
    "depth": _both("{}, ResNet-{}", (18, 34, 50, 101), lambda n: {"network": f"resnet{n}"}),
}
