"""Chaos: workers that are killed, connections that are cut and a Slack that is ill, and what must hold nevertheless.

`python -m tests.chaos 10` runs it for ten minutes; `make chaos MINUTES=10` does the same. The promise: kill any process
at any point, and no work row is lost, no item is held by two at once, a card is posted twice only where the first
outcome was unknown, and a reminder at most once.
"""
