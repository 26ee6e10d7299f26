// SPDX-License-Identifier: Apache-2.0

// prctl is variadic, which Swift can't call.

#include "end_with_parent.h"

#ifdef __linux__
#include <sys/prctl.h>

void kafka_end_with_parent(int signal) { prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
#else
void kafka_end_with_parent(int signal) { (void)signal; }
#endif
