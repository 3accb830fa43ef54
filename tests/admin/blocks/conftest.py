import json

import pytest
from sqlalchemy import select

from app.db import db
from app.models import ConfigVersion, Draft, Site
from app.schemas.config import fill_defaults
from tests.support.blocks import share, use


@pytest.fixture(autouse=True)
def sites(publish_site):
    """Two sites that are published, with the same trackers."""
    for handle in ("apple", "zebra"):
        publish_site(handle)


@pytest.fixture
def tracker(app):
    """Read a tracker of a site's draft; the whole draft without an id."""

    def read(handle, id="clickstream"):
        with app.app_context():
            query = select(Draft.document).join(Site, Site.id == Draft.site_id).where(Site.handle == handle)
            document = json.loads(db.session.scalars(query).one())
            filled = fill_defaults(document)
            return next((own for own in filled["trackers"] if own["id"] == id), None) if id else filled

    return read


@pytest.fixture
def newest(app):
    """The numbers of the newest versions, by handle."""

    def read():
        with app.app_context():
            query = select(Site.handle, ConfigVersion.number).join(Site, Site.id == ConfigVersion.site_id)
            return dict(sorted(tuple(row) for row in db.session.execute(query.order_by(ConfigVersion.number))))

    return read


@pytest.fixture
def admin(login):
    return login("admin")


@pytest.fixture
def block(admin):
    """A block of the tracker clickstream, which both sites use."""
    address = share(admin)
    use(admin, address)
    return address
