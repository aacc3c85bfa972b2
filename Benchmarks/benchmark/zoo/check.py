"""What the command makes of a file, beside PyTorch's numbers."""

import functools
import json
import os
import re
import subprocess
import tempfile

import numpy
import onnxruntime
from safetensors.numpy import load_file, save_file

from benchmark.zoo.names import METHODS

# What float32 arithmetic may change, as a share of the largest number; what rounding constants to float32,
# as exporters do, may change in float64; and the same of gradients' norms.
PREDICTION = 1e-5
WIDE = 1e-7
GRADIENT = 1e-5
NARROW_GRADIENT = 1e-3
# Up to which difference of gradients finite differences are asked, and which share of it they may leave open.
NEAR = 0.1
OPEN = 0.1
STEPS = (1e-9, 1e-10, 1e-11, 1e-8, 1e-7)


class Command:
    def __init__(self, nni, limit, threads, methods=tuple(METHODS)):
        self.nni, self.limit, self.threads, self.methods = str(nni), limit, threads, methods

    def run(self, arguments):
        """The status and what it said."""
        try:
            done = subprocess.run(
                [self.nni, *arguments], capture_output=True, text=True, timeout=self.limit)
        except subprocess.TimeoutExpired:
            return "limit", f"it took more than {self.limit} s"
        return done.returncode, (done.stdout + done.stderr).strip()

    def answers(self, tensors, cases, dtype):
        """The tensors by case, and of each case that has none what was said, and whether the command ended well.

        Where a process dies or takes too long, each half of the cases gets one of its own.
        """
        with tempfile.TemporaryDirectory() as folder:
            list_path, output = f"{folder}/cases.json", f"{folder}/out.safetensors"
            base = {"expected": "", "rtol": 0, "source": "torch", "options": {}, "target": None}
            with open(list_path, "w") as file:
                json.dump([base | case for case in cases], file)
            status, said = self.run([
                "attribute", "--cases", list_path, "--tensors", str(tensors), "--output", output,
                "--dtype", dtype, "--threads", str(self.threads), "--memory", "4GB"])
            found = load_file(output) if os.path.exists(output) else {}
        if status not in (0, 1) and len(cases) > 1:
            found, sentences = {}, {}
            for half in (cases[: len(cases) // 2], cases[len(cases) // 2:]):
                more, said = self.answers(tensors, half, dtype)
                found |= more
                sentences |= said
            return found, sentences
        sentences = dict(re.findall(r"^nni: case ([^ :]+): (.*)$", said, re.M))
        if status == "limit":
            lost = said
        elif status in (0, 1):
            lost = said.splitlines()[-1][:300] if said else "it said nothing"
        else:
            fatal = [line for line in said.splitlines() if "Fatal error" in line]
            lost = f"the command ended with status {status}: {(fatal or [said[-200:]])[0]}"
        whole = status in (0, 1)
        return found, {
            case["id"]: (sentences.get(case["id"]) or lost, whole or case["id"] in sentences)
            for case in cases if case["id"] not in found}


def checked(files, folder, about, command):
    """The records of a network's files by exporters; `files` are their paths and outputs' names."""
    tensors = folder / "reference.safetensors"
    inputs = (
        {"input": f"input/{about['inputs'][0]}"} if len(about["inputs"]) == 1
        else {"inputs": {name: f"input/{name}" for name in about["inputs"]}, "of": about["of"]})

    def forward(kind):
        path, outputs = files[kind]
        return [
            inputs | {
                "id": f"{kind}/forward-{index}", "model": str(path), "method": "forward",
                "options": {"output": outputs[index]} if len(outputs) > 1 else {}}
            for index in range(about["outputs"])]

    def question(kind, method, options):
        path, outputs = files[kind]
        target = about["class"] if len(outputs) == 1 else {"output": outputs[0], "class": about["class"]}
        return inputs | {
            "id": f"{kind}/{method}", "model": str(path), "method": method, "options": options, "target": target}

    first = [case for kind in files for case in forward(kind)]
    narrow, said = command.answers(
        tensors,
        first + [question(kind, name, METHODS[name]) for kind in files for name in command.methods], "float32")
    good = [kind for kind in files if f"{kind}/forward-0" in narrow]
    gradients = [question(kind, "gradient", {}) for kind in good] if about["gradient"] else []
    cases = [case for kind in good for case in forward(kind)] if about["double"] else []
    if about["gradient"] == "float64":
        cases += gradients
    wide, more_said = command.answers(tensors, cases, "float64") if cases else ({}, {})
    if about["gradient"] == "float32" and gradients:
        found, sentences = command.answers(tensors, gradients, "float32")
        wide |= found
        more_said |= sentences
    wanted = load_file(tensors)

    def along(kind, direction, step):
        """The change of the score of a file along a direction of the input that is explained, by its outputs alone."""
        key = f"input/{about['of']}"
        with tempfile.TemporaryDirectory() as place:
            moved = {name: value for name, value in wanted.items() if name.startswith("input/")}
            middle = moved[key].astype(numpy.float64)
            for name, sign in (("more", 1), ("less", -1)):
                moved[f"{key}/{name}"] = middle + sign * step * direction
            save_file(moved, f"{place}/moved.safetensors")
            found, _ = command.answers(
                f"{place}/moved.safetensors",
                [forward(kind)[0] | inputs_with(about, f"{key}/{name}") | {"id": name} for name in ("more", "less")],
                "float64")
        if len(found) < 2:
            return None
        more, less = (found[name][:, about["class"]].sum() for name in ("more", "less"))
        return float(more - less) / (2 * step)

    records = {}
    for kind, (path, _) in files.items():
        if kind in good:
            records[kind] = judged(kind, about, wanted, narrow, wide, said, more_said, command.methods)
            if records[kind]["agrees"] is False and about["gradient"] == "float64":
                confirm(records[kind], wide.get(f"{kind}/gradient"), wanted, about, functools.partial(along, kind))
        else:
            status, _ = command.run(["inspect", str(path)])
            records[kind] = {
                "opens": status == 0, "predicts": False, "agrees": None,
                "sentence": said[f"{kind}/forward-0"][0]}
            if refusal := refused_elsewhere(path):
                records[kind]["invalid"] = refusal
    return records


def refused_elsewhere(path):
    """What ONNX Runtime says of a file that it cannot load either."""
    if path.suffix != ".onnx":
        return ""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        onnxruntime.InferenceSession(str(path), options)
    except Exception as error:
        return " ".join(str(error).replace(str(path), path.name).split())
    return ""


def judged(kind, about, wanted, narrow, wide, said, said64, methods):
    """The record of one file that opens and gives an output."""
    record = {"opens": True, "sentence": "", "agrees": None}
    record["methods"] = {}
    for method in methods:
        key = f"{kind}/{method}"
        if key in narrow:
            record["methods"][method] = "ok" if numpy.isfinite(narrow[key]).all() else "error: not finite"
        else:
            sentence, isClean = said[key]
            record["methods"][method] = f"{'refused' if isClean else 'error'}: {sentence}"
    differences, wides = [], []
    for index in range(about["outputs"]):
        name = f"{kind}/forward-{index}"
        ending = about["ending"] if index == 0 else "any"
        differences.append(difference(narrow.get(name), wanted[f"float32/{index}"], ending))
        if about["double"]:
            wides.append(difference(wide.get(name), wanted[f"float64/{index}"], ending))
    record["difference"], record["difference64"] = largest(differences), largest(wides)
    record["predicts"] = record["difference"] is not None and record["difference"] <= PREDICTION
    if not record["predicts"] and record["difference64"] is not None and record["difference64"] <= WIDE:
        record["predicts"], record["rounding"] = True, True
    if not record["predicts"]:
        missing = [
            text for key, (text, _) in (said | said64).items() if key.startswith(f"{kind}/forward")]
        record["sentence"] = missing[0] if missing else f"outputs differ by {record['difference']}"
    if not about["gradient"]:
        return record
    record["gradient-type"] = about["gradient"]
    ours, theirs = wide.get(f"{kind}/gradient"), wanted["gradient"]
    if ours is None:
        record["gradient-sentence"], record["agrees"] = said64[f"{kind}/gradient"][0], False
        return record
    record["gradient"] = distance(ours, theirs)
    bound = GRADIENT if about["gradient"] == "float64" else NARROW_GRADIENT
    record["agrees"] = record["gradient"] is not None and record["gradient"] <= bound
    if not record["agrees"]:
        record["gradient-sentence"] = (
            f"shape {list(ours.shape)} in the place of {list(theirs.shape)}"
            if record["gradient"] is None else f"differs by {record['gradient']:.1e}")
    return record


def inputs_with(about, key):
    """A case's inputs with another tensor for the one that is explained."""
    if len(about["inputs"]) == 1:
        return {"input": key}
    return {"inputs": {name: f"input/{name}" for name in about["inputs"]} | {about["of"]: key}, "of": about["of"]}


def confirm(record, ours, theirs, about, along):
    """Lets a gradient agree that differs from autograd's because the file's function does.

    Files hold convolutions with their batch norms rounded to float32, and a ReLU or a maximum near its kink then
    decides otherwise. Along the difference of the two gradients they tell apart most; the file's own outputs, a little
    to both sides, then have to change as ours says.
    """
    if not record["predicts"] or not GRADIENT < (record.get("gradient") or 1) < NEAR:
        return
    inputs, theirs = theirs[f"input/{about['of']}"], theirs["gradient"]
    if ours is None or ours.shape != inputs.shape:
        # Of token ids it is by the vectors that they stand for.
        return
    apart = ours - theirs
    size = float(numpy.linalg.norm(apart))
    direction = apart / size
    for step in STEPS:
        # So small that no value crosses its kink, if float64's rounding allows it.
        change = along(direction, step * max(1.0, float(numpy.sqrt(direction.size))))
        if change is None:
            return
        record["left-open"] = abs(change - float((ours * direction).sum())) / size
        record["agrees"] = record["left-open"] <= OPEN
        if record["agrees"]:
            return


def largest(values):
    if not values or any(value is None for value in values):
        return None
    return max(values)


def difference(ours, theirs, ending):
    """The largest difference as a share of the largest number; none where shapes differ.

    The command gives logits where a file ends in probabilities.
    """
    if ours is None or ours.size != theirs.size:
        return None
    ours = ours.reshape(theirs.shape).astype(numpy.float64)
    endings = [""] if ending == "" else ["", *ENDINGS] if ending == "any" else [ending]
    scale = max(1e-12, float(numpy.abs(theirs).max()))
    return min(
        float(numpy.abs((ENDINGS[name](ours) if name else ours) - theirs).max()) / scale for name in endings)


def distance(ours, theirs):
    if ours.shape != theirs.shape:
        return None
    return float(numpy.linalg.norm(ours - theirs) / max(1e-300, numpy.linalg.norm(theirs)))


def _softmax(values):
    shifted = numpy.exp(values - values.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


ENDINGS = {
    "softmax": _softmax, "log-softmax": lambda values: numpy.log(_softmax(values)),
    "sigmoid": lambda values: 1 / (1 + numpy.exp(-values)),
}
