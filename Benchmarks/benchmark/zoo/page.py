"""The page of the zoo."""

import collections
import datetime
import importlib.metadata
import re

from benchmark.zoo import check, sweep
from benchmark.zoo.names import EXPORTERS, GROUPS

WANTED = {
    "timm": 97, "classification": 100, "segmentation": 100, "video": 100, "detection": 80, "transformers": 90,
    "written": 100,
}
LONGEST = 260


class Entry:
    """A network with all that is known of it."""

    def __init__(self, network):
        self.network = network
        self.made = sweep.record(network, "export.json") or {}
        results = {
            kind: result for kind in EXPORTERS
            if "error" not in self.made.get(kind, {}) and (result := sweep.record(network, f"{kind}.result.json"))}
        self.results = {kind: result for kind, result in results.items() if "invalid" not in result}
        # What ONNX Runtime cannot load either.
        self.invalid = {kind: result for kind, result in results.items() if "invalid" in result}

    @property
    def title(self):
        return f"{self.network.group}/{self.network.name}"

    def succeeds(self, kind):
        return kind in self.results and sweep.succeeded(self.results[kind])


def report(networks, missing):
    """The Markdown page of what has been run so far. `missing` are modules of timm without a network."""
    entries = [Entry(network) for network in networks]
    ran = [entry for entry in entries if entry.results]
    parts = [
        "# The zoo",
        "Written by `Benchmarks/run zoo`: networks with random weights, each exported by PyTorch in three ways "
        "and read by `nni`. *legacy* is `torch.onnx.export(…, dynamo=False)` at opset 17 with an open batch, "
        "*dynamo* the exporter that is the default, *pt2* `torch.export.save`. A file **predicts** when its "
        f"float32 outputs differ from PyTorch's by at most {check.PREDICTION:.0e} of the largest number (or, "
        f"where float32 does not hold that, its float64 outputs from those of PyTorch in float64 by "
        f"{check.WIDE:.0e}; counted apart). It **agrees** when, besides, the gradient of class 1 is autograd's: "
        f"both in float64, ‖ours − autograd's‖ / ‖autograd's‖ ≤ {check.GRADIENT:.0e} (or up to {check.NEAR:.0%} "
        "where the file's function is another one, since it holds convolutions with their batch norms rounded to "
        "float32, and a ReLU or maximum near its kink decides otherwise: along the difference of both gradients the "
        "file's own float64 outputs then change as ours says; counted apart). What exporters do not "
        "write, or write so that ONNX Runtime cannot load it either, is not counted in an exporter's share.",
        _versions(entries),
        "## Shares", _shares(entries, ran), _remarks(ran),
        "## Methods",
        "Of the files that predict: maps given / refused with a sentence / errors (no answer in time, a map that is "
        "not finite, a crash).",
        _methods(ran), _refusals(ran),
        "## Files that fail", _failures(ran),
        "## Files that PyTorch writes wrongly", _invalid(entries),
        "## Files that PyTorch does not write", _unwritten(entries),
        "## Networks that were not run", _absent(entries, missing),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _versions(entries):
    packages = ["torch", "torchvision", "timm", "transformers", "onnx", "onnxscript"]
    commits = collections.Counter(
        result["commit"] for entry in entries for result in entry.results.values())
    files = sum(commits.values())
    seconds = sum(result["seconds"] for entry in entries for result in entry.results.values())
    return "\n".join([
        f"- Date: {datetime.date.today()}",
        "- " + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages),
        f"- {files} files, checked in {seconds / 60:.0f} minutes of the command's time, by the command as of "
        + ", ".join(f"{name} ({count} files)" for name, count in commits.most_common()),
    ])


def _share(part, whole):
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "–"


