"""Which ids stand twice in a log, found in little memory: 22 bytes for each of a million."""

from collections.abc import Iterator

_ID, _INDEX = 16, 6


class Ids:
    """Takes ids (16 bytes) with their log index, and afterwards names those that stand twice."""

    def __init__(self) -> None:
        # By their last byte, which is random: what is looked at at once stays small.
        self._shelves = [bytearray() for _ in range(256)]

    def add(self, id: bytes, index: int) -> None:
        """Take the id of the entry at ``index``."""
        self.add_run([id], index)

    def add_run(self, ids: list[bytes], first: int) -> None:
        """Take the ids of entries in a row, from index ``first`` on."""
        shelves = self._shelves
        for index, id in enumerate(ids, start=first):
            shelves[id[-1]].extend(id + index.to_bytes(_INDEX, "big"))

    def twice(self) -> Iterator[tuple[int, bytes]]:
        """Yield index and id of every entry whose id an earlier one has, indexes ascending."""
        found = [pair for shelf in self._shelves for pair in _twice_on(shelf)]
        yield from sorted(found)


def _twice_on(shelf: bytearray) -> Iterator[tuple[int, bytes]]:
    step = _ID + _INDEX
    ids = [bytes(shelf[at : at + _ID]) for at in range(0, len(shelf), step)]
    if len(set(ids)) == len(ids):
        return
    seen: set[bytes] = set()
    for number, id in enumerate(ids):
        if id in seen:
            yield int.from_bytes(shelf[number * step + _ID : (number + 1) * step], "big"), id
        seen.add(id)
