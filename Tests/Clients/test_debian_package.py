# SPDX-License-Identifier: Apache-2.0
"""Debian's package: what is in it, what Debian's checker says, and what becomes of files and data."""
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import KAFKA

ROOT = Path(__file__).parents[2]

# As tests have it, so that they needn't wait.
NOT_COMPRESSED = "uses-no-compression-for-control-tarball,uses-no-compression-for-data-tarball"

pytestmark = pytest.mark.skipif(not shutil.which("dpkg-shlibdeps"), reason="dpkg-dev is not installed")


@pytest.fixture(scope="module")
def executable(tmp_path_factory):
    copy = tmp_path_factory.mktemp("executable") / "kafka"
    subprocess.run(["strip", "-o", copy, KAFKA], check=True)
    return copy


def build(executable, directory):
    done = subprocess.run([ROOT / "Packaging/deb.sh", executable, directory], capture_output=True, text=True,
                          env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin:" + str(Path(shutil.which("swift")).parent),
                               "COMPRESSION": "none", "HOME": str(directory)})
    assert done.returncode == 0, done
    return [directory / name for name in done.stdout.split()]


@pytest.fixture(scope="module")
def deb(executable, tmp_path_factory):
    (package,) = build(executable, tmp_path_factory.mktemp("deb"))
    return package


def ask(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def test_it_has_what_a_package_must_say_and_belongs_to_root(deb):
    def field(name):
        return ask("dpkg-deb", "-f", deb, name).strip()

    assert "kafka " + field("Version").rsplit("-", 1)[0] == ask(KAFKA, "--version").strip()
    assert re.search(r"\blibc6 \(>= 2\.\d+\)", field("Depends")), field("Depends")
    assert field("Architecture") == ask("dpkg", "--print-architecture").strip()
    assert "@" not in re.sub("<.*>", "", ask("dpkg-deb", "-f", deb))
    listed = ask("dpkg-deb", "-c", deb)
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}
    for name in ["./usr/bin/kafka\n", "./usr/bin/kafka-topics.sh -> kafka\n", "./lib/systemd/system/kafka.service\n",
                 "./etc/kafka/server.properties\n", "./usr/share/man/man1/kafka-topics.sh.1.gz -> kafka-topics.1.gz\n",
                 "./usr/share/doc/kafka/THIRD-PARTY.gz\n", "./usr/share/doc/kafka/copyright\n"]:
        assert name in listed, name


def test_the_same_executable_makes_the_same_package(deb, executable, tmp_path):
    (again,) = build(executable, tmp_path)
    assert again.read_bytes() == deb.read_bytes()


@pytest.mark.skipif(not shutil.which("lintian"), reason="lintian is not installed")
def test_lintian_has_nothing_to_complain_of(deb):
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", NOT_COMPRESSED, deb],
                          capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout == "", done.stdout + done.stderr


@pytest.fixture
def system(executable, tmp_path):
    """A root with a shell and nothing of Debian's, where dpkg keeps its own account."""
    if subprocess.run(["unshare", "--map-root-user", "true"], capture_output=True).returncode:
        pytest.skip("namespaces can't be made here")
    root = tmp_path / "root"
    subprocess.run([ROOT / "Packaging/container/rootfs.sh", executable, root], check=True, capture_output=True)
    for path in [*root.glob("usr/bin/kafka*"), root / "usr/bin/cub", root / "usr/bin/ub"]:
        path.unlink()
    shutil.rmtree(root / "var/lib/kafka")
    shutil.copy(shutil.which("install"), root / "usr/bin")
    # Users are the system's; here there is but one number.
    (root / "usr/sbin/adduser").write_text("#!/bin/sh\ngrep -q ^kafka: /etc/passwd || echo kafka:x:0:0::/var/lib/kafka:/bin/false "
                                           ">>/etc/passwd; grep -q ^kafka: /etc/group || echo kafka:x:0: >>/etc/group\n")
    (root / "usr/sbin/adduser").chmod(0o755)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    for folder in ["info", "updates", "triggers"]:
        (root / "var/lib/dpkg" / folder).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    return root


def dpkg(root, *words):
    done = subprocess.run(["unshare", "--map-root-user", "dpkg", f"--root={root}", "--force-depends", *words],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_removing_leaves_data_and_configuration_and_purging_takes_them(deb, system):
    data, configuration = system / "var/lib/kafka", system / "etc/kafka/server.properties"
    dpkg(system, "--install", deb)
    assert oct(data.stat().st_mode & 0o777) == "0o750" and configuration.exists()
    (data / "data").mkdir()
    (data / "data/records").write_text("precious")
    configuration.write_text("num.partitions=5\n")
    dpkg(system, "--install", "--force-confold", deb)
    assert configuration.read_text() == "num.partitions=5\n"
    dpkg(system, "--remove", "kafka")
    assert (data / "data/records").exists() and configuration.read_text() == "num.partitions=5\n"
    assert not list(system.glob("usr/bin/kafka*"))
    dpkg(system, "--install", deb)
    assert (data / "data/records").exists()
    dpkg(system, "--purge", "kafka")
    assert not data.exists() and not configuration.exists()


def test_purging_leaves_what_a_link_leads_to(deb, system):
    disk = system / "srv/disk"
    disk.mkdir(parents=True)
    (disk / "records").write_text("precious")
    (system / "var/lib/kafka").symlink_to("/srv/disk")
    dpkg(system, "--install", deb)
    assert "stays" in dpkg(system, "--purge", "kafka")
    assert (disk / "records").read_text() == "precious"
