# SPDX-License-Identifier: Apache-2.0
"""What a broker says of everything that secures it: entries of lists, credentials, quotas, tokens.

    security_directory.py ADDRESS ADDRESS-OF-LOGINS     on standard output
"""
import json
import sys

from raw_requests import Connection


def described(plain, logins):
    """The same of two brokers that know the same; the user admin logs in."""
    anybody = Connection(plain)
    admin = Connection(logins, "admin", "secret")
    acls = anybody.ask("DescribeAcls", 3, {
        "ResourceTypeFilter": 1, "ResourceNameFilter": None, "PatternTypeFilter": 1, "PrincipalFilter": None,
        "HostFilter": None, "Operation": 1, "PermissionType": 1})
    scram = anybody.ask("DescribeUserScramCredentials", 0, {"Users": None})
    quotas = anybody.ask("DescribeClientQuotas", 1, {"Components": []})
    tokens = admin.ask("DescribeDelegationToken", 3, {"Owners": None})
    return {
        "acls": in_order(acls["Resources"]), "credentials": in_order(scram["Results"]),
        "quotas": in_order(quotas["Entries"]), "tokens": in_order(tokens["Tokens"])}


def in_order(value):
    if isinstance(value, dict):
        return {name: in_order(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted((in_order(item) for item in value), key=repr)
    return value.hex() if isinstance(value, bytes) else value


if __name__ == "__main__":
    print(json.dumps(described(*sys.argv[1:]), indent=1, ensure_ascii=False))