def _shares(entries, ran):
    lines = [
        "| group | networks | wanted | agree by one at least | "
        + " | ".join(f"{kind}: open | predict | agree" for kind in EXPORTERS) + " |",
        "|---|--:|--:|--:|" + "--:|--:|--:|" * len(EXPORTERS),
    ]
    groups = [group for group in GROUPS if any(entry.network.group == group for entry in ran)]
    for group in [*groups, "all"]:
        some = [entry for entry in ran if group in ("all", entry.network.group)]
        cells = [
            group, str(len(some)), f"{WANTED[group]} %" if group in WANTED else "",
            _share(sum(any(entry.succeeds(kind) for kind in EXPORTERS) for entry in some), len(some))]
        for kind in EXPORTERS:
            results = [entry.results[kind] for entry in some if kind in entry.results]
            cells += [
                _share(sum(result["opens"] for result in results), len(results)),
                _share(sum(result["predicts"] for result in results), len(results)),
                _share(sum(sweep.succeeded(result) for result in results), len(results))]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _remarks(ran):
    results = [(entry, kind, result) for entry in ran for kind, result in entry.results.items()]
    rounded = [f"{entry.title} ({kind})" for entry, kind, result in results if result.get("rounding")]
    narrow = [entry.title for entry in ran if entry.made["reference"].get("gradient") == "float32"]
    none = [entry.title for entry in ran if not entry.made["reference"].get("gradient")]
    lines = []
    if rounded:
        lines.append(f"- By float64 only, float32 not holding 1e-5: {', '.join(rounded)}.")
    kinks = [
        f"{entry.title} ({kind}: {result['gradient']:.0e})"
        for entry, kind, result in results if "left-open" in result and result["agrees"]]
    if kinks:
        lines.append(
            f"- Gradient not autograd's by that much, but the file's own by finite differences: {', '.join(kinks)}.")
    if narrow:
        lines.append(
            f"- Gradient in float32, to {check.NARROW_GRADIENT:.0e}, since PyTorch's own module cannot compute in "
            f"float64: {', '.join(narrow)}.")
    if none:
        lines.append(f"- No gradient asked, since no input can have one: {', '.join(none)}.")
    return "\n".join(lines)


def _outcome(text):
    return text.split(":")[0]


def _methods(ran):
    lines = ["| group | " + " | ".join(check.METHODS) + " |", "|---|" + "--:|" * len(check.METHODS)]
    for group in GROUPS:
        results = [
            result for entry in ran if entry.network.group == group
            for result in entry.results.values() if result["predicts"] and "methods" in result]
        if not results:
            continue
        cells = []
        for method in check.METHODS:
            counts = collections.Counter(
                _outcome(result["methods"][method]) for result in results if method in result["methods"])
            cells.append(" / ".join(str(counts[outcome]) for outcome in ("ok", "refused", "error")))
        lines.append(f"| {group} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _general(text):
    """A sentence without what differs between files."""
    text = re.sub(r"“[^”]*”", "“…”", text)
    return re.sub(r"\d[\d.,e×-]*", "#", text)


def _refusals(ran, most=25):
    """The commonest sentences, with one example each."""
    found = collections.defaultdict(list)
    for entry in ran:
        for kind, result in entry.results.items():
            for method, text in result.get("methods", {}).items():
                if result["predicts"] and text != "ok":
                    found[_outcome(text), _general(text)].append((method, text, f"{entry.title} ({kind})"))
    if not found:
        return ""
    lines = ["What was said, the commonest first:", ""]
    for _, cases in sorted(found.items(), key=lambda item: -len(item[1]))[:most]:
        methods = ", ".join(sorted({case[0] for case in cases}))
        lines.append(f"- {len(cases)} × ({methods}) {_short(cases[0][1])}, as in {cases[0][2]}")
    if len(found) > most:
        lines.append(f"- and {len(found) - most} more sentences")
    return "\n".join(lines)


def _short(text):
    text = " ".join(text.split())
    text = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return text.replace("|", "\\|").replace("<", "&lt;")


def _failures(ran):
    lines = [
        f"- {entry.title} ({kind}): {_short(sweep.complaint(result))}"
        for entry in ran for kind, result in entry.results.items() if not sweep.succeeded(result)]
    return "\n".join(lines) or "None."


def _invalid(entries):
    lines = [
        f"- {entry.title} ({kind}): nni: {_short(result['sentence'])}; ONNX Runtime: {_short(result['invalid'])}"
        for entry in entries for kind, result in entry.invalid.items()]
    return "\n".join(lines) or "None."


def _unwritten(entries):
    found = collections.defaultdict(list)
    for entry in entries:
        for kind in EXPORTERS:
            state = entry.made.get(kind, {})
            if "error" in state:
                found[kind, _short(state["error"])].append(entry.title)
    lines = [f"- {kind}, {text}: {', '.join(titles)}" for (kind, text), titles in sorted(found.items())]
    return "\n".join(lines) or "None."


def _absent(entries, missing):
    lines = []
    for entry in entries:
        error = entry.made.get("reference", {}).get("error")
        if error:
            lines.append(f"- {entry.title}: {_short(error)}")
        elif not entry.results and not all("error" in entry.made.get(kind, {}) for kind in EXPORTERS):
            lines.append(f"- {entry.title}: not reached")
    if missing:
        lines.append(f"- Modules of timm without a network here: {', '.join(missing)}")
    return "\n".join(lines) or "None."
