"""Tables only: columns, constraints, no rules. Every hot table leads its key with ``site_id``."""

from app.models.account import Account as Account
from app.models.account import Invitation as Invitation
from app.models.account import Membership as Membership
from app.models.log import LogEntry as LogEntry
from app.models.log import LogHead as LogHead
from app.models.log import LogTile as LogTile
from app.models.log import Statement as Statement
from app.models.outside import AuditorLink as AuditorLink
from app.models.outside import DeskEvent as DeskEvent
from app.models.outside import Handover as Handover
from app.models.outside import KeptCheckpoint as KeptCheckpoint
from app.models.receipt import ErasedReceipt as ErasedReceipt
from app.models.receipt import Receipt as Receipt
from app.models.site import ConfigSlice as ConfigSlice
from app.models.site import ConfigVersion as ConfigVersion
from app.models.site import Draft as Draft
from app.models.site import FormerDraft as FormerDraft
from app.models.site import Picture as Picture
from app.models.site import Site as Site
from app.models.site import StoppedTracker as StoppedTracker
from app.models.widget import WidgetPart as WidgetPart
from app.models.widget import WidgetRelease as WidgetRelease
from app.models.widget import WidgetReleasePart as WidgetReleasePart
