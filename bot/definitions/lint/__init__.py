"""The linter of process definitions: judged by the four standards, and whether a deal always has a way on."""
