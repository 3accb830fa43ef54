"""Names of what the desk shows again and again, each said in one way."""

from app.core.say import say

EVENTS = {
    "given": say("given"),
    "refused": say("refused"),
    "changed": say("changed"),
    "withdrawn": say("withdrawn"),
    "renewed": say("renewed"),
}
"""What a receipt records."""

KINDS = {
    "browser": say("browser"),
    "loader": say("loader"),
    "server": say("server"),
    "declared": say("declared"),
}
"""Where a tracker runs."""

STORAGE = {
    "cookie": say("cookie"),
    "local": say("local storage"),
    "session": say("session storage"),
    "indexeddb": say("IndexedDB"),
}
"""Where a browser stores something."""

LIFETIMES = {"session": say("session"), "persistent": say("persistent")}
"""How long something is stored, where it is no length of time."""

SCHEMES = {"light": say("light"), "dark": say("dark")}
"""Colour schemes."""

VIEWPORTS = {"narrow": say("narrow"), "medium": say("medium"), "wide": say("wide"), None: say("width not known")}
"""How wide a browser said that its window was."""

WIDTHS = {"360": say("phone"), "768": say("tablet"), "1280": say("desktop")}
"""Windows in which a banner is drawn, by how wide they are (CSS pixels)."""

HEIGHTS = {"360": 640, "768": 800, "1280": 760}
"""How high such a window is."""

LAYERS = {"first": say("the banner"), "preferences": say("the preferences")}
"""What of a banner is drawn."""
