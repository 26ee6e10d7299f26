# SPDX-License-Identifier: Apache-2.0
"""What `make install` puts where, and that `make uninstall` takes it away again."""
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from conftest import KAFKA

ROOT = Path(__file__).parents[2]
INSTALL = ROOT / "Packaging/install.sh"


def install(*arguments, **environment):
    done = subprocess.run([INSTALL, *arguments], capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode == 0, done
    return done


def tree(directory):
    """Everything below a directory: files with their content, links with their goal."""
    return {str(path.relative_to(directory)): os.readlink(path) if path.is_symlink()
            else None if path.is_dir() else path.read_bytes() for path in directory.rglob("*")}


@pytest.fixture(scope="module")
def executable(tmp_path_factory):
    """Without symbols already, so that each install is quick."""
    copy = tmp_path_factory.mktemp("executable") / "kafka"
    subprocess.run(["strip", "-o", copy, KAFKA], check=True)
    return copy


def test_uninstall_leaves_what_was_there_before(tmp_path, executable):
    for folder in ["usr/bin", "usr/share/man/man1", "usr/share/fish"]:
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "usr/bin/other").write_text("other")
    (tmp_path / "usr/share/man/man1/kafkacat.1").write_text("other")
    before = tree(tmp_path)
    install(executable, "/usr", "1", DESTDIR=str(tmp_path))
    assert set(before) < set(tree(tmp_path))
    install(executable, "/usr", DESTDIR=str(tmp_path))
    install("--remove", "/usr", DESTDIR=str(tmp_path))
    after = tree(tmp_path)
    after.pop("etc", None)
    assert after == before


def test_a_second_install_takes_the_place_of_the_first(tmp_path, executable):
    """While the first one runs, and without what it had and the second one has not."""
    install(executable, "/usr/local", "1", DESTDIR=str(tmp_path))
    installed = tmp_path / "usr/local/bin/kafka"
    configuration = tmp_path / "etc/kafka/server.properties"
    configuration.write_text("num.partitions=7\n")
    with subprocess.Popen([installed, "broker", "--ephemeral", "--listen", "127.0.0.1:0"],
                          stdout=subprocess.PIPE) as running:
        assert running.stdout.readline().startswith(b"ready on ")
        install(executable, "/usr/local", DESTDIR=str(tmp_path))
        assert not list(tmp_path.glob("usr/local/**/*.sh*"))
        assert subprocess.run([installed, "--version"]).returncode == 0
        running.terminate()
        assert running.wait(60) == 0
    assert configuration.read_text() == "num.partitions=7\n"
    assert "stays" in install("--remove", "/usr/local", DESTDIR=str(tmp_path)).stderr
    assert [name for name in tree(tmp_path) if name.startswith("usr/")] == ["usr/local"]
    assert configuration.exists()


def test_everything_is_there_under_every_name(tmp_path, executable):
    install(executable, "/usr", "1", DESTDIR=str(tmp_path))
    files = tree(tmp_path / "usr")
    broken = [path for path in tmp_path.rglob("*") if path.is_symlink() and not path.exists()]
    assert not broken
    for tool in ["kafka-topics", "kafka-topics.sh", "kafka-console-consumer.sh", "kafka-run-class.sh"]:
        assert files[f"bin/{tool}"] == "kafka"
        assert f"share/man/man1/{tool}.1" in files or tool == "kafka-run-class"
        assert f"share/bash-completion/completions/{tool}" in files
    said = subprocess.run([tmp_path / "usr/bin/kafka-topics.sh", "--version"], capture_output=True, text=True).stdout
    assert said.startswith("kafka ")
    licences = files["share/doc/kafka/THIRD-PARTY"].decode()
    for part in ["swift-nio\n", "BoringSSL", "libzstd", "libsnappy", "libstdc++", "Swift's standard library"]:
        assert part in licences, part
    assert b"ExecStart=/usr/bin/kafka broker /etc/kafka/server.properties\n" in files["lib/systemd/system/kafka.service"]
    assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.rglob("*") if path.is_file()} == {"0o755", "0o644"}


