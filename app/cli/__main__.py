"""Lets `python -m app.cli` stand for `parution`."""

from app.cli import main

# The search for subjects imports this module too, and must not start a second run.
if __name__ == "__main__":
    main()
