// SPDX-License-Identifier: Apache-2.0

internal import Libc

/// The functions of the system's Kerberos library (RFC 2744), which is loaded when somebody logs in with it and at no
/// other time.
struct GSSLibrary {
    typealias Handle = OpaquePointer

    /// `gss_buffer_desc`
    struct Buffer {
        var length = 0
        var value: UnsafeMutableRawPointer?
    }

    /// `gss_OID_desc`
    struct Identifier {
        var length: UInt32
        var elements: UnsafeMutableRawPointer?
    }

    /// `gss_key_value_element_desc`
    struct KeyValue {
        var key: UnsafePointer<CChar>?
        var value: UnsafePointer<CChar>?
    }

    /// `gss_key_value_set_desc`
    struct KeyValues {
        var count: UInt32
        var elements: UnsafeMutablePointer<KeyValue>?
    }

    typealias Minor = UnsafeMutablePointer<UInt32>
    typealias ImportName =
        @convention(c) (
            Minor, UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutablePointer<Handle?>
        ) -> UInt32
    typealias InitContext =
        @convention(c) (
            Minor, Handle?, UnsafeMutablePointer<Handle?>, Handle?, UnsafeMutableRawPointer, UInt32, UInt32,
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer,
            UnsafeMutablePointer<UInt32>?, UnsafeMutablePointer<UInt32>?
        ) -> UInt32
    typealias Unwrap =
        @convention(c) (
            Minor, Handle?, UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>?,
            UnsafeMutablePointer<UInt32>?
        ) -> UInt32
    typealias Wrap =
        @convention(c) (
            Minor, Handle?, Int32, UInt32, UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>?,
            UnsafeMutableRawPointer
        ) -> UInt32
    typealias ReleaseBuffer = @convention(c) (Minor, UnsafeMutableRawPointer) -> UInt32
    typealias ReleaseHandle = @convention(c) (Minor, UnsafeMutablePointer<Handle?>) -> UInt32
    typealias DeleteContext =
        @convention(c) (
            Minor, UnsafeMutablePointer<Handle?>, UnsafeMutableRawPointer?
        ) -> UInt32
    typealias DisplayStatus =
        @convention(c) (
            Minor, UInt32, Int32, UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt32>, UnsafeMutableRawPointer
        ) -> UInt32
    typealias AcquireFrom =
        @convention(c) (
            Minor, Handle?, UInt32, UnsafeMutableRawPointer?, Int32, UnsafeMutableRawPointer?,
            UnsafeMutablePointer<Handle?>, UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt32>?
        ) -> UInt32

    let importName: ImportName
    let initContext: InitContext
    let unwrap: Unwrap
    let wrap: Wrap
    let releaseBuffer: ReleaseBuffer
    let releaseName: ReleaseHandle
    let releaseCredential: ReleaseHandle
    let deleteContext: DeleteContext
    let displayStatus: DisplayStatus
    let acquireFrom: AcquireFrom

    /// - Throws: with what to install, where the library isn't.
    static func load() throws(SecurityError) -> GSSLibrary {
        // It stays loaded: nothing is gained by letting it go.
        guard let library = dlopen("libgssapi_krb5.so.2", RTLD_NOW | RTLD_LOCAL) else {
            throw SecurityError(
                "GSSAPI needs the system's Kerberos library: install libgssapi-krb5-2 (Debian, Ubuntu) or krb5-libs (Fedora, RHEL)"
            )
        }
        func symbol<Function>(_ name: String) throws(SecurityError) -> Function {
            guard let address = dlsym(library, name) else {
                throw SecurityError("the system's Kerberos library has no \(name); it is too old")
            }
            return unsafeBitCast(address, to: Function.self)
        }
        return GSSLibrary(
            importName: try symbol("gss_import_name"), initContext: try symbol("gss_init_sec_context"),
            unwrap: try symbol("gss_unwrap"), wrap: try symbol("gss_wrap"),
            releaseBuffer: try symbol("gss_release_buffer"), releaseName: try symbol("gss_release_name"),
            releaseCredential: try symbol("gss_release_cred"), deleteContext: try symbol("gss_delete_sec_context"),
            displayStatus: try symbol("gss_display_status"), acquireFrom: try symbol("gss_acquire_cred_from"))
    }

    // MARK: Names of kinds, as RFC 2743 and RFC 1964 number them

    static let kerberos: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02]
    static let hostService: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x01, 0x04]
    static let principal: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x01]

    static func with<Result>(
        identifier: [UInt8], _ body: (UnsafeMutableRawPointer) throws -> Result
    ) rethrows -> Result {
        var bytes = identifier
        return try bytes.withUnsafeMutableBytes { bytes in
            var identifier = Identifier(length: UInt32(bytes.count), elements: bytes.baseAddress)
            return try withUnsafeMutablePointer(to: &identifier) { try body(UnsafeMutableRawPointer($0)) }
        }
    }

    static func with<Result>(
        buffer: [UInt8], _ body: (UnsafeMutableRawPointer) throws -> Result
    ) rethrows -> Result {
        var bytes = buffer
        return try bytes.withUnsafeMutableBytes { bytes in
            var buffer = Buffer(length: bytes.count, value: bytes.baseAddress)
            return try withUnsafeMutablePointer(to: &buffer) { try body(UnsafeMutableRawPointer($0)) }
        }
    }

    /// Where credentials are to be found and kept; nil for the user's own places.
    static func with<Result>(
        store: [(key: String, value: String)], _ body: (UnsafeMutableRawPointer?) -> Result
    ) -> Result {
        guard !store.isEmpty else { return body(nil) }
        let texts = store.flatMap { [strdup($0.key), strdup($0.value)] }
        defer { for text in texts { free(text) } }
        var elements = store.indices.map { KeyValue(key: texts[2 * $0], value: texts[2 * $0 + 1]) }
        return elements.withUnsafeMutableBufferPointer { elements in
            var store = KeyValues(count: UInt32(elements.count), elements: elements.baseAddress)
            return withUnsafeMutablePointer(to: &store) { body(UnsafeMutableRawPointer($0)) }
        }
    }

    /// The bytes that a function puts into a buffer of its own.
    func output(_ body: (UnsafeMutableRawPointer) -> UInt32) -> (status: UInt32, bytes: [UInt8]) {
        var buffer = Buffer()
        let status = withUnsafeMutablePointer(to: &buffer) { body(UnsafeMutableRawPointer($0)) }
        let bytes = Array(UnsafeRawBufferPointer(start: buffer.value, count: buffer.value == nil ? 0 : buffer.length))
        var minor: UInt32 = 0
        _ = withUnsafeMutablePointer(to: &buffer) { releaseBuffer(&minor, UnsafeMutableRawPointer($0)) }
        return (status, bytes)
    }

    /// The library's words for a failure.
    func words(_ major: UInt32, _ minor: UInt32) -> String {
        func text(_ code: UInt32, _ kind: Int32) -> String? {
            var unused: UInt32 = 0
            var rest: UInt32 = 0
            let (status, bytes) = output { displayStatus(&unused, code, kind, nil, &rest, $0) }
            return status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
        }
        // What Kerberos says is more than what the interface says.
        return (minor != 0 ? text(minor, 2) : nil) ?? text(major, 1) ?? "status \(major)"
    }
}
