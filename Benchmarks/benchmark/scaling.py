"""`Benchmarks/run scaling`: how cost grows with what is asked."""

from benchmark import machine, workers
from benchmark.series import SERIES


def report(network, series, repeats, threads):
    """The Markdown page."""
    parts = [
        "# How cost grows",
        f"Written by `Benchmarks/run scaling`, on {network} with {threads} threads unless stated. "
        "Growth is the time divided by the time of the method's first case.",
        machine.description(threads),
    ]
    for name in series:
        parts += [f"## {name.capitalize()}", _table(SERIES[name], network, repeats, threads)]
    return "\n\n".join(parts) + "\n"


def _table(cases, network, repeats, threads):
    lines = [
        "| case | peer ms | ours ms | ratio | peer's growth | our growth | peer MiB | ours MiB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    firsts = {}
    for case in cases:
        options = {"network": network, "threads": threads, "repeats": repeats} | case.options
        result = workers.compare(method=case.method, **options)
        print(f"{case.label}: {result.ratio:.2f} times faster", flush=True)
        first = firsts.setdefault(case.method.partition(":")[0], result)
        lines.append(
            f"| {case.label} | {1000 * result.peer.seconds:.0f} | {1000 * result.ours.seconds:.0f} "
            f"| {result.ratio:.2f} | {result.peer.seconds / first.peer.seconds:.1f} "
            f"| {result.ours.seconds / first.ours.seconds:.1f} "
            f"| {result.peer.peak:.0f} | {result.ours.peak:.0f} |")
    return "\n".join(lines)
