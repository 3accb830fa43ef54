"""What can go wrong, as one tree. Each error has a stable ``code``; ``app.web.errors`` maps classes to statuses.

The words of an error say what happened, what was not lost and what to do; they never repeat a secret.
"""

from app.core.say import say


class PlacetError(Exception):
    """Root of all errors that Placet raises on purpose."""

    code = "error"
    message: str = say("Something went wrong.")

    def __init__(self, message: str | None = None) -> None:
        self.message = message or type(self).message
        super().__init__(self.message)


class NotFoundError(PlacetError):
    """What was asked for is not here, or not the asker's."""

    code = "not_found"
    message: str = say("There is nothing at this address.")


class UnknownSiteError(NotFoundError):
    code = "unknown_site"
    message: str = say("No site has this key. Copy the key from the site's overview; it begins with s_.")


class UnknownReceiptError(NotFoundError):
    code = "unknown_receipt"
    message: str = say("No receipt with this id belongs to this secret.")


class UnpublishedError(NotFoundError):
    code = "unpublished"
    message: str = say("This site has no published config yet. Publish one; until then nothing optional may load.")


class NotMountedError(NotFoundError):
    code = "not_mounted"
    message = (
        "This page is only there where the site's own proxy has mounted this server, on an origin that the "
        "site's config lists: see docs/embed/first-party.md."
    )


class UnknownCheckpointError(NotFoundError):
    code = "unknown_checkpoint"
    message: str = say("No checkpoint of this size is kept. /log/<site>/checkpoint has the newest head of the log.")


class ConflictError(PlacetError):
    """The request contradicts what is stored; nothing was changed."""

    code = "conflict"
    message: str = say("This contradicts what is stored; nothing was changed.")


class UnknownVersionError(ConflictError):
    code = "unknown_version"
    message = (
        "This site never published that config version with that hash. Load the site's current config and ask again."
    )


class IdReusedError(ConflictError):
    code = "id_reused"
    message = "A receipt with this id is stored already, with other content. Make a new UUIDv7 for each choice."


class OtherCheckpointError(ConflictError):
    code = "other_checkpoint"
    message = (
        "This is another checkpoint than the one that is kept here for this size. Keep yours, and show it to "
        "whoever audits this log: two checkpoints of one size are proof that it was changed."
    )


class ErasedError(PlacetError):
    code = "erased"
    message = "This receipt was erased at its owner's request. It is not stored again."


class RuleError(PlacetError):
    """Well-formed, but against a rule; nothing was stored."""

    code = "rule"


class UnknownCategoryError(RuleError):
    code = "unknown_category"
    message = "The choice names a category that the cited config version does not have."


class MissingCategoryError(RuleError):
    code = "missing_category"
    message = "The choice must say true or false for every category of the cited config version."


class UnknownTrackerError(RuleError):
    code = "unknown_tracker"
    message = "The choice names a tracker that the cited config version does not offer to choose like that."


class NecessaryRefusedError(RuleError):
    code = "necessary_refused"
    message = "`necessary` is always true: it is told, not chosen."


class UnknownNoticeError(RuleError):
    code = "unknown_notice"
    message = "This site never showed a notice with that hash in the cited config version."


class UnknownWidgetError(RuleError):
    code = "unknown_widget"
    message = "This server never released a widget with that hash."


class UntrustedGrantError(RuleError):
    code = "untrusted_grant"
    message = "A yes needs a real click; this one was made by a script. Refusals are stored either way."


class DamagedError(ConflictError):
    code = "damaged"
    message: str = say(
        "A stored receipt cannot be read: somebody changed the database. Download the bundle and verify it."
    )


class FalseCosignatureError(RuleError):
    code = "false_cosignature"
    message = "The lines are no cosignatures (C2SP cosignature/v1) of the checkpoint that is kept for this size."


class InvalidRequestError(PlacetError):
    """The request's shape is wrong. ``problems`` names each field and what is expected of it."""

    code = "invalid_request"
    message = "The request is not what this address takes."

    def __init__(self, message: str | None = None, problems: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or {}


class UnauthorizedError(PlacetError):
    code = "unauthorized"
    message = "Send the browser's secret as `Authorization: Bearer <secret>`."


class ForbiddenError(PlacetError):
    code = "forbidden"
    message: str = say("This is not yours to do.")


class ForeignOriginError(ForbiddenError):
    code = "foreign_origin"
    message = "This site does not list that origin. Add it under `origins` in the site's config and publish."


class DiscoveryOverError(ForbiddenError):
    code = "discovery_over"
    message = "This link into discovery mode is over, or of another site. Make a new one at the desk, under Discovery."


class UnknownWitnessError(ForbiddenError):
    code = "unknown_witness"
    message = "No line is by a witness of this server. Its operator names witnesses in PLACET_WITNESSES."


class LinkOverError(ForbiddenError):
    code = "link_over"
    message: str = say("This link for auditors is over, or was revoked. Ask whoever gave it to you for a new one.")


class TooLargeError(PlacetError):
    code = "too_large"
    message = "The body is larger than 16 KiB."


class UnsupportedMediaTypeError(PlacetError):
    code = "unsupported_media_type"
    message = "Send JSON as application/json, or the same text as text/plain."


class RetryLaterError(PlacetError):
    """Nothing is wrong with the request; ``retry_after`` says in how many seconds to repeat it."""

    code = "retry_later"

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RateLimitedError(RetryLaterError):
    code = "rate_limited"
    message = "Too many requests from this network or for this site. Keep the receipt and send it again later."


class UnavailableError(RetryLaterError):
    code = "unavailable"
    message: str = say("The record could not be stored just now. Nothing is lost: send the same body again later.")


class LogRolledBackError(UnavailableError):
    """The database has an older or another log than one whose head was let out. ``why`` is for the operator."""

    code = "log_rolled_back"
    message: str = say(
        "This site's record was set back to an older state, so nothing can be added until its operator has "
        "looked at it. Nothing is lost: keep the receipt and send the same body again later."
    )

    def __init__(self, retry_after: int, why: str) -> None:
        super().__init__(retry_after)
        self.why = why


class KeysError(PlacetError):
    code = "keys"
    message = "The signing keys are missing or weak. Make them with `placet keys create`."


class NotAllowedError(PlacetError):
    """A use case refused by a rule of the desk, e.g. publishing too early."""

    code = "not_allowed"
