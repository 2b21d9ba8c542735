"""What fits together in a workspace and what is missing: one module per question, gathered by
`lpd.services.doctor`.

Each gives findings: what was seen, how bad it is, and the command that mends it.
"""

__all__: list[str] = []
