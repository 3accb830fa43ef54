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

LIFETIMES = {"session": say("session"), "persistent": say("persistent")}
"""How long something is stored, where it is no length of time."""

SCHEMES = {"light": say("light"), "dark": say("dark")}
"""Colour schemes."""

VIEWPORTS = {"narrow": say("narrow"), "medium": say("medium"), "wide": say("wide"), None: say("width not known")}
"""How wide a browser said that its window was."""
