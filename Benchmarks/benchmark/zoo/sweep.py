"""Runs networks: a process for each, so that what one takes or breaks is no other's."""

import json
import multiprocessing
import os
import re
import signal
import subprocess
import time
import traceback

from benchmark.places import CACHE, ROOT
from benchmark.zoo import check, export
from benchmark.zoo.names import EXPORTERS

FOLDER = CACHE / "zoo"


def networks(groups, only=""):
    """The networks of these groups whose names an expression is found in."""
    found = []
    if {"classification", "segmentation", "detection", "video"} & set(groups):
        from benchmark.zoo import torchvision_networks

        found += torchvision_networks.networks()
    if "written" in groups:
        from benchmark.zoo import written_features, written_images, written_sequences

        for module in (written_features, written_images, written_sequences):
            found += module.networks()
    if "transformers" in groups:
        from benchmark.zoo import transformers_networks

        found += transformers_networks.networks()
    if "timm" in groups:
        from benchmark.zoo import timm_networks

        found += timm_networks.networks()
    return [
        network for group in groups for network in found
        if network.group == group and re.search(only, f"{group}/{network.name}")]


def place(network):
    return FOLDER / network.group / network.name


def commit():
    """What the command was built of."""
    return subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()


class Sweep:
    """- `again`: `none` keeps what was checked before, `failed` checks files that failed once more, `all` all."""

    def __init__(self, exporters, nni, jobs, limit, again, discard, methods):
        self.exporters, self.jobs, self.limit = exporters, jobs, limit
        self.again, self.discard = again, discard
        self.command = check.Command(nni, limit, threads=max(1, (os.cpu_count() or 1) // jobs), methods=methods)
        self.commit = commit()

    def run(self, chosen):
        export.warm()
        waiting = [(network, 0) for network in chosen if not self.done(network)]
        total, running = len(waiting), []
        while waiting or running:
            while waiting and len(running) < self.jobs:
                network, turn = waiting.pop(0)
                process = multiprocessing.get_context("fork").Process(target=self.child, args=(network,))
                process.start()
                running.append((network, turn, process, time.monotonic()))
            time.sleep(0.2)
            for entry in list(running):
                network, turn, process, start = entry
                late = time.monotonic() - start > 4 * self.limit
                if process.is_alive() and not late:
                    continue
                if process.is_alive():
                    os.killpg(process.pid, signal.SIGKILL)
                process.join()
                running.remove(entry)
                # What did not end is noted as such the next time, and what follows it is done.
                if (late or process.exitcode != 0) and turn < 4:
                    waiting.insert(0, (network, turn + 1))
                else:
                    total -= 1
                    print(f"{total:4d} left; {self.line(network)}", flush=True)

    def todo(self, network, kind):
        """Whether a file is to be checked."""
        result = record(network, f"{kind}.result.json")
        if not result or self.again == "all":
            return True
        return self.again == "failed" and not succeeded(result)

    def done(self, network):
        made = record(network, "export.json")
        if made and "error" in made.get("reference", {}):
            return True
        return bool(made) and all(
            kind in made and ("error" in made[kind] or not self.todo(network, kind))
            for kind in self.exporters)

    def child(self, network):
        os.setpgrp()
        folder = place(network)
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "log.txt", "a") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        try:
            made = export.prepared(network, folder, self.exporters)
            self.check(network, folder, made)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def check(self, network, folder, made):
        files = {
            kind: (folder / f"{kind}.{EXPORTERS[kind]}", made[kind]["outputs"]) for kind in self.exporters
            if "outputs" in made.get(kind, {}) and self.todo(network, kind)}
        if not files:
            return
        start = time.monotonic()
        results = check.checked(files, folder, made["reference"], self.command)
        seconds = round((time.monotonic() - start) / len(files), 1)
        for kind, result in results.items():
            result |= {"commit": self.commit, "seconds": seconds}
            (folder / f"{kind}.result.json").write_text(json.dumps(result, indent=1))
            if self.discard and succeeded(result):
                files[kind][0].unlink()

    def line(self, network):
        made = record(network, "export.json") or {}
        error = made.get("reference", {}).get("error")
        if error:
            return f"{network.group}/{network.name}: {error}"
        words = []
        for kind in self.exporters:
            result = record(network, f"{kind}.result.json")
            if "error" in made.get(kind, {}):
                words.append(f"{kind} not exported ({made[kind]['error'][:60]})")
            elif not result:
                words.append(f"{kind} not checked")
            elif succeeded(result):
                words.append(f"{kind} agrees")
            else:
                words.append(f"{kind} FAILS: {complaint(result)[:160]}")
        return f"{network.group}/{network.name}: {'; '.join(words)}"


def record(network, name):
    path = place(network) / name
    return json.loads(path.read_text()) if path.exists() else None


def succeeded(result):
    """Whether a file opens, predicts as PyTorch does, and has its gradient where one is asked."""
    return result["opens"] and result["predicts"] and result["agrees"] is not False


def complaint(result):
    """What is wrong with a file."""
    return result["sentence"] or "gradient: " + result.get("gradient-sentence", "")
