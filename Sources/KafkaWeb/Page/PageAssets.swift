// SPDX-License-Identifier: Apache-2.0

import KafkaHTTP
import NIOCore

/// What a browser loads, from memory.
enum PageAssets {
    struct Asset: Sendable {
        var type: String
        var text: String

        var response: HTTPResponse {
            var response = HTTPResponse(type: type, ByteBuffer(string: text))
            // Asked for again after each start; a new version may have another.
            response.headers.append(("Cache-Control", "no-cache"))
            return response
        }
    }

    static var all: [(path: String, asset: Asset)] {
        [
            ("/assets/page.js", Asset(type: "text/javascript; charset=utf-8", text: PageScript.all)),
            ("/assets/page.css", Asset(type: "text/css; charset=utf-8", text: PageStyle.text)),
            ("/assets/icon.svg", Asset(type: "image/svg+xml", text: icon)),
        ]
    }

    /// Nothing but our own files, and no text that becomes code: neither what a record holds nor what a topic is called can
    /// do anything, even if the page had a mistake.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

    /// The same for all addresses; the script looks at the address.
    static func page(allowsWrites: Bool, status: Int = 200) -> HTTPResponse {
        var response = HTTPResponse.fresh(
            type: "text/html; charset=utf-8",
            """
            <!doctype html>
            <html lang="en"\(allowsWrites ? " data-write" : "")>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>kafka</title>
            <link rel="icon" href="/assets/icon.svg">
            <link rel="stylesheet" href="/assets/page.css">
            <script type="module" src="/assets/page.js"></script>
            <body>
            <noscript>This page needs JavaScript. The same addresses answer programs in JSON.</noscript>
            </body>
            </html>

            """)
        response.status = status
        response.headers.append(("Content-Security-Policy", policy))
        return response
    }

    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1f6f5c"/>\
        <g stroke="#fff" stroke-width="1.3"><path d="M5.5 3.5v9M5.5 8l5-3.2M5.5 8l5 3.2"/></g><g fill="#fff">\
        <circle cx="5.5" cy="3.4" r="1.5"/><circle cx="5.5" cy="8" r="1.7"/><circle cx="5.5" cy="12.6" r="1.5"/>\
        <circle cx="10.8" cy="4.7" r="1.5"/><circle cx="10.8" cy="11.3" r="1.5"/></g></svg>
        """
}

/// The page's script: plain functions that make elements. What comes from the cluster becomes text nodes, never markup.
enum PageScript {
    static var all: String {
        [elements, formats, requests, json, values, records, messages, topics, topic, groups, cluster, dialogs, routes]
            .joined(separator: "\n")
    }
}
