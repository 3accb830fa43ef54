"""The four example sites, the stand-ins of their trackers and the tracker inbox.

For demonstration and for the browser tests; nothing here is part of the product.
"""

from examples.sites import SITES as SITES
from examples.sites import load_config as load_config
