"""What it was measured on: names, versions, and the two speeds that bound every method."""

import datetime
import importlib.metadata
import os
import platform
import time

import torch

from benchmark import networks, workers


def description(threads):
    """A Markdown list."""
    with workers.ours("squeezenet1_1", networks.inputs(), threads) as worker:
        libtorch = worker.ask("version")
    packages = ["torch", "torchvision", "captum", "zennit"]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return "\n".join([
        f"- Date: {datetime.date.today()}",
        f"- Machine: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}",
        f"- Ours: libtorch {libtorch}",
        f"- Peers: Python {platform.python_version()}, {versions}",
        f"- float32, {threads} threads, medians of runs in turns (peer, ours, peer, ours, …)",
    ])


def _processor():
    with open("/proc/cpuinfo") as lines:
        fields = dict(line.partition(":")[::2] for line in lines if ":" in line)
    names = {name.strip(): value.strip() for name, value in fields.items()}
    return f"{names.get('model name', platform.machine())} (family {names.get('cpu family', '?')})"


def multiplication_peak(threads):
    """Floating-point operations a second of the better of two: a product of float32 matrices, and a
    direct 3 × 3 convolution, which on some machines comes closer to what the processor can do.
    """
    torch.set_num_threads(threads)
    side = 2048
    a, b = torch.randn(side, side), torch.randn(side, side)
    images, channels = torch.randn(4, 256, 56, 56), torch.randn(256, 256, 3, 3)
    product = 2 * side**3 / _best(lambda: torch.mm(a, b))
    convolution = 2 * images[:, 0].numel() * channels.numel() / _best(
        lambda: torch.conv2d(images, channels, padding=1))
    return max(product, convolution)


def bandwidth_peak(threads):
    """Bytes a second of the best reading of memory that fits no cache."""
    torch.set_num_threads(threads)
    values = torch.ones(1 << 28)
    return 4 * values.numel() / min(_best(values.sum), _best(values.amax))


def _best(work, repeats=30):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)
