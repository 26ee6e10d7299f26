// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaProtocol
import KafkaSecurity
import NIOCore

extension Controller {
    /// Removes and stores SCRAM credentials (KIP-554); one answer for each user, sorted.
    func alterScramCredentials(
        _ request: AlterUserScramCredentialsRequest
    ) -> [AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult] {
        var changes: [String: VersionedRecord] = [:]
        var errors: [String: MetadataError] = [:]
        func note(_ user: String, _ body: () throws(MetadataError) -> VersionedRecord) {
            if errors[user] != nil { return }
            if changes.removeValue(forKey: user) != nil {
                errors[user] = MetadataError(
                    .duplicateResource, "A user credential cannot be altered twice in the same request")
                return
            }
            do throws(MetadataError) { changes[user] = try body() } catch { errors[user] = error }
        }
        for deletion in request.deletions {
            note(deletion.name) { () throws(MetadataError) in try ScramCredentials.remove(deletion, image) }
        }
        for upsertion in request.upsertions {
            note(upsertion.name) { () throws(MetadataError) in try ScramCredentials.store(upsertion) }
        }
        do throws(MetadataError) { try commit(changes.sorted { $0.key < $1.key }.map(\.value)) } catch {
            for user in changes.keys { errors[user] = error }
        }
        return Set(changes.keys).union(errors.keys).sorted().map { user in
            AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult {
                $0.user = user
                $0.errorCode = errors[user]?.code ?? .none
                $0.errorMessage = errors[user]?.answer
            }
        }
    }
}

enum ScramCredentials {
    static func remove(
        _ deletion: AlterUserScramCredentialsRequest.ScramCredentialDeletion, _ image: MetadataImage
    ) throws(MetadataError) -> VersionedRecord {
        try check(deletion.name, deletion.mechanism)
        let key = ScramUser(name: deletion.name, mechanism: deletion.mechanism)
        guard image.scramCredentials[key] != nil else {
            throw MetadataError(.resourceNotFound, "Attempt to delete a user credential that does not exist")
        }
        return VersionedRecord(
            RemoveUserScramCredentialRecord {
                $0.name = deletion.name
                $0.mechanism = deletion.mechanism
            })
    }

    static func store(
        _ upsertion: AlterUserScramCredentialsRequest.ScramCredentialUpsertion
    ) throws(MetadataError) -> VersionedRecord {
        let mechanism = try check(upsertion.name, upsertion.mechanism)
        guard upsertion.iterations >= ScramMechanism.minimumIterations else {
            throw MetadataError(.unacceptableCredential, "Too few iterations")
        }
        guard upsertion.iterations <= ScramMechanism.maximumIterations else {
            throw MetadataError(.unacceptableCredential, "Too many iterations")
        }
        let keys = mechanism.keys(saltedPassword: Array(upsertion.saltedPassword.readableBytesView))
        return VersionedRecord(
            UserScramCredentialRecord {
                $0.name = upsertion.name
                $0.mechanism = upsertion.mechanism
                $0.salt = upsertion.salt
                $0.storedKey = ByteBuffer(bytes: keys.storedKey)
                $0.serverKey = ByteBuffer(bytes: keys.serverKey)
                $0.iterations = upsertion.iterations
            })
    }

    @discardableResult
    private static func check(_ user: String, _ mechanism: Int8) throws(MetadataError) -> ScramMechanism {
        guard !user.isEmpty else { throw MetadataError(.unacceptableCredential, "Username must not be empty") }
        guard let mechanism = ScramMechanism(rawValue: mechanism) else {
            throw MetadataError(.unsupportedSaslMechanism, "Unknown SCRAM mechanism")
        }
        return mechanism
    }
}
