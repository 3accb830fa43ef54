"""What other consent tools keep, read into a draft of ours: pure converters, which evaluate nothing and invent nothing."""

from app.core.imports.gathering import Imported as Imported
from app.core.imports.gathering import ImportFormatError as ImportFormatError
from app.core.imports.gathering import Note as Note
from app.core.imports.kinds import KINDS as KINDS
from app.core.imports.kinds import read_import as read_import
from app.core.imports.merge import merge_import as merge_import
