"""What was typed in a block's form, and is not saved yet, is told like everywhere else."""

HANDLE = "/admin/sites/saas-console"


def shared(admin):
    made = admin.submit(f"{HANDLE}/blocks/new?kind=tracker&tracker=clickstream").location
    return made.partition("?")[0] + "/edit"


def test_a_row_more_is_not_saved_and_the_form_says_so(admin, site):
    path = shared(admin)
    assert "data-unsaved" not in admin.get(path).text
    assert "data-unsaved" in admin.submit(path, rows="add:match").text


def test_what_was_rewritten_is_told_where_the_rest_is_refused(admin, site):
    answer = admin.submit(shared(admin), vendor="", match__0__host="https://stats.example.com/")
    assert answer.status_code == 422
    assert "You typed https://stats.example.com/" in answer.text
