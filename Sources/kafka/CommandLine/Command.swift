// SPDX-License-Identifier: Apache-2.0

/// A tool. Reading the arguments and doing the work are apart: what is wrong with the options is said before anything
/// is done, and `init` needs no cluster.
protocol Command: Sendable {
    static var definition: CommandDefinition { get }
    init(_ arguments: Arguments) throws
    func run(_ context: Context) async throws
}
