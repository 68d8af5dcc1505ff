"""Chance from a seed: one seed is one history, played again as often as wanted."""

import random  # noqa: TID251 - a history, and no secret


def dice(seed):
    return random.Random(seed)  # noqa: S311 - the same
