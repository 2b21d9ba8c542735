"""Work in processes of their own that the app or a person starts, watches, stops and starts again.

`workspace_jobs` starts and lists them, `job_progress` says how far they are; their files lie in `jobs/` of
the workspace.
"""

__all__: list[str] = []