def test_whoever_may_write_to_a_prefix_may_install_there(tmp_path, executable):
    """Systemd's files only where systemd looks for them."""
    prefix = tmp_path / "nobody's own"
    prefix.mkdir()
    program = [INSTALL, executable, prefix]
    if os.getuid() == 0:
        # What nobody is to read may lie below folders that are their owner's alone.
        nobody = shutil.which("setpriv")
        os.chown(prefix, 65534, 65534)
        readable = all(folder.stat().st_mode & 1 for folder in [*prefix.parents, *executable.parents, *ROOT.parents, ROOT])
        if nobody and readable:
            program = [nobody, "--reuid=65534", "--regid=65534", "--clear-groups", *program]
    done = subprocess.run(program, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(prefix)})
    assert done.returncode == 0, done
    assert sorted(path.name for path in prefix.iterdir()) == ["bin", "share"]
    assert subprocess.run([prefix / "bin/kafka", "--version"]).returncode == 0
    install("--remove", prefix)
    assert not list(prefix.iterdir())


@pytest.mark.skipif(not shutil.which("dpkg-parsechangelog"), reason="dpkg-dev is not installed")
def test_an_archive_is_unpacked_in_a_prefix_and_depends_on_nothing_else(tmp_path, executable):
    done = subprocess.run([ROOT / "Packaging/archive.sh", executable, tmp_path], check=True, capture_output=True, text=True)
    archive = tmp_path / done.stdout.strip()
    with tarfile.open(archive) as opened:
        members = opened.getmembers()
    assert [member.name for member in members] == sorted(member.name for member in members)
    assert {(member.uid, member.gid, member.mtime) for member in members} == {(0, 0, members[0].mtime)}
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    subprocess.run(["tar", "-C", prefix, "--strip-components=1", "-xf", archive], check=True)
    said = subprocess.run([prefix / "bin/kafka-topics.sh", "--version"], capture_output=True, text=True).stdout
    assert said and archive.name.startswith(said.strip().replace(" ", "-") + "-linux-")
    assert {"LICENSE", "README.md", "THIRD-PARTY"} <= {path.name for path in prefix.glob("share/doc/kafka/*")}


def test_the_configuration_that_is_installed_is_right_and_so_is_what_it_proposes(tmp_path):
    text = (ROOT / "Packaging/server.properties").read_text()
    proposed = re.sub(r"^#([\w.]+=)", r"\1", text, flags=re.M)
    assert text.count("\nlisteners=PLAINTEXT://127.0.0.1:9092\n") == 1 and len(proposed) < len(text)
    for number, properties in enumerate([text, proposed]):
        file = tmp_path / f"{number}.properties"
        file.write_text(properties)
        log = tmp_path / f"{number}.log"
        with open(log, "wb") as errors, subprocess.Popen(
                [KAFKA, "broker", file, "--data-dir", tmp_path / str(number), "--listen", "127.0.0.1:0"],
                stdout=subprocess.PIPE, stderr=errors,
                env={**os.environ, "CREDENTIALS_DIRECTORY": str(tmp_path)}) as broker:
            assert broker.stdout.readline().startswith(b"ready on "), log.read_text()
            broker.terminate()
            assert broker.wait(60) == 0
        assert "warning" not in log.read_text() and "unknown" not in log.read_text(), log.read_text()


def test_the_executable_needs_the_c_library_alone():
    said = subprocess.run(["readelf", "-d", KAFKA], check=True, capture_output=True, text=True).stdout
    needed = re.findall(r"NEEDED.*\[(.*)\]", said)
    if any(name.startswith("libswift") for name in needed):
        pytest.skip("it is a debug build, with Swift's libraries beside it")
    assert {name.split(".")[0] for name in needed} <= {"libc", "libm", "ld-linux-x86-64", "ld-linux-aarch64"}, needed


def test_the_unit_is_sound_and_hardened(tmp_path):
    """As systemd's own tool judges: 2 of 10 at most, where 10 is no protection at all."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / "kafka.service"
    text = (ROOT / "Packaging/kafka.service").read_text()
    assert "/usr/bin/kafka " in text
    unit.write_text(text.replace("/usr/bin/kafka ", f"{KAFKA} ").replace("Documentation=man:", "# "))
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert verified.returncode == 0 and verified.stdout + verified.stderr == "", verified
    judged = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
                            capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout
