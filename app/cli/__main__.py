"""Lets `python -m app.cli` stand for `parution`."""

from app.cli import main

main()
