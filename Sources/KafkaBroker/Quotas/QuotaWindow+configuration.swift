// SPDX-License-Identifier: Apache-2.0

extension QuotaWindow {
    /// As `quota.window.num` and `quota.window.size.seconds` say, or those that begin with a prefix.
    init(_ configuration: BrokerConfiguration, prefix: String) {
        self.init(
            sampleCount: configuration.int64(prefix + "quota.window.num"),
            sampleSeconds: configuration.int64(prefix + "quota.window.size.seconds"))
    }
}
