"""Thin: what crosses HTTP, in and out. Rules are in ``core``, commits in ``services``."""

from flask import Flask

from app.settings import Settings
from app.web import api_config, api_log, api_receipts, api_scripts, api_wellknown, api_witness, declaration, preferences
from app.web.admin import register_admin
from app.web.errors import register_errors
from app.web.http import Sha256Converter
from app.web.security import register_security


def register_web(app: Flask, settings: Settings) -> None:
    """Register every address, the table of errors, and the headers that every answer bears."""
    # A redirect to the address with a slash would be made from the Host header, which anybody may write.
    app.url_map.strict_slashes = False
    app.url_map.converters["sha256"] = Sha256Converter
    for module in (
        api_scripts,
        api_config,
        api_receipts,
        api_log,
        api_witness,
        api_wellknown,
        declaration,
        preferences,
    ):
        app.register_blueprint(module.bp)
    register_admin(app, settings)
    register_errors(app)
    register_security(app, settings)
