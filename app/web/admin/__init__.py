"""The desk: the pages of admins and auditors, server-rendered and whole without JavaScript."""

from app.web.admin.setup import register_admin as register_admin
