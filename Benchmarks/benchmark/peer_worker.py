"""The peers' side of the protocol that BenchmarkWorker.swift describes.

`python -m benchmark.peer_worker NETWORK INPUT.safetensors THREADS`
"""

import sys
import time
import warnings

import torch
from safetensors.torch import load_file, save_file

from benchmark import networks
from benchmark.peer_methods import Peer, TransformerPeer


def peak():
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def answer(peer, words):
    match words:
        case ["run", method]:
            explain = peer.explanation(method)
            start = time.perf_counter()
            explain()
            return time.perf_counter() - start
        case ["save", method, path]:
            result = peer.explanation(method)().detach().contiguous()
            save_file({"map": result}, path)
            return list(result.shape)
        case ["peak"]:
            return peak()
        case ["version"]:
            return torch.__version__
    raise ValueError(f"{words} is no request")


def main():
    warnings.filterwarnings("ignore")
    network, path, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    kind = TransformerPeer if network in networks.TRANSFORMERS else Peer
    peer = kind(networks.load(network), load_file(path)["input"])
    for line in sys.stdin:
        try:
            print(answer(peer, line.split()), flush=True)
        except Exception as error:
            print(f"failed: {type(error).__name__}: {error}".replace("\n", " "), flush=True)


main()
