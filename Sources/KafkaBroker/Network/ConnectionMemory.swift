// SPDX-License-Identifier: Apache-2.0

/// What one connection holds of the memory that all share.
struct ConnectionMemory {
    private let shared: RequestMemory
    private let connection: Int
    /// Bytes of the request that is being served, if it is large.
    private(set) var servedBytes = 0
    private var held = 0

    init(_ shared: RequestMemory, connection: Int) {
        self.shared = shared
        self.connection = connection
    }

    /// Whether it holds what others wait for.
    var isWanted: Bool { held > 0 && shared.isShort }

    /// Whether the frame that has begun may take so much memory.
    /// - Parameter resume: called when it is worth asking again.
    mutating func take(_ frameBytes: Int, resume: @autoclosure () -> @Sendable () -> Void) -> Bool {
        let wanted = RequestMemory.counted(servedBytes + frameBytes)
        guard wanted != held else { return true }
        let isGranted = shared.change(of: connection, from: held, to: wanted, resume: resume())
        if isGranted { held = wanted }
        return isGranted
    }

    /// A request is served next; the memory goes with it, to be given back by `served`.
    /// - Parameter frameBytes: memory of the frame behind it, if that has begun.
    mutating func serve(_ byteCount: Int, frameBytes: Int) {
        servedBytes = byteCount > RequestMemory.free ? byteCount : 0
        giveBack(frameBytes)
    }

    /// The large request that is being served is not answered at once.
    /// - Parameter hurry: called, from any thread, when others wait for its memory.
    func askToHurry(_ hurry: @escaping @Sendable () -> Void) { shared.serves(connection, hurry: hurry) }

    mutating func served(frameBytes: Int) {
        guard servedBytes > 0 else { return }
        servedBytes = 0
        shared.served(connection)
        giveBack(frameBytes)
    }

    /// Gives back what is held no more.
    private mutating func giveBack(_ frameBytes: Int) {
        guard held > 0 else { return }
        let wanted = min(RequestMemory.counted(servedBytes + frameBytes), held)
        _ = shared.change(of: connection, from: held, to: wanted, resume: {})
        held = wanted
    }

    /// The connection is closed.
    mutating func forget() {
        shared.forget(connection, holding: held)
        held = 0
    }
}
