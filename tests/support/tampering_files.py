"""Tampered bundles: what is done to the manifest, the selection, the keys' file and the zip itself."""

import json

from app.core import bundle as names
from tests.support.bundles import zip_of
from tests.support.good_bundles import chosen, grown, with_manifest
from tests.support.tampering import tampering
from tests.support.zips import bomb, cut, damaged, twins


@tampering("files")
def a_manifest_that_lies_about_a_hash():
    return _listed("vkey", sha256="ab" * 32)


@tampering("files")
def a_manifest_that_lies_about_a_size():
    return _listed("receipts.jsonl", bytes=7)


def _listed(name, **changes):
    files = grown().files()
    listed = json.loads(files[names.MANIFEST])["files"]
    return with_manifest(files, files={**listed, name: {**listed[name], **changes}})


@tampering("files")
def a_manifest_that_counts_too_few_receipts():
    return with_manifest(grown().files(), receipts=2)


@tampering("files")
def a_manifest_that_names_another_root():
    return with_manifest(grown().files(), root="A" * 43 + "=")


@tampering("files")
def a_manifest_in_another_form():
    files = grown().files()
    files[names.MANIFEST] = json.dumps(json.loads(files[names.MANIFEST]), indent=1).encode()
    return files


@tampering("files")
def a_file_too_many():
    return {**grown().files(), "read-me.txt": b"Trust this bundle."}


@tampering("files")
def a_file_too_many_that_the_manifest_lists():
    log = grown()
    return log.seal({**log.files(), "read-me.html": b"Trust this bundle."})


@tampering("files")
def a_file_that_would_be_written_elsewhere():
    return {**grown().files(), "../../verify.html": b"Trust this bundle."}


@tampering("files")
def a_file_missing():
    files = grown().files()
    del files[names.ENTRIES]
    return files


@tampering("files")
def a_page_that_verifies_altered():
    log = grown()
    files = log.seal({**log.files(), names.VERIFY_PAGE: b"<!doctype html>"})
    return {**files, names.VERIFY_PAGE: b"<!doctype html><h1>Verified</h1>"}


@tampering("signatures")
def a_set_of_keys_with_a_private_key():
    return _keys(lambda key: {**key, "d": key["x"]})


@tampering("signatures")
def a_set_of_keys_with_a_wrong_kid():
    return _keys(lambda key: {**key, "kid": key["x"]})


@tampering("signatures")
def a_set_of_keys_of_another_kind():
    return _keys(lambda key: {**key, "crv": "X25519"})


def _keys(change):
    log = grown()
    return log.files_with_jwks({"keys": [change(key) for key in log.keys.jwks()["keys"]]})


# A selection: receipts 8 to 15 of the log


@tampering("coverage", 11)
def a_selection_that_hides_a_receipt():
    log = chosen(grown(), 8, 15)
    del log.lines[names.RECEIPTS][11]
    return log.files()


@tampering("coverage", 17)
def a_selection_that_holds_what_it_does_not_say():
    log = grown()
    files = chosen(log, 8, 17).files()
    selection = {"from": None, "to": None, "first": 8, "last": 15}
    return with_manifest(files, selection=selection)


@tampering("files")
def a_selection_that_counts_what_it_left_out_wrongly():
    return with_manifest(chosen(grown(), 8, 15).files(), left_out=1)


@tampering("files")
def a_selection_beyond_the_log():
    return with_manifest(grown().files(), selection={"from": None, "to": None, "first": 0, "last": 20})


# The zip


@tampering("files")
def a_zip_with_two_files_of_one_name():
    return twins(grown().files(), names.CHECKPOINT)


@tampering("files")
def a_zip_that_unpacks_to_far_too_much():
    return bomb(grown().files(), "configs/" + "ab" * 32 + ".json")


@tampering("files")
def a_zip_cut_off():
    return cut(zip_of(grown().files()))


@tampering("files")
def a_zip_with_a_damaged_file():
    return damaged(grown().files(), names.RECEIPTS)


@tampering("files")
def something_that_is_no_zip():
    return b"<!doctype html><title>Not found</title>"


# What two readers could read differently


@tampering("contents", 20)
def a_number_that_is_too_large_for_some_readers():
    return grown().with_raw_statement("something-new", b'{"n":9007199254740993}').files()


@tampering("contents", 20)
def a_whole_number_written_as_a_fraction():
    return grown().with_raw_statement("something-new", b'{"n":1.0}').files()


@tampering("contents", 20)
def a_small_number_in_another_spelling():
    return grown().with_raw_statement("something-new", b'{"n":1e-07}').files()
