"""The browser libraries that the page is served with."""

import json

from backend.operating import frontend


def test_everything_that_is_served_comes_with_its_licence() -> None:
    whitelist = json.loads((frontend.FOLDER / "package.json").read_bytes())["riskmap"]["vendor"]
    without = [
        package for package, names in whitelist.items() if not any("LICENSE" in name for name in names)
    ]
    assert without == []


def test_the_served_files_are_those_of_the_whitelist() -> None:
    whitelist = json.loads((frontend.FOLDER / "package.json").read_bytes())["riskmap"]["vendor"]
    wanted = {f"{package}/{name}" for package, names in whitelist.items() for name in names}
    served = {str(path.relative_to(frontend.VENDOR)) for path in frontend.VENDOR.rglob("*") if path.is_file()}
    assert served == wanted | {frontend.STAMP}


def test_the_lock_file_names_hashes_and_no_address() -> None:
    """A mirror of the bureau serves as well, and a swapped package is noticed."""
    lock = json.loads((frontend.FOLDER / "package-lock.json").read_bytes())
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())
    assert [name for name, facts in packages.items() if "resolved" in facts] == []
