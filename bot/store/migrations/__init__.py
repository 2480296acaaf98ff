"""Schema changes, one file each in `versions/`; `python -m bot.store.migrations WHAT_CHANGES` drafts the next one."""
