"""What a person brings: shots, pictures, features, captions, topics, qrels, runs, checkpoints, encoders,
embeddings. Each module reads one kind, checks it against what is there, and writes it into the workspace.

`lpd import` has a verb for each.
"""

__all__: list[str] = []
