"""What goes over a whole workspace: each module is one piece of work that a verb of `lpd` or a page does.

A function takes an opened workspace (`lpd.workspace.open_workspace`), reads what it needs, and returns
numbers or writes what it made into the workspace, whole or not at all. Import from the modules: `editions`
makes the runs of an edition and measures them, `indexing` and `training` build, `weighing` fuses with own
weights, `status` and `doctor` say what is there and what is missing.

>>> from lpd.services.editions import space_run_tag
>>> space_run_tag("lpd", "text:bow")
'lpd.text-bow'
"""

__all__: list[str] = []
