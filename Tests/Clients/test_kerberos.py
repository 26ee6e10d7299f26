# SPDX-License-Identifier: Apache-2.0
"""Logins by GSSAPI with tickets of a Kerberos server."""
import os
import subprocess

import pytest

from conftest import KAFKA
from kerberos import REALM, Gate, Realm

MODULE = "com.sun.security.auth.module.Krb5LoginModule required"


@pytest.fixture(scope="module")
def realm(tmp_path_factory):
    realm = Realm(tmp_path_factory.mktemp("realm"))
    # The gate accepts in this process.
    given = {"KRB5_CONFIG": realm.environment["KRB5_CONFIG"],
             "KRB5_KTNAME": str(realm.key_table("broker.keytab", "kafka/localhost"))}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    yield realm
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
    realm.stop()


@pytest.fixture(scope="module")
def keys(realm):
    return realm.key_table("client.keytab", "client")


@pytest.fixture
def gate(realm, broker):
    gate = Gate(broker.address)
    yield gate
    gate.stop()
    assert not gate.failures


def ask(realm, gate, *settings, cache=None, service="kafka"):
    """`topics --list` at the gate: its exit status and what it complained of."""
    options = [word for setting in [
        "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=GSSAPI", f"sasl.kerberos.service.name={service}", *settings]
        for word in ["--command-property", setting]]
    environment = {**realm.environment, **({"KRB5CCNAME": str(cache)} if cache else {})}
    ended = subprocess.run([KAFKA, "topics", "--list", "--bootstrap-server", gate.address, *options], env=environment,
                           capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stderr


def test_a_key_table_is_enough_whoever_has_tickets(realm, keys, gate):
    other = realm.ticket("other", realm.key_table("other.keytab", "other"))
    jaas = f'sasl.jaas.config={MODULE} useKeyTab=true storeKey=true keyTab="{keys}" principal="client@{REALM}";'
    librdkafka = [f"sasl.kerberos.keytab={keys}", f"sasl.kerberos.principal=client@{REALM}"]
    for settings in [[jaas], librdkafka, librdkafka[:1]]:
        for cache in [None, other]:
            assert ask(realm, gate, *settings, cache=cache) == (0, ""), settings
    assert set(gate.users) == {f"client@{REALM}"}


def test_a_ticket_is_enough(realm, keys, gate):
    cache = realm.ticket("client", keys)
    assert ask(realm, gate, cache=cache) == (0, "")
    assert ask(realm, gate, f"sasl.kerberos.principal=client@{REALM}", cache=cache) == (0, "")
    assert set(gate.users) == {f"client@{REALM}"}


def test_what_is_missing_is_said_with_what_to_do(realm, keys, gate):
    for settings, service, words in [
            ([], "kafka", "no ticket; kinit gets one"),
            ([f"sasl.kerberos.principal=client@{REALM}"], "kafka", f"no credentials for client@{REALM}; kinit gets them"),
            (["sasl.kerberos.keytab=/nowhere/key.tab"], "kafka", "key table /nowhere/key.tab can't be read: No such file"),
            ([f"sasl.kerberos.keytab={keys}", f"sasl.kerberos.principal=nobody@{REALM}"], "kafka",
             f"no credentials for nobody@{REALM} in {keys}, which klist -k lists"),
            ([f"sasl.kerberos.keytab={keys}"], "http", "no ticket for http/localhost")]:
        status, said = ask(realm, gate, *settings, service=service)
        assert status == 1 and words in said and said.count("\n") == 1, said
    assert not gate.users
