"""A shared block: one edit is in the draft of every site; and no site learns of another by it."""

from app.db import db
from app.models import Account, BlockUse, Membership, SharedBlock, Site
from tests.support.blocks import APPLE, ZEBRA, form_to, publish, said, share, use


def test_one_edit_is_in_the_draft_of_every_site_and_published_together(admin, block, tracker, newest):
    answer = admin.submit(f"{block}/edit", name="Clicks")
    assert (answer.status_code, answer.location) == (303, f"{block}?done=block")
    assert [tracker(handle)["name"] for handle in ("apple", "zebra")] == ["Clicks", "Clicks"]
    assert newest() == {"apple": 1, "zebra": 1}, "nothing is published by it"
    page = admin.get(block)
    assert page.text.count("<del") == 2 and "Clickstream" in page.text, "what changes is told for each site"
    assert form_to(admin, page).fields.getlist("sites") == ["apple", "zebra"], "nothing else changes there"
    answer = publish(admin, block)
    assert "2 sites have a new version." in said(answer)
    assert newest() == {"apple": 2, "zebra": 2}
    assert "because" in admin.text(f"{ZEBRA}/versions/2")
    assert "There is nothing to publish" in admin.text(block)


def test_what_a_site_answers_for_itself_stays_its_own(admin, block, tracker):
    before = tracker("zebra")
    form = admin.form(f"{block}/edit")
    assert not {"id", "via", "exempt_in"} & set(form.fields)
    admin.send(form, f"{block}/edit", vendor="Another Ltd")
    assert tracker("zebra") == {**before, "vendor": "Another Ltd"}


def test_what_was_changed_by_hand_is_told_and_left(admin, block, tracker):
    assert "These texts are shared" not in admin.text(f"{ZEBRA}/texts")
    assert "This tracker is shared." in admin.text(f"{ZEBRA}/trackers/clickstream")
    assert admin.text(f"{ZEBRA}/trackers/").count("shared") == 1, "the list of trackers says which one is"
    admin.submit(f"{ZEBRA}/trackers/clickstream", vendor="By hand")
    answer = admin.submit(f"{block}/edit", vendor="By block")
    assert answer.location == f"{block}?done=left"
    assert [tracker(handle)["vendor"] for handle in ("apple", "zebra")] == ["By block", "By hand"]
    page = admin.get(block)
    assert "Somebody changed it at this site. Nothing of that was overwritten." in said(page)
    assert "<td>vendor: By block</td>" in page.text and "<td>vendor: By hand</td>" in page.text
    assert form_to(admin, page).fields.getlist("sites") == ["apple"], "what differs is not proposed"
    answer = admin.send(form_to(admin, page, "/put-back"))
    assert answer.status_code == 303
    assert tracker("zebra")["vendor"] == "By block"


def test_a_tracker_that_is_gone_comes_back_by_a_decision(admin, block, tracker):
    admin.submit(f"{ZEBRA}/trackers/clickstream/delete")
    admin.submit(f"{block}/edit", vendor="By block")
    assert tracker("zebra") is None
    page = admin.get(block)
    assert "The draft has no such tracker any more" in said(page)
    admin.send(form_to(admin, page, "/put-back"))
    assert tracker("zebra")["vendor"] == "By block"


def test_a_site_lets_go_and_the_last_one_ends_it(admin, block, tracker, app):
    key = block.rpartition("/")[2]
    assert admin.submit(f"{ZEBRA}/blocks/{key}/detach").location == f"{ZEBRA}/blocks/?done=detached"
    admin.submit(f"{block}/edit", vendor="By block")
    assert [tracker(handle)["vendor"] for handle in ("apple", "zebra")][0] == "By block"
    assert tracker("zebra")["vendor"] != "By block"
    assert "No other site uses the block, so it is gone then." in admin.text(f"{APPLE}/blocks/{key}/detach")
    assert admin.submit(f"{APPLE}/blocks/{key}/detach").status_code == 303
    assert admin.get(block).status_code == 404
    with app.app_context():
        assert db.session.query(SharedBlock).count() == db.session.query(BlockUse).count() == 0


def test_texts_are_shared_in_the_languages_that_each_site_offers(admin, tracker):
    admin.submit(f"{APPLE}/texts", title__en="Yours?")
    block = share(admin, query="kind=texts", name="House words")
    page = admin.get(f"{ZEBRA}/blocks/{block.rpartition('/')[2]}")
    assert "Yours?" in page.text
    use(admin, block)
    answer = admin.submit(f"{block}/edit", en__title="Our question", en__save="Keep it")
    assert answer.status_code == 303, said(answer)
    for handle in ("apple", "zebra"):
        assert tracker(handle, "")["texts"]["en"]["title"] == "Our question"
        assert tracker(handle, "")["texts"]["en"]["save"] == "Keep it"
    assert "These texts are shared." in admin.text(f"{ZEBRA}/texts")


