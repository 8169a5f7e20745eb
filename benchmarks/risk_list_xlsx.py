"""How much memory a long workbook takes: `.venv/bin/python -m benchmarks.risk_list_xlsx [--rows 200000]`.

A child process writes the list of events with its measures and tells its largest resident size; the rows come from
the register that `benchmarks.risk_list` makes, or from the one at `--url`.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from contextlib import nullcontext

from sqlalchemy.orm import Session

from backend.database import create_engine
from backend.lists import exporting
from backend.lists.columns import LISTS
from backend.lists.filters import Filters
from backend.lists.service import Wanted
from benchmarks.risk_list import BUREAU, TOWNSHIPS, register


def write(url: str, townships: tuple[str, ...], form: exporting.Format) -> None:
    """Write the events of some townships, and say what that took."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    wanted = Wanted(LISTS["events"], Filters(township=townships))
    with Session(create_engine(url)) as session, tempfile.TemporaryFile() as file:
        rows = exporting.write_list(session, BUREAU, wanted, file, form)
        size = file.tell()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{form}: {rows} rows, {size / 2**20:.0f} MiB, {time.perf_counter() - begun:.0f} s, "
        f"peak {peak / 1024:.0f} MiB resident ({before / 1024:.0f} before)",
        flush=True,
    )


def main() -> None:
    """Write the same rows as a workbook and as CSV, each in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--url", default="", help="a register that is there")
    given = parser.parse_args()
    codes = tuple(f"4104110{number:02}" for number in (1, 2))
    made = nullcontext(None) if given.url else register(given.rows * TOWNSHIPS // len(codes))
    with made as engine:
        url = given.url or engine.url.render_as_string(hide_password=False)
        for form in ("csv", "xlsx"):
            child = multiprocessing.get_context("spawn").Process(target=write, args=(url, codes, form))
            child.start()
            child.join()


if __name__ == "__main__":
    main()
