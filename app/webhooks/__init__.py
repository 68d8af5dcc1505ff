"""Webhooks: where this office tells programs what happened, signed, at least once.

rows of both halves -> what happened (a tick derives it) -> a call for each webhook that
chose it -> posted, and tried again for a day
"""
