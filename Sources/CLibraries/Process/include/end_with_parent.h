// SPDX-License-Identifier: Apache-2.0

#ifndef KAFKA_END_WITH_PARENT_H
#define KAFKA_END_WITH_PARENT_H

/// Has the kernel send this process `signal` when the thread that started it ends, also by SIGKILL; does nothing where
/// the system has no such thing. Stays so over exec(2).
void kafka_end_with_parent(int signal);

#endif
