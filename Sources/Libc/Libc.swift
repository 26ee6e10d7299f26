// SPDX-License-Identifier: Apache-2.0

/// The C library of the platform, under one name: what another would need is named here alone.
@_exported public import Glibc
