"""Two processes that answer in turns, and what a pair of them measures."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file

from benchmark import networks
from benchmark.places import BENCHMARKS, WORKER

# Idle threads of one side must have gone to sleep before the other side runs.
PAUSE = 0.1


class Worker:
    """A process that answers a line with a line."""

    def __init__(self, command, threads):
        names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
        self._process = subprocess.Popen(
            [*map(str, command), str(threads)], cwd=BENCHMARKS, text=True,
            env=os.environ | dict.fromkeys(names, str(threads)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.communicate()

    def ask(self, request):
        time.sleep(PAUSE)
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if not answer or answer.startswith("failed:"):
            raise RuntimeError(f"{request}: {answer or 'the worker ended'}")
        return answer


def ours(network, data, threads):
    return Worker([WORKER, networks.weights(network), data], threads)


def peers(network, data, threads):
    python = [sys.executable, "-m", "benchmark.peer_worker"]
    return Worker([*python, network, data], threads)


@dataclass(frozen=True)
class Side:
    seconds: float
    # Largest resident set after the first run, in MiB.
    peak: float


@dataclass(frozen=True)
class Comparison:
    peer: Side
    ours: Side
    # ‖ours − peer‖ / ‖peer‖ of the two maps.
    difference: float

    @property
    def ratio(self):
        return self.peer.seconds / self.ours.seconds


# No further turn begins when a row has taken so many seconds.
LONG_ENOUGH = 20


def compare(network, method, *, size=224, batch=1, threads=2, repeats=5):
    """Runs a method on both sides in turns, in processes that do nothing else."""
    data = networks.inputs(size, batch, network)
    with (
        tempfile.TemporaryDirectory() as folder,
        peers(network, data, threads) as peer,
        ours(network, data, threads) as our,
    ):
        maps, peaks = [], []
        for number, worker in enumerate((peer, our)):
            path = Path(folder) / f"{number}.safetensors"
            worker.ask(f"save {method} {path}")
            maps.append(load_file(path)["map"])
            peaks.append(float(worker.ask("peak")))
        times = []
        begin = time.monotonic()
        while not times or (len(times) < repeats and time.monotonic() - begin < LONG_ENOUGH):
            times.append([float(worker.ask(f"run {method}")) for worker in (peer, our)])
    medians = [statistics.median(side) for side in zip(*times)]
    sides = [Side(seconds, peak) for seconds, peak in zip(medians, peaks)]
    return Comparison(*sides, _difference(*maps))


def _difference(peer, our):
    if peer.shape != our.shape:
        return float("nan")
    return (torch.linalg.norm(our - peer) / torch.linalg.norm(peer)).item()
