"""What people do with deals: a use case a function, a transaction a use case; no word of Slack, no network."""
