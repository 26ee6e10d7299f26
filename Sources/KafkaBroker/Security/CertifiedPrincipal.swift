// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Who a client is by its certificate; an event for the connection's handler.
struct CertifiedPrincipal: Sendable {
    var principal: Principal
}
