"""`Benchmarks/run peers` and `Benchmarks/run scaling`."""

import argparse
from pathlib import Path

from benchmark import cold
from benchmark.places import RESULTS
from benchmark.rows import LAST_LAYER, ROWS
from benchmark.series import SERIES


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    beside = commands.add_parser("peers", help="the same methods in Captum and Zennit")
    beside.add_argument("--networks", nargs="*", choices=LAST_LAYER, default=list(LAST_LAYER))
    beside.add_argument("--rows", nargs="*", choices=[row.name for row in ROWS], default=[])
    beside.add_argument("--no-cold", action="store_true", help="leave the whole process out")

    growth = commands.add_parser("scaling", help="how cost grows")
    growth.add_argument("--network", default="resnet18")
    growth.add_argument("--series", nargs="*", choices=SERIES, default=list(SERIES))

    for command in (beside, growth):
        command.add_argument("--repeats", type=int, default=5)
        command.add_argument("--threads", type=int, default=2)
        command.add_argument("--output", type=Path, help="by default in Benchmarks/Results")

    options = parser.parse_args()
    if options.command == "peers":
        # Before anything here loads torch.
        table = "" if options.no_cold else cold.table(options.repeats)
        from benchmark import peers

        page = peers.report(
            options.networks, options.rows, options.repeats, options.threads, table)
    else:
        from benchmark import scaling

        page = scaling.report(options.network, options.series, options.repeats, options.threads)
    output = options.output or RESULTS / f"{options.command}.md"
    output.parent.mkdir(exist_ok=True)
    output.write_text(page)
    print(output)


main()
