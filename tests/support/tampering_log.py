"""Tampered bundles: what is done to the log, its heads, its statements and keys."""

from base64 import b64decode, b64encode
from dataclasses import replace

from app.core import bundle as names
from app.core.keys import public_jwk
from tests.support.bundle_files import witness
from tests.support.good_bundles import WITNESSES, Journal, grown, restored, signed_by
from tests.support.tampering import stranger, tampering

# The log and its head


@tampering("root")
def an_entry_changed():
    log = grown()
    files = log.files()
    entries = bytearray(files[names.ENTRIES])
    entries[5 * 32] ^= 1  # of a removed receipt: nothing else speaks for it
    files[names.ENTRIES] = bytes(entries)
    return log.seal(files)


@tampering("root")
def an_entry_cut_off():
    log = grown()
    files = log.files()
    files[names.ENTRIES] = files[names.ENTRIES][:-1]
    return log.seal(files)


@tampering("checkpoint")
def a_head_of_another_log():
    log, other = grown(), Journal(site="s_other").begin()
    files = {**log.files(), names.CHECKPOINT: other.checkpoint().encode()}
    return log.seal(files)


@tampering("checkpoint")
def a_head_without_its_signature():
    log = grown()
    files = log.files()
    files[names.CHECKPOINT] = files[names.CHECKPOINT].partition(b"\n\n")[0] + b"\n\n"
    return log.seal(files)


@tampering("checkpoint")
def a_head_whose_root_was_changed_under_its_signature():
    log = grown()
    files = log.files()
    origin, size, root, *rest = files[names.CHECKPOINT].split(b"\n")
    root = b64encode(bytes(32))
    files[names.CHECKPOINT] = b"\n".join([origin, size, root, *rest])
    return log.seal(files)


@tampering("root")
def a_head_that_lies_about_its_size():
    return _signed_head(lambda origin, size, root: f"{origin}\n{size + 1}\n{root}\n")


@tampering("root")
def a_head_that_lies_about_its_root():
    return _signed_head(lambda origin, size, root: f"{origin}\n{size}\n{b64encode(bytes(32)).decode()}\n")


def _signed_head(text_of):
    log = grown()
    files = log.files()
    origin, size, root = files[names.CHECKPOINT].decode().split("\n")[:3]
    files[names.CHECKPOINT] = signed_by(log, text_of(origin, int(size), root)).encode()
    return log.seal(files)


@tampering("keys")
def a_head_signed_by_a_log_key_that_the_log_does_not_state():
    log = grown()
    log.keys = replace(log.keys, log=stranger().log)
    return log.files_with_jwks(grown().keys.jwks())


@tampering("key")
def a_bundle_made_with_other_keys():
    return Journal(seed="a stranger").begin().files(), {"vkey": grown().vkey}


@tampering("log", 7)
def a_log_said_to_be_restored_elsewhere():
    log, _ = restored(said_at=7)
    return log.files()


@tampering("log")
def a_restored_log_that_does_not_say_so():
    log = Journal()
    log.origin += ".2"
    log.begin()
    log.receipt()
    return log.files()


@tampering("older")
def a_restored_log_that_lost_what_somebody_kept():
    log, lost = restored(said_at=6)
    return log.files(), {"against": (lost,)}


@tampering("log", 6)
def a_restored_log_that_names_the_head_of_another():
    log, other = Journal().begin(), Journal(site="s_other").begin()
    log.receipt()
    log.receipt()
    log.statement("log-restored", {"size": 6, "checkpoint": other.checkpoint(), "reason": "the disk broke"})
    return log.files()


@tampering("older")
def an_earlier_checkpoint_that_the_log_does_not_begin_with():
    log, other = grown(), Journal().begin()
    log.keep_checkpoint(8)
    for _ in range(6):
        other.receipt(method="api")
    log.kept.append({**log.kept.pop(), "note": other.checkpoint(8)})
    return log.files()


@tampering("files")
def an_earlier_checkpoint_of_another_size_than_it_says():
    log = grown()
    log.keep_checkpoint(8)
    log.kept[0]["size"] = 7
    return log.files()


@tampering("older")
def an_earlier_checkpoint_that_a_stranger_signed():
    log, theirs = grown(), grown()
    theirs.keys = stranger()
    log.keep_checkpoint(8)
    log.kept[0]["note"] = theirs.checkpoint(8)
    return log.files()


@tampering("witness")
def a_cosignature_that_is_false():
    log = grown()
    log.keep_checkpoint(8, witnesses=WITNESSES)
    body, _, encoded = log.kept[0]["note"].rstrip("\n").rpartition(" ")
    signature = bytearray(b64decode(encoded))
    signature[11] ^= 1  # the last byte of the time
    log.kept[0]["note"] = f"{body} {b64encode(bytes(signature)).decode()}\n"
    return log.files(), {"witness": tuple(map(witness, WITNESSES))}


@tampering("witness")
def a_cosignature_that_is_not_there():
    log = grown()
    log.keep_checkpoint(8, witnesses=WITNESSES[:1])
    return log.files(), {"witness": tuple(map(witness, WITNESSES))}


# Statements


@tampering("coverage", 16)
def a_statement_dropped():
    log = grown()
    del log.lines[names.STATEMENTS][16]
    return log.files()


@tampering("coverage", 8)
def a_removal_of_a_receipt_that_is_there():
    log = grown()
    line = log.lines[names.RECEIPTS][8]
    log.remove((8, 8))
    log.removed.discard(8)
    log.lines[names.RECEIPTS][8] = line
    return log.files()


@tampering("coverage", 20)
def a_removal_of_what_is_still_to_come():
    log = grown()
    log.statement("receipts-removed", {"ranges": [[21, 21]], "count": 1, "reason": "x", "by": "operator"})
    log.receipt()
    return log.files()


@tampering("contents", 20)
def a_removal_that_counts_wrongly():
    log = grown()
    log.statement("receipts-removed", {"ranges": [[8, 8]], "count": 2, "reason": "x", "by": "operator"})
    return log.files()


@tampering("keys", 20)
def a_receipt_signed_by_a_retired_key():
    log = grown()
    log.receipt(key=log.keys.receipt[0])
    return log.files()


@tampering("keys", 20)
def a_receipt_signed_by_a_key_that_the_log_never_announced():
    log = grown()
    log.receipt(key=stranger().receipt[0])
    jwks = log.keys.jwks()
    return log.files_with_jwks({"keys": [public_jwk(stranger().receipt[0].jwk), *jwks["keys"]]})


@tampering("keys", 20)
def a_key_that_announces_itself():
    log = grown()
    theirs = stranger().receipt[0]
    log.add_key(theirs, by=theirs)
    jwks = log.keys.jwks()
    return log.files_with_jwks({"keys": [public_jwk(theirs.jwk), *jwks["keys"]]})


@tampering("contents", 20)
def a_statement_whose_kind_is_no_word():
    log = grown()
    log.statement("Tracker stopped", {})
    return log.files()


@tampering("citations", 20)
def a_version_published_a_second_time_with_other_content():
    log = grown()
    log.statement("config-published", {"version": 1, "sha256": log.config(2)})
    return log.files()
