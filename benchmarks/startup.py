"""How soon the command line answers, beside a Python that does nothing.

    uv run python benchmarks/startup.py [DIR] [--runs 9]

Takes a folder of posts (the samples by default) into a throwaway store, and runs `kawaraban --help`, `--version` and
`summary 3` in turns with `python -c pass`, so that whatever else the machine does falls on all of them. Prints a table
of wall times (median and least) with their ratios to Python alone, and one JSON line; `ok` means that help and version
take under 0.3 s and the summary under 1 s, each in its fastest run: what a busy machine adds is not the program's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

SAMPLES = Path(__file__).parents[1] / "samples"
KAWARABAN = [sys.executable, "-m", "bot"]
RUNS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "--help": [*KAWARABAN, "--help"],
    "--version": [*KAWARABAN, "--version"],
    "summary 3": [*KAWARABAN, "summary", "3"],
}
LIMITS = {"--help": 0.3, "--version": 0.3, "summary 3": 1.0}


def main() -> int:
    """Run it; 0 if every command is as fast as it should be."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path, nargs="?", default=SAMPLES)
    options.add_argument("--runs", type=int, default=9)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run([*KAWARABAN, "import", str(chosen.folder.resolve())], folder)
        for command in RUNS.values():  # once before it counts: bytecode and the file system's cache
            run(command, folder)
        times: dict[str, list[float]] = {name: [] for name in RUNS}
        for _ in range(chosen.runs):
            for name, command in RUNS.items():
                times[name].append(run(command, folder))
    return report(times)


def run(command: list[str], folder: str) -> float:
    """Run a command on the store in a folder, and return its wall time in seconds."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith(("KAWARABAN_", "SLACK_", "DATABASE_"))}
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def report(times: dict[str, list[float]]) -> int:
    """Print the table and the line of JSON; 0 if every command is as fast as it should be."""
    table = Table("command", "median", "least", "to Python alone")
    alone = statistics.median(times["python -c pass"])
    figures: dict[str, float] = {}
    for name, seconds in times.items():
        median, least = statistics.median(seconds), min(seconds)
        table.add_row(name, f"{median:.3f} s", f"{least:.3f} s", f"{median / alone:.1f}")
        figures |= {f"{name} median": round(median, 3), f"{name} least": round(least, 3)}
    Console().print(table)
    ok = all(min(times[name]) < limit for name, limit in LIMITS.items())
    print(json.dumps({**figures, "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
