# SPDX-License-Identifier: Apache-2.0
"""The manual pages, as man and mandoc read them."""
import shutil
import subprocess

import pytest

from conftest import KAFKA

PAGES = subprocess.run([KAFKA, "__man"], check=True, capture_output=True, text=True).stdout.split()


@pytest.fixture(params=PAGES)
def page(request, tmp_path):
    file = tmp_path / request.param
    file.write_bytes(subprocess.run([KAFKA, "__man", request.param], check=True, capture_output=True).stdout)
    return file


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_mandoc_has_nothing_to_complain_of(page):
    assert subprocess.run(["mandoc", "-Tlint", page], capture_output=True, text=True).stdout == ""


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_groff_has_nothing_to_complain_of(page):
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", page], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""


@pytest.mark.parametrize("width", [50, 66, 80])
@pytest.mark.parametrize("program", ["mandoc", "groff"])
def test_no_word_is_cut(page, program, width):
    """An option that is cut with a hyphen, --boot-strap-server, is no option any more."""
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    command = {"mandoc": ["mandoc", "-Tutf8", f"-Owidth={width}"], "groff": ["groff", "-man", "-Tutf8", f"-rLL={width}n"]}
    text = subprocess.run([*command[program], page], check=True, capture_output=True, text=True).stdout
    assert not [line for line in text.splitlines() if line.endswith("\u2010")]
