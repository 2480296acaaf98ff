"""What buyers see in a browser: pages that need no script, tell nothing of a deal, and change nothing when opened."""
