"""Stagecoach: a Slack bot that coaches sales reps through stage exit criteria.

A deal leaves its stage when the exit criteria of that stage are met by evidence about the *buyer* which
somebody else can check. Imports point down, never up: `slack`, `web`, `worker` and `__main__` (who know
people, HTTP and time of day) use `services` (use cases, one transaction each), which use `store` (SQL),
which uses `domain` (sales; pure, standard library only). `wiring` alone knows every layer.
"""
