"""`Benchmarks/run peers`: every row on every network, beside Captum and Zennit."""

from benchmark import limits, machine, workers
from benchmark import rows as all_rows


def report(networks, rows, repeats, threads, cold):
    """The Markdown page; `cold` is the table of the whole process, empty for none."""
    parts = [
        "# Beside the peers",
        "Written by `Benchmarks/run peers`. Milliseconds are medians, ratio is peer / ours, MiB the "
        "largest resident set of a process that does nothing else. Difference is "
        "‖ours − peer‖ / ‖peer‖ of the two maps. Where the photograph is flat, neighbouring features are "
        "equal but for the last bit, and max pools tie: which of them wins depends on the kernel, so that "
        "derivatives through VGG16's pools may differ there by much and elsewhere by 1e-6.",
        machine.description(threads),
    ]
    for network in networks:
        is_transformer = network not in all_rows.LAST_LAYER
        for batch in (1, 8) if is_transformer else (1,):
            results = {}
            for row in all_rows.rows(network):
                if (rows and row.name not in rows) or network not in row.targets:
                    continue
                # What takes many passes for one sample is not asked of eight.
                if batch > 1 and row.batch > 1:
                    continue
                try:
                    results[row] = workers.compare(
                        network, row.method_for(network), threads=threads, repeats=repeats, batch=batch)
                except RuntimeError as error:
                    print(f"{network} {row.name}: {error}", flush=True)
                    continue
                print(f"{network} {row.name}, batch {batch}: {results[row].ratio:.2f} times faster", flush=True)
            title = f"## {network}" + (f", batch {batch}" if is_transformer else "")
            parts += [title, _table(network, results)]
        if network == "vgg16":
            parts.append(_limits(network, results, threads))
    if cold:
        parts += [
            "## The whole process",
            "One photograph, SqueezeNet 1.1, Grad-CAM, and a picture written: `nni explain` (which "
            "writes a contact sheet and a page too) beside torchvision, Captum and Pillow.",
            cold,
        ]
    return "\n\n".join(parts) + "\n"


def _table(network, results):
    lines = [
        "| row | peer ms | ours ms | ratio | at least | peer MiB | ours MiB | difference |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    notes = []
    for row, result in results.items():
        mark = ""
        if row.note:
            notes.append(row.note)
            mark = f" [{len(notes)}]"
        lines.append(
            f"| {row.name}{mark} | {1000 * result.peer.seconds:.0f} "
            f"| {1000 * result.ours.seconds:.0f} | {result.ratio:.2f} "
            f"| {row.targets.get(network, '')} | {result.peer.peak:.0f} | {result.ours.peak:.0f} "
            f"| {result.difference:.1e} |")
    footnotes = "".join(f"\n{number}. {note}" for number, note in enumerate(notes, 1))
    return "\n".join(lines) + ("\n" + footnotes if notes else "")


def _limits(network, results, threads):
    """The share of the machine's limit that each method reaches."""
    bounds = limits.Machine(
        machine.multiplication_peak(threads), machine.bandwidth_peak(threads))
    found = limits.layers(network)
    lines = [
        "### The machine's limit",
        "",
        f"Measured in this run: {bounds.multiplication / 1e9:.0f} Gflop/s (the better of a "
        f"product of float32 matrices and a direct 3 × 3 convolution), {bounds.bandwidth / 1e9:.1f} GB/s "
        "(reading memory). Work is counted from the "
        "layers' shapes for direct convolutions, times the passes that the method is defined by; "
        "the limit is the sum over layers of the longer of the two times. Winograd's convolutions "
        "multiply less, and windows that are computed only where they differ pass less, so that a "
        "share may exceed 100 %.",
        "",
        "| row | Gflop | GB | at the limit ms | ours ms | share | peer's share |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row, result in results.items():
        bound = limits.limit(row, found, bounds)
        lines.append(
            f"| {row.name} | {bound.operations / 1e9:.0f} | {bound.bytes / 1e9:.1f} "
            f"| {1000 * bound.seconds:.0f} | {1000 * result.ours.seconds:.0f} "
            f"| {bound.seconds / result.ours.seconds:.0%} "
            f"| {bound.seconds / result.peer.seconds:.0%} |")
    return "\n".join(lines)
