"""What a bundle in memory is put into, and the witnesses of its log."""

import io
import zipfile

from app.core.cosignature import witness_key
from tests.support.world import make_keys


class MemoryBundle:
    """A bundle's files in a dict, read in chunks that cut lines anywhere."""

    def __init__(self, files, chunk):
        self.files, self._chunk = files, chunk

    def names(self):
        return list(self.files)

    def chunks(self, name):
        data = self.files[name]
        for at in range(0, len(data), self._chunk):
            yield data[at : at + self._chunk]


def witness_private(name):
    """Return the key of a witness of that name."""
    return make_keys(f"witness {name}").log[0]


def witness(name):
    """Return the verifier key of a witness of that name, as text."""
    return str(witness_key(name, witness_private(name)))


def zip_of(files):
    """Return the zip of ``files`` as bytes, the same in every run."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
