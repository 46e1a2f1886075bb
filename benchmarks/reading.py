"""Every figure of the reading in one run: summaries, tags, search, stories, AI or not, intake, each beside its peer.

    uv run python benchmarks/reading.py DIR [--quick] [--stored 100000] [--posts 200]

Runs the other benchmarks one after the other on a folder of posts and passes their tables through. One that fails stops
none of the others. The last line is one JSON object with the last line of each, null for one that gave none. `ok` means
that each ran and met its targets; what a folder gives nothing to judge by (`"ok": null`) is not held against it.
--quick searches 2,000 stored posts and takes in 50: the speed of the search is then shown but not judged.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
QUICK = (2_000, 50)


def main() -> int:
    """Run it; 0 where every target is met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--stored", type=int, default=100_000)
    options.add_argument("--posts", type=int, default=200)
    chosen = options.parse_args()
    stored, posts = QUICK if chosen.quick else (chosen.stored, chosen.posts)
    scripts: dict[str, list[str]] = {
        "summaries": [], "tags": [], "search": ["--stored", str(stored)], "stories": [], "ai": [],
        "intake": ["--posts", str(posts)],
    }  # fmt: skip
    figures = {name: figures_of(name, chosen.folder, more) for name, more in scripts.items()}
    ok = all(found is not None and found.get("ok") is not False for found in figures.values())
    print(json.dumps({**figures, "ok": ok}, ensure_ascii=False))
    return 0 if ok else 1


def figures_of(name: str, folder: Path, options: list[str]) -> dict[str, Any] | None:
    """Run one benchmark, pass on what it prints, and give its last line; None where that holds no figures."""
    print(f"\n== {name}", flush=True)
    command = [sys.executable, str(HERE / f"{name}.py"), str(folder), *options]
    width = {"COLUMNS": str(shutil.get_terminal_size((120, 24)).columns), "PYTHONIOENCODING": "utf-8"}
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ | width) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if last:
                print(last, end="", flush=True)
            last = line
    if (found := parsed(last)) is None:
        print(last, f"{name}.py gave no figures (exit code {run.returncode})", sep="")
    return found


def parsed(line: str) -> dict[str, Any] | None:
    """The JSON object that a line is, None for any other line."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


if __name__ == "__main__":
    sys.exit(main())
