"""A small fault run: clocks are killed while Slack goes wrong, and each message stands in its channel once."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_clocks_are_killed_and_everything_is_said_once(kind: str) -> None:
    run = [sys.executable, "benchmarks/exactly_once.py", "--seed", "5", "--digests", "6", "--channels", "2"]
    done = subprocess.run(
        [*run, "--engine", kind, "--rest", "0.4"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told.pop("kills") >= 1, done.stdout
    assert told == {"seed": 5, "digests": 6, "missing": 0, "double": 0, "ok": True}, done.stdout
