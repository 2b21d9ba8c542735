"""From a folder of videos or pictures to a collection: shots, thumbnails, previews and features.

`plan.make_plan` says what is to be done, `collection.extract_collection` does it file by file; broken files
are named and left out, and a work that was stopped goes on. `lpd extract` is its command.
"""

__all__: list[str] = []