def test_the_look_is_shared(admin, tracker):
    block = share(admin, query="kind=look")
    use(admin, block)
    assert admin.submit(f"{block}/edit", layout="bar").status_code == 303
    assert [tracker(handle, "")["look"]["layout"] for handle in ("apple", "zebra")] == ["bar", "bar"]
    pale = {"surface": "#ffffff", "ink": "#fefefe", "fill": "#000000", "on_fill": "#ffffff"}
    answer = admin.submit(f"{block}/edit", **{f"colors__light__{name}": value for name, value in pale.items()})
    assert answer.status_code == 422
    assert 'id="e-colors.light.ink"' in answer.text, "contrast is measured here, too"
    assert "This look is shared." in admin.text(f"{APPLE}/look")


def test_a_part_is_shared_once(admin, block):
    assert admin.get(f"{APPLE}/blocks/new?kind=tracker&tracker=clickstream").location == block
    assert admin.get(f"{APPLE}/blocks/new?kind=nonsense").status_code == 404
    answer = admin.submit(f"{APPLE}/blocks/new?kind=look", name=" ")
    assert answer.status_code == 422
    assert "Give the block a name of 1 to 100 characters." in answer.text
    assert admin.get(f"{ZEBRA}/blocks/{block.rpartition('/')[2]}").location == block, "it is used there already"


def test_a_place_has_one_block(admin, block):
    other = share(admin, ZEBRA, "kind=look")
    share(admin, APPLE, "kind=look")
    answer = admin.submit(f"{APPLE}/blocks/{other.rpartition('/')[2]}")
    assert answer.status_code == 422
    assert "This site uses a shared block there already. Detach it first." in answer.text


def test_the_list_shows_what_is_used_and_teaches_where_nothing_is(admin, login):
    assert "No block is used where you edit." in admin.text("/admin/blocks/")
    share(admin)
    assert "1 block is used where you edit." in admin.text("/admin/blocks/")
    assert "This site uses 0 blocks." in admin.text(f"{ZEBRA}/blocks/")
    assert "Use in this site" in admin.text(f"{ZEBRA}/blocks/")


def test_the_editor_of_one_site_learns_nothing_of_another_by_a_block(admin, block, login, tracker):
    key = block.rpartition("/")[2]
    stranger = login("editor", "apple")
    secret = share(admin, ZEBRA, "kind=look", name="Only of the other")
    for path in (
        block,
        "/admin/blocks/",
        f"{APPLE}/blocks/",
        f"{APPLE}/trackers/clickstream",
        f"{APPLE}/blocks/{key}/detach",
    ):
        page = stranger.get(path)
        assert page.status_code == 200, path
        assert "zebra" not in page.text and "Only of the other" not in page.text, path
    assert "1 of them is a site where you may not edit." in said(stranger.get(block))
    assert "admin-all@example.com" not in stranger.text(block), "who edits elsewhere is not named either"
    before = tracker("zebra", ""), tracker("apple", "")
    assert stranger.get(f"{block}/edit").status_code == 403
    token = {"csrf_token": stranger.form(f"{APPLE}/blocks/{key}/detach").fields["csrf_token"]}
    assert stranger.client.post(f"{block}/edit", data={**token, "name": "Mine"}).status_code == 403
    for path in (secret, f"{secret}/edit", f"{APPLE}/blocks/{secret.rpartition('/')[2]}"):
        assert stranger.get(path).status_code == 404, path
        assert stranger.client.post(path, data=token).status_code in (404, 405), path
    for path in (f"{ZEBRA}/blocks/{key}", f"{ZEBRA}/blocks/{key}/put-back", f"{ZEBRA}/blocks/{key}/detach"):
        assert stranger.client.post(path, data=token).status_code == 404, path
    answer = stranger.client.post(
        f"{block}/publish", data={**token, "sites": "zebra", "revision.zebra": "1", "reason": "x"}
    )
    assert answer.status_code == 422 and "zebra" not in answer.text
    assert (tracker("zebra", ""), tracker("apple", "")) == before


def test_whoever_edits_at_all_of_its_sites_edits_it_and_publishes_where_they_may(block, login, app, tracker, newest):
    both = login("editor", "apple")
    with app.app_context():
        mine = db.session.query(Account).filter_by(email="editor-apple@example.com").one()
        zebra = db.session.query(Site).filter_by(handle="zebra").one()
        db.session.add(Membership(account_id=mine.id, site_id=zebra.id, role="admin"))
        db.session.commit()
    assert both.submit(f"{block}/edit", name="Clicks").status_code == 303
    assert [tracker(handle)["name"] for handle in ("apple", "zebra")] == ["Clicks", "Clicks"]
    page = both.get(block)
    assert form_to(both, page).fields.getlist("sites") == ["zebra"]
    assert "An admin or owner of this site publishes." in said(page)
    form = form_to(both, page)
    form.fields["revision.apple"] = "2"
    answer = both.send(form, reason="because", sites=["apple", "zebra"])
    assert "apple Nothing was published here. An admin or owner of this site publishes." in said(answer)
    assert newest() == {"apple": 1, "zebra": 2}


def test_an_auditor_has_no_blocks(block, login):
    auditor = login("auditor")
    for path in (block, "/admin/blocks/", f"{block}/edit"):
        assert auditor.get(path).status_code == 403
    assert "Shared blocks" not in auditor.text("/admin/")
