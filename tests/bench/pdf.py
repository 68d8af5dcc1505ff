"""A review of thirty pages with its charts as PDF: how long, and in how much memory.

Each figure comes from a process of its own, so that what is imported late is counted.
"""

import json
import resource
import statistics
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).parents[2]
ARTICLES = 230
RUNS = 3


def measure(say):
    for layout in ("fr", "ar", "bilingual"):
        figures = [_alone(layout) for _ in range(RUNS)]

        def middle(name, figures=figures):
            return statistics.median(one[name] for one in figures)

        say(
            f"a review as PDF ({layout}, {middle('pages'):.0f} pages) is written in",
            f"{middle('drawn'):.2f} s",
        )
        say("  with all imports", f"{middle('whole'):.2f} s")
        say("  of processor time, with all imports", f"{middle('cpu'):.2f} s")
        say("  the next one of the same process", f"{middle('again'):.2f} s")
        say("  memory of the process", f"{middle('megabytes'):.0f} MB")


def _alone(layout):
    done = subprocess.run(
        [sys.executable, __file__, layout],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'doubles'}"},
    )
    return json.loads(done.stdout)


def main(layout):
    began = perf_counter()
    from report_makers import a_review  # noqa: PLC0415 - its cost is measured

    from core.i18n import words  # noqa: PLC0415
    from core.reporting.formats.pdf import Format  # noqa: PLC0415
    from core.values import Language  # noqa: PLC0415

    spoken = {
        "fr": [Language.FRENCH],
        "ar": [Language.ARABIC],
        "bilingual": [Language.FRENCH, Language.ARABIC],
    }[layout]
    said = [words(language) for language in spoken]
    report = a_review(count=ARTICLES)
    ready = perf_counter()
    written = Format().write(report, said)
    drawn, cpu = perf_counter(), process_time()
    # Another one, so that nothing of the first is only found again.
    Format().write(a_review(count=ARTICLES + 1, number=232), said)
    again = perf_counter()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    from pypdf import PdfReader  # noqa: PLC0415

    figures = {
        "pages": len(PdfReader(BytesIO(written)).pages),
        "drawn": drawn - ready,
        "whole": drawn - began,
        "cpu": cpu,
        "again": again - drawn,
        "megabytes": megabytes,
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
