// SPDX-License-Identifier: Apache-2.0

import Libc

@main
struct Main {
    static func main() async {
        holdStandardStreams()
        let context = Context.standard(Tools.table)
        let status = await Dispatch.run(CommandLine.arguments, context)
        exit(context.finish(status))
    }

    /// Without one of the standard streams the next file or socket would take its number, and get what is printed.
    private static func holdStandardStreams() {
        // Reading ends at once, and writing fails.
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    }
}
