"""Names under which a run's record tells of bundled definitions: each leads back to its file, and to none elsewhere."""

import pytest

from indicators.bundled import bundled_files, bundled_name, configs, file_of_name


@pytest.mark.parametrize("folder", ["frameworks", "sources", "groups"])
def test_a_name_leads_back_to_its_file(folder: str) -> None:
    held = bundled_files(folder)
    assert held
    for code, path in held.items():
        assert path.is_file()
        assert file_of_name(bundled_name(folder, code)) == path


@pytest.mark.parametrize(
    "name", ["../../city-basic", "sources/../../city-basic", "elsewhere/city-basic", "/city-basic"]
)
def test_a_name_leads_nowhere_else(name: str) -> None:
    found = file_of_name(f"bundled:{name}")
    assert found is not None
    assert found.parent in {configs() / folder for folder in ("frameworks", "sources", "groups")}
    assert found.name == "city-basic.yaml"


@pytest.mark.parametrize("name", ["framework.yaml", "data/bundled:x.csv", ""])
def test_the_name_of_a_users_file_is_none(name: str) -> None:
    assert file_of_name(name) is None
