"""`Benchmarks/run peers`, `Benchmarks/run scaling` and `Benchmarks/run zoo`."""

import argparse
from pathlib import Path

from benchmark import cold
from benchmark.places import NNI, RESULTS
from benchmark.rows import NETWORKS, ROWS, TRANSFORMER_ROWS
from benchmark.series import SERIES
from benchmark.zoo.names import EXPORTERS, GROUPS, METHODS


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    beside = commands.add_parser("peers", help="the same methods in Captum and Zennit")
    beside.add_argument("--networks", nargs="*", choices=NETWORKS, default=list(NETWORKS))
    beside.add_argument("--rows", nargs="*", choices=sorted({row.name for row in ROWS + TRANSFORMER_ROWS}), default=[])
    beside.add_argument("--no-cold", action="store_true", help="leave the whole process out")

    growth = commands.add_parser("scaling", help="how cost grows")
    growth.add_argument("--network", default="resnet18")
    growth.add_argument("--series", nargs="*", choices=SERIES, default=list(SERIES))

    for command in (beside, growth):
        command.add_argument("--repeats", type=int, default=5)
        command.add_argument("--threads", type=int, default=2)

    zoo = commands.add_parser("zoo", help="networks of every family, as PyTorch exports them")
    zoo.add_argument("--groups", nargs="*", choices=GROUPS, default=list(GROUPS))
    zoo.add_argument("--only", default="", help="an expression to be found in GROUP/NAME")
    zoo.add_argument("--exporters", nargs="*", choices=EXPORTERS, default=list(EXPORTERS))
    zoo.add_argument("--nni", type=Path, default=NNI)
    zoo.add_argument("--jobs", type=int, default=2, help="networks at a time")
    zoo.add_argument(
        "--limit", type=int, default=150,
        help="seconds for a run of the command; four times as many for all of a network")
    zoo.add_argument(
        "--again", choices=("none", "failed", "all"), default="none", help="which files are checked once more")
    zoo.add_argument(
        "--methods", nargs="*", choices=METHODS, default=list(METHODS),
        help="which methods answer beside the gradient; none takes a third of the time")
    zoo.add_argument("--discard", action="store_true", help="delete files that agree")
    zoo.add_argument("--page", action="store_true", help="write the page of what is there, and run nothing")

    for command in (beside, growth, zoo):
        command.add_argument("--output", type=Path, help="by default in Benchmarks/Results")

    options = parser.parse_args()
    if options.command == "peers":
        # Before anything here loads torch.
        table = "" if options.no_cold else cold.table(options.repeats)
        from benchmark import peers

        page = peers.report(
            options.networks, options.rows, options.repeats, options.threads, table)
    elif options.command == "zoo":
        page = zoo_page(options)
    else:
        from benchmark import scaling

        page = scaling.report(options.network, options.series, options.repeats, options.threads)
    output = options.output or RESULTS / f"{options.command}.md"
    output.parent.mkdir(exist_ok=True)
    output.write_text(page)
    print(output)


def zoo_page(options):
    """Runs what is chosen; the page is of all groups, with what earlier runs found."""
    from benchmark.zoo import page, sweep, timm_networks

    if not options.page:
        chosen = sweep.networks(options.groups, options.only)
        sweep.Sweep(
            options.exporters, options.nni, options.jobs, options.limit, options.again, options.discard,
            options.methods
        ).run(chosen)
    return page.report(sweep.networks(GROUPS), timm_networks.missing())


main()
