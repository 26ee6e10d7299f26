// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaSecurity

@Suite("Files of keys and certificates", .serialized)
final class KeyFileTests {
    private let material: KeyMaterial

    init() throws { material = try KeyMaterial() }

    deinit { material.remove() }

    private func subject(_ properties: [String: String]) throws -> String? {
        try material.context(.server, properties).certificate?.subject
    }

    @Test("A key and its certificate may be in one file in either order, with text and other certificates around them")
    func oneFile() throws {
        let other = material.authority.identity.certificatePEM
        try material.write(
            "mixed.pem",
            "Bag Attributes\n  friendlyName: x\n" + other + "subject=x\r\n" + material.identity.keyPEM + "\n"
                + material.identity.certificatePEM.trimmed)
        #expect(try subject(["ssl.keystore.location": "{mixed.pem}"]) == "CN=broker")
        #expect(try subject(["ssl.keystore.location": "{both.pem}", "ssl.keystore.type": "PEM"]) == "CN=broker")
        #expect(try subject(["ssl.certificate.location": "{both.pem}"]) == "CN=broker")
        #expect(
            try subject(["ssl.certificate.location": "{broker.pem}", "ssl.key.location": "{key.pem}"]) == "CN=broker")
    }

    @Test("Text of a property may have \\n for line ends")
    func inline() throws {
        let key = material.identity.keyPEM.replacing("\n", with: "\\n")
        let chain = material.identity.certificatePEM.replacing("\n", with: " ")
        #expect(try subject(["ssl.keystore.key": key, "ssl.keystore.certificate.chain": chain]) == "CN=broker")
        #expect(
            try subject(["ssl.key.pem": key, "ssl.certificate.pem": chain, "ssl.keystore.type": "PEM"]) == "CN=broker")
    }

    @Test(
        "A private key is read in every form that openssl writes",
        arguments: [
            "pkcs8 -topk8 -nocrypt -in {key.pem} -out {out}", "ec -in {key.pem} -out {out}",
            "pkey -in {key.pem} -outform DER -out {out}", "ec -in {key.pem} -outform DER -out {out}",
            "pkcs8 -topk8 -in {key.pem} -passout pass:secret -out {out}",
            "pkcs8 -topk8 -in {key.pem} -passout pass:secret -outform DER -out {out}",
            "pkcs8 -topk8 -in {key.pem} -passout pass:secret -v2 aes-128-cbc -v2prf hmacWithSHA512 -out {out}",
            "pkcs8 -topk8 -in {key.pem} -passout pass:secret -v2 des3 -out {out}",
            "pkcs8 -topk8 -in {key.pem} -passout pass:secret -v1 PBE-SHA1-3DES -out {out}",
            "pkcs8 -topk8 -in {key.pem} -passout pass:secret -scrypt -out {out}",
            "ec -in {key.pem} -aes128 -passout pass:secret -out {out}",
        ])
    func forms(_ command: String) throws {
        try material.openssl(command)
        let properties = ["ssl.certificate.location": "{broker.pem}", "ssl.key.location": "{out}"]
        let withPassword = properties.merging(["ssl.key.password": "secret"]) { $1 }
        #expect(try subject(withPassword) == "CN=broker")
        guard command.contains("pass:") else { return }
        #expect(
            material.failure(.server, properties)
                == "DIR/out (ssl.key.location) holds an encrypted private key; set ssl.key.password")
        #expect(
            material.failure(.server, properties.merging(["ssl.key.password": "guess"]) { $1 })
                == "DIR/out (ssl.key.location) holds a private key that ssl.key.password doesn't open; the password is wrong"
        )
    }

    @Test("Keys of RSA and Ed25519 are as good", arguments: ["rsa:2048", "ed25519"])
    func algorithms(_ algorithm: String) throws {
        try material.openssl(
            "req -x509 -newkey \(algorithm) -nodes -keyout {k} -out {c} -days 30000 -subj /O=x/CN=self")
        #expect(try subject(["ssl.certificate.location": "{c}", "ssl.key.location": "{k}"]) == "CN=self,O=x")
        guard algorithm == "rsa:2048" else { return }
        try material.openssl("rsa -in {k} -traditional -out {k1}")
        #expect(try subject(["ssl.certificate.location": "{c}", "ssl.key.location": "{k1}"]) == "CN=self,O=x")
    }

    @Test("A password with letters beyond ASCII opens what it closed")
    func umlauts() throws {
        try material.openssl("pkcs8 -topk8 -in {key.pem} -passout pass:pässwörd€ -out {out}")
        try material.openssl("pkcs12 -export -in {broker.pem} -inkey {key.pem} -passout pass:pässwörd€ -out {p12}")
        let key = ["ssl.certificate.location": "{broker.pem}", "ssl.key.location": "{out}"]
        #expect(try subject(key.merging(["ssl.key.password": "pässwörd€"]) { $1 }) == "CN=broker")
        #expect(try subject(["ssl.keystore.location": "{p12}", "ssl.keystore.password": "pässwörd€"]) == "CN=broker")
    }

    @Test(
        "A PKCS12 store is read, new or old, whatever its name and type say",
        arguments: ["", "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1", "-keypbe NONE -certpbe NONE"])
    func pkcs12(_ options: String) throws {
        try material.openssl(
            "pkcs12 -export -in {broker.pem} -inkey {key.pem} -certfile {ca.pem} -passout pass:secret \(options) -out {store.jks}"
        )
        let store = ["ssl.keystore.location": "{store.jks}", "ssl.keystore.type": "JKS"]
        #expect(try subject(store.merging(["ssl.keystore.password": "secret"]) { $1 }) == "CN=broker")
        #expect(
            material.failure(.server, store.merging(["ssl.keystore.password": "guess"]) { $1 })
                == "DIR/store.jks (ssl.keystore.location) isn't opened by ssl.keystore.password; the password is wrong or the file damaged"
        )
    }

    @Test(
        "A PKCS12 store without keys is a trust store",
        arguments: ["", "-certpbe PBE-SHA1-3DES -macalg sha1", "-certpbe NONE"])
    func trustStore(_ options: String) throws {
        try material.openssl(
            "pkcs12 -export -nokeys -in {ca.pem} -passout pass:secret \(options) -out {trust}")
        let properties = ["ssl.truststore.location": "{trust}", "ssl.truststore.password": "secret"]
        _ = try material.context(.client, properties)
        #expect(
            material.failure(.server, ["ssl.keystore.location": "{trust}", "ssl.keystore.password": "secret"])
                == "DIR/trust (ssl.keystore.location) holds no private key")
    }

    @Test("A Java key store is read, with a password of its own for the key")
    func jks() throws {
        let writer = JavaKeyStoreWriter(password: "storepass")
        let key = material.identity.key
        try material.write(
            "a.jks", writer.store(key: key, keyPassword: "storepass", chain: [material.identity.certificate]))
        try material.write(
            "b.jks", writer.store(key: key, keyPassword: "other", chain: [material.identity.certificate]))
        try material.write("t.jks", writer.store(trusted: [material.authority.identity.certificate]))
        let a = ["ssl.keystore.location": "{a.jks}", "ssl.keystore.password": "storepass"]
        let b = ["ssl.keystore.location": "{b.jks}", "ssl.keystore.password": "storepass"]
        #expect(try subject(a) == "CN=broker")
        #expect(try subject(b.merging(["ssl.key.password": "other"]) { $1 }) == "CN=broker")
        #expect(
            material.failure(.server, b.merging(["ssl.key.password": "guess"]) { $1 })
                == "DIR/b.jks (ssl.keystore.location) holds a private key that ssl.key.password doesn't open; the password is wrong"
        )
        #expect(
            material.failure(.server, ["ssl.keystore.location": "{a.jks}", "ssl.keystore.password": "guess"])
                == "DIR/a.jks (ssl.keystore.location) isn't opened by ssl.keystore.password; the password is wrong or the file damaged"
        )
        // Without password it is read unchecked, as in Java.
        _ = try material.context(.client, ["ssl.truststore.location": "{t.jks}"])
    }

    @Test("Whatever bytes stores are cut off at or changed in, they are refused or read, and nothing traps")
    func damage() throws {
        try material.openssl(
            "pkcs12 -export -in {broker.pem} -inkey {key.pem} -passout pass:secret -iter 1 -out {p12}")
        let writer = JavaKeyStoreWriter(password: "secret")
        let stores = [
            try KeySource("x", path: material.path("p12")).read(),
            writer.store(key: material.identity.key, keyPassword: "secret", chain: [material.identity.certificate]),
            try KeySource("x", path: material.path("both.pem")).read(),
        ]
        for store in stores {
            let passwords = KeyStore.Passwords(store: nil, storeProperty: "p", key: "secret", keyProperty: "k")
            for length in stride(from: 0, to: store.count, by: 7) {
                _ = try? KeyStore(Array(store.prefix(length)), KeySource("x"), passwords, wantsKeys: true)
                var changed = store
                changed[length] ^= UInt8(truncatingIfNeeded: length &* 31 | 1)
                _ = try? KeyStore(changed, KeySource("x"), passwords, wantsKeys: true)
            }
        }
    }

    @Test("What is wrong with key material is said in one line, with file and property")
    func errors() throws {
        let other = try material.authority.issue(to: "other", names: [], validity: KeyMaterial.forever)
        try material.write("other.key", other.keyPEM)
        try material.write("empty", "")
        try material.write("text", "hello")
        try material.write("cut.pem", String(material.identity.certificatePEM.prefix(200)))
        func failure(_ properties: [String: String]) -> String { material.failure(.server, properties) }
        #expect(
            failure([:])
                == "a listener with TLS needs a certificate: set ssl.keystore.location, or ssl.keystore.key and ssl.keystore.certificate.chain"
        )
        #expect(failure(["ssl.keystore.location": "{none}"]) == "DIR/none (ssl.keystore.location) does not exist")
        #expect(failure(["ssl.keystore.location": "{empty}"]) == "DIR/empty (ssl.keystore.location) is empty")
        #expect(
            failure(["ssl.keystore.location": "{text}"])
                == "DIR/text (ssl.keystore.location) is no key store: neither PEM, PKCS12, JKS nor DER")
        #expect(
            failure(["ssl.keystore.location": "{key.pem}"])
                == "DIR/key.pem (ssl.keystore.location) holds no certificate, only a private key")
        #expect(
            failure(["ssl.keystore.location": "{broker.pem}"])
                == "DIR/broker.pem (ssl.keystore.location) holds no private key")
        #expect(
            failure(["ssl.certificate.location": "{broker.pem}", "ssl.key.location": "{other.key}"])
                == "DIR/other.key (ssl.key.location) holds a private key that belongs to none of the certificates in DIR/broker.pem (ssl.certificate.location)"
        )
        #expect(
            failure(["ssl.certificate.location": "{cut.pem}", "ssl.key.location": "{key.pem}"])
                == "DIR/cut.pem (ssl.certificate.location) is damaged: the block CERTIFICATE has no END line; the text is cut off"
        )
        #expect(
            failure(["ssl.keystore.key": "x"])
                == "ssl.keystore.key is given without its certificates; set ssl.keystore.certificate.chain")
        #expect(
            failure(["ssl.keystore.certificate.chain": "x"])
                == "ssl.keystore.certificate.chain is given without its private key; set ssl.keystore.key")
        #expect(
            failure(["ssl.keystore.password": "x"]) == "ssl.keystore.password is given without ssl.keystore.location")
        #expect(
            failure(["ssl.keystore.key": "x", "ssl.keystore.certificate.chain": "y", "ssl.keystore.type": "PKCS12"])
                == "ssl.keystore.key is text of PEM, but ssl.keystore.type=PKCS12; set ssl.keystore.type=PEM")
        #expect(
            failure(["ssl.keystore.key": "x", "ssl.keystore.location": "{both.pem}"])
                == "ssl.keystore.key and ssl.keystore.location are both given; keep one")
        #expect(
            material.failure(.client, ["ssl.truststore.location": "{key.pem}"])
                == "DIR/key.pem (ssl.truststore.location) holds no certificate")
        #expect(
            material.failure(.client, ["ssl.truststore.location": "{ca.pem}", "ssl.ca.location": "/other"])
                == "ssl.truststore.location and ssl.ca.location mean the same and are both given, but differ; keep one")
        #expect(
            material.failure(.client, ["ssl.truststore.certificates": "x", "ssl.truststore.location": "{ca.pem}"])
                == "ssl.truststore.location and ssl.truststore.certificates are both given; keep one")
        #expect(
            material.failure(.client, ["ssl.truststore.password": "x"])
                == "ssl.truststore.password is given without ssl.truststore.location")
        // A password for PEM, which Java refuses, does no harm.
        _ = try material.context(.client, ["ssl.truststore.location": "{ca.pem}", "ssl.truststore.password": "x"])
    }

    @Test("A directory of certificates is one trust store, and an empty one is refused")
    func directory() throws {
        _ = try material.context(.client, ["ssl.ca.location": material.directory])
        let empty = try KeyMaterial()
        defer { empty.remove() }
        for name in ["ca.pem", "key.pem", "broker.pem", "both.pem"] { try empty.write(name, "") }
        #expect(
            empty.failure(.client, ["ssl.ca.location": empty.directory])
                == "DIR (ssl.ca.location) is a directory without certificates")
    }
}
