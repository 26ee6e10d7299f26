// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@main
struct Main {
    static func main() async {
        let context = Context.standard()
        let status = await Dispatch.run(CommandLine.arguments, context)
        exit(context.finish(status))
    }
}
