"""Zip files that nobody means well with."""

import io
import struct
import warnings
import zipfile


def twins(files, name):
    """Return a zip of ``files`` in which ``name`` stands twice, with another content."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for own, data in [*files.items(), (name, files[name] + b"\n")]:
            archive.writestr(zipfile.ZipInfo(own), data)
    return packed.getvalue()


def bomb(files, name):
    """Return a zip of ``files`` and of ``name``, a file of 80 MB that takes 80 kB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for own, data in files.items():
            archive.writestr(zipfile.ZipInfo(own), data)
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w") as member:
            for _ in range(80):
                member.write(bytes(1_000_000))
    return packed.getvalue()


def cut(packed):
    """Return the first two thirds of a zip."""
    return packed[: len(packed) * 2 // 3]


def damaged(files, name):
    """Return a zip of ``files``, of which the packed bytes of ``name`` are not those that it says."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for own, data in files.items():
            archive.writestr(zipfile.ZipInfo(own), data, zipfile.ZIP_DEFLATED)
        info = archive.getinfo(name)
    data = bytearray(packed.getvalue())
    # A local header: 30 bytes, the name, what is extra; then the packed file.
    sizes = struct.unpack_from("<HH", data, info.header_offset + 26)
    data[info.header_offset + 30 + sum(sizes)] = 0xFF  # a block of a kind that there is not
    return bytes(data)


def streamed(files):
    """Return a zip of ``files`` as a server streams it: sizes after each file, and with 64 bits."""
    packed = io.BytesIO()
    with zipfile.ZipFile(_Unseekable(packed), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(data)
    return packed.getvalue()


def stored(files):
    """Return a zip of ``files``, none of them packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


class _Unseekable:
    def __init__(self, file):
        self._file = file

    def write(self, data):
        return self._file.write(data)

    def flush(self):
        self._file.flush()
