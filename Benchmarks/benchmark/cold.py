"""The whole process: one photograph, SqueezeNet, Grad-CAM, a picture.

This process must not have loaded torch: what it maps stays in the file cache, and what it holds in memory
counts as its children's.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark.places import BENCHMARKS, NNI, SHIPPED

TARGET = 6
DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def table(repeats):
    """A Markdown table: from a cold file cache, where it may be emptied, and from a warm one."""
    lines = [
        "| file cache | peer ms | ours ms | ratio | at least | peer MiB | ours MiB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for is_cold in (True, False):
        if is_cold and not os.access(DROP_CACHES, os.W_OK):
            continue
        pairs = [[_run(command, is_cold) for command in _commands()] for _ in range(repeats)]
        (peer, peer_peak), (our, our_peak) = (
            map(statistics.median, zip(*side)) for side in zip(*pairs))
        lines.append(
            f"| {'cold' if is_cold else 'warm'} | {1000 * peer:.0f} | {1000 * our:.0f} "
            f"| {peer / our:.2f} | {TARGET if is_cold else ''} | {peer_peak:.0f} | {our_peak:.0f} |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def _commands():
    """Both sides' commands; the path of the output is still to follow."""
    photograph = SHIPPED / "photographs/chelsea.jpg"
    weights = SHIPPED / "models/squeezenet1_1.safetensors"
    return [
        [sys.executable, BENCHMARKS / "benchmark/cold_peer.py", weights, photograph],
        [NNI, "explain", "squeezenet1_1", photograph, "--method", "grad-cam", "--output"],
    ]


def _run(command, is_cold):
    """Seconds, and the largest resident set in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        if is_cold:
            _empty_file_cache()
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, Path(folder) / "explained.png"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    if status != 0:
        raise RuntimeError(f"{command[0]} failed")
    return seconds, usage.ru_maxrss / 1024


def _empty_file_cache():
    os.sync()
    DROP_CACHES.write_text("3\n")
    time.sleep(0.5)
