"""The language of searches and watches: read, printed, evaluated. Reaches no database.

text -> `reading.parse` -> tree -> `evaluating.evidence(tree, article)` -> where each word stands
"""
