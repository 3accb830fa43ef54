"""What visitors chose before, by form: written into the draft, told where it is wrong, and taken out again."""

TAKE_OVER = "/admin/sites/saas-console/take-over"
ASKED = {"trackers__0__id": "clickstream", "trackers__0__asked_as": "analytics\nproduct-analytics"}


def fill(admin, **changes):
    form = admin.form(admin.submit(TAKE_OVER, rows="add:trackers"))
    form.fields["from"] = "klaro"
    return admin.send(form, TAKE_OVER, **{"until": "2027-05-31", "kept": "P120D", **ASKED, **changes})


def test_it_is_written_and_taken_out_again(admin, draft):
    assert fill(admin).status_code == 303
    assert draft()["take_over"] == {
        "from": "klaro",
        "name": None,
        "kept": "P120D",
        "until": "2027-05-31",
        "delete": False,
        "trackers": [{"id": "clickstream", "asked_as": ["analytics", "product-analytics"]}],
    }
    assert '<input type="date" id="f-until" name="until" value="2027-05-31"' in admin.get(TAKE_OVER).text
    assert "is taken over until 31 May 2027" in admin.get("/admin/sites/saas-console/publish").text
    form = admin.form(TAKE_OVER)
    assert form.fields["trackers.0.asked_as"].split() == ["analytics", "product-analytics"]
    form.fields["from"] = ""
    answer = admin.send(form, TAKE_OVER)
    assert answer.status_code == 303
    assert "nothing is taken over from another tool: visitors are asked." in admin.text(answer.location)
    assert "take_over" not in draft()


def test_what_is_wrong_is_told_at_the_field_and_nothing_is_lost(admin, draft):
    answer = fill(admin, until="next year")
    assert answer.status_code == 422
    assert 'href="#f-until"' in answer.text
    assert admin.form(answer).fields["until"] == "next year"
    assert "take_over" not in draft()


def test_publish_leads_to_it(admin, draft):
    admin.send(admin.form(fill(admin, trackers__0__asked_as="")), TAKE_OVER, unfinished="1")
    page = admin.get("/admin/sites/saas-console/publish").text
    assert "What visitors chose before" in page
    assert f"{TAKE_OVER}#f-" in page
