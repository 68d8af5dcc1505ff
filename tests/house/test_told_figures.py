"""Every figure is documented; dashboard and rules name only figures that there are."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from boxes import need
from fastapi.testclient import TestClient
from seeing_office import seen_office

from app.instruments.counts import Counts
from app.seeing import rows
from app.web import make_app

ROOT = Path(__file__).parents[2]
DASHBOARD = json.loads((ROOT / "config/grafana/parution.json").read_text("utf-8"))
RULES = ROOT / "config/prometheus/parution.rules.yml"
# Made by a histogram beside its name.
_PARTS = re.compile(r"_(bucket|sum|count)$")


def own():
    """The figures there are, as they are asked for, and their labels."""
    found = {}
    counts = Counts()
    for collector in counts.registry._collector_to_names:
        for metric in collector.collect():
            name = metric.name + ("_total" if metric.type == "counter" else "")
            found[name] = set(getattr(collector, "_labelnames", ()))
    for name, (_, labels) in (rows.HELP | rows.PROCESS_HELP).items():
        found[name + ("_total" if name in rows.COUNTERS else "")] = set(labels)
    return found


OWN = own()


def expressions():
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


def named(expression):
    words = set(re.findall(r"\b(?:parution|process)_\w+", expression))
    return {_PARTS.sub("", one) for one in words}


def test_every_figure_is_documented_with_its_labels():
    page = (ROOT / "docs/metrics.md").read_text("utf-8")
    told = {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, labels in re.findall(
            r"^\| `(parution_\w+)` \| \w+ \| ([^|]*) \|", page, re.MULTILINE
        )
    }
    assert told == {
        name: labels for name, labels in OWN.items() if "process_" not in name
    }


def test_dashboard_and_rules_name_only_figures_that_there_are():
    unknown = {
        (place, name)
        for place, expression in expressions()
        for name in named(expression) - set(OWN)
    }
    assert unknown == set()


def test_every_figure_is_shown_or_watched():
    shown = set().union(*(named(expression) for _, expression in expressions()))
    assert {name for name in OWN if name.startswith("parution_")} - shown == set()


def test_dashboard_and_rules_name_only_labels_that_there_are():
    known = set().union(*OWN.values()) | {"le", "job", "instance"}
    for place, expression in expressions():
        asked = set(re.findall(r'(\w+)\s*=~?"', expression))
        for group in re.findall(r"by \(([^)]*)\)", expression):
            asked |= {one.strip() for one in group.split(",")}
        assert asked <= known, place


def test_panels_of_the_dashboard_do_not_lie_on_each_other():
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y)
        for one in places
        for x in range(one["x"], one["x"] + one["w"])
        for y in range(one["y"], one["y"] + one["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(numbers) == len(set(numbers))


def test_every_rule_says_what_to_do():
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in {"page", "warn"}
            assert rule["annotations"]["summary"].endswith(".")
            assert rule["annotations"]["description"]


@pytest.fixture
def promtool():
    found = shutil.which("promtool")
    need(found, "promtool is not here: apt install prometheus")
    return found


def test_promtool_takes_the_rules(promtool):
    done = subprocess.run(
        [promtool, "check", "rules", str(RULES)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_promtool_reads_the_figures(promtool, tmp_path, clock, ids):
    given = {"web": {"metrics": "networks"}}
    with seen_office(tmp_path, clock, ids, **given) as office:
        asker = TestClient(make_app(office), client=("127.0.0.1", 5000))
        text = asker.get("/metrics").content
    done = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, check=False
    )
    # 3 is advice on names; what cannot be read is 1.
    assert done.returncode in {0, 3}, done.stderr
