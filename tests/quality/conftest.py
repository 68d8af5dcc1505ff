"""Floors of quality: pinned in floors.json, and lowered only by --lower-floors."""

import json
from pathlib import Path

import pytest

FLOORS = Path(__file__).parent / "floors.json"


@pytest.fixture
def holds(request):
    """Assert that a figure has not fallen below its floor."""

    def check(name, figure):
        floors = json.loads(FLOORS.read_text("utf-8"))
        if figure >= floors[name]:
            return
        if not request.config.getoption("--lower-floors"):
            pytest.fail(
                f"{name} is {figure:.3f}, below its floor of {floors[name]}. Mend it, or "
                "pin it with --lower-floors and say why in the commit."
            )
        floors[name] = int(1000 * figure) / 1000
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", "utf-8")

    return check
