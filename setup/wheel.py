"""What hatchling asks before it builds: a wheel without the scripts of its pages is refused."""

import pathlib

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class VendoredScripts(BuildHookInterface):
    """Third-party scripts are not committed, so a fresh clone has none to pack."""

    def initialize(self, version, build_data):
        """Refuse a wheel or a source archive while ``static/vendor`` is missing or empty."""
        vendor = pathlib.Path(self.root) / "static" / "vendor"
        if version != "editable" and not (vendor.is_dir() and any(vendor.iterdir())):
            raise FileNotFoundError(f"{vendor} holds no scripts: run 'make assets' first, then build again.")
