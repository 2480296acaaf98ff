"""A local Slack workspace for trying and testing an app where there is no Slack."""
