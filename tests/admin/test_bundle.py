"""An auditor downloads the bundle, of everything or of some days, and is told how to verify it."""

import io

from app.core.bundle import ZipBundle
from app.core.evidence import Evidence
from app.core.verify import verify_bundle
from app.web.admin.downloads import MOST_AT_ONCE

HANDLE = "/admin/sites/saas-console"


def test_the_bundle_verifies_offline_against_a_checkpoint_kept_before(auditor, store):
    store("analytics", name="one")
    kept = auditor.get(f"{HANDLE}/proof").text.split('data-copy="Checkpoint"')[1].split(">", 1)[1].split("</pre>")[0]
    store(name="two")
    answer = auditor.get(f"{HANDLE}/bundle.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=saas-console-2026-11-22.zip"
    assert answer.content_length is None  # sent while it is made
    with ZipBundle(io.BytesIO(answer.data)) as files:
        report = verify_bundle(files, Evidence((kept.replace("&#43;", "+"),)))
    assert report.ok, report.to_text()


def test_the_bundle_of_some_days_holds_and_says_which(login, store, clock):
    for name in ("the 22nd", "the 23rd", "the 24th"):
        store(name=name)
        clock.advance(days=1)
    auditor = login("auditor")
    answer = auditor.get(f"{HANDLE}/bundle.zip?from=2026-11-23&to=2026-11-23")
    name = "saas-console-2026-11-25-of-2026-11-23-2026-11-23.zip"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    with ZipBundle(io.BytesIO(answer.data)) as files:
        report = verify_bundle(files)
    assert report.ok, report.to_text()
    assert "received from 2026-11-23T00:00:00.000Z up to 2026-11-24T00:00:00.000Z" in "\n".join(report.proven)
    assert auditor.get(f"{HANDLE}/bundle.zip?from=2026-11-23&to=2026-11-22").status_code == 422


def test_the_bundle_takes_one_of_the_places_for_downloads(auditor, store):
    store()
    open_ = [auditor.client.get(f"{HANDLE}/bundle.zip") for _ in range(MOST_AT_ONCE)]
    assert auditor.get(f"{HANDLE}/bundle.zip").status_code == 503
    for answer in open_:
        answer.close()
    assert auditor.get(f"{HANDLE}/bundle.zip").status_code == 200


def test_the_proof_page_says_how_to_verify(auditor, store, client, site):
    store("analytics")
    said = auditor.text(f"{HANDLE}/proof")
    assert "placet verify saas-console-2026-11-22.zip\n" in f"{said}\n"
    assert "placet verify saas-console-2026-11-22.zip --against saas-console-checkpoint.txt" in said
    assert "scripts/venv.sh requirements.txt" in said, "it says how an auditor gets the command"
    assert "Keep a checkpoint outside this server" in said
    assert client.get(f"/log/{site}/checkpoint").text.strip() in said
    assert client.get(f"/log/{site}/vkey").text.strip() in said
