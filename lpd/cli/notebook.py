"""lpd notebook list, show, export: pinned views, what changed since, and files to hand over."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import note, print_json, print_table
from lpd.errors import NotFoundError
from lpd.words import counted

__all__ = ["add_to"]

ViewsOption = Annotated[
    list[int] | None, typer.Option("--view", metavar="N", help="Only this view, by its number; repeatable.")
]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    group = typer.Typer(no_args_is_help=True, help="Pinned views: list, show, and write files to hand over.")
    group.command("list")(list_pinned)
    group.command()(show)
    group.command()(export)
    app.add_typer(group, name="notebook")


def list_pinned(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """The pinned views in order, and whether what they were made from has changed since."""
    from lpd.notebook import list_views
    from lpd.services.notebook import WorkspaceNow, view_changes

    space = opened(workspace)
    listed = list_views(space.notebook_path)
    now = WorkspaceNow(space)
    changes = {one.view_id: view_changes(now, space.notebook_path, one) for one in listed.pinned}
    if listed.problem:
        note(listed.problem)
    if json:
        views = [
            {
                "view": one.view_id,
                "page": one.view.page or "search",
                "title": one.view.title,
                "note": one.view.note,
                "address": one.view.address,
                "pinned": one.created.isoformat(),
                "changes": list(changes[one.view_id]),
            }
            for one in listed.pinned
        ]
        print_json({"views": views, "deleted": len(listed.deleted), "problem": listed.problem})
        return
    rows = [
        (
            str(one.view_id),
            one.view.page or "search",
            f"{one.created:%Y-%m-%d %H:%M}",
            one.view.title,
            " ".join(changes[one.view_id]) or "as it was",
        )
        for one in listed.pinned
    ]
    print_table(("view", "page", "pinned (UTC)", "title", "since"), rows)


def show(
    view: Annotated[int, typer.Argument(metavar="N", help="Number of the view, see lpd notebook list.")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """One view as Markdown: its note, what it showed, what it was made from, and the Python of it."""
    from lpd.notebook.exports import markdown_bytes
    from lpd.services.notebook import notebook_document

    document = notebook_document(opened(workspace), views=[view], pictures=False)
    [one] = document.views
    if not json:
        print(markdown_bytes(document).decode("utf-8"), end="")
        return
    told: dict[str, Any] = {
        "view": one.pinned.view_id,
        "page": one.pinned.view.page or "search",
        "title": one.pinned.view.title,
        "note": one.pinned.view.note,
        "address": one.pinned.view.address,
        "pinned": one.pinned.created.isoformat(),
        "provenance": dict(one.pinned.view.provenance),
        "snapshot": one.snapshot,
        "python": one.code,
        "why_kept": one.why_kept or None,
        "changes": list(one.changes),
    }
    print_json(told)


def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    form: Annotated[
        str | None, typer.Option("--format", metavar="html|md|ipynb", help="Else as the file's name ends.")
    ] = None,
    view: ViewsOption = None,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Markdown with a folder of pictures beside it.")
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """One HTML page that opens offline, Markdown, or a Jupyter notebook that makes the numbers again."""
    from lpd.services.notebook import NOTEBOOK_FORMS, export_notebook

    ending = out.suffix.removeprefix(".")
    chosen = form or {"markdown": "md", "htm": "html"}.get(ending, ending)
    if chosen not in NOTEBOOK_FORMS:
        raise NotFoundError(
            "which form of a notebook?",
            expected=f"--format {' or '.join(NOTEBOOK_FORMS)}, or a file that ends in one of them",
            found=repr(form or out.name),
        )
    made = export_notebook(opened(workspace), out, form=chosen, views=view, pictures=pictures)
    if json:
        print_json(
            {
                "file": str(out),
                "views": made.views,
                "made_again": list(made.again),
                "kept": {str(number): why for number, why in made.kept.items()},
                "changes": {str(number): list(told) for number, told in made.changes.items()},
                "pictures": made.pictures,
                "problem": made.problem,
            }
        )
        return
    if made.problem:
        note(made.problem)
    for number, told in made.changes.items():
        note(f"view {number}, changed since it was pinned: {' '.join(told)}")
    for number, why in made.kept.items():
        note(f"view {number} is shown as it was: {why}")
    beside = f", {counted(made.pictures, 'picture')} beside it" if made.pictures else ""
    note(f"{out}: {counted(made.views, 'view')}{beside}")
