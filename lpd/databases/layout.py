"""What a kind of file holds."""

from dataclasses import dataclass

__all__ = ["Layout"]


@dataclass(frozen=True)
class Layout:
    """What one kind of file holds.

    Args:
        kind: what it is, for messages: `notebook`.
        application_id: SQLite's mark of the program that a file belongs to, so that one is not taken for the
            other.
        version: of the tables; a file of a higher one is refused.
        statements: what makes the tables.
    """

    kind: str
    application_id: int
    version: int
    statements: tuple[str, ...]

    @property
    def way_out(self) -> str:
        """What a person does about a file that is of no use."""
        return f"move this file away, and a new {self.kind} is begun with the next entry; or put a copy back"
