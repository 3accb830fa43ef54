"""Tampered bundles: what is done to that which receipts cite and statements name."""

from app.core import bundle as names
from app.core.canonical import canonical_bytes, sha256_hex
from tests.support.good_bundles import grown
from tests.support.tampering import tampering


@tampering("citations", 8)
def a_missing_config():
    return _without(names.config_name, lambda log: log.config(1))


@tampering("citations", 8)
def a_missing_notice():
    return _without(names.notice_name, lambda log: log.notice)


@tampering("citations", 8)
def a_missing_widget():
    return _without(names.widget_name, lambda log: log.widget)


@tampering("citations", 8)
def a_missing_loader():
    return _without(lambda sha256: f"loaders/{sha256}.json", lambda log: log.loader)


@tampering("citations", 8)
def a_missing_part():
    return _without(lambda sha256: f"parts/{sha256}.js", lambda log: log.part)


def _without(name_of, hash_of):
    log = grown()
    files = log.files()
    del files[name_of(hash_of(log))]
    return log.seal(files)


@tampering("citations")
def a_config_with_other_bytes():
    log = grown()
    files = log.files()
    files[names.config_name(log.config(1))] = canonical_bytes({"format": 1, "name": "another"})
    return log.seal(files)


@tampering("citations")
def a_loader_altered():
    log = grown()
    files = log.files()
    name = f"loaders/{log.loader}.json"
    files[name] = files[name].replace(b'"en"', b'"de"')
    return log.seal(files)


@tampering("citations")
def a_loader_that_no_statement_names():
    log = grown()
    log.documents[f"loaders/{sha256_hex(b'{}')}.json"] = b"{}"
    return log.files()


@tampering("citations", 20)
def a_config_cited_before_it_was_published():
    log = grown()
    log.receipt(version=3)
    log.publish(3)
    return log.files()


@tampering("citations", 20)
def a_widget_that_was_never_released():
    log = grown()
    other = b"// another widget"
    log.documents[names.widget_name(sha256_hex(other))] = other
    log.receipt(widget={"version": "0.1.0", "sha256": sha256_hex(other)})
    return log.files()


@tampering("citations", 20)
def a_notice_of_another_regime():
    log = grown()
    notice = log.keep(names.notice_name, {"v": 1, "site": log.site, "lang": "en", "regime": "us"})
    log.receipt(notice={"lang": "en", "sha256": notice})
    return log.files()
