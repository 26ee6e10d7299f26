// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension AccessControlEntryRecord {
    var binding: AclBinding {
        AclBinding(
            resourceType, resourceName, patternType, principal: principal, host: host, operation: operation,
            permission: permissionType)
    }

    init(_ id: KafkaUUID, _ binding: AclBinding) {
        self.init {
            $0.id = id
            ($0.resourceType, $0.resourceName, $0.patternType) =
                (binding.resourceType, binding.resourceName, binding.pattern)
            ($0.principal, $0.host) = (binding.principal, binding.host)
            ($0.operation, $0.permissionType) = (binding.operation, binding.permission)
        }
    }
}
