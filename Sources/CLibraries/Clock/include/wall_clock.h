// SPDX-License-Identifier: Apache-2.0
#ifndef WALL_CLOCK_H
#define WALL_CLOCK_H

#include <stdint.h>

/// Milliseconds since 1970.
///
/// In C because optimised builds of Swift 6.3 lose the members of timespec under MemberImportVisibility.
int64_t wall_clock_milliseconds(void);

#endif
