"""Recipes as Python that a researcher would write: calls of `lpd`, every foreign word a literal.

`recipe_code` writes what makes the numbers of a view again, `opening_code` and `pinned_code` what stands
before and after it in a Jupyter notebook. Nothing that was pinned is ever run as code.
"""

from lpd.notebook.code.cells import opening_code, pinned_code, recipe_code, script_code, why_kept

__all__ = ["opening_code", "pinned_code", "recipe_code", "script_code", "why_kept"]
